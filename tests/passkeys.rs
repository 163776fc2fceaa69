//! Passkeys that change while they are used (P3); how one signs in by them stands in `second_factor.rs`.

use reqwest::StatusCode;
use rstest::rstest;

use crate::{
    second_factor::{half, is_in},
    support::{Engine, TestClinic},
};

/// Some passkeys are made on one device and synchronised later; on an older device they say the opposite again.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_is_synchronised_after_it_was_made_goes_on_signing_in(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let (passkey, _) = clinic.add_passkey(&patient.browser, "iPhone").await;
    for synchronised in [false, true, true, false, true] {
        passkey.set_synchronised(synchronised);
        let browser = half(&clinic, patient.user).await;
        let options = browser.post_json("/login/second/passkey/options", &[]).await.json();
        let answer = browser.post("/login/second/passkey", &[("credential", &passkey.signed(&options))]).await;
        assert!(is_in(&answer), "synchronised: {synchronised}");
    }
    // The control: it is the signature that opens, and it covers the flag.
    let browser = half(&clinic, patient.user).await;
    let options = browser.post_json("/login/second/passkey/options", &[]).await.json();
    let mut signed: serde_json::Value = serde_json::from_str(&passkey.signed(&options)).unwrap();
    passkey.set_synchronised(false);
    let other: serde_json::Value = serde_json::from_str(&passkey.signed(&options)).unwrap();
    signed["response"]["authenticatorData"] = other["response"]["authenticatorData"].clone();
    let forged = browser.post("/login/second/passkey", &[("credential", &signed.to_string())]).await;
    assert_eq!(forged.status, StatusCode::UNPROCESSABLE_ENTITY);
}
