//! Pharmacists and admins: invited, renamed, kept out and let in again (P5).

use std::time::Duration;

use praktik::{
    clinic::accounts::{self, entity::user},
    web::Role,
};
use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use crate::support::{Answer, Browser, Engine, PASSWORD, TestClinic};

const INVITED: [(&str, &str); 3] = [("role", "pharmacist"), ("name", "Rudi Hartono"), ("email", "rudi@klinik.test")];

async fn acts(clinic: &TestClinic, action: &str, person: Uuid) -> i64 {
    let person = match clinic.engine {
        Engine::Postgres => format!("'{person}'"),
        Engine::Sqlite => format!("x'{}'", person.simple()),
    };
    let rows = format!("SELECT COUNT(*) FROM audit_log WHERE action = '{action}' AND subject_id = {person}");
    clinic.count(&rows).await
}

/// The address of a link that stands in the newest letter.
async fn link_in_the_newest_letter(clinic: &TestClinic) -> (String, String) {
    clinic.settle().await;
    let letter = clinic.app.mail.letters().remove(0);
    let path = letter.body.reveal().split_whitespace().find_map(|word| word.strip_prefix("http://klinik.test"));
    (letter.to.reveal().to_owned(), path.unwrap().to_owned())
}

async fn log_in(clinic: &TestClinic, email: &str) -> Answer {
    clinic.browser().post("/login", &[("email", email), ("password", PASSWORD)]).await
}

