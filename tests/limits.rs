//! How often a secret may be tried: at one account, from one network, and by everybody at once.

use std::{net::Ipv4Addr, time::Duration};

use praktik::{
    clinic::accounts,
    web::{Role, limits::Limits},
};
use reqwest::{Method, StatusCode};
use rstest::rstest;

use crate::support::{Answer, Browser, Engine, PASSWORD, TestClinic};

/// A clinic behind a proxy on this machine, so that a test can ask from any address.
async fn open(engine: Engine) -> TestClinic {
    TestClinic::open_behind_proxy(engine, Limits::standard()).await
}

async fn try_from(browser: &Browser, address: &str, email: &str, password: &str) -> Answer {
    let token = browser.csrf().await;
    let form = [("csrf_token", token.as_str()), ("email", email), ("password", password)];
    browser.send(browser.request(Method::POST, "/login").header("x-forwarded-for", address).form(&form)).await
}

fn address(number: u32) -> String {
    Ipv4Addr::from_bits(Ipv4Addr::new(20, 0, 0, 0).to_bits() + number).to_string()
}

const WRONG: &str = "kata sandi yang salah";

/// Guesses until it is told to wait; how often that went.
async fn guess(clinic: &TestClinic, from: &str, email: &str) -> u32 {
    for tried in 0..30 {
        let answer = try_from(&clinic.browser(), from, email, WRONG).await;
        match answer.status {
            StatusCode::UNPROCESSABLE_ENTITY => {}
            StatusCode::TOO_MANY_REQUESTS => return tried,
            other => panic!("{other}: {}", answer.body),
        }
    }
    panic!("nobody was told to wait")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_waits_and_the_victim_gets_in_from_elsewhere(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = open(engine).await;
    let patient = clinic.patient("Siti").await;
    let (attacker, home, cafe) = ("203.0.113.7", "198.51.100.1", "192.0.2.44");
    let known = clinic.browser();
    assert_eq!(try_from(&known, home, &patient.email, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(guess(&clinic, attacker, &patient.email).await, 5);
    let waits = try_from(&clinic.browser(), attacker, &patient.email, PASSWORD).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "not even the right password is looked at");
    let seconds: u64 = waits.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=31).contains(&seconds), "{seconds}");
    assert!(waits.text("main").unwrap().contains("1 menit"));
    // The victim: elsewhere in a new browser, and in the known one even from the guesser's own network.
    for (browser, from) in [(clinic.browser(), cafe), (known.clone(), home), (known.clone(), attacker)] {
        browser.post("/logout", &[]).await;
        assert_eq!(try_from(&browser, from, &patient.email, PASSWORD).await.status, StatusCode::SEE_OTHER, "{from}");
    }
    assert_eq!(
        try_from(&clinic.browser(), attacker, &patient.email, WRONG).await.status,
        StatusCode::TOO_MANY_REQUESTS,
        "that the victim got in does not free the guesser"
    );
    // Another account from there: its own count.
    let other = clinic.patient("Budi").await;
    assert_eq!(try_from(&clinic.browser(), attacker, &other.email, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

/// An address may hold a `|`, and a cookie is whatever a browser sends: `victim|y.zz` with `S` is not `victim` with
/// `y.zz|S`, nor is anything else a known browser of somebody who never signed in there.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_is_known_to_one_address_is_not_known_to_another(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = open(engine).await;
    let (patient, attacker, secret) = (clinic.patient("Siti").await, "203.0.113.7", "S".repeat(43));
    let email = format!("{}|y.zz", patient.email);
    let account = clinic.new_account(Role::Patient, "Penebak", &email).await;
    let (app, now) = (clinic.app.clone(), clinic.app.now());
    let made = clinic.app.db.write(move |tx| async move { accounts::create(&tx, &app.vault, account, now).await });
    made.await.unwrap();
    let with = |cookie: &str| Browser::with_cookie(&clinic.address, "praktik_device", cookie);
    assert_eq!(try_from(&with(&secret), attacker, &email, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(guess(&clinic, attacker, &patient.email).await, 5);
    for cookie in [format!("y.zz|{secret}"), secret.clone(), format!("|{secret}")] {
        let guessed = try_from(&with(&cookie), attacker, &patient.email, WRONG).await;
        assert_eq!(guessed.status, StatusCode::TOO_MANY_REQUESTS, "{cookie}");
    }
    // The control: to its own address the same browser is known, whatever its network has tried there.
    assert_eq!(guess(&clinic, attacker, &email).await, 5);
    assert_eq!(try_from(&with(&secret), attacker, &email, PASSWORD).await.status, StatusCode::SEE_OTHER);
    // What is no secret of ours is not kept.
    let planted = try_from(&with("planted"), "198.51.100.1", &patient.email, PASSWORD).await;
    let cookies = planted.headers.get_all("set-cookie").into_iter().map(|cookie| cookie.to_str().unwrap());
    let kept: Vec<&str> = cookies.filter_map(|cookie| cookie.strip_prefix("praktik_device=")).collect();
    assert!(kept.len() == 1 && !kept[0].starts_with("planted"), "{kept:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_waits_grow_to_a_quarter_of_an_hour_and_a_day_forgets(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = open(engine).await;
    let patient = clinic.patient("Siti").await;
    let from = "203.0.113.7";
    assert_eq!(guess(&clinic, from, &patient.email).await, 5);
    for seconds in [30, 60, 120, 240, 480, 900, 900] {
        clinic.app.clock.advance(Duration::from_secs(seconds - 1));
        let early = try_from(&clinic.browser(), from, &patient.email, WRONG).await;
        assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS, "{seconds}");
        clinic.app.clock.advance(Duration::from_secs(1));
        let due = try_from(&clinic.browser(), from, &patient.email, WRONG).await;
        assert_eq!(due.status, StatusCode::UNPROCESSABLE_ENTITY, "{seconds}");
    }
    clinic.app.clock.advance(Duration::from_secs(24 * 60 * 60 + 1));
    assert_eq!(guess(&clinic, from, &patient.email).await, 5);
    // The right password ends the count of its place.
    clinic.app.clock.advance(Duration::from_secs(30));
    assert_eq!(try_from(&clinic.browser(), from, &patient.email, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(guess(&clinic, from, &patient.email).await, 5);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn unknown_addresses_are_counted_alike(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = open(engine).await;
    for (email, again) in [("tidak.ada@contoh.test", "Tidak.Ada@CONTOH.test"), ("bukan e-mail", "BUKAN e-mail ")] {
        assert_eq!(guess(&clinic, "203.0.113.7", email).await, 5, "{email}");
        let folded = try_from(&clinic.browser(), "203.0.113.7", again, WRONG).await;
        assert_eq!(folded.status, StatusCode::TOO_MANY_REQUESTS, "{again}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_slash_64_is_one_network_and_a_whole_farm_is_stopped_too(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = open(engine).await;
    let patient = clinic.patient("Siti").await;
    let known = clinic.browser();
    assert_eq!(try_from(&known, &address(9_999), &patient.email, PASSWORD).await.status, StatusCode::SEE_OTHER);
    known.post("/logout", &[]).await;
    let mut tried = 0;
    for host in 0..10 {
        let answer = try_from(&clinic.browser(), &format!("2001:db8:1:2::{host:x}"), &patient.email, WRONG).await;
        tried += u32::from(answer.status == StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(tried, 5, "the addresses of one subscriber are one");
    let mut stopped = false;
    for number in 0..60 {
        let answer = try_from(&clinic.browser(), &address(number), &patient.email, WRONG).await;
        tried += u32::from(answer.status == StatusCode::UNPROCESSABLE_ENTITY);
        stopped = answer.status == StatusCode::TOO_MANY_REQUESTS;
        if stopped {
            break;
        }
    }
    assert!(stopped);
    assert_eq!(tried, 50);
    assert_eq!(try_from(&known, &address(8_888), &patient.email, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

/// Thousands share the address of a mobile network: what many of them do in one minute is no attack.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn hundreds_behind_one_address_try_their_secrets_in_a_minute_and_a_flood_does_not(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = open(engine).await;
    let browser = clinic.browser();
    let open_link = async |from: &str| {
        let request = browser.request(Method::GET, "/password/reset/gone").header("x-forwarded-for", from);
        browser.send(request).await.status
    };
    let mut served = 0;
    while served < 2_000 && open_link("203.0.113.7").await == StatusCode::GONE {
        served += 1;
    }
    assert!((600..2_000).contains(&served), "{served} were served");
    assert_eq!(open_link("203.0.113.8").await, StatusCode::GONE, "another address is not kept waiting");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn tries_that_come_at_once_are_counted_one_by_one(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = open(engine).await;
    let patient = clinic.patient("Siti").await;
    let all = (0..20).map(async |_| try_from(&clinic.browser(), "203.0.113.7", &patient.email, WRONG).await.status);
    let answers = futures::future::join_all(all).await;
    let looked_at = answers.iter().filter(|status| **status == StatusCode::UNPROCESSABLE_ENTITY).count();
    assert_eq!(looked_at, 5, "{answers:?}");
    let waits = answers.iter().filter(|status| **status == StatusCode::TOO_MANY_REQUESTS).count();
    assert_eq!(waits, 15, "{answers:?}");
}

/// A form that asks for the password of who is signed in: its path, the name of that field, what goes with it.
type Asks = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const ASK_FOR_THE_PASSWORD: [Asks; 5] = [
    ("/settings/security", "current_password", &[("password", "anjing di bawah meja")]),
    ("/settings/security/email", "current_password", &[("email", "pencuri@contoh.test")]),
    ("/settings/security/confirm", "password", &[]),
    ("/settings/export", "password", &[]),
    ("/admin/recovery-sheet/show", "password", &[]),
];

async fn give(browser: &Browser, from: &str, (path, field, others): Asks, password: &str) -> Answer {
    let token = browser.csrf().await;
    let own = [("csrf_token", token.as_str()), (field, password)];
    let fields: Vec<_> = others.iter().copied().chain(own).collect();
    browser.send(browser.request(Method::POST, path).header("x-forwarded-for", from).form(&fields)).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_session_does_not_guess_the_password(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = open(engine).await;
    for (number, guessed_at) in (0..).zip(ASK_FOR_THE_PASSWORD) {
        let from = address(number);
        // An admin, whom every one of the forms takes.
        let admin = clinic.member(Role::Admin, "Dewi").await.browser;
        for _ in 0..5 {
            let wrong = give(&admin, &from, guessed_at, WRONG).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{guessed_at:?}");
        }
        for asks in ASK_FOR_THE_PASSWORD {
            let waits = give(&admin, &from, asks, PASSWORD).await;
            assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "{guessed_at:?}, one count for {asks:?} too");
        }
        // The control: after the wait the right one is taken, and forgets the wrong ones.
        clinic.app.clock.advance(Duration::from_secs(30));
        let right = give(&admin, &from, guessed_at, PASSWORD).await;
        assert!([StatusCode::OK, StatusCode::SEE_OTHER].contains(&right.status), "{guessed_at:?}: {}", right.status);
        for asks in ASK_FOR_THE_PASSWORD {
            assert_eq!(give(&admin, &from, asks, WRONG).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{asks:?}");
        }
    }
}

/// Who adds a form that asks for a password adds it above.
#[test]
fn every_form_that_takes_a_password_of_who_is_signed_in_is_known() {
    let mut taken = Vec::new();
    for file in walkdir::WalkDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/clinic")) {
        let file = file.unwrap();
        if file.path().extension().is_some_and(|kind| kind == "html") {
            let page = std::fs::read_to_string(file.path()).unwrap();
            taken.extend(std::iter::repeat_n(file.path().to_owned(), page.matches("\"current-password\"").count()));
        }
    }
    // The login asks nobody who is signed in.
    assert_eq!(taken.len(), ASK_FOR_THE_PASSWORD.len() + 1, "{taken:?}");
}

/// Without the count nothing is tried; what needs no secret goes on.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn without_its_count_no_secret_is_looked_at(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = open(engine).await;
    let patient = clinic.patient("Siti").await;
    let drop = |table: &'static str| {
        let statement = format!("DROP TABLE {table}");
        let act = move |tx| async move { sea_orm::ConnectionTrait::execute_unprepared(&tx, &statement).await };
        clinic.app.db.write(act)
    };
    drop("tries").await.unwrap();
    let answer = try_from(&clinic.browser(), "203.0.113.7", &patient.email, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers.contains_key("retry-after"));
    let form = [("current_password", PASSWORD), ("password", "anjing di bawah meja")];
    assert_eq!(patient.browser.post("/settings/security", &form).await.status, StatusCode::SERVICE_UNAVAILABLE);
    drop("reset_requests").await.unwrap();
    let forgot = clinic.browser().post("/password/forgot", &[("email", &patient.email)]).await;
    assert_eq!(forgot.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(patient.browser.get("/dashboard").await.status, StatusCode::OK);
}

/// The real pool: more people at once than it serves or lets wait.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_logins_is_told_to_come_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let browsers: Vec<Browser> = (0..200).map(|_| clinic.browser()).collect();
    let tokens = futures::future::join_all(browsers.iter().map(Browser::csrf)).await;
    let all = browsers.iter().zip(&tokens).enumerate().map(async |(number, (browser, token))| {
        let email = format!("orang{number}@contoh.test");
        let form = [("csrf_token", token.as_str()), ("email", &email), ("password", WRONG)];
        browser.send(browser.request(Method::POST, "/login").form(&form)).await
    });
    let answers = futures::future::join_all(all).await;
    let of = |status| answers.iter().filter(|answer| answer.status == status).count();
    let (looked_at, busy) = (of(StatusCode::UNPROCESSABLE_ENTITY), of(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(looked_at + busy, answers.len());
    assert!(looked_at >= 64 && busy >= 1, "{looked_at} looked at, {busy} told to come back");
    for answer in answers.iter().filter(|answer| answer.status == StatusCode::SERVICE_UNAVAILABLE) {
        assert!(answer.headers.contains_key("retry-after"));
    }
    // Once it is over everybody is served.
    clinic.browser().log_in(&patient.email, PASSWORD).await;
}
