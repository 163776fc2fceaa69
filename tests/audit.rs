//! Who read and changed what: written in the act, linked in a chain, fixed on both engines (S2).

use praktik::clinic::audit::{self, Fault, Found, Head};
use rstest::rstest;
use sea_orm::ConnectionTrait as _;

use crate::support::{Engine, TestClinic, new_id};

/// Notes `count` things that the operator did.
async fn note(clinic: &TestClinic, count: usize) {
    let now = clinic.app.now();
    for _ in 0..count {
        let act =
            audit::Act { actor: audit::OPERATOR, action: "try", subject: "test", subject_id: new_id(), patient: None };
        clinic.app.db.write(move |tx| async move { audit::record(&tx, act, now).await }).await.unwrap();
    }
}

/// A clinic in which a doctor has read a consultation, with every row linked.
async fn with_rows(engine: Engine) -> TestClinic {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    room.doctors().look().await;
    note(&clinic, 4).await;
    for _ in 0..1_000 {
        clinic.pass(std::time::Duration::from_secs(1)).await;
        if clinic.count("SELECT COUNT(*) FROM audit_log WHERE link IS NULL").await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE link IS NOT NULL").await >= 2);
    clinic
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_list_the_consultation_and_its_conversation_are_each_noted(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let doctor = room.doctors();
    doctor.browser.get("/doctor/consultations").await;
    doctor.look().await;
    doctor.read().await;
    doctor.read().await;
    let views = "SELECT COUNT(DISTINCT subject) FROM audit_log WHERE action = 'view'";
    assert_eq!(clinic.count(views).await, 3, "one id, three things that were read");
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE action = 'view'").await, 3, "each once");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn each_of_equal_changes_within_a_millisecond_leaves_its_row_in_the_chain(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (now, subject_id) = (clinic.app.now(), new_id());
    let act = audit::Act { actor: audit::OPERATOR, action: "try", subject: "test", subject_id, patient: None };
    for _ in 0..2 {
        clinic.app.db.write(move |tx| async move { audit::record(&tx, act, now).await }).await.unwrap();
    }
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE action = 'try'").await, 2);
    audit::link_new(&clinic.app).await.unwrap();
    assert_eq!(found(&clinic, &[]).await.fault, None);
    for _ in 0..2 {
        audit::record_view(&clinic.app, audit::Act { action: "view", ..act }).await.unwrap();
    }
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE action = 'view'").await, 1, "views share theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctors_day_is_noted_in_one_act() {
    let clinic = TestClinic::open(Engine::Postgres).await;
    let doctor = clinic.doctor("Andi").await;
    for (name, quarter) in [("Siti", 2), ("Budi", 3), ("Made", 4)] {
        let patient = clinic.patient(name).await;
        let at = clinic.app.now() + quarter * std::time::Duration::from_mins(15);
        clinic.book(&patient, &doctor, at, None).await.unwrap();
    }
    assert_eq!(doctor.browser.get("/doctor/consultations").await.count("#day li"), 3);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE action = 'view'").await, 3);
    let acts = "SELECT COUNT(DISTINCT xmin::text) FROM audit_log WHERE action = 'view'";
    assert_eq!(clinic.count(acts).await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn rows_are_neither_changed_nor_deleted(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = with_rows(engine).await;
    for tampering in [
        "UPDATE audit_log SET action = 'nothing' WHERE place = 1",
        "UPDATE audit_log SET link = NULL WHERE place = 1",
        "DELETE FROM audit_log WHERE place = 1",
    ] {
        let refused = clinic.app.db.write(move |tx| async move { tx.execute_unprepared(tampering).await });
        assert!(refused.await.is_err(), "{tampering}");
    }
    assert_eq!(found(&clinic, &[]).await.fault, None);
}

/// Carries out `acts`, one after the other.
async fn carry_out(clinic: &TestClinic, acts: &[&str]) {
    for act in acts {
        let act = (*act).to_owned();
        clinic.app.db.write(move |tx| async move { tx.execute_unprepared(&act).await }).await.unwrap();
    }
}

/// Takes the guards away, as whoever owns the database can, and keeps the rows aside.
async fn unguard(clinic: &TestClinic) {
    let guards: &[&str] = match clinic.engine {
        Engine::Sqlite => &["DROP TRIGGER audit_log_fixed", "DROP TRIGGER audit_log_keep"],
        Engine::Postgres => &["DROP TRIGGER audit_log_fixed ON audit_log"],
    };
    carry_out(clinic, guards).await;
    carry_out(clinic, &["CREATE TABLE kept_aside AS SELECT * FROM audit_log"]).await;
}

async fn as_it_was(clinic: &TestClinic) {
    carry_out(clinic, &["DELETE FROM audit_log", "INSERT INTO audit_log SELECT * FROM kept_aside"]).await;
}

async fn found(clinic: &TestClinic, kept: &[Head]) -> Found {
    audit::verify(clinic.app.db.read(), &clinic.app.vault, clinic.app.now(), kept).await.unwrap()
}

/// An id that no row has, as each engine writes it.
fn other_id(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "x'00000000000000000000000000000007'",
        Engine::Postgres => "'00000000-0000-0000-0000-000000000007'",
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_gets_past_the_triggers_is_named_by_place(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = with_rows(engine).await;
    let head = found(&clinic, &[]).await.head.unwrap();
    assert!(head.place >= 6, "{head}");
    unguard(&clinic).await;
    let (id, last) = (other_id(engine), head.place);
    let bytes = if engine == Engine::Sqlite { "x'00'" } else { "'\\x00'::bytea" };
    let altered = [
        format!("id = {id}"),
        "at = at + 1".to_owned(),
        format!("actor_id = {id}"),
        "action = 'nothing'".to_owned(),
        "subject = 'nothing'".to_owned(),
        format!("subject_id = {id}"),
        format!("patient_id = {id}"),
        "period = period + 1".to_owned(),
        format!("link = {bytes}"),
    ];
    for place in [1, 3, last] {
        for column in &altered {
            carry_out(&clinic, &[&format!("UPDATE audit_log SET {column} WHERE place = {place}")]).await;
            assert_eq!(found(&clinic, &[]).await.fault, Some(Fault::Altered(place)), "{column}");
            as_it_was(&clinic).await;
        }
    }
    let linked = "INSERT INTO audit_log SELECT";
    let rest = "at, actor_id, action, 'other', subject_id, patient_id, period";
    let cases = [
        ("DELETE FROM audit_log WHERE place = 1".to_owned(), Fault::Missing(1)),
        ("DELETE FROM audit_log WHERE place = 3".to_owned(), Fault::Missing(3)),
        ("UPDATE audit_log SET place = 99 WHERE place = 2".to_owned(), Fault::Missing(2)),
        ("UPDATE audit_log SET place = -1 WHERE place = 1".to_owned(), Fault::Missing(1)),
        (
            "UPDATE audit_log SET place = -2 WHERE place = 2; UPDATE audit_log SET place = 2 WHERE place = 4; \
             UPDATE audit_log SET place = 4 WHERE place = -2"
                .to_owned(),
            Fault::Altered(2),
        ),
        (
            format!("{linked} {id}, {rest}, {}, link FROM audit_log WHERE place = {last}", last + 1),
            Fault::Altered(last + 1),
        ),
        (format!("{linked} {id}, {rest}, 0, link FROM audit_log WHERE place = 2"), Fault::Altered(0)),
    ];
    for (tampering, fault) in cases {
        carry_out(&clinic, &tampering.split("; ").collect::<Vec<_>>()).await;
        assert_eq!(found(&clinic, &[]).await.fault, Some(fault), "{tampering}");
        as_it_was(&clinic).await;
    }
    assert_eq!(found(&clinic, &[head]).await.fault, None, "as it was it is whole");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn rows_cut_from_the_end_are_noticed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = with_rows(engine).await;
    let head = found(&clinic, &[]).await.head.unwrap();
    let (place, link) = clinic.app.room_keys.audit_head().await.unwrap().unwrap();
    assert_eq!(Head { place, link }, head, "the head is kept outside the database");
    unguard(&clinic).await;
    let last = head.place;
    carry_out(&clinic, &[&format!("DELETE FROM audit_log WHERE place > {}", last - 2)]).await;
    assert_eq!(found(&clinic, &[]).await.fault, None, "the chain alone does not show it");
    let cut = Fault::Cut { last: last - 2, kept: last };
    assert_eq!(found(&clinic, std::slice::from_ref(&head)).await.fault, Some(cut));
    carry_out(&clinic, &["DELETE FROM audit_log"]).await;
    assert_eq!(found(&clinic, &[head]).await.fault, Some(Fault::Cut { last: 0, kept: last }));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_was_linked_anew_is_told_from_the_one_of_before(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = with_rows(engine).await;
    let head = found(&clinic, &[]).await.head.unwrap();
    unguard(&clinic).await;
    // By somebody without the key: the first link is wrong already.
    let other = TestClinic::open(Engine::Sqlite).await;
    let mut previous = Vec::new();
    for place in 2..=head.place {
        previous = other.app.vault.audit_link(&previous, &place.to_string());
        let hex = Head { place, link: previous.clone() }.to_string();
        let digits = hex.split_once(':').unwrap().1.to_owned();
        let link = if engine == Engine::Sqlite { format!("x'{digits}'") } else { format!("'\\x{digits}'::bytea") };
        carry_out(&clinic, &[&format!("UPDATE audit_log SET link = {link} WHERE place = {place}")]).await;
    }
    assert_eq!(found(&clinic, &[]).await.fault, Some(Fault::Altered(2)));
    as_it_was(&clinic).await;
    // By somebody with every key: the chain is whole, and does not lead through the head that was kept.
    carry_out(&clinic, &["DELETE FROM audit_log WHERE place = 2", "UPDATE audit_log SET place = NULL, link = NULL"])
        .await;
    audit::link_new(&clinic.app).await.unwrap();
    assert_eq!(found(&clinic, &[]).await.fault, None);
    let kept = Head { place: head.place - 1, ..head.clone() };
    assert_eq!(found(&clinic, &[kept]).await.fault, Some(Fault::Another(head.place - 1)));
    assert_eq!(
        found(&clinic, std::slice::from_ref(&head)).await.fault,
        Some(Fault::Cut { last: head.place - 1, kept: head.place })
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_nobody_linked_in_time_is_named(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = with_rows(engine).await;
    unguard(&clinic).await;
    let id = other_id(engine);
    for (shift, wrong) in [(-60_000, true), (60_000, true), (-1_000, false)] {
        let at = clinic.app.now().millis() + shift;
        let row = format!(
            "INSERT INTO audit_log SELECT {id}, {at}, actor_id, action, 'other', subject_id, patient_id, period, NULL, \
             NULL FROM audit_log WHERE place = 2"
        );
        // The clock stands, so that the program links nothing meanwhile.
        carry_out(&clinic, &[&row]).await;
        let fault = found(&clinic, &[]).await.fault;
        assert_eq!(fault, wrong.then_some(Fault::Unlinked(uuid::Uuid::from_u128(7))), "{shift}");
        as_it_was(&clinic).await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn two_programs_that_link_at_once_make_one_chain(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = with_rows(engine).await;
    let second = clinic.second_program().await;
    for round in 0..10 {
        note(&clinic, 7).await;
        let (one, other) = futures::join!(audit::link_new(&clinic.app), audit::link_new(&second));
        one.unwrap();
        other.unwrap();
        assert_eq!(found(&clinic, &[]).await.fault, None, "{round}");
    }
    let linked = clinic.count("SELECT COUNT(*) FROM audit_log WHERE link IS NOT NULL").await;
    assert_eq!(linked, clinic.count("SELECT COUNT(*) FROM audit_log").await);
    assert_eq!(found(&clinic, &[]).await.head.unwrap().place, linked);
}
