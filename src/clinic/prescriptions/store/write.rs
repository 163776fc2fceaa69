//! Keeping drafts, issuing, changing and calling off: each one act.

use std::time::Duration;

use jiff::civil::Date;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{Standing, item_place, prescription_place, standing_of};
use crate::{
    app::App,
    clinic::{
        appointments::appointment,
        audit,
        notifications::{self, Kind},
        patients,
        prescriptions::{
            entity::{Status, prescription, prescription_item, prescription_number},
            rules::{self, Content, Fields, ItemFields, Revision},
            snapshot::Snapshot,
        },
    },
    infra::{
        clock::Instant,
        db::Tx,
        form_acts, ids,
        unique::{self, Unique},
        vault::{DataKey, Sealed, Vault, VaultError},
    },
};

/// Who writes what for which appointment.
#[derive(Clone)]
pub struct Writing {
    /// The appointment that the prescription belongs to.
    pub appointment: Uuid,
    /// Its doctor.
    pub doctor: Uuid,
    /// Its patient.
    pub patient: Uuid,
    /// The doctor's account.
    pub actor: Uuid,
    /// The clinic's day.
    pub day: Date,
    /// The form that asks, with where it leads, so that a resend issues once.
    pub form: Option<(String, String)>,
}

impl Writing {
    /// Writing for `appointment` by its doctor's account `actor` on `day`.
    pub fn of(appointment: &appointment::Model, actor: Uuid, day: Date) -> Self {
        Self {
            appointment: appointment.id,
            doctor: appointment.doctor_id,
            patient: appointment.patient_id,
            actor,
            day,
            form: None,
        }
    }
}

/// What an act has to tell of a prescription once it is durable.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The prescription.
    pub id: Uuid,
    /// Accounts with their notifications.
    told: Vec<(Uuid, Uuid)>,
}

/// A draft is kept each time that its doctor stops typing; the log has a row where this long nothing was kept before.
const NEW_ROW_AFTER: Duration = Duration::from_mins(15);

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The form was acted on before.
    #[error("the form was sent before")]
    SentBefore,
    /// Another draft of the appointment was kept at the same moment.
    #[error("another draft was kept at the same moment")]
    DraftTaken,
    /// It is no longer what the form was drawn from: another version holds, or the draft was kept or issued elsewhere.
    #[error("the prescription is no longer what the form was drawn from")]
    NotCurrent,
    /// Sealing or the database failed.
    #[error(transparent)]
    Failed(VaultError),
}

impl From<DbErr> for Refusal {
    fn from(error: DbErr) -> Self {
        match unique::violated(&error) {
            Some(Unique::FormAct) => Self::SentBefore,
            Some(Unique::Draft) => Self::DraftTaken,
            _ => Self::Failed(error.into()),
        }
    }
}

impl From<VaultError> for Refusal {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Database(error) => error.into(),
            other => Self::Failed(other),
        }
    }
}

/// What a row says, sealed for its id.
struct SealedText {
    diagnosis: Sealed,
    notes: Option<Sealed>,
}

impl SealedText {
    fn of(key: &DataKey, id: Uuid, text: &Text) -> Self {
        Self {
            diagnosis: key.seal(prescription_place(id, "diagnosis"), &text.diagnosis),
            notes: text.notes.as_ref().map(|notes| key.seal(prescription_place(id, "notes"), notes)),
        }
    }
}

/// What stands in a prescription: of a draft whatever was typed, of an issued one what the rules let through.
struct Text {
    diagnosis: String,
    notes: Option<String>,
    items: Vec<ItemFields>,
}

impl From<&Content> for Text {
    fn from(content: &Content) -> Self {
        Self {
            diagnosis: content.diagnosis().reveal().to_owned(),
            notes: content.notes().map(|notes| notes.reveal().to_owned()),
            items: content.items().iter().map(ItemFields::from).collect(),
        }
    }
}

