//! Finding patients though their names are sealed: by keyed look-ups of NIK, e-mail and phone, and of the whole words
//! of a name (R8).
//!
//! A page of results costs what it shows: every step reads an index from the newest patient on.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, ExprTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use super::{
    entity::{guardianship, patient, patient_word},
    store::place,
    words::{self, Wanted},
};
use crate::{
    app::App,
    clinic::accounts,
    infra::{
        clock::Instant,
        db::Tx,
        ids, jobs,
        vault::{LookUp, Private, Vault, VaultError},
    },
};

/// Of the way in which names are folded. Patients with an older one are indexed again at the start.
pub(super) const VERSION: i32 = 2;
/// The job that indexes patients again.
pub const INDEX_PATIENTS: &str = "index-patients";
/// Patients on a page of results.
pub const PAGE: u64 = 20;
/// Patients indexed in one act.
const BATCH: u64 = 100;
/// Another word of the same name, in a query.
const OTHER: &str = "other";
/// A word is common from so many patients on; among common ones it does not matter which is read.
const COMMON: u64 = 200;

/// What a phone in E.164 is found by.
pub(super) fn phone_index(vault: &Vault, phone: &str) -> LookUp {
    vault.look_up("phone", phone)
}

fn word_index(vault: &Vault, word: &str) -> LookUp {
    vault.look_up("name-word", word)
}

