//! Letters: written in the act, sent by a job, gone once sent; the database cannot be read for them.

use std::time::Duration;

use praktik::{
    clinic::{
        accounts,
        notifications::mail::{MailKind, count_unsent},
    },
    infra::{
        jobs,
        mail::Trouble,
        vault::{Private, VaultError},
    },
    web::{Lang, Role, limits::Limits},
};
use reqwest::StatusCode;
use rstest::rstest;

use crate::support::{Engine, MailServer, TestClinic};

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

/// A clinic that sends by the server at `port`; `query` may demand TLS.
async fn sending(engine: Engine, port: u16, query: &str) -> TestClinic {
    let settings = MailServer::settings(port, query);
    TestClinic::open_where(engine, Limits::none(), |config| config.mail = Some(settings)).await
}

/// A request for a link is answered within this.
const ANSWERED: Duration = Duration::from_secs(5);

async fn waiting(clinic: &TestClinic) -> Vec<(Trouble, u64)> {
    count_unsent(clinic.app.db.read()).await.unwrap().waiting
}

async fn refused(clinic: &TestClinic) -> u64 {
    count_unsent(clinic.app.db.read()).await.unwrap().refused
}

async fn forget(clinic: &TestClinic, email: &str) {
    let answer = clinic.browser().post("/password/forgot", &[("email", email)]).await;
    assert_eq!(answer.location(), "/password/forgot?sent");
    clinic.pass(ANSWERED).await;
}

async fn patient_at(clinic: &TestClinic, name: &str, email: &str) -> uuid::Uuid {
    let account = clinic.new_account(Role::Patient, name, email).await;
    let (app, now) = (clinic.app.clone(), clinic.app.now());
    let made = clinic.app.db.write(move |tx| async move { accounts::create(&tx, &app.vault, account, now).await });
    made.await.unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_arrives_whole_in_the_readers_language(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let mut server = MailServer::start(0);
    let clinic = sending(engine, server.port, "").await;
    let user = patient_at(&clinic, "Siti Rahmawati", "siti@contoh.test").await;
    for lang in Lang::ALL {
        // Choosing a password ended the session before.
        let browser = clinic.signed_in(user).await;
        let chosen = browser.post("/language", &[("lang", lang.code()), ("return_to", "/")]).await;
        assert_eq!(chosen.status, StatusCode::SEE_OTHER);
        forget(&clinic, "siti@contoh.test").await;
        let letter = server.letter().await;
        assert_eq!(letter["to"], serde_json::json!(["siti@contoh.test"]));
        assert_eq!(letter["headers"]["to"], "siti@contoh.test");
        assert_eq!(letter["sender"], "surat@klinik.test");
        assert_eq!(letter["headers"]["from"], "Klinik Melati <surat@klinik.test>");
        let id = letter["headers"]["message-id"].as_str().unwrap();
        assert!(id.starts_with('<') && id.ends_with("@klinik.test>"), "{id}");
        assert!(letter["headers"]["date"].as_str().is_some_and(|date| date.contains(" 20")), "{letter}");
        let mut words = fluent_bundle::FluentArgs::new();
        words.set("clinic", clinic.app.clinic().name.clone());
        assert_eq!(letter["headers"]["subject"], lang.with("mail-password-reset-subject", &words));
        assert_eq!(
            (&letter["parts"], &letter["type"], &letter["charset"]),
            (&serde_json::json!(false), &"text/plain".into(), &"utf-8".into())
        );
        let text = letter.to_string();
        assert!(!text.contains("Siti") && !text.contains("Rahmawati"), "a letter names nobody: {text}");
        let body = letter["body"].as_str().unwrap();
        let link = body.split_whitespace().find_map(|word| word.strip_prefix("http://klinik.test")).unwrap();
        let answer = clinic.browser().post(link, &[("password", "anjing di bawah meja")]).await;
        assert_eq!(answer.location(), "/login", "{body}");
        clinic.settle().await;
        assert_eq!(server.letter().await["to"], serde_json::json!(["siti@contoh.test"]), "that it was changed");
    }
    assert!(server.is_empty());
    assert_eq!(clinic.count("SELECT COUNT(*) FROM mails").await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_waits_for_a_server_that_is_away(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let clinic = sending(engine, port, "").await;
    patient_at(&clinic, "Siti", "siti@contoh.test").await;
    forget(&clinic, "siti@contoh.test").await;
    let mut waits = Vec::new();
    for _ in 0..4 {
        let due = jobs::next_due(&clinic.app.db).await.unwrap().unwrap();
        waits.push(due.since(clinic.app.now()).as_secs());
        clinic.pass_until(due).await;
    }
    assert_eq!(waits, [1, 2, 4, 8], "longer and longer");
    assert_eq!(waiting(&clinic).await, [(Trouble::Away, 1)], "the admin is told of it");
    let mut server = MailServer::start(port);
    clinic.pass(Duration::from_secs(16)).await;
    assert_eq!(server.letter().await["to"], serde_json::json!(["siti@contoh.test"]));
    assert!(waiting(&clinic).await.is_empty());
    clinic.pass(Duration::from_hours(1)).await;
    assert!(server.is_empty(), "it comes once");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_refused_is_given_up_and_one_that_is_busy_is_tried_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let mut server = MailServer::start(0);
    let clinic = sending(engine, server.port, "").await;
    for email in ["tidak.ada@contoh.test", "nanti@contoh.test"] {
        patient_at(&clinic, "Siti", email).await;
        forget(&clinic, email).await;
    }
    let undone = "SELECT COUNT(*) FROM jobs WHERE kind = 'send-mail' AND done_at IS NULL";
    assert_eq!(clinic.count(undone).await, 1, "the refused letter is not tried again");
    assert_eq!((refused(&clinic).await, waiting(&clinic).await), (1, vec![(Trouble::Busy, 1)]));
    for _ in 0..9 {
        clinic.pass(Duration::from_hours(3)).await;
    }
    assert_eq!(clinic.count(undone).await, 0, "after a day it is given up");
    assert!(server.is_empty());
}

/// A letter with a secret link goes over no line that others can read or a stranger can answer.
#[tokio::test(flavor = "multi_thread")]
async fn where_tls_is_demanded_no_letter_goes_without_it() {
    let folder = tempfile::TempDir::new().unwrap();
    for mut server in [MailServer::start(0), MailServer::start_self_made(folder.path())] {
        let clinic = sending(Engine::Sqlite, server.port, "?tls=required").await;
        patient_at(&clinic, "Siti", "siti@contoh.test").await;
        forget(&clinic, "siti@contoh.test").await;
        assert_eq!(waiting(&clinic).await, [(Trouble::Insecure, 1)]);
        assert!(server.is_empty());
        // The control: the same server takes it where TLS is not demanded.
        let clinic = sending(Engine::Sqlite, server.port, "").await;
        patient_at(&clinic, "Siti", "siti@contoh.test").await;
        forget(&clinic, "siti@contoh.test").await;
        assert_eq!(server.letter().await["tls"], false);
    }
}