impl From<&Fields> for Text {
    fn from(fields: &Fields) -> Self {
        let rows = fields.rows().unwrap_or_default().into_values();
        Self {
            diagnosis: fields.diagnosis.clone(),
            notes: (!fields.notes.is_empty()).then(|| fields.notes.clone()),
            items: rows.filter(|row| !row.is_blank()).cloned().collect(),
        }
    }
}

/// What issuing gives a row.
struct Issue {
    number: String,
    version: i32,
    replaces: Option<Uuid>,
    sheet: Snapshot,
}

/// Keeps the draft of an appointment as it was typed, in place of the one before; `seen` is what the form was drawn from.
pub async fn keep_draft(
    tx: &Tx,
    vault: &Vault,
    writing: &Writing,
    (fields, seen): (&Fields, Option<Revision>),
    now: Instant,
) -> Result<Revision, Refusal> {
    let Standing { draft, revision } = standing_as_seen(tx, writing.appointment, seen).await?;
    let key = vault.key(tx, writing.patient).await?;
    let text = Text::from(fields);
    let id = match &draft {
        Some(draft) => {
            rewrite_draft(tx, draft, SealedText::of(&key, draft.id, &text), now).await?;
            draft.id
        }
        None => insert(tx, &key, writing, &text, (None, now)).await?,
    };
    write_items(tx, &key, id, &text.items, now).await?;
    if draft.is_none_or(|draft| now.since(draft.updated_at) >= NEW_ROW_AFTER) {
        record(tx, writing, "draft", id, now).await?;
    }
    Ok(Revision { draft: revision.draft + 1, ..revision })
}

/// Issues a prescription: the appointment's draft if there is one, with the day's next number. `seen` is what the form was
/// drawn from.
pub async fn issue(
    tx: &Tx,
    vault: &Vault,
    writing: &Writing,
    (content, seen): (&Content, Option<Revision>),
    now: Instant,
) -> Result<Sent, Refusal> {
    note_form(tx, writing, now).await?;
    let key = vault.key(tx, writing.patient).await?;
    let sheet = Snapshot::take(tx, vault, (writing.doctor, writing.patient), content, now).await?;
    // The day's number is held from here on, so that of two forms at once the second sees what the first has issued.
    let issue = Issue { number: next_number(tx, writing.day).await?, version: 1, replaces: None, sheet };
    fail::fail_point!("issue-after-number");
    let Standing { draft, .. } = standing_as_seen(tx, writing.appointment, seen).await?;
    let text = Text::from(content);
    let id = match draft {
        Some(draft) if issue_draft(tx, &key, (&draft, writing.day), (&text, &issue), now).await? => draft.id,
        Some(_) if seen.is_some() => return Err(Refusal::NotCurrent),
        _ => insert(tx, &key, writing, &text, (Some(&issue), now)).await?,
    };
    write_items(tx, &key, id, &text.items, now).await?;
    record(tx, writing, "issue", id, now).await?;
    notify(tx, Kind::PrescriptionIssued, (writing.patient, id), now).await
}

/// Issues a new version of `old`, which then reads "replaced".
pub(in crate::clinic::prescriptions) async fn change(
    tx: &Tx,
    vault: &Vault,
    writing: &Writing,
    (old, content): (&prescription::Model, &Content),
    now: Instant,
) -> Result<Sent, Refusal> {
    note_form(tx, writing, now).await?;
    leave_active(tx, old.id, Status::Replaced, now).await?;
    let key = vault.key(tx, writing.patient).await?;
    let number = old.number.clone().ok_or(Refusal::NotCurrent)?;
    let sheet = Snapshot::take(tx, vault, (writing.doctor, writing.patient), content, now).await?;
    let issue = Issue { number, version: old.version + 1, replaces: Some(old.id), sheet };
    let text = Text::from(content);
    let id = insert(tx, &key, writing, &text, (Some(&issue), now)).await?;
    write_items(tx, &key, id, &text.items, now).await?;
    record(tx, writing, "change", id, now).await?;
    notify(tx, Kind::PrescriptionReplaced, (writing.patient, id), now).await
}