fn person_of(answer: &Answer) -> Uuid {
    answer.location().strip_prefix("/admin/people/").unwrap_or_default().parse().unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_pharmacist_is_invited_by_letter_and_chooses_the_password(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let sent = admin.post("/admin/people/new", &INVITED).await;
    let person = person_of(&sent);
    let (to, path) = link_in_the_newest_letter(&clinic).await;
    assert_eq!(to, "rudi@klinik.test");
    let page = admin.get(&format!("/admin/people/{person}")).await;
    assert!(page.text("#status").unwrap().contains("Diundang"));
    assert!(!page.body.contains("/password/reset/"), "an admin does not see the link");
    assert_eq!(acts(&clinic, "create", person).await, 1);

    let rudi = clinic.browser();
    assert_eq!(rudi.post(&path, &[("password", PASSWORD)]).await.status, StatusCode::SEE_OTHER);
    rudi.log_in("rudi@klinik.test", PASSWORD).await;
    assert_eq!(rudi.get("/dashboard").await.status, StatusCode::OK);
    assert_eq!(rudi.get("/admin/people").await.status, StatusCode::FORBIDDEN);
    let list = admin.get("/admin/people").await.text("#people").unwrap();
    assert!(list.contains("Rudi Hartono") && list.contains("Terakhir aktif"), "{list}");
    let again = admin.post(&format!("/admin/people/{person}/invite"), &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "an admin could enter as somebody else");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_the_link_is_shown_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open_for_real(engine).await;
    let admin = clinic.admin().await.browser;
    let shown = admin.post("/admin/people/new", &INVITED).await;
    let link = shown.text("#password-link").unwrap();
    let path = link.strip_prefix(clinic.address.as_str()).unwrap();
    assert_eq!(clinic.browser().get(path).await.status, StatusCode::OK);
    let rows = user::Entity::find().all(clinic.app.db.read()).await.unwrap();
    let person = rows.iter().find(|row| row.role == Role::Pharmacist).unwrap().id;
    let page = admin.get(&format!("/admin/people/{person}")).await;
    assert!(!page.body.contains("/password/reset/"), "the link is shown once");

    let again = admin.post(&format!("/admin/people/{person}/invite"), &[]).await;
    assert!(again.text("#password-link").unwrap().contains("/password/reset/"));
    assert_eq!(clinic.browser().get(path).await.status, StatusCode::GONE, "the older link is good no more");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_page_makes_pharmacists_and_admins_and_nobody_else(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let before = clinic.count("SELECT COUNT(*) FROM users").await;
    let long = "x".repeat(121);
    let wrong = [
        ("role", ""),
        ("role", "doctor"),
        ("role", "patient"),
        ("role", "Admin"),
        ("name", " "),
        ("name", &long),
        ("name", "Rudi\nHartono"),
        ("email", ""),
        ("email", "rudi"),
        ("email", "admin@klinik.test"),
    ];
    for (field, text) in wrong {
        let form = INVITED.map(|(name, right)| if name == field { (name, text) } else { (name, right) });
        let refused = admin.post("/admin/people/new", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {text:?}");
        assert!(refused.text(&format!("#{field}-error")).unwrap().contains(' '), "{field} {text:?}");
        for (name, right) in INVITED.into_iter().filter(|(name, _)| *name != field) {
            let kept = match name {
                "role" => refused.attributes("input[name=role][checked]", "value"),
                _ => refused.attributes(&format!("input[name={name}]"), "value"),
            };
            assert_eq!(kept, [right], "{name} after {field} {text:?}");
        }
    }
    for extra in [("status", "active"), ("is_admin", "true"), ("id", "1"), ("password", PASSWORD)] {
        let mut form = INVITED.to_vec();
        form.push(extra);
        let refused = admin.post("/admin/people/new", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{extra:?}");
    }
    assert_eq!(clinic.count("SELECT COUNT(*) FROM users").await, before);
    let right = admin.post("/admin/people/new", &INVITED).await;
    assert_eq!(right.status, StatusCode::SEE_OTHER, "the control: {}", right.body);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_locked_or_deactivated_is_out_at_once_and_comes_back(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (admin, rudi) = (clinic.admin().await.browser, clinic.member(Role::Pharmacist, "Rudi").await);
    let act = async |act: &str| {
        clinic.pass(Duration::from_secs(1)).await;
        let answer = admin.post(&format!("/admin/people/{}/{act}", rudi.user), &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{act}: {}", answer.body);
    };
    for (out, back) in [("lock", "unlock"), ("deactivate", "reactivate")] {
        let inside = clinic.signed_in(rudi.user).await;
        assert_eq!(inside.get("/dashboard").await.status, StatusCode::OK);
        act(out).await;
        assert!(inside.get("/dashboard").await.location().starts_with("/login"), "{out}");
        assert_eq!(log_in(&clinic, &rudi.email).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{out}");
        act(out).await;
        assert_eq!(acts(&clinic, out, rudi.user).await, 1, "a repeated act is not an act");
        act(back).await;
        assert_eq!(log_in(&clinic, &rudi.email).await.status, StatusCode::SEE_OTHER, "{back}");
        assert_eq!(acts(&clinic, back, rudi.user).await, 1);
    }
    let inside = clinic.signed_in(rudi.user).await;
    act("end-sessions").await;
    assert!(inside.get("/dashboard").await.location().starts_with("/login"));
    assert_eq!(log_in(&clinic, &rudi.email).await.status, StatusCode::SEE_OTHER, "only the sessions end");

    act("deactivate").await;
    let locked = admin.post(&format!("/admin/people/{}/lock", rudi.user), &[]).await;
    assert_eq!(locked.status, StatusCode::CONFLICT, "who is deactivated would come back by unlocking");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_doctors_account_can_be_locked_but_a_patient_is_not_found_here(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (admin, doctor, patient) =
        (clinic.admin().await.browser, clinic.doctor("Andi").await, clinic.patient("Siti").await);
    assert_eq!(admin.get(&format!("/admin/people/{}", doctor.user)).await.status, StatusCode::OK);
    let locked = admin.post(&format!("/admin/people/{}/lock", doctor.user), &[]).await;
    assert_eq!(locked.status, StatusCode::SEE_OTHER);
    assert!(doctor.browser.get("/dashboard").await.location().starts_with("/login"));
    for act in ["deactivate", "reactivate", "withdraw"] {
        let refused = admin.post(&format!("/admin/people/{}/{act}", doctor.user), &[]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{act} belongs to the doctor's page");
    }
    for act in ["", "/lock", "/end-sessions", "/invite", "/withdraw"] {
        let refused = admin
            .post(&format!("/admin/people/{}{act}", patient.user), &[("name", "Siti")][..usize::from(act.is_empty())])
            .await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{act}");
    }
    assert_eq!(patient.browser.get("/dashboard").await.status, StatusCode::OK);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_who_is_locked_is_not_booked_and_the_page_says_what_is(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (admin, doctor) = (clinic.admin().await.browser, clinic.doctor("Andi").await);
    let (siti, budi) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    let (id, user, now) = (doctor.id.to_string(), doctor.user, clinic.app.now());
    let link = move |tx| async move { accounts::create_password_link(&tx, user, now).await };
    let token = clinic.app.db.write(link).await.unwrap();
    let chosen = clinic.browser().post(&format!("/password/reset/{token}"), &[("password", PASSWORD)]).await;
    assert!(chosen.status.is_redirection(), "{}", chosen.body);
    let book = async |browser: &Browser, hours: u64| {
        let starts_at = (clinic.app.now() + Duration::from_hours(hours)).rfc3339();
        browser.post("/consultations", &[("doctor_id", id.as_str()), ("starts_at", &starts_at)]).await.status
    };
    let page = format!("/admin/people/{}", doctor.user);
    let said = async || admin.get(&page).await.text("#booked").unwrap();
    assert!(said().await.contains("Tidak ada konsultasi"), "{}", said().await);
    assert_eq!(book(&siti.browser, 1).await, StatusCode::SEE_OTHER);
    assert!(said().await.contains("1 konsultasi"), "{}", said().await);

    assert!(admin.post(&format!("{page}/lock"), &[]).await.status.is_redirection());
    assert!(said().await.contains("1 konsultasi"), "{}", said().await);
    assert_eq!(book(&budi.browser, 2).await, StatusCode::NOT_FOUND);
    assert_eq!(budi.browser.get(&format!("/doctors/{id}")).await.status, StatusCode::NOT_FOUND);
    let at_desk = format!("/admin/patients/{}/book", budi.patient_id);
    for (browser, path) in [(&budi.browser, "/doctors"), (&admin, at_desk.as_str())] {
        assert!(!browser.get(path).await.body.contains("dr. Andi"), "{path}");
    }
    assert!(siti.browser.get("/consultations").await.body.contains("dr. Andi"), "what is booked stays");

    assert!(admin.post(&format!("{page}/unlock"), &[]).await.status.is_redirection());
    assert!(budi.browser.get("/doctors").await.body.contains("dr. Andi"));
    assert_eq!(book(&budi.browser, 2).await, StatusCode::SEE_OTHER);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_shuts_themselves_out_and_an_admin_always_remains(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let alone = clinic.admin().await;
    for act in ["lock", "deactivate"] {
        let refused = alone.browser.post(&format!("/admin/people/{}/{act}", alone.user), &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{act}");
    }
    assert_eq!(alone.browser.get("/dashboard").await.status, StatusCode::OK);

    // Two admins shut each other out at the same moment: one of them stays, every time.
    let mut first = clinic.member(Role::Admin, "Dewi").await;
    let off = first.browser.post(&format!("/admin/people/{}/deactivate", alone.user), &[]).await;
    assert_eq!(off.status, StatusCode::SEE_OTHER, "{}", off.body);
    for round in 0..6 {
        let second = clinic.member(Role::Admin, "Eka").await;
        let (of_first, of_second) =
            (format!("/admin/people/{}/deactivate", second.user), format!("/admin/people/{}/deactivate", first.user));
        let (one, other) = tokio::join!(first.browser.post(&of_first, &[]), second.browser.post(&of_second, &[]));
        let done = [&one, &other].iter().filter(|answer| answer.location().starts_with("/admin/people/")).count();
        assert_eq!(done, 1, "round {round}: {} and {}", one.status, other.status);
        let active = "SELECT COUNT(*) FROM users WHERE role = 'admin' AND status = 'active'";
        assert_eq!(clinic.count(active).await, 1, "round {round}");
        if one.location().starts_with("/login") || one.status != StatusCode::SEE_OTHER {
            first = second;
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_unused_invitation_is_taken_back_and_its_address_is_free(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let person = person_of(&admin.post("/admin/people/new", &INVITED).await);
    let (_, path) = link_in_the_newest_letter(&clinic).await;
    let taken_back = admin.post(&format!("/admin/people/{person}/withdraw"), &[]).await;
    assert_eq!(taken_back.location(), "/admin/people", "{}", taken_back.body);
    assert_eq!(clinic.browser().get(&path).await.status, StatusCode::GONE);
    assert_eq!(admin.get(&format!("/admin/people/{person}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(acts(&clinic, "withdraw", person).await, 1);
    let again = person_of(&admin.post("/admin/people/new", &INVITED).await);
    assert_ne!(again, person);

    let rudi = clinic.member(Role::Pharmacist, "Rudi Lain").await;
    let refused = admin.post(&format!("/admin/people/{}/withdraw", rudi.user), &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "an account that is in use is not deleted");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_changed_and_a_wrong_one_comes_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let (admin, rudi) = (clinic.admin().await.browser, clinic.member(Role::Pharmacist, "Rudi").await);
    let path = format!("/admin/people/{}", rudi.user);
    let refused = admin.post(&path, &[("name", "Rudi\u{7}")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text("#name-error").unwrap().contains(' '));
    assert_eq!(admin.post(&path, &[("name", "Rudi Hartono")]).await.status, StatusCode::SEE_OTHER);
    assert!(rudi.browser.get("/dashboard").await.body.contains("Rudi Hartono"));
    assert_eq!(acts(&clinic, "rename", rudi.user).await, 1);
    let foreign = admin.post(&path, &[("name", "Rudi"), ("role", "admin")]).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_admin_takes_a_lost_second_factor_away_and_the_owner_is_told(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await;
    let rudi = clinic.member(Role::Pharmacist, "Rudi Hartono").await;
    let path = format!("/admin/people/{}", rudi.user);
    assert_eq!(admin.browser.get(&path).await.text("#second-factor").unwrap().trim(), "Belum aktif");
    clinic.set_up_app(&rudi.browser).await;
    assert_eq!(admin.browser.get(&path).await.text("#second-factor").unwrap().trim(), "Aktif");

    clinic.pass(Duration::from_mins(15)).await;
    let asked = admin.browser.post(&format!("{path}/reset-second-factor"), &[]).await;
    assert!(asked.location().starts_with("/settings/security/confirm"), "the password first: {}", asked.location());
    assert_eq!(admin.browser.get(&path).await.text("#second-factor").unwrap().trim(), "Aktif");
    let to = [("password", PASSWORD), ("return_to", path.as_str())];
    assert_eq!(admin.browser.post("/settings/security/confirm", &to).await.location(), path);
    let done = admin.browser.post(&format!("{path}/reset-second-factor"), &[]).await;
    assert_eq!(done.location(), path);
    assert_eq!(admin.browser.get(&path).await.text("#second-factor").unwrap().trim(), "Belum aktif");
    assert!(rudi.browser.get("/dashboard").await.location().starts_with("/login"), "their sessions have ended");
    assert_eq!(acts(&clinic, "reset-second-factor", rudi.user).await, 1);
    clinic.settle().await;
    let letter = clinic.app.mail.letters().remove(0);
    assert_eq!(letter.to.reveal(), rudi.email);

    let own = format!("/admin/people/{}/reset-second-factor", admin.user);
    assert_eq!(admin.browser.post(&own, &[]).await.status, StatusCode::CONFLICT);
    let patient = clinic.patient("Siti").await;
    let other = format!("/admin/people/{}/reset-second-factor", patient.user);
    assert_eq!(admin.browser.post(&other, &[]).await.status, StatusCode::NOT_FOUND, "patients are not of the people");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_counts_who_has_no_second_factor_and_asks_for_the_recovery_sheet(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open_for_real(engine).await;
    let admin = clinic.admin().await.browser;
    let rudi = clinic.member(Role::Pharmacist, "Rudi Hartono").await;
    let warnings = admin.get("/dashboard").await.text("#warnings").unwrap();
    assert!(warnings.contains("2 petugas belum memasang langkah kedua"), "{warnings}");
    assert!(warnings.contains("Lembar pemulihan belum dicetak"), "{warnings}");
    clinic.set_up_app(&rudi.browser).await;
    let warnings = admin.get("/dashboard").await.text("#warnings").unwrap();
    assert!(warnings.contains("1 petugas belum memasang langkah kedua"), "{warnings}");
    let demo = TestClinic::open(engine).await;
    let page = demo.admin().await.browser.get("/dashboard").await;
    assert!(!page.body.contains("Lembar pemulihan"), "a demo asks for neither");
}
