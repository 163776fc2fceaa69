//! What the front desk corrects of a patient: identity, and the NIK (P2).

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    Relationship, care,
    entity::{NikChange, nik_change, patient},
    rules::{BirthDate, Gender, Nik, Payer},
    search,
    store::{Known, NO_NIK, identity_of, place, without_number},
};
use crate::{
    clinic::accounts::{self, Phone},
    infra::{
        clock::Instant,
        db::Tx,
        ids,
        vault::{Place, Private, Vault, VaultError},
    },
};

/// A patient's identity, but for the number.
pub struct Details {
    /// As on the identity card.
    pub name: Private,
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

/// Gives the patient `id` another identity, and the patient's own account the name. Of a newborn the day of birth is
/// part of what no two share: refused by `Unique::Nik`.
pub async fn update(tx: &Tx, vault: &Vault, id: Uuid, details: &Details, now: Instant) -> Result<(), VaultError> {
    care::lock(tx, id).await?;
    let old = identity_of(tx, vault, id).await?;
    let key = vault.key(tx, id).await?;
    let seal = |column, text: &str| Expr::value(key.seal(place(id, column), text));
    let phone = details.phone.as_ref();
    let bpjs_number = match &details.payer {
        Payer::General => None,
        Payer::Bpjs(number) => Some(key.seal(place(id, "bpjs_number"), number.reveal())),
    };
    let mut update = patient::Entity::update_many()
        .col_expr(patient::Column::Name, seal("name", details.name.reveal()))
        .col_expr(patient::Column::BirthPlace, seal("birth_place", details.birth_place.reveal()))
        .col_expr(patient::Column::BirthDate, seal("birth_date", &details.birth_date.day().to_string()))
        .col_expr(patient::Column::Gender, seal("gender", details.gender.code()))
        .col_expr(patient::Column::Address, seal("address", details.address.reveal()))
        .col_expr(patient::Column::Phone, Expr::value(phone.map(|phone| key.seal(place(id, "phone"), phone.reveal()))))
        .col_expr(
            patient::Column::PhoneIndex,
            Expr::value(phone.map(|phone| search::phone_index(vault, phone.reveal()))),
        )
        .col_expr(patient::Column::Payer, seal("payer", details.payer.code()))
        .col_expr(patient::Column::BpjsNumber, Expr::value(bpjs_number))
        .col_expr(patient::Column::ProfileVersion, Expr::col(patient::Column::ProfileVersion).add(1))
        .col_expr(patient::Column::UpdatedAt, Expr::value(now));
    if let (None, Some((mother, order)), false) = (&old.nik, &old.newborn, old.contested)
        && old.birth_date != details.birth_date.day()
        && let Ok(mother) = Nik::parse(mother.reveal())
    {
        let index = Known::Newborn { mother, order: *order }.look_up(vault, details.birth_date);
        update = update.col_expr(patient::Column::NikIndex, Expr::value(index));
    }
    update.filter(patient::Column::Id.eq(id)).exec(tx).await?;
    search::index_name(tx, vault, id, &details.name, now).await?;
    for care in care::guardians_of(tx, id).await? {
        if care.relationship == Relationship::OneSelf {
            accounts::rename(tx, vault, care.user_id, &details.name, now).await?;
        }
    }
    Ok(())
}

/// What is to become of a NIK, by whom and why.
pub struct NikAct {
    /// The number from now on; nothing releases it.
    pub nik: Option<Nik>,
    /// The account that decides.
    pub by: Uuid,
    /// Why, for whoever asks later.
    pub reason: Private,
}

const fn change_place(id: Uuid, column: &'static str) -> Place {
    Place::new("nik_changes", id, column)
}

/// Gives the patient `id` another NIK, or none; what it was and why is kept. Refused by `Unique::Nik` if another
/// patient holds it.
pub async fn change_nik(tx: &Tx, vault: &Vault, id: Uuid, act: &NikAct, now: Instant) -> Result<(), VaultError> {
    care::lock(tx, id).await?;
    let old = identity_of(tx, vault, id).await?;
    fail::fail_point!(&format!("nik-was-read {id}"));
    let key = vault.key(tx, id).await?;
    let digits = act.nik.as_ref().map_or(NO_NIK, Nik::reveal);
    let index = match &act.nik {
        Some(nik) => vault.look_up("nik", nik.reveal()),
        None => without_number(vault, id),
    };
    patient::Entity::update_many()
        .col_expr(patient::Column::Nik, Expr::value(key.seal(place(id, "nik"), digits)))
        .col_expr(patient::Column::NikIndex, Expr::value(index))
        .col_expr(patient::Column::NikClaim, Expr::value(None::<Vec<u8>>))
        .col_expr(patient::Column::UpdatedAt, Expr::value(now))
        .filter(patient::Column::Id.eq(id))
        .exec(tx)
        .await?;
    let change = ids::new(now);
    let row = nik_change::ActiveModel {
        id: Set(change),
        patient_id: Set(id),
        changed_by: Set(act.by),
        kind: Set(if act.nik.is_some() { NikChange::Correct } else { NikChange::Release }),
        old_nik: Set(key.seal(change_place(change, "old_nik"), old.nik.as_ref().map_or(NO_NIK, Private::reveal))),
        reason: Set(key.seal(change_place(change, "reason"), act.reason.reveal())),
        created_at: Set(now),
    };
    nik_change::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// A change of a NIK, opened for the front desk and for whoever looks after the patient.
pub struct NikChanged {
    /// When.
    pub at: Instant,
    /// The account that decided.
    pub by: Uuid,
    /// The number before; nothing if there was none.
    pub old: Option<Private>,
    /// What was done.
    pub kind: NikChange,
    /// Why.
    pub reason: Private,
}

/// What was done to the NIK of the patient `id`, newest first.
pub async fn nik_changes(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    id: Uuid,
) -> Result<Vec<NikChanged>, VaultError> {
    let key = vault.key(connection, id).await?;
    let rows = nik_change::Entity::find()
        .filter(nik_change::Column::PatientId.eq(id))
        .order_by_desc(nik_change::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let reason = key.open(change_place(row.id, "reason"), &row.reason)?;
            let old = Some(key.open(change_place(row.id, "old_nik"), &row.old_nik)?);
            let old = old.filter(|nik| nik.reveal() != NO_NIK);
            Ok(NikChanged { at: row.created_at, by: row.changed_by, old, kind: row.kind, reason })
        })
        .collect()
}
