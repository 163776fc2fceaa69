//! Letters: written in the act, sent by a job, gone once sent; the database cannot be read for them.

use praktik::{
    clinic::{accounts, notifications::mail::MailKind},
    infra::vault::{Private, VaultError},
};
use rstest::rstest;

use crate::support::{Engine, TestClinic};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_sent_once_and_then_gone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let (app, now, user) = (clinic.app.clone(), clinic.app.now(), patient.user);
    let path = Some(Private::new("/password/reset/abc"));
    let written = clinic.app.db.write(move |tx| async move {
        accounts::write_to(&tx, &app.vault, user, MailKind::PasswordReset, path, now).await?;
        Ok::<_, VaultError>(())
    });
    written.await.unwrap();
    clinic.app.job_nudge.notify_one();
    clinic.settle().await;

    let letters = clinic.app.mail.letters();
    let [letter] = letters.as_slice() else { panic!("{} letters", letters.len()) };
    assert_eq!(letter.to.reveal(), patient.email);
    assert!(letter.body.reveal().contains("http://klinik.test/password/reset/abc"));
    assert!(!letter.body.reveal().contains("Siti"));
    assert_eq!(clinic.count("SELECT COUNT(*) FROM mails").await, 0);
    let page = clinic.browser().get("/demo/mail").await;
    assert_eq!(page.attributes("main a.link", "href"), ["/password/reset/abc"]);
}
