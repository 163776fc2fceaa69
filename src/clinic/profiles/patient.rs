//! The profile of a patient: one's own, and of those in one's care.

use askama::Template;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    rules,
    web::{self, Drawn, OWN, PhotoPart, Stored, Zones},
};
use crate::{
    app::App,
    clinic::{
        accounts::{self, Phone},
        audit,
        encounter::health,
        patients::{self, Change, Gender, Identity, Kept, NewHealth, NewKept, Patient, Payer},
    },
    infra::vault::{Private, VaultError},
    web::{
        Error, FieldErrors, Form, FormState, Lang, Page, forms,
        page::{go_with_notice, initials},
    },
};

const LONGEST_ADDRESS: usize = 300;

/// What is typed of somebody in one's care.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct PersonForm {
    address: String,
    phone: String,
    payer: String,
    bpjs_number: String,
    allergies: String,
    weight: String,
    medicines_in_use: String,
    version: i32,
}

/// What is typed of oneself: the account's choices too.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct PatientForm {
    address: String,
    phone: String,
    payer: String,
    bpjs_number: String,
    allergies: String,
    weight: String,
    medicines_in_use: String,
    version: i32,
    language: String,
    time_zone: String,
}

impl PersonForm {
    fn check(&self) -> Result<NewKept, FieldErrors> {
        let mut errors = FieldErrors::default();
        let address = errors.take("address", forms::required(&self.address, LONGEST_ADDRESS));
        let phone = errors.take("phone", Phone::parse(&self.phone));
        let payer = Payer::check(&self.payer, &self.bpjs_number, &mut errors);
        let health = NewHealth::check(&self.allergies, &self.weight, &self.medicines_in_use, &mut errors);
        match (address, phone, payer, health) {
            (Some(address), Some(phone), Some(payer), Some(health)) => {
                Ok(NewKept { address: Private::new(address), phone, payer, health })
            }
            _ => Err(errors),
        }
    }
}

impl PatientForm {
    fn parted(self) -> (PersonForm, String, String) {
        let person = PersonForm {
            address: self.address,
            phone: self.phone,
            payer: self.payer,
            bpjs_number: self.bpjs_number,
            allergies: self.allergies,
            weight: self.weight,
            medicines_in_use: self.medicines_in_use,
            version: self.version,
        };
        (person, self.language, self.time_zone)
    }
}

#[derive(Template)]
#[template(path = "clinic/profiles/patient.html")]
struct PatientPage {
    page: Page,
    form: FormState,
    version: i32,
    stored: Stored,
    picture: PhotoPart,
    action: String,
    clinic_phone: String,
    name: Private,
    /// Nothing for a newborn, or while the clinic looks into it.
    nik: Option<Private>,
    birth: Private,
    gender: &'static str,
    health_changed: Option<String>,
    /// One's own alone: language and zone.
    zones: Option<Zones>,
    /// The others in the account's care, on one's own page.
    others: Vec<(Uuid, Private)>,
}

/// Where the profile of `id` is, who is in the care of `actor`.
pub(super) fn path_of(actor: &Patient, id: Uuid) -> String {
    if actor.in_care.first() == Some(&id) { OWN.to_owned() } else { format!("/profile/patients/{id}") }
}

/// Draws the profile of `id`, who is in the care of `actor`.
pub(super) async fn draw(app: &App, actor: &Patient, id: Uuid, page: Page, drawn: Drawn) -> Result<Response, Error> {
    let connection = app.db.read();
    let own = path_of(actor, id) == OWN;
    let identity = patients::identity_of(connection, &app.vault, id).await?;
    let kept = patients::kept_of(connection, &app.vault, id).await?;
    let mut fields = typed(&kept, page.language());
    if own {
        let details = accounts::details_of(connection, &app.vault, actor.account.user).await?;
        fields.push(("language", details.lang.code().to_owned()));
        fields.push(("time_zone", details.time_zone.unwrap_or_default()));
    }
    let stored = match &drawn.form {
        Some(form) if drawn.changed_meanwhile => Stored::beside(form, fields.clone()),
        _ => Stored::default(),
    };
    let action = if own { OWN.to_owned() } else { format!("/profile/patients/{id}") };
    let mut others = Vec::new();
    if own {
        let names = patients::names_of(connection, &app.vault, actor.in_care.clone()).await?;
        let rest = actor.in_care.iter().filter(|other| **other != id);
        others = rest.filter_map(|other| Some((*other, names.get(other)?.clone()))).collect();
    }
    let health_changed = health::changed_words(app, actor.account.user, &kept.health, &page).await?;
    let shown = PatientPage {
        form: drawn.form.unwrap_or_else(|| FormState::of(fields)),
        // Whoever saves again has seen what is kept now.
        version: kept.health.version,
        stored,
        picture: PhotoPart {
            photo: kept.photo,
            initials: initials(identity.name.reveal()),
            path: format!("{action}/photo"),
            form: drawn.photo_form,
        },
        action,
        clinic_phone: app.clinic().phone.clone(),
        birth: birth(&identity, identity.birth_date, &page),
        gender: match identity.gender {
            Gender::Male => "male",
            Gender::Female => "female",
        },
        name: identity.name,
        nik: identity.nik,
        health_changed,
        zones: own.then(|| Zones::of(app)),
        others,
        page: page.private(),
    };
    web::draw(drawn.status, &shown)
}

