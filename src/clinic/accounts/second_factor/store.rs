//! The rows of second factors.

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    entity::{ceremony, passkey, recovery_code, totp, tries},
    rules,
};
use crate::{
    clinic::accounts::{
        entity::{Status, user},
        store::token_hash,
    },
    infra::{
        clock::Instant,
        db::Tx,
        ids, random,
        vault::{Place, Private, Vault, VaultError},
    },
    web::Role,
};

/// Lets the changes of one account's factors go one after another: two that would together remove the last factor, or
/// two codes at once, see each other.
pub(super) async fn lock(tx: &Tx, user: Uuid, now: Instant) -> Result<(), DbErr> {
    user::Entity::update_many()
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(user))
        .exec(tx)
        .await
        .map(drop)
}

/// The authenticator app of `user`.
pub(super) async fn find_totp(connection: &impl ConnectionTrait, user: Uuid) -> Result<Option<totp::Model>, DbErr> {
    totp::Entity::find().filter(totp::Column::UserId.eq(user)).one(connection).await
}

const fn secret_place(id: Uuid) -> Place {
    Place::new("totp_secrets", id, "secret")
}

/// The secret that an authenticator app was given.
pub(super) async fn open_secret(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    row: &totp::Model,
) -> Result<Private, VaultError> {
    vault.key(connection, row.user_id).await?.open(secret_place(row.id), &row.secret)
}

