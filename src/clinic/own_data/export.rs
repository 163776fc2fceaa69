//! One file with a copy of all of one's data: to read, and for other programs (S4).

use std::io::{Cursor, Write as _};

use askama::Template;
use uuid::Uuid;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    archive::{Archive, OneAppointment, OnePatient, Photo},
    json,
    lines::role_key,
};
use crate::{
    clinic::{
        calls::{self, entity::call_session},
        conversations::KeptMessage,
        patients::{self, NikChange, NikChanged, Payer, Relationship, entity::guardianship},
    },
    infra::{clock::Instant, vault::Private},
    web::{Error, Page},
};

/// The page of a copy. It is opened from a disk, without the clinic, so all that it needs lies beside it.
#[derive(Template)]
#[template(path = "clinic/own_data/archive.html")]
struct ReadablePage<'a> {
    page: &'a Page,
    archive: &'a Archive,
}

impl ReadablePage<'_> {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand references over")]
    fn when(&self, at: &Instant) -> String {
        self.page.words.day_and_time(*at).words
    }

    fn planned(&self, one: &OneAppointment) -> String {
        one.row.starts_at.map_or_else(String::new, |at| self.when(&at))
    }

    fn status(&self, one: &OneAppointment) -> String {
        self.page.t(&format!("own-data-status-{}", json::status_name(one.row.status)))
    }

    fn call(&self, call: &call_session::Model) -> String {
        let kind = self.page.t(&format!("own-data-call-{}", calls::kind_name(call.r#type)));
        let ended = self.page.t(&format!("own-data-call-{}", calls::status_name(call.status)));
        format!("{kind}, {}: {ended}", self.when(&call.started_at.unwrap_or(call.created_at)))
    }

    #[expect(clippy::ref_option, reason = "templates hand references over")]
    fn photo(&self, id: &Option<Uuid>) -> Option<&Photo> {
        self.archive.photo(*id)
    }

    /// When something was used, in words; or that it was not.
    #[expect(clippy::ref_option, reason = "templates hand references over")]
    fn last(&self, at: &Option<Instant>) -> String {
        at.as_ref().map_or_else(|| self.page.t("own-data-never"), |at| self.when(at))
    }

    /// Who did something: the reader, somebody by name and role, or the program.
    fn by(&self, account: &Uuid) -> String {
        if *account == self.archive.holder {
            return self.page.t("own-data-you");
        }
        match self.archive.person(*account) {
            Some(person) => format!("{} ({})", person.name.reveal(), self.page.t(role_key(person.role))),
            None => self.page.t("own-data-role-program"),
        }
    }

    fn relationship(&self, care: &guardianship::Model) -> String {
        self.page.t(match care.relationship {
            Relationship::OneSelf => "patients-relationship-one-self",
            Relationship::Child => "patients-relationship-child",
            Relationship::Parent => "patients-relationship-parent",
            Relationship::Other => "patients-relationship-other",
        })
    }

    fn nik_change(&self, change: &NikChanged) -> String {
        let what = match (change.kind, &change.old) {
            (NikChange::Correct, Some(old)) => self.page.t1("own-data-nik-corrected", "old", old.reveal()),
            (NikChange::Release, Some(old)) => self.page.t1("own-data-nik-released", "old", old.reveal()),
            (_, None) => self.page.t("own-data-nik-added"),
        };
        format!("{}: {what}. {}: {}", self.when(&change.at), self.by(&change.by), change.reason.reveal())
    }

    #[expect(clippy::ref_option, reason = "templates hand references over")]
    fn or_nothing(&self, text: &Option<Private>) -> String {
        text.as_ref().map_or_else(|| self.page.t("own-data-nothing"), |text| text.reveal().to_owned())
    }

    fn weight(&self, one: &OnePatient) -> String {
        let weight = one.kept.health.weight.as_ref();
        let words = |weight| patients::rules::weight_words(weight, self.page.language());
        weight.map_or_else(|| self.page.t("own-data-nothing"), |weight| format!("{} kg", words(weight).reveal()))
    }

    fn sender(&self, message: &KeptMessage) -> String {
        self.page.t(if message.by_patient { "own-data-by-patient" } else { "own-data-by-doctor" })
    }

    fn payer(&self, payer: &Payer) -> String {
        match payer {
            Payer::General => self.page.t("own-data-payer-general"),
            Payer::Bpjs(number) => self.page.t1("own-data-payer-bpjs", "number", number.reveal()),
        }
    }
}

const STYLE: &str = "body{font:1.0625rem/1.5 system-ui,sans-serif;color:#11272c;background:#fff;max-width:46rem;margin:2rem auto;padding:0 1rem}\
h1,h2,h3{line-height:1.25}h2{margin-top:2.5rem;border-bottom:1px solid #d6e0e2;padding-bottom:.25rem}\
article{border:1px solid #d6e0e2;border-radius:14px;padding:0 1rem;margin:1rem 0;break-inside:avoid}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dt{color:#4a6067}dd{margin:0;overflow-wrap:anywhere;white-space:pre-line}\
img{width:8rem;height:8rem;object-fit:cover;border-radius:14px}\
@media(max-width:30rem){dl{display:block}dd{margin-bottom:.5rem}}\n";

/// The archive as bytes.
pub(super) fn pack(archive: &Archive, page: &Page) -> Result<Vec<u8>, Error> {
    let html = ReadablePage { page, archive }.render().map_err(Error::broken)?;
    let data = serde_json::to_vec_pretty(&json::of(archive)).map_err(Error::broken)?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let how = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let texts = [("index.html", html.as_bytes()), ("style.css", STYLE.as_bytes()), ("data.json", &data)];
    let photos: Vec<(String, &[u8])> =
        archive.photos.values().map(|photo| (photo.name(), photo.content.as_slice())).collect();
    let photos = photos.iter().map(|(name, content)| (name.as_str(), *content));
    for (name, bytes) in texts.into_iter().chain(photos) {
        zip.start_file(name, how).map_err(Error::broken)?;
        zip.write_all(bytes).map_err(Error::broken)?;
    }
    Ok(zip.finish().map_err(Error::broken)?.into_inner())
}
