//! Whoever knows a password, or did, keeps nothing by it: after its owner chose another one, and against a second factor.

use std::{
    sync::{Arc, Mutex, mpsc},
    thread::JoinHandle,
    time::Duration,
};

use fail::FailScenario;
use praktik::{
    clinic::accounts::{
        self, Level, Status,
        entity::{session, user},
        second_factor::PAGE,
    },
    web::{Lang, Role},
};
use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr};
use uuid::Uuid;

use crate::{
    recovery::{NEW, change_email, forget, is_to_log_in, links, set_status},
    support::{Authenticator, Browser, Engine, PASSWORD, TestClinic},
};

/// The link by which a password is chosen, in the last letter with one to `email`.
fn reset_link(clinic: &TestClinic, email: &str) -> String {
    links(clinic, email).into_iter().find(|path| path.starts_with("/password/reset/")).unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_or_a_lock_ends_a_change_of_address_that_a_thief_began(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("reset", "change", "lock")] by: &str,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let thief = clinic.browser();
    thief.log_in(&patient.email, PASSWORD).await;
    assert_eq!(change_email(&thief, "pencuri@contoh.test").await.location(), "/settings/security");
    clinic.settle().await;
    let link = links(&clinic, "pencuri@contoh.test").remove(0);
    assert_eq!(clinic.browser().get(&link).await.status, StatusCode::OK, "until then the link is good");
    match by {
        "reset" => {
            forget(&clinic, &patient.email).await;
            let own = reset_link(&clinic, &patient.email);
            assert_eq!(clinic.browser().post(&own, &[("password", NEW)]).await.location(), "/login");
        }
        "change" => {
            let form = [("current_password", PASSWORD), ("password", NEW)];
            assert_eq!(patient.browser.post("/settings/security", &form).await.location(), "/settings/security");
        }
        _ => {
            set_status(&clinic, patient.user, Status::Locked).await;
            set_status(&clinic, patient.user, Status::Active).await;
        }
    }
    assert_eq!(clinic.browser().get(&link).await.status, StatusCode::GONE);
    assert_eq!(clinic.browser().post(&link, &[]).await.status, StatusCode::GONE);
    let password = if by == "lock" { PASSWORD } else { NEW };
    clinic.browser().log_in(&patient.email, password).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_an_account_that_is_kept_out_does_not_change(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    change_email(&patient.browser, "siti.baru@contoh.test").await;
    clinic.settle().await;
    let link = links(&clinic, "siti.baru@contoh.test").remove(0);
    // As if the account were locked between the look at the link and its carrying out.
    let lock = async |status| {
        let id = patient.user;
        let act = clinic.app.db.write(move |tx| async move {
            let update = user::Entity::update_many().col_expr(user::Column::Status, Expr::value(status));
            update.filter(user::Column::Id.eq(id)).exec(&tx).await
        });
        act.await.unwrap();
    };
    lock(Status::Locked).await;
    assert_eq!(clinic.browser().post(&link, &[]).await.status, StatusCode::GONE);
    lock(Status::Active).await;
    assert_eq!(clinic.browser().post(&link, &[]).await.location(), "/login", "nothing was used up");
    clinic.browser().log_in("siti.baru@contoh.test", PASSWORD).await;
}

/// Sends a form from elsewhere, while a request of this test stands still at a failpoint: on a thread and a runtime of its
/// own. `session` is the secret of a cookie.
fn post_meanwhile(address: &str, session: Option<&str>, path: &str, form: &[(&str, &str)]) -> JoinHandle<StatusCode> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let (form, path): (Vec<(String, String)>, _) = (form.iter().map(owned).collect(), path.to_owned());
    let (address, session) = (address.to_owned(), session.map(str::to_owned));
    std::thread::spawn(move || {
        let browser = match session {
            Some(session) => Browser::with_session(&address, &session),
            None => Browser::new(&address),
        };
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { browser.post(&path, &form).await.status })
    })
}

/// The secret of the session that `browser` is signed in with.
fn secret_of(browser: &Browser) -> String {
    let cookies = browser.cookies().unwrap().to_str().unwrap().to_owned();
    cookies.split("praktik_session=").nth(1).unwrap().split(';').next().unwrap().to_owned()
}

/// Has the owner choose [`NEW`] by `link` while `point` is passed: after a password was compared, before its act.
fn reset_meanwhile(clinic: &TestClinic, point: &str, link: String) {
    let address = clinic.address.clone();
    let reset = move || {
        let reset = post_meanwhile(&address, None, &link, &[("password", NEW)]);
        assert_eq!(reset.join().unwrap(), StatusCode::SEE_OTHER);
    };
    fail::cfg_callback(point, reset).unwrap();
}

