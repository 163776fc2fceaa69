//! The clinic's own people as admins keep them: who there is, and that an admin always remains (P5).

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, ModelTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use super::{
    Status,
    entity::{password_link, session, user},
    sessions, store,
};
use crate::{
    clinic::notifications::mail,
    infra::{
        clock::Instant,
        db::Tx,
        vault::{Private, Vault, VaultError},
    },
    web::Role,
};

/// Somebody who works at the clinic.
pub struct Person {
    /// The account.
    pub id: Uuid,
    /// What they do.
    pub role: Role,
    /// Whether they may sign in.
    pub status: Status,
    /// Whom it belongs to.
    pub name: Private,
    /// Where letters go.
    pub email: Private,
    /// Whether they were invited and have chosen no password yet.
    pub is_invited: bool,
    /// When a browser that is still signed in was last used.
    pub last_seen: Option<Instant>,
    /// Browsers in which they are signed in.
    pub sessions: usize,
}

const STAFF: [Role; 2] = [Role::Admin, Role::Pharmacist];

/// Pharmacists and admins, longest with the clinic first. Doctors have a list of their own.
pub async fn all(connection: &impl ConnectionTrait, vault: &Vault, now: Instant) -> Result<Vec<Person>, VaultError> {
    let rows = user::Entity::find()
        .filter(user::Column::Role.is_in(STAFF))
        .order_by_asc(user::Column::CreatedAt)
        .order_by_asc(user::Column::Id)
        .all(connection)
        .await?;
    let mut people = Vec::with_capacity(rows.len());
    for row in rows {
        people.push(person(connection, vault, row, now).await?);
    }
    Ok(people)
}

/// The pharmacist, admin or doctor whose account is `id`.
pub async fn member(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    id: Uuid,
    now: Instant,
) -> Result<Option<Person>, VaultError> {
    match user::Entity::find_by_id(id).filter(user::Column::Role.ne(Role::Patient)).one(connection).await? {
        Some(row) => person(connection, vault, row, now).await.map(Some),
        None => Ok(None),
    }
}

async fn person(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    row: user::Model,
    now: Instant,
) -> Result<Person, VaultError> {
    let name = store::open_name(connection, vault, &row).await?;
    let email = store::open_email(connection, vault, &row).await?;
    let sessions = session::Entity::find()
        .filter(session::Column::UserId.eq(row.id))
        .filter(session::Column::ExpiresAt.gt(now))
        .all(connection)
        .await?;
    Ok(Person {
        id: row.id,
        role: row.role,
        status: row.status,
        name,
        email,
        is_invited: row.password_hash.is_none(),
        last_seen: sessions.iter().map(|session| session.last_used_at).max(),
        sessions: sessions.len(),
    })
}

/// The role of each account, and the name of those who work at the clinic; patients are not named.
pub async fn known_as(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, (Role, Option<Private>)>, VaultError> {
    let mut known = HashMap::new();
    for row in user::Entity::find().filter(user::Column::Id.is_in(ids)).all(connection).await? {
        let name = match row.role {
            Role::Patient => None,
            _ => Some(store::open_name(connection, vault, &row).await?),
        };
        known.insert(row.id, (row.role, name));
    }
    Ok(known)
}

/// The row of a pharmacist, admin or doctor, kept from changing until the act is over.
pub async fn find_member(tx: &Tx, id: Uuid) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find_by_id(id).filter(user::Column::Role.ne(Role::Patient)).lock_exclusive().one(tx).await
}

/// Whether an admin who can sign in remains besides `person`, `actor` being one if still let in. Two admins who shut each
/// other out at the same moment wait for one another here, so that one of them stays.
pub async fn admin_remains(tx: &Tx, person: Uuid, actor: Uuid) -> Result<bool, DbErr> {
    let admins = user::Entity::find()
        .filter(user::Column::Role.eq(Role::Admin))
        .filter(user::Column::Status.eq(Status::Active))
        .order_by_asc(user::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?;
    Ok(admins.iter().any(|admin| admin.id != person && (admin.id == actor || admin.password_hash.is_some())))
}

/// Takes back an invitation that nobody has used: its links, its letters and the account, so that the address is free.
pub async fn withdraw(tx: &Tx, invited: user::Model, now: Instant) -> Result<(), DbErr> {
    let links = password_link::Entity::delete_many().filter(password_link::Column::UserId.eq(invited.id));
    links.exec(tx).await?;
    mail::remove_all_of(tx, invited.id).await?;
    sessions::end_all(tx, invited.id, now).await?;
    invited.delete(tx).await?;
    Ok(())
}
