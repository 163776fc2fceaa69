//! Booking and calling off: each one act, and then told to whoever looks on.

use jiff::civil::Date;
use sea_orm::{ActiveValue::Set, DbErr};
use uuid::Uuid;

use super::{
    CLOSE_ROOM, OPEN_ROOM,
    entity::{Kind, Status, appointment},
    schedule,
    slots::{self, Slot},
    store,
};
use crate::{
    app::App,
    clinic::{
        audit, doctors, notifications, patients,
        profile::{Profile, Retention},
    },
    infra::{
        bus::Hint,
        clock::Instant,
        db::Tx,
        form_acts, ids, jobs,
        unique::{self, Unique},
        vault::{Private, Vault, VaultError},
    },
};

/// A consultation to be: whose, with whom, when.
pub struct NewConsultation {
    /// Who is treated.
    pub patient: Uuid,
    /// Who treats.
    pub doctor: Uuid,
    /// The account that books.
    pub booked_by: Uuid,
    /// The clinic's day at the start.
    pub day: Date,
    /// When the room opens.
    pub starts_at: Instant,
    /// When it closes.
    pub ends_at: Instant,
    /// What the doctor sees beforehand.
    pub complaint: Option<Private>,
    /// What was said of its messages before it was booked, which holds whatever the clinic chooses afterwards.
    pub retention: Retention,
    /// The form that asks, so that a resend books once.
    pub idempotency_key: Option<String>,
}

/// A booked consultation.
#[derive(Clone, Debug)]
pub struct Booked {
    /// The appointment.
    pub id: Uuid,
    /// Whom to tell, each with their notification.
    told: Vec<(Uuid, Uuid)>,
}

/// Why a consultation was not booked.
#[derive(Debug, thiserror::Error)]
pub enum NotBooked {
    /// Somebody else has the doctor's time.
    #[error("the doctor's time is taken")]
    TimeTaken,
    /// The patient has a consultation on that day.
    #[error("the patient's day is taken")]
    DayTaken,
    /// The form was acted on before.
    #[error("the form was sent before")]
    SentBefore,
    /// There is no such doctor.
    #[error("there is no such doctor")]
    NoDoctor,
    /// The account does not look after the patient any more.
    #[error("the account does not look after the patient")]
    NoPatient,
    /// The time, or what was promised of the messages, is not offered any more.
    #[error("what was wished is not offered any more")]
    NotOffered,
    /// Sealing or the database failed.
    #[error(transparent)]
    Failed(VaultError),
}

impl From<DbErr> for NotBooked {
    fn from(error: DbErr) -> Self {
        match unique::violated(&error) {
            Some(Unique::DoctorTime) => Self::TimeTaken,
            Some(Unique::PatientDay) => Self::DayTaken,
            Some(Unique::FormAct) => Self::SentBefore,
            _ => Self::Failed(error.into()),
        }
    }
}

impl From<VaultError> for NotBooked {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Database(error) => error.into(),
            other => Self::Failed(other),
        }
    }
}

/// The topic on which schedules of `doctor` hear that a slot of `day` was taken or became free.
pub fn slots_topic(doctor: Uuid, day: Date) -> String {
    format!("slots:{doctor}:{day}")
}

/// The topic on which the list of `doctor` hears of changes.
pub fn consultations_topic(doctor: Uuid) -> String {
    format!("doctor-consultations:{doctor}")
}

/// Where the patient finds a consultation.
pub(super) fn path_of(id: Uuid) -> String {
    format!("/consultations/{id}")
}

fn doctors_path_of(id: Uuid) -> String {
    format!("/doctor/consultations/{id}")
}

/// In whose right an account books.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum InRight {
    /// It looks after the patient.
    OfCare,
    /// It is the front desk's.
    OfDesk,
}

/// Books a consultation and tells whoever looks on. Two unique indexes decide: the doctor's time and the patient's day.
/// Whether the time is offered is not asked; [`book_slot`] does.
pub async fn book(app: &App, consultation: NewConsultation) -> Result<Booked, NotBooked> {
    book_if(app, consultation, None).await
}

/// The same, if the doctor still offers the slot and `right` still holds: what was checked before the act may have
/// changed since, and does not change while it lasts.
pub(super) async fn book_slot(app: &App, consultation: NewConsultation, right: InRight) -> Result<Booked, NotBooked> {
    fail::fail_point!(&format!("book-was-checked {}", consultation.doctor));
    book_if(app, consultation, Some(right)).await
}

