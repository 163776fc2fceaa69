//! What the program writes to its log of those who come in and those who are refused: a sentence and ids, never a name or
//! an address (ASVS 16.3).

use std::{
    io::Write,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use praktik::{
    clinic::accounts::Level,
    web::{Role, limits::Limits},
};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use tracing_subscriber::EnvFilter;
use uuid::Uuid;

use crate::support::{Browser, Engine, PASSWORD, TestClinic};

/// The lines of the whole test program, as `praktik` itself writes them. An id is of one test alone.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn open() -> Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        let begin = || {
            let log = Self::default();
            let lines = log.clone();
            let filter = EnvFilter::new("praktik=info,warn");
            tracing_subscriber::fmt()
                .with_ansi(false)
                .with_env_filter(filter)
                .with_writer(move || lines.clone())
                .init();
            log
        };
        LOG.get_or_init(begin).clone()
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// How many lines say `sentence` of `user`.
    fn count(&self, user: Uuid, sentence: &str) -> usize {
        let of = format!("user={user}");
        self.text().lines().filter(|line| line.contains(&of) && line.contains(sentence)).count()
    }
}

async fn log_in(clinic: &TestClinic, email: &str, password: &str) -> StatusCode {
    clinic.browser().post("/login", &[("email", email), ("password", password)]).await.status
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn logins_and_what_is_refused_are_written_down_with_ids_alone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let log = Log::open();
    let clinic = TestClinic::open_with(engine, Limits::standard()).await;
    let name = format!("Kartika {engine:?} Wulandari");
    let patient = clinic.patient(&name).await;
    let wrong = "kata sandi yang salah";
    let (user, right, refused) = (patient.user, "the password of a login was right", "a login was refused");
    assert_eq!((log.count(user, right), log.count(user, refused)), (0, 0), "the control: nothing happened yet");
    assert_eq!(log_in(&clinic, &patient.email, PASSWORD).await, StatusCode::SEE_OTHER);
    assert_eq!((log.count(user, right), log.count(user, refused)), (1, 0));
    assert_eq!(log_in(&clinic, &patient.email, wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((log.count(user, right), log.count(user, refused)), (1, 1));

    let give = [("password", wrong)];
    for _ in 0..5 {
        patient.browser.post("/settings/security/confirm", &give).await;
    }
    assert_eq!(log.count(user, "asked for again was wrong"), 5);
    assert_eq!(log.count(user, "a limit was reached"), 0);
    patient.browser.post("/settings/security/confirm", &give).await;
    assert_eq!(log.count(user, "a limit was reached"), 1);

    let of_log =
        [("/admin/people", "a role was refused"), ("/doctors/00000000-0000-0000-0000-000000000000", "not theirs")];
    for (path, sentence) in of_log {
        patient.browser.get(path).await;
        assert_eq!(log.count(user, sentence), 1, "{path}");
    }
    let foreign = patient.browser.request(Method::POST, "/notifications/read").form(&[("csrf_token", "x")]);
    assert_eq!(patient.browser.send(foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(log.count(user, "a form was refused"), 1);

    let text = log.text();
    for theirs in [name.as_str(), "Kartika", &patient.email, wrong, PASSWORD] {
        assert!(!text.contains(theirs), "the log holds {theirs}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn second_factors_that_are_right_or_refused_are_written_down(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let log = Log::open();
    let clinic = TestClinic::open(engine).await;
    let member = clinic.member(Role::Pharmacist, "Rudi").await;
    let app = clinic.set_up_app(&member.browser).await;
    clinic.pass(Duration::from_mins(1)).await;
    let half: Browser = clinic.at_level(member.user, Level::SecondFactor).await;
    let code = app.code(clinic.app.now());
    let wrong = if code == "000000" { "000001" } else { "000000" };
    half.post("/login/second", &[("code", wrong)]).await;
    let right = "the second factor of a login was right";
    assert_eq!((log.count(member.user, "a code was refused"), log.count(member.user, right)), (1, 0));
    assert_eq!(half.post("/login/second", &[("code", &code)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!((log.count(member.user, "a code was refused"), log.count(member.user, right)), (1, 1));
}
