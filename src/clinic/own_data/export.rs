//! One file with a copy of all of one's data: to read, and for other programs (S4).

use std::io::{Cursor, Write as _};

use askama::Template;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    archive::{Archive, OneAppointment},
    json,
};
use crate::{
    clinic::{
        calls::{self, entity::call_session},
        conversations::KeptMessage,
        patients::Payer,
    },
    infra::clock::Instant,
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
@media(max-width:30rem){dl{display:block}dd{margin-bottom:.5rem}}\n";

/// The archive as bytes.
pub(super) fn pack(archive: &Archive, page: &Page) -> Result<Vec<u8>, Error> {
    let html = ReadablePage { page, archive }.render().map_err(Error::broken)?;
    let data = serde_json::to_vec_pretty(&json::of(archive)).map_err(Error::broken)?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let how = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in [("index.html", html.as_bytes()), ("style.css", STYLE.as_bytes()), ("data.json", &data)] {
        zip.start_file(name, how).map_err(Error::broken)?;
        zip.write_all(bytes).map_err(Error::broken)?;
    }
    Ok(zip.finish().map_err(Error::broken)?.into_inner())
}
