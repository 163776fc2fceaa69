//! A forgotten password, a changed one, and the e-mail address of an account: by letters, as people get them.

use std::time::Duration;

use praktik::{
    clinic::accounts::{self, Email, Status},
    infra::vault::VaultError,
    web::Lang,
};
use reqwest::StatusCode;
use rstest::rstest;
use uuid::Uuid;

use crate::support::{Answer, Browser, Engine, PASSWORD, Socket, TestClinic};

pub(crate) const NEW: &str = "anjing di bawah meja";

/// A request for a link is answered within this.
const ANSWERED: Duration = Duration::from_secs(5);

pub(crate) async fn forget(clinic: &TestClinic, email: &str) -> Answer {
    let answer = clinic.browser().post("/password/forgot", &[("email", email)]).await;
    clinic.pass(ANSWERED).await;
    answer
}

/// The paths of links in the letters to `email`, the newest first.
pub(crate) fn links(clinic: &TestClinic, email: &str) -> Vec<String> {
    let letters = clinic.app.mail.letters();
    let own = letters.iter().filter(|letter| letter.to.reveal() == email);
    let lines = own.flat_map(|letter| letter.body.reveal().lines().map(str::to_owned).collect::<Vec<_>>());
    lines.filter_map(|line| line.trim().strip_prefix("http://klinik.test").map(str::to_owned)).collect()
}

/// The subjects of the letters to `email`, the newest first.
fn subjects(clinic: &TestClinic, email: &str) -> Vec<String> {
    let letters = clinic.app.mail.letters();
    letters.iter().filter(|letter| letter.to.reveal() == email).map(|letter| letter.subject.clone()).collect()
}

fn subject(clinic: &TestClinic, kind: &str) -> String {
    let mut words = fluent_bundle::FluentArgs::new();
    words.set("clinic", clinic.app.clinic().name.clone());
    Lang::Id.with(&format!("mail-{kind}-subject"), &words)
}

pub(crate) fn is_to_log_in(answer: &Answer) -> bool {
    answer.status == StatusCode::SEE_OTHER && answer.location().starts_with("/login")
}

async fn refused_at(browser: &Browser, email: &str, password: &str) -> bool {
    browser.post("/login", &[("email", email), ("password", password)]).await.status == StatusCode::UNPROCESSABLE_ENTITY
}

