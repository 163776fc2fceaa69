//! The second factor: codes that work once, recovery codes, passkeys, and what is closed until one of them was given.

use std::time::Duration;

use praktik::{
    clinic::accounts::{
        self, Level,
        second_factor::{self, PAGE},
    },
    infra::clock::Instant,
    web::{Role, limits::Limits},
};
use reqwest::StatusCode;
use rstest::rstest;
use uuid::Uuid;

use crate::support::{Answer, Authenticator, Browser, Engine, PASSWORD, TestClinic, codes_on};

const SECOND: &str = "/login/second";

/// Somebody whose password was just right.
pub(crate) async fn half(clinic: &TestClinic, user: Uuid) -> Browser {
    clinic.at_level(user, Level::SecondFactor).await
}

/// An account of the clinic's staff, by its address.
async fn staff(clinic: &TestClinic, role: Role) -> (Uuid, &'static str) {
    let email = "rudi@klinik.test";
    let account = clinic.new_account(role, "Rudi Hartono", email).await;
    let (app, now) = (clinic.app.clone(), clinic.app.now());
    let user = clinic.app.db.write(move |tx| async move { accounts::create(&tx, &app.vault, account, now).await });
    (user.await.unwrap(), email)
}

async fn give(browser: &Browser, code: &str) -> Answer {
    browser.post(SECOND, &[("code", code)]).await
}

pub(crate) fn is_in(answer: &Answer) -> bool {
    answer.status == StatusCode::SEE_OTHER && answer.location() == "/dashboard"
}

fn in_steps(clinic: &TestClinic, steps: i64) -> Instant {
    Instant::from_millis(clinic.app.now().millis() + steps * 30_000)
}

fn letters(clinic: &TestClinic, subject: &str) -> usize {
    clinic.app.mail.letters().iter().filter(|letter| letter.subject.starts_with(subject)).count()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_logins_with_one_code_at_once_one_gets_in(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let app = clinic.set_up_app(&patient.browser).await;
    clinic.pass(Duration::from_mins(5)).await;
    let code = app.code(clinic.app.now());
    let mut waiting = Vec::new();
    for _ in 0..20 {
        let browser = half(&clinic, patient.user).await;
        let token = browser.csrf().await;
        waiting.push((browser, token));
    }
    let tries = waiting.iter().map(|(browser, token)| {
        let form = [("csrf_token", token.as_str()), ("code", &code)];
        browser.send(browser.request(reqwest::Method::POST, SECOND).form(&form))
    });
    let answers = futures::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| is_in(answer)).count(), 1);
    assert!(answers.iter().all(|answer| !answer.status.is_server_error()));
    let mut inside = 0;
    for (browser, _) in &waiting {
        inside += i32::from(browser.get("/dashboard").await.status == StatusCode::OK);
    }
    assert_eq!(inside, 1);
    // The control: the next code lets another one in.
    clinic.pass(Duration::from_hours(2)).await;
    assert!(is_in(&give(&half(&clinic, patient.user).await, &app.code(clinic.app.now())).await));
}

