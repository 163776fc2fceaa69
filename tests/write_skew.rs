//! Two acts that rely on what the other changes: neither is carried out on a state that is no more (write skew).

use praktik::{
    clinic::{
        doctors::{self, Hours, HoursRange},
        patients::{self, NikAct, Relationship, rules::Nik},
        profiles,
    },
    infra::vault::{Private, VaultError},
};
use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::DbErr;

use crate::{
    settings,
    support::{Answer, Engine, Gate, TestClinic, TestDoctor, TestPatient, picture},
};

/// Eleven o'clock of the clinic's first morning.
const ELEVEN: &str = "2026-11-20T04:00:00Z";
const CONFIRMED: &str = "SELECT COUNT(*) FROM appointments WHERE status = 'confirmed'";

async fn book(patient: &TestPatient, doctor: &TestDoctor, whom: &str) -> Answer {
    let doctor = doctor.id.to_string();
    let form = [("doctor_id", doctor.as_str()), ("starts_at", ELEVEN), ("patient_id", whom)];
    patient.browser.post("/consultations", &form).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_booking_slips_past_a_doctor_who_is_deactivated_and_whose_consultations_are_called_off(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (admin, siti) = (clinic.admin().await.browser, clinic.patient("Siti").await);
    let called_off = "SELECT COUNT(*) FROM notifications WHERE kind = 'consultation_cancelled'";
    for (name, point, booked, told) in [("Andi", "book-amid", 303, 2), ("Made", "book-was-checked", 404, 2)] {
        let doctor = clinic.doctor(name).await;
        let path = format!("/admin/doctors/{}/deactivate", doctor.id);
        let deactivate = admin.post(&path, &[("booked", "cancel")]);
        let gate = Gate::at(&format!("{point} {}", doctor.id));
        let (answer, deactivated, waited) = gate.between(book(&siti, &doctor, ""), deactivate).await;
        assert_eq!((answer.status.as_u16(), deactivated.status.as_u16()), (booked, 303), "{}", answer.body);
        assert_eq!(waited, booked == 303, "what a booking relies on stays until it is made");
        assert_eq!(clinic.count(CONFIRMED).await, 0, "{name}");
        assert_eq!(clinic.count(called_off).await, told, "{name}");
    }
    // The control: with another doctor the same form books.
    assert_eq!(book(&siti, &clinic.doctor("Ratna").await, "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(clinic.count(CONFIRMED).await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_booking_slips_past_days_off_or_changed_hours(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let days_off = [("first_day", "2026-11-20"), ("last_day", "2026-11-20"), ("reason", "Cuti")];
    let no_hours = [
        ("name", "dr. Andi"),
        ("specialty", "Dokter umum"),
        ("str_number", "WN00001234567890"),
        ("sip_number", "503/0456/SIP-DU/DPMPTSP/2026"),
        ("sip_valid_until", "2031-06-30"),
    ];
    for (end, form, names) in [("/days-off", &days_off[..], ["Andi", "Made"]), ("", &no_hours[..], ["Ratna", "Yohana"])]
    {
        let siti = clinic.patient("Siti").await;
        let (late, early) = (clinic.doctor(names[0]).await, clinic.doctor(names[1]).await);
        let change = |doctor: &TestDoctor| format!("/admin/doctors/{}{end}", doctor.id);

        let path = change(&late);
        let gate = Gate::at(&format!("book-was-checked {}", late.id));
        let (refused, changed, waited) = gate.between(book(&siti, &late, ""), admin.post(&path, form)).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
        assert!(!waited, "nothing is held before the act");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert_eq!(refused.count("#starts_at-error"), 1, "said beside the field");

        let path = change(&early);
        let gate = Gate::at(&format!("book-amid {}", early.id));
        let (booked, changed, waited) = gate.between(book(&siti, &early, ""), admin.post(&path, form)).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
        assert!(waited, "an admin who changes hours sees the booking that was first");
        assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.body);
    }
    assert_eq!(clinic.count(CONFIRMED).await, 2, "what is booked stays");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_books_for_a_patient_whom_they_look_after_no_more(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let (siti, budi) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    let (guardian, patient, now) = (siti.user, budi.patient_id, clinic.app.now());
    let whom = patient.to_string();
    for (name, point, booked) in [("Andi", "book-was-checked", 404), ("Made", "book-amid", 303)] {
        let doctor = clinic.doctor(name).await;
        let link = clinic.app.db.write(move |tx| async move {
            patients::look_after(&tx, guardian, patient, Relationship::Parent, None, now).await
        });
        link.await.unwrap();
        let (path, account) = (format!("/admin/patients/{patient}/care/end"), guardian.to_string());
        let end = [("account", account.as_str())];
        let gate = Gate::at(&format!("{point} {}", doctor.id));
        let (answer, ended, waited) = gate.between(book(&siti, &doctor, &whom), admin.post(&path, &end)).await;
        assert_eq!((answer.status.as_u16(), ended.status.as_u16()), (booked, 303), "{}", answer.body);
        assert_eq!(waited, booked == 303);
        assert_eq!(clinic.count(CONFIRMED).await, i64::from(booked == 303));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn settings_and_a_logo_that_are_saved_at_once_both_stay(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await;
    let form = settings::form(&[("name", "Klinik Serentak")]);
    let gate = Gate::at("settings-amid Klinik Serentak");
    let logo = profiles::set_logo(&clinic.app, admin.user, picture(300, 100).into());
    let (saved, set, waited) = gate.between(admin.browser.post("/admin/settings", &form), logo).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert!(matches!(set, Ok(Ok(()))) && waited);
    let both = "SELECT COUNT(*) FROM clinics WHERE name = 'Klinik Serentak' AND logo_id IS NOT NULL";
    assert_eq!(clinic.count(both).await, 1);
    let shown = clinic.app.clinic();
    assert!(shown.name == "Klinik Serentak" && shown.logo.is_some());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_settings_saved_at_once_pages_show_what_the_database_keeps(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let (first, second) = (settings::form(&[("name", "Klinik Satu")]), settings::form(&[("name", "Klinik Dua")]));
    // The first is committed, and slow to take over what it wrote.
    let gate = Gate::at(&format!("refresh-clinic {}", clinic.app.config.data.display()));
    let saves = (admin.post("/admin/settings", &first), admin.post("/admin/settings", &second));
    let (one, two, waited) = gate.between(saves.0, saves.1).await;
    assert_eq!((one.status, two.status, waited), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER, false));
    assert_eq!(clinic.count("SELECT COUNT(*) FROM clinics WHERE name = 'Klinik Dua'").await, 1);
    assert_eq!(clinic.app.clinic().name, "Klinik Dua");
}

fn from_to(starts_minute: i32, ends_minute: i32) -> Hours {
    Hours::of(vec![HoursRange { weekday: 1, starts_minute, ends_minute }]).unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_admins_who_set_a_doctors_hours_at_once_the_later_ones_hold_alone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let doctor = clinic.doctor("Andi").await.id;
    let set = |hours: Hours| {
        let now = clinic.app.now();
        clinic.app.db.write(move |tx| async move { doctors::set_hours(&tx, doctor, &hours, now).await })
    };
    let gate = Gate::at(&format!("hours-amid {doctor}"));
    let (first, second) = (set(from_to(480, 720)), set(from_to(600, 840)));
    let (first, second, waited): (Result<(), DbErr>, Result<(), DbErr>, bool) = gate.between(first, second).await;
    assert!(first.is_ok() && second.is_ok() && waited);
    let hours = doctors::hours_of(clinic.app.db.read(), doctor).await.unwrap();
    assert_eq!(hours, from_to(600, 840).ranges(), "overlapping ranges of both would be cut into slots twice");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_of_a_nik_at_once_each_keeps_what_it_replaced(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    const NUMBERS: [&str; 2] = ["7371115203910007", "7371115203910008"];
    let clinic = TestClinic::open(engine).await;
    let (patient, admin) = (clinic.patient("Siti").await.patient_id, clinic.admin().await.user);
    let change = |number: usize| {
        let (app, now) = (clinic.app.clone(), clinic.app.now() + std::time::Duration::from_millis(number as u64));
        clinic.app.db.write(move |tx| async move {
            let nik = Some(Nik::parse(NUMBERS[number]).unwrap());
            let act = NikAct { nik, by: admin, reason: Private::new("KTP baru") };
            patients::change_nik(&tx, &app.vault, patient, &act, now).await?;
            Ok::<_, VaultError>(())
        })
    };
    let gate = Gate::at(&format!("nik-was-read {patient}"));
    let (first, second, waited) = gate.between(change(0), change(1)).await;
    assert!(first.is_ok() && second.is_ok() && waited);
    let changes = patients::nik_changes(clinic.app.db.read(), &clinic.app.vault, patient).await.unwrap();
    let newest = changes[0].old.as_ref().map(|old| old.reveal().to_owned());
    assert_eq!((changes.len(), newest.as_deref()), (2, Some(NUMBERS[0])));
}