pub(crate) async fn set_status(clinic: &TestClinic, user: Uuid, status: Status) {
    let now = clinic.app.now();
    let act = clinic.app.db.write(move |tx| async move { accounts::set_status(&tx, user, status, now).await });
    act.await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_chosen_anew_by_a_letter(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let mut socket = Socket::open(&patient.browser).await;
    assert_eq!(forget(&clinic, &patient.email).await.location(), "/password/forgot?sent");
    let found = links(&clinic, &patient.email);
    let [link] = found.as_slice() else { panic!("{found:?}") };
    assert!(link.starts_with("/password/reset/"));

    let browser = clinic.browser();
    for _ in 0..3 {
        // A mail scanner looks at every link, more than once.
        let page = browser.get(link).await;
        assert_eq!(page.status, StatusCode::OK);
        // Nothing on the page lets another host see where it was: no address outside, and a policy for those there were.
        assert_eq!(page.headers["referrer-policy"], "same-origin");
        assert!(!page.body.contains("http://") && !page.body.contains("https://"), "{}", page.body);
    }
    for weak in ["password123", "Siti Rahmawati", &patient.email] {
        let answer = browser.post(link, &[("password", weak)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{weak}");
        assert_eq!(answer.text("#password-error"), Some(Lang::Id.t("accounts-password-guessed")), "{weak}");
    }
    assert_eq!(browser.post(link, &[("password", NEW)]).await.location(), "/login");
    clinic.settle().await;
    assert!(is_to_log_in(&patient.browser.get("/dashboard").await), "a reset ends every session");
    assert!(socket.is_closed().await);
    assert!(is_to_log_in(&browser.get("/dashboard").await), "a reset signs nobody in");
    assert_eq!(subjects(&clinic, &patient.email)[0], subject(&clinic, "password-changed"));
    assert!(refused_at(&browser, &patient.email, PASSWORD).await);
    assert_eq!(browser.get(link).await.status, StatusCode::GONE);
    browser.log_in(&patient.email, NEW).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whether_an_address_has_an_account_is_not_told(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let locked = clinic.patient("Budi").await;
    set_status(&clinic, locked.user, Status::Locked).await;
    let mut answers = Vec::new();
    let unknown = "tidak.ada@contoh.test";
    for email in [patient.email.as_str(), &locked.email, unknown, &patient.email.to_uppercase()] {
        let browser = clinic.browser();
        let answer = browser.post("/password/forgot", &[("email", email)]).await;
        let page = browser.get(answer.location()).await;
        let bytes = page.body.replace(&page.attributes("meta[name=csrf-token]", "content")[0], "");
        answers.push((answer.status, answer.location().to_owned(), answer.body, page.status, bytes));
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    // Not even what is written differs until the job comes, after whoever asked has their answer.
    assert_eq!(clinic.count("SELECT COUNT(*) FROM reset_requests").await, 4);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM password_links").await, 0);
    clinic.pass(ANSWERED).await;
    assert_eq!(clinic.count("SELECT COUNT(*) FROM reset_requests").await, 0);
    assert_eq!(links(&clinic, &patient.email).len(), 2);
    assert_eq!(clinic.app.mail.letters().len(), 2, "the locked and the unknown get none");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_account_gets_three_links_an_hour_each_good_for_an_hour(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    for asked in 1..=5_usize {
        assert_eq!(forget(&clinic, &patient.email).await.location(), "/password/forgot?sent");
        assert_eq!(links(&clinic, &patient.email).len(), asked.min(3));
    }
    let link = links(&clinic, &patient.email).remove(2);
    assert_eq!(clinic.browser().get(&link).await.status, StatusCode::OK, "a second letter does not end the first");
    clinic.pass(Duration::from_hours(1)).await;
    assert_eq!(clinic.browser().get(&link).await.status, StatusCode::GONE);
    assert_eq!(clinic.browser().post(&link, &[("password", NEW)]).await.status, StatusCode::GONE);
    forget(&clinic, &patient.email).await;
    let again = links(&clinic, &patient.email);
    assert_eq!(again.len(), 4);
    assert_eq!(clinic.browser().post(&again[0], &[("password", NEW)]).await.location(), "/login");
    assert_eq!(clinic.count("SELECT COUNT(*) FROM password_links WHERE used_at IS NULL").await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_request_ends_no_link_that_an_admin_handed_over(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let doctor = clinic.doctor("Andi").await;
    let (user, now) = (doctor.user, clinic.app.now());
    let made = clinic.app.db.write(move |tx| async move { accounts::create_password_link(&tx, user, now).await });
    let link = format!("/password/reset/{}", made.await.unwrap());
    forget(&clinic, &doctor.email).await;
    clinic.app.clock.advance(Duration::from_hours(2));
    assert_eq!(clinic.browser().post(&link, &[("password", NEW)]).await.location(), "/login");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_puts_everybody_else_out_at_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let browser = clinic.browser();
    browser.log_in(&patient.email, PASSWORD).await;
    let copied = browser.cookies().unwrap().to_str().unwrap().to_owned();
    let token = copied.split("praktik_session=").nth(1).unwrap().split(';').next().unwrap().to_owned();
    let stolen = Browser::with_session(&clinic.address, &token);
    assert_eq!(stolen.get("/dashboard").await.status, StatusCode::OK);
    let mut elsewhere = Socket::open(&patient.browser).await;
    let mut here = Socket::open(&browser).await;

    let wrong = [
        ("current_password", [("current_password", "kata sandi yang salah"), ("password", NEW)]),
        ("current_password", [("current_password", ""), ("password", NEW)]),
        ("password", [("current_password", PASSWORD), ("password", "pendek")]),
        ("password", [("current_password", PASSWORD), ("password", PASSWORD)]),
        ("password", [("current_password", PASSWORD), ("password", "sitirahmawati")]),
    ];
    for (field, form) in wrong {
        let answer = browser.post("/settings/security", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
        assert_eq!(answer.count(&format!("#{field}-error")), 1, "{form:?}");
        assert!(answer.attributes("input[type=password]", "value").is_empty());
    }
    assert_eq!(patient.browser.get("/dashboard").await.status, StatusCode::OK, "a refusal ends nothing");

    let form = [("current_password", PASSWORD), ("password", NEW)];
    let answer = browser.post("/settings/security", &form).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/settings/security"));
    assert!(elsewhere.within(Duration::from_secs(1), "bye").await.is_some());
    assert!(is_to_log_in(&patient.browser.get("/dashboard").await));
    assert!(is_to_log_in(&stolen.get("/dashboard").await), "the secret of this session is another one now");
    assert_eq!(browser.get("/dashboard").await.status, StatusCode::OK);
    assert!(here.all("bye").await.is_empty(), "who changed it stays");
    clinic.settle().await;
    assert_eq!(subjects(&clinic, &patient.email), [subject(&clinic, "password-changed")]);
    assert!(refused_at(&clinic.browser(), &patient.email, PASSWORD).await);
    clinic.browser().log_in(&patient.email, NEW).await;
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE action = 'change-password'").await, 1);
}

pub(crate) async fn change_email(browser: &Browser, email: &str) -> Answer {
    browser.post("/settings/security/email", &[("email", email), ("current_password", PASSWORD)]).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_address_takes_effect_once_it_is_confirmed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let new = "siti.baru@contoh.test";
    let browser = &patient.browser;
    let form = [("email", new), ("current_password", "kata sandi yang salah")];
    let answer = browser.post("/settings/security/email", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.attributes("#email", "value"), [new]);

    assert_eq!(change_email(browser, new).await.location(), "/settings/security");
    clinic.settle().await;
    assert_eq!(subjects(&clinic, &patient.email), [subject(&clinic, "email-changing")]);
    assert!(browser.get("/settings/security").await.body.contains(new));
    let link = links(&clinic, new).remove(0);
    // The link need not be opened where it was asked for.
    let elsewhere = clinic.browser();
    let page = elsewhere.get(&link).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains(new));
    assert!(refused_at(&elsewhere, new, PASSWORD).await, "looking confirms nothing");
    assert_eq!(elsewhere.post(&link, &[]).await.location(), "/login");
    assert_eq!(elsewhere.get(&link).await.status, StatusCode::GONE);
    assert_eq!(elsewhere.post(&link, &[]).await.status, StatusCode::GONE);
    clinic.browser().log_in(new, PASSWORD).await;
    assert!(refused_at(&clinic.browser(), &patient.email, PASSWORD).await);
    let page = browser.get("/settings/security").await;
    assert!(page.body.contains(&Lang::Id.t("accounts-email-is-confirmed")));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_another_account_is_answered_alike_and_never_taken(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (patient, other) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    let free = change_email(&patient.browser, "belum.ada@contoh.test").await;
    let free_page = patient.browser.get(free.location()).await;
    let taken = change_email(&patient.browser, &other.email).await;
    let taken_page = patient.browser.get(taken.location()).await;
    assert_eq!((free.status, free.location(), &free.body), (taken.status, taken.location(), &taken.body));
    assert_eq!(free_page.body.replace("belum.ada@contoh.test", &other.email), taken_page.body);
    clinic.settle().await;
    let link = links(&clinic, &other.email).remove(0);
    let opened = clinic.browser().post(&link, &[]).await;
    assert_eq!(opened.status, StatusCode::CONFLICT);
    assert!(opened.body.contains(&Lang::Id.t("accounts-email-has-account")));
    clinic.browser().log_in(&other.email, PASSWORD).await;
    clinic.browser().log_in(&patient.email, PASSWORD).await;

    let third = change_email(&patient.browser, "tiga@contoh.test").await;
    let fourth = change_email(&patient.browser, "empat@contoh.test").await;
    assert_eq!((third.status, fourth.status), (StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY));
    assert_eq!(fourth.text("#email-error"), Some(Lang::Id.t("accounts-email-enough")));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_new_account_confirms_its_address_by_a_letter(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let email = "siti.rahmawati@contoh.id";
    let form = [
        ("name", "Siti Rahmawati"),
        ("nik", "7371095203910001"),
        ("birth_place", "Makassar"),
        ("birth_date", "1991-03-12"),
        ("gender", "female"),
        ("address", "Jl. Sultan Alauddin No. 77"),
        ("payer", "general"),
        ("email", email),
        ("password", PASSWORD),
        ("consent", "yes"),
    ];
    let guessed = form.map(|(name, value)| if name == "password" { (name, "rahmawati1991") } else { (name, value) });
    let refused = clinic.browser().post("/register", &guessed).await;
    assert_eq!(refused.text("#password-error"), Some(Lang::Id.t("accounts-password-guessed")));
    assert_eq!(clinic.browser().post("/register", &form).await.location(), "/login?registered");
    clinic.settle().await;
    assert_eq!(subjects(&clinic, email), [subject(&clinic, "welcome")]);
    let browser = clinic.browser();
    browser.log_in(email, PASSWORD).await;
    let again = "form[action='/settings/security/email/confirm']";
    assert_eq!(browser.get("/settings/security").await.count(again), 1);
    for sent in [2, 3, 3] {
        browser.post("/settings/security/email/confirm", &[]).await;
        clinic.settle().await;
        assert_eq!(links(&clinic, email).len(), sent);
    }
    let found = links(&clinic, email);
    assert_eq!(browser.get(&found[1]).await.status, StatusCode::GONE, "only the last letter's link is good");
    assert_eq!(browser.post(&found[0], &[]).await.location(), "/settings/security");
    assert_eq!(browser.get("/settings/security").await.count(again), 0);
    browser.post("/settings/security/email/confirm", &[]).await;
    clinic.settle().await;
    assert_eq!(links(&clinic, email).len(), 3, "a confirmed address gets no more letters");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_for_an_address_is_good_for_a_day(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let (app, user, now) = (clinic.app.clone(), patient.user, clinic.app.now());
    let email = Email::parse(&patient.email).ok().unwrap();
    let act = clinic.app.db.write(move |tx| async move {
        accounts::welcome(&tx, &app.vault, user, &email, now).await?;
        Ok::<_, VaultError>(())
    });
    act.await.unwrap();
    clinic.app.job_nudge.notify_one();
    clinic.settle().await;
    let link = links(&clinic, &patient.email).remove(0);
    clinic.app.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
    assert_eq!(clinic.browser().get(&link).await.status, StatusCode::OK);
    clinic.app.clock.advance(Duration::from_secs(2));
    assert_eq!(clinic.browser().get(&link).await.status, StatusCode::GONE);
}
