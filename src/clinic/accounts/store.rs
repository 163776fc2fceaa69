//! The rows of accounts, one-time links and consents.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QuerySelect as _,
    sea_query::{Expr, LockType},
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    Email, Status, email_links,
    entity::{consent, password_link, user},
};
use crate::{
    app::App,
    clinic::notifications::mail::{self, MailKind, NewMail},
    infra::{
        clock::Instant,
        db::Tx,
        ids, random,
        vault::{Place, Private, Vault, VaultError},
    },
    web::{Lang, Role},
};

/// What an account begins with.
pub struct NewAccount {
    /// What its holder may do.
    pub role: Role,
    /// The holder's name.
    pub name: Private,
    /// Unique among accounts (P2).
    pub email: Email,
    /// Nothing while a one-time link is to set it.
    pub password_hash: Option<String>,
    /// The language of its pages and mail.
    pub lang: Lang,
    /// The holder's zone, if it is not the clinic's.
    pub time_zone: Option<String>,
}

/// A link that an admin hands over.
const LINK_LIFE: Duration = Duration::from_hours(24);
/// A link that somebody asked for who forgot their password.
const OWN_LINK_LIFE: Duration = Duration::from_hours(1);
/// After its end a link's row is kept for so long.
pub(super) const LINKS_KEPT_FOR: Duration = Duration::from_hours(24);
/// Links that one account is sent within [`OWN_LINK_LIFE`].
const MOST_OWN_LINKS: u64 = 3;

const fn name_place(id: Uuid) -> Place {
    Place::new("users", id, "name")
}

/// Creates an account with its own data key; refused by `Unique::Email` if the address has one.
pub async fn create(tx: &Tx, vault: &Vault, account: NewAccount, now: Instant) -> Result<Uuid, VaultError> {
    let id = ids::new(now);
    let key = vault.create_key(tx, id, now).await?;
    let email = account.email.as_str();
    let row = user::ActiveModel {
        id: Set(id),
        role: Set(account.role),
        status: Set(Status::Active),
        name: Set(key.seal(name_place(id), account.name.reveal())),
        email: Set(key.seal(Place::new("users", id, "email"), email)),
        email_index: Set(vault.look_up("email", email)),
        password_hash: Set(account.password_hash),
        language: Set(account.lang.code().to_owned()),
        time_zone: Set(account.time_zone),
        email_confirmed_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
        photo_id: Set(None),
        phone: Set(None),
        address: Set(None),
        profile_version: Set(0),
    };
    user::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(id)
}

/// The account of an address.
pub async fn find_by_email(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    email: &Email,
) -> Result<Option<user::Model>, DbErr> {
    let index = vault.look_up("email", email.as_str());
    user::Entity::find().filter(user::Column::EmailIndex.eq(index)).one(connection).await
}

/// Gives an account's holder another name.
pub async fn rename(tx: &Tx, vault: &Vault, id: Uuid, name: &Private, now: Instant) -> Result<(), VaultError> {
    let sealed = vault.key(tx, id).await?.seal(name_place(id), name.reveal());
    user::Entity::update_many()
        .col_expr(user::Column::Name, Expr::value(sealed))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// The address of an account's holder, for letters.
pub async fn email_of(connection: &impl ConnectionTrait, vault: &Vault, id: Uuid) -> Result<Private, VaultError> {
    let row = user::Entity::find_by_id(id).one(connection).await?.ok_or(VaultError::NoKey(id))?;
    open_email(connection, vault, &row).await
}

/// The address in a row that was read already.
pub(super) async fn open_email(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    row: &user::Model,
) -> Result<Private, VaultError> {
    vault.key(connection, row.id).await?.open(Place::new("users", row.id, "email"), &row.email)
}

/// Writes a letter of `kind` to the account `user`, in its own language; `path` is where its link leads.
pub async fn write_to(
    tx: &Tx,
    vault: &Vault,
    user: Uuid,
    kind: MailKind,
    path: Option<Private>,
    now: Instant,
) -> Result<(), VaultError> {
    let row = user::Entity::find_by_id(user).one(tx).await?.ok_or(VaultError::NoKey(user))?;
    let to = open_email(tx, vault, &row).await?;
    let lang = Lang::from_code(&row.language).unwrap_or_default();
    mail::add(tx, vault, NewMail { user, to, kind, path, lang }, now).await
}

/// Lets an account in, or keeps it out; whoever is kept out has no session left. Returns the sessions that ended, to be
/// told with [`super::sessions::tell_ended`] after the commit.
pub async fn set_status(tx: &Tx, user: Uuid, status: Status, now: Instant) -> Result<Vec<Uuid>, DbErr> {
    user::Entity::update_many()
        .col_expr(user::Column::Status, Expr::value(status))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(user))
        .exec(tx)
        .await?;
    if status == Status::Active {
        return Ok(Vec::new());
    }
    spend_links(tx, user, now).await?;
    email_links::spend(tx, user, now).await?;
    super::sessions::end_all(tx, user, now).await
}

