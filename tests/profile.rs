//! People keep their own profiles, and a doctor corrects what is known of a patient's health (P4).

use praktik::clinic::audit::entity::audit_row;
use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::support::{Answer, Browser, Engine, TestClinic, routes::World};

type Fields = Vec<(&'static str, String)>;

const FIELDS: [&str; 11] = [
    "version",
    "address",
    "phone",
    "payer",
    "bpjs_number",
    "allergies",
    "weight",
    "medicines_in_use",
    "language",
    "time_zone",
    "biography",
];

/// What the form on a profile's page holds.
fn typed(page: &Answer, action: &str) -> Fields {
    let value = |name: &str| -> Option<String> {
        let of = |selector: &str, attribute: &str| {
            let found = page.attributes(&format!("form[action='{action}'] {selector}"), attribute);
            found.into_iter().next()
        };
        of(&format!("input[name={name}]:not([type=radio])"), "value")
            .or_else(|| of(&format!("input[name={name}][checked]"), "value"))
            .or_else(|| of(&format!("select[name={name}] option[selected]"), "value"))
            .or_else(|| page.text(&format!("form[action='{action}'] textarea[name={name}]")))
    };
    FIELDS.iter().filter_map(|name| Some((*name, value(name)?))).collect()
}

async fn open(browser: &Browser) -> Fields {
    typed(&browser.get("/profile").await, "/profile")
}

fn with(mut fields: Fields, changes: &[(&'static str, &str)]) -> Fields {
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, (*value).to_owned()));
    }
    fields
}

async fn send(browser: &Browser, path: &str, fields: &Fields) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, &fields).await
}

