//! What a prescription looks like on paper, and what its patient hears of it (R2, R3).

use reqwest::StatusCode;
use rstest::rstest;

use crate::{prescriptions::Visit, support::Engine};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_patient_is_told_of_a_cancelled_prescription_and_its_paper_says_so(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    visit.issue().await;
    let id = visit.only().await;
    let siti = &visit.patient.browser;
    let sheet = format!("/prescriptions/{id}");
    assert_eq!(siti.get(&sheet).await.count(".paper-void"), 0);
    assert_eq!(siti.get(&sheet).await.text("#unread-count").as_deref(), Some("1"));
    let cancel = format!("/doctor/prescriptions/{id}/cancel");
    assert_eq!(visit.doctor.browser.post(&cancel, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(siti.get(&sheet).await.text("article .paper-void").as_deref(), Some("DIBATALKAN"));
    assert_eq!(siti.get(&sheet).await.text("#unread-count").as_deref(), Some("2"));
    let told = siti.get("/notifications").await;
    assert!(told.text("main").unwrap().contains("Sebuah resep dibatalkan"), "{}", told.body);
    assert!(told.attributes("main a", "href").contains(&sheet));
    // Who presses the button twice tells once.
    assert_eq!(visit.doctor.browser.post(&cancel, &[]).await.status, StatusCode::CONFLICT);
    assert_eq!(siti.get(&sheet).await.text("#unread-count").as_deref(), Some("2"));
    visit.doctor.browser.post("/language", &[("lang", "en"), ("return_to", "/")]).await;
    let english = visit.doctor.browser.get(&sheet).await;
    assert_eq!(english.text("article .paper-void").as_deref(), Some("CANCELLED"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_strength_is_one_word_with_its_unit_wherever_a_patient_reads_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    visit.issue().await;
    let siti = &visit.patient.browser;
    for path in ["/prescriptions".to_owned(), format!("/prescriptions/{}", visit.only().await), "/dashboard".to_owned()]
    {
        let read = siti.get(&path).await.body;
        assert!(read.contains("500\u{a0}mg") && !read.contains("500 mg"), "{path}: {read}");
    }
}
