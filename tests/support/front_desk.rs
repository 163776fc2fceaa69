//! Forms of the front desk and of those who look after others.

use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::StatusCode;
use uuid::Uuid;

use super::{Answer, Browser, TestClinic, TestPatient};
use praktik::clinic::patients::{self, Relationship};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A NIK that nobody else has, of a girl born on 12 March 2015.
pub fn girls_nik() -> String {
    format!("74{:04}5203150001", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A girl's form, without fields of one form alone.
pub fn girl(name: &str, nik: &str) -> Vec<(&'static str, String)> {
    [
        ("name", name),
        ("nik", nik),
        ("birth_place", "Makassar"),
        ("birth_date", "12-03-2015"),
        ("gender", "female"),
        ("address", "Jl. Pelita No. 1"),
        ("phone", ""),
        ("payer", "general"),
        ("bpjs_number", ""),
        ("consent", "yes"),
    ]
    .map(|(field, value)| (field, value.to_owned()))
    .into()
}

/// The form by which an account adds a girl as its child.
pub fn child(name: &str, nik: &str) -> Vec<(&'static str, String)> {
    let mut fields = girl(name, nik);
    fields.push(("relationship", "child".to_owned()));
    fields
}

/// `fields` with another value for one of them.
pub fn with(fields: &[(&'static str, String)], name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let mut fields = fields.to_vec();
    fields.retain(|(field, _)| *field != name);
    fields.push((name, value.to_owned()));
    fields
}

impl Browser {
    /// Sends a form with fields of its own.
    pub async fn send_form(&self, path: &str, fields: &[(&'static str, String)]) -> Answer {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.post(path, &fields).await
    }

    /// The patients in the care of this browser's account, as its page lists them: the holder first.
    pub async fn in_care(&self) -> Vec<Uuid> {
        let page = self.get("/profile/patients").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let links = page.attributes("#in-care a[href^='/doctors?patient_id=']", "href");
        links.iter().map(|link| link.split('=').nth(1).unwrap().parse().unwrap()).collect()
    }
}

impl TestClinic {
    /// A child whom `guardian` adds.
    pub async fn child_of(&self, guardian: &TestPatient, name: &str) -> Uuid {
        let added = guardian.browser.send_form("/profile/patients/new", &child(name, &girls_nik())).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        *guardian.browser.in_care().await.last().unwrap()
    }

    /// Has one more account look after `patient`, as the front desk links them.
    pub async fn put_into_care(&self, account: Uuid, patient: Uuid) {
        let now = self.app.now();
        let linked = self.app.db.write(move |tx| async move {
            patients::look_after(&tx, account, patient, Relationship::Child, None, now).await
        });
        linked.await.unwrap();
    }
}
