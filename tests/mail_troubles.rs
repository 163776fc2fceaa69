//! Letters meet mail servers that refuse, fall silent or are slow: none is lost, none comes twice, and the admin is told.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use praktik::{
    clinic::{
        accounts,
        notifications::mail::{self, MailKind, NewMail, count_unsent},
    },
    infra::{
        mail::Trouble,
        vault::{Private, VaultError},
    },
    server,
    web::{Lang, Role, limits::Limits},
};
use reqwest::StatusCode;
use rstest::rstest;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};

use crate::support::{Browser, Engine, MailServer, TestClinic};

const MINUTE: Duration = Duration::from_mins(1);
/// What has not happened within this, in real time, does not happen.
const QUIET: Duration = Duration::from_millis(250);

/// A clinic that sends by the server at `port`, as `login` (`NAME:PASSWORD@`).
async fn sending(engine: Engine, port: u16, login: &str) -> TestClinic {
    let mut settings = MailServer::settings(port, "");
    settings.server = Private::new(format!("smtp://{login}127.0.0.1:{port}"));
    TestClinic::open_where(engine, Limits::none(), |config| config.mail = Some(settings)).await
}

/// Has `count` letters written to a patient.
async fn write(clinic: &TestClinic, count: usize) {
    let (app, now, user) = (clinic.app.clone(), clinic.app.now(), clinic.patient("Siti Rahmawati").await.user);
    let written = clinic.app.db.write(move |tx| async move {
        for _ in 0..count {
            accounts::write_to(&tx, &app.vault, user, MailKind::PasswordChanged, None, now).await?;
        }
        Ok::<_, VaultError>(())
    });
    written.await.unwrap();
    clinic.app.job_nudge.notify_one();
}

async fn waiting(clinic: &TestClinic) -> Vec<(Trouble, u64)> {
    count_unsent(clinic.app.db.read()).await.unwrap().waiting
}

/// What an admin's dashboard warns of.
async fn warnings(admin: &Browser) -> String {
    admin.get("/dashboard").await.text("#warnings").unwrap_or_default()
}

