//! Who is behind an account, for pages that name people; and whether somebody who is signed in is still the same.

use std::{collections::HashMap, time::Duration};

use sea_orm::{ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use uuid::Uuid;

use super::{
    SignedIn,
    entity::{session, user},
    rules, store,
};
use crate::{
    app::App,
    infra::vault::{Private, Vault, VaultError},
    web::{Error, Role},
};

/// Somebody with an account.
pub struct Person {
    /// What they are to the clinic.
    pub role: Role,
    /// The holder's name.
    pub name: Private,
}

/// Who is behind several accounts.
pub async fn people_of(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Person>, VaultError> {
    let mut people = HashMap::new();
    for row in user::Entity::find().filter(user::Column::Id.is_in(ids)).all(connection).await? {
        let name = store::open_name(connection, vault, &row).await?;
        people.insert(row.id, Person { role: row.role, name });
    }
    Ok(people)
}

/// Whether the password was given in this session within `period`.
pub async fn was_confirmed(app: &App, signed_in: &SignedIn, period: Duration) -> Result<bool, DbErr> {
    let session = session::Entity::find_by_id(signed_in.session).one(app.db.read()).await?;
    let confirmed = session.and_then(|session| session.confirmed_at);
    Ok(confirmed.is_some_and(|at| app.now().since(at) < period))
}

/// Takes the password once more; if it is right, the session counts as confirmed from now on. Says whether it is.
pub async fn confirm(app: &App, signed_in: &SignedIn, password: &str) -> Result<bool, Error> {
    if password.chars().count() > rules::LONGEST_PASSWORD {
        return Ok(false);
    }
    let row = user::Entity::find_by_id(signed_in.user).one(app.db.read()).await?;
    let kept = row.and_then(|row| row.password_hash);
    let right = app.passwords.verify(password.into(), kept).await?;
    if right {
        let (id, now) = (signed_in.session, app.now());
        let note = session::Entity::update_many().col_expr(session::Column::ConfirmedAt, Expr::value(now));
        app.db.write(move |tx| async move { note.filter(session::Column::Id.eq(id)).exec(&tx).await }).await?;
    }
    Ok(right)
}