/// A browser that sends its form twice, or twenty times, is signed in once.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_tries_in_one_session_one_gets_in(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let app = clinic.set_up_app(&patient.browser).await;
    let browser = half(&clinic, patient.user).await;
    let (token, cookies) = (browser.csrf().await, browser.cookies().unwrap());
    let code = app.recovery_codes[0].clone();
    let strangers: Vec<Browser> = (0..20).map(|_| clinic.browser()).collect();
    let tries = strangers.iter().map(|stranger| {
        let form = [("csrf_token", token.as_str()), ("code", &code)];
        stranger.send(stranger.request(reqwest::Method::POST, SECOND).header("cookie", cookies.clone()).form(&form))
    });
    let answers = futures::future::join_all(tries).await;
    let inside = answers.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER && answer.location() == PAGE);
    assert_eq!(inside.count(), 1);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM sessions WHERE level = 'full'").await, 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_a_step_early_and_late_and_never_twice(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let app = clinic.set_up_app(&patient.browser).await;
    let browser = half(&clinic, patient.user).await;
    let used = give(&browser, &app.code(clinic.app.now())).await;
    assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY, "the code that set the app up was used by that");
    assert!(used.text("#code-error").is_some() && !used.body.contains(&app.code(clinic.app.now())));

    assert!(is_in(&give(&browser, &app.code(in_steps(&clinic, 1))).await), "a phone that is half a minute ahead");
    let other = half(&clinic, patient.user).await;
    for steps in [1, 0, -1, 2] {
        let answer = give(&other, &app.code(in_steps(&clinic, steps))).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{steps}");
    }
    clinic.pass(Duration::from_mins(3)).await;
    let late = half(&clinic, patient.user).await;
    assert!(is_in(&give(&late, &app.code(in_steps(&clinic, -1))).await), "a phone that is half a minute behind");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_works_once_and_its_owner_is_told(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let app = clinic.set_up_app(&patient.browser).await;
    assert_eq!(app.recovery_codes.len(), 10);
    let browser = half(&clinic, patient.user).await;
    let code = app.recovery_codes[3].to_uppercase().replace('-', " ");
    let answer = give(&browser, &code).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, PAGE));
    let page = browser.get(PAGE).await;
    assert!(page.text("#codes").unwrap().contains(" 9 "), "{:?}", page.text("#codes"));
    clinic.settle().await;
    assert_eq!(letters(&clinic, "Kode cadangan dipakai"), 1);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE action = 'use-recovery-code'").await, 1);

    let again = half(&clinic, patient.user).await;
    assert_eq!(give(&again, &code).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    for code in &app.recovery_codes[4..10] {
        assert_eq!(give(&half(&clinic, patient.user).await, code).await.location(), PAGE);
    }
    let few = browser.get(PAGE).await;
    assert!(few.text("#codes").unwrap().contains("Kode hampir habis"));

    let new = codes_on(&browser.post(&format!("{PAGE}/codes"), &[]).await);
    assert_eq!(new.len(), 10);
    assert_eq!(give(&again, &app.recovery_codes[0]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "an old one");
    assert_eq!(give(&again, &new[0]).await.location(), PAGE);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_codes_waits_and_the_owner_still_gets_in(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let app = clinic.set_up_app(&patient.browser).await;
    clinic.pass(Duration::from_mins(5)).await;
    let wrong =
        ["000000", "111111"].into_iter().find(|code| (-1..=1).all(|at| app.code(in_steps(&clinic, at)) != **code));
    let wrong = wrong.unwrap();
    let guesser = half(&clinic, patient.user).await;
    for _ in 0..4 {
        assert_eq!(give(&guesser, wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let ended = give(&guesser, wrong).await;
    assert_eq!((ended.status, ended.location()), (StatusCode::SEE_OTHER, "/login"));
    assert_eq!(guesser.get(SECOND).await.location(), "/login?return_to=%2Flogin%2Fsecond", "the session has ended");
    clinic.settle().await;
    assert_eq!(letters(&clinic, "Kode masuk yang salah"), 1);

    let owner = half(&clinic, patient.user).await;
    let waits = give(&owner, &app.code(clinic.app.now())).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(waits.headers.contains_key("retry-after") && waits.text("#code-error").unwrap().contains("1 menit"));
    assert_eq!(give(&owner, &app.recovery_codes[0]).await.location(), PAGE, "a recovery code does not wait");

    // Without a right one in between, the second time is longer.
    let guess = async || {
        let guesser = half(&clinic, patient.user).await;
        for _ in 0..5 {
            give(&guesser, wrong).await;
        }
    };
    guess().await;
    clinic.pass(Duration::from_secs(61)).await;
    guess().await;
    clinic.pass(Duration::from_secs(61)).await;
    let owner = half(&clinic, patient.user).await;
    assert_eq!(give(&owner, &app.code(clinic.app.now())).await.status, StatusCode::TOO_MANY_REQUESTS);
    clinic.pass(Duration::from_mins(1)).await;
    assert!(is_in(&give(&owner, &app.code(clinic.app.now())).await));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn staff_set_up_a_second_factor_before_anything_else(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(Role::Doctor, Role::Pharmacist, Role::Admin)] role: Role,
) {
    let clinic = TestClinic::open_for_real(engine).await;
    let (_, email) = staff(&clinic, role).await;
    let browser = clinic.browser();
    let answer = browser.log_in(email, PASSWORD).await;
    assert_eq!(answer.location(), PAGE);
    for path in ["/dashboard", "/notifications", "/live", "/settings/security/confirm", SECOND] {
        assert_eq!(browser.get(path).await.location(), PAGE, "{path}");
    }
    let before = browser.cookies().unwrap();
    let app = clinic.set_up_app(&browser).await;
    assert_eq!(app.recovery_codes.len(), 10);
    assert_ne!(browser.cookies().unwrap(), before, "another secret");
    assert_eq!(browser.get("/notifications").await.status, StatusCode::OK);
    let planted = clinic.browser();
    let old = planted.send(planted.request(reqwest::Method::GET, PAGE).header("cookie", before)).await;
    assert!(old.location().starts_with("/login"), "the old secret opens nothing");

    let next = clinic.browser();
    assert_eq!(next.log_in(email, PASSWORD).await.location(), SECOND);
    assert_eq!(next.get(PAGE).await.location(), SECOND, "the password alone changes no factor");
    assert_eq!(next.post(&format!("{PAGE}/totp"), &[]).await.status, StatusCode::UNAUTHORIZED);
    assert!(is_in(&give(&next, &app.code(in_steps(&clinic, 1))).await));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_demo_and_a_patient_are_asked_for_what_they_set_up_alone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let demo = TestClinic::open(engine).await;
    let (_, email) = staff(&demo, Role::Admin).await;
    assert_eq!(demo.browser().log_in(email, PASSWORD).await.location(), "/dashboard");

    let clinic = TestClinic::open_for_real(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let browser = clinic.browser();
    assert_eq!(browser.log_in(&patient.email, PASSWORD).await.location(), "/dashboard");
    let app = clinic.set_up_app(&browser).await;

    let next = clinic.browser();
    let form = [("email", patient.email.as_str()), ("password", PASSWORD), ("return_to", "/doctors?q=a")];
    let answer = next.post("/login", &form).await;
    assert_eq!(answer.location(), "/login/second?return_to=%2Fdoctors%3Fq%3Da");
    let page = next.get(answer.location()).await;
    let return_to = page.attributes("input[name=return_to]", "value").remove(0);
    let answer = next.post(SECOND, &[("code", &app.code(in_steps(&clinic, 1))), ("return_to", &return_to)]).await;
    assert_eq!(answer.location(), "/doctors?q=a");
    let elsewhere = half(&clinic, patient.user).await;
    let form = [("code", app.recovery_codes[0].as_str()), ("return_to", "//evil.test")];
    assert_eq!(elsewhere.post(SECOND, &form).await.location(), PAGE);

    let slow = half(&clinic, patient.user).await;
    clinic.pass(Duration::from_mins(11)).await;
    assert!(slow.get(SECOND).await.location().starts_with("/login?"), "there is a limit to how long one may take");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_change_needs_the_password_of_the_last_ten_minutes(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open_with(engine, Limits::standard()).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let browser = &patient.browser;
    clinic.set_up_app(browser).await;
    clinic.pass(Duration::from_mins(11)).await;
    let confirm = format!("/settings/security/confirm?return_to={}", PAGE.replace('/', "%2F"));
    for path in ["totp/remove", "codes", "passkeys", "totp"] {
        assert_eq!(browser.post(&format!("{PAGE}/{path}"), &[]).await.location(), confirm, "{path}");
    }
    assert_eq!(browser.post(&format!("{PAGE}/passkeys/options"), &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get(&format!("{PAGE}/totp")).await.location(), confirm);
    assert_eq!(browser.get(PAGE).await.count("main form"), 0);

    let form = |password| [("password", password), ("return_to", PAGE)];
    for password in ["", "sandi yang salah"] {
        let wrong = browser.post("/settings/security/confirm", &form(password)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(browser.post("/settings/security/confirm", &form(PASSWORD)).await.location(), PAGE);
    assert_eq!(browser.post(&format!("{PAGE}/totp/remove"), &[]).await.location(), PAGE);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM totp_secrets").await, 0);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM recovery_codes").await, 0, "codes go with the last factor");

    for _ in 0..5 {
        browser.post("/settings/security/confirm", &form("tebakan lain")).await;
    }
    let waits = browser.post("/settings/security/confirm", &form(PASSWORD)).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn staff_keep_one_factor_whatever_they_remove_at_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open_for_real(engine).await;
    let (user, _) = staff(&clinic, Role::Pharmacist).await;
    let browser = clinic.signed_in(user).await;
    clinic.set_up_app(&browser).await;
    let refused = browser.post(&format!("{PAGE}/totp/remove"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM totp_secrets").await, 1);

    let (_, kept) = clinic.add_passkey(&browser, "Laptop klinik").await;
    assert_eq!(kept.location(), PAGE);
    let passkey = browser.get(PAGE).await.attributes("#passkeys li form", "action").remove(0);
    let (app, key) = (format!("{PAGE}/totp/remove"), format!("{passkey}/remove"));
    let answers = tokio::join!(browser.post(&app, &[]), browser.post(&key, &[]));
    let done = [&answers.0, &answers.1].iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    assert_eq!(done, 1, "{} {}", answers.0.status, answers.1.status);
    let left = "SELECT (SELECT COUNT(*) FROM totp_secrets) + (SELECT COUNT(*) FROM passkeys)";
    assert_eq!(clinic.count(left).await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_once_a_challenge_on_our_site_alone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let (passkey, shown) = clinic.add_passkey(&patient.browser, "HP Samsung").await;
    assert_eq!(codes_on(&shown).len(), 10);
    let options = async |browser: &Browser| browser.post_json("/login/second/passkey/options", &[]).await.json();
    let send = async |browser: &Browser, credential: &str| {
        browser.post("/login/second/passkey", &[("credential", credential), ("return_to", "")]).await
    };

    let browser = half(&clinic, patient.user).await;
    let signed = passkey.signed(&options(&browser).await);
    assert!(is_in(&send(&browser, &signed).await));
    assert_eq!(browser.get("/dashboard").await.status, StatusCode::OK);

    let other = half(&clinic, patient.user).await;
    assert_eq!(send(&other, &signed).await.status, StatusCode::UNPROCESSABLE_ENTITY, "an answer to another question");
    let asked = options(&other).await;
    assert_eq!(send(&other, &signed).await.status, StatusCode::UNPROCESSABLE_ENTITY, "the same once more");
    let late = passkey.signed(&asked);
    clinic.pass(Duration::from_mins(6)).await;
    assert_eq!(send(&other, &late).await.status, StatusCode::UNPROCESSABLE_ENTITY, "the question has expired");
    let passkey = passkey.at("https://klinik.test.evil.test");
    let forged = passkey.signed(&options(&other).await);
    assert_eq!(send(&other, &forged).await.status, StatusCode::UNPROCESSABLE_ENTITY, "another site asked");
    let passkey = passkey.at("http://klinik.test");

    let stranger = clinic.patient("Budi Lain").await;
    let (strange, _) = clinic.add_passkey(&stranger.browser, "Laptop").await;
    let foreign = strange.signed(&options(&other).await);
    assert_eq!(send(&other, &foreign).await.status, StatusCode::UNPROCESSABLE_ENTITY, "another's passkey");
    let good = passkey.signed(&options(&other).await);
    assert!(is_in(&send(&other, &good).await), "the control");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_was_copied_is_refused_and_its_owner_told(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let (passkey, _) = clinic.add_passkey(&patient.browser, "HP Samsung").await;
    let log_in = async || {
        let browser = half(&clinic, patient.user).await;
        let options = browser.post_json("/login/second/passkey/options", &[]).await.json();
        browser.post("/login/second/passkey", &[("credential", &passkey.signed(&options))]).await
    };
    passkey.count_from(7);
    assert!(is_in(&log_in().await));
    passkey.count_from(5);
    assert_eq!(log_in().await.status, StatusCode::UNPROCESSABLE_ENTITY);
    clinic.settle().await;
    assert_eq!(letters(&clinic, "Sebuah kunci sandi ditolak"), 1);
    passkey.count_from(8);
    assert!(is_in(&log_in().await), "the control: it goes on counting");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_named_renamed_and_removed_by_its_holder(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (patient, other) = (clinic.patient("Siti Rahmawati").await, clinic.patient("Budi Lain").await);
    let browser = &patient.browser;
    clinic.add_passkey(browser, "HP Samsung").await;
    let path = browser.get(PAGE).await.attributes("#passkeys li form", "action").remove(0);
    let long = "x".repeat(61);
    for wrong in ["", "  ", long.as_str()] {
        let refused = browser.post(&path, &[("passkey_name", wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.count("#passkeys details[open]"), 1);
    }
    assert_eq!(browser.post(&path, &[("passkey_name", "HP <b>lama</b>")]).await.location(), PAGE);
    assert!(browser.get(PAGE).await.text("#passkeys li").unwrap().starts_with("HP <b>lama</b>"));
    for path in [path.clone(), format!("{path}/remove")] {
        let answer = other.browser.post(&path, &[("passkey_name", "Milik saya")]).await;
        let status = if path.ends_with("/remove") { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::NOT_FOUND };
        assert_eq!(answer.status, status);
    }
    assert_eq!(other.browser.post(&format!("{path}/remove"), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&format!("{path}/remove"), &[]).await.location(), PAGE);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM passkeys").await, 0);
    assert_eq!(clinic.browser().log_in(&patient.email, PASSWORD).await.location(), "/dashboard");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_was_shown_is_its_sessions_alone_and_not_for_ever(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (patient, other) = (clinic.patient("Siti Rahmawati").await, clinic.patient("Budi Lain").await);
    let path = format!("{PAGE}/totp");
    let page = patient.browser.get(&path).await;
    let app = Authenticator::of(&page);
    let setup = page.attributes("input[name=setup]", "value").remove(0);
    let send = async |browser: &Browser, code: &str| browser.post(&path, &[("setup", &setup), ("code", code)]).await;
    let theirs = send(&other.browser, &app.code(clinic.app.now())).await;
    assert_eq!(theirs.status, StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = send(&patient.browser, "12 34").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.text("#totp-secret"), page.text("#totp-secret"), "the same is shown again");
    assert_eq!(clinic.count("SELECT COUNT(*) FROM totp_secrets").await, 0);
    clinic.pass(Duration::from_mins(31)).await;
    patient.browser.post("/settings/security/confirm", &[("password", PASSWORD)]).await;
    let late = send(&patient.browser, &app.code(clinic.app.now())).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_ne!(late.text("#totp-secret"), page.text("#totp-secret"));
    clinic.set_up_app(&patient.browser).await;
    assert_eq!(clinic.count("SELECT COUNT(*) FROM totp_secrets").await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_takes_every_factor_away_and_ends_every_session(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let (admin, _) = staff(&clinic, Role::Admin).await;
    clinic.set_up_app(&patient.browser).await;
    clinic.add_passkey(&patient.browser, "HP Samsung").await;
    second_factor::reset(&clinic.app, admin, patient.user).await.unwrap();
    assert!(patient.browser.get("/dashboard").await.location().starts_with("/login"));
    for table in ["totp_secrets", "passkeys", "recovery_codes", "code_tries", "passkey_ceremonies"] {
        assert_eq!(clinic.count(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE action = 'reset-second-factor'").await, 1);
    clinic.settle().await;
    assert_eq!(letters(&clinic, "Cara masuk akun Anda berubah"), 3);
    assert_eq!(clinic.browser().log_in(&patient.email, PASSWORD).await.location(), "/dashboard");
}

/// Everything that the clinic keeps on disk.
fn kept(clinic: &TestClinic) -> Vec<u8> {
    let files = walkdir::WalkDir::new(clinic.folder.path().join("data")).into_iter().filter_map(Result::ok);
    files.filter(|file| file.file_type().is_file()).flat_map(|file| std::fs::read(file.path()).unwrap()).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn secrets_and_names_cannot_be_read_on_disk(#[values(Engine::Sqlite)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let page = patient.browser.get(&format!("{PAGE}/totp")).await;
    let secret = page.text("#totp-secret").unwrap().replace(' ', "");
    let (setup, app) = (page.attributes("input[name=setup]", "value").remove(0), Authenticator::of(&page));
    let form = [("setup", setup.as_str()), ("code", &app.code(clinic.app.now()))];
    let codes = codes_on(&patient.browser.post(&format!("{PAGE}/totp"), &form).await);
    clinic.add_passkey(&patient.browser, "Ponsel Merah Muda").await;
    let bytes = kept(&clinic);
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    for text in [secret.as_str(), &codes[0], &codes[0].replace('-', ""), "Ponsel Merah Muda"] {
        assert!(!holds(text), "{text}");
    }
    assert!(holds("add-passkey"), "the control: what is not sealed is found");
}
