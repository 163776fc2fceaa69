//! A doctor writes, issues, changes and calls off a prescription; its patient reads it, and nobody else (R1, R2, R7).

use std::{collections::BTreeSet, time::Duration};

use futures::future::join_all;
use praktik::clinic::{
    appointments, doctors::entity::doctor, pharmacy::entity::MedicineClass, prescriptions::entity::prescription,
    profile::Profile,
};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, ConnectionTrait as _, DbErr, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::support::{Answer, Engine, TestClinic, TestDoctor, TestPatient};

/// A consultation of Siti with dr. Andi, and a shelf of medicines.
pub(crate) struct Visit {
    pub(crate) clinic: TestClinic,
    pub(crate) doctor: TestDoctor,
    pub(crate) patient: TestPatient,
    pub(crate) appointment: Uuid,
    pub(crate) amoxicillin: String,
    pub(crate) morphine: String,
}

impl Visit {
    pub(crate) async fn open(engine: Engine) -> Self {
        let clinic = TestClinic::open(engine).await;
        let (doctor, patient) = (clinic.doctor("Andi").await, clinic.patient("Siti Rahmawati").await);
        let appointment = consultation(&clinic, &doctor, &patient, 60).await;
        let amoxicillin = clinic.medicine("Amoksisilin", MedicineClass::Keras).await.to_string();
        let morphine = clinic.medicine("Morfin", MedicineClass::Narkotika).await.to_string();
        Self { clinic, doctor, patient, appointment, amoxicillin, morphine }
    }

    pub(crate) fn path(&self) -> String {
        format!("/doctor/appointments/{}/prescription", self.appointment)
    }

    /// The workspace.
    pub(crate) fn home(&self) -> String {
        format!("/doctor/consultations/{}", self.appointment)
    }

    /// The diagnosis in the draft.
    pub(crate) async fn drafted(&self) -> String {
        value_of(&self.doctor.browser.get(&format!("{}/create", self.path())).await, "diagnosis")
    }

    pub(crate) fn draft_path(&self) -> String {
        format!("{}/draft", self.path())
    }

    pub(crate) fn fields(&self) -> Vec<(&str, &str)> {
        vec![
            ("diagnosis", "Faringitis akut"),
            ("notes", "Banyak minum air hangat"),
            ("items[0][product_id]", &self.amoxicillin),
            ("items[0][dosage]", "3x sehari"),
            ("items[0][quantity]", "15"),
            ("items[0][duration_days]", "5"),
            ("items[0][instructions]", "sesudah makan"),
            ("items[1][product_id]", ""),
            ("items[1][dosage]", ""),
        ]
    }

    pub(crate) fn fields_with<'a>(&'a self, name: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut fields = self.fields();
        match fields.iter_mut().find(|(field, _)| *field == name) {
            Some(field) => field.1 = value,
            None => panic!("no field {name}"),
        }
        fields
    }

    pub(crate) async fn issue(&self) -> Answer {
        let answer = self.doctor.browser.post(&self.path(), &self.fields()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer
    }

    /// Every version of every prescription, oldest first.
    pub(crate) async fn rows(&self) -> Vec<prescription::Model> {
        let mut rows = prescription::Entity::find().all(self.clinic.app.db.read()).await.unwrap();
        rows.sort_by_key(|row| (row.created_at, row.version));
        rows
    }

    pub(crate) async fn only(&self) -> Uuid {
        let rows = self.rows().await;
        assert_eq!(rows.len(), 1);
        rows[0].id
    }
}

async fn consultation(clinic: &TestClinic, doctor: &TestDoctor, patient: &TestPatient, minutes: u64) -> Uuid {
    clinic.book(patient, doctor, clinic.app.now() + Duration::from_mins(minutes), None).await.unwrap()
}

pub(crate) fn error_of(answer: &Answer, field: &str) -> Option<String> {
    answer.text(&format!("[id=\"{field}-error\"]"))
}

