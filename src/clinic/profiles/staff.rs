//! The profile of a doctor, a pharmacist or an admin.

use askama::Template;
use axum::response::Response;
use sea_orm::DbErr;
use serde::Deserialize;

use super::{
    photos::Whose,
    rules,
    web::{self, Drawn, OWN, PhotoPart, Stored, Zones},
};
use crate::{
    app::App,
    clinic::{
        accounts::{self, Details, NewDetails, Phone, SignedIn},
        audit,
        doctors::{self, entity::doctor},
    },
    infra::{
        clock::Instant,
        vault::{Private, VaultError},
    },
    web::{
        Error, FieldErrors, Form, FormState, Page, Role, forms,
        page::{go_with_notice, initials},
    },
};

const LONGEST_ADDRESS: usize = 300;

/// What a pharmacist or an admin types.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct StaffForm {
    phone: String,
    address: String,
    language: String,
    time_zone: String,
    version: String,
}

/// What a doctor types.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct DoctorForm {
    phone: String,
    address: String,
    biography: String,
    language: String,
    time_zone: String,
    version: String,
}

impl StaffForm {
    fn check(&self) -> Result<NewDetails, FieldErrors> {
        let mut errors = FieldErrors::default();
        let phone = errors.take("phone", Phone::parse(&self.phone));
        let address = errors.take("address", forms::optional(&self.address, LONGEST_ADDRESS));
        let lang = errors.take("language", rules::language(&self.language));
        let time_zone = errors.take("time_zone", rules::time_zone(&self.time_zone));
        match (phone, address, lang, time_zone) {
            (Some(phone), Some(address), Some(lang), Some(time_zone)) => {
                Ok(NewDetails { phone, address: address.map(Private::new), lang, time_zone })
            }
            _ => Err(errors),
        }
    }
}

/// The version of the account, and when an admin or the doctor last changed the doctor's row.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Version {
    account: i32,
    doctor: Instant,
}

impl Version {
    fn of(details: &Details, doctor: Option<&doctor::Model>) -> Self {
        let doctor = doctor.map_or(Instant::from_millis(0), |doctor| doctor.updated_at);
        Self { account: details.version, doctor }
    }

    fn parse(text: &str) -> Option<Self> {
        let (account, doctor) = text.split_once('.')?;
        Some(Self { account: account.parse().ok()?, doctor: Instant::from_millis(doctor.parse().ok()?) })
    }

    fn text(self) -> String {
        format!("{}.{}", self.account, self.doctor.millis())
    }
}

#[derive(Template)]
#[template(path = "clinic/profiles/staff.html")]
struct StaffPage {
    page: Page,
    form: FormState,
    version: String,
    stored: Stored,
    picture: PhotoPart,
    name: Private,
    email: Private,
    doctor: Option<DoctorPart>,
    zones: Zones,
}

/// What the admin keeps of a doctor.
struct DoctorPart {
    specialty: String,
    str_number: String,
    sip_number: String,
    sip_until: String,
}

/// Draws one's own profile.
pub(super) async fn draw(app: &App, signed_in: &SignedIn, page: Page, drawn: Drawn) -> Result<Response, Error> {
    let connection = app.db.read();
    let details = accounts::details_of(connection, &app.vault, signed_in.user).await?;
    let doctor = match signed_in.role {
        Role::Doctor => doctors::find_of_user(connection, signed_in.user).await?,
        _ => None,
    };
    let fields = typed(&details, doctor.as_ref());
    let stored = match &drawn.form {
        Some(form) if drawn.changed_meanwhile => Stored::beside(form, fields.clone()),
        _ => Stored::default(),
    };
    let shown = StaffPage {
        form: drawn.form.unwrap_or_else(|| FormState::of(fields)),
        // Whoever saves again has seen what is kept now.
        version: Version::of(&details, doctor.as_ref()).text(),
        stored,
        picture: PhotoPart {
            photo: details.photo,
            initials: initials(details.name.reveal()),
            path: format!("{OWN}/photo"),
            form: drawn.photo_form,
        },
        doctor: doctor.map(|doctor| DoctorPart {
            sip_until: doctor.sip_valid_until.parse().map_or(doctor.sip_valid_until, |day| page.words.plain_day(day)),
            specialty: doctor.specialty,
            str_number: doctor.str_number,
            sip_number: doctor.sip_number,
        }),
        name: details.name,
        email: details.email,
        zones: Zones::of(app),
        page: page.private(),
    };
    web::draw(drawn.status, &shown)
}

