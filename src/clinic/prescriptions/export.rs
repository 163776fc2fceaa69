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
    /// As signed.
    pub doctor: String,
    /// The doctor's licence.
    pub sip: String,
    /// What it is for.
    pub diagnosis: Private,
    /// For the pharmacy and the patient.
    pub notes: Option<Private>,
    /// In their order.
    pub items: Vec<ExportedItem>,
}

/// One medicine.
pub struct ExportedItem {
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
        let items = sheet.medicines.iter().zip(opened.items).map(|(medicine, item)| ExportedItem {
            medicine: medicine.label(),
            dosage: item.dosage,
            quantity: item.quantity,
            duration_days: item.duration_days,
            instructions: item.instructions,
        });
        exported.push(ExportedPrescription {
            items: items.collect(),
            number: row.number.unwrap_or_default(),
            version: row.version,
            status: status_name(row.status),
            status_key: panel::status_key(row.status),
            issued_at: row.issued_at,
            doctor: sheet.doctor.name,
            sip: sheet.doctor.sip_number,
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
