//! The first page and the dashboards.

use std::collections::HashMap;

use askama::Template;
use axum::{Extension, extract::State, response::Response};
use jiff::civil::Date;
use uuid::Uuid;

use super::{
    next::Next,
    store::{self, Counts},
    warnings::{self, Warning},
};
use crate::{
    app::App,
    clinic::{
        accounts::{AdminAccount, SignedIn},
        appointments::{
            self, Status, appointment,
            web::{OwnPresence, is_busy},
        },
        audit::Act,
        doctors::{self, presence, presence_of},
        notifications::{self, NotificationView, mail},
        patients, prescriptions,
    },
    infra::vault::{Private, owners},
    web::{Error, Form, NoFields, Page, Role, page, words::TimeWords},
};

/// Notifications that a dashboard shows.
const RECENT: u64 = 4;

#[derive(Template)]
#[template(path = "clinic/home/welcome.html")]
struct WelcomePage {
    page: Page,
}

/// `GET /`: what this is, for somebody who is not signed in.
pub async fn welcome(signed_in: Option<Extension<SignedIn>>, page: Page) -> Result<Response, Error> {
    if signed_in.is_some() {
        return Ok(page::go("/dashboard"));
    }
    page::draw(&WelcomePage { page })
}

/// `GET /dashboard`: what each role sees first.
pub async fn dashboard(State(app): State<App>, signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    let page = page.private();
    match signed_in.role {
        Role::Patient => of_patient(&app, &signed_in, page).await,
        Role::Doctor => of_doctor(&app, &signed_in, page).await,
        Role::Admin => of_admin(&app, page).await,
        Role::Pharmacist => {
            let today = today(&app, &page);
            page::draw(&PharmacistPage { page, today })
        }
    }
}

#[derive(Template)]
#[template(path = "clinic/home/patient.html")]
struct PatientPage {
    page: Page,
    today: String,
    first_name: Private,
    next: Option<Next>,
    doctor_name: String,
    /// The doctor's specialty, and for whom the consultation is where the account looks after several.
    detail: Private,
    mark: &'static str,
    active: i64,
    prescriptions: Vec<PrescriptionLine>,
    recent: Vec<NotificationView>,
}

struct PrescriptionLine {
    href: String,
    medicine: String,
    others: usize,
    day: String,
    /// Whose it is, where the account looks after several.
    patient: Option<Private>,
}

async fn of_patient(app: &App, signed_in: &SignedIn, page: Page) -> Result<Response, Error> {
    let (reader, now) = (app.db.read(), app.now());
    let in_care = patients::in_care_of(reader, signed_in.user).await?;
    let names =
        if in_care.len() > 1 { patients::names_of(reader, &app.vault, in_care.clone()).await? } else { HashMap::new() };
    let upcoming = appointments::upcoming_of_patient(reader, &in_care).await?;
    let row = upcoming.into_iter().find(|row| row.ends_at.is_some_and(|ends| now < ends));
    let doctor = match &row {
        Some(row) => doctors::find(reader, row.doctor_id).await?,
        None => None,
    };
    let for_whom = row.as_ref().and_then(|row| names.get(&row.patient_id));
    let specialty = doctor.as_ref().map(|doctor| doctor.specialty.clone()).unwrap_or_default();
    let detail = match for_whom {
        Some(name) => format!("{specialty} · {}", page.t1("appointments-for", "name", name.reveal())),
        None => specialty,
    };
    let (mut mark, mut topic) = ("unknown", None);
    if let Some(doctor) = &doctor {
        mark = presence_of(app, doctor, is_busy(app, doctor.id).await?).name();
        topic = Some(presence::topic(doctor.id));
    }
    let next = row.and_then(|row| Next::new(&page, &row, "/consultations", now)).map(|next| next.told_of(topic));
    let (mut active, mut lines) = (0, Vec::new());
    for patient in in_care {
        let of_one = prescriptions::active_of_patient(reader, &app.vault, patient).await?;
        active += of_one.count;
        let whose = names.get(&patient);
        lines.extend(of_one.newest.into_iter().map(|issued| prescription_line(&page, issued, whose)));
    }
    page::draw(&PatientPage {
        today: today(app, &page),
        first_name: first_name(&page),
        next,
        mark,
        doctor_name: doctor.map(|doctor| doctor.name).unwrap_or_default(),
        detail: Private::new(detail),
        active,
        prescriptions: lines,
        recent: notifications::recent(app, &page, signed_in.user, RECENT).await?,
        page,
    })
}

