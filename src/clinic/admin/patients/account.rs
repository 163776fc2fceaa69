//! Keeping a patient's own account out, and letting it in again (P5).

use axum::{extract::State, response::Response};
use uuid::Uuid;

use super::{act, page_of};
use crate::{
    app::App,
    clinic::{
        accounts::{self, AdminAccount, Status, sessions},
        audit,
        patients::{self, Relationship},
    },
    web::{Error, Form, Id, NoFields, page::go_with_notice},
};

/// `POST /admin/patients/{patient}/lock`: nobody enters with the account any more, and its open pages close.
pub async fn lock(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    set_status(&app, admin.user, id, (Status::Active, Status::Locked), "lock-account").await?;
    Ok(go_with_notice(&page_of(id), "desk-account-was-locked"))
}

/// `POST /admin/patients/{patient}/unlock`.
pub async fn unlock(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    set_status(&app, admin.user, id, (Status::Locked, Status::Active), "unlock-account").await?;
    Ok(go_with_notice(&page_of(id), "desk-account-was-unlocked"))
}

/// Brings the patient's own account from one status to another; one that is elsewhere stays as it is.
async fn set_status(
    app: &App,
    admin: Uuid,
    patient: Uuid,
    (from, to): (Status, Status),
    action: &'static str,
) -> Result<(), Error> {
    let care = patients::guardians_of(app.db.read(), patient).await?;
    let own = care.iter().find(|care| care.relationship == Relationship::OneSelf).ok_or(Error::NotFound)?.user_id;
    let (inside, now) = (app.clone(), app.now());
    let ended = app.db.write(move |tx| async move {
        let people = accounts::people_of(&tx, &inside.vault, vec![own]).await?;
        if people.get(&own).is_none_or(|holder| holder.status != from) {
            return Ok(Vec::new());
        }
        audit::record(&tx, act(admin, action, patient), now).await?;
        Ok::<_, crate::infra::vault::VaultError>(accounts::set_status(&tx, own, to, now).await?)
    });
    for session in ended.await? {
        sessions::tell_ended(app, session);
    }
    Ok(())
}
