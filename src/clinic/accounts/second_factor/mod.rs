//! The second factor of a login (P3): authenticator apps (TOTP), passkeys, and recovery codes for when both are lost.
//!
//! Staff must have one outside a demo; patients may. Others ask [`confirmed_lately`] or [`confirm_first`] before
//! something weighty is done, and take a factor that is lost away with [`reset`].

pub mod confirm;
pub mod enrol;
mod entity;
mod export;
pub mod log_in;
pub mod manage;
mod passkeys;
mod rules;
mod store;
mod tries;

use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

pub use confirm::{confirm_first, confirmed_lately};
pub use export::{KeptApp, KeptCode, KeptFactors, KeptPasskey, kept_factors};
pub use store::count_staff_without;

use super::{Level, entity::user, sessions, store as accounts};
use crate::{
    app::App,
    clinic::{audit, notifications::mail::MailKind},
    infra::{
        clock::Instant,
        db::Tx,
        vault::{Private, VaultError},
    },
    web::{Error, Role},
};

/// The page on which second factors are kept.
pub const PAGE: &str = "/settings/security/second-factor";

/// Whether somebody of this role must have a second factor.
pub fn compulsory(app: &App, role: Role) -> bool {
    !app.config.demo && !role.is_patient()
}

/// What an account has beside its password.
pub struct Kept {
    /// An authenticator app.
    pub app: bool,
    /// How many passkeys.
    pub passkeys: usize,
    /// Recovery codes that were not used.
    pub codes_left: u64,
}

impl Kept {
    /// Whether the password alone lets one in.
    pub const fn is_empty(&self) -> bool {
        !self.app && self.passkeys == 0
    }
}

/// What the account `user` has beside its password.
pub async fn kept(connection: &impl ConnectionTrait, user: Uuid) -> Result<Kept, DbErr> {
    Ok(Kept {
        app: store::find_totp(connection, user).await?.is_some(),
        passkeys: store::passkeys(connection, user).await?.len(),
        codes_left: store::codes_left(connection, user).await?,
    })
}

/// How far a right password alone brings the holder of `user`.
pub(super) async fn level_after_password(
    connection: &impl ConnectionTrait,
    app: &App,
    user: &user::Model,
) -> Result<Level, DbErr> {
    if store::count_factors(connection, user.id).await? > 0 {
        return Ok(Level::SecondFactor);
    }
    Ok(if compulsory(app, user.role) { Level::Enrolment } else { Level::Full })
}

/// Takes every second factor and recovery code of `user` away and ends their sessions, for somebody who has lost them
/// all; `actor` is who did it. The owner is told by letter.
pub async fn reset(app: &App, actor: Uuid, user: Uuid) -> Result<(), Error> {
    let (parts, now) = (app.clone(), app.now());
    let ended = app.db.write(move |tx| async move {
        store::lock(&tx, user, now).await?;
        store::remove_all(&tx, user).await?;
        note(&tx, &parts, Change { actor, user, action: "reset-second-factor" }, now).await?;
        Ok::<_, VaultError>(sessions::end_all(&tx, user, now).await?)
    });
    for session in ended.await? {
        sessions::tell_ended(app, session);
    }
    app.job_nudge.notify_one();
    Ok(())
}

/// A change of somebody's second factors.
struct Change {
    actor: Uuid,
    user: Uuid,
    action: &'static str,
}

/// Writes a change down and tells the owner.
async fn note(tx: &Tx, app: &App, change: Change, now: Instant) -> Result<(), VaultError> {
    record(tx, &change, now).await?;
    tell(tx, app, change.user, MailKind::SecondFactorChanged, now).await
}

async fn record(tx: &Tx, change: &Change, now: Instant) -> Result<(), VaultError> {
    let Change { actor, user, action } = *change;
    let act = audit::Act { actor, action, subject: "account", subject_id: user, patient: None };
    Ok(audit::record(tx, act, now).await?)
}

/// Writes a letter of `kind` to the owner, which leads to the page of second factors.
async fn tell(tx: &Tx, app: &App, user: Uuid, kind: MailKind, now: Instant) -> Result<(), VaultError> {
    accounts::write_to(tx, &app.vault, user, kind, Some(Private::new(PAGE)), now).await
}