/// Keeps the secret of an app, whose code of `step` was just given; the app before is good no more.
pub(super) async fn put_totp(
    tx: &Tx,
    vault: &Vault,
    user: Uuid,
    secret: (&Private, i64),
    now: Instant,
) -> Result<(), VaultError> {
    remove_totp(tx, user).await?;
    let id = ids::new(now);
    let row = totp::ActiveModel {
        id: Set(id),
        user_id: Set(user),
        secret: Set(vault.key(tx, user).await?.seal(secret_place(id), secret.0.reveal())),
        last_step: Set(secret.1),
        created_at: Set(now),
        last_used_at: Set(None),
    };
    totp::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Uses up the code of `step`: false if it, or a later one, was used before. One statement decides, whoever else asks.
pub(super) async fn use_step(tx: &Tx, user: Uuid, step: i64, now: Instant) -> Result<bool, DbErr> {
    let done = totp::Entity::update_many()
        .col_expr(totp::Column::LastStep, Expr::value(step))
        .col_expr(totp::Column::LastUsedAt, Expr::value(now))
        .filter(totp::Column::UserId.eq(user))
        .filter(totp::Column::LastStep.lt(step))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

pub(super) async fn remove_totp(tx: &Tx, user: Uuid) -> Result<bool, DbErr> {
    let gone = totp::Entity::delete_many().filter(totp::Column::UserId.eq(user)).exec(tx).await?;
    Ok(gone.rows_affected > 0)
}

/// Makes new recovery codes of `user`; those before are good no more. They are to be shown now and never again.
///
/// Each has 80 random bits: nobody guesses one, so a fast hash keeps it as well as a slow one would.
pub(super) async fn replace_codes(tx: &Tx, user: Uuid, now: Instant) -> Result<Vec<Private>, DbErr> {
    recovery_code::Entity::delete_many().filter(recovery_code::Column::UserId.eq(user)).exec(tx).await?;
    let codes: Vec<Private> = (0..rules::RECOVERY_CODES).map(|_| rules::recovery_code(random::bytes())).collect();
    let rows = codes.iter().map(|code| recovery_code::ActiveModel {
        id: Set(ids::new(now)),
        user_id: Set(user),
        code_hash: Set(token_hash(code.reveal())),
        created_at: Set(now),
        used_at: Set(None),
    });
    recovery_code::Entity::insert_many(rows.collect::<Vec<_>>()).exec_without_returning(tx).await?;
    Ok(codes)
}

/// Uses up a recovery code; false if there is no such code, or it was used.
pub(super) async fn use_code(tx: &Tx, user: Uuid, code: &str, now: Instant) -> Result<bool, DbErr> {
    let done = recovery_code::Entity::update_many()
        .col_expr(recovery_code::Column::UsedAt, Expr::value(now))
        .filter(recovery_code::Column::UserId.eq(user))
        .filter(recovery_code::Column::CodeHash.eq(token_hash(code)))
        .filter(recovery_code::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// All recovery codes of `user` since they were last made anew.
pub(super) async fn codes(connection: &impl ConnectionTrait, user: Uuid) -> Result<Vec<recovery_code::Model>, DbErr> {
    let all = recovery_code::Entity::find().filter(recovery_code::Column::UserId.eq(user));
    all.order_by_asc(recovery_code::Column::Id).all(connection).await
}

/// Recovery codes that were not used.
pub(super) async fn codes_left(connection: &impl ConnectionTrait, user: Uuid) -> Result<u64, DbErr> {
    recovery_code::Entity::find()
        .filter(recovery_code::Column::UserId.eq(user))
        .filter(recovery_code::Column::UsedAt.is_null())
        .count(connection)
        .await
}

/// The passkeys of `user`, oldest first.
pub(super) async fn passkeys(connection: &impl ConnectionTrait, user: Uuid) -> Result<Vec<passkey::Model>, DbErr> {
    let all = passkey::Entity::find().filter(passkey::Column::UserId.eq(user));
    all.order_by_asc(passkey::Column::Id).all(connection).await
}

/// The passkey `id`, if it is of `user`.
pub(super) async fn find_passkey(
    connection: &impl ConnectionTrait,
    user: Uuid,
    id: Uuid,
) -> Result<Option<passkey::Model>, DbErr> {
    passkey::Entity::find_by_id(id).filter(passkey::Column::UserId.eq(user)).one(connection).await
}

/// Where the parts of a passkey are sealed.
pub(super) const fn passkey_place(id: Uuid, column: &'static str) -> Place {
    Place::new("passkeys", id, column)
}

/// A passkey to keep.
pub(super) struct NewPasskey {
    pub(super) user: Uuid,
    pub(super) name: Private,
    /// Its id in base 64, by which it is known again.
    pub(super) credential_id: String,
    /// All of it, in JSON.
    pub(super) credential: Private,
}

/// Keeps a passkey; refused by `Unique::Passkey` if some account has it.
pub(super) async fn add_passkey(tx: &Tx, vault: &Vault, new: NewPasskey, now: Instant) -> Result<(), VaultError> {
    let id = ids::new(now);
    let key = vault.key(tx, new.user).await?;
    let row = passkey::ActiveModel {
        id: Set(id),
        user_id: Set(new.user),
        credential_index: Set(vault.look_up("passkey", &new.credential_id)),
        credential: Set(key.seal(passkey_place(id, "credential"), new.credential.reveal())),
        counter: Set(0),
        name: Set(key.seal(passkey_place(id, "name"), new.name.reveal())),
        created_at: Set(now),
        last_used_at: Set(None),
    };
    passkey::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Gives a passkey another name; false if `user` has no such passkey.
pub(super) async fn rename_passkey(
    tx: &Tx,
    vault: &Vault,
    passkey: (Uuid, Uuid),
    name: &Private,
) -> Result<bool, VaultError> {
    let (user, id) = passkey;
    let sealed = vault.key(tx, user).await?.seal(passkey_place(id, "name"), name.reveal());
    let done = passkey::Entity::update_many()
        .col_expr(passkey::Column::Name, Expr::value(sealed))
        .filter(passkey::Column::Id.eq(id))
        .filter(passkey::Column::UserId.eq(user))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Takes over a passkey that signed for the `counter`th time; false if it did so before: then there are two of it.
/// Passkeys that do not count say 0 each time.
pub(super) async fn use_passkey(
    tx: &Tx,
    vault: &Vault,
    row: &passkey::Model,
    signed: (&Private, i64),
    now: Instant,
) -> Result<bool, VaultError> {
    let (credential, counter) = signed;
    let sealed = vault.key(tx, row.user_id).await?.seal(passkey_place(row.id, "credential"), credential.reveal());
    let expected = if counter == 0 { passkey::Column::Counter.eq(0) } else { passkey::Column::Counter.lt(counter) };
    let done = passkey::Entity::update_many()
        .col_expr(passkey::Column::Counter, Expr::value(counter))
        .col_expr(passkey::Column::Credential, Expr::value(sealed))
        .col_expr(passkey::Column::LastUsedAt, Expr::value(now))
        .filter(passkey::Column::Id.eq(row.id))
        .filter(expected)
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Removes a passkey; false if `user` has no such passkey.
pub(super) async fn remove_passkey(tx: &Tx, user: Uuid, id: Uuid) -> Result<bool, DbErr> {
    let gone = passkey::Entity::delete_by_id(id).filter(passkey::Column::UserId.eq(user)).exec(tx).await?;
    Ok(gone.rows_affected == 1)
}

/// How many factors `user` has, recovery codes aside.
pub(super) async fn count_factors(connection: &impl ConnectionTrait, user: Uuid) -> Result<u64, DbErr> {
    let apps = totp::Entity::find().filter(totp::Column::UserId.eq(user)).count(connection).await?;
    Ok(apps + passkey::Entity::find().filter(passkey::Column::UserId.eq(user)).count(connection).await?)
}

/// People of the clinic who can sign in with a password alone, until they set a second factor up.
pub async fn count_staff_without(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    let apps = totp::Entity::find().select_only().column(totp::Column::UserId).into_query();
    let passkeys = passkey::Entity::find().select_only().column(passkey::Column::UserId).into_query();
    user::Entity::find()
        .filter(user::Column::Role.ne(Role::Patient))
        .filter(user::Column::Status.eq(Status::Active))
        .filter(user::Column::PasswordHash.is_not_null())
        .filter(user::Column::Id.not_in_subquery(apps))
        .filter(user::Column::Id.not_in_subquery(passkeys))
        .count(connection)
        .await
}

/// Forgets the recovery codes of `user`.
pub(super) async fn remove_codes(tx: &Tx, user: Uuid) -> Result<(), DbErr> {
    recovery_code::Entity::delete_many().filter(recovery_code::Column::UserId.eq(user)).exec(tx).await.map(drop)
}

/// Forgets every factor of `user`, the codes and the tries.
pub(super) async fn remove_all(tx: &Tx, user: Uuid) -> Result<(), DbErr> {
    remove_totp(tx, user).await?;
    passkey::Entity::delete_many().filter(passkey::Column::UserId.eq(user)).exec(tx).await?;
    ceremony::Entity::delete_many().filter(ceremony::Column::UserId.eq(user)).exec(tx).await?;
    tries::Entity::delete_by_id(user).exec(tx).await?;
    remove_codes(tx, user).await
}

/// Whether the session `id` is still there.
pub(super) async fn session_is_there(tx: &Tx, id: Uuid, now: Instant) -> Result<bool, DbErr> {
    use crate::clinic::accounts::entity::session;
    let found = session::Entity::find_by_id(id).filter(session::Column::ExpiresAt.gt(now)).count(tx).await?;
    Ok(found > 0)
}
