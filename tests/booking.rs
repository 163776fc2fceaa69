//! Slots and bookings: what can be taken, by whom, and who wins (C1 to C5).

use std::{collections::HashMap, time::Duration};

use fail::FailScenario;
use futures::future::join_all;
use praktik::{
    clinic::{
        appointments::{self, NotBooked, Status},
        doctors::{self, Hours, HoursRange},
    },
    infra::clock::Instant,
};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use uuid::Uuid;

use crate::support::{Answer, Engine, TestClinic, TestDoctor, TestPatient};

const COMPLAINT: &str = "Pusing sejak kemarin pagi";

/// A moment of the clinic's wall clock on the test's Friday.
fn friday(clock: &str) -> String {
    on("2026-11-20", clock)
}

fn on(day: &str, clock: &str) -> String {
    Instant::parse(&format!("{day}T{clock}:00+07:00")).unwrap().rfc3339()
}

impl TestPatient {
    async fn book(&self, doctor: &TestDoctor, starts_at: &str) -> Answer {
        self.book_with(doctor, starts_at, &[]).await
    }

    async fn book_with(&self, doctor: &TestDoctor, starts_at: &str, more: &[(&str, &str)]) -> Answer {
        let id = doctor.id.to_string();
        let mut fields = vec![("doctor_id", id.as_str()), ("starts_at", starts_at)];
        fields.extend_from_slice(more);
        self.browser.post("/consultations", &fields).await
    }
}

impl TestClinic {
    /// Everybody books at the same moment, each with a token of their own in hand already.
    async fn at_once(&self, bookings: &[(&TestPatient, &TestDoctor, String)]) -> Vec<Answer> {
        let mut requests = Vec::new();
        for (patient, doctor, starts_at) in bookings {
            let fields = [
                ("csrf_token", patient.browser.csrf().await),
                ("doctor_id", doctor.id.to_string()),
                ("starts_at", starts_at.clone()),
                ("complaint", COMPLAINT.to_owned()),
            ];
            requests.push((patient, patient.browser.request(Method::POST, "/consultations").form(&fields)));
        }
        join_all(requests.into_iter().map(|(patient, request)| patient.browser.send(request))).await
    }

    /// Takes away the index that decides who gets a doctor's time.
    async fn forget_whose_time_it_is(&self) {
        let statements: &'static [&'static str] = match self.engine {
            Engine::Sqlite => &[
                "CREATE TABLE loose AS SELECT * FROM doctor_time",
                "DROP TABLE doctor_time",
                "ALTER TABLE loose RENAME TO doctor_time",
            ],
            Engine::Postgres => &["ALTER TABLE doctor_time DROP CONSTRAINT doctor_time_unique"],
        };
        let act = self.app.db.write(move |tx| async move {
            for statement in statements {
                tx.execute_unprepared(statement).await?;
            }
            Ok::<_, DbErr>(())
        });
        act.await.unwrap();
    }
}

fn statuses(answers: &[Answer]) -> HashMap<u16, usize> {
    let mut counts = HashMap::new();
    for answer in answers {
        *counts.entry(answer.status.as_u16()).or_default() += 1;
    }
    counts
}

