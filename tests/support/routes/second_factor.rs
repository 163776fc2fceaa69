//! The second step of a login, and the second factors of an account.

use std::time::Duration;

use praktik::clinic::accounts::{self, second_factor::PAGE as FACTORS};
use reqwest::{Method, StatusCode};

use super::{Case, World, unique_name};
use crate::support::{Authenticator, Browser, PASSWORD, Passkey, TestPatient};

impl World {
    /// Somebody with an authenticator app, whose password was just right in a browser of theirs.
    async fn at_second_step(&self) -> (TestPatient, Authenticator, Browser) {
        let patient = self.clinic.patient(&unique_name("Melati")).await;
        let app = self.clinic.set_up_app(&patient.browser).await;
        let half = self.clinic.at_level(patient.user, accounts::Level::SecondFactor).await;
        (patient, app, half)
    }

    /// Somebody with a passkey, and its path.
    async fn with_passkey(&self) -> (TestPatient, Passkey, String) {
        let patient = self.clinic.patient(&unique_name("Melati")).await;
        let (passkey, kept) = self.clinic.add_passkey(&patient.browser, "Laptop").await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
        let page = patient.browser.get(FACTORS).await;
        let path = page.attributes("#passkeys li form", "action").remove(0);
        (patient, passkey, path)
    }

    pub(super) async fn case_of_second_factor(&self, method: &Method, path: &str) -> Option<Case> {
        let patient = async || self.clinic.patient(&unique_name("Melati")).await.browser;
        Some(match (method.as_str(), path) {
            ("GET", "/login/second") => Case::of(path, &self.at_second_step().await.2),
            ("POST", "/login/second") => {
                let (_, app, half) = self.at_second_step().await;
                let code = app.code(self.clinic.app.now() + Duration::from_secs(30));
                Case::of(path, &half).with(&[("code", &code), ("return_to", "/notifications")])
            }
            ("POST", "/login/second/passkey/options") => {
                let user = self.with_passkey().await.0.user;
                Case::of(path, &self.clinic.at_level(user, accounts::Level::SecondFactor).await)
            }
            ("POST", "/login/second/passkey") => {
                let (patient, passkey, _) = self.with_passkey().await;
                let half = self.clinic.at_level(patient.user, accounts::Level::SecondFactor).await;
                let options = half.post_json("/login/second/passkey/options", &[]).await;
                Case::of(path, &half).with(&[("credential", &passkey.signed(&options.json()))])
            }
            (
                "GET",
                "/settings/security/second-factor"
                | "/settings/security/second-factor/totp"
                | "/settings/security/confirm",
            )
            | ("POST", "/settings/security/second-factor/passkeys/options") => Case::of(path, &patient().await),
            ("POST", "/settings/security/second-factor/totp") => {
                let browser = patient().await;
                let page = browser.get(path).await;
                let app = Authenticator::of(&page);
                let setup = page.attributes("input[name=setup]", "value").remove(0);
                let code = app.code(self.clinic.app.now());
                Case::of(path, &browser).with(&[("setup", &setup), ("code", &code)])
            }
            ("POST", "/settings/security/second-factor/totp/remove" | "/settings/security/second-factor/codes") => {
                Case::of(path, &self.at_second_step().await.0.browser)
            }
            ("POST", "/settings/security/second-factor/passkeys") => {
                let browser = patient().await;
                let options = browser.post_json(&format!("{path}/options"), &[]).await;
                let made = Passkey::new("http://klinik.test").made(&options.json());
                Case::of(path, &browser).with(&[("passkey_name", "Laptop"), ("credential", &made)])
            }
            ("POST", "/settings/security/second-factor/passkeys/{passkey}") => {
                let (patient, _, path) = self.with_passkey().await;
                Case::of(path, &patient.browser).with(&[("passkey_name", "Ponsel")])
            }
            ("POST", "/settings/security/second-factor/passkeys/{passkey}/remove") => {
                let (patient, _, path) = self.with_passkey().await;
                Case::of(format!("{path}/remove"), &patient.browser)
            }
            ("POST", "/settings/security/confirm") => {
                Case::of(path, &patient().await).with(&[("password", PASSWORD), ("return_to", "/notifications")])
            }
            _ => return None,
        })
    }
}
