//! Looking after others: an account adds a child or a parent and books for them, each with their own number and day; who
//! adds somebody whose number is known learns nothing (P2, P8).

use std::{collections::BTreeMap, time::Duration};

use fail::FailScenario;
use reqwest::StatusCode;
use rstest::rstest;

use crate::support::{
    Answer, Engine, TestClinic,
    front_desk::{child, girls_nik, with},
};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_mother_adds_her_child_and_books_for_both_on_one_day(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (siti, andi) = (clinic.patient("Siti Rahmawati").await, clinic.doctor("Andi").await);
    let ayu = clinic.child_of(&siti, "Ayu Lestari").await;
    let page = siti.browser.get("/profile/patients").await;
    let lines = page.text("#in-care").unwrap();
    let place = |word: &str| lines.find(word).unwrap_or_else(|| panic!("{word} is not in: {lines}"));
    assert!(place("Siti Rahmawati") < place("Ayu Lestari"));
    assert!(lines.contains("12 Maret 2015"), "{lines}");

    // Whom it is for is chosen with the link, and stays so from day to day.
    let list = siti.browser.get(&format!("/doctors?patient_id={ayu}")).await;
    let schedule = list.attributes("#doctors li a", "href").remove(0);
    assert_eq!(schedule, format!("/doctors/{}?patient_id={ayu}", andi.id));
    let schedule = siti.browser.get(&schedule).await;
    let of_child = format!("/doctors/{}?patient_id={ayu}&day=", andi.id);
    let days = schedule.attributes("ul a[aria-current=date], ul a[data-turbo-frame]", "href");
    assert!(!days.is_empty() && days.iter().all(|day| day.starts_with(&of_child)), "{days:?}");
    let next_day = siti.browser.get(&days[1]).await;
    assert_eq!(next_day.attributes("input[name=patient_id][checked]", "value"), [ayu.to_string()]);

    let doctor = andi.id.to_string();
    for (hours, patient) in [(1, ayu), (2, siti.patient_id)] {
        let starts_at = (clinic.app.now() + Duration::from_hours(hours)).rfc3339();
        let patient = patient.to_string();
        let form = [("doctor_id", doctor.as_str()), ("starts_at", &starts_at), ("patient_id", &patient)];
        let booked = siti.browser.post("/consultations", &form).await;
        assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.body);
    }
    let mine = siti.browser.get("/consultations").await.text("main").unwrap();
    assert!(mine.contains("Untuk Ayu Lestari") && mine.contains("Untuk Siti Rahmawati"), "{mine}");
    assert!(andi.browser.get("/doctor/consultations").await.body.contains("Ayu Lestari"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn care_ends_and_the_record_stays(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let siti = clinic.patient("Siti").await;
    let ayu = clinic.child_of(&siti, "Ayu").await;
    let own = siti.browser.post(&format!("/profile/patients/{}/remove", siti.patient_id), &[]).await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    let removed = siti.browser.post(&format!("/profile/patients/{ayu}/remove"), &[]).await;
    assert_eq!(removed.location(), "/profile/patients");
    assert_eq!(siti.browser.in_care().await, [siti.patient_id]);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM patients").await, 2);
    let doctor = clinic.doctor("Andi").await.id.to_string();
    let starts_at = (clinic.app.now() + Duration::from_hours(1)).rfc3339();
    let form = [("doctor_id", doctor.as_str()), ("starts_at", &starts_at), ("patient_id", &ayu.to_string())];
    assert_eq!(siti.browser.post("/consultations", &form).await.status, StatusCode::NOT_FOUND);
}

/// All of an answer that a script could compare, without what is drawn anew for every form.
fn comparable(answer: &Answer) -> (StatusCode, BTreeMap<String, String>, String) {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "date");
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    let once =
        regex::Regex::new(r#"(name="(?:csrf_token|csrf-token|draft-key|idempotency_key)" (?:value|content)=")[^"]*"#)
            .unwrap();
    let ids = regex::Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap();
    let body = once.replace_all(&answer.body, "$1").into_owned();
    (answer.status, headers, ids.replace_all(&body, "ID").into_owned())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn who_adds_a_known_number_learns_nothing_and_its_people_are_told(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let owner = clinic.patient("Dewi").await;
    let (known, unknown) = (girls_nik(), girls_nik());
    let added = owner.browser.send_form("/profile/patients/new", &child("Ayu Asli", &known)).await;
    assert!(added.status.is_redirection(), "{}", added.body);
    let [_, original] = owner.browser.in_care().await[..] else { panic!("the owner's child is not there") };

    let mut seen = Vec::new();
    for nik in [&known, &unknown] {
        clinic.pass(Duration::from_secs(1)).await;
        let stranger = clinic.patient("Orang Lain").await;
        let form = child("Ayu", nik);
        let first = stranger.browser.send_form("/profile/patients/new", &form).await;
        let list = stranger.browser.get("/profile/patients").await;
        let again = stranger.browser.send_form("/profile/patients/new", &form).await;
        assert_eq!((first.status, again.status), (StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY));
        let [_, theirs] = stranger.browser.in_care().await[..] else { panic!("the stranger's child is not there") };
        assert_ne!(theirs, original, "the stranger got the other's record");
        let doctors = stranger.browser.get(&format!("/doctors?patient_id={theirs}")).await;
        let mine = stranger.browser.get("/notifications").await;
        seen.push([first, list, doctors, mine].map(|answer| comparable(&answer)));
    }
    let [of_known, of_unknown] = &seen[..] else { unreachable!() };
    for (known, unknown) in of_known.iter().zip(of_unknown) {
        assert_eq!(known.0, unknown.0);
        assert_eq!(known.1, unknown.1);
        assert_eq!(known.2, unknown.2);
    }
    // Its own page changed by one line; the control of the comparison.
    assert_ne!(of_known[0].2, of_known[1].2);

    clinic.settle().await;
    assert_eq!(owner.browser.get("/notifications").await.count("main ol li"), 1);
    let letters = clinic.app.mail.letters();
    assert_eq!(letters.iter().filter(|letter| letter.to.reveal() == owner.email).count(), 1);
    assert_eq!(letters.len(), 1);

    // The desk sees both and settles it.
    let admin = clinic.admin().await.browser;
    let both = admin.post("/admin/patients", &[("q", &known)]).await.attributes("#patients [data-name]", "title");
    assert_eq!(both, ["Ayu", "Ayu Asli"]);
    let contested = admin.get("/admin/patients?contested=1").await.attributes("#patients a", "href");
    assert_eq!(contested.len(), 1);
    let right = girls_nik();
    let correct = [("change", "correct"), ("nik", right.as_str()), ("reason", "Lihat KK")];
    assert!(admin.post(&format!("{}/nik", contested[0]), &correct).await.status.is_redirection());
    assert_eq!(admin.get("/admin/patients?contested=1").await.count("#patients a"), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn newborns_are_known_by_their_mother_and_twins_by_their_order(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let siti = clinic.patient("Siti").await;
    let mut newborn = child("Bayi Siti", "");
    newborn.retain(|(name, _)| !matches!(*name, "nik" | "birth_date"));
    for (name, value) in [("newborn", "yes"), ("mother_nik", "7371095203910001"), ("birth_date", "18-11-2026")] {
        newborn.push((name, value.to_owned()));
    }
    let send = async |fields: &[(&'static str, String)]| siti.browser.send_form("/profile/patients/new", fields).await;
    assert!(send(&newborn).await.status.is_redirection());
    let again = send(&newborn).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text("#mother_nik-error").is_some());
    let twin = with(&newborn, "birth_order", "2");
    assert!(send(&with(&twin, "name", "Bayi Siti Dua")).await.status.is_redirection());
    assert_eq!(send(&with(&newborn, "birth_order", "0")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let too_old = send(&with(&newborn, "birth_date", "18-11-2024")).await;
    assert!(too_old.text("#birth_date-error").is_some());

    // The NIK is added at the desk; the other form of the number stays with the twin.
    let admin = clinic.admin().await.browser;
    let first = siti.browser.in_care().await[1];
    let nik = girls_nik();
    let slip = [("change", "correct"), ("nik", nik.as_str()), ("reason", "Akta kelahiran")];
    let warned = admin.post(&format!("/admin/patients/{first}/nik"), &slip).await;
    assert_eq!(warned.status, StatusCode::UNPROCESSABLE_ENTITY, "it says another day of birth");
    let add = [slip.as_slice(), &[("nik_confirmed", "yes")]].concat();
    assert!(admin.post(&format!("/admin/patients/{first}/nik"), &add).await.status.is_redirection());
    assert_eq!(admin.get(&format!("/admin/patients/{first}")).await.text("#shown-nik"), Some(nik));
    assert_eq!(clinic.count("SELECT COUNT(*) FROM patients WHERE nik_claim IS NOT NULL").await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn who_signs_up_with_a_known_number_or_address_learns_nothing_and_its_people_are_told(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let owner = clinic.patient("Dewi").await;
    let nik = girls_nik();
    owner.browser.send_form("/profile/patients/new", &child("Ayu", &nik)).await;
    let form = |nik: &str, email: &str| {
        let fields = with(&child("Ayu", nik), "email", email);
        let mut fields = with(&fields, "password", "kucing di atas atap");
        fields.retain(|(name, _)| *name != "relationship");
        fields
    };
    let mut answers = Vec::new();
    for (nik, email) in [
        (nik.as_str(), "baru1@contoh.test"),
        (&girls_nik(), owner.email.as_str()),
        (&nik, owner.email.as_str()),
        (&girls_nik(), "baru2@contoh.test"),
    ] {
        let answer = clinic.browser().send_form("/register", &form(nik, email)).await;
        assert_eq!(answer.location(), "/login?registered", "{}", answer.body);
        answers.push(comparable(&answer));
        clinic.settle().await;
    }
    assert!(answers.iter().all(|answer| *answer == answers[3]));
    let letters = clinic.app.mail.letters();
    let to = |address: &str| letters.iter().filter(|letter| letter.to.reveal() == address).count();
    // Of the number and of the address, which were tried twice each. Who is new is asked to confirm their address.
    assert_eq!((to(&owner.email), to("baru1@contoh.test"), to("baru2@contoh.test"), letters.len()), (2, 1, 1, 4));
    assert_eq!(letters.iter().filter(|letter| letter.body.reveal().contains("/password/forgot")).count(), 1);
    assert_eq!(owner.browser.get("/notifications").await.count("main ol li"), 1);

    // Nor does the login afterwards tell, or any page behind it.
    let mut seen = Vec::new();
    let secrets = regex::Regex::new("baru[12]@contoh|74[0-9]{4}5203150001").unwrap();
    for email in ["baru1@contoh.test", "baru2@contoh.test"] {
        let browser = clinic.browser();
        let mut answers = vec![browser.log_in(email, "kucing di atas atap").await];
        answers[0].headers.remove("set-cookie");
        for path in
            ["/dashboard", "/profile", "/profile/patients", "/doctors", "/notifications", "/settings/access-log"]
        {
            answers.push(browser.get(path).await);
        }
        let shown = answers.iter().map(|answer| {
            assert!(answer.status.is_success() || answer.status.is_redirection(), "{}", answer.body);
            let (status, mut headers, body) = comparable(answer);
            headers.remove("content-length");
            (status, headers, secrets.replace_all(&body, "").into_owned())
        });
        seen.push(shown.collect::<Vec<_>>());
    }
    for (known, unknown) in seen[0].iter().zip(&seen[1]) {
        assert_eq!(known, unknown);
    }
    let contested = clinic.admin().await.browser.get("/admin/patients?contested=1").await;
    assert_eq!(contested.count("#patients a"), 1, "the desk sees what they do not");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn however_often_a_number_or_address_is_tried_its_people_have_a_letter_an_hour(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let owner = clinic.patient("Dewi").await;
    let nik = girls_nik();
    owner.browser.send_form("/profile/patients/new", &child("Ayu", &nik)).await;
    let letters = async || {
        clinic.settle().await;
        let letters = clinic.app.mail.letters();
        let (mut of_address, mut of_number) = (0, 0);
        for letter in letters.iter().filter(|letter| letter.to.reveal() == owner.email) {
            let of = if letter.body.reveal().contains("/password/forgot") { &mut of_address } else { &mut of_number };
            *of += 1;
        }
        (of_address, of_number)
    };
    let mut number = 0;
    let mut try_all = async || {
        let (known_nik, known_email) = (&nik, &owner.email);
        number += 1;
        let fresh_email = format!("coba{number}@contoh.test");
        for (nik, email) in [(known_nik, &fresh_email), (&girls_nik(), known_email), (known_nik, known_email)] {
            let fields = with(&child("Ayu", nik), "email", email);
            let mut fields = with(&fields, "password", "kucing di atas atap");
            fields.retain(|(name, _)| *name != "relationship");
            let answer = clinic.browser().send_form("/register", &fields).await;
            assert_eq!(answer.location(), "/login?registered", "{}", answer.body);
        }
        let stranger = clinic.patient("Orang Lain").await.browser;
        assert!(stranger.send_form("/profile/patients/new", &child("Ayu", known_nik)).await.status.is_redirection());
        clinic.settle().await;
    };
    for _ in 0..3 {
        try_all().await;
    }
    assert_eq!(letters().await, (1, 1));
    // What came after the first letters is told an hour after them, once; then there is nothing more to tell.
    clinic.pass(Duration::from_hours(1)).await;
    assert_eq!(letters().await, (2, 2));
    clinic.pass(Duration::from_hours(2)).await;
    assert_eq!(letters().await, (2, 2));
    try_all().await;
    assert_eq!(letters().await, (3, 3), "the control: after a quiet time one is told at once");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_several_who_give_one_new_number_at_once_each_is_answered_alike(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (of_child, of_self) = (girls_nik(), girls_nik());
    let scenario = FailScenario::setup();
    fail::cfg("claim-before-insert", "sleep(20)").unwrap();
    let mut adding = Vec::new();
    for number in 0..4 {
        let (guardian, stranger) = (clinic.patient("Siti").await, clinic.browser());
        let sign_up = with(&child("Ayu", &of_self), "email", &format!("sekaligus{number}@contoh.test"));
        let mut sign_up = with(&sign_up, "password", "kucing di atas atap");
        sign_up.retain(|(name, _)| *name != "relationship");
        let of_child = child("Budi", &of_child);
        adding.push(async move {
            let added = guardian.browser.send_form("/profile/patients/new", &of_child).await;
            let signed_up = stranger.send_form("/register", &sign_up).await;
            stranger.log_in(&format!("sekaligus{number}@contoh.test"), "kucing di atas atap").await;
            (added.status, guardian.browser.in_care().await.len(), signed_up.status, stranger.in_care().await.len())
        });
    }
    let answers = futures::future::join_all(adding).await;
    scenario.teardown();
    for answer in answers {
        assert_eq!(answer, (StatusCode::SEE_OTHER, 2, StatusCode::SEE_OTHER, 1));
    }
    // Each number has one holder; the others wait for the desk.
    assert_eq!(clinic.count("SELECT COUNT(*) FROM patients WHERE nik_claim IS NOT NULL").await, 6);
}