/// Waits, in real time, until `query` counts `count`.
async fn until(clinic: &TestClinic, query: &str, count: i64) {
    for _ in 0..1_000 {
        if clinic.count(query).await == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{query} never counted {count}");
}

const CLAIMED: &str = "SELECT COUNT(*) FROM jobs WHERE claimed_until IS NOT NULL";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_outlives_a_wrong_password_of_the_clinic(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let server = MailServer::start_as(0, &[("MAIL_PASSWORD", "yang lain")]);
    let port = server.port;
    let clinic = sending(engine, port, "klinik:rahasia@").await;
    let admin = clinic.admin().await.browser;
    write(&clinic, 1).await;
    clinic.settle().await;
    assert_eq!(waiting(&clinic).await, [(Trouble::Login, 1)]);
    let told = warnings(&admin).await;
    assert!(told.contains("kata sandi klinik") && told.contains("dicoba lagi"), "{told}");
    drop(server);
    let mut server = MailServer::start_as(port, &[("MAIL_PASSWORD", "rahasia")]);
    clinic.pass(MINUTE).await;
    server.letter().await;
    assert!(waiting(&clinic).await.is_empty() && !warnings(&admin).await.contains("dicoba lagi"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_letter_is_said_to_be_refused_and_an_admin_sends_it_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let server = MailServer::start(0);
    let port = server.port;
    let clinic = sending(engine, port, "").await;
    write(&clinic, 1).await;
    clinic.settle().await;
    let admin = clinic.admin().await.browser;
    assert!(!warnings(&admin).await.contains("ditolak"), "the control: it is sent");
    let (user, email) = (clinic.patient("Budi").await.user, "tidak.ada@contoh.test");
    let (app, now) = (clinic.app.clone(), clinic.app.now());
    let kind = MailKind::PasswordChanged;
    let new = NewMail { user, to: Private::new(email), kind, path: None, lang: Lang::Id };
    let written = clinic.app.db.write(move |tx| async move { mail::add(&tx, &app.vault, new, now).await });
    written.await.unwrap();
    clinic.app.job_nudge.notify_one();
    clinic.settle().await;
    let told = warnings(&admin).await;
    assert!(told.contains("1 e-mail ditolak") && !told.contains("dicoba lagi sampai"), "{told}");
    drop(server);
    let mut server = MailServer::start_as(port, &[("MAIL_TAKES_ALL", "1")]);
    clinic.pass(2 * Duration::from_hours(24)).await;
    assert!(server.is_empty(), "by itself it is not tried again");
    let admin = clinic.member(Role::Admin, "Rudi").await.browser;
    let answer = admin.post("/admin/letters/again", &[]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/dashboard"));
    assert_eq!(server.letter().await["to"], serde_json::json!([email]));
    clinic.settle().await;
    assert!(!warnings(&admin).await.contains("ditolak"));
}

/// A server that answers each command as `answer` says, by the word that it begins with: "" greets, "." ends a letter.
async fn answering(answer: fn(&str) -> &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (reader, mut writer) = stream.into_split();
            let mut lines = BufReader::new(reader).lines();
            let mut said = format!("{}\r\n", answer(""));
            let mut in_letter = false;
            while writer.write_all(said.as_bytes()).await.is_ok() {
                let Ok(Some(mut line)) = lines.next_line().await else { break };
                while in_letter && line != "." {
                    line = lines.next_line().await.unwrap().unwrap();
                }
                let word = line.split([' ', ':']).next().unwrap();
                said = format!("{}\r\n", answer(word));
                in_letter = word == "DATA" && said.starts_with("354");
            }
        }
    });
    port
}

/// What a server says that takes everything.
fn takes(word: &str) -> &'static str {
    match word {
        "" => "220 surat.test",
        "DATA" => "354 go on",
        _ => "250 OK",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_refusal_of_a_recipient_or_of_a_letter_is_about_the_letter() {
    type Answers = fn(&str) -> &'static str;
    let later: [(Answers, Trouble); 7] = [
        (|word| if word.is_empty() { "554 no" } else { takes(word) }, Trouble::TurnedAway),
        (|word| if word == "EHLO" { "550 no" } else { takes(word) }, Trouble::TurnedAway),
        (|word| if word == "MAIL" { "550 no" } else { takes(word) }, Trouble::Sender),
        (|word| if word == "MAIL" { "530 who are you" } else { takes(word) }, Trouble::Login),
        (|word| if word == "RCPT" { "530 who are you" } else { takes(word) }, Trouble::Login),
        (|word| if word == "DATA" { "554 no" } else { takes(word) }, Trouble::TurnedAway),
        (|word| if word == "." { "451 not now" } else { takes(word) }, Trouble::Busy),
    ];
    for (answers, trouble) in later {
        let clinic = sending(Engine::Sqlite, answering(answers).await, "").await;
        write(&clinic, 1).await;
        clinic.settle().await;
        assert_eq!(waiting(&clinic).await, [(trouble, 1)]);
    }
    let refused: [Answers; 2] = [
        |word| if word == "RCPT" { "550 no" } else { takes(word) },
        |word| if word == "." { "552 no" } else { takes(word) },
    ];
    for answers in refused {
        let clinic = sending(Engine::Sqlite, answering(answers).await, "").await;
        write(&clinic, 1).await;
        clinic.settle().await;
        assert_eq!(count_unsent(clinic.app.db.read()).await.unwrap().refused, 1);
    }
    // The control.
    let clinic = sending(Engine::Sqlite, answering(takes).await, "").await;
    write(&clinic, 1).await;
    clinic.settle().await;
    assert_eq!(clinic.count("SELECT COUNT(*) FROM mails").await, 0);
}

/// A server that greets and falls silent: its port, and how many have come.
async fn silent() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, came) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let counting = Arc::clone(&came);
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"220 surat.test\r\n").await.unwrap();
            counting.fetch_add(1, Ordering::SeqCst);
            kept.push(stream);
        }
    });
    (port, came)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_falls_silent_gets_four_connections_and_is_given_up_after_a_while(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (port, came) = silent().await;
    let clinic = sending(engine, port, "").await;
    write(&clinic, 8).await;
    until(&clinic, CLAIMED, 4).await;
    for _ in 0..4 {
        tokio::time::sleep(QUIET).await;
        assert_eq!(came.load(Ordering::SeqCst), 4);
        clinic.app.clock.advance(Duration::from_secs(40));
    }
    // Meanwhile rooms open.
    let room = clinic.waiting_room().await;
    assert!(waiting(&clinic).await.is_empty(), "the first four are still being tried");
    clinic.app.clock.advance(Duration::from_secs(40));
    until(&clinic, "SELECT COUNT(*) FROM mails WHERE last_error = 'away'", 4).await;
    until(&clinic, CLAIMED, 4).await;
    let admin = clinic.admin().await.browser;
    assert!(warnings(&admin).await.contains("tidak menjawab"));
    clinic.app.clock.advance(room.starts_at.since(clinic.app.now()));
    until(&clinic, "SELECT COUNT(*) FROM appointments WHERE status = 'ongoing'", 1).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_server_gets_a_letter_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let mut server = MailServer::start_as(0, &[("MAIL_SLOW", "1")]);
    let clinic = sending(engine, server.port, "").await;
    write(&clinic, 1).await;
    until(&clinic, CLAIMED, 1).await;
    for _ in 0..2 {
        clinic.app.clock.advance(MINUTE + Duration::from_secs(1));
        tokio::time::sleep(QUIET).await;
    }
    server.letter().await;
    clinic.settle().await;
    tokio::time::sleep(2 * QUIET + Duration::from_secs(1)).await;
    assert!(server.is_empty(), "it comes once");
    assert_eq!(clinic.count("SELECT COUNT(*) FROM mails").await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_letters_wait_in_peace_for_a_day(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open_for_real(engine).await;
    write(&clinic, 1).await;
    clinic.settle().await;
    assert_eq!(clinic.count("SELECT COUNT(*) FROM jobs WHERE last_error IS NOT NULL").await, 0);
    let admin = clinic.admin().await.browser;
    let told = warnings(&admin).await;
    assert!(told.contains("Tidak ada server e-mail") && !told.contains("belum terkirim"), "{told}");
    clinic.pass(Duration::from_hours(23)).await;
    server::tidy(&clinic.app).await.unwrap();
    assert_eq!(clinic.count("SELECT COUNT(*) FROM mails").await, 1, "a server that is named meanwhile sends it");
    clinic.pass(Duration::from_hours(2)).await;
    server::tidy(&clinic.app).await.unwrap();
    assert_eq!(clinic.count("SELECT COUNT(*) FROM mails").await, 0);
}