/// The fields of the form as they are kept.
fn typed(details: &Details, doctor: Option<&doctor::Model>) -> Vec<(&'static str, String)> {
    let text = |text: &Option<Private>| text.as_ref().map(|text| text.reveal().to_owned()).unwrap_or_default();
    let mut fields = vec![
        ("phone", text(&details.phone)),
        ("address", text(&details.address)),
        ("language", details.lang.code().to_owned()),
        ("time_zone", details.time_zone.clone().unwrap_or_default()),
    ];
    fields.extend(doctor.map(|doctor| ("biography", doctor.biography.clone())));
    fields
}

/// `POST /profile` of a pharmacist or an admin.
pub(super) async fn update(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    form: Form<StaffForm>,
) -> Result<Response, Error> {
    let Form { fields, state, .. } = form;
    match fields.check() {
        Ok(details) => keep(app, signed_in, page, state, (details, None, &fields.version)).await,
        Err(errors) => {
            let drawn = Drawn::refused(state, &errors, &page);
            draw(app, signed_in, page, drawn).await
        }
    }
}

/// `POST /profile` of a doctor.
pub(super) async fn update_doctor(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    form: Form<DoctorForm>,
) -> Result<Response, Error> {
    let Form { fields, state, .. } = form;
    let DoctorForm { phone, address, biography, language, time_zone, version } = fields;
    let staff = StaffForm { phone, address, language, time_zone, version };
    let mut errors = FieldErrors::default();
    let biography = errors.take("biography", doctors::rules::biography(&biography));
    match (staff.check(), biography) {
        (Ok(details), Some(biography)) => {
            keep(app, signed_in, page, state, (details, Some(biography), &staff.version)).await
        }
        (checked, _) => {
            errors.append(checked.err().unwrap_or_default());
            let drawn = Drawn::refused(state, &errors, &page);
            draw(app, signed_in, page, drawn).await
        }
    }
}

type New<'a> = (NewDetails, Option<String>, &'a str);

/// Keeps what was typed, unless somebody else was first.
async fn keep(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    state: FormState,
    (details, biography, version): New<'_>,
) -> Result<Response, Error> {
    let version = Version::parse(version);
    let (inside, user, now) = (app.clone(), signed_in.user, app.now());
    let whose = Whose::of_account(signed_in);
    let kept = app.db.write(move |tx| async move {
        let Some(version) = version else { return Err(NotKept::ChangedMeanwhile) };
        // Before the account, as everywhere: see `doctors::lock_of_user`.
        let doctor = doctors::lock_of_user(&tx, user).await?;
        if !accounts::set_details(&tx, &inside.vault, (user, version.account), details, now).await? {
            return Err(NotKept::ChangedMeanwhile);
        }
        if let (Some(biography), Some(doctor)) = (biography, doctor)
            && doctor.biography != biography
            && !doctors::set_biography(&tx, doctor.id, version.doctor, biography, now).await?
        {
            return Err(NotKept::ChangedMeanwhile);
        }
        audit::record(&tx, whose.act(user, "edit"), now).await?;
        Ok(())
    });
    match kept.await {
        Ok(()) => Ok(go_with_notice(OWN, "profiles-saved")),
        Err(NotKept::ChangedMeanwhile) => {
            let drawn = Drawn::changed_meanwhile(state, &page);
            draw(app, signed_in, page, drawn).await
        }
        Err(NotKept::Broken(error)) => Err(error.into()),
    }
}

/// Why an act on a profile was rolled back.
enum NotKept {
    ChangedMeanwhile,
    Broken(VaultError),
}

impl From<VaultError> for NotKept {
    fn from(error: VaultError) -> Self {
        Self::Broken(error)
    }
}

impl From<DbErr> for NotKept {
    fn from(error: DbErr) -> Self {
        Self::Broken(error.into())
    }
}