/// Calls off an issued prescription; the patient is told not to collect it.
pub(in crate::clinic::prescriptions) async fn cancel(
    tx: &Tx,
    row: &prescription::Model,
    actor: Uuid,
    now: Instant,
) -> Result<Sent, Refusal> {
    leave_active(tx, row.id, Status::Cancelled, now).await?;
    let act = audit::Act {
        actor,
        action: "cancel",
        subject: "prescription",
        subject_id: row.id,
        patient: Some(row.patient_id),
    };
    audit::record(tx, act, now).await?;
    notify(tx, Kind::PrescriptionCancelled, (row.patient_id, row.id), now).await
}

/// Tells the open pages of those who look after the patient.
pub fn tell(app: &App, sent: &Sent) {
    for (user, notification) in &sent.told {
        notifications::tell(app, *user, *notification);
    }
}

async fn note_form(tx: &Tx, writing: &Writing, now: Instant) -> Result<(), DbErr> {
    match &writing.form {
        Some((key, path)) => form_acts::add(tx, writing.actor, key, path, now).await,
        None => Ok(()),
    }
}

async fn record(tx: &Tx, writing: &Writing, action: &'static str, id: Uuid, now: Instant) -> Result<(), DbErr> {
    let patient = Some(writing.patient);
    let act = audit::Act { actor: writing.actor, action, subject: "prescription", subject_id: id, patient };
    audit::record(tx, act, now).await
}

/// Every account that looks after the patient gets a notification that leads to the prescription (R2).
async fn notify(tx: &Tx, kind: Kind, (patient, id): (Uuid, Uuid), now: Instant) -> Result<Sent, Refusal> {
    let mut told = Vec::new();
    for user in patients::accounts_of(tx, patient).await? {
        let path = format!("/prescriptions/{id}");
        told.push((user, notifications::add(tx, user, kind, id, path, now).await?));
    }
    Ok(Sent { id, told })
}

/// How far the appointment's prescriptions have come, if that is what the form was drawn from.
async fn standing_as_seen(tx: &Tx, appointment: Uuid, seen: Option<Revision>) -> Result<Standing, Refusal> {
    let standing = standing_of(tx, appointment).await?;
    if seen.is_some_and(|seen| seen != standing.revision) {
        return Err(Refusal::NotCurrent);
    }
    Ok(standing)
}

/// Puts other text into a draft, unless somebody was faster.
async fn rewrite_draft(tx: &Tx, draft: &prescription::Model, text: SealedText, now: Instant) -> Result<(), Refusal> {
    let kept = prescription::Entity::update_many()
        .set(prescription::ActiveModel {
            diagnosis: Set(text.diagnosis),
            notes: Set(text.notes),
            draft_revision: Set(draft.draft_revision + 1),
            updated_at: Set(now),
            ..Default::default()
        })
        .filter(prescription::Column::Id.eq(draft.id))
        .filter(prescription::Column::Status.eq(Status::Draft))
        .filter(prescription::Column::DraftRevision.eq(draft.draft_revision))
        .exec(tx)
        .await?;
    if kept.rows_affected == 1 { Ok(()) } else { Err(Refusal::NotCurrent) }
}

/// The next number of `day`. The day's row is held until the act ends, so no two acts get the same.
async fn next_number(tx: &Tx, day: Date) -> Result<String, DbErr> {
    let first = prescription_number::ActiveModel { clinic_day: Set(day.to_string()), last_number: Set(1) };
    let last = Expr::col((prescription_number::Entity, prescription_number::Column::LastNumber));
    let count_on = OnConflict::column(prescription_number::Column::ClinicDay)
        .value(prescription_number::Column::LastNumber, last.add(1))
        .to_owned();
    prescription_number::Entity::insert(first).on_conflict(count_on).exec_without_returning(tx).await?;
    let row = prescription_number::Entity::find_by_id(day.to_string()).one(tx).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound(day.to_string()))?;
    Ok(rules::prescription_number(day, row.last_number))
}

