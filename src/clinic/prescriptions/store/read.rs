//! Reading prescriptions: each is found through whoever may see it.

use std::str::FromStr;

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use super::{item_place, prescription_place};
use crate::{
    clinic::{
        doctors::Doctor,
        patients::Patient,
        prescriptions::{
            entity::{Status, prescription, prescription_item},
            rules::{Fields, ItemFields, Revision},
            snapshot::Snapshot,
        },
    },
    infra::vault::{DataKey, Private, Vault, VaultError},
};

/// A prescription's text, opened.
pub(in crate::clinic::prescriptions) struct Opened {
    pub(in crate::clinic::prescriptions) diagnosis: Private,
    pub(in crate::clinic::prescriptions) notes: Option<Private>,
    pub(in crate::clinic::prescriptions) items: Vec<OpenedItem>,
}

/// One medicine of it.
pub(in crate::clinic::prescriptions) struct OpenedItem {
    pub(in crate::clinic::prescriptions) product: Uuid,
    pub(in crate::clinic::prescriptions) dosage: Private,
    pub(in crate::clinic::prescriptions) quantity: i32,
    pub(in crate::clinic::prescriptions) duration_days: i32,
    pub(in crate::clinic::prescriptions) instructions: Private,
}

/// A patient's prescriptions that hold at present.
#[derive(Clone, Default)]
pub struct ActivePrescriptions {
    /// How many.
    pub count: i64,
    /// The newest few, newest first.
    pub newest: Vec<Issued>,
}

/// An issued prescription in a line.
#[derive(Clone)]
pub struct Issued {
    /// Which one.
    pub id: Uuid,
    /// As on paper.
    pub number: String,
    /// From 1 upwards.
    pub version: i32,
    /// Where it stands.
    pub status: Status,
    /// The clinic's day on which it was issued, `YYYY-MM-DD`.
    pub date: String,
    /// Names with strengths, in their order.
    pub medicines: Vec<String>,
}

/// Lines that a summary of a patient shows.
const NEWEST: u64 = 3;

/// How many prescriptions of `patient` hold, and the newest few.
pub async fn active_of_patient(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    patient: Uuid,
) -> Result<ActivePrescriptions, VaultError> {
    let active = prescription::Entity::find()
        .filter(prescription::Column::PatientId.eq(patient))
        .filter(prescription::Column::Status.eq(Status::Active));
    let count = i64::try_from(active.clone().count(connection).await?).unwrap_or(i64::MAX);
    let newest = active
        .order_by_desc(prescription::Column::IssuedAt)
        .order_by_desc(prescription::Column::Id)
        .limit(NEWEST)
        .all(connection)
        .await?;
    Ok(ActivePrescriptions { count, newest: lines(connection, vault, newest).await? })
}

/// The prescriptions of an appointment that patients see, newest first; replaced versions are left out.
pub async fn issued_of_appointment(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    appointment: Uuid,
) -> Result<Vec<Issued>, VaultError> {
    let issued = prescription::Entity::find()
        .filter(prescription::Column::AppointmentId.eq(appointment))
        .filter(prescription::Column::Status.is_in([Status::Active, Status::Completed, Status::Cancelled]))
        .order_by_desc(prescription::Column::IssuedAt)
        .order_by_desc(prescription::Column::Id)
        .all(connection)
        .await?;
    lines(connection, vault, issued).await
}

/// Every version of every prescription that `doctor` wrote for an appointment, the draft too, newest first.
pub async fn of_appointment_for_doctor(
    connection: &impl ConnectionTrait,
    doctor: &Doctor,
    appointment: Uuid,
) -> Result<Vec<prescription::Model>, DbErr> {
    prescription::Entity::find()
        .filter(prescription::Column::AppointmentId.eq(appointment))
        .filter(prescription::Column::DoctorId.eq(doctor.id))
        .order_by_desc(prescription::Column::Id)
        .all(connection)
        .await
}

async fn lines(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    rows: Vec<prescription::Model>,
) -> Result<Vec<Issued>, VaultError> {
    let mut lines = Vec::new();
    for row in rows {
        lines.push(Issued {
            id: row.id,
            medicines: Snapshot::open(connection, vault, &row).await?.medicine_names(),
            number: row.number.unwrap_or_default(),
            version: row.version,
            status: row.status,
            date: row.prescription_date.unwrap_or_default(),
        });
    }
    Ok(lines)
}

/// How far the prescriptions of an appointment have come.
pub(in crate::clinic::prescriptions) struct Standing {
    /// The draft that is there.
    pub(in crate::clinic::prescriptions) draft: Option<prescription::Model>,
    /// What a form that is drawn now carries.
    pub(in crate::clinic::prescriptions) revision: Revision,
}

/// The draft of an appointment, and what was issued beside it.
pub(in crate::clinic::prescriptions) async fn standing_of(
    connection: &impl ConnectionTrait,
    appointment: Uuid,
) -> Result<Standing, DbErr> {
    let of_appointment = prescription::Entity::find().filter(prescription::Column::AppointmentId.eq(appointment));
    let issued = of_appointment
        .clone()
        .filter(prescription::Column::Status.ne(Status::Draft))
        .filter(prescription::Column::ReplacesId.is_null())
        .count(connection)
        .await?;
    let draft = of_appointment.filter(prescription::Column::Status.eq(Status::Draft)).one(connection).await?;
    let revision = Revision { issued, draft: draft.as_ref().map_or(0, |draft| draft.draft_revision) };
    Ok(Standing { draft, revision })
}