fn prescription_line(page: &Page, issued: prescriptions::Issued, whose: Option<&Private>) -> PrescriptionLine {
    let others = issued.medicines.len().saturating_sub(1);
    PrescriptionLine {
        href: format!("/prescriptions/{}", issued.id),
        medicine: issued.medicines.into_iter().next().unwrap_or(issued.number),
        others,
        day: issued.date.parse::<Date>().map(|day| page.words.day(day)).unwrap_or_default(),
        patient: whose.cloned(),
    }
}

#[derive(Template)]
#[template(path = "clinic/home/doctor.html")]
struct DoctorPage {
    page: Page,
    today: String,
    doctor_name: String,
    next: Option<Next>,
    patient_name: Option<Private>,
    lines: Vec<DayLine>,
    zone: String,
    recent: Vec<NotificationView>,
    own: OwnPresence,
}

struct DayLine {
    href: String,
    at: Option<TimeWords>,
    name: Private,
    state: &'static str,
}

async fn of_doctor(app: &App, signed_in: &SignedIn, page: Page) -> Result<Response, Error> {
    let (reader, now) = (app.db.read(), app.now());
    let doctor = doctors::find_of_user(reader, signed_in.user).await?.ok_or(Error::Forbidden)?;
    let row = store::next_of_doctor(reader, doctor.id, now).await?;
    let patient_name = match &row {
        Some(row) => Some(patients::name_of(reader, &app.vault, row.patient_id).await?),
        None => None,
    };
    let day = app.clinic().day_of(now);
    let lines = day_lines(app, &page, day, appointments::todays_of(reader, doctor.id, day).await?).await?;
    let own = OwnPresence::of(app, &doctor, "/dashboard").await?;
    page::draw(&DoctorPage {
        own,
        today: today(app, &page),
        doctor_name: doctor.name,
        next: row.and_then(|row| Next::new(&page, &row, "/doctor/consultations", now)),
        patient_name,
        lines,
        zone: page.words.zone_name(now),
        recent: notifications::recent(app, &page, signed_in.user, RECENT).await?,
        page,
    })
}

async fn day_lines(app: &App, page: &Page, day: Date, rows: Vec<appointment::Model>) -> Result<Vec<DayLine>, Error> {
    let patients: Vec<Uuid> = rows.iter().map(|row| row.patient_id).collect();
    let names = patients::names_of(app.db.read(), &app.vault, patients).await?;
    let line = |row: appointment::Model| DayLine {
        href: format!("/doctor/consultations/{}", row.id),
        at: row.starts_at.map(|at| page.words.clock_on(at, day)),
        name: names.get(&row.patient_id).cloned().unwrap_or_default(),
        state: match row.status {
            Status::Ongoing => "open",
            Status::Completed => "completed",
            Status::NoShow => "no_show",
            Status::Cancelled | Status::Declined => "cancelled",
            Status::Requested | Status::Proposed | Status::Confirmed => "upcoming",
        },
    };
    Ok(rows.into_iter().map(line).collect())
}

#[derive(Template)]
#[template(path = "clinic/home/admin.html")]
struct AdminPage {
    page: Page,
    today: String,
    counts: Counts,
    warnings: Vec<Warning>,
}

async fn of_admin(app: &App, page: Page) -> Result<Response, Error> {
    let counts = store::counts(app.db.read(), app.clinic().day_of(app.now())).await?;
    let warnings = warnings::of_clinic(app, &page).await?;
    page::draw(&AdminPage { today: today(app, &page), counts, warnings, page })
}

/// `POST /admin/letters/again`: has what the mail server refused sent again, once the addresses or the server are mended.
pub async fn send_letters_again(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    _: Form<NoFields>,
) -> Result<Response, Error> {
    let subject_id = owners::FILES;
    let act = Act { actor: admin.user, action: "send-letters-again", subject: "clinic", subject_id, patient: None };
    mail::send_refused(&app, act).await?;
    Ok(page::go_with_notice("/dashboard", "home-letters-again"))
}

#[derive(Template)]
#[template(path = "clinic/home/pharmacist.html")]
struct PharmacistPage {
    page: Page,
    today: String,
}

fn today(app: &App, page: &Page) -> String {
    page.words.day(app.now().day_in(&page.words.zone))
}

fn first_name(page: &Page) -> Private {
    let name = page.user.as_ref().map(|viewer| viewer.name.reveal()).unwrap_or_default();
    Private::new(name.split_whitespace().next().unwrap_or_default())
}
