//! The clinic's logo, for everybody.

use axum::body::Bytes;
use uuid::Uuid;

use super::photos::{self, Refusal};
use crate::{
    app::App,
    clinic::{audit, profile},
    infra::{
        files::{self, NewFile},
        ids,
        vault::owners,
    },
    web::Error,
};

const KIND: &str = "logo";

/// Makes what `admin` sent the clinic's logo, in place of the one before.
pub async fn set_logo(app: &App, admin: Uuid, sent: Bytes) -> Result<Result<(), Refusal>, Error> {
    if let Err(refusal) = photos::fits(&sent) {
        return Ok(Err(refusal));
    }
    let logo = match photos::taken(app.images.logo(sent).await)? {
        Ok(logo) => logo,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let now = app.now();
    let id = ids::new(now);
    let inside = app.clone();
    let key = app.db.write(move |tx| async move { inside.vault.key_or_new(&tx, owners::FILES, now).await }).await?;
    app.files.put(&key, id, &logo).await?;
    let new = NewFile { id, owner: owners::FILES, kind: KIND, media_type: "image/png", bytes: logo.len() };
    let changed = app.db.write(move |tx| async move {
        files::add(&tx, new, now).await?;
        if let Some(old) = profile::set_logo(&tx, Some(id)).await? {
            files::remove(&tx, old, now).await?;
        }
        audit::record(&tx, act(admin, "set-logo"), now).await
    });
    changed.await?;
    take_over(app).await?;
    Ok(Ok(()))
}

/// Takes the clinic's logo away; nothing happens if there is none.
pub async fn remove_logo(app: &App, admin: Uuid) -> Result<(), Error> {
    let now = app.now();
    let removed = app.db.write(move |tx| async move {
        if let Some(old) = profile::set_logo(&tx, None).await? {
            files::remove(&tx, old, now).await?;
            audit::record(&tx, act(admin, "remove-logo"), now).await?;
        }
        Ok::<_, sea_orm::DbErr>(())
    });
    removed.await?;
    take_over(app).await
}

async fn take_over(app: &App) -> Result<(), Error> {
    app.job_nudge.notify_one();
    Ok(app.refresh_clinic().await?)
}

const fn act(actor: Uuid, action: &'static str) -> audit::Act {
    audit::Act { actor, action, subject: "clinic", subject_id: owners::FILES, patient: None }
}