/// The id of the session of `user` that began last.
async fn session_of(clinic: &TestClinic, user: Uuid) -> Uuid {
    let sessions = session::Entity::find().filter(session::Column::UserId.eq(user));
    sessions.order_by_desc(session::Column::Id).one(clinic.app.db.read()).await.unwrap().unwrap().id
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_an_old_password_was_about_to_do_is_not_done_after_a_reset(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("log in", "password", "email", "confirm", "export")] what: &str,
) {
    let scenario = FailScenario::setup();
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    clinic.pass(Duration::from_secs(1)).await;
    let thief = clinic.browser();
    thief.log_in(&patient.email, PASSWORD).await;
    let session = session_of(&clinic, patient.user).await;
    forget(&clinic, &patient.email).await;
    let link = reset_link(&clinic, &patient.email);
    let answer = match what {
        "log in" => {
            let late = clinic.browser();
            reset_meanwhile(&clinic, &format!("log-in-before-act {}", patient.user), link);
            let answer = late.post("/login", &[("email", &patient.email), ("password", PASSWORD)]).await;
            assert!(answer.body.contains(&Lang::Id.t("accounts-log-in-wrong")), "{}", answer.body);
            assert!(is_to_log_in(&late.get("/dashboard").await));
            answer
        }
        "password" => {
            reset_meanwhile(&clinic, &format!("own-password-was-right {session}"), link);
            let form = [("current_password", PASSWORD), ("password", "sepeda biru tua 7")];
            thief.post("/settings/security", &form).await
        }
        "confirm" | "export" => {
            reset_meanwhile(&clinic, &format!("own-password-was-right {session}"), link);
            let path = if what == "export" { "/settings/export" } else { "/settings/security/confirm" };
            thief.post(path, &[("password", PASSWORD)]).await
        }
        _ => {
            reset_meanwhile(&clinic, &format!("own-password-was-right {session}"), link);
            change_email(&thief, "pencuri@contoh.test").await
        }
    };
    scenario.teardown();
    let refused = if what == "log in" { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::UNAUTHORIZED };
    assert_eq!(answer.status, refused, "{} {}", answer.location(), answer.body);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM sessions").await, 0);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM email_links WHERE used_at IS NULL").await, 0);
    clinic.settle().await;
    assert_eq!(links(&clinic, "pencuri@contoh.test"), [""; 0]);
    clinic.browser().log_in(&patient.email, NEW).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_factor_that_is_set_up_while_somebody_signs_in_is_asked_for(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let scenario = FailScenario::setup();
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let late = clinic.browser();
    let page = patient.browser.get(&format!("{PAGE}/totp")).await;
    let setup = page.attributes("input[name=setup]", "value").remove(0);
    let code = Authenticator::of(&page).code(clinic.app.now());
    let (address, secret) = (clinic.address.clone(), secret_of(&patient.browser));
    let set_up = move || {
        let form = [("setup", setup.as_str()), ("code", code.as_str())];
        let set_up = post_meanwhile(&address, Some(&secret), &format!("{PAGE}/totp"), &form);
        assert_eq!(set_up.join().unwrap(), StatusCode::OK);
    };
    fail::cfg_callback(format!("log-in-before-act {}", patient.user), set_up).unwrap();
    let answer = late.post("/login", &[("email", &patient.email), ("password", PASSWORD)]).await;
    scenario.teardown();
    assert_eq!(answer.location(), "/login/second");
    assert_eq!(late.get("/dashboard").await.location(), "/login/second");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_given_a_password_alone_replaces_no_factor(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open_for_real(engine).await;
    let member = clinic.member(Role::Pharmacist, "Rudi Hartono").await;
    let thief = clinic.at_level(member.user, Level::Enrolment).await;
    let page = thief.get(&format!("{PAGE}/totp")).await;
    let setup = page.attributes("input[name=setup]", "value").remove(0);
    let of_thief = Authenticator::of(&page);
    // The control: as long as there is no factor, the password alone brings one this far.
    let owner = clinic.at_level(member.user, Level::Enrolment).await;
    let app = clinic.set_up_app(&owner).await;
    let code = of_thief.code(clinic.app.now());
    let form = [("setup", setup.as_str()), ("code", code.as_str())];
    assert_eq!(thief.post(&format!("{PAGE}/totp"), &form).await.status, StatusCode::UNAUTHORIZED);
    let (_, passkey) = clinic.add_passkey(&thief, "Laptop").await;
    assert_eq!(passkey.status, StatusCode::UNAUTHORIZED);
    assert!(!thief.get("/dashboard").await.status.is_success());
    assert_eq!(clinic.count("SELECT COUNT(*) FROM passkeys").await, 0);
    clinic.pass(Duration::from_mins(1)).await;
    let next = clinic.at_level(member.user, Level::SecondFactor).await;
    let code = app.code(clinic.app.now());
    assert_eq!(next.post("/login/second", &[("code", &code)]).await.location(), "/dashboard");
    // Who is signed in may have another app.
    clinic.pass(Duration::from_mins(1)).await;
    clinic.try_to_set_up_app(&next).await;
    assert_eq!(clinic.count("SELECT COUNT(*) FROM totp_secrets").await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_link_outlives_the_password_that_was_being_chosen_when_it_was_asked_for(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let scenario = FailScenario::setup();
    let clinic = TestClinic::open(engine).await;
    let (admin, doctor) = (clinic.admin().await, clinic.doctor("Andi").await);
    let (user, now) = (doctor.user, clinic.app.now());
    let made = clinic.app.db.write(move |tx| async move { accounts::create_password_link(&tx, user, now).await });
    let link = format!("/password/reset/{}", made.await.unwrap());
    let (address, secret) = (clinic.address.clone(), secret_of(&admin.browser));
    let (path, asked) = (format!("/admin/doctors/{}/password-link", doctor.id), Arc::new(Mutex::new(None)));
    let asking = Arc::clone(&asked);
    let ask = move || {
        *asking.lock().unwrap() = Some(post_meanwhile(&address, Some(&secret), &path, &[]));
        // Time for a link to be made, by whoever does not wait for the password.
        let (_open, silent) = mpsc::channel::<()>();
        assert!(silent.recv_timeout(Duration::from_millis(700)).is_err());
    };
    fail::cfg_callback(format!("set-password-amid {user}"), ask).unwrap();
    assert_eq!(clinic.browser().post(&link, &[("password", NEW)]).await.location(), "/login");
    scenario.teardown();
    let asked = asked.lock().unwrap().take().unwrap();
    assert_eq!(asked.join().unwrap(), StatusCode::CONFLICT);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM password_links WHERE used_at IS NULL").await, 0);
}
