//! Signing up, in and out; what a password link does; what the database keeps of it.

use praktik::{
    clinic::{
        accounts::{
            self, Email, Status,
            entity::{consent, password_link, session, user},
        },
        legal,
        patients::entity::{guardianship, patient},
    },
    web::{Lang, dates},
};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, sea_query::Expr};

use crate::support::{Answer, Browser, Engine, PASSWORD, TestClinic};

pub(crate) const NAME: &str = "Siti Rahmawati";
pub(crate) const NIK: &str = "7371095203910001";
pub(crate) const EMAIL: &str = "siti.rahmawati@contoh.id";

pub(crate) type Fields = Vec<(&'static str, String)>;

/// A form without fault.
pub(crate) fn complete() -> Fields {
    let text = |(name, value): (&'static str, &str)| (name, value.to_owned());
    [
        ("name", NAME),
        ("nik", NIK),
        ("birth_place", "Makassar"),
        ("birth_date", "1991-03-12"),
        ("gender", "female"),
        ("address", "Jl. Sultan Alauddin No. 77"),
        ("phone", "0812 3456 7890"),
        ("payer", "bpjs"),
        ("bpjs_number", "0001234567890"),
        ("email", EMAIL),
        ("password", PASSWORD),
        ("consent", "yes"),
    ]
    .map(text)
    .to_vec()
}

pub(crate) fn with(field: &'static str, value: &str) -> Fields {
    let mut fields = complete();
    fields.retain(|(name, _)| *name != field);
    fields.push((field, value.to_owned()));
    fields
}

pub(crate) async fn sign_up(browser: &Browser, fields: &Fields) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/register", &fields).await
}

/// How many accounts, patients, consents and cares there are.
async fn rows(clinic: &TestClinic) -> [u64; 4] {
    let reader = clinic.app.db.read();
    [
        user::Entity::find().count(reader).await.unwrap(),
        patient::Entity::find().count(reader).await.unwrap(),
        consent::Entity::find().count(reader).await.unwrap(),
        guardianship::Entity::find().count(reader).await.unwrap(),
    ]
}

pub(crate) fn is_to_log_in(answer: &Answer) -> bool {
    answer.status == StatusCode::SEE_OTHER && answer.location().starts_with("/login")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_complete_form_makes_a_patient_who_can_log_in_at_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let browser = clinic.browser();
    let answer = sign_up(&browser, &complete()).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/login?registered"));
    assert_eq!(rows(&clinic).await, [1, 1, 1, 1]);

    let given = consent::Entity::find().one(clinic.app.db.read()).await.unwrap().unwrap();
    assert_eq!((given.version, given.language.as_str()), (legal::FIRST_VERSION, "id"));
    assert_eq!(given.given_at, clinic.app.now());

    let page = browser.get("/login?registered").await;
    assert!(page.body.contains(&Lang::Id.t("accounts-registered-cannot-body")));
    browser.log_in(EMAIL, PASSWORD).await;
    let dashboard = browser.get("/dashboard").await;
    assert_eq!(dashboard.status, StatusCode::OK);
    assert_eq!(dashboard.text("h1").as_deref(), Some("Halo, Siti"));
}

/// Each field, what is typed into it, and the key of the sentence that must stand beside it.
const WRONG: [(&str, &str, &str); 44] = [
    ("name", "", "form-required"),
    ("name", "   ", "form-required"),
    ("name", "<b>Siti</b>", "patients-name-letters"),
    ("name", "😀", "patients-name-letters"),
    ("nik", "", "form-required"),
    ("nik", "737109520391000", "patients-nik-short"),
    ("nik", "73710952039100011", "patients-nik-long"),
    ("nik", "737109520391000a", "patients-nik-not-digits"),
    ("nik", "😀", "patients-nik-not-digits"),
    ("nik", "7371097202910001", "patients-nik-no-date"),
    ("nik", "7371095203910000", "patients-nik-no-serial"),
    ("nik", "7371095203920001", "patients-nik-other-date"),
    ("nik", "7371091203910001", "patients-nik-other-gender"),
    ("birth_place", "", "form-required"),
    ("birth_place", "<script>", "patients-place-letters"),
    ("birth_place", "😀", "patients-place-letters"),
    ("birth_date", "", "form-required"),
    ("birth_date", "1991-02-31", "form-not-a-day"),
    ("birth_date", "31-02-1991", "form-not-a-day"),
    ("birth_date", "kemarin", "form-day-unreadable"),
    ("birth_date", "29-02-00", "form-day-short-year"),
    ("birth_date", "12 Maret 91", "form-day-short-year"),
    ("birth_date", "2026-11-21", "patients-birth-date-future"),
    ("birth_date", "1899-12-31", "patients-birth-date-early"),
    ("gender", "", "patients-gender-choose"),
    ("gender", "lain", "patients-gender-choose"),
    ("address", "", "form-required"),
    ("address", "Jl.\u{7}Sultan", "form-control-characters"),
    ("phone", "0812", "accounts-phone-wrong"),
    ("phone", "+1 202 555 0100", "accounts-phone-wrong"),
    ("payer", "", "patients-payer-choose"),
    ("payer", "asuransi", "patients-payer-choose"),
    ("bpjs_number", "", "form-required"),
    ("bpjs_number", "000123456789", "patients-bpjs-short"),
    ("bpjs_number", "00012345678901", "patients-bpjs-long"),
    ("bpjs_number", "000123456789x", "patients-bpjs-not-digits"),
    ("email", "", "form-required"),
    ("email", "siti@contoh", "accounts-email-wrong"),
    ("email", "😀@contoh.id", "accounts-email-wrong"),
    ("email", "a..b@contoh.id", "accounts-email-undeliverable"),
    ("email", ".a@c.test", "accounts-email-undeliverable"),
    ("email", "a@-c.test", "accounts-email-undeliverable"),
    ("password", "", "form-required"),
    ("password", "rahasia", "accounts-password-short"),
];

/// The sentence up to its first number: what follows depends on what was typed.
fn beginning(key: &str) -> String {
    let arguments =
        fluent_bundle::FluentArgs::from_iter([("count", "#"), ("length", "#"), ("shortest", "#"), ("largest", "#")]);
    let sentence = Lang::Id.with(key, &arguments);
    // A page's text is compared without telling one kind of space from another.
    sentence.split('#').next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_says_why_and_nothing_typed_is_lost(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let browser = clinic.browser();
    for (field, value, key) in WRONG {
        let fields = with(field, value);
        let answer = sign_up(&browser, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {value}");
        let sentence = answer.text(&format!("#{field}-error")).unwrap_or_default();
        assert!(sentence.starts_with(&beginning(key)), "{field}: {value}: {sentence}");
        assert_kept(&answer, &fields);
        assert_eq!(answer.count("[id$=-error]"), 1, "{field}: {value}: other fields are not wrong");
    }
    let consent = complete().into_iter().filter(|(name, _)| *name != "consent").collect();
    let answer = sign_up(&browser, &consent).await;
    assert_eq!(answer.text("#consent-error"), Some(Lang::Id.t("patients-consent-needed")));
    assert_eq!(rows(&clinic).await, [0; 4]);
}

fn assert_kept(answer: &Answer, fields: &Fields) {
    for (name, value) in fields {
        let shown = match *name {
            "password" => {
                assert!(answer.attributes("#password", "value").is_empty(), "a password never comes back");
                continue;
            }
            "address" => {
                answer.html().select(&scraper::Selector::parse("#address").unwrap()).next().unwrap().text().collect()
            }
            "birth_date" => {
                let part = |id: &str| answer.attributes(id, "value").concat();
                let shown = ["#birth_date", "#birth_date-month [selected]", "#birth_date-year"].map(part);
                let [day, month, year] = dates::parts(value).unwrap_or([value.clone(), String::new(), String::new()]);
                assert_eq!(shown, [day, dates::month_number(&month), year], "{value}");
                continue;
            }
            "gender" | "payer" | "consent" => {
                let chosen = answer.attributes(&format!("[name={name}][checked]"), "value");
                assert!(chosen.is_empty() || chosen == [value.clone()], "{name}");
                continue;
            }
            _ => answer.attributes(&format!("#{name}"), "value").remove(0),
        };
        assert_eq!(shown.trim_start_matches('\n'), value, "{name}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_field_of_a_hundred_kilobytes_is_too_long(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let browser = clinic.browser();
    let long = "a".repeat(100 * 1024);
    for field in ["name", "nik", "birth_place", "birth_date", "address", "phone", "bpjs_number", "email", "password"] {
        let answer = sign_up(&browser, &with(field, &long)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        let sentence = answer.text(&format!("#{field}-error")).unwrap_or_default();
        assert!(sentence.starts_with(&beginning("form-too-long")), "{field}: {sentence}");
    }
    assert_eq!(rows(&clinic).await, [0; 4]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_likely_slip_in_a_nik_passes_once_confirmed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let browser = clinic.browser();
    let mut fields = with("gender", "male");
    let answer = sign_up(&browser, &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.count("#nik_confirmed"), 1);
    assert_eq!(answer.count("[aria-invalid]"), 0, "a likely slip is no error");
    fields.push(("nik_confirmed", "yes".to_owned()));
    assert!(is_to_log_in(&sign_up(&browser, &fields).await));
    assert_eq!(rows(&clinic).await, [1; 4]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_does_not_learn_who_is_registered(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let fresh = sign_up(&clinic.browser(), &complete()).await;
    let before = rows(&clinic).await;
    let reader = clinic.app.db.read();
    let first = user::Entity::find().one(reader).await.unwrap().unwrap().id;
    let hash = || async { user::Entity::find_by_id(first).one(reader).await.unwrap().unwrap().password_hash };
    let kept = hash().await;
    let other_password = with("password", "kucing lain di atap");
    let mut known_nik = other_password.clone();
    known_nik.retain(|(name, _)| *name != "email");
    known_nik.push(("email", "lain@contoh.id".to_owned()));
    let mut known_email = other_password.clone();
    known_email.retain(|(name, _)| *name != "nik");
    known_email.push(("nik", "7371095203910002".to_owned()));
    for fields in [other_password, known_email] {
        let answer = sign_up(&clinic.browser(), &fields).await;
        assert_eq!((answer.status, answer.location()), (fresh.status, fresh.location()));
        assert_eq!(answer.body, fresh.body);
        assert_eq!(rows(&clinic).await, before);
    }
    // With a known NIK alone all is made, so that the login afterwards tells nothing either; the NIK stays whose it was.
    let answer = sign_up(&clinic.browser(), &known_nik).await;
    assert_eq!((answer.status, answer.location(), &answer.body), (fresh.status, fresh.location(), &fresh.body));
    assert_eq!(rows(&clinic).await, [2; 4]);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM patients WHERE nik_claim IS NOT NULL").await, 1);
    assert_eq!(hash().await, kept);
    clinic.browser().log_in(EMAIL, PASSWORD).await;
    // The control: with both new, somebody is made.
    let mut new = with("email", "baru@contoh.id");
    new.retain(|(name, _)| *name != "nik");
    new.push(("nik", "7371095203910002".to_owned()));
    sign_up(&clinic.browser(), &new).await;
    assert_eq!(rows(&clinic).await, [3; 4]);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM patients WHERE nik_claim IS NOT NULL").await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let browser = clinic.browser();
    for (email, password) in [
        (patient.email.as_str(), "kata sandi yang salah"),
        ("tidak.ada@contoh.id", PASSWORD),
        ("bukan e-mail", PASSWORD),
    ] {
        let answer = browser.post("/login", &[("email", email), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(&Lang::Id.t("accounts-log-in-wrong")), "{email}");
        assert_eq!(answer.attributes("#email", "value"), [email]);
        assert!(answer.attributes("#password", "value").is_empty());
    }
    let answer = browser.post("/login", &[("email", ""), ("password", "")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.text("#password-error"), Some(Lang::Id.t("form-required")));
    browser.log_in(&patient.email, PASSWORD).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_deactivated_account_does_not_enter(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    assert_eq!(patient.browser.get("/dashboard").await.status, StatusCode::OK);
    let id = patient.user;
    clinic
        .app
        .db
        .write(move |tx| async move {
            let update = user::Entity::update_many().col_expr(user::Column::Status, Expr::value(Status::Deactivated));
            update.filter(user::Column::Id.eq(id)).exec(&tx).await
        })
        .await
        .unwrap();
    let answer = clinic.browser().post("/login", &[("email", &patient.email), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains(&Lang::Id.t("accounts-log-in-wrong")));
    assert!(is_to_log_in(&patient.browser.get("/dashboard").await), "an open session ends too");
}

pub(crate) fn session_token(answer: &Answer) -> String {
    let mut cookies = answer.headers.get_all("set-cookie").into_iter().map(|cookie| cookie.to_str().unwrap());
    let found = cookies.find_map(|cookie| cookie.strip_prefix("praktik_session=")).unwrap();
    found.split(';').next().unwrap().to_owned()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_login_begins_a_new_session_and_ends_the_old_one(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let browser = clinic.browser();
    let first = session_token(&browser.log_in(&patient.email, PASSWORD).await);
    let second = session_token(&browser.log_in(&patient.email, PASSWORD).await);
    assert_ne!(first, second);
    let with = |token: &str| Browser::with_session(&clinic.address, token);
    assert!(is_to_log_in(&with(&first).get("/dashboard").await));
    assert_eq!(with(&second).get("/dashboard").await.status, StatusCode::OK);
    for path in ["/login", "/register"] {
        assert_eq!(browser.get(path).await.location(), "/dashboard", "{path}");
    }
    for kept in session::Entity::find().all(clinic.app.db.read()).await.unwrap() {
        assert_ne!(kept.token_hash, second.as_bytes());
        assert_eq!(kept.token_hash.len(), 32);
    }
    browser.post("/logout", &[]).await;
    assert!(is_to_log_in(&with(&second).get("/dashboard").await));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn after_a_login_one_is_sent_back_to_pages_of_this_clinic_alone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let asked = clinic.browser().get("/notifications").await;
    assert_eq!(asked.location(), "/login?return_to=%2Fnotifications");
    let form = clinic.browser().get(asked.location()).await;
    assert_eq!(form.attributes("main [name=return_to]", "value"), ["/notifications"]);
    // The whole way there, and also where a form was sent from, a language chosen, or another tab has logged in meanwhile.
    let asked = clinic.browser().get("/doctors?q=gigi&page=2").await;
    assert_eq!(asked.location(), "/login?return_to=%2Fdoctors%3Fq%3Dgigi%26page%3D2");
    let form = clinic.browser().get(asked.location()).await;
    assert_eq!(form.attributes("main [name=return_to]", "value"), ["/doctors?q=gigi&page=2"]);
    assert_eq!(form.attributes("footer [name=return_to]", "value"), [asked.location()]);
    assert_eq!(patient.browser.get(asked.location()).await.location(), "/doctors?q=gigi&page=2");
    assert_eq!(patient.browser.get("/login?return_to=//jahat.test").await.location(), "/dashboard");
    for (return_to, leads_to) in [
        ("/notifications", "/notifications"),
        ("//jahat.test", "/dashboard"),
        ("/\t/jahat.test", "/dashboard"),
        ("https://jahat.test", "/dashboard"),
    ] {
        let fields = [("email", patient.email.as_str()), ("password", PASSWORD), ("return_to", return_to)];
        assert_eq!(clinic.browser().post("/login", &fields).await.location(), leads_to, "{return_to:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn only_a_form_of_this_browser_is_taken(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let browser = clinic.browser();
    let (own, foreign) = (browser.csrf().await, clinic.browser().csrf().await);
    let send = |token: Option<&str>, origin: Option<&str>, more: Option<(&'static str, &str)>| {
        let mut fields = complete();
        fields.extend(token.map(|token| ("csrf_token", token.to_owned())));
        fields.extend(more.map(|(name, value)| (name, value.to_owned())));
        let mut request = browser.request(Method::POST, "/register").form(&fields);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        browser.send(request)
    };
    assert_eq!(send(None, None, None).await.status, StatusCode::FORBIDDEN);
    assert_eq!(send(Some(&foreign), None, None).await.status, StatusCode::FORBIDDEN);
    assert_eq!(send(Some(&own), Some("https://jahat.test"), None).await.status, StatusCode::FORBIDDEN);
    assert_eq!(send(Some(&own), None, Some(("role", "admin"))).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(rows(&clinic).await, [0; 4]);
    assert!(is_to_log_in(&send(Some(&own), Some(&clinic.address), None).await));
    assert_eq!(rows(&clinic).await, [1; 4]);
}

async fn password_link(clinic: &TestClinic, user: uuid::Uuid) -> String {
    let now = clinic.app.now();
    let act = clinic.app.db.write(move |tx| async move { accounts::create_password_link(&tx, user, now).await });
    format!("/password/reset/{}", act.await.unwrap())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_sets_a_password_once_and_ends_every_session(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let link = password_link(&clinic, patient.user).await;
    let browser = clinic.browser();
    assert_eq!(browser.get(&link).await.status, StatusCode::OK);
    let short = browser.post(&link, &[("password", "pendek")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(short.count("#password-error"), 1);

    let new = "anjing di bawah meja";
    let answer = browser.post(&link, &[("password", new)]).await;
    assert_eq!(answer.location(), "/login");
    assert!(browser.get("/login").await.body.contains(&Lang::Id.t("accounts-password-set")));
    assert!(is_to_log_in(&patient.browser.get("/dashboard").await));
    let old = browser.post("/login", &[("email", &patient.email), ("password", PASSWORD)]).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    clinic.browser().log_in(&patient.email, new).await;

    assert_eq!(browser.get(&link).await.status, StatusCode::GONE);
    assert_eq!(browser.post(&link, &[("password", "sekali lagi saja")]).await.status, StatusCode::GONE);
    assert_eq!(browser.get("/password/reset/tidak-ada").await.status, StatusCode::GONE);
    clinic.browser().log_in(&patient.email, new).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_for_a_password_is_good_for_a_day(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let link = password_link(&clinic, patient.user).await;
    clinic.app.clock.advance(std::time::Duration::from_secs(24 * 60 * 60 - 1));
    assert_eq!(clinic.browser().get(&link).await.status, StatusCode::OK);
    clinic.app.clock.advance(std::time::Duration::from_secs(2));
    assert_eq!(clinic.browser().get(&link).await.status, StatusCode::GONE);
    assert_eq!(clinic.browser().post(&link, &[("password", PASSWORD)]).await.status, StatusCode::GONE);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_newer_link_and_a_chosen_password_end_the_links_before(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let first = password_link(&clinic, patient.user).await;
    let second = password_link(&clinic, patient.user).await;
    assert_eq!(clinic.browser().get(&first).await.status, StatusCode::GONE);
    assert_eq!(clinic.browser().post(&second, &[("password", PASSWORD)]).await.location(), "/login");
    assert_eq!(clinic.count("SELECT COUNT(*) FROM password_links WHERE used_at IS NULL").await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn passwords_and_links_are_kept_as_hashes_alone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    sign_up(&clinic.browser(), &complete()).await;
    let email = Email::parse(EMAIL).ok().unwrap();
    let kept = accounts::find_by_email(clinic.app.db.read(), &clinic.app.vault, &email).await.unwrap().unwrap();
    assert!(kept.password_hash.unwrap().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    let link = password_link(&clinic, kept.id).await;
    let row = password_link::Entity::find().one(clinic.app.db.read()).await.unwrap().unwrap();
    assert_eq!(row.token_hash.len(), 32);
    assert!(!link.as_bytes().ends_with(&row.token_hash));
}
