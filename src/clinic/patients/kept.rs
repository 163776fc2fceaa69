//! What a patient, or who looks after them, keeps up to date, and what a doctor may correct of it (P4).

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _, QuerySelect as _,
    UpdateMany, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    entity::patient,
    rules::{self, BpjsNumber, Payer},
    search,
};
use crate::{
    clinic::accounts::Phone,
    infra::{
        clock::Instant,
        db::Tx,
        vault::{DataKey, Place, Private, Sealed, Vault, VaultError},
    },
    web::{FieldErrors, Lang},
};

/// What is known of a patient's health before they are seen.
#[derive(Default)]
pub struct Health {
    /// In their own words.
    pub allergies: Option<Private>,
    /// In kilograms, with a dot: `62.5`.
    pub weight: Option<Private>,
    /// In their own words.
    pub medicines_in_use: Option<Private>,
    /// Which account changed it last, and when.
    pub changed: Option<(Uuid, Instant)>,
    /// What a change must name, so that it does not overwrite another.
    pub version: i32,
}

impl Health {
    /// The fields of a form, as `lang` writes them.
    pub fn typed(&self, lang: Lang) -> [(&'static str, String); 3] {
        let text = |text: &Option<Private>| text.as_ref().map(|text| text.reveal().to_owned()).unwrap_or_default();
        let weight = self.weight.as_ref().map(|weight| rules::weight_words(weight, lang));
        [
            ("allergies", text(&self.allergies)),
            ("weight", text(&weight)),
            ("medicines_in_use", text(&self.medicines_in_use)),
        ]
    }
}

/// What a patient keeps up to date, opened for whoever looks after them.
pub struct Kept {
    /// Where the patient lives.
    pub address: Private,
    /// In E.164.
    pub phone: Option<Private>,
    /// Who pays.
    pub payer: Payer,
    /// What doctors read, and may correct.
    pub health: Health,
    /// The file of the photo.
    pub photo: Option<Uuid>,
    /// When the patient was added.
    pub created_at: Instant,
    /// When anything of the patient was changed last.
    pub updated_at: Instant,
}

/// Health data that a rule has passed.
#[derive(PartialEq, Eq)]
pub struct NewHealth {
    /// In their own words.
    pub allergies: Option<Private>,
    /// In kilograms, with a dot.
    pub weight: Option<Private>,
    /// In their own words.
    pub medicines_in_use: Option<Private>,
}

impl NewHealth {
    /// Reads the three fields of a form, or notes what is wrong with them.
    pub fn check(allergies: &str, weight: &str, medicines_in_use: &str, errors: &mut FieldErrors) -> Option<Self> {
        let allergies = errors.take("allergies", rules::health_text(allergies));
        let weight = errors.take("weight", rules::weight(weight));
        let medicines_in_use = errors.take("medicines_in_use", rules::health_text(medicines_in_use));
        Some(Self { allergies: allergies?, weight: weight?, medicines_in_use: medicines_in_use? })
    }
}

/// What a rule has passed of the rest.
pub struct NewKept {
    /// Where the patient lives.
    pub address: Private,
    /// In E.164.
    pub phone: Option<Phone>,
    /// Who pays.
    pub payer: Payer,
    /// What doctors read.
    pub health: NewHealth,
}

/// Who changes whose data, and which state of it they saw.
#[derive(Clone, Copy)]
pub struct Change {
    /// The patient.
    pub patient: Uuid,
    /// The version that was on the page.
    pub version: i32,
    /// The account.
    pub by: Uuid,
    /// When.
    pub at: Instant,
}

const fn place(id: Uuid, column: &'static str) -> Place {
    Place::new("patients", id, column)
}

async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<patient::Model, VaultError> {
    patient::Entity::find_by_id(id).one(connection).await?.ok_or(VaultError::NoKey(id))
}

fn open_health(key: &DataKey, row: &patient::Model) -> Result<Health, VaultError> {
    let open = |column, sealed: &Option<Sealed>| key.open_maybe(place(row.id, column), sealed.as_ref());
    Ok(Health {
        allergies: open("allergies", &row.allergies)?,
        weight: open("weight", &row.weight)?,
        medicines_in_use: open("medicines_in_use", &row.medicines_in_use)?,
        changed: row.health_changed_by.zip(row.health_changed_at),
        version: row.profile_version,
    })
}

/// What is known of the health of `patient`. Whoever shows it to others than the patient records the view first.
pub async fn health_of(connection: &impl ConnectionTrait, vault: &Vault, patient: Uuid) -> Result<Health, VaultError> {
    let row = find(connection, patient).await?;
    open_health(&vault.key(connection, patient).await?, &row)
}

/// What `patient` keeps up to date, for whoever looks after them.
pub async fn kept_of(connection: &impl ConnectionTrait, vault: &Vault, patient: Uuid) -> Result<Kept, VaultError> {
    let row = find(connection, patient).await?;
    let key = vault.key(connection, patient).await?;
    let number = key.open_maybe(place(patient, "bpjs_number"), row.bpjs_number.as_ref())?;
    let payer = match number {
        Some(number) => Payer::Bpjs(BpjsNumber::parse(number.reveal()).map_err(|_| VaultError::DoesNotOpen)?),
        None => Payer::General,
    };
    Ok(Kept {
        address: key.open(place(patient, "address"), &row.address)?,
        phone: key.open_maybe(place(patient, "phone"), row.phone.as_ref())?,
        payer,
        health: open_health(&key, &row)?,
        photo: row.photo_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Keeps what was changed; false if somebody has changed it since the version that `change` names.
pub async fn keep(tx: &Tx, vault: &Vault, change: Change, new: NewKept) -> Result<bool, VaultError> {
    let id = change.patient;
    let key = vault.key(tx, id).await?;
    let phone = new.phone.as_ref().map(|phone| key.seal(place(id, "phone"), phone.reveal()));
    let number = match &new.payer {
        Payer::General => None,
        Payer::Bpjs(number) => Some(key.seal(place(id, "bpjs_number"), number.reveal())),
    };
    let index = new.phone.as_ref().map(|phone| search::phone_index(vault, phone.reveal()));
    let update = patient::Entity::update_many()
        .col_expr(patient::Column::Address, Expr::value(key.seal(place(id, "address"), new.address.reveal())))
        .col_expr(patient::Column::Phone, Expr::value(phone))
        .col_expr(patient::Column::PhoneIndex, Expr::value(index))
        .col_expr(patient::Column::Payer, Expr::value(key.seal(place(id, "payer"), new.payer.code())))
        .col_expr(patient::Column::BpjsNumber, Expr::value(number));
    let old = open_health(&key, &find(tx, id).await?)?;
    let same = NewHealth { allergies: old.allergies, weight: old.weight, medicines_in_use: old.medicines_in_use };
    let update = if same == new.health { update } else { with_health(update, &key, change, &new.health) };
    carry_out(tx, update, change).await
}

/// Keeps corrected health data; false if somebody has changed it since the version that `change` names.
pub async fn keep_health(tx: &Tx, vault: &Vault, change: Change, new: NewHealth) -> Result<bool, VaultError> {
    let key = vault.key(tx, change.patient).await?;
    carry_out(tx, with_health(patient::Entity::update_many(), &key, change, &new), change).await
}

fn with_health(
    update: UpdateMany<patient::Entity>,
    key: &DataKey,
    change: Change,
    new: &NewHealth,
) -> UpdateMany<patient::Entity> {
    let seal = |column, text: &Option<Private>| {
        text.as_ref().map(|text| key.seal(place(change.patient, column), text.reveal()))
    };
    update
        .col_expr(patient::Column::Allergies, Expr::value(seal("allergies", &new.allergies)))
        .col_expr(patient::Column::Weight, Expr::value(seal("weight", &new.weight)))
        .col_expr(patient::Column::MedicinesInUse, Expr::value(seal("medicines_in_use", &new.medicines_in_use)))
        .col_expr(patient::Column::HealthChangedBy, Expr::value(change.by))
        .col_expr(patient::Column::HealthChangedAt, Expr::value(change.at))
}

async fn carry_out(tx: &Tx, update: UpdateMany<patient::Entity>, change: Change) -> Result<bool, VaultError> {
    let changed = update
        .col_expr(patient::Column::ProfileVersion, Expr::col(patient::Column::ProfileVersion).add(1))
        .col_expr(patient::Column::UpdatedAt, Expr::value(change.at))
        .filter(patient::Column::Id.eq(change.patient))
        .filter(patient::Column::ProfileVersion.eq(change.version))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// The photo of `patient`, if there is one.
pub async fn photo_of(connection: &impl ConnectionTrait, patient: Uuid) -> Result<Option<Uuid>, DbErr> {
    Ok(patient::Entity::find_by_id(patient).one(connection).await?.and_then(|row| row.photo_id))
}

/// Gives a patient a photo, or none; says which they had. Changes of one patient's photo wait for each other.
pub async fn set_photo(tx: &Tx, patient: Uuid, photo: Option<Uuid>, now: Instant) -> Result<Option<Uuid>, DbErr> {
    let old = patient::Entity::find_by_id(patient).lock_exclusive().one(tx).await?.and_then(|row| row.photo_id);
    patient::Entity::update_many()
        .col_expr(patient::Column::PhotoId, Expr::value(photo))
        .col_expr(patient::Column::UpdatedAt, Expr::value(now))
        .filter(patient::Column::Id.eq(patient))
        .exec(tx)
        .await?;
    Ok(old)
}