/// Changes some fields of the own profile of whoever is at `browser`.
pub async fn edit(browser: &Browser, changes: &[(&'static str, &str)]) {
    let sent = send(browser, "/profile", &with(open(browser).await, changes)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
}

fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
}

const CHANGES: [(&str, &str); 8] = [
    ("address", "Jl. Cendrawasih No. 8, Makassar"),
    ("phone", "0812-3456-7890"),
    ("payer", "bpjs"),
    ("bpjs_number", "0001 2345 67890"),
    ("allergies", "Penisilin: ruam"),
    ("weight", "62,5"),
    ("medicines_in_use", "Metformin 500 mg"),
    ("time_zone", "Asia/Jayapura"),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_patient_keeps_their_own_profile(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let page = patient.browser.get("/profile").await;
    // Name, NIK and birth are read, and said to be the clinic's to correct.
    let identity = page.text("section[aria-labelledby=identity-title]").unwrap();
    assert!(identity.contains("Siti Rahmawati") && identity.contains("5203910001"), "{identity}");
    assert!(identity.contains("Makassar, 12 Maret 1991") && identity.contains("diperbaiki oleh klinik"), "{identity}");
    assert_eq!(page.count("[name=name], [name=nik], [name=birth_date]"), 0);

    let answer = send(&patient.browser, "/profile", &with(open(&patient.browser).await, &CHANGES)).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/profile"), "{}", answer.body);
    let page = patient.browser.get("/profile").await;
    let kept = typed(&page, "/profile");
    for (name, expected) in CHANGES {
        let expected = match name {
            "phone" => "+6281234567890",
            "bpjs_number" => "0001234567890",
            _ => expected,
        };
        assert_eq!(value(&kept, name), expected, "{name}");
    }
    let changed = page.text("#health-changed").unwrap();
    assert!(changed.starts_with("Terakhir Anda ubah") && changed.contains("WIT"), "{changed}");
    // English writes weights with a dot, and reads the comma too.
    let answer = send(&patient.browser, "/profile", &with(kept, &[("language", "en"), ("time_zone", "")])).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let kept = open(&patient.browser).await;
    assert_eq!((value(&kept, "weight"), value(&kept, "time_zone")), ("62.5", ""));
    assert_eq!(patient.browser.get("/dashboard").await.attributes("html", "lang"), ["en"]);
    let acts = audit_row::Entity::find()
        .filter(audit_row::Column::Subject.eq("profile"))
        .filter(audit_row::Column::PatientId.eq(patient.patient_id));
    assert_eq!(
        acts.all(clinic.app.db.read()).await.unwrap().len(),
        2,
        "each act leaves its row, also within one moment"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_of_a_profile_says_why_and_nothing_typed_is_lost(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await.browser;
    let before = open(&patient).await;
    let long = "x".repeat(1_001);
    let wrong = [
        ("address", " ", "Wajib"),
        ("phone", "12345", "bukan nomor telepon"),
        ("payer", "gratis", "Pilih siapa"),
        ("allergies", long.as_str(), "1001"),
        ("weight", "enam puluh", "kilogram"),
        ("medicines_in_use", long.as_str(), "1001"),
        ("language", "fr", "Pilih salah satu bahasa"),
        ("time_zone", "Mars/Olympus", "Pilih salah satu zona"),
    ];
    let changes: Vec<(&'static str, &str)> = wrong.iter().map(|(name, value, _)| (*name, *value)).collect();
    let answer = send(&patient, "/profile", &with(before.clone(), &changes)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (name, _, said) in wrong {
        let sentence = answer.text(&format!("#{name}-error")).unwrap_or_default();
        assert!(sentence.contains(said), "{name}: {sentence}");
    }
    assert_eq!(answer.attributes("#weight", "value"), ["enam puluh"]);
    assert_eq!(answer.attributes("#phone", "value"), ["12345"]);
    let bpjs = with(before.clone(), &[("payer", "bpjs"), ("bpjs_number", "123")]);
    let answer = send(&patient, "/profile", &bpjs).await;
    assert!(answer.text("#bpjs_number-error").unwrap().contains("Baru 3 angka"));
    // What is not on the page is not taken at all.
    for (name, forged) in [("role", "admin"), ("name", "Lain"), ("nik", "7371095203910009"), ("user_id", "1")] {
        let mut fields = before.clone();
        fields.push((name, forged.to_owned()));
        assert_eq!(send(&patient, "/profile", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    assert_eq!(open(&patient).await, before);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_edit_at_once_the_second_sees_both_texts(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let elsewhere = clinic.signed_in(patient.user).await;
    let (first, second) = (open(&patient.browser).await, open(&elsewhere).await);
    let kept = send(&patient.browser, "/profile", &with(first, &[("allergies", "Penisilin")])).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    let answer = send(&elsewhere, "/profile", &with(second, &[("allergies", "Udang")])).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text("[role=alert]").unwrap().contains("diubah orang lain"));
    assert_eq!(answer.text("#allergies").as_deref(), Some("Udang"));
    assert!(answer.text("main").unwrap().contains("Tersimpan sekarang: Penisilin"));
    assert_eq!(value(&open(&elsewhere).await, "allergies"), "Penisilin");
    // Whoever has seen both may save.
    let again = send(&elsewhere, "/profile", &typed(&answer, "/profile")).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
    assert_eq!(value(&open(&patient.browser).await, "allergies"), "Udang");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_eight_who_save_at_once_one_is_kept(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await.browser;
    let opened = open(&patient).await;
    let sent = (0..8).map(|number| {
        let fields = with(opened.clone(), &[("allergies", &format!("Alergi {number}"))]);
        let browser = patient.clone();
        async move { send(&browser, "/profile", &fields).await.status }
    });
    let statuses = futures::future::join_all(sent).await;
    let kept = statuses.iter().filter(|status| **status == StatusCode::SEE_OTHER).count();
    let told = statuses.iter().filter(|status| **status == StatusCode::CONFLICT).count();
    assert_eq!((kept, told), (1, 7), "{statuses:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_keeps_what_is_theirs_and_reads_what_is_the_admins(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::open(engine).await;
    let doctor = world.clinic.doctor("Andi").await;
    let page = doctor.browser.get("/profile").await;
    let kept = page.text("section[aria-labelledby=identity-title]").unwrap();
    for words in ["dr. Andi", "Dokter umum", "503/0456/SIP-DU", "WN00001234567890", "30 Juni 2031", "admin klinik"] {
        assert!(kept.contains(words), "{words}: {kept}");
    }
    let changes = [
        ("phone", "081234567890"),
        ("address", "Jl. Veteran No. 3"),
        ("biography", "Dokter keluarga."),
        ("time_zone", "Asia/Makassar"),
    ];
    let stale = open(&doctor.browser).await;
    let answer = send(&doctor.browser, "/profile", &with(stale.clone(), &changes)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let now = open(&doctor.browser).await;
    assert_eq!((value(&now, "phone"), value(&now, "biography")), ("+6281234567890", "Dokter keluarga."));
    let seen = world.other_patient.browser.get(&format!("/doctors/{}", doctor.id)).await.body;
    assert!(seen.contains("Dokter keluarga.") && !seen.contains("Veteran") && !seen.contains("6281234567890"));
    // A page from before does not overwrite it.
    let answer = send(&doctor.browser, "/profile", &with(stale, &[("biography", "Lain")])).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text("main").unwrap().contains("Tersimpan sekarang: Dokter keluarga."));
    for forged in ["specialty", "sip_number", "status", "doctor_id"] {
        let mut fields = open(&doctor.browser).await;
        fields.push((forged, "x".to_owned()));
        assert_eq!(
            send(&doctor.browser, "/profile", &fields).await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{forged}"
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn pharmacists_and_admins_have_profiles_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::open(engine).await;
    for browser in [&world.pharmacist, &world.admin] {
        let fields = with(open(browser).await, &[("phone", "08123456789"), ("address", "Jl. Baru No. 2")]);
        assert_eq!(send(browser, "/profile", &fields).await.status, StatusCode::SEE_OTHER);
        assert_eq!(value(&open(browser).await, "phone"), "+628123456789");
        let mut fields = open(browser).await;
        fields.push(("biography", "x".to_owned()));
        assert_eq!(send(browser, "/profile", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn who_looks_after_another_keeps_that_ones_profile(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let (mother, other) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    clinic.pass(std::time::Duration::from_secs(1)).await;
    let child = clinic.child_of(&mother, "Melati Kecil").await;
    let path = format!("/profile/patients/{child}");
    assert_eq!(mother.browser.get("/profile").await.count(&format!("a[href='{path}']")), 1);
    assert_eq!(other.browser.get(&path).await.status, StatusCode::NOT_FOUND);
    let page = mother.browser.get(&path).await;
    assert!(page.text("h1").unwrap().contains("Melati Kecil"));
    assert_eq!(page.count("[name=language], [name=time_zone]"), 0);
    let fields = with(typed(&page, &path), &[("weight", "3,05"), ("allergies", "Tidak ada")]);
    assert_eq!(send(&other.browser, &path, &fields).await.status, StatusCode::NOT_FOUND);
    let answer = send(&mother.browser, &path, &fields).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, path.as_str()));
    assert_eq!(value(&typed(&mother.browser.get(&path).await, &path), "weight"), "3,05");
    assert_eq!(value(&open(&mother.browser).await, "weight"), "");
    // A child's photo is the child's, not the account's.
    let photo = crate::support::picture(60, 60);
    assert_eq!(mother.browser.send_file(&format!("{path}/photo"), &photo, "a.png").await.status, StatusCode::SEE_OTHER);
    assert_eq!(mother.browser.get(&path).await.count("main img.photo"), 1);
    assert_eq!(mother.browser.get("/profile").await.count("img.photo"), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_who_treats_a_patient_corrects_what_is_known_and_the_patient_sees_by_whom(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::open(engine).await;
    let room = world.room().await;
    let patient = &room.patient.browser;
    let kept = send(patient, "/profile", &with(open(patient).await, &[("allergies", "Debu")])).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    let page_path = format!("/doctor/consultations/{}", room.id);
    let page = room.doctor.browser.get(&page_path).await;
    assert!(page.text("#health").unwrap().contains("Debu"), "{:?}", page.text("#health"));
    let path = format!("/doctor/patients/{}/health", room.patient.patient_id);
    let mut fields = typed(&page, &path);
    fields.push(("appointment_id", room.id.to_string()));
    let wrong = send(&room.doctor.browser, &path, &with(fields.clone(), &[("weight", "berat")])).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.count("#weight-error"), 1);
    let changes = [("allergies", "Penisilin"), ("weight", "70"), ("medicines_in_use", "Metformin")];
    let answer = send(&room.doctor.browser, &path, &with(fields.clone(), &changes)).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, page_path.as_str()), "{}", answer.body);
    let own = patient.get("/profile").await;
    assert_eq!(value(&typed(&own, "/profile"), "allergies"), "Penisilin");
    assert!(own.text("#health-changed").unwrap().contains("dr. Andi"), "{:?}", own.text("#health-changed"));
    // The page from before does not overwrite it: both texts are shown.
    let answer = send(&room.doctor.browser, &path, &with(fields.clone(), &[("allergies", "Udang")])).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(answer.text("#allergies").as_deref(), Some("Udang"));
    assert!(answer.text("#health").unwrap().contains("Tersimpan sekarang: Penisilin"));
    // Another doctor does not find the patient, nor this one by another's appointment.
    assert_eq!(send(&world.other_doctor.browser, &path, &fields).await.status, StatusCode::NOT_FOUND);
    let other = world.consultation(std::time::Duration::from_hours(3)).await;
    let elsewhere = with(fields, &[("appointment_id", &other.id.to_string())]);
    assert_eq!(send(&room.doctor.browser, &path, &elsewhere).await.status, StatusCode::NOT_FOUND);
    let changes = audit_row::Entity::find()
        .filter(audit_row::Column::Subject.eq("health"))
        .filter(audit_row::Column::Action.eq("edit"))
        .filter(audit_row::Column::PatientId.eq(room.patient.patient_id));
    assert_eq!(changes.all(world.clinic.app.db.read()).await.unwrap().len(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_consultation_that_was_called_off_shows_its_doctor_neither_health_data_nor_the_complaint(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::open(engine).await;
    let room = world.consultation(std::time::Duration::from_hours(1)).await;
    let path = format!("/doctor/consultations/{}", room.id);
    let day = format!("/doctor/consultations?day={}", world.clinic.appointment(room.id).await.clinic_day);
    let before = room.doctor.browser.get(&path).await;
    assert_eq!((before.count("#health"), before.body.contains(&room.complaint)), (1, true));
    assert!(room.doctor.browser.get(&day).await.body.contains(&room.complaint));
    room.patient.browser.post(&format!("/consultations/{}/cancel", room.id), &[]).await;
    let after = room.doctor.browser.get(&path).await;
    assert_eq!((after.status, after.count("#health")), (StatusCode::OK, 0));
    assert!(!after.body.contains(&room.complaint), "on its page");
    assert!(!room.doctor.browser.get(&day).await.body.contains(&room.complaint), "in the day's list");
    let own = room.patient.browser.get(&format!("/consultations/{}", room.id)).await;
    assert_eq!(own.status, StatusCode::OK, "the patient's own page stands");
    let fields = vec![("version", "0".to_owned()), ("appointment_id", room.id.to_string())];
    let health = format!("/doctor/patients/{}/health", room.patient.patient_id);
    assert_eq!(send(&room.doctor.browser, &health, &fields).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_profile_says_cannot_be_read_in_the_database() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let (patient, doctor) = (clinic.patient("Siti").await.browser, clinic.doctor("Andi").await.browser);
    assert_eq!(send(&patient, "/profile", &with(open(&patient).await, &CHANGES)).await.status, StatusCode::SEE_OTHER);
    let own = [("phone", "081298765432"), ("address", "Jl. Rahasia Dokter"), ("biography", "Kendali terbuka")];
    assert_eq!(send(&doctor, "/profile", &with(open(&doctor).await, &own)).await.status, StatusCode::SEE_OTHER);
    let all: Vec<Vec<u8>> = std::fs::read_dir(&clinic.app.config.data)
        .unwrap()
        .filter_map(|entry| std::fs::read(entry.unwrap().path()).ok())
        .collect();
    let holds = |text: &str| all.iter().any(|file| file.windows(text.len()).any(|bytes| bytes == text.as_bytes()));
    assert!(holds("Kendali terbuka"), "the control: what is not sealed is found");
    for text in ["Penisilin", "Metformin", "62.5", "Cendrawasih", "6281234567890", "6281298765432", "Rahasia Dokter"] {
        assert!(!holds(text), "{text}");
    }
}