async fn book_if(app: &App, consultation: NewConsultation, right: Option<InRight>) -> Result<Booked, NotBooked> {
    let now = app.now();
    let (doctor, day) = (consultation.doctor, consultation.day);
    let inside = app.clone();
    let booked = app
        .db
        .write(move |tx| async move {
            if let Some(right) = right {
                hold_offer(&tx, &consultation, right, now).await?;
            }
            insert(&tx, &inside.vault, consultation, now).await
        })
        .await?;
    for (user, notification) in &booked.told {
        notifications::tell(app, *user, *notification);
    }
    tell_changed(app, doctor, day, booked.id);
    app.job_nudge.notify_one();
    Ok(booked)
}

/// Refuses what is not offered any more. What the offer rests on stays as it is until the act ends: the clinic's zone,
/// slots and promise, the doctor, hours and days off, the account's care. Whoever changes one of these waits for the
/// booking, and then sees it.
async fn hold_offer(tx: &Tx, new: &NewConsultation, right: InRight, now: Instant) -> Result<(), NotBooked> {
    let clinic = Profile::hold(tx).await?.ok_or(NotBooked::NotOffered)?;
    if right == InRight::OfCare && !patients::hold_accounts_of(tx, new.patient).await?.contains(&new.booked_by) {
        return Err(NotBooked::NoPatient);
    }
    doctors::hold_bookable(tx, new.doctor).await?.ok_or(NotBooked::NoDoctor)?;
    let schedule = schedule::schedule_in(&clinic, tx, new.doctor).await?;
    let slot = Slot::check(new.starts_at, &schedule, now).map_err(|_| NotBooked::NotOffered)?;
    let as_checked = (slot.day(), slot.ends_at()) == (new.day, new.ends_at);
    if as_checked && clinic.message_retention == new.retention { Ok(()) } else { Err(NotBooked::NotOffered) }
}

/// The rows of a booking, all in the act `tx`: the form's key, the consultation, the doctor's time, the notification,
/// the jobs of its room. What is taken in this order by everybody cannot wait in a circle.
pub async fn insert(tx: &Tx, vault: &Vault, new: NewConsultation, now: Instant) -> Result<Booked, NotBooked> {
    fail::fail_point!("book-before-insert");
    let id = ids::new(now);
    if let Some(key) = &new.idempotency_key {
        form_acts::add(tx, new.booked_by, key, &path_of(id), now).await?;
    }
    let doctor_user = doctors::hold_bookable(tx, new.doctor).await?.ok_or(NotBooked::NoDoctor)?.user_id;
    let complaint = match &new.complaint {
        Some(text) => Some(vault.key(tx, new.patient).await?.seal(store::complaint_place(id), text.reveal())),
        None => None,
    };
    let row = appointment::ActiveModel {
        id: Set(id),
        kind: Set(Kind::Consultation),
        status: Set(Status::Confirmed),
        patient_id: Set(new.patient),
        doctor_id: Set(new.doctor),
        booked_by: Set(new.booked_by),
        clinic_day: Set(new.day.to_string()),
        starts_at: Set(Some(new.starts_at)),
        ends_at: Set(Some(new.ends_at)),
        takes_day: Set(true),
        complaint: Set(complaint),
        created_at: Set(now),
        updated_at: Set(now),
        opened_at: Set(None),
        closed_at: Set(None),
        patient_came_at: Set(None),
        doctor_came_at: Set(None),
        identity_confirmed_at: Set(None),
        cancelled_by: Set(None),
        retention: Set(new.retention),
    };
    store::insert(tx, row).await?;
    take_time(tx, new.doctor, id, new.starts_at, new.ends_at).await?;
    fail::fail_point!(&format!("book-amid {}", new.doctor));
    let kind = notifications::Kind::ConsultationBooked;
    let mut told = vec![(doctor_user, notifications::add(tx, doctor_user, kind, id, doctors_path_of(id), now).await?)];
    for user in patients::hold_accounts_of(tx, new.patient).await?.into_iter().filter(|user| *user != new.booked_by) {
        let kind = notifications::Kind::ConsultationBookedFor;
        told.push((user, notifications::add(tx, user, kind, id, path_of(id), now).await?));
    }
    jobs::add(tx, OPEN_ROOM, id, new.starts_at, now).await?;
    jobs::add(tx, CLOSE_ROOM, id, new.ends_at, now).await?;
    audit::record(tx, act(new.booked_by, "book", id, new.patient), now).await?;
    fail::fail_point!("book-before-commit");
    Ok(Booked { id, told })
}