/// Whether the account `user` may sign in; that stays as it is until the act ends.
pub async fn hold_active(tx: &Tx, user: Uuid) -> Result<bool, DbErr> {
    let active = user::Entity::find_by_id(user).filter(user::Column::Status.eq(Status::Active)).lock_shared();
    Ok(active.one(tx).await?.is_some())
}

/// The name of an account's holder.
pub(super) async fn open_name(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    row: &user::Model,
) -> Result<Private, VaultError> {
    vault.key(connection, row.id).await?.open(name_place(row.id), &row.name)
}

/// Notes that `user` agreed to `version` of the consent text, as read in `lang` (S4).
pub async fn add_consent(tx: &Tx, user: Uuid, version: i32, lang: Lang, now: Instant) -> Result<(), DbErr> {
    let row = consent::ActiveModel {
        id: Set(ids::new(now)),
        user_id: Set(user),
        version: Set(version),
        language: Set(lang.code().to_owned()),
        given_at: Set(now),
    };
    consent::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// A one-time link that sets the password of `user`, good for a day; those made before are good no more. Only its hash
/// is kept; this returns the token.
pub async fn create_password_link(tx: &Tx, user: Uuid, now: Instant) -> Result<String, DbErr> {
    spend_links(tx, user, now).await?;
    add_password_link(tx, user, LINK_LIFE, now).await
}

/// The same for somebody who asked for it, good for an hour; nothing if there were enough of them. Those made before stay
/// good, so that a stranger who asks ends no link that an admin handed over, and any of several letters serves.
pub(super) async fn create_own_password_link(tx: &Tx, user: Uuid, now: Instant) -> Result<Option<String>, DbErr> {
    let since = Instant::from_millis(now.millis() - i64::try_from(OWN_LINK_LIFE.as_millis()).unwrap_or(i64::MAX));
    let recent = password_link::Entity::find()
        .filter(password_link::Column::UserId.eq(user))
        .filter(password_link::Column::CreatedAt.gt(since));
    if recent.count(tx).await? >= MOST_OWN_LINKS {
        return Ok(None);
    }
    add_password_link(tx, user, OWN_LINK_LIFE, now).await.map(Some)
}

async fn add_password_link(tx: &Tx, user: Uuid, life: Duration, now: Instant) -> Result<String, DbErr> {
    let token = random::token();
    let row = password_link::ActiveModel {
        id: Set(ids::new(now)),
        user_id: Set(user),
        token_hash: Set(token_hash(&token)),
        created_at: Set(now),
        expires_at: Set(now + life),
        used_at: Set(None),
    };
    password_link::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(token)
}

/// Drops links that have been over for a day: until then they count among those that somebody has had.
pub(super) async fn tidy_links(tx: &Tx, now: Instant) -> Result<(), DbErr> {
    let over = password_link::Column::ExpiresAt.lt(now - LINKS_KEPT_FOR);
    password_link::Entity::delete_many().filter(over).exec(tx).await?;
    Ok(())
}

/// The account whose password the unused link of `token` sets.
pub(super) async fn find_password_link(
    connection: &impl ConnectionTrait,
    token: &str,
    now: Instant,
) -> Result<Option<Uuid>, DbErr> {
    let link = password_link::Entity::find()
        .filter(password_link::Column::TokenHash.eq(token_hash(token)))
        .filter(password_link::Column::UsedAt.is_null())
        .filter(password_link::Column::ExpiresAt.gt(now))
        .one(connection)
        .await?;
    Ok(link.map(|link| link.user_id))
}

/// Uses up the link of `token` and sets the password. Says whose it is; nothing if the link was used meanwhile.
pub(super) async fn use_password_link(
    tx: &Tx,
    token: &str,
    password_hash: String,
    now: Instant,
) -> Result<Option<Uuid>, DbErr> {
    let Some(user) = find_password_link(tx, token, now).await? else { return Ok(None) };
    lock(tx, user).await?;
    let spent = password_link::Entity::update_many()
        .col_expr(password_link::Column::UsedAt, Expr::value(now))
        .filter(password_link::Column::TokenHash.eq(token_hash(token)))
        .filter(password_link::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    if spent.rows_affected == 0 {
        return Ok(None);
    }
    set_password(tx, user, password_hash, now).await?;
    Ok(Some(user))
}

/// Sets the password of `user`, and uses up every link that could, and those that would make another address the
/// account's: whoever asked for one may be the reason why there is a new password. The account first: whoever makes a link
/// holds its row too, and either sees the new password or is seen here.
pub(super) async fn set_password(tx: &Tx, user: Uuid, password_hash: String, now: Instant) -> Result<(), DbErr> {
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(password_hash))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(user))
        .exec(tx)
        .await?;
    fail::fail_point!(&format!("set-password-amid {user}"));
    spend_links(tx, user, now).await?;
    email_links::spend(tx, user, now).await
}

