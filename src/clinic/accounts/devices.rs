//! Browsers in which somebody signed in before: they have tries of their own, so that a stranger who guesses at an
//! account does not keep its holder out (docs/decisions/0005-limits-that-do-not-lock-out-the-victim.md).

use std::{convert::Infallible, time::Duration};

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{entity::known_device, identify};
use crate::{
    app::App,
    infra::{
        clock::Instant,
        db::Tx,
        ids, random,
        vault::{LookUp, Vault},
    },
};

/// Browsers keep cookies no longer than this (RFC 6265bis).
const REMEMBERED_FOR: Duration = Duration::from_hours(400 * 24);
const COOKIE: [&str; 2] = ["praktik_device", "__Host-praktik_device"];

/// The secret by which this browser is known, if it brought one; a text of any other form is none.
#[derive(Clone)]
pub struct DeviceSecret(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for DeviceSecret {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let cookies = identify::Cookies::of(&parts.headers);
        let secret = COOKIE.iter().find_map(|name| cookies.get(name));
        Ok(Self(secret.filter(|secret| random::is_token(secret)).map(str::to_owned)))
    }
}

impl DeviceSecret {
    /// The secret, if somebody has signed in here with `email`.
    pub(super) async fn known_to(
        &self,
        connection: &impl ConnectionTrait,
        vault: &Vault,
        email: &str,
    ) -> Result<Option<&str>, DbErr> {
        let Some(secret) = self.0.as_deref() else { return Ok(None) };
        let found = known_device::Entity::find().filter(known_device::Column::Key.eq(key(vault, email, secret)));
        Ok((found.count(connection).await? > 0).then_some(secret))
    }

    /// The secret that this browser is to keep: its own, or a new one.
    pub(super) fn or_new(self) -> String {
        self.0.unwrap_or_else(random::token)
    }
}

fn key(vault: &Vault, email: &str, secret: &str) -> LookUp {
    vault.look_up_parts("known-device", &[email, secret])
}

/// Remembers that `user`, whose address is `email`, signed in in the browser that keeps `secret`.
pub(super) async fn remember(
    tx: &Tx,
    vault: &Vault,
    user: Uuid,
    (email, secret): (&str, &str),
    now: Instant,
) -> Result<(), DbErr> {
    let row = known_device::ActiveModel {
        id: Set(ids::new(now)),
        user_id: Set(user),
        key: Set(key(vault, email, secret)),
        created_at: Set(now),
    };
    let again = OnConflict::column(known_device::Column::Key).update_column(known_device::Column::CreatedAt).to_owned();
    known_device::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

/// Drops browsers whose cookie has gone: each login gives it, and its row, their time anew.
pub(super) async fn tidy(tx: &Tx, now: Instant) -> Result<(), DbErr> {
    let gone = known_device::Column::CreatedAt.lt(now - REMEMBERED_FOR);
    known_device::Entity::delete_many().filter(gone).exec(tx).await?;
    Ok(())
}

/// Knows no browser of `user` any more: one of them may have been somebody else's.
pub(super) async fn forget_all(tx: &Tx, user: Uuid) -> Result<(), DbErr> {
    known_device::Entity::delete_many().filter(known_device::Column::UserId.eq(user)).exec(tx).await?;
    Ok(())
}

/// Has the browser keep `secret`.
pub(super) fn set_cookie(app: &App, response: &mut Response, secret: &str) {
    let name = if app.config.secure { COOKIE[1] } else { COOKIE[0] };
    identify::set_cookie(response, &identify::cookie(app, name, secret, Some(REMEMBERED_FOR.as_secs())));
}
