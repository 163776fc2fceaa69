//! The rows of patients.

use std::collections::HashMap;

use jiff::civil::Date;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use super::{
    Relationship,
    entity::{guardianship, patient},
    rules::{BirthDate, BpjsNumber, Gender, Nik, Payer, Phone},
};
use crate::infra::{
    clock::Instant,
    db::Tx,
    ids,
    vault::{Place, Private, Vault, VaultError},
};

/// What a patient begins with.
pub struct NewPatient {
    /// As on the identity card.
    pub name: Private,
    /// Unique among patients (P2).
    pub nik: Nik,
    /// A town.
    pub birth_place: Private,
    /// The day of birth.
    pub birth_date: BirthDate,
    /// As on the identity card.
    pub gender: Gender,
    /// Where the patient lives.
    pub address: Private,
    /// Where the clinic can call.
    pub phone: Option<Phone>,
    /// Who pays.
    pub payer: Payer,
}

/// Who a patient is, opened for somebody who may read it.
pub struct Identity {
    /// The patient.
    pub id: Uuid,
    /// As on the identity card.
    pub name: Private,
    /// 16 digits.
    pub nik: Private,
    /// A town.
    pub birth_place: Private,
    /// The day of birth.
    pub birth_date: Date,
    /// As on the identity card.
    pub gender: Gender,
    /// Where the patient lives.
    pub address: Private,
    /// In E.164.
    pub phone: Option<Private>,
    /// Who pays.
    pub payer: Payer,
}

const TABLE: &str = "patients";

/// Creates a patient with a data key of their own, in the care of `account`; refused by `Unique::Nik` if the NIK has one.
pub async fn create(
    tx: &Tx,
    vault: &Vault,
    account: Uuid,
    patient: NewPatient,
    relationship: Relationship,
    now: Instant,
) -> Result<Uuid, VaultError> {
    let id = ids::new(now);
    let key = vault.create_key(tx, id, now).await?;
    let seal = |column, text: &str| key.seal(Place::new(TABLE, id, column), text);
    let bpjs_number = match &patient.payer {
        Payer::General => None,
        Payer::Bpjs(number) => Some(seal("bpjs_number", number.reveal())),
    };
    let row = patient::ActiveModel {
        id: Set(id),
        name: Set(seal("name", patient.name.reveal())),
        nik: Set(seal("nik", patient.nik.reveal())),
        nik_index: Set(vault.look_up("nik", patient.nik.reveal())),
        birth_place: Set(seal("birth_place", patient.birth_place.reveal())),
        birth_date: Set(seal("birth_date", &patient.birth_date.day().to_string())),
        gender: Set(seal("gender", patient.gender.code())),
        address: Set(seal("address", patient.address.reveal())),
        phone: Set(patient.phone.as_ref().map(|phone| seal("phone", phone.reveal()))),
        payer: Set(seal("payer", patient.payer.code())),
        bpjs_number: Set(bpjs_number),
        created_at: Set(now),
        updated_at: Set(now),
    };
    patient::Entity::insert(row).exec_without_returning(tx).await?;
    let care = guardianship::ActiveModel {
        id: Set(ids::new(now)),
        user_id: Set(account),
        patient_id: Set(id),
        relationship: Set(relationship),
        created_at: Set(now),
    };
    guardianship::Entity::insert(care).exec_without_returning(tx).await?;
    Ok(id)
}

/// Who the patient `id` is. Whoever shows it to others than the patient records the view first.
pub async fn identity_of(connection: &impl ConnectionTrait, vault: &Vault, id: Uuid) -> Result<Identity, VaultError> {
    let row = patient::Entity::find_by_id(id).one(connection).await?.ok_or(VaultError::NoKey(id))?;
    let key = vault.key(connection, id).await?;
    let open = |column, sealed| key.open(Place::new(TABLE, id, column), sealed);
    let broken = |_| VaultError::DoesNotOpen;
    let birth_date = open("birth_date", &row.birth_date)?.reveal().parse().map_err(|_| VaultError::DoesNotOpen)?;
    let gender = Gender::parse(open("gender", &row.gender)?.reveal()).map_err(broken)?;
    let payer = match &row.bpjs_number {
        Some(number) => Payer::Bpjs(BpjsNumber::parse(open("bpjs_number", number)?.reveal()).map_err(broken)?),
        None => Payer::General,
    };
    Ok(Identity {
        id,
        name: open("name", &row.name)?,
        nik: open("nik", &row.nik)?,
        birth_place: open("birth_place", &row.birth_place)?,
        birth_date,
        gender,
        address: open("address", &row.address)?,
        phone: row.phone.as_ref().map(|phone| open("phone", phone)).transpose()?,
        payer,
    })
}

/// The patients in the care of an account, the holder first.
pub async fn in_care_of(connection: &impl ConnectionTrait, user: Uuid) -> Result<Vec<Uuid>, DbErr> {
    guardianship::Entity::find()
        .select_only()
        .column(guardianship::Column::PatientId)
        .filter(guardianship::Column::UserId.eq(user))
        .order_by_asc(guardianship::Column::CreatedAt)
        .order_by_asc(guardianship::Column::Id)
        .into_tuple()
        .all(connection)
        .await
}

/// The patients in the care of an account with how it stands to them, the holder first.
pub async fn relationships_of(
    connection: &impl ConnectionTrait,
    user: Uuid,
) -> Result<Vec<(Uuid, Relationship)>, DbErr> {
    guardianship::Entity::find()
        .select_only()
        .columns([guardianship::Column::PatientId, guardianship::Column::Relationship])
        .filter(guardianship::Column::UserId.eq(user))
        .order_by_asc(guardianship::Column::CreatedAt)
        .order_by_asc(guardianship::Column::Id)
        .into_tuple()
        .all(connection)
        .await
}

/// The accounts that look after `patient`, to tell them what concerns the patient.
pub async fn accounts_of(connection: &impl ConnectionTrait, patient: Uuid) -> Result<Vec<Uuid>, DbErr> {
    guardianship::Entity::find()
        .select_only()
        .column(guardianship::Column::UserId)
        .filter(guardianship::Column::PatientId.eq(patient))
        .order_by_asc(guardianship::Column::CreatedAt)
        .into_tuple()
        .all(connection)
        .await
}

/// The name of a patient.
pub async fn name_of(connection: &impl ConnectionTrait, vault: &Vault, id: Uuid) -> Result<Private, VaultError> {
    names_of(connection, vault, vec![id]).await?.remove(&id).ok_or(VaultError::NoKey(id))
}

/// The names of several patients.
pub async fn names_of(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Private>, VaultError> {
    let mut names = HashMap::new();
    for row in patient::Entity::find().filter(patient::Column::Id.is_in(ids)).all(connection).await? {
        let key = vault.key(connection, row.id).await?;
        names.insert(row.id, key.open(Place::new("patients", row.id, "name"), &row.name)?);
    }
    Ok(names)
}
