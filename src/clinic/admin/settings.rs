//! The clinic's settings, and the texts that people agree to (P5, C1, S4).

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    doctors::tell_of_slots,
    settings_rules::{DoctorHours, Settings, SettingsForm, ZONES},
};
use crate::{
    app::App,
    clinic::{
        accounts::AdminAccount,
        appointments,
        audit::{self, Act},
        doctors,
        legal::{self, Kind},
        profile::Profile,
    },
    infra::{
        bus::Hint,
        unique::{Unique, violated},
    },
    web::{
        Error, FieldErrors, Form, FormState, Lang, Page, Sentence,
        page::{draw, draw_with, go_with_notice},
    },
};

pub(super) const SETTINGS: &str = "/admin/settings";

#[derive(Template)]
#[template(path = "clinic/admin/settings.html")]
pub(super) struct SettingsPage {
    page: Page,
    form: FormState,
    /// The clinic's own zone, if it is none of those that are offered.
    other_zone: Option<String>,
    texts: Vec<TextLine>,
    pub(super) logo_form: FormState,
}

struct TextLine {
    kind: Kind,
    version: i32,
}

impl SettingsPage {
    pub(super) async fn of(app: &App, page: Page, form: FormState) -> Result<Self, Error> {
        let mut texts = Vec::new();
        for kind in [Kind::Privacy, Kind::Terms] {
            texts.push(TextLine { kind, version: legal::version(app.db.read(), kind).await? });
        }
        let other_zone = app.clinic().zone.iana_name().filter(|zone| !ZONES.contains(zone)).map(str::to_owned);
        Ok(Self { page, form, other_zone, texts, logo_form: FormState::default() })
    }

    /// Whether a warning of `field` is to be confirmed, or was.
    fn asks(&self, field: &str, confirmed: &str) -> bool {
        self.form.warning(field).is_some() || self.form.is(confirmed, "yes")
    }
}

/// `GET /admin/settings`.
pub async fn show(State(app): State<App>, _: AdminAccount, page: Page) -> Result<Response, Error> {
    let form = state_of(&app.clinic());
    draw(&SettingsPage::of(&app, page, form).await?)
}

/// `POST /admin/settings`. What is booked keeps its moment, whatever zone and slots become; another zone gives it
/// another day.
pub async fn save(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    form: Form<SettingsForm>,
) -> Result<Response, Error> {
    let bookable = bookable(&app).await?;
    let hours: Vec<DoctorHours> = bookable.iter().map(|(_, hours)| hours).cloned().collect();
    let settings = match Settings::check(&form.fields, &app.clinic(), &hours) {
        Ok(settings) => settings,
        Err(errors) => {
            let state = form.state.refused(&errors, page.language());
            return draw_with(StatusCode::UNPROCESSABLE_ENTITY, &SettingsPage::of(&app, page, state).await?);
        }
    };
    let now = app.now();
    let saved = app.db.write(move |tx| async move {
        let old = Profile::find_or_create(&tx, now).await?;
        let zone = old.zone.clone();
        let profile = settings.over(old);
        fail::fail_point!(&format!("settings-amid {}", profile.name));
        let clinic = profile.save(&tx, now).await?;
        if profile.zone != zone {
            appointments::compute_days(&tx, &profile.zone, now).await?;
        }
        audit::record(&tx, act(admin.user, "edit", clinic), now).await
    });
    saved.await?;
    app.refresh_clinic().await?;
    for (doctor, _) in bookable {
        tell_of_slots(&app, doctor);
        app.bus.publish(Hint::changed(appointments::consultations_topic(doctor)));
    }
    Ok(go_with_notice(SETTINGS, "settings-saved"))
}

/// The doctors who can be booked, with their hours.
async fn bookable(app: &App) -> Result<Vec<(Uuid, DoctorHours)>, Error> {
    let mut found = Vec::new();
    for doctor in doctors::active(app.db.read()).await? {
        let ranges = doctors::hours_of(app.db.read(), doctor.id).await?;
        found.push((doctor.id, DoctorHours { name: doctor.name, ranges }));
    }
    Ok(found)
}

