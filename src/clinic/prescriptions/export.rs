//! Every issued prescription of a patient, opened, for a copy of all their data (S4).

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::{
    entity::{Status, prescription},
    panel,
    snapshot::Snapshot,
    store,
};
use crate::{
    app::App,
    infra::{clock::Instant, vault::Private},
    web::Error,
};

/// One version of a prescription.
pub struct ExportedPrescription {
    /// Which one.
    pub id: Uuid,
    /// The consultation or visit in which it was written.
    pub appointment: Uuid,
    /// The version that it took the place of.
    pub replaces: Option<Uuid>,
    /// As on paper.
    pub number: String,
    /// From 1 upwards.
    pub version: i32,
    /// The word in the database, such as `active`.
    pub status: &'static str,
    /// The sentence for it.
    pub status_key: &'static str,
    /// When it was issued.
    pub issued_at: Option<Instant>,
    /// The clinic's day then, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// When it was first written, as a draft or at once.
    pub created_at: Instant,
    /// When its status last changed.
    pub updated_at: Instant,
    /// The clinic as the sheet has it: name, address, city, phone.
    pub letterhead: [String; 4],
    /// The patient as the sheet has them.
    pub person: ExportedPerson,
    /// As signed.
    pub doctor: String,
    /// As the sheet has it.
    pub specialty: String,
    /// The doctor's licence.
    pub sip: String,
    /// What it is for.
    pub diagnosis: Private,
    /// For the pharmacy and the patient.
    pub notes: Option<Private>,
    /// In their order.
    pub items: Vec<ExportedItem>,
}

/// The patient as they were when the prescription was issued.
pub struct ExportedPerson {
    /// As on the identity card.
    pub name: Private,
    /// A town.
    pub birth_place: Private,
    /// `YYYY-MM-DD`.
    pub birth_date: Private,
    /// The form's value.
    pub gender: Private,
    /// Where the patient lived.
    pub address: Private,
    /// The form's value.
    pub payer: Private,
}

/// One medicine.
pub struct ExportedItem {
    /// In the clinic's list.
    pub product: Uuid,
    /// Name, form and strength.
    pub medicine: String,
    /// As the doctor wrote it.
    pub dosage: Private,
    /// How many.
    pub quantity: i32,
    /// For how long.
    pub duration_days: i32,
    /// How to take it.
    pub instructions: Private,
}

/// All versions that were issued to `patient`, newest first; drafts are the doctor's.
pub async fn export_of(app: &App, patient: Uuid) -> Result<Vec<ExportedPrescription>, Error> {
    let reader = app.db.read();
    let rows = prescription::Entity::find()
        .filter(prescription::Column::PatientId.eq(patient))
        .filter(prescription::Column::Status.ne(Status::Draft))
        .order_by_desc(prescription::Column::IssuedAt)
        .order_by_desc(prescription::Column::Id)
        .all(reader)
        .await?;
    let mut exported = Vec::new();
    for row in rows {
        let opened = store::open(reader, &app.vault, &row).await?;
        let sheet = Snapshot::open(reader, &app.vault, &row).await?;
        let items: Vec<ExportedItem> = sheet
            .medicines
            .iter()
            .zip(opened.items)
            .map(|(medicine, item)| ExportedItem {
                product: item.product,
                medicine: medicine.label(),
                dosage: item.dosage,
                quantity: item.quantity,
                duration_days: item.duration_days,
                instructions: item.instructions,
            })
            .collect();
        let Snapshot { letterhead, doctor, patient, .. } = sheet;
        exported.push(ExportedPrescription {
            id: row.id,
            appointment: row.appointment_id,
            replaces: row.replaces_id,
            items,
            number: row.number.unwrap_or_default(),
            version: row.version,
            status: status_name(row.status),
            status_key: panel::status_key(row.status),
            issued_at: row.issued_at,
            date: row.prescription_date,
            created_at: row.created_at,
            updated_at: row.updated_at,
            letterhead: [letterhead.name, letterhead.address, letterhead.city, letterhead.phone],
            person: ExportedPerson {
                name: patient.name,
                birth_place: patient.birth_place,
                birth_date: patient.birth_date,
                gender: patient.gender,
                address: patient.address,
                payer: patient.payer,
            },
            doctor: doctor.name,
            specialty: doctor.specialty,
            sip: doctor.sip_number,
            diagnosis: opened.diagnosis,
            notes: opened.notes,
        });
    }
    Ok(exported)
}

const fn status_name(status: Status) -> &'static str {
    match status {
        Status::Draft => "draft",
        Status::Active => "active",
        Status::Completed => "completed",
        Status::Cancelled => "cancelled",
        Status::Replaced => "replaced",
    }
}