/// Takes a doctor's time from `starts_at` to `ends_at` for an appointment, five minutes a row. Refused by
/// [`Unique::DoctorTime`] if any minute of it is taken.
pub async fn take_time(
    tx: &Tx,
    doctor: Uuid,
    appointment: Uuid,
    starts_at: Instant,
    ends_at: Instant,
) -> Result<(), DbErr> {
    store::take_cells(tx, doctor, appointment, slots::cells(starts_at, ends_at)).await
}

/// A consultation that was called off, to be told after the commit.
pub struct CalledOff {
    id: Uuid,
    doctor: Uuid,
    day: String,
    told: Vec<(Uuid, Uuid)>,
}

/// Calls off a consultation that has not begun, in the name of the account `by`, and tells the other side. Says
/// whether it was called off now; a consultation that has begun or is over stays as it is.
pub async fn cancel(app: &App, appointment: &appointment::Model, by: Uuid) -> Result<bool, DbErr> {
    let (row, now) = (appointment.clone(), app.now());
    let called_off = app.db.write(move |tx| async move { cancel_in(&tx, row, by, now).await }).await?;
    let was_called_off = called_off.is_some();
    tell_called_off(app, called_off);
    Ok(was_called_off)
}

/// Calls off every consultation with `doctor` that has not begun, in the act `tx`.
pub async fn cancel_all_of(tx: &Tx, doctor: Uuid, by: Uuid, now: Instant) -> Result<Vec<CalledOff>, DbErr> {
    let mut called_off = Vec::new();
    for row in store::booked_of_doctor(tx, doctor, now).await? {
        called_off.extend(cancel_in(tx, row, by, now).await?);
    }
    Ok(called_off)
}

/// Tells everybody whom it concerns, and whoever looks at the doctor's slots.
pub fn tell_called_off(app: &App, called_off: impl IntoIterator<Item = CalledOff>) {
    for one in called_off {
        for (user, notification) in one.told {
            notifications::tell(app, user, notification);
        }
        if let Ok(day) = one.day.parse() {
            tell_changed(app, one.doctor, day, one.id);
        }
    }
}

async fn cancel_in(tx: &Tx, row: appointment::Model, by: Uuid, now: Instant) -> Result<Option<CalledOff>, DbErr> {
    let (id, patient, doctor) = (row.id, row.patient_id, row.doctor_id);
    if !store::cancel(tx, id, by, now).await? {
        return Ok(None);
    }
    jobs::remove(tx, OPEN_ROOM, id).await?;
    jobs::remove(tx, CLOSE_ROOM, id).await?;
    audit::record(tx, act(by, "cancel", id, patient), now).await?;
    let mut told = Vec::new();
    for (user, path) in other_side(tx, id, patient, doctor, by).await? {
        let kind = notifications::Kind::ConsultationCancelled;
        told.push((user, notifications::add(tx, user, kind, id, path, now).await?));
    }
    Ok(Some(CalledOff { id, doctor, day: row.clinic_day, told }))
}

/// Everybody whom a consultation concerns but the account that acts, each with the page where they see it.
async fn other_side(tx: &Tx, id: Uuid, patient: Uuid, doctor: Uuid, actor: Uuid) -> Result<Vec<(Uuid, String)>, DbErr> {
    let mut people: Vec<(Uuid, String)> =
        patients::accounts_of(tx, patient).await?.into_iter().map(|user| (user, path_of(id))).collect();
    people.extend(doctors::find(tx, doctor).await?.map(|doctor| (doctor.user_id, doctors_path_of(id))));
    people.retain(|(user, _)| *user != actor);
    Ok(people)
}

fn act(actor: Uuid, action: &'static str, id: Uuid, patient: Uuid) -> audit::Act {
    audit::Act { actor, action, subject: "appointment", subject_id: id, patient: Some(patient) }
}

fn tell_changed(app: &App, doctor: Uuid, day: Date, appointment: Uuid) {
    app.bus.publish(Hint::changed(slots_topic(doctor, day)));
    app.bus.publish(Hint::changed(consultations_topic(doctor)));
    app.bus.publish(Hint::changed(format!("appointment:{appointment}")));
}
