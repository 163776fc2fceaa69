//! What people type and paste is read as it is seen, whatever their phone or keyboard made of it (P1, P3).

use praktik::{clinic::accounts::entity::user, web::Lang};
use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};

use crate::{
    accounts::{EMAIL, NIK, complete, is_to_log_in, sign_up, with},
    support::{Engine, PASSWORD, TestClinic},
};

/// What is typed and pasted is read as it is seen: a name in its script, numbers with what nobody sees, a date in words.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_people_copy_from_phones_and_cards_signs_them_up(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let pasted = [
        ("name", "विक्रम सिंह"),
        ("nik", "7371\u{a0}0952\u{200b}0391\u{2011}0001"),
        ("birth_date", "12 Maret 1991"),
        ("phone", "\u{202a}+62 (0)812\u{2011}3456\u{2011}7890\u{202c}"),
        ("bpjs_number", "٠٠٠١٢٣٤٥٦٧٨٩٠"),
        ("email", "\u{200e}siti.rahmawati@contoh.id\u{200e}"),
    ];
    let mut fields = complete();
    for (field, text) in pasted {
        fields.retain(|(name, _)| *name != field);
        fields.push((field, text.to_owned()));
    }
    let browser = clinic.browser();
    let answer = sign_up(&browser, &fields).await;
    assert!(is_to_log_in(&answer), "{}", answer.body);
    browser.log_in(EMAIL, PASSWORD).await;
    let profile = browser.get("/profile").await;
    assert!(profile.body.contains("विक्रम सिंह"));
    assert!(profile.text("main").unwrap().contains("12 Maret 1991"));
    assert_eq!(profile.attributes("#phone", "value"), ["+6281234567890"]);
    assert_eq!(profile.attributes("#bpjs_number", "value"), ["0001234567890"]);
    let admin = clinic.admin().await.browser;
    for text in [NIK, "\u{202d}7371 0952 0391 0001\u{202c}", "0812\u{2013}3456\u{2013}7890", "सिंह", "विक्रम"]
    {
        let found = admin.post("/admin/patients", &[("q", text)]).await;
        assert_eq!(found.attributes("#patients [data-name]", "title"), ["विक्रम सिंह"], "{text}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_birth_date_is_typed_in_three_parts_and_its_mistakes_stay_in_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let browser = clinic.browser();
    let page = browser.get("/register").await;
    for (part, hint) in [("_day", "bday-day"), ("_month", "bday-month"), ("_year", "bday-year")] {
        assert_eq!(page.attributes(&format!("[name=birth_date{part}]"), "autocomplete"), [hint]);
    }
    let parts = |day: &str, month: &str, year: &str| {
        let mut fields = complete();
        fields.retain(|(name, _)| *name != "birth_date");
        let typed = [("birth_date_day", day), ("birth_date_month", month), ("birth_date_year", year)];
        fields.extend(typed.map(|(name, value)| (name, value.to_owned())));
        fields
    };
    for (day, month, year, key) in [
        ("31", "2", "1991", "form-not-a-day"),
        ("12", "3", "91", "form-day-short-year"),
        ("12", "", "1991", "form-day-unreadable"),
        ("", "", "", "form-required"),
        ("x", "3", "1991", "form-day-unreadable"),
    ] {
        let answer = sign_up(&browser, &parts(day, month, year)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{day} {month} {year}");
        assert_eq!(answer.text("#birth_date-error").as_deref(), Some(Lang::Id.t(key).as_str()), "{day} {month} {year}");
        assert_eq!(answer.count("a[href='#birth_date']"), 1, "the summary points at the field");
        assert_eq!(answer.count("[name^=birth_date][aria-describedby='birth_date-error'][aria-invalid=true]"), 3);
        assert_eq!(answer.attributes("#birth_date", "value"), [day]);
        assert_eq!(answer.attributes("#birth_date-month [selected]", "value").concat(), month);
        assert_eq!(answer.attributes("#birth_date-year", "value"), [year]);
    }
    assert!(is_to_log_in(&sign_up(&browser, &parts("12", "3", "1991")).await));
}

/// `kafé` is one letter more on some keyboards than on others.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_password_opens_whichever_keyboard_composed_its_letters(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    const COMPOSED: &str = "kafé biru di sudut";
    const DECOMPOSED: &str = "kafe\u{301} biru di sudut";
    let clinic = TestClinic::open(engine).await;
    assert!(is_to_log_in(&sign_up(&clinic.browser(), &with("password", DECOMPOSED)).await));
    let enters = async |password: &str| {
        let answer = clinic.browser().post("/login", &[("email", EMAIL), ("password", password)]).await;
        answer.status == StatusCode::SEE_OTHER
    };
    assert!(enters(COMPOSED).await && enters(DECOMPOSED).await && !enters("kafe biru di sudut").await);

    // A hash of before, of what was typed: it opens once more, and is another from then on.
    let user = user::Entity::find().one(clinic.app.db.read()).await.unwrap().unwrap().id;
    let set_old = async || {
        use argon2::password_hash::PasswordHasher as _;
        let old = argon2::Argon2::default().hash_password(DECOMPOSED.as_bytes()).unwrap().to_string();
        let set = move |tx| async move {
            let update = user::Entity::update_many().col_expr(user::Column::PasswordHash, Expr::value(old));
            update.filter(user::Column::Id.eq(user)).exec(&tx).await
        };
        clinic.app.db.write(set).await.unwrap();
    };
    set_old().await;
    assert!(!enters(COMPOSED).await);
    assert!(enters(DECOMPOSED).await);
    assert!(enters(COMPOSED).await && enters(DECOMPOSED).await);

    // The same where it is asked for again.
    set_old().await;
    let browser = clinic.signed_in(user).await;
    let change = [("current_password", DECOMPOSED), ("password", COMPOSED)];
    let same = browser.post("/settings/security", &change).await;
    assert_eq!(same.text("#password-error"), Some(Lang::Id.t("accounts-password-same")), "one password in two forms");
    assert!(enters(COMPOSED).await, "it was asked for, and is hashed anew");
    let change = [("current_password", DECOMPOSED), ("password", "pohon ke\u{301}kar di taman")];
    assert_eq!(browser.post("/settings/security", &change).await.status, StatusCode::SEE_OTHER);
    assert!(enters("pohon kékar di taman").await && !enters(COMPOSED).await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_an_address_of_before_that_no_letter_reaches_still_comes_in(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    clinic.patient_with_email("Siti", "a..b@contoh.id").await;
    clinic.browser().log_in("a..b@contoh.id", PASSWORD).await;
    let admin = clinic.admin().await.browser;
    let found = admin.post("/admin/patients", &[("q", "a..b@contoh.id")]).await;
    assert_eq!(found.attributes("#patients [data-name]", "title"), ["Siti"]);
}
