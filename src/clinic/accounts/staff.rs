//! The clinic's own people as admins keep them: who there is, and that an admin always remains (P5).

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, ModelTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use super::{
    Person, Status,
    entity::{password_link, session, user},
    people, sessions, store,
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
pub struct Member {
    /// Who it is.
    pub person: Person,
    /// When a browser that is still signed in was last used.
    pub last_seen: Option<Instant>,
    /// Browsers in which they are signed in.
    pub sessions: usize,
}

const STAFF: [Role; 2] = [Role::Admin, Role::Pharmacist];

/// Pharmacists and admins, longest with the clinic first. Doctors have a list of their own.
pub async fn all(connection: &impl ConnectionTrait, vault: &Vault, now: Instant) -> Result<Vec<Member>, VaultError> {
    let rows = user::Entity::find()
        .filter(user::Column::Role.is_in(STAFF))
        .order_by_asc(user::Column::CreatedAt)
        .order_by_asc(user::Column::Id)
        .all(connection)
        .await?;
    members(connection, vault, rows, now).await
}

/// The pharmacist, admin or doctor whose account is `id`.
pub async fn member(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    id: Uuid,
    now: Instant,
) -> Result<Option<Member>, VaultError> {
    let row = user::Entity::find_by_id(id).filter(user::Column::Role.ne(Role::Patient)).one(connection).await?;
    Ok(members(connection, vault, row.into_iter().collect(), now).await?.pop())
}

async fn members(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    rows: Vec<user::Model>,
    now: Instant,
) -> Result<Vec<Member>, VaultError> {
    let mut signed_in = signed_in(connection, rows.iter().map(|row| row.id).collect(), now).await?;
    let mut members = Vec::with_capacity(rows.len());
    for row in rows {
        let (last_seen, sessions) = signed_in.remove(&row.id).unzip();
        let person = people::open(connection, vault, row).await?;
        members.push(Member { person, last_seen, sessions: sessions.unwrap_or_default() });
    }
    Ok(members)
}

/// Of accounts in which somebody is signed in: when a browser was last used, and how many there are.
async fn signed_in(
    connection: &impl ConnectionTrait,
    users: Vec<Uuid>,
    now: Instant,
) -> Result<HashMap<Uuid, (Instant, usize)>, DbErr> {
    let rows: Vec<(Uuid, Instant, i64)> = session::Entity::find()
        .select_only()
        .column(session::Column::UserId)
        .column_as(session::Column::LastUsedAt.max(), "last_seen")
        .column_as(session::Column::Id.count(), "sessions")
        .filter(session::Column::UserId.is_in(users))
        .filter(session::Column::ExpiresAt.gt(now))
        .group_by(session::Column::UserId)
        .into_tuple()
        .all(connection)
        .await?;
    let counted = |count| usize::try_from(count).unwrap_or(usize::MAX);
    Ok(rows.into_iter().map(|(user, last_seen, sessions)| (user, (last_seen, counted(sessions)))).collect())
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
