//! Doctors: the list, creating one, editing, deactivating (P5, P6).

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    doctor_page::DoctorPage,
    invitations::{Invited, invite, invited},
};
use crate::{
    app::App,
    clinic::{
        accounts::{self, AdminAccount, Email, sessions, staff},
        appointments,
        audit::{self, Act},
        doctors::{
            self, Details, DetailsForm, Hours, NewDoctor, Status,
            entity::doctor,
            rules::{HoursForm, RangeForm, SipState},
            tell_presence,
        },
    },
    infra::{
        bus::Hint,
        unique::{Unique, violated},
        vault::{Private, VaultError},
    },
    web::{
        Error, FieldErrors, Form, FormState, Id, Lang, NoFields, Page, Sentence,
        page::{draw, draw_with, go_with_notice},
    },
};

const LIST: &str = "/admin/doctors";
/// Days ahead whose open slot pages are told of new hours.
const DAYS_TOLD: usize = 60;
const MONDAY: i32 = 1;
const OTHER_WORKDAYS: std::ops::RangeInclusive<i32> = 2..=5;

#[derive(Template)]
#[template(path = "clinic/admin/doctors.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
}

struct Row {
    id: Uuid,
    name: String,
    specialty: String,
    is_active: bool,
    sip: SipState,
    sip_until: String,
}

/// `GET /admin/doctors`.
pub async fn list(State(app): State<App>, _: AdminAccount, page: Page) -> Result<Response, Error> {
    let today = app.clinic().day_of(app.now());
    let row = |doctor: doctor::Model| {
        let until = doctor.sip_valid_until.parse();
        Row {
            id: doctor.id,
            is_active: doctor.status == Status::Active,
            sip: until.as_ref().map_or(SipState::Ended, |last| SipState::on(*last, today)),
            sip_until: until.map_or(doctor.sip_valid_until, |last| page.words.plain_day(last)),
            name: doctor.name,
            specialty: doctor.specialty,
        }
    };
    let rows = doctors::all(app.db.read()).await?.into_iter().map(row).collect();
    draw(&ListPage { page, rows })
}

/// A doctor as an admin typed it.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct DoctorForm {
    intent: String,
    name: String,
    specialty: String,
    email: String,
    str_number: String,
    sip_number: String,
    sip_valid_until: String,
    biography: String,
    hours: HoursForm,
}

impl DoctorForm {
    fn details(&self) -> Result<Details, FieldErrors> {
        Details::check(&DetailsForm {
            name: self.name.clone(),
            specialty: self.specialty.clone(),
            str_number: self.str_number.clone(),
            sip_number: self.sip_number.clone(),
            sip_valid_until: self.sip_valid_until.clone(),
            biography: self.biography.clone(),
        })
    }

    /// Details and hours, or everything that is wrong with either.
    fn check(&self) -> Result<(Details, Hours), FieldErrors> {
        match (self.details(), Hours::check(&self.hours)) {
            (Ok(details), Ok(hours)) => Ok((details, hours)),
            (details, hours) => {
                let mut errors = details.err().unwrap_or_default();
                errors.append(hours.err().unwrap_or_default());
                Err(errors)
            }
        }
    }

    fn check_weekdays(&self) -> Result<(), Error> {
        if self.hours.keys().all(|weekday| (1..=7).contains(weekday)) { Ok(()) } else { Err(Error::UnreadableForm) }
    }

    /// What the buttons beside "save" ask for without a script: the form again with other rows.
    fn reshaped(&self) -> Option<HoursForm> {
        let mut hours = self.hours.clone();
        match self.intent.as_str() {
            "more" => {
                for weekday in 1..=7 {
                    let rows = hours.entry(weekday).or_default();
                    let next = rows.last_key_value().map_or(0, |(row, _)| row.saturating_add(1));
                    rows.insert(next, RangeForm::default());
                }
            }
            "copy_monday" => {
                let monday = hours.get(&MONDAY).cloned().unwrap_or_default();
                for weekday in OTHER_WORKDAYS {
                    hours.insert(weekday, monday.clone());
                }
            }
            _ => return None,
        }
        Some(hours)
    }
}

/// `GET /admin/doctors/new`.
pub async fn new(State(app): State<App>, _: AdminAccount, page: Page) -> Result<Response, Error> {
    draw(&DoctorPage::new(&app, page, FormState::default(), &HoursForm::new()))
}