/// A prescription that `doctor` wrote.
pub(in crate::clinic::prescriptions) async fn find_for_doctor(
    connection: &impl ConnectionTrait,
    doctor: &Doctor,
    id: Uuid,
) -> Result<Option<prescription::Model>, DbErr> {
    prescription::Entity::find_by_id(id).filter(prescription::Column::DoctorId.eq(doctor.id)).one(connection).await
}

/// An issued prescription of somebody in the care of `patient`'s account.
pub(in crate::clinic::prescriptions) async fn find_for_patient(
    connection: &impl ConnectionTrait,
    patient: &Patient,
    id: Uuid,
) -> Result<Option<prescription::Model>, DbErr> {
    prescription::Entity::find_by_id(id)
        .filter(prescription::Column::PatientId.is_in(patient.in_care.clone()))
        .filter(prescription::Column::Status.ne(Status::Draft))
        .one(connection)
        .await
}

/// All issued prescriptions of those in the care of `patient`'s account, newest first (R2).
pub(in crate::clinic::prescriptions) async fn of_patients(
    connection: &impl ConnectionTrait,
    patient: &Patient,
) -> Result<Vec<prescription::Model>, DbErr> {
    prescription::Entity::find()
        .filter(prescription::Column::PatientId.is_in(patient.in_care.clone()))
        .filter(prescription::Column::Status.ne(Status::Draft))
        .order_by_desc(prescription::Column::IssuedAt)
        .order_by_desc(prescription::Column::Version)
        .order_by_desc(prescription::Column::Id)
        .all(connection)
        .await
}

/// Up to `limit` prescriptions that `doctor` wrote, newest first, from the one before `before` on.
pub(in crate::clinic::prescriptions) async fn newest_of_doctor(
    connection: &impl ConnectionTrait,
    doctor: &Doctor,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<prescription::Model>, DbErr> {
    let mut written = prescription::Entity::find().filter(prescription::Column::DoctorId.eq(doctor.id));
    if let Some(before) = before {
        written = written.filter(prescription::Column::Id.lt(before));
    }
    written.order_by_desc(prescription::Column::Id).limit(limit).all(connection).await
}

/// The version that took the place of `id`.
pub(in crate::clinic::prescriptions) async fn successor_of(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<prescription::Model>, DbErr> {
    prescription::Entity::find().filter(prescription::Column::ReplacesId.eq(id)).one(connection).await
}

async fn items_of(
    connection: &impl ConnectionTrait,
    prescription: Uuid,
) -> Result<Vec<prescription_item::Model>, DbErr> {
    prescription_item::Entity::find()
        .filter(prescription_item::Column::PrescriptionId.eq(prescription))
        .order_by_asc(prescription_item::Column::Position)
        .all(connection)
        .await
}

/// Opens the text of an issued prescription.
pub(in crate::clinic::prescriptions) async fn open(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    row: &prescription::Model,
) -> Result<Opened, VaultError> {
    let key = vault.key(connection, row.patient_id).await?;
    let items = items_of(connection, row.id).await?;
    Ok(Opened {
        diagnosis: key.open(prescription_place(row.id, "diagnosis"), &row.diagnosis)?,
        notes: key.open_maybe(prescription_place(row.id, "notes"), row.notes.as_ref())?,
        items: items.iter().map(|item| open_item(&key, item)).collect::<Result<_, _>>()?,
    })
}

/// The same as the form would have been typed; of a draft it may be anything.
pub(in crate::clinic::prescriptions) async fn typed(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    row: &prescription::Model,
) -> Result<Fields, VaultError> {
    let key = vault.key(connection, row.patient_id).await?;
    let notes = key.open_maybe(prescription_place(row.id, "notes"), row.notes.as_ref())?;
    let items = items_of(connection, row.id).await?;
    Ok(Fields {
        diagnosis: key.open(prescription_place(row.id, "diagnosis"), &row.diagnosis)?.reveal().to_owned(),
        notes: notes.map(|notes| notes.reveal().to_owned()).unwrap_or_default(),
        items: items
            .iter()
            .zip(0..)
            .map(|(item, index): (_, usize)| Ok((index.to_string(), type_item(&key, item)?)))
            .collect::<Result<_, VaultError>>()?,
        revision: String::new(),
    })
}

fn type_item(key: &DataKey, item: &prescription_item::Model) -> Result<ItemFields, VaultError> {
    let open = |column, sealed| Ok::<_, VaultError>(key.open(item_place(item.id, column), sealed)?.reveal().to_owned());
    Ok(ItemFields {
        product_id: open("product_id", &item.product_id)?,
        dosage: open("dosage", &item.dosage)?,
        quantity: open("quantity", &item.quantity)?,
        duration_days: open("duration_days", &item.duration_days)?,
        instructions: open("instructions", &item.instructions)?,
    })
}

fn open_item(key: &DataKey, item: &prescription_item::Model) -> Result<OpenedItem, VaultError> {
    let open = |column, sealed| key.open(item_place(item.id, column), sealed);
    Ok(OpenedItem {
        product: read(&open("product_id", &item.product_id)?)?,
        dosage: open("dosage", &item.dosage)?,
        quantity: read(&open("quantity", &item.quantity)?)?,
        duration_days: read(&open("duration_days", &item.duration_days)?)?,
        instructions: open("instructions", &item.instructions)?,
    })
}

/// An id or a number that was sealed as text.
fn read<T: FromStr>(text: &Private) -> Result<T, VaultError> {
    text.reveal().parse().map_err(|_| VaultError::DoesNotOpen)
}
