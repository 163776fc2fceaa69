//! The page where a slot of a doctor is chosen, for patients and for the front desk, and what both forms are checked by.

use std::{collections::HashSet, fmt::Display};

use askama::Template;
use axum::{http::StatusCode, response::Response};
use jiff::civil::Date;
use uuid::Uuid;

use super::{
    DoctorCard,
    day::{self, Days, Tile},
};
use crate::{
    app::App,
    clinic::{
        accounts,
        appointments::{
            rules, schedule,
            slots::{Piece, Refusal, Slot},
            store,
        },
        doctors::{self, entity::doctor},
        profile::Retention,
    },
    infra::{clock::Instant, random, vault::Private},
    web::{Error, FieldErrors, FormState, Page, Sentence, page::draw_with},
};

/// What came between a patient and a slot.
#[derive(Default)]
pub(super) struct Obstacle {
    /// Free slots near the one that is gone.
    pub(super) nearest: Vec<Tile>,
    /// The slot that is gone, in words, if another patient has it.
    pub(super) lost: Option<String>,
    /// Where the consultation is found that has the patient's day.
    pub(super) same_day: Option<String>,
}

/// Somebody whom the account can book for.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) name: Private,
}

/// Who books for whom.
pub(super) struct Booker {
    /// Where the form goes.
    pub(super) action: String,
    /// The page before this one, and the key of what it is called.
    pub(super) back: (String, &'static str),
    /// What the address of a day begins with.
    pub(super) days: String,
    /// Whom one can book for, if there are several.
    pub(super) people: Vec<Person>,
    /// For whom the front desk books.
    pub(super) patient: Option<Private>,
}

impl Booker {
    /// Whether nobody but the reader can be meant.
    fn is_for_oneself(&self) -> bool {
        self.people.is_empty() && self.patient.is_none()
    }
}

#[derive(Template)]
#[template(path = "clinic/appointments/doctor.html")]
struct DoctorPage {
    page: Page,
    doctor: DoctorCard,
    biography: String,
    sip: String,
    str_number: String,
    days: Days,
    booker: Booker,
    form: FormState,
    obstacle: Obstacle,
    chosen: String,
    idempotency_key: String,
    /// What becomes of the messages of a consultation that is booked now.
    retention: Retention,
}

impl DoctorPage {
    /// A new key for each form of the page: whichever is sent, is acted on once.
    fn key(&self, form: impl Display) -> String {
        format!("{}-{form}", self.idempotency_key)
    }
}

/// What is shown of a form that comes back.
pub(super) struct Shown {
    pub(super) form: FormState,
    pub(super) obstacle: Option<Obstacle>,
    pub(super) day: Option<Date>,
    pub(super) status: StatusCode,
}

impl Shown {
    /// A form that comes back for what was wrong with it, or `not offered` if nothing is wrong any more.
    pub(super) fn refused(
        app: &App,
        page: &Page,
        form: FormState,
        wish: &Wish<'_>,
        errors: Option<FieldErrors>,
    ) -> Self {
        let changed = || FieldErrors::of("starts_at", Refusal::NotOffered.sentence());
        let form = form.refused(&errors.unwrap_or_else(changed), page.language());
        let day = day_of(app, wish.starts_at, wish.day);
        Self { form, obstacle: None, day, status: StatusCode::UNPROCESSABLE_ENTITY }
    }
}

pub(super) async fn draw_doctor(
    app: &App,
    booker: Booker,
    page: Page,
    doctor: &doctor::Model,
    shown: Shown,
) -> Result<Response, Error> {
    let busy: HashSet<Uuid> = store::busy_doctors(app.db.read(), vec![doctor.id]).await?;
    let days = day::read(app, &page, doctor.id, (shown.day, &booker.days)).await?;
    let photo = accounts::photos_of(app.db.read(), vec![doctor.user_id]).await?.remove(&doctor.user_id);
    let wished = shown.form.value("starts_at");
    let mut tiles = days.parts.iter().flat_map(|part| &part.tiles);
    let chosen = tiles.find(|tile| tile.is_free() && tile.starts_at == wished).map(|tile| tile.whole.clone());
    let drawn = DoctorPage {
        doctor: DoctorCard::of(app, doctor, &busy, photo),
        biography: doctor.biography.clone(),
        sip: doctor.sip_number.clone(),
        str_number: doctor.str_number.clone(),
        booker,
        chosen: chosen.unwrap_or_default(),
        idempotency_key: random::token(),
        retention: app.clinic().message_retention,
        form: shown.form,
        obstacle: shown.obstacle.unwrap_or_default(),
        days,
        page,
    };
    draw_with(shown.status, &drawn)
}

/// The doctor `id`, if they can be booked.
pub(super) async fn find_active(app: &App, id: Uuid) -> Result<doctor::Model, Error> {
    doctors::find_bookable(app.db.read(), id).await?.ok_or(Error::NotFound)
}

/// The day that a form was about: the wished slot's, or the one that was shown.
fn day_of(app: &App, starts_at: &str, shown: &str) -> Option<Date> {
    let wished = Instant::parse(starts_at).map(|at| at.day_in(&app.clinic().zone));
    wished.or_else(|| shown.parse().ok())
}

/// A slot that may be taken, what is said of it, and what is promised of its messages.
pub(super) type Checked = Result<(Slot, Option<Private>, Retention), FieldErrors>;

/// What was wished, as it was typed.
#[derive(Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) starts_at: &'a str,
    pub(super) complaint: &'a str,
    /// What the page said of the messages.
    pub(super) retention: &'a str,
    /// The day that was shown.
    pub(super) day: &'a str,
}

/// Checks what was wished of `doctor`.
pub(super) async fn check(app: &App, doctor: &doctor::Model, wish: Wish<'_>) -> Result<Checked, Error> {
    let mut errors = FieldErrors::default();
    let complaint = errors.take("complaint", rules::complaint(wish.complaint));
    let promised = rules::promised(wish.retention, app.clinic().message_retention);
    let retention = errors.take("message_retention", promised);
    let schedule = schedule::schedule_of(app, app.db.read(), doctor.id).await?;
    let wished = Instant::parse(wish.starts_at).ok_or(Sentence::new("appointments-choose-slot"));
    let slot = wished.and_then(|at| Slot::check(at, &schedule, app.now()).map_err(Refusal::sentence));
    let slot = errors.take("starts_at", slot);
    Ok(match (slot, complaint, retention) {
        (Some(slot), Some(complaint), Some(retention)) => Ok((slot, complaint, retention)),
        _ => Err(errors),
    })
}

/// Another patient has the slot: says so, and what is free nearest to it (C2).
pub(super) async fn time_taken(app: &App, page: &Page, doctor: Uuid, slot: &Slot) -> Result<Obstacle, Error> {
    let schedule = schedule::schedule_of(app, app.db.read(), doctor).await?;
    let (from, to) = schedule.around(slot.starts_at());
    let taken = store::taken_cells(app.db.read(), doctor, from, to).await?;
    let nearest: Vec<Piece> = schedule.nearest(slot.starts_at(), &taken, app.now());
    Ok(Obstacle {
        nearest: nearest.iter().map(|piece| Tile::of(page, piece)).collect(),
        lost: Some(page.words.time(slot.starts_at()).words),
        same_day: None,
    })
}