/// `POST /admin/doctors`: account, doctor, hours and the invitation in one act.
pub async fn create(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    headers: HeaderMap,
    form: Form<DoctorForm>,
) -> Result<Response, Error> {
    let Form { fields, state, .. } = form;
    fields.check_weekdays()?;
    let refused = |page: Page, errors: &FieldErrors, hours: &HoursForm| {
        let state = state.clone().refused(errors, page.language());
        draw_with(StatusCode::UNPROCESSABLE_ENTITY, &DoctorPage::new(&app, page, state, hours))
    };
    if let Some(hours) = fields.reshaped() {
        return refused(page, &FieldErrors::default(), &hours);
    }
    let new = match new_doctor(&fields) {
        Ok(new) => new,
        Err(errors) => return refused(page, &errors, &fields.hours),
    };
    let name = Private::new(new.details.name());
    let (parts, now) = (app.clone(), app.now());
    let created = app.db.write(move |tx| async move {
        let id = doctors::create(&tx, &parts.vault, new, now).await?;
        let user = doctors::find(&tx, id).await?.ok_or(VaultError::NoKey(id))?.user_id;
        audit::record(&tx, act(admin.user, "create", id), now).await?;
        Ok::<_, VaultError>((id, invite(&tx, &parts, user, now).await?))
    });
    match created.await {
        Ok((doctor, invitation)) => {
            tell_presence(&app, doctor);
            let whom = Invited { name, list: LIST, own: page_of(doctor) };
            invited(&app, page, &headers, invitation, whom)
        }
        Err(VaultError::Database(error)) if violated(&error) == Some(Unique::Email) => {
            let taken = FieldErrors::of("email", Sentence::new("admin-email-taken"));
            refused(page, &taken, &fields.hours)
        }
        Err(error) => Err(error.into()),
    }
}

fn new_doctor(form: &DoctorForm) -> Result<NewDoctor, FieldErrors> {
    match (form.check(), Email::parse(&form.email)) {
        (Ok((details, hours)), Ok(email)) => {
            Ok(NewDoctor { email, password_hash: None, lang: Lang::default(), details, hours })
        }
        (checked, email) => {
            let mut errors = checked.err().unwrap_or_default();
            if let Err(sentence) = email {
                errors.add("email", sentence);
            }
            Err(errors)
        }
    }
}

/// `POST /admin/doctors/{doctor}/password-link`: another link, as long as the doctor has chosen no password.
///
/// Afterwards an admin cannot make one: they could enter as the doctor and read what only the doctor may (M5).
pub async fn make_password_link(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    headers: HeaderMap,
    Id(id): Id,
    _: Form<NoFields>,
) -> Result<Response, Error> {
    let doctor = find(&app, id).await?;
    let now = app.now();
    let (parts, name) = (app.clone(), Private::new(doctor.name));
    let made = app.db.write(move |tx| async move {
        let account = staff::find_member(&tx, doctor.user_id).await?;
        if account.is_none_or(|account| account.password_hash.is_some()) {
            return Err(Error::Conflict(Sentence::new("admin-has-password")));
        }
        audit::record(&tx, act(admin.user, "password-link", id), now).await?;
        Ok(invite(&tx, &parts, doctor.user_id, now).await?)
    });
    invited(&app, page, &headers, made.await?, Invited { name, list: LIST, own: page_of(id) })
}

/// `GET /admin/doctors/{doctor}`.
pub async fn edit(State(app): State<App>, _: AdminAccount, page: Page, Id(id): Id) -> Result<Response, Error> {
    let doctor = find(&app, id).await?;
    draw(&DoctorPage::of(&app, page, &doctor).await?)
}

