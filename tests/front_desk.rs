//! The front desk: registers patients and books for them, corrects numbers, links accounts; each look and change is
//! written down, and no health data is shown (P2, P8, S2).

use std::time::Duration;

use fail::FailScenario;
use praktik::web::Lang;
use reqwest::StatusCode;
use rstest::rstest;
use uuid::Uuid;

use crate::support::{
    Browser, Engine, PASSWORD, TestClinic,
    front_desk::{girl, girls_nik, with},
};

/// Registers a girl without an account.
async fn register(admin: &Browser, name: &str, nik: &str) -> Uuid {
    let answer = admin.send_form("/admin/patients/new", &girl(name, nik)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location().rsplit('/').next().unwrap().parse().unwrap()
}

async fn audited(clinic: &TestClinic, action: &str) -> i64 {
    clinic.count(&format!("SELECT COUNT(*) FROM audit_log WHERE action = '{action}' AND subject = 'patient'")).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_desk_registers_a_patient_who_then_chooses_a_password(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let fields = with(&girl("Ayu Lestari", &girls_nik()), "email", "ayu@contoh.test");
    let answer = admin.send_form("/admin/patients/new", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let link = answer.text("#password-link").unwrap();
    clinic.settle().await;
    let letters = clinic.app.mail.letters();
    assert!(
        letters.iter().any(|letter| letter.to.reveal() == "ayu@contoh.test" && letter.body.reveal().contains(&link))
    );
    let browser = clinic.browser();
    let path = link.strip_prefix("http://klinik.test").unwrap();
    let set = browser.post(path, &[("password", PASSWORD)]).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
    browser.log_in("ayu@contoh.test", PASSWORD).await;
    assert!(browser.get("/dashboard").await.body.contains("Ayu"));
    assert_eq!(browser.in_care().await.len(), 1);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM consents").await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_desk_is_told_whose_a_known_number_or_address_is(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let nik = girls_nik();
    let first = register(&admin, "Ayu Lestari", &nik).await;
    let again = admin.send_form("/admin/patients/new", &girl("Ayu Lain", &nik)).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text("#nik-error").is_some());
    assert_eq!(again.count(&format!("a[href='/admin/patients/{first}']")), 1);
    assert_eq!(again.attributes("#name", "value"), ["Ayu Lain"]);
    let siti = clinic.patient("Siti").await;
    let taken = with(&girl("Ayu Lain", &girls_nik()), "email", &siti.email);
    let taken = admin.send_form("/admin/patients/new", &taken).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.text("#email-error").is_some());
    assert_eq!(clinic.count("SELECT COUNT(*) FROM patients").await, 2);
    // Nothing but the fields of the form.
    for planted in ["role", "status", "id", "user_id", "password"] {
        let planted = with(&girl("Ayu Lain", &girls_nik()), planted, "admin");
        assert_eq!(admin.send_form("/admin/patients/new", &planted).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(clinic.count("SELECT COUNT(*) FROM patients").await, 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_desk_books_for_a_patient_and_everybody_concerned_is_told(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let (siti, andi) = (clinic.patient("Siti Rahmawati").await, clinic.doctor("Andi").await);
    let desk = format!("/admin/patients/{}", siti.patient_id);
    let book = format!("{desk}/book");
    let chosen = admin.get(&book).await.attributes("main li a", "href").remove(0);
    assert_eq!(chosen, format!("{book}?doctor={}", andi.id));
    let page = admin.get(&chosen).await;
    assert!(page.text("#booking").unwrap().contains("Siti Rahmawati"));
    let slot = page.attributes("input[name=starts_at]", "value").remove(0);
    let key = page.attributes("#booking input[name=idempotency_key]", "value").remove(0);
    let doctor = andi.id.to_string();
    let complaint = "Nyeri ulu hati sejak kemarin";
    let fields =
        [("doctor_id", doctor.as_str()), ("starts_at", &slot), ("complaint", complaint), ("idempotency_key", &key)];
    let booked = admin.post(&book, &fields).await;
    assert_eq!((booked.status, booked.location()), (StatusCode::SEE_OTHER, desk.as_str()), "{}", booked.body);
    assert_eq!(admin.post(&book, &fields).await.location(), desk);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM appointments").await, 1);
    let by_admin = "SELECT COUNT(*) FROM appointments a JOIN users u ON u.id = a.booked_by WHERE u.role = 'admin'";
    assert_eq!(clinic.count(by_admin).await, 1);

    // The desk sees when and with whom, not why; doctor and patient are told.
    let page = admin.get(&desk).await;
    assert!(page.body.contains(&Lang::Id.t("appointments-booked-at-desk")));
    assert!(page.text("#expected").unwrap().contains("dr. Andi"));
    assert!(!page.body.contains("ulu hati"));
    for browser in [&andi.browser, &siti.browser] {
        assert_eq!(browser.get("/api/messages/unread-count").await.status, StatusCode::OK);
        assert_eq!(browser.get("/notifications").await.count("main li[data-unread], main li .unread, main ol li"), 1);
    }
    assert!(andi.browser.get("/doctor/consultations").await.body.contains("ulu hati"));

    // One a day; a slot that is gone; calling off.
    let later = (clinic.app.now() + Duration::from_hours(5)).rfc3339();
    let same_day = admin.post(&book, &[("doctor_id", &doctor), ("starts_at", &later)]).await;
    assert_eq!(same_day.status, StatusCode::CONFLICT);
    assert_eq!(same_day.attributes("[role=alert] a", "href"), [desk.as_str()]);
    let ayu = register(&admin, "Ayu", &girls_nik()).await;
    let race = [("doctor_id", doctor.as_str()), ("starts_at", &slot)];
    let lost = admin.post(&format!("/admin/patients/{ayu}/book"), &race).await;
    assert_eq!(lost.status, StatusCode::CONFLICT);
    let offered = lost.attributes("[role=alert] input[name=starts_at]", "value");
    assert_eq!(offered.len(), 3);
    let nearest = [("doctor_id", doctor.as_str()), ("starts_at", &offered[0])];
    // Nobody is said to be told who has no account.
    let [told, nobody_told] =
        ["appointments-booked-at-desk", "appointments-booked-without-account"].map(|key| Lang::Id.t(key));
    let booked = admin.post(&format!("/admin/patients/{ayu}/book"), &nearest).await;
    let girls = admin.get(booked.location()).await;
    assert!(girls.body.contains(&nobody_told) && !girls.body.contains(&told));
    assert!(girls.body.contains(&Lang::Id.t("desk-cancel-body-without-account")));
    assert!(!girls.body.contains(&Lang::Id.t("desk-cancel-body")));
    let cancel = page.attributes("#expected form", "action").remove(0);
    assert_eq!(
        admin.post(&cancel.replace(&siti.patient_id.to_string(), &ayu.to_string()), &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(admin.post(&cancel, &[]).await.location(), desk);
    assert!(admin.get(&desk).await.text("#expected").is_none());
    assert_eq!(siti.browser.get("/notifications").await.count("main ol li"), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_nik_is_corrected_or_released_for_a_reason(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let (wrong, right) = (girls_nik(), girls_nik());
    let (ayu, other) = (register(&admin, "Ayu", &wrong).await, register(&admin, "Dewi", &right).await);
    let (of_ayu, of_other) = (format!("/admin/patients/{ayu}/nik"), format!("/admin/patients/{other}/nik"));

    let taken = [("change", "correct"), ("nik", right.as_str()), ("reason", "Salah salin")];
    let refused = admin.post(&of_ayu, &taken).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.count(&format!("#edit-nik a[href='/admin/patients/{other}']")), 1);
    let no_reason = admin.post(&of_other, &[("change", "release"), ("reason", " ")]).await;
    assert_eq!(no_reason.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(no_reason.text("#reason-error").is_some());
    assert_eq!(admin.get(&format!("/admin/patients/{ayu}")).await.text("#shown-nik"), Some(wrong.clone()));

    let release = [("change", "release"), ("reason", "Dipakai orang lain")];
    assert!(admin.post(&of_other, &release).await.status.is_redirection());
    assert!(admin.post(&of_ayu, &taken).await.status.is_redirection());
    let page = admin.get(&format!("/admin/patients/{ayu}")).await;
    assert_eq!(page.text("#shown-nik"), Some(right.clone()));
    assert!(page.text("#edit-nik").unwrap().contains("Salah salin"));
    assert_eq!((audited(&clinic, "correct-nik").await, audited(&clinic, "release-nik").await), (1, 1));
    // The old number is free for whoever signs up with it.
    register(&admin, "Putri", &wrong).await;
    assert_eq!(clinic.count("SELECT COUNT(*) FROM patients").await, 3);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_nik_that_disagrees_with_its_holder_passes_once_confirmed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let ayu = register(&admin, "Ayu", &girls_nik()).await;
    let path = format!("/admin/patients/{ayu}/nik");
    let shown = async || admin.get(&format!("/admin/patients/{ayu}")).await.text("#shown-nik").unwrap();
    // A boy's, and of another day.
    let right = girls_nik();
    let slips = [right.replace("520315", "120315"), right.replace("520315", "530315")];
    for slip in &slips {
        let form = [("change", "correct"), ("nik", slip.as_str()), ("reason", "Salah salin")];
        let warned = admin.post(&path, &form).await;
        assert_eq!(warned.status, StatusCode::UNPROCESSABLE_ENTITY, "{slip}");
        assert_eq!(warned.count("#edit-nik[open] #nik_confirmed"), 1);
        assert_eq!(warned.count("[aria-invalid]"), 0, "a likely slip is no error");
        assert_eq!(warned.attributes("#edit-nik #nik", "value"), std::slice::from_ref(slip));
        assert_ne!(shown().await, *slip);
        let confirmed = [form.as_slice(), &[("nik_confirmed", "yes")]].concat();
        assert!(admin.post(&path, &confirmed).await.status.is_redirection());
        assert_eq!(shown().await, *slip);
    }
    // The control: one that agrees needs no confirming, an impossible one is not confirmed.
    let form = [("change", "correct"), ("nik", right.as_str()), ("reason", "Salah salin")];
    assert!(admin.post(&path, &form).await.status.is_redirection());
    let impossible = right.replace("520315", "721315");
    let form =
        [("change", "correct"), ("nik", impossible.as_str()), ("reason", "Salah salin"), ("nik_confirmed", "yes")];
    assert_eq!(admin.post(&path, &form).await.text("#nik-error"), Some(Lang::Id.t("patients-nik-no-date")));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_linked_and_unlinked_and_its_people_are_told(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let (siti, andi) = (clinic.patient("Siti").await, clinic.doctor("Andi").await);
    let ayu = register(&admin, "Ayu", &girls_nik()).await;
    let care = format!("/admin/patients/{ayu}/care");
    for (email, relationship, field) in [
        ("tidak.ada@contoh.test", "child", "email"),
        (andi.email.as_str(), "child", "email"),
        (siti.email.as_str(), "one_self", "email"),
        (siti.email.as_str(), "owner", "relationship"),
        ("", "child", "email"),
    ] {
        let refused = admin.post(&care, &[("email", email), ("relationship", relationship)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{email} {relationship}");
        assert!(refused.text(&format!("#{field}-error")).is_some(), "{email} {relationship}");
    }
    let wanted = [("email", siti.email.as_str()), ("relationship", "child")];
    assert!(admin.post(&care, &wanted).await.status.is_redirection());
    assert_eq!(siti.browser.in_care().await, [siti.patient_id, ayu]);
    assert_eq!(siti.browser.get("/notifications").await.count("main ol li"), 1);
    assert_eq!(admin.post(&care, &wanted).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let end = format!("{care}/end");
    let of_siti = siti.user.to_string();
    assert!(admin.post(&end, &[("account", &of_siti)]).await.status.is_redirection());
    assert_eq!(siti.browser.in_care().await, [siti.patient_id]);
    assert_eq!(admin.post(&end, &[("account", &of_siti)]).await.status, StatusCode::NOT_FOUND);
    let own = format!("/admin/patients/{}/care/end", siti.patient_id);
    assert_eq!(admin.post(&own, &[("account", &of_siti)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(siti.browser.in_care().await, [siti.patient_id]);

    // An account of the patient's own, later.
    let own = admin.post(&care, &[("email", "ayu@contoh.test"), ("relationship", "one_self")]).await;
    assert!(own.text("#password-link").is_some(), "{}", own.body);
    assert_eq!((audited(&clinic, "link-care").await, audited(&clinic, "open-account").await), (1, 1));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_account_is_out_at_once_until_it_is_unlocked(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let siti = clinic.patient("Siti").await;
    let desk = format!("/admin/patients/{}", siti.patient_id);
    assert!(admin.post(&format!("{desk}/lock"), &[]).await.status.is_redirection());
    assert!(siti.browser.get("/dashboard").await.location().starts_with("/login"));
    let refused = clinic.browser().post("/login", &[("email", &siti.email), ("password", PASSWORD)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(admin.post(&format!("{desk}/unlock"), &[]).await.status.is_redirection());
    clinic.browser().log_in(&siti.email, PASSWORD).await;
    assert_eq!((audited(&clinic, "lock-account").await, audited(&clinic, "unlock-account").await), (1, 1));
    let ayu = register(&admin, "Ayu", &girls_nik()).await;
    assert_eq!(admin.post(&format!("/admin/patients/{ayu}/lock"), &[]).await.status, StatusCode::NOT_FOUND);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_desk_sees_no_health_data_and_its_looks_are_written_down(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = crate::support::routes::World::open(engine).await;
    let room = world.room().await;
    world.prescription(&room, "").await;
    let clinic = &world.clinic;
    let patient = room.patient.patient_id;
    let looks = async |patient: Uuid| {
        let id = match engine {
            Engine::Sqlite => format!("x'{}'", patient.simple()),
            Engine::Postgres => format!("'{patient}'"),
        };
        clinic
            .count(&format!(
                "SELECT COUNT(*) FROM audit_log WHERE action = 'view' AND subject = 'patient' AND subject_id = {id}"
            ))
            .await
    };
    assert_eq!(looks(patient).await, 0);
    let desk = format!("/admin/patients/{patient}");
    for path in [desk.as_str(), &format!("{desk}/book"), "/admin/patients"] {
        let page = world.admin.get(path).await;
        assert!(page.body.contains(&room.patient.name), "{path}");
        for word in [room.complaint.as_str(), "Antasida", "Gastritis"] {
            assert!(!page.body.contains(word), "{path} says {word}");
        }
    }
    assert_eq!(looks(patient).await, 1);
    let other = world.other_patient.patient_id;
    clinic.pass(Duration::from_mins(16)).await;
    world.admin.post("/admin/patients", &[("q", "budi lain")]).await;
    assert_eq!((looks(patient).await, looks(other).await), (1, 2));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_admins_one_opens_the_account_of_a_child_and_the_mother_is_told(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await;
    let other = clinic.signed_in(admin.user).await;
    let siti = clinic.patient("Siti").await;
    let ayu = clinic.child_of(&siti, "Ayu").await;
    assert_eq!(siti.browser.get("/notifications").await.count("main ol li"), 0);
    let care = format!("/admin/patients/{ayu}/care");
    let wanted = |email| [("email", email), ("relationship", "one_self")];
    let scenario = FailScenario::setup();
    fail::cfg("open-account-before-act", "sleep(200)").unwrap();
    let (first, second) = (wanted("ayu1@contoh.test"), wanted("ayu2@contoh.test"));
    let (one, two) = tokio::join!(admin.browser.post(&care, &first), other.post(&care, &second));
    scenario.teardown();
    let (opened, refused) = if one.status == StatusCode::OK { (one, two) } else { (two, one) };
    assert!(opened.text("#password-link").is_some(), "{}", opened.body);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.text("#relationship-error").is_some());
    assert_eq!(clinic.count("SELECT COUNT(*) FROM guardianships WHERE relationship = 'one_self'").await, 2);
    assert_eq!(siti.browser.get("/notifications").await.count("main ol li"), 1);
}