pub(super) fn state_of(clinic: &Profile) -> FormState {
    FormState::of([
        ("name", clinic.name.clone()),
        ("address", clinic.address.clone()),
        ("city", clinic.city.clone()),
        ("phone", clinic.phone.clone()),
        ("time_zone", clinic.zone.iana_name().unwrap_or_default().to_owned()),
        ("slot_minutes", clinic.slot_minutes.to_string()),
        ("retention_years", clinic.retention_years.to_string()),
        ("message_retention", clinic.message_retention.code().to_owned()),
    ])
}

#[derive(Template)]
#[template(path = "clinic/admin/legal_text.html")]
struct TextPage {
    page: Page,
    form: FormState,
    kind: Kind,
    version: i32,
}

/// A text in each language.
type Bodies = [(Lang, String); 2];

/// A text as an admin typed it.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct TextForm {
    body_id: String,
    body_en: String,
    material: String,
}

impl TextForm {
    /// The text in both languages, and whether it means something else than before.
    fn check(&self) -> Result<(Bodies, bool), FieldErrors> {
        let mut errors = FieldErrors::default();
        let indonesian = errors.take("body_id", legal::body(&self.body_id));
        let english = errors.take("body_en", legal::body(&self.body_en));
        let is_material = match self.material.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => errors.take("material", Err(Sentence::new("settings-text-material-needed"))),
        };
        match (indonesian, english, is_material) {
            (Some(indonesian), Some(english), Some(is_material)) => {
                Ok(([(Lang::Id, indonesian), (Lang::En, english)], is_material))
            }
            _ => Err(errors),
        }
    }
}

/// `GET /admin/settings/texts/{kind}`.
pub async fn text(
    State(app): State<App>,
    _: AdminAccount,
    page: Page,
    Path(kind): Path<String>,
) -> Result<Response, Error> {
    let kind = Kind::parse(&kind).ok_or(Error::NotFound)?;
    let clinic = app.clinic();
    let indonesian = legal::current(app.db.read(), kind, Lang::Id, &clinic).await?;
    let english = legal::current(app.db.read(), kind, Lang::En, &clinic).await?;
    let form = FormState::of([("body_id", indonesian.body), ("body_en", english.body)]);
    draw(&TextPage { page, form, kind, version: indonesian.version })
}

/// `POST /admin/settings/texts/{kind}`: a correction, or a new version that people are asked to agree to.
pub async fn publish_text(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Path(kind): Path<String>,
    form: Form<TextForm>,
) -> Result<Response, Error> {
    let kind = Kind::parse(&kind).ok_or(Error::NotFound)?;
    let (bodies, is_material) = match form.fields.check() {
        Ok(checked) => checked,
        Err(errors) => {
            let form = form.state.refused(&errors, page.language());
            let version = legal::version(app.db.read(), kind).await?;
            return draw_with(StatusCode::UNPROCESSABLE_ENTITY, &TextPage { page, form, kind, version });
        }
    };
    let now = app.now();
    let published = app.db.write(move |tx| async move {
        let edition = legal::publish(&tx, kind, bodies, is_material, now).await?;
        let action = if is_material { "publish" } else { "correct" };
        audit::record(&tx, Act { subject: "legal_text", ..act(admin.user, action, edition) }, now).await
    });
    match published.await {
        Ok(()) => Ok(go_with_notice(SETTINGS, "settings-text-saved")),
        Err(error) if violated(&error) == Some(Unique::LegalText) => {
            Err(Error::Conflict(Sentence::new("settings-text-conflict")))
        }
        Err(error) => Err(error.into()),
    }
}

const fn act(actor: Uuid, action: &'static str, clinic: Uuid) -> Act {
    Act { actor, action, subject: "clinic", subject_id: clinic, patient: None }
}
