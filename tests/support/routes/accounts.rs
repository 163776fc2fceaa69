//! Signing up, in and out, and what everybody sees and sets of their own account.

use praktik::clinic::accounts;
use reqwest::{Method, StatusCode};

use super::{Case, World, unique_name};
use crate::support::PASSWORD;

impl World {
    async fn password_link(&self) -> String {
        let (user, now) = (self.clinic.patient(&unique_name("Melati")).await.user, self.clinic.app.now());
        let link = move |tx| async move { accounts::create_password_link(&tx, user, now).await };
        self.clinic.app.db.write(link).await.unwrap()
    }

    /// The link of a letter that asks to confirm an address.
    async fn email_link(&self) -> String {
        let patient = self.clinic.patient(&unique_name("Melati")).await;
        let form = [("email", "melati.baru@contoh.test"), ("current_password", PASSWORD)];
        let asked = patient.browser.post("/settings/security/email", &form).await;
        assert!(asked.status.is_redirection(), "{}: {}", asked.status, asked.body);
        self.clinic.settle().await;
        let letters = self.clinic.app.mail.letters();
        let words = letters.iter().flat_map(|letter| letter.body.reveal().split_whitespace());
        let mut links = words.filter_map(|word| word.strip_prefix("http://klinik.test"));
        links.find(|path| path.starts_with("/email/confirm/")).unwrap().to_owned()
    }

    pub(super) async fn case_of_settings(&self, method: &Method, path: &str) -> Option<Case> {
        Some(match (method.as_str(), path) {
            ("GET", "/settings/security" | "/settings/security/email") => {
                let patient = self.clinic.patient(&unique_name("Melati")).await;
                Case::of(path, &patient.browser).says(&patient.email)
            }
            ("POST", "/settings/security") => {
                let patient = self.clinic.patient(&unique_name("Melati")).await;
                Case::of(path, &patient.browser)
                    .with(&[("current_password", PASSWORD), ("password", "sebuah rahasia baru")])
            }
            ("POST", "/settings/security/email") => {
                let patient = self.clinic.patient(&unique_name("Melati")).await;
                Case::of(path, &patient.browser)
                    .with(&[("email", "melati.baru@contoh.test"), ("current_password", PASSWORD)])
            }
            ("POST", "/settings/security/email/confirm" | "/settings/security/sessions/end") => {
                Case::of(path, &self.clinic.patient(&unique_name("Melati")).await.browser)
            }
            ("POST", "/settings/security/sessions/{session}/end") => {
                let patient = self.clinic.patient(&unique_name("Melati")).await;
                self.clinic.signed_in(patient.user).await;
                let page = patient.browser.get("/settings/security").await;
                let forms = page.attributes("form[action^='/settings/security/sessions/0']", "action");
                Case::of(forms[0].as_str(), &patient.browser).owned()
            }
            _ => return None,
        })
    }

    pub(super) async fn case_of_anyone(&self, method: &Method, path: &str) -> Option<Case> {
        let nobody = self.clinic.browser();
        Some(match (method.as_str(), path) {
            ("GET", "/" | "/register" | "/login" | "/password/forgot" | "/privacy" | "/terms" | "/demo/mail") => {
                Case::of(path, &nobody)
            }
            ("POST", "/register") => Case::of(path, &nobody).with(&[
                ("name", "Rahmat Hidayat"),
                ("nik", "7371091203910077"),
                ("birth_place", "Makassar"),
                ("birth_date", "1991-03-12"),
                ("gender", "male"),
                ("address", "Jl. Pelita No. 1"),
                ("phone", ""),
                ("payer", "general"),
                ("bpjs_number", ""),
                ("email", "rahmat@contoh.test"),
                ("password", PASSWORD),
                ("consent", "yes"),
            ]),
            ("POST", "/login") => {
                let email = self.clinic.patient(&unique_name("Melati")).await.email;
                Case::of(path, &nobody).with(&[("email", &email), ("password", PASSWORD)])
            }
            ("GET", "/password/reset/{token}") => {
                let link = format!("/password/reset/{}", self.password_link().await);
                Case { unknown: StatusCode::GONE, ..Case::of(link, &nobody) }
            }
            ("POST", "/password/reset/{token}") => {
                let link = format!("/password/reset/{}", self.password_link().await);
                Case { unknown: StatusCode::GONE, ..Case::of(link, &nobody) }
                    .with(&[("password", "sebuah rahasia baru")])
            }
            ("POST", "/password/forgot") => Case::of(path, &nobody).with(&[("email", "siapa@contoh.test")]),
            ("GET" | "POST", "/email/confirm/{token}") => {
                let link = self.email_link().await;
                Case { unknown: StatusCode::GONE, ..Case::of(link, &nobody) }
            }
            ("POST", "/language") => Case::of(path, &nobody).with(&[("lang", "en"), ("return_to", "/")]),
            ("POST", "/logout" | "/notifications/read")
            | (
                "GET",
                "/api/messages/unread-count" | "/live" | "/settings/data" | "/settings/access-log" | "/settings/export",
            )
            | ("GET" | "POST", "/consent") => {
                Case::of(path, &self.clinic.patient(&unique_name("Melati")).await.browser)
            }
            ("POST", "/settings/export") => Case::of(path, &self.clinic.patient(&unique_name("Melati")).await.browser)
                .with(&[("password", PASSWORD)]),
            ("GET", "/dashboard" | "/notifications") => {
                let name = unique_name("Melati");
                Case::of(path, &self.clinic.patient(&name).await.browser).says(&name)
            }
            _ => return None,
        })
    }
}
