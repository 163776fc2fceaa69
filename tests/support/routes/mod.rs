//! Every route of the clinic with an object of its own: how its path is filled, who may use it, with which form.

mod accounts;
mod care;
mod consultations;
mod doctors;
mod people;
mod prescriptions;
mod products;
mod profiles;
mod second_factor;
mod settings;

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use futures::future::BoxFuture;
use praktik::{
    clinic::{
        accounts::{Level, create as create_account},
        pharmacy::entity::MedicineClass,
    },
    web::{Role, route::Step},
};
use reqwest::{Method, StatusCode};
use uuid::Uuid;

use super::{Browser, Engine, Room, TestClinic, TestDoctor, TestPatient, prescription_form};

/// A clinic with people who have nothing to do with each other.
pub struct World {
    pub clinic: TestClinic,
    pub admin: Browser,
    /// The account of `admin`.
    pub admin_id: Uuid,
    pub pharmacist: Browser,
    /// Somebody at each step of a login.
    pub half_signed_in: [(Step, Browser); 2],
    /// A patient with nothing of the others'.
    pub other_patient: TestPatient,
    /// A doctor with nothing of the others'.
    pub other_doctor: TestDoctor,
}

/// A route with an object of its own.
pub struct Case {
    /// The route's path with its parameter filled in.
    pub path: String,
    /// Who may use it.
    pub rightful: Browser,
    /// A form that they may send.
    pub fields: Vec<(&'static str, String)>,
    /// A file that goes with it, in a form of parts.
    pub file: Option<Vec<u8>>,
    /// Whether the object belongs to people: others of the same role do not find it.
    pub owned: bool,
    /// What the rightful person reads there and nobody else.
    pub words: Vec<String>,
    /// Who reads somebody else's data there, if the rightful person reads their own.
    pub reader: Option<Browser>,
    /// What is said of an object that is not there.
    pub unknown: StatusCode,
}

impl Case {
    fn of(path: impl Into<String>, rightful: &Browser) -> Self {
        Self {
            path: path.into(),
            rightful: rightful.clone(),
            fields: Vec::new(),
            file: None,
            owned: false,
            words: Vec::new(),
            reader: None,
            unknown: StatusCode::NOT_FOUND,
        }
    }

    fn owned(mut self) -> Self {
        self.owned = true;
        self
    }

    fn with(mut self, fields: &[(&'static str, &str)]) -> Self {
        self.fields.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self
    }

    fn says(mut self, words: &str) -> Self {
        self.words.push(words.to_owned());
        self
    }
}

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A name that nobody else has, of letters alone.
fn unique_name(first: &str) -> String {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let letters: String = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
    format!("{first} Qx{letters}")
}

impl World {
    /// A clinic with a few people.
    pub async fn open(engine: Engine) -> Self {
        let clinic = TestClinic::open(engine).await;
        let admin = clinic.admin().await;
        let (admin, admin_id) = (admin.browser, admin.user);
        let account = clinic.new_account(Role::Pharmacist, "Rudi Apoteker", "apotek@klinik.test").await;
        let (app, now) = (clinic.app.clone(), clinic.app.now());
        let user = clinic.app.db.write(move |tx| async move { create_account(&tx, &app.vault, account, now).await });
        let user = user.await.unwrap();
        let pharmacist = clinic.signed_in(user).await;
        let half_signed_in = [
            (Step::SecondFactor, clinic.at_level(user, Level::SecondFactor).await),
            (Step::Enrolment, clinic.at_level(user, Level::Enrolment).await),
        ];
        let other_patient = clinic.patient("Budi Lain").await;
        let other_doctor = clinic.doctor("Yohana Lain").await;
        Self { clinic, admin, admin_id, pharmacist, half_signed_in, other_patient, other_doctor }
    }

    /// A consultation that begins in `wait`; its room is open if that is nothing.
    pub async fn consultation(&self, wait: Duration) -> Room {
        let (patient, doctor) =
            (self.clinic.patient(&unique_name("Melati")).await, self.clinic.doctor(&unique_name("Andi")).await);
        let starts_at = self.clinic.app.now() + wait;
        let room = self.clinic.room_at(starts_at, patient, doctor, &unique_name("Nyeri ulu hati")).await;
        self.clinic.settle().await;
        room
    }

    /// An open room in which something was written.
    pub async fn room(&self) -> Room {
        let room = self.consultation(Duration::ZERO).await;
        let client = Uuid::from_u128(1).to_string();
        let form = [("message", room.complaint.as_str()), ("client_id", client.as_str())];
        let sent = room.patient.browser.post(&format!("/messages/{}/send", room.id), &form).await;
        assert!(sent.status.is_redirection(), "{}: {}", sent.status, sent.body);
        room
    }

    /// A call that rings for the doctor of `room`.
    pub async fn call(&self, room: &Room) -> String {
        let path = format!("/calls/conversations/{}/initiate", room.id);
        let call = room.patient.browser.post_json(&path, &[("type", "video")]).await;
        assert_eq!(call.status, StatusCode::CREATED, "{}", call.body);
        call.json()["call_session"].as_str().unwrap().to_owned()
    }

    /// A medicine.
    pub async fn product(&self) -> Uuid {
        self.clinic.medicine(&unique_name("Antasida"), MedicineClass::Bebas).await
    }

    /// The form of a prescription.
    pub async fn medicines(&self, diagnosis: &str) -> Vec<(&'static str, String)> {
        prescription_form(self.product().await, diagnosis)
    }

    /// A prescription of `room`: issued, or with the act `/draft` kept as one.
    pub async fn prescription(&self, room: &Room, act: &str) -> Uuid {
        self.clinic.prescription_of(room, self.product().await, &room.complaint, act).await
    }

    /// The route `method path` with an object of its own; nothing if this table does not know it.
    pub async fn case(&self, method: &Method, path: &str) -> Option<Case> {
        let chapters: [BoxFuture<'_, Option<Case>>; 11] = [
            Box::pin(self.case_of_anyone(method, path)),
            Box::pin(self.case_of_second_factor(method, path)),
            Box::pin(self.case_of_settings(method, path)),
            Box::pin(self.case_of_consultation(method, path)),
            Box::pin(self.case_of_prescription(method, path)),
            Box::pin(self.case_of_profile(method, path)),
            Box::pin(self.case_of_care(method, path)),
            Box::pin(self.case_of_people(method, path)),
            Box::pin(self.case_of_clinics_settings(method, path)),
            Box::pin(self.case_of_doctors(method, path)),
            Box::pin(self.case_of_products(method, path)),
        ];
        let mut found = None;
        for chapter in chapters {
            found = chapter.await;
            if found.is_some() {
                break;
            }
        }
        self.clinic.settle().await;
        found
    }
}
