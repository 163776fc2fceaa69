//! The rows of patients.

use std::collections::HashMap;

use jiff::civil::Date;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    Relationship,
    care::look_after,
    entity::patient,
    rules::{BirthDate, BpjsNumber, Gender, Nik, Payer},
    search,
};
use crate::clinic::accounts::Phone;
use crate::infra::{
    clock::Instant,
    db::Tx,
    ids,
    vault::{LookUp, Place, Private, Vault, VaultError},
};

/// By what a patient is one and no other.
#[derive(Clone, PartialEq, Eq)]
pub enum Known {
    /// The patient's own NIK.
    Nik(Nik),
    /// A newborn without one yet: the mother's NIK, the day of birth, and the how manieth of that birth.
    Newborn {
        /// Of the mother.
        mother: Nik,
        /// 1, but for twins.
        order: u8,
    },
}

impl From<Nik> for Known {
    fn from(nik: Nik) -> Self {
        Self::Nik(nik)
    }
}

impl Known {
    /// What no two patients share: the number, looked up.
    pub fn look_up(&self, vault: &Vault, born: BirthDate) -> LookUp {
        match self {
            Self::Nik(nik) => vault.look_up("nik", nik.reveal()),
            Self::Newborn { mother, order } => {
                vault.look_up("newborn", &format!("{} {} {order}", mother.reveal(), born.day()))
            }
        }
    }

    /// Whether it is the number of somebody who is there, born like them.
    pub(super) fn is_of(&self, identity: &Identity, born: BirthDate) -> bool {
        match (self, &identity.nik, &identity.newborn) {
            (Self::Nik(nik), Some(other), _) => nik.reveal() == other.reveal(),
            (Self::Newborn { mother, order }, None, Some((other, other_order))) => {
                mother.reveal() == other.reveal() && order == other_order && born.day() == identity.birth_date
            }
            _ => false,
        }
    }

    /// The patient's own number, if there is one.
    fn nik(&self) -> &str {
        match self {
            Self::Nik(nik) => nik.reveal(),
            Self::Newborn { .. } => NO_NIK,
        }
    }
}

