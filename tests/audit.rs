//! Who read and changed what: written in the act, linked in a chain, fixed on both engines (S2).

use praktik::clinic::audit;
use rstest::rstest;
use sea_orm::ConnectionTrait as _;

use crate::support::{Engine, TestClinic};

/// A clinic in which a doctor has read a consultation, with every row linked.
async fn with_rows(engine: Engine) -> TestClinic {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    room.doctors().look().await;
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
    assert_eq!(audit::verify(clinic.app.db.read(), &clinic.app.vault).await.unwrap(), None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_gets_past_the_triggers_is_named_by_the_chain(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(
        "UPDATE audit_log SET action = 'nothing' WHERE place = 2",
        "UPDATE audit_log SET place = 99 WHERE place = 2",
        "DELETE FROM audit_log WHERE place = 1"
    )]
    tampering: &'static str,
) {
    let clinic = with_rows(engine).await;
    let unguard: &[&str] = match engine {
        Engine::Sqlite => &["DROP TRIGGER audit_log_fixed", "DROP TRIGGER audit_log_keep"],
        Engine::Postgres => &["DROP TRIGGER audit_log_fixed ON audit_log"],
    };
    for act in unguard.iter().copied().chain([tampering]) {
        clinic.app.db.write(move |tx| async move { tx.execute_unprepared(act).await }).await.unwrap();
    }
    let first_wrong = audit::verify(clinic.app.db.read(), &clinic.app.vault).await.unwrap();
    assert_eq!(first_wrong, Some(if tampering.starts_with("DELETE") { 1 } else { 2 }));
}