pub(crate) fn value_of(answer: &Answer, field: &str) -> String {
    let chosen = answer.attributes(&format!("[name=\"{field}\"] option[selected]"), "value");
    let typed = answer.attributes(&format!("input[name=\"{field}\"]"), "value");
    let written = answer.text(&format!("textarea[name=\"{field}\"]"));
    chosen.into_iter().chain(typed).next().or(written).unwrap_or_default()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_patient_is_told_and_finds_the_new_prescription_first(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    let siti = &visit.patient.browser;
    assert_eq!(siti.get("/prescriptions").await.count("main ul li"), 0);

    let answer = visit.issue().await;
    assert_eq!(answer.location(), format!("/doctor/consultations/{}", visit.appointment));
    let list = siti.get("/prescriptions").await;
    assert_eq!(list.text("#unread-count").as_deref(), Some("1"));
    assert_eq!(list.text("main h2").as_deref(), Some("November 2026"));
    let line = list.text("main ul li").unwrap();
    for word in ["Amoksisilin 500 mg", "Jumat, 20 November 2026", "dr. Andi", "RSP-20261120-0001", "Aktif"] {
        assert!(line.contains(word), "{word} is missing in {line}");
    }

    visit.clinic.pass(Duration::from_mins(1)).await;
    let syrup = visit.clinic.medicine("Ambroksol", MedicineClass::Keras).await.to_string();
    let second = visit.doctor.browser.post(&visit.path(), &visit.fields_with("items[0][product_id]", &syrup)).await;
    assert_eq!(second.status, StatusCode::SEE_OTHER, "{}", second.body);
    let list = siti.get("/prescriptions").await;
    assert!(list.text("main ul li").unwrap().contains("Ambroksol 500 mg"), "the newest is not first");

    let href = list.attributes("main ul li:last-child a", "href").remove(0);
    let page = siti.get(&href).await;
    let sheet = page.text("article").unwrap();
    for word in ["R/", "Amoksisilin tablet 500 mg", "No. XV", "3x sehari, selama 5 hari", "sesudah makan"] {
        assert!(sheet.contains(word), "{word} is missing in {sheet}");
    }
    for word in ["dr. Andi", "SIP 503/0456/SIP-DU/DPMPTSP/2026", "20 November 2026", "ProSiti Rahmawati"] {
        assert!(sheet.contains(word), "{word} is missing in {sheet}");
    }
    for word in ["Makassar, 12 Maret 1991", "Perempuan", "Jl. Sultan Alauddin No. 77"] {
        assert!(sheet.contains(word), "{word} is missing in {sheet}");
    }
    let beside = page.text("main").unwrap();
    assert!(beside.contains("Faringitis akut") && beside.contains("Banyak minum air hangat"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_reaches_a_prescription(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let visit = Visit::open(engine).await;
    visit.issue().await;
    let id = visit.only().await;
    let (page, edit) = (format!("/prescriptions/{id}"), format!("/doctor/prescriptions/{id}/edit"));
    let (change, cancel) = (format!("/doctor/prescriptions/{id}"), format!("/doctor/prescriptions/{id}/cancel"));
    let create = format!("{}/create", visit.path());

    // The two whose prescription it is are let in.
    assert!(visit.patient.browser.get(&page).await.body.contains("Faringitis akut"));
    for path in [&page, &edit, &create] {
        assert_eq!(visit.doctor.browser.get(path).await.status, StatusCode::OK, "{path}");
    }

    let other_patient = visit.clinic.patient("Budi Santoso").await.browser;
    let other_doctor = visit.clinic.doctor("Ratna").await.browser;
    let admin = visit.clinic.admin().await.browser;
    let strangers = [
        (&other_patient, [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN]),
        (&other_doctor, [StatusCode::NOT_FOUND, StatusCode::NOT_FOUND]),
        (&admin, [StatusCode::FORBIDDEN, StatusCode::FORBIDDEN]),
    ];
    for (stranger, [reading, writing]) in strangers {
        assert_eq!(stranger.get(&page).await.status, reading);
        for path in [&edit, &create] {
            assert_eq!(stranger.get(path).await.status, writing, "{path}");
        }
        for path in [&visit.path(), &change] {
            assert_eq!(stranger.post(path, &visit.fields()).await.status, writing, "{path}");
        }
        assert_eq!(stranger.post(&cancel, &[]).await.status, writing, "{cancel}");
    }
    let patient = &visit.patient.browser;
    for path in [&visit.path(), &change, &cancel] {
        assert_eq!(patient.post(path, &visit.fields()).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let nobody = visit.clinic.browser();
    assert_eq!(nobody.get(&page).await.status, StatusCode::SEE_OTHER);
    assert_eq!(nobody.post(&cancel, &[]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(other_patient.get("/prescriptions").await.count("main ul li"), 0);
    assert_eq!(other_doctor.get("/doctor/prescriptions").await.count("main ul li"), 0);
    assert_eq!(visit.doctor.browser.get("/doctor/prescriptions").await.count("main ul li"), 1);
    assert_eq!(visit.rows().await.len(), 1, "a stranger changed something");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_seen_by_its_doctor_alone_and_issued_as_it_stands(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    let andi = &visit.doctor.browser;
    let fields = visit.fields_with("items[0][quantity]", "");
    for _ in 0..2 {
        assert_eq!(andi.post(&visit.draft_path(), &fields).await.status, StatusCode::SEE_OTHER);
    }
    let id = visit.only().await;
    assert!(visit.rows().await[0].sheet.is_none(), "a draft is not frozen");
    let siti = &visit.patient.browser;
    assert_eq!(siti.get(&format!("/prescriptions/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(siti.get("/prescriptions").await.count("main ul li"), 0);
    assert_eq!(siti.get("/prescriptions").await.text("#unread-count").as_deref(), Some("0"));

    for path in [format!("{}/create", visit.path()), format!("/doctor/prescriptions/{id}/edit")] {
        let form = andi.get(&path).await;
        assert_eq!(value_of(&form, "diagnosis"), "Faringitis akut");
        assert_eq!(value_of(&form, "items[0][product_id]"), visit.amoxicillin);
        assert_eq!(value_of(&form, "items[0][dosage]"), "3x sehari");
        assert_eq!(value_of(&form, "items[0][quantity]"), "");
    }

    visit.issue().await;
    let rows = visit.rows().await;
    assert_eq!((rows.len(), rows[0].id), (1, id), "the draft itself becomes the prescription");
    assert_eq!(siti.get(&format!("/prescriptions/{id}")).await.status, StatusCode::OK);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_change_issues_a_second_version_and_the_first_reads_replaced(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    visit.issue().await;
    let old = visit.only().await;
    let andi = &visit.doctor.browser;
    let form = andi.get(&format!("/doctor/prescriptions/{old}/edit")).await;
    assert_eq!(value_of(&form, "items[0][instructions]"), "sesudah makan");
    let (token, path) = (andi.csrf().await, format!("/doctor/prescriptions/{old}"));
    let mut fields = visit.fields_with("items[0][dosage]", "2x sehari");
    fields.extend([("csrf_token", token.as_str()), ("_method", "PUT")]);
    let answer = andi.send(andi.request(Method::POST, &path).form(&fields)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);

    let rows = visit.rows().await;
    assert_eq!(rows.len(), 2);
    let newer = &rows[1];
    assert_eq!((newer.version, newer.replaces_id), (2, Some(old)));
    assert_eq!(newer.number, rows[0].number);
    let siti = &visit.patient.browser;
    let first = siti.get(&format!("/prescriptions/{old}")).await;
    assert!(first.text("main").unwrap().contains("Digantikan"));
    assert!(first.body.contains("3x sehari") && first.body.contains(&format!("/prescriptions/{}", newer.id)));
    assert_eq!(first.text("article .paper-void").as_deref(), Some("DIGANTIKAN"), "it lies across the paper");
    let second = siti.get(&format!("/prescriptions/{}", newer.id)).await;
    assert!(second.body.contains("2x sehari") && second.text("main").unwrap().contains("Aktif"));
    assert_eq!(second.count(".paper-void"), 0, "the one that holds is clean");
    let told = siti.get("/notifications").await;
    assert!(told.text("main").unwrap().contains("menggantikan resep sebelumnya"), "{}", told.body);

    // The version that is gone is changed and called off no more; the one that holds is.
    assert_eq!(andi.request(Method::PUT, &path).form(&fields).send().await.unwrap().status(), StatusCode::CONFLICT);
    assert_eq!(andi.post(&format!("{path}/cancel"), &[]).await.status, StatusCode::CONFLICT);
    let cancel = format!("/doctor/prescriptions/{}/cancel", newer.id);
    assert_eq!(andi.post(&cancel, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(siti.get("/prescriptions").await.text("main ul li").unwrap().contains("Dibatalkan"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_issued_version_reads_as_issued_whatever_is_renamed_afterwards(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    visit.issue().await;
    let old = visit.only().await;
    rename_everything(&visit).await;
    let andi = &visit.doctor.browser;
    let (token, path) = (andi.csrf().await, format!("/doctor/prescriptions/{old}"));
    let mut fields = visit.fields();
    fields.extend([("csrf_token", token.as_str()), ("_method", "PUT")]);
    let changed = andi.send(andi.request(Method::POST, &path).form(&fields)).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
    let newer = visit.rows().await.into_iter().find(|row| row.replaces_id == Some(old)).unwrap().id;
    visit.clinic.pass(Duration::from_mins(1)).await;
    visit.issue().await;
    let latest = visit.rows().await.pop().unwrap().id;

    let before = ["Amoksisilin tablet 500 mg", "dr. Andi", "SIP 503/0456/SIP-DU/DPMPTSP/2026", "Dokter umum"];
    let after = ["Amoksan kaplet 250 mg", "dr. Anwar", "SIP 503/0999/SIP-DU/DPMPTSP/2027", "Penyakit dalam"];
    let clinic = "Klinik Baru";
    for browser in [&visit.patient.browser, andi] {
        let sheet = browser.get(&format!("/prescriptions/{old}")).await.text("article").unwrap();
        assert!(before.iter().all(|word| sheet.contains(word)), "{sheet}");
        assert!(!after.iter().any(|word| sheet.contains(word)) && !sheet.contains(clinic), "{sheet}");
        // What is issued afterwards, as a new version or on its own, reads the new words.
        for id in [newer, latest] {
            let sheet = browser.get(&format!("/prescriptions/{id}")).await.text("article").unwrap();
            assert!(after.iter().all(|word| sheet.contains(word)) && sheet.contains(clinic), "{sheet}");
            assert!(!before.iter().any(|word| sheet.contains(word)), "{sheet}");
        }
    }

    let list = visit.patient.browser.get("/prescriptions").await;
    let line = |id: Uuid| list.text(&format!("main li:has(a[href=\"/prescriptions/{id}\"])")).unwrap();
    assert!(line(old).contains("Amoksisilin 500 mg") && line(old).contains("dr. Andi"), "{}", line(old));
    for id in [newer, latest] {
        assert!(line(id).contains("Amoksan 250 mg") && line(id).contains("dr. Anwar"), "{}", line(id));
    }
}

/// The admin gives the product, the doctor and the doctor's SIP other words; the clinic gets another name.
async fn rename_everything(visit: &Visit) {
    let admin = visit.clinic.admin().await.browser;
    let product = [
        ("name", "Amoksan"),
        ("form", "kaplet"),
        ("strength", "250 mg"),
        ("medicine_class", "keras"),
        ("category", "medicine"),
        ("kfa_code", ""),
    ];
    let doctor = [
        ("name", "dr. Anwar"),
        ("specialty", "Penyakit dalam"),
        ("str_number", "WN00001234567890"),
        ("sip_number", "503/0999/SIP-DU/DPMPTSP/2027"),
        ("sip_valid_until", "2030-01-08"),
        ("biography", ""),
    ];
    let paths = [format!("/admin/products/{}", visit.amoxicillin), format!("/admin/doctors/{}", visit.doctor.id)];
    for (path, fields) in paths.iter().zip([product, doctor]) {
        let answer = admin.post(path, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
    }
    let (app, now) = (&visit.clinic.app, visit.clinic.app.now());
    let profile = Profile { name: "Klinik Baru".to_owned(), ..Profile::clone(&app.clinic()) };
    app.db.write(move |tx| async move { profile.save(&tx, now).await }).await.unwrap();
    app.refresh_clinic().await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn numbers_run_by_day_and_are_given_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let visit = Visit::open(engine).await;
    let (path, token) = (visit.path(), visit.doctor.browser.csrf().await);
    let mut fields = visit.fields();
    fields.push(("csrf_token", &token));
    // Twenty at once, with time between counting and keeping.
    fail::cfg("issue-after-number", "sleep(3)").unwrap();
    let requests = (0..20).map(|_| visit.doctor.browser.request(Method::POST, &path).form(&fields).send());
    let answers = join_all(requests).await;
    fail::remove("issue-after-number");
    assert!(answers.into_iter().all(|answer| answer.unwrap().status() == StatusCode::SEE_OTHER));
    let numbers: BTreeSet<_> = visit.rows().await.into_iter().filter_map(|row| row.number).collect();
    let expected: BTreeSet<_> = (1..=20).map(|count| format!("RSP-20261120-{count:04}")).collect();
    assert_eq!(numbers, expected);

    // At midnight in the clinic's zone, 15 hours after nine, they begin anew.
    visit.clinic.pass(Duration::from_hours(15)).await;
    let friend = visit.clinic.patient("Budi Santoso").await;
    let next_day = consultation(&visit.clinic, &visit.doctor, &friend, 60).await;
    let path = format!("/doctor/appointments/{next_day}/prescription");
    let doctor = visit.clinic.signed_in(visit.doctor.user).await;
    assert_eq!(doctor.post(&path, &visit.fields()).await.status, StatusCode::SEE_OTHER);
    let newest = visit.rows().await.into_iter().find(|row| row.appointment_id == next_day).unwrap();
    assert_eq!(newest.number.as_deref(), Some("RSP-20261121-0001"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_whose_licence_has_ended_issues_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let visit = Visit::open(engine).await;
    let id = visit.doctor.id;
    let set = |day: &'static str| {
        visit.clinic.app.db.write(move |tx| async move {
            let change = doctor::ActiveModel { sip_valid_until: Set(day.to_owned()), ..Default::default() };
            doctor::Entity::update_many().set(change).filter(doctor::Column::Id.eq(id)).exec(&tx).await?;
            Ok::<_, DbErr>(())
        })
    };
    set("2026-11-19").await.unwrap();
    let andi = &visit.doctor.browser;
    let form = andi.get(&format!("{}/create", visit.path())).await;
    assert_eq!(form.count("button[data-issue][disabled]"), 1);
    let refused = andi.post(&visit.path(), &visit.fields()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text("[role=alert]").unwrap().contains("19 November 2026"));
    assert_eq!(value_of(&refused, "items[0][dosage]"), "3x sehari");
    assert!(visit.rows().await.is_empty());

    // On its last day it still holds.
    set("2026-11-20").await.unwrap();
    visit.issue().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn only_an_appointment_that_stands_has_prescriptions(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let visit = Visit::open(engine).await;
    let appointment = appointments::find(visit.clinic.app.db.read(), visit.appointment).await.unwrap().unwrap();
    assert!(appointments::cancel(&visit.clinic.app, &appointment, visit.patient.user).await.unwrap());
    let answer = visit.doctor.browser.post(&visit.path(), &visit.fields()).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(visit.doctor.browser.get(&format!("{}/create", visit.path())).await.status, StatusCode::CONFLICT);
    assert!(visit.rows().await.is_empty());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_prescription_says_cannot_be_read_in_the_database(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    visit.issue().await;
    visit.doctor.browser.post(&visit.draft_path(), &visit.fields()).await;
    let kept = everything_kept(&visit.clinic).await;
    let found = |text: &str| kept.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(found("Amoksisilin"), "the search finds what is not sealed");
    for text in ["Faringitis akut", "Banyak minum", "3x sehari", "sesudah makan", "Siti Rahmawati"] {
        assert!(!found(text), "{text} is readable");
    }
    // Nor what the sheet was frozen with.
    assert!(visit.rows().await.iter().any(|row| row.sheet.is_some()));
    for text in ["Makassar", "1991-03-12", "Jl. Sultan Alauddin", "\"letterhead\"", "\"sip_number\":"] {
        assert!(!found(text), "{text} is readable");
    }
}

/// All bytes of the database: its files, or every row of its tables as text.
async fn everything_kept(clinic: &TestClinic) -> Vec<u8> {
    if clinic.engine == Engine::Sqlite {
        let files = std::fs::read_dir(clinic.folder.path().join("data")).unwrap();
        let files = files.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        return files.flat_map(|path| std::fs::read(path).unwrap()).collect();
    }
    let mut kept = Vec::new();
    for table in ["products", "prescriptions", "prescription_items", "notifications", "audit_log", "form_acts"] {
        let all = format!("SELECT encode(convert_to(t::text, 'UTF8'), 'escape') FROM {table} t");
        let blobs = format!("SELECT encode(convert_to(t::text, 'UTF8'), 'escape') FROM (SELECT * FROM {table}) t");
        for query in [all, blobs] {
            let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, query);
            let Ok(rows) = clinic.app.db.read().query_all_raw(statement).await else { continue };
            for row in rows {
                kept.extend(row.try_get_by_index::<String>(0).unwrap().into_bytes());
            }
        }
    }
    kept
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_doctors_reading_is_written_down_and_the_patients_own_is_not(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    visit.issue().await;
    let path = format!("/prescriptions/{}", visit.only().await);
    let views = || async {
        use praktik::clinic::audit::entity::audit_row;
        let rows = audit_row::Entity::find().all(visit.clinic.app.db.read()).await.unwrap();
        let views = rows.into_iter().filter(|row| row.action == "view" && row.subject == "prescription");
        views.map(|row| (row.actor_id, row.patient_id)).collect::<Vec<_>>()
    };
    visit.patient.browser.get(&path).await;
    assert!(views().await.is_empty());
    visit.doctor.browser.get(&path).await;
    assert_eq!(views().await, [(visit.doctor.user, Some(visit.patient.patient_id))]);
}