/// What a patient begins with.
pub struct NewPatient {
    /// As on the identity card.
    pub name: Private,
    /// Unique among patients (P2, P8).
    pub known_by: Known,
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
    /// 16 digits; nothing for a newborn, or while a NIK is released.
    pub nik: Option<Private>,
    /// Of a newborn: the mother's NIK, and the how manieth of that birth.
    pub newborn: Option<(Private, u8)>,
    /// Whether another patient holds the same number, so that the front desk must look at both.
    pub contested: bool,
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
/// What is sealed in place of a NIK that is not there.
pub(super) const NO_NIK: &str = "";

/// Where a value of the patient `id` is sealed, under their own key.
pub(super) const fn place(id: Uuid, column: &'static str) -> Place {
    Place::new(TABLE, id, column)
}

/// Creates a patient with a data key of their own, in the care of `account`; refused by `Unique::Nik` if the NIK has one.
pub async fn create(
    tx: &Tx,
    vault: &Vault,
    account: Uuid,
    patient: NewPatient,
    relationship: Relationship,
    now: Instant,
) -> Result<Uuid, VaultError> {
    let id = register(tx, vault, patient, now).await?;
    look_after(tx, account, id, relationship, None, now).await?;
    Ok(id)
}

/// Creates a patient with a data key of their own, in nobody's care but the clinic's; refused by `Unique::Nik` if the
/// NIK has one.
pub async fn register(tx: &Tx, vault: &Vault, patient: NewPatient, now: Instant) -> Result<Uuid, VaultError> {
    let index = patient.known_by.look_up(vault, patient.birth_date);
    let id = ids::new(now);
    let row = seal(tx, vault, &patient, (id, index), now).await?;
    patient::Entity::insert(row).exec_without_returning(tx).await?;
    search::index_name(tx, vault, id, &patient.name, now).await?;
    Ok(id)
}

/// Creates a patient also where another holds the same number: then without it, to be looked at by the front desk.
/// Whoever asks sees the same either way (P2). Of several who ask at once for a new number, the database gives it to one.
pub(super) async fn claim(tx: &Tx, vault: &Vault, patient: NewPatient, now: Instant) -> Result<Uuid, VaultError> {
    let index = patient.known_by.look_up(vault, patient.birth_date);
    let id = ids::new(now);
    let mut row = seal(tx, vault, &patient, (id, index.clone()), now).await?;
    let mut held = holder_of(tx, &index).await?.is_some();
    fail::fail_point!("claim-before-insert");
    if !held {
        let once = OnConflict::column(patient::Column::NikIndex).do_nothing().to_owned();
        held = patient::Entity::insert(row.clone()).on_conflict(once).exec_without_returning(tx).await? == 0;
    }
    if held {
        row.nik_index = Set(without_number(vault, id));
        row.nik_claim = Set(Some(index));
        patient::Entity::insert(row).exec_without_returning(tx).await?;
    }
    search::index_name(tx, vault, id, &patient.name, now).await?;
    Ok(id)
}

/// The number that the patient `id` claims and another holds, if there is one.
pub(super) async fn claim_of(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<LookUp>, DbErr> {
    Ok(patient::Entity::find_by_id(id).one(connection).await?.and_then(|row| row.nik_claim))
}

/// What stands in the unique column of a patient who has no number of their own.
pub(super) fn without_number(vault: &Vault, id: Uuid) -> LookUp {
    vault.look_up("no-nik", &id.to_string())
}

/// The patient who holds a number.
pub async fn holder_of(connection: &impl ConnectionTrait, index: &LookUp) -> Result<Option<Uuid>, DbErr> {
    patient::Entity::find()
        .select_only()
        .column(patient::Column::Id)
        .filter(patient::Column::NikIndex.eq(index.clone()))
        .into_tuple()
        .one(connection)
        .await
}

/// The row of a patient `id` who holds the number of `nik_index`, sealed under a new key.
async fn seal(
    tx: &Tx,
    vault: &Vault,
    patient: &NewPatient,
    (id, nik_index): (Uuid, LookUp),
    now: Instant,
) -> Result<patient::ActiveModel, VaultError> {
    let key = vault.create_key(tx, id, now).await?;
    let seal = |column, text: &str| key.seal(place(id, column), text);
    let bpjs_number = match &patient.payer {
        Payer::General => None,
        Payer::Bpjs(number) => Some(seal("bpjs_number", number.reveal())),
    };
    let (mother_nik, birth_order) = match &patient.known_by {
        Known::Nik(_) => (None, None),
        Known::Newborn { mother, order } => {
            (Some(seal("mother_nik", mother.reveal())), Some(seal("birth_order", &order.to_string())))
        }
    };
    Ok(patient::ActiveModel {
        id: Set(id),
        name: Set(seal("name", patient.name.reveal())),
        nik: Set(seal("nik", patient.known_by.nik())),
        nik_index: Set(nik_index),
        birth_place: Set(seal("birth_place", patient.birth_place.reveal())),
        birth_date: Set(seal("birth_date", &patient.birth_date.day().to_string())),
        gender: Set(seal("gender", patient.gender.code())),
        address: Set(seal("address", patient.address.reveal())),
        phone: Set(patient.phone.as_ref().map(|phone| seal("phone", phone.reveal()))),
        payer: Set(seal("payer", patient.payer.code())),
        bpjs_number: Set(bpjs_number),
        created_at: Set(now),
        updated_at: Set(now),
        photo_id: Set(None),
        allergies: Set(None),
        weight: Set(None),
        medicines_in_use: Set(None),
        health_changed_by: Set(None),
        health_changed_at: Set(None),
        profile_version: Set(0),
        mother_nik: Set(mother_nik),
        birth_order: Set(birth_order),
        nik_claim: Set(None),
        phone_index: Set(patient.phone.as_ref().map(|phone| search::phone_index(vault, phone.reveal()))),
        search_version: Set(search::VERSION),
    })
}

/// Whether there is a patient `id`.
pub async fn exists(connection: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    let found: Option<Uuid> =
        patient::Entity::find_by_id(id).select_only().column(patient::Column::Id).into_tuple().one(connection).await?;
    Ok(found.is_some())
}

/// Who the patient `id` is. Whoever shows it to others than the patient records the view first.
pub async fn identity_of(connection: &impl ConnectionTrait, vault: &Vault, id: Uuid) -> Result<Identity, VaultError> {
    let row = patient::Entity::find_by_id(id).one(connection).await?.ok_or(VaultError::NoKey(id))?;
    let key = vault.key(connection, id).await?;
    let open = |column, sealed| key.open(place(id, column), sealed);
    let broken = |_| VaultError::DoesNotOpen;
    let birth_date = open("birth_date", &row.birth_date)?.reveal().parse().map_err(|_| VaultError::DoesNotOpen)?;
    let gender = Gender::parse(open("gender", &row.gender)?.reveal()).map_err(broken)?;
    let payer = match &row.bpjs_number {
        Some(number) => Payer::Bpjs(BpjsNumber::parse(open("bpjs_number", number)?.reveal()).map_err(broken)?),
        None => Payer::General,
    };
    let mother = row.mother_nik.as_ref().map(|nik| open("mother_nik", nik)).transpose()?;
    let order = row.birth_order.as_ref().map(|order| open("birth_order", order)).transpose()?;
    let newborn = mother.zip(order.and_then(|order| order.reveal().parse().ok()));
    Ok(Identity {
        id,
        name: open("name", &row.name)?,
        nik: Some(open("nik", &row.nik)?).filter(|nik| nik.reveal() != NO_NIK),
        newborn,
        contested: row.nik_claim.is_some(),
        birth_place: open("birth_place", &row.birth_place)?,
        birth_date,
        gender,
        address: open("address", &row.address)?,
        phone: row.phone.as_ref().map(|phone| open("phone", phone)).transpose()?,
        payer,
    })
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
        names.insert(row.id, key.open(place(row.id, "name"), &row.name)?);
    }
    Ok(names)
}