/// `POST /admin/doctors/{doctor}`. Consultations that are booked outside the new hours stay.
pub async fn update(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Id(id): Id,
    form: Form<DoctorForm>,
) -> Result<Response, Error> {
    let old = find(&app, id).await?;
    let Form { fields, state, .. } = form;
    fields.check_weekdays()?;
    let refusal = match (fields.reshaped(), fields.check()) {
        (Some(hours), _) => Err((FieldErrors::default(), hours)),
        (None, Err(errors)) => Err((errors, fields.hours.clone())),
        (None, Ok(checked)) => Ok(checked),
    };
    let (details, hours) = match refusal {
        Ok(checked) => checked,
        Err((errors, hours)) => {
            let state = state.refused(&errors, page.language());
            let drawn = DoctorPage::edited(&app, page, &old, state, &hours).await?;
            return draw_with(StatusCode::UNPROCESSABLE_ENTITY, &drawn);
        }
    };
    let (parts, now) = (app.clone(), app.now());
    app.db
        .write(move |tx| async move {
            doctors::update(&tx, &parts.vault, &old, details, now).await?;
            doctors::set_hours(&tx, id, &hours, now).await?;
            audit::record(&tx, act(admin.user, "edit", id), now).await?;
            Ok::<_, VaultError>(())
        })
        .await?;
    tell_of_slots(&app, id);
    Ok(go_with_notice(&page_of(id), "admin-doctor-saved"))
}

/// What becomes of what is booked.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct DeactivateForm {
    booked: String,
}

/// `POST /admin/doctors/{doctor}/deactivate`: no more slots, and the account no longer enters. What is booked stays, or
/// is called off and its patients told, as the admin chooses.
pub async fn deactivate(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    form: Form<DeactivateForm>,
) -> Result<Response, Error> {
    let cancels = match form.fields.booked.as_str() {
        "" | "keep" => false,
        "cancel" => true,
        _ => return Err(Error::UnreadableForm),
    };
    set_status(&app, Status::Deactivated, cancels, act(admin.user, "deactivate", id)).await?;
    let notice = if cancels { "admin-doctor-was-deactivated-and-cancelled" } else { "admin-doctor-was-deactivated" };
    Ok(go_with_notice(&page_of(id), notice))
}

/// `POST /admin/doctors/{doctor}/reactivate`: booked and let in again.
pub async fn reactivate(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    set_status(&app, Status::Active, false, act(admin.user, "reactivate", id)).await?;
    Ok(go_with_notice(&page_of(id), "admin-doctor-was-reactivated"))
}

/// The doctor and the account in one act, and what is booked with them.
async fn set_status(app: &App, status: Status, cancels: bool, act: Act) -> Result<(), Error> {
    let now = app.now();
    let done = app.db.write(move |tx| async move {
        let doctor = doctors::find(&tx, act.subject_id).await?.ok_or(Error::NotFound)?;
        let mut ended = Vec::new();
        if doctor.status != status {
            let account = match status {
                Status::Active => accounts::Status::Active,
                Status::Deactivated => accounts::Status::Deactivated,
            };
            doctors::set_status(&tx, doctor.id, status, now).await?;
            ended = accounts::set_status(&tx, doctor.user_id, account, now).await?;
            audit::record(&tx, act, now).await?;
        }
        let called_off =
            if cancels { appointments::cancel_all_of(&tx, doctor.id, act.actor, now).await? } else { Vec::new() };
        Ok::<_, Error>((ended, called_off))
    });
    let (ended, called_off) = done.await?;
    for session in ended {
        sessions::tell_ended(app, session);
    }
    appointments::tell_called_off(app, called_off);
    tell_presence(app, act.subject_id);
    tell_of_slots(app, act.subject_id);
    Ok(())
}

/// Has open pages with this doctor's slots drawn again.
pub(super) fn tell_of_slots(app: &App, doctor: Uuid) {
    let today = app.clinic().day_of(app.now());
    for day in std::iter::successors(Some(today), |day| day.tomorrow().ok()).take(DAYS_TOLD) {
        app.bus.publish(Hint::changed(slots_topic(doctor, day)));
    }
}

pub(super) fn slots_topic(doctor: Uuid, day: jiff::civil::Date) -> String {
    format!("slots:{doctor}:{day}")
}

pub(super) async fn find(app: &App, id: Uuid) -> Result<doctor::Model, Error> {
    doctors::find(app.db.read(), id).await?.ok_or(Error::NotFound)
}

pub(super) fn page_of(doctor: Uuid) -> String {
    format!("/admin/doctors/{doctor}")
}

pub(super) const fn act(actor: Uuid, action: &'static str, doctor: Uuid) -> Act {
    Act { actor, action, subject: "doctor", subject_id: doctor, patient: None }
}