/// Gaps on both sides of the inserting, so that acts meet. A few sleeps alone, for other tests run meanwhile.
fn with_gaps(acts: usize) -> FailScenario<'static> {
    let scenario = FailScenario::setup();
    fail::cfg("book-before-insert", &format!("{acts}*sleep(4)")).unwrap();
    fail::cfg("book-before-commit", &format!("{acts}*sleep(8)")).unwrap();
    scenario
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_booked_consultation_stands_on_the_doctors_list_and_on_the_patients(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (andi, ratna) = (clinic.doctor("Andi").await, clinic.doctor("Ratna").await);
    let (siti, budi) = (clinic.patient("Siti Rahmawati").await, clinic.patient("Budi").await);

    let later = siti.book_with(&andi, &friday("14:15"), &[("complaint", COMPLAINT)]).await;
    let earlier = budi.book(&andi, &friday("10:00")).await;

    assert_eq!(later.status, StatusCode::SEE_OTHER, "{}", later.body);
    assert!(later.location().starts_with("/consultations/"));
    assert_eq!(earlier.status, StatusCode::SEE_OTHER);
    let list = andi.browser.get("/doctor/consultations").await;
    let times = list.attributes("#day li time", "datetime");
    assert_eq!(times, [friday("10:00"), friday("14:15")], "earliest first");
    assert!(list.body.contains("Siti Rahmawati") && list.body.contains(COMPLAINT));
    assert_eq!(ratna.browser.get("/doctor/consultations").await.count("#day li"), 0);
    assert_eq!(andi.browser.get("/doctor/consultations?day=2026-11-21").await.count("#day li"), 0);
    let own = siti.browser.get("/consultations").await;
    assert_eq!(own.attributes("#consultations li time", "datetime"), [friday("14:15")]);
    let notified = "SELECT COUNT(*) FROM notifications WHERE kind = 'consultation_booked'";
    assert_eq!(clinic.count(notified).await, 2);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM jobs WHERE kind IN ('open-room', 'close-room')").await, 4);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn only_free_slots_inside_the_hours_on_the_grid_and_still_to_come_can_be_taken(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let andi = clinic.doctor("Andi").await;
    let hours = Hours::of(vec![HoursRange { weekday: 5, starts_minute: 8 * 60, ends_minute: 12 * 60 + 10 }]).unwrap();
    let (id, now) = (andi.id, clinic.app.now());
    clinic.app.db.write(move |tx| async move { doctors::set_hours(&tx, id, &hours, now).await }).await.unwrap();
    let siti = clinic.patient("Siti").await;

    let refused = [
        (friday("12:00"), "a last piece that is too short"),
        (friday("14:00"), "outside the hours"),
        (friday("10:05"), "off the grid"),
        (friday("08:45"), "past"),
        (friday("09:00"), "just begun"),
        (on("2026-11-21", "10:00"), "a Saturday"),
        (on("2027-01-22", "10:00"), "too far"),
        ("besok pagi".to_owned(), "no moment"),
        (String::new(), "nothing chosen"),
    ];
    for (starts_at, why) in refused {
        let answer = siti.book_with(&andi, &starts_at, &[("complaint", COMPLAINT)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count("#starts_at-error"), 1, "{why}");
        assert_eq!(answer.text("textarea").unwrap(), COMPLAINT, "{why}: nothing typed is lost");
    }
    let page = siti.browser.get(&format!("/doctors/{}", andi.id)).await;
    let free = page.attributes("input[name=starts_at]", "value");
    assert_eq!(free.first(), Some(&friday("09:15")));
    assert_eq!(free.last(), Some(&friday("11:45")));
    assert_eq!(page.count("[data-slot=past]"), 5, "08.00 to 09.00");
    let booked = siti.book(&andi, &free[0]).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER);
    let page = siti.browser.get(&format!("/doctors/{}", andi.id)).await;
    assert_eq!(page.attributes("[data-slot=taken]", "data-starts-at"), [friday("09:15")]);
    assert_eq!(page.attributes("input[name=starts_at]", "value").first(), Some(&friday("09:30")));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_sixty_four_patients_at_once_one_gets_the_slot_and_the_rest_are_offered_the_nearest(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let andi = clinic.doctor("Andi").await;
    let patients = join_all((0..64).map(|number| clinic.patient(["Siti", "Budi"][number % 2]))).await;
    let wished: Vec<_> = patients.iter().map(|patient| (patient, &andi, friday("10:00"))).collect();

    let gaps = with_gaps(64);
    let answers = clinic.at_once(&wished).await;
    gaps.teardown();

    assert_eq!(statuses(&answers), HashMap::from([(303, 1), (409, 63)]));
    for lost in answers.iter().filter(|answer| answer.status == StatusCode::CONFLICT) {
        let forms = lost.attributes("form:not(#booking) input[name=starts_at]", "value");
        assert_eq!(forms, [friday("10:15"), friday("09:45"), friday("10:30")]);
        let kept = lost.attributes("form:not(#booking) input[name=complaint]", "value");
        assert_eq!(kept, [COMPLAINT; 3]);
        assert_eq!(lost.text("textarea").unwrap(), COMPLAINT);
    }
    assert_eq!(clinic.count("SELECT COUNT(*) FROM appointments").await, 1);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM doctor_time").await, 3);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM notifications").await, 1, "a refused act tells nobody");
    assert_eq!(clinic.count("SELECT COUNT(*) FROM jobs").await, 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn without_the_index_of_the_doctors_time_the_same_race_gives_the_slot_to_several(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let andi = clinic.doctor("Andi").await;
    let patients = join_all((0..8).map(|_| clinic.patient("Siti"))).await;
    let wished: Vec<_> = patients.iter().map(|patient| (patient, &andi, friday("10:00"))).collect();
    clinic.forget_whose_time_it_is().await;

    let gaps = with_gaps(8);
    let answers = clinic.at_once(&wished).await;
    gaps.teardown();

    assert_eq!(statuses(&answers), HashMap::from([(303, 8)]), "the index decides, and nothing else");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_two_consultations_share_a_minute_of_a_doctors_time(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (andi, ratna) = (clinic.doctor("Andi").await, clinic.doctor("Ratna").await);
    let (siti, budi, wayan) =
        (clinic.patient("Siti").await, clinic.patient("Budi").await, clinic.patient("Wayan").await);
    let book = async |patient: &TestPatient, doctor: &TestDoctor, clock: &str| {
        clinic.book(patient, doctor, Instant::parse(&friday(clock)).unwrap(), None).await
    };

    assert!(book(&siti, &andi, "10:00").await.is_ok());
    assert!(matches!(book(&budi, &andi, "10:05").await, Err(NotBooked::TimeTaken)), "10.05 to 10.20");
    assert!(matches!(book(&budi, &andi, "09:50").await, Err(NotBooked::TimeTaken)), "09.50 to 10.05");
    assert!(book(&budi, &andi, "10:15").await.is_ok(), "side by side");
    assert!(book(&wayan, &ratna, "10:05").await.is_ok(), "another doctor");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_patient_has_one_consultation_a_day_however_many_slots_are_asked_for_at_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (andi, ratna) = (clinic.doctor("Andi").await, clinic.doctor("Ratna").await);
    let siti = clinic.patient("Siti").await;
    let clocks = (10..15).flat_map(|hour| ["00", "15", "30", "45"].map(|minute| format!("{hour}:{minute}")));
    let wished: Vec<_> = clocks
        .enumerate()
        .map(|(number, clock)| (&siti, if number % 2 == 0 { &andi } else { &ratna }, friday(&clock)))
        .collect();

    let gaps = with_gaps(20);
    let answers = clinic.at_once(&wished).await;
    gaps.teardown();

    assert_eq!(statuses(&answers), HashMap::from([(303, 1), (409, 19)]));
    let won = answers.iter().find(|answer| answer.status == StatusCode::SEE_OTHER).unwrap().location().to_owned();
    for refused in answers.iter().filter(|answer| answer.status == StatusCode::CONFLICT) {
        let links = refused.attributes("[role=alert] a", "href");
        assert_eq!(links, std::slice::from_ref(&won), "the sentence leads to that day's consultation");
    }
    let tomorrow = siti.book(&andi, &on("2026-11-21", "10:00")).await;
    assert_eq!(tomorrow.status, StatusCode::SEE_OTHER, "another day is another day");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cancelling_gives_the_day_and_the_time_back_and_tells_the_other_side(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let andi = clinic.doctor("Andi").await;
    let (siti, budi) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    let booked = siti.book(&andi, &friday("10:00")).await;
    let path = booked.location().to_owned();

    assert_eq!(budi.browser.post(&format!("{path}/cancel"), &[]).await.status, StatusCode::NOT_FOUND);
    let cancelled = siti.browser.post(&format!("{path}/cancel"), &[]).await;
    assert_eq!((cancelled.status, cancelled.location()), (StatusCode::SEE_OTHER, "/consultations"));
    let again = siti.browser.post(&format!("{path}/cancel"), &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "a second click finds it done");
    let told = "SELECT COUNT(*) FROM notifications WHERE kind = 'consultation_cancelled'";
    assert_eq!(clinic.count(told).await, 1);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM jobs").await, 0);

    assert_eq!(budi.book(&andi, &friday("10:00")).await.status, StatusCode::SEE_OTHER, "the time is free");
    let second = siti.book(&andi, &friday("11:00")).await;
    assert_eq!(second.status, StatusCode::SEE_OTHER, "the day is free");

    let by_doctor = format!("/doctor{}/cancel", second.location());
    assert_eq!(andi.browser.post(&by_doctor, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(clinic.count(told).await, 2);
    let id: Uuid = second.location().rsplit('/').next().unwrap().parse().unwrap();
    let row = appointments::find(clinic.app.db.read(), id).await.unwrap().unwrap();
    assert_eq!((row.status, row.takes_day, row.cancelled_by), (Status::Cancelled, false, Some(andi.user)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_has_begun_is_not_cancelled(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let andi = clinic.doctor("Andi").await;
    let siti = clinic.patient("Siti").await;
    let booked = siti.book(&andi, &friday("09:15")).await;
    clinic.app.clock.advance(Duration::from_mins(15));

    let refused = siti.browser.post(&format!("{}/cancel", booked.location()), &[]).await;

    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM doctor_time").await, 3);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_consultation_goes_through_its_states_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let andi = clinic.doctor("Andi").await;
    let (siti, budi) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    let id_of = |answer: Answer| -> Uuid { answer.location().rsplit('/').next().unwrap().parse().unwrap() };
    let came = id_of(siti.book(&andi, &friday("10:00")).await);
    let missed = id_of(budi.book(&andi, &friday("10:15")).await);
    let now = clinic.app.now();

    let act = clinic.app.db.write(move |tx| async move {
        let patient = appointments::Side::Patient;
        assert!(!appointments::note_came(&tx, came, patient, now).await?, "nobody comes before it opens");
        for id in [came, missed] {
            assert!(appointments::open(&tx, id, now).await?);
            assert!(!appointments::open(&tx, id, now).await?);
        }
        assert!(appointments::note_came(&tx, came, patient, now).await?);
        assert!(!appointments::note_came(&tx, came, patient, now).await?);
        assert_eq!(appointments::close(&tx, came, now).await?, Some(Status::Completed));
        assert_eq!(appointments::close(&tx, came, now).await?, None);
        assert_eq!(appointments::close(&tx, missed, now).await?, Some(Status::NoShow));
        assert!(!appointments::open(&tx, missed, now).await?, "what is closed never opens again");
        Ok::<_, DbErr>(())
    });
    act.await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_books_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let andi = clinic.doctor("Andi").await;
    let (siti, budi) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    let key = [("idempotency_key", "satu")];

    let first = siti.book_with(&andi, &friday("10:00"), &key).await;
    let second = siti.book_with(&andi, &friday("10:00"), &key).await;
    let others = budi.book_with(&andi, &friday("11:00"), &key).await;
    let without = siti.book(&andi, &friday("10:00")).await;

    assert_eq!(second.status, StatusCode::SEE_OTHER);
    assert_eq!(first.location(), second.location());
    assert_eq!(others.status, StatusCode::SEE_OTHER, "a key is one account's");
    assert_ne!(others.location(), first.location());
    assert_eq!(without.status, StatusCode::CONFLICT, "without its key the same form is another act");
    assert_eq!(clinic.count("SELECT COUNT(*) FROM appointments").await, 2);

    let wayan = clinic.patient("Wayan").await;
    let token = wayan.browser.csrf().await;
    let fields = [
        ("csrf_token", token.as_str()),
        ("doctor_id", &andi.id.to_string()),
        ("starts_at", &friday("12:00")),
        ("idempotency_key", "dua"),
    ];
    let gaps = with_gaps(8);
    let send = || wayan.browser.send(wayan.browser.request(Method::POST, "/consultations").form(&fields));
    let answers = join_all((0..8).map(|_| send())).await;
    gaps.teardown();
    assert_eq!(statuses(&answers), HashMap::from([(303, 8)]));
    assert!(answers.iter().all(|answer| answer.location() == answers[0].location()), "all at once too");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn strangers_wrong_methods_and_foreign_forms_change_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (andi, ratna) = (clinic.doctor("Andi").await, clinic.doctor("Ratna").await);
    let (siti, budi) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    let path = siti.book(&andi, &friday("10:00")).await.location().to_owned();
    let cancel = format!("{path}/cancel");

    assert_eq!(budi.browser.post(&cancel, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ratna.browser.post(&format!("/doctor{cancel}"), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(andi.browser.post(&cancel, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(siti.browser.get("/doctor/consultations").await.status, StatusCode::FORBIDDEN);
    assert_eq!(andi.browser.get("/doctors").await.status, StatusCode::FORBIDDEN);
    assert_eq!(siti.browser.get("/doctors/bukan-id").await.status, StatusCode::NOT_FOUND);
    assert_eq!(siti.browser.get(&format!("/doctors/{}", siti.patient_id)).await.status, StatusCode::NOT_FOUND);
    let somebody_else = budi.patient_id.to_string();
    let for_other = siti.book_with(&andi, &on("2026-11-21", "10:00"), &[("patient_id", &somebody_else)]).await;
    assert_eq!(for_other.status, StatusCode::NOT_FOUND);
    let unknown = siti.book_with(&andi, &on("2026-11-21", "10:00"), &[("status", "completed")]).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);

    assert_eq!(siti.browser.get(&cancel).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let delete =
        siti.browser.request(Method::DELETE, "/consultations").header("x-csrf-token", siti.browser.csrf().await);
    assert_eq!(siti.browser.send(delete).await.status, StatusCode::METHOD_NOT_ALLOWED);

    let form = [("doctor_id", andi.id.to_string()), ("starts_at", on("2026-11-21", "10:00"))];
    let post = |form| siti.browser.request(Method::POST, "/consultations").form(form);
    assert_eq!(siti.browser.send(post(&form)).await.status, StatusCode::FORBIDDEN, "no token");
    let token = siti.browser.csrf().await;
    let foreign = post(&form).header("x-csrf-token", &token).header("origin", "https://evil.test");
    assert_eq!(siti.browser.send(foreign).await.status, StatusCode::FORBIDDEN, "another site");
    assert_eq!(clinic.count("SELECT COUNT(*) FROM appointments").await, 1);

    let own = post(&form).header("x-csrf-token", &token);
    assert_eq!(siti.browser.send(own).await.status, StatusCode::SEE_OTHER, "the same form from a page of ours");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_that_is_too_long_comes_back_with_a_sentence(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let andi = clinic.doctor("Andi").await;
    let siti = clinic.patient("Siti").await;
    let (long, longest) = ("k".repeat(2_001), "k".repeat(2_000));

    let refused = siti.book_with(&andi, &friday("10:00"), &[("complaint", &long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.text("textarea").unwrap(), long);
    assert_eq!(refused.attributes("#complaint", "aria-invalid"), ["true"]);
    assert_eq!(
        refused.attributes("input[name=starts_at][checked]", "value"),
        [friday("10:00")],
        "the slot stays chosen"
    );

    let booked = siti.book_with(&andi, &friday("10:00"), &[("complaint", &longest)]).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_cannot_be_read_in_the_database(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let andi = clinic.doctor("Andi").await;
    let siti = clinic.patient("Siti").await;
    siti.book_with(&andi, &friday("10:00"), &[("complaint", COMPLAINT)]).await;

    let backend = clinic.app.db.read().get_database_backend();
    let query = Statement::from_string(backend, "SELECT complaint FROM appointments");
    let row = clinic.app.db.read().query_one_raw(query).await.unwrap().unwrap();
    let sealed: Vec<u8> = row.try_get_by_index(0).unwrap();
    assert!(!contains(&sealed, COMPLAINT) && sealed.len() > COMPLAINT.len());
    if engine == Engine::Sqlite {
        let mut files = Vec::new();
        for file in walkdir::WalkDir::new(clinic.folder.path()).into_iter().filter_map(Result::ok) {
            if file.file_type().is_file() {
                files.extend(std::fs::read(file.path()).unwrap());
            }
        }
        assert!(contains(&files, "dr. Andi"), "what is not sealed is found");
        assert!(!contains(&files, COMPLAINT));
    }
    let list = andi.browser.get("/doctor/consultations").await;
    assert!(list.body.contains(COMPLAINT), "who may read it does");
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE action = 'view'").await, 1, "and that is noted");
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
