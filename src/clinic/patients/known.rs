//! Telling the rightful people that somebody used their number or address (P2). By jobs, so that the form that did so
//! takes the same time as any other. Many forms make one letter an hour: whoever fills them in must not fill a mailbox.

use std::time::Duration;

use sea_orm::DbErr;
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
        jobs,
        vault::{Private, Vault, VaultError},
    },
};

/// The job that tells the accounts of the patient whose number was claimed; its subject is who claims it.
pub const TELL_CLAIM: &str = "tell-claim";
/// The job that tells the accounts of a patient that somebody signed up with the NIK; its subject is the patient.
pub const TELL_NIK_KNOWN: &str = "tell-nik-known";
/// The job that tells an account that somebody signed up with its address; its subject is the account.
pub const TELL_EMAIL_KNOWN: &str = "tell-email-known";

/// The same people have a letter of this kind at most so often.
const LETTERS_APART: Duration = Duration::from_hours(1);

/// Has the account `user` told by letter that somebody signed up with its address.
pub(super) async fn email_was_used(tx: &Tx, user: Uuid, now: Instant) -> Result<(), DbErr> {
    jobs::add_apart(tx, TELL_EMAIL_KNOWN, user, LETTERS_APART, now).await
}

/// Has the accounts of `patient` told by letter that somebody used the number.
pub(super) async fn number_was_used(tx: &Tx, patient: Uuid, now: Instant) -> Result<(), DbErr> {
    jobs::add_apart(tx, TELL_NIK_KNOWN, patient, LETTERS_APART, now).await
}

/// Carries out [`TELL_CLAIM`]: nothing, if the patient claims nobody's number.
pub async fn tell_claim(app: &App, claimant: Uuid) -> Result<(), VaultError> {
    let Some(claim) = store::claim_of(app.db.read(), claimant).await? else { return Ok(()) };
    let Some(holder) = store::holder_of(app.db.read(), &claim).await? else { return Ok(()) };
    let now = app.now();
    let told = app.db.write(move |tx| async move {
        number_was_used(&tx, holder, now).await?;
        let mut told = Vec::new();
        for user in care::accounts_of(&tx, holder).await? {
            let path = "/profile/patients".to_owned();
            told.push((user, notifications::add(&tx, user, Kind::NumberClaimed, holder, path, now).await?));
        }
        Ok::<_, DbErr>(told)
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