/// Takes an issued prescription out of "active", unless somebody was faster.
async fn leave_active(tx: &Tx, id: Uuid, status: Status, now: Instant) -> Result<(), Refusal> {
    let left = prescription::Entity::update_many()
        .set(prescription::ActiveModel { status: Set(status), updated_at: Set(now), ..Default::default() })
        .filter(prescription::Column::Id.eq(id))
        .filter(prescription::Column::Status.eq(Status::Active))
        .exec(tx)
        .await?;
    if left.rows_affected == 1 { Ok(()) } else { Err(Refusal::NotCurrent) }
}

/// Makes a draft the issued prescription; it does not if the draft was kept or issued elsewhere meanwhile.
async fn issue_draft(
    tx: &Tx,
    key: &DataKey,
    (draft, day): (&prescription::Model, Date),
    (text, issue): (&Text, &Issue),
    now: Instant,
) -> Result<bool, DbErr> {
    let id = draft.id;
    let text = SealedText::of(key, id, text);
    let issued = prescription::Entity::update_many()
        .set(prescription::ActiveModel {
            status: Set(Status::Active),
            number: Set(Some(issue.number.clone())),
            diagnosis: Set(text.diagnosis),
            notes: Set(text.notes),
            sheet: Set(Some(issue.sheet.seal(key, id))),
            prescription_date: Set(Some(day.to_string())),
            issued_at: Set(Some(now)),
            updated_at: Set(now),
            ..Default::default()
        })
        .filter(prescription::Column::Id.eq(id))
        .filter(prescription::Column::Status.eq(Status::Draft))
        .filter(prescription::Column::DraftRevision.eq(draft.draft_revision))
        .exec(tx)
        .await?;
    Ok(issued.rows_affected == 1)
}

async fn insert(
    tx: &Tx,
    key: &DataKey,
    writing: &Writing,
    text: &Text,
    (issue, now): (Option<&Issue>, Instant),
) -> Result<Uuid, DbErr> {
    let id = ids::new(now);
    let text = SealedText::of(key, id, text);
    let row = prescription::ActiveModel {
        id: Set(id),
        appointment_id: Set(writing.appointment),
        doctor_id: Set(writing.doctor),
        patient_id: Set(writing.patient),
        status: Set(if issue.is_some() { Status::Active } else { Status::Draft }),
        number: Set(issue.map(|issue| issue.number.clone())),
        version: Set(issue.map_or(1, |issue| issue.version)),
        draft_revision: Set(1),
        replaces_id: Set(issue.and_then(|issue| issue.replaces)),
        diagnosis: Set(text.diagnosis),
        notes: Set(text.notes),
        sheet: Set(issue.map(|issue| issue.sheet.seal(key, id))),
        prescription_date: Set(issue.map(|_| writing.day.to_string())),
        issued_at: Set(issue.map(|_| now)),
        created_at: Set(now),
        updated_at: Set(now),
    };
    prescription::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(id)
}

/// Writes the medicines of a prescription, in place of those that a draft had.
async fn write_items(tx: &Tx, key: &DataKey, id: Uuid, items: &[ItemFields], now: Instant) -> Result<(), DbErr> {
    prescription_item::Entity::delete_many().filter(prescription_item::Column::PrescriptionId.eq(id)).exec(tx).await?;
    let rows = items.iter().zip(1..).map(|(item, position)| {
        let row = ids::new(now);
        let seal = |column, text: &str| Set(key.seal(item_place(row, column), text));
        prescription_item::ActiveModel {
            id: Set(row),
            prescription_id: Set(id),
            position: Set(position),
            product_id: seal("product_id", &item.product_id),
            dosage: seal("dosage", &item.dosage),
            quantity: seal("quantity", &item.quantity),
            duration_days: seal("duration_days", &item.duration_days),
            instructions: seal("instructions", &item.instructions),
        }
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        prescription_item::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}
