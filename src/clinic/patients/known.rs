//! Telling the rightful people that somebody used their number or address (P2). By jobs, so that the form that did so
//! takes the same time as any other, and so that many forms at once make one letter.

use uuid::Uuid;

use super::{care, store};
use crate::{
    app::App,
    clinic::{
        accounts,
        notifications::{self, Kind, mail::MailKind},
    },
    infra::{
        clock::Instant,
        db::Tx,
        vault::{Private, Vault, VaultError},
    },
};

/// The job that tells the accounts of the patient whose number was claimed; its subject is who claims it.
pub const TELL_CLAIM: &str = "tell-claim";
/// The job that tells the accounts of a patient that somebody signed up with the NIK; its subject is the patient.
pub const TELL_NIK_KNOWN: &str = "tell-nik-known";
/// The job that tells an account that somebody signed up with its address; its subject is the account.
pub const TELL_EMAIL_KNOWN: &str = "tell-email-known";

/// Carries out [`TELL_CLAIM`]: nothing, if the patient claims nobody's number.
pub async fn tell_claim(app: &App, claimant: Uuid) -> Result<(), VaultError> {
    let Some(claim) = store::claim_of(app.db.read(), claimant).await? else { return Ok(()) };
    let Some(holder) = store::holder_of(app.db.read(), &claim).await? else { return Ok(()) };
    let (inside, now) = (app.clone(), app.now());
    let told = app.db.write(move |tx| async move {
        let mut told = Vec::new();
        for user in care::accounts_of(&tx, holder).await? {
            let path = "/profile/patients".to_owned();
            told.push((user, notifications::add(&tx, user, Kind::NumberClaimed, holder, path, now).await?));
            write(&tx, &inside.vault, user, MailKind::NikKnown, now).await?;
        }
        Ok::<_, VaultError>(told)
    });
    for (user, notification) in told.await? {
        notifications::tell(app, user, notification);
    }
    app.job_nudge.notify_one();
    Ok(())
}

/// Carries out [`TELL_NIK_KNOWN`].
pub async fn tell_nik_known(app: &App, patient: Uuid) -> Result<(), VaultError> {
    let (inside, now) = (app.clone(), app.now());
    app.db
        .write(move |tx| async move {
            for user in care::accounts_of(&tx, patient).await? {
                write(&tx, &inside.vault, user, MailKind::NikKnown, now).await?;
            }
            Ok::<_, VaultError>(())
        })
        .await?;
    app.job_nudge.notify_one();
    Ok(())
}

/// Carries out [`TELL_EMAIL_KNOWN`].
pub async fn tell_email_known(app: &App, user: Uuid) -> Result<(), VaultError> {
    let (inside, now) = (app.clone(), app.now());
    app.db.write(move |tx| async move { write(&tx, &inside.vault, user, MailKind::EmailKnown, now).await }).await?;
    app.job_nudge.notify_one();
    Ok(())
}

async fn write(tx: &Tx, vault: &Vault, user: Uuid, kind: MailKind, now: Instant) -> Result<(), VaultError> {
    let path = if kind == MailKind::EmailKnown { "/password/forgot" } else { "/login" };
    accounts::write_to(tx, vault, user, kind, Some(Private::new(path)), now).await
}
