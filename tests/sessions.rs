//! When sessions end: by themselves, by role; from the list of one's devices; and what open pages hear of it.

use std::time::Duration;

use praktik::{clinic::accounts, web::Role};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use sea_orm::ConnectionTrait as _;

use crate::support::{Answer, Browser, Engine, PASSWORD, Socket, TestClinic};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

async fn lives(browser: &Browser) -> bool {
    let answer = browser.get("/notifications").await;
    let out = answer.status == StatusCode::SEE_OTHER && answer.location().starts_with("/login");
    assert!(out || answer.status == StatusCode::OK, "{}", answer.status);
    !out
}

async fn browser_of(clinic: &TestClinic, role: Role) -> Browser {
    let account = clinic.new_account(role, "Rudi", "rudi@klinik.test").await;
    let (app, now) = (clinic.app.clone(), clinic.app.now());
    let user = clinic.app.db.write(move |tx| async move { accounts::create(&tx, &app.vault, account, now).await });
    user.await.unwrap();
    let browser = clinic.browser();
    browser.log_in("rudi@klinik.test", PASSWORD).await;
    browser
}

#[rstest]
#[case(Role::Patient, 7 * DAY, 30 * DAY)]
#[case(Role::Pharmacist, HOUR, DAY)]
#[case(Role::Doctor, HOUR, DAY)]
#[case(Role::Admin, 30 * MINUTE, 12 * HOUR)]
#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_unused_and_at_its_latest_end(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] role: Role,
    #[case] idle: Duration,
    #[case] longest: Duration,
) {
    let clinic = TestClinic::open(engine).await;
    let browser = browser_of(&clinic, role).await;
    // Used again and again, it lives until its latest end and no longer.
    let step = idle.saturating_sub(MINUTE);
    let mut passed = Duration::ZERO;
    while passed + step < longest {
        clinic.app.clock.advance(step);
        passed += step;
        assert!(lives(&browser).await, "{role:?} after {passed:?}");
    }
    clinic.app.clock.advance(longest.saturating_sub(passed));
    assert!(!lives(&browser).await);

    browser.log_in("rudi@klinik.test", PASSWORD).await;
    clinic.app.clock.advance(step);
    assert!(lives(&browser).await);
    clinic.app.clock.advance(idle);
    assert!(!lives(&browser).await);
}

#[rstest]
#[case(Role::Patient, 30 * 24 * 60 * 60)]
#[case(Role::Admin, 12 * 60 * 60)]
#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_lasts_as_long_as_the_session_can(#[case] role: Role, #[case] seconds: u64) {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    browser_of(&clinic, role).await;
    let answer = clinic.browser().log_in("rudi@klinik.test", PASSWORD).await;
    let cookies = answer.headers.get_all("set-cookie").into_iter().map(|cookie| cookie.to_str().unwrap());
    let session = cookies.filter(|cookie| cookie.starts_with("praktik_session=")).collect::<Vec<_>>();
    let [session] = session.as_slice() else { panic!("{session:?}") };
    for part in [format!("Max-Age={seconds}"), "HttpOnly".to_owned(), "SameSite=Lax".to_owned()] {
        assert!(session.split("; ").any(|given| given == part), "{session}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_keeps_a_doctor_signed_in_and_no_admin(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (doctor, admin) = (clinic.doctor("Andi").await.browser, clinic.admin().await.browser);
    let (mut at_work, mut left) = (Socket::open(&doctor).await, Socket::open(&admin).await);
    for _ in 0..6 {
        clinic.app.clock.advance(25 * MINUTE);
        // The page has looked at its session once it answers after that.
        at_work.subscribe("presence", None).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(lives(&doctor).await);
    assert!(at_work.all("bye").await.is_empty());
    left.next("bye").await;
    assert!(left.is_closed().await);
    assert!(!lives(&admin).await);
    // At its latest end the doctor's session is over too, and its open page hears so at once.
    clinic.app.clock.advance(DAY);
    at_work.next("bye").await;
    assert!(at_work.is_closed().await);
    assert!(!lives(&doctor).await);
}

#[rstest]
#[case("/settings/security/confirm")]
#[case("/settings/export")]
#[tokio::test(flavor = "multi_thread")]
async fn a_password_given_again_brings_a_new_cookie_and_the_old_one_is_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] path: &str,
) {
    let clinic = TestClinic::open(engine).await;
    let browser = clinic.patient("Siti").await.browser;
    let cookie = browser.cookies().unwrap().to_str().unwrap().to_owned();
    let (_, stolen) = cookie.split_once("praktik_session=").unwrap();
    let thief = Browser::with_session(&clinic.address, stolen);
    let (mut socket, other_tab) = (Socket::open(&browser).await, browser.csrf().await);
    browser.post(path, &[("password", "kata sandi yang salah")]).await;
    assert!(lives(&thief).await && lives(&browser).await, "the control: a wrong one changes nothing");

    let given = browser.post(path, &[("password", PASSWORD)]).await;
    assert!(given.status == StatusCode::SEE_OTHER || given.status == StatusCode::OK, "{}", given.status);
    assert!(!lives(&thief).await, "the old cookie still opens the account");
    assert!(lives(&browser).await);
    // Open pages stay, and so does what is typed in them.
    assert!(socket.all("bye").await.is_empty());
    socket.subscribe("presence", None).await;
    let form = [("csrf_token", other_tab.as_str())];
    let read = browser.send(browser.request(Method::POST, "/notifications/read").form(&form)).await;
    assert_eq!(read.status, StatusCode::SEE_OTHER, "{}", read.body);
    // It is the same session: one device in the list, no login in between.
    assert_eq!(clinic.count("SELECT COUNT(*) FROM sessions").await, 1);
}