/// "Makassar, 12 Maret 1991".
fn birth(identity: &Identity, date: Date, page: &Page) -> Private {
    Private::new(format!("{}, {}", identity.birth_place.reveal(), page.words.plain_day(date)))
}

/// The fields of the form as they are kept.
fn typed(kept: &Kept, lang: Lang) -> Vec<(&'static str, String)> {
    let number = match &kept.payer {
        Payer::General => String::new(),
        Payer::Bpjs(number) => number.reveal().to_owned(),
    };
    let mut fields = vec![
        ("address", kept.address.reveal().to_owned()),
        ("phone", kept.phone.as_ref().map(|phone| phone.reveal().to_owned()).unwrap_or_default()),
        ("payer", kept.payer.code().to_owned()),
        ("bpjs_number", number),
    ];
    fields.extend(kept.health.typed(lang));
    fields
}

/// Keeps one's own profile, with the language and the zone of the account.
pub(super) async fn update_own(
    app: &App,
    actor: &Patient,
    page: Page,
    form: Form<PatientForm>,
) -> Result<Response, Error> {
    let id = actor.own()?;
    let Form { fields, state, .. } = form;
    let (person, language, time_zone) = fields.parted();
    let mut errors = FieldErrors::default();
    let choices =
        errors.take("language", rules::language(&language)).zip(errors.take("time_zone", rules::time_zone(&time_zone)));
    let new = match (person.check(), choices) {
        (Ok(new), Some(choices)) => (new, choices),
        (checked, _) => {
            errors.append(checked.err().unwrap_or_default());
            let drawn = Drawn::refused(state, &errors, &page);
            return draw(app, actor, id, page, drawn).await;
        }
    };
    let (new, choices) = new;
    if keep(app, actor, id, person.version, (new, Some(choices))).await? {
        return Ok(go_with_notice(OWN, "profiles-saved"));
    }
    let drawn = Drawn::changed_meanwhile(state, &page);
    draw(app, actor, id, page, drawn).await
}

/// Keeps the profile of somebody in one's care.
pub(super) async fn update_in_care(
    app: &App,
    actor: &Patient,
    id: Uuid,
    page: Page,
    form: Form<PersonForm>,
) -> Result<Response, Error> {
    let Form { fields, state, .. } = form;
    let new = match fields.check() {
        Ok(new) => new,
        Err(errors) => {
            let drawn = Drawn::refused(state, &errors, &page);
            return draw(app, actor, id, page, drawn).await;
        }
    };
    if keep(app, actor, id, fields.version, (new, None)).await? {
        return Ok(go_with_notice(&path_of(actor, id), "profiles-saved"));
    }
    let drawn = Drawn::changed_meanwhile(state, &page);
    draw(app, actor, id, page, drawn).await
}

type Choices = (Lang, Option<String>);

/// Keeps what was typed; false if somebody else was first.
async fn keep(
    app: &App,
    actor: &Patient,
    patient: Uuid,
    version: i32,
    (new, choices): (NewKept, Option<Choices>),
) -> Result<bool, Error> {
    let (inside, user, now) = (app.clone(), actor.account.user, app.now());
    let change = Change { patient, version, by: user, at: now };
    let kept = app.db.write(move |tx| async move {
        if !patients::keep(&tx, &inside.vault, change, new).await? {
            return Ok(false);
        }
        if let Some((lang, zone)) = choices {
            accounts::set_choices(&tx, user, lang, zone, now).await?;
        }
        let act =
            audit::Act { actor: user, action: "edit", subject: "profile", subject_id: patient, patient: Some(patient) };
        audit::record(&tx, act, now).await?;
        Ok::<_, VaultError>(true)
    });
    Ok(kept.await?)
}