/// Has `id` found by the words of `name`, and by those alone.
pub(super) async fn index_name(tx: &Tx, vault: &Vault, id: Uuid, name: &Private, now: Instant) -> Result<(), DbErr> {
    patient_word::Entity::delete_many().filter(patient_word::Column::PatientId.eq(id)).exec(tx).await?;
    let rows = words::words(name.reveal()).into_iter().map(|word| patient_word::ActiveModel {
        id: Set(ids::new(now)),
        patient_id: Set(id),
        word_index: Set(word_index(vault, &word)),
    });
    patient_word::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// Patients that a search found, newest first.
pub struct Found {
    /// At most [`PAGE`].
    pub patients: Vec<Uuid>,
    /// After whom the next page begins, if there is one.
    pub more: Option<Uuid>,
}

/// The patients that `text` asks for, newest first, from `after` on.
pub async fn find(app: &App, text: &str, after: Option<Uuid>) -> Result<Found, DbErr> {
    let connection = app.db.read();
    let patients = match Wanted::read(text) {
        Wanted::All => matching(connection, Condition::all(), after).await?,
        Wanted::Nik(nik) => {
            let index = app.vault.look_up("nik", nik.reveal());
            let number = patient::Column::NikIndex.eq(index.clone()).or(patient::Column::NikClaim.eq(index));
            matching(connection, Condition::all().add(number), after).await?
        }
        Wanted::Phone(phone) => {
            let number = patient::Column::PhoneIndex.eq(phone_index(&app.vault, phone.reveal()));
            matching(connection, Condition::all().add(number), after).await?
        }
        Wanted::Email(email) => match accounts::find_by_email(connection, &app.vault, &email).await? {
            Some(account) => {
                let cared = guardianship::Entity::find()
                    .select_only()
                    .column(guardianship::Column::PatientId)
                    .filter(guardianship::Column::UserId.eq(account.id))
                    .into_query();
                matching(connection, Condition::all().add(patient::Column::Id.in_subquery(cared)), after).await?
            }
            None => Vec::new(),
        },
        Wanted::Words(words) => named(connection, &app.vault, &words, after).await?,
        Wanted::Nothing => Vec::new(),
    };
    Ok(page_of(patients))
}

/// The patients whose number another patient holds, newest first: the front desk looks at them.
pub async fn contested(connection: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Found, DbErr> {
    let claims = Condition::all().add(patient::Column::NikClaim.is_not_null());
    Ok(page_of(matching(connection, claims, after).await?))
}

/// How many patients there are whose number another patient holds.
pub async fn count_contested(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    patient::Entity::find().filter(patient::Column::NikClaim.is_not_null()).count(connection).await
}

fn page_of(mut patients: Vec<Uuid>) -> Found {
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let further = patients.len() > page;
    patients.truncate(page);
    Found { more: patients.last().copied().filter(|_| further), patients }
}

async fn matching(
    connection: &impl ConnectionTrait,
    condition: Condition,
    after: Option<Uuid>,
) -> Result<Vec<Uuid>, DbErr> {
    let mut query = patient::Entity::find().select_only().column(patient::Column::Id).filter(condition);
    if let Some(after) = after {
        query = query.filter(patient::Column::Id.lt(after));
    }
    query.order_by_desc(patient::Column::Id).limit(PAGE + 1).into_tuple().all(connection).await
}

/// The patients whose names have all of `words`: the rarest is read, the others are asked of each patient.
async fn named(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    words: &BTreeSet<String>,
    after: Option<Uuid>,
) -> Result<Vec<Uuid>, DbErr> {
    let mut indexes = Vec::new();
    for word in words {
        let index = word_index(vault, word);
        indexes.push((frequency(connection, &index).await?, index));
    }
    indexes.sort_by_key(|(count, _)| *count);
    let mut indexes = indexes.into_iter().map(|(_, index)| index);
    let Some(rarest) = indexes.next() else { return Ok(Vec::new()) };
    let mut query = patient_word::Entity::find()
        .select_only()
        .column(patient_word::Column::PatientId)
        .filter(patient_word::Column::WordIndex.eq(rarest));
    for other in indexes {
        // Asked of each patient by the pair's index; a list of the word's patients would grow with the clinic.
        let has = Query::select()
            .expr(Expr::val(1))
            .from_as(patient_word::Entity, OTHER)
            .and_where(Expr::col((OTHER, patient_word::Column::WordIndex)).eq(other))
            .and_where(
                Expr::col((OTHER, patient_word::Column::PatientId))
                    .equals((patient_word::Entity, patient_word::Column::PatientId)),
            )
            .take();
        query = query.filter(Expr::exists(has));
    }
    if let Some(after) = after {
        query = query.filter(patient_word::Column::PatientId.lt(after));
    }
    query.order_by_desc(patient_word::Column::PatientId).limit(PAGE + 1).into_tuple().all(connection).await
}

/// How many patients have a word, counted as far as it matters.
async fn frequency(connection: &impl ConnectionTrait, index: &LookUp) -> Result<usize, DbErr> {
    let some: Vec<Uuid> = patient_word::Entity::find()
        .select_only()
        .column(patient_word::Column::PatientId)
        .filter(patient_word::Column::WordIndex.eq(index.clone()))
        .limit(COMMON)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(some.len())
}

/// Adds the job that indexes patients who are not, or by an older way of folding; at the start of the program.
pub async fn index_later(app: &App) -> Result<(), DbErr> {
    if outdated(app.db.read()).await?.is_empty() {
        return Ok(());
    }
    let now = app.now();
    app.db.write(move |tx| async move { jobs::add(&tx, INDEX_PATIENTS, Uuid::nil(), now, now).await }).await
}

/// Carries out [`INDEX_PATIENTS`]: a batch an act, until nobody is left. Nothing is lost if it stops midway.
pub async fn index_all(app: &App) -> Result<(), VaultError> {
    loop {
        let batch = outdated(app.db.read()).await?;
        if batch.is_empty() {
            return Ok(());
        }
        let (inside, now) = (app.clone(), app.now());
        app.db
            .write(move |tx| async move {
                for row in batch {
                    index(&tx, &inside.vault, &row, now).await?;
                }
                Ok::<_, VaultError>(())
            })
            .await?;
    }
}

async fn outdated(connection: &impl ConnectionTrait) -> Result<Vec<patient::Model>, DbErr> {
    patient::Entity::find()
        .filter(patient::Column::SearchVersion.lt(VERSION))
        .order_by_asc(patient::Column::Id)
        .limit(BATCH)
        .all(connection)
        .await
}

async fn index(tx: &Tx, vault: &Vault, row: &patient::Model, now: Instant) -> Result<(), VaultError> {
    let key = vault.key(tx, row.id).await?;
    let name = key.open(place(row.id, "name"), &row.name)?;
    let phone = key.open_maybe(place(row.id, "phone"), row.phone.as_ref())?;
    index_name(tx, vault, row.id, &name, now).await?;
    patient::Entity::update_many()
        .col_expr(patient::Column::SearchVersion, Expr::value(VERSION))
        .col_expr(patient::Column::PhoneIndex, Expr::value(phone.map(|phone| phone_index(vault, phone.reveal()))))
        .filter(patient::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}