/// What is asked for and then refused, since there were enough copies, brings the new cookie all the same.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_after_the_password_signs_nobody_out(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let browser = clinic.patient("Siti").await.browser;
    for _ in 0..5 {
        clinic.app.clock.advance(Duration::from_secs(1));
        let form = [("csrf_token", browser.csrf().await), ("password", PASSWORD.to_owned())];
        let copy = browser.request(Method::POST, "/settings/export").form(&form).send().await.unwrap();
        assert_eq!(copy.status(), StatusCode::OK);
    }
    let enough = browser.post("/settings/export", &[("password", PASSWORD)]).await;
    assert_eq!(enough.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(lives(&browser).await);
}

fn devices(answer: &Answer) -> Vec<String> {
    answer.attributes("form[action^='/settings/security/sessions/'][action$='/end']", "action")
}

async fn log_in_from(clinic: &TestClinic, email: &str, agent: &str) -> Browser {
    let browser = clinic.browser();
    let token = browser.csrf().await;
    let form = [("csrf_token", token.as_str()), ("email", email), ("password", PASSWORD)];
    let request = browser.request(Method::POST, "/login").header("user-agent", agent).form(&form);
    assert_eq!(browser.send(request).await.status, StatusCode::SEE_OTHER);
    browser
}

const PHONE: &str = "Mozilla/5.0 (Linux; Android 13; SM-A145F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn one_sees_ones_devices_and_puts_them_out(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let (patient, other) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    clinic.app.clock.advance(2 * MINUTE);
    let phone = log_in_from(&clinic, &patient.email, PHONE).await;
    let desk = log_in_from(&clinic, &patient.email, "<script>alert(1)</script>").await;
    let page = desk.get("/settings/security").await;
    assert!(page.body.contains("Chrome di Android"), "{}", page.body);
    assert!(page.body.contains("09.02\u{a0}WIB") && page.body.contains("09.00\u{a0}WIB"), "first and last use");
    assert!(page.body.contains("127.0.0.1"));
    assert!(!page.body.contains("alert(1)"));
    assert_eq!(page.count("form[action^='/settings/security/sessions/']"), 3, "two others, and all others at once");

    // Of somebody else they are not found.
    let theirs = devices(&page).into_iter().find(|path| path != "/settings/security/sessions/end").unwrap();
    assert_eq!(other.browser.post(&theirs, &[]).await.status, StatusCode::NOT_FOUND);
    assert!(lives(&phone).await && lives(&patient.browser).await);

    let mut socket = Socket::open(&phone).await;
    assert_eq!(desk.post(&theirs, &[]).await.location(), "/settings/security");
    socket.next("bye").await;
    assert!(!lives(&phone).await, "the last used of the others comes first");
    assert!(lives(&patient.browser).await);
    assert_eq!(desk.post(&theirs, &[]).await.status, StatusCode::NOT_FOUND);

    let mut socket = Socket::open(&patient.browser).await;
    assert_eq!(desk.post("/settings/security/sessions/end", &[]).await.location(), "/settings/security");
    socket.next("bye").await;
    assert!(!lives(&patient.browser).await);
    assert!(lives(&desk).await && lives(&other.browser).await);
    assert!(devices(&desk.get("/settings/security").await).is_empty());
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE action LIKE 'end-session%'").await, 2);
}

/// Every request reads its session's row: device and address, which are sealed, are for the list of devices alone.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_let_in_without_opening_what_its_session_keeps(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let list = "/settings/security";
    assert_eq!(patient.browser.get(list).await.status, StatusCode::OK);
    // What is moved to another column does not open there.
    let exchange = "UPDATE sessions SET user_agent = address, address = user_agent";
    clinic.app.db.write(move |tx| async move { tx.execute_unprepared(exchange).await }).await.unwrap();
    assert!(lives(&patient.browser).await);
    assert_eq!(patient.browser.get("/dashboard").await.status, StatusCode::OK);

    // The control: where they are opened, the exchange shows.
    assert_eq!(patient.browser.get(list).await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_comes_after_the_end_leads_back_to_its_page(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let token = patient.browser.csrf().await;
    clinic.app.clock.advance(8 * DAY);
    let send = |origin: String| {
        let request = patient.browser.request(Method::POST, "/settings/security/email").header("referer", origin);
        patient.browser.send(request.form(&[("csrf_token", token.as_str()), ("email", "baru@contoh.test")]))
    };
    let answer = send(format!("{}/settings/security/email", clinic.address)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let back = "/login?return_to=%2Fsettings%2Fsecurity%2Femail";
    assert_eq!(answer.attributes("main a.btn", "href"), [back]);
    let form = patient.browser.get(back).await;
    assert_eq!(form.attributes("main [name=return_to]", "value"), ["/settings/security/email"]);
    // A page elsewhere is none to go back to.
    let foreign = send("https://evil.test//evil.test/".to_owned()).await;
    let link = foreign.attributes("main a.btn", "href").remove(0);
    assert_eq!(patient.browser.get(&link).await.count("main [name=return_to]"), 0);
}