/// Keeps `renewed`, another hash of the same password, if there is one and nobody has set another password since `user` was
/// read.
pub(super) async fn renew_password_hash(tx: &Tx, user: &user::Model, renewed: Option<String>) -> Result<(), DbErr> {
    let Some(hash) = renewed else { return Ok(()) };
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .filter(user::Column::Id.eq(user.id))
        .filter(user::Column::PasswordHash.eq(user.password_hash.clone()))
        .exec(tx)
        .await?;
    Ok(())
}

/// What is known of an account's holder: what their password must not be made of.
pub(super) struct Known {
    pub(super) name: Private,
    pub(super) email: Private,
    clinic: String,
}

impl Known {
    /// The words, for [`super::rules::password`].
    pub(super) fn words(&self) -> [&str; 3] {
        [self.name.reveal(), self.email.reveal(), &self.clinic]
    }
}

/// What is known of `user`.
pub(super) async fn known_of(app: &App, user: Uuid) -> Result<Known, VaultError> {
    let row = find(app.db.read(), user).await?.ok_or(VaultError::NoKey(user))?;
    let name = open_name(app.db.read(), &app.vault, &row).await?;
    let email = open_email(app.db.read(), &app.vault, &row).await?;
    Ok(Known { name, email, clinic: app.clinic().name.clone() })
}

/// The account `id`.
pub(super) async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find_by_id(id).one(connection).await
}

/// The account `id`, kept from others until the act ends: what is asked of it here still holds when the act does.
pub(super) async fn lock(tx: &Tx, id: Uuid) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx).await
}

/// Uses up every link of `user`.
pub(super) async fn spend_links(tx: &Tx, user: Uuid, now: Instant) -> Result<(), DbErr> {
    password_link::Entity::update_many()
        .col_expr(password_link::Column::UsedAt, Expr::value(now))
        .filter(password_link::Column::UserId.eq(user))
        .filter(password_link::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps the language that a person chose.
pub(super) async fn set_language(tx: &Tx, user: Uuid, lang: Lang, now: Instant) -> Result<(), DbErr> {
    user::Entity::update_many()
        .col_expr(user::Column::Language, Expr::value(lang.code()))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(user))
        .exec(tx)
        .await?;
    Ok(())
}

/// What the database keeps of a secret token.
pub(super) fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
