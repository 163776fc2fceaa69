//! A consultation with its two people, and what each of them does in it.

use std::time::Duration;

use praktik::{
    clinic::{
        appointments::{self, NewConsultation, NotBooked, appointment},
        pharmacy::{
            entity::{Category, MedicineClass, Status, product},
            rules,
        },
        prescriptions::entity::prescription,
    },
    infra::{clock::Instant, ids, vault::Private},
};
use reqwest::StatusCode;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::{Answer, Browser, Socket, TestClinic, TestDoctor, TestPatient, new_id};

/// A consultation of a quarter of an hour.
pub struct Room {
    pub id: Uuid,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub patient: TestPatient,
    pub doctor: TestDoctor,
    pub complaint: String,
}

/// One of the two people, at their browser.
pub struct Seat {
    pub browser: Browser,
    /// The consultation's page.
    pub page: String,
    /// The conversation's.
    pub messages: String,
    id: Uuid,
}

/// How long before a consultation the tests' clinic stands.
pub const WAIT: Duration = Duration::from_mins(15);
/// How long a room is open.
pub const LASTS: Duration = Duration::from_mins(15);

impl TestClinic {
    /// A room that opens in 15 minutes, of Siti and dr. Andi.
    pub async fn waiting_room(&self) -> Room {
        let (patient, doctor) = (self.patient("Siti Rahmawati").await, self.doctor("Andi Firmansyah").await);
        self.room_of(patient, doctor).await
    }

    /// A room that opens in 15 minutes.
    pub async fn room_of(&self, patient: TestPatient, doctor: TestDoctor) -> Room {
        self.room_at(self.app.now() + WAIT, patient, doctor, "Demam sejak dua hari").await
    }

    /// A room that opens at `starts_at`.
    pub async fn room_at(&self, starts_at: Instant, patient: TestPatient, doctor: TestDoctor, complaint: &str) -> Room {
        let id = self.book(&patient, &doctor, starts_at, Some(complaint)).await.unwrap();
        Room { id, starts_at, ends_at: starts_at + LASTS, patient, doctor, complaint: complaint.to_owned() }
    }

    /// Books a consultation past every form: at any moment, whatever the doctor's slots are.
    pub async fn book(
        &self,
        patient: &TestPatient,
        doctor: &TestDoctor,
        starts_at: Instant,
        complaint: Option<&str>,
    ) -> Result<Uuid, NotBooked> {
        let new = NewConsultation {
            patient: patient.patient_id,
            doctor: doctor.id,
            booked_by: patient.user,
            day: self.app.clinic().day_of(starts_at),
            starts_at,
            ends_at: starts_at + LASTS,
            complaint: complaint.map(Private::new),
            idempotency_key: None,
            retention: self.app.clinic().message_retention,
        };
        Ok(appointments::book(&self.app, new).await?.id)
    }

    /// A room that has opened at this moment.
    pub async fn open_room(&self) -> Room {
        let room = self.waiting_room().await;
        self.pass(WAIT).await;
        room
    }

    /// The appointment as its row stands.
    pub async fn appointment(&self, id: Uuid) -> appointment::Model {
        appointments::find(self.app.db.read(), id).await.unwrap().unwrap()
    }
}

impl TestClinic {
    /// A medicine on the shelf: tablets of 500 mg.
    pub async fn medicine(&self, name: &str, class: MedicineClass) -> Uuid {
        let now = self.app.now();
        let id = ids::new(now);
        let row = product::ActiveModel {
            identity: Set(rules::identity(name, "tablet", "500 mg")),
            id: Set(id),
            category: Set(Category::Medicine),
            name: Set(name.to_owned()),
            form: Set("tablet".to_owned()),
            strength: Set("500 mg".to_owned()),
            medicine_class: Set(class),
            kfa_code: Set(None),
            status: Set(Status::Active),
            created_at: Set(now),
            updated_at: Set(now),
        };
        let insert = |tx| async move { product::Entity::insert(row).exec_without_returning(&tx).await.map(drop) };
        self.app.db.write(insert).await.unwrap();
        id
    }

    /// Issues a prescription in `room`; says which medicine it names.
    pub async fn prescribe(&self, room: &Room) -> Uuid {
        let medicine = self.medicine("Amoksisilin", MedicineClass::Keras).await;
        self.prescription_of(room, medicine, "Faringitis akut", "").await;
        medicine
    }

    /// A prescription of one medicine in `room`: issued, or with the act `/draft` kept as one.
    pub async fn prescription_of(&self, room: &Room, medicine: Uuid, diagnosis: &str, act: &str) -> Uuid {
        let fields = prescription_form(medicine, diagnosis);
        let path = format!("/doctor/appointments/{}/prescription{act}", room.id);
        let written = room.doctor.browser.send_form(&path, &fields).await;
        assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.body);
        let rows = prescription::Entity::find().filter(prescription::Column::AppointmentId.eq(room.id));
        rows.order_by_desc(prescription::Column::Id).one(self.app.db.read()).await.unwrap().unwrap().id
    }
}

/// The form of a prescription of one medicine.
pub fn prescription_form(medicine: Uuid, diagnosis: &str) -> Vec<(&'static str, String)> {
    let fields = [
        ("diagnosis", diagnosis),
        ("notes", ""),
        ("items[0][product_id]", &medicine.to_string()),
        ("items[0][dosage]", "3x sehari"),
        ("items[0][quantity]", "15"),
        ("items[0][duration_days]", "5"),
        ("items[0][instructions]", "sesudah makan"),
    ];
    fields.map(|(name, value)| (name, value.to_owned())).into()
}

impl Room {
    pub fn patients(&self) -> Seat {
        Seat::new(self.id, "", &self.patient.browser)
    }

    pub fn doctors(&self) -> Seat {
        Seat::new(self.id, "/doctor", &self.doctor.browser)
    }

    /// Both people, the patient first.
    pub fn both(&self) -> [Seat; 2] {
        [self.patients(), self.doctors()]
    }

    /// The same room with the same people, at the program that `clinic` is now.
    pub fn at(mut self, clinic: &TestClinic) -> Self {
        self.patient.browser = self.patient.browser.at(&clinic.address);
        self.doctor.browser = self.doctor.browser.at(&clinic.address);
        self
    }

    /// The topic of its messages.
    pub fn conversation(&self) -> String {
        format!("conversation:{}", self.id)
    }

    /// The topic of its state.
    pub fn topic(&self) -> String {
        format!("appointment:{}", self.id)
    }
}

impl Seat {
    fn new(id: Uuid, base: &str, browser: &Browser) -> Self {
        Self {
            browser: browser.clone(),
            page: format!("{base}/consultations/{id}"),
            messages: format!("{base}/messages/{id}"),
            id,
        }
    }

    /// Somebody else's browser on the same seat's addresses.
    pub fn taken_by(&self, browser: &Browser) -> Self {
        Self { browser: browser.clone(), page: self.page.clone(), messages: self.messages.clone(), id: self.id }
    }

    /// The consultation's page.
    pub async fn look(&self) -> Answer {
        self.browser.get(&self.page).await
    }

    /// The conversation's page.
    pub async fn read(&self) -> Answer {
        self.browser.get(&self.messages).await
    }

    /// The value of the room's attribute `name` on the consultation's page.
    pub async fn room(&self, name: &str) -> String {
        let page = self.look().await;
        assert_eq!(page.status, 200, "{}: {}", self.page, page.body);
        page.attributes("[data-room]", name).remove(0)
    }

    /// Sends a message as the page's script does.
    pub async fn send(&self, text: &str) -> Answer {
        self.send_as(text, new_id()).await
    }

    /// The same, named by the page.
    pub async fn send_as(&self, text: &str, client_id: Uuid) -> Answer {
        let fields = [("message", text), ("client_id", &client_id.to_string())];
        self.browser.post_json(&format!("{}/send", self.messages), &fields).await
    }

    /// Sends a message as a browser without scripts does.
    pub async fn send_form(&self, text: &str) -> Answer {
        let fields = [("message", text), ("client_id", &new_id().to_string())];
        self.browser.post(&format!("{}/send", self.messages), &fields).await
    }

    /// Calls the other side.
    pub async fn call(&self, kind: &str) -> Answer {
        self.browser.post_json(&format!("/calls/conversations/{}/initiate", self.id), &[("type", kind)]).await
    }

    /// Calls the other side, which has to begin to ring: the call session.
    pub async fn ring(&self, kind: &str) -> String {
        let answer = self.call(kind).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert_eq!(answer.json()["status"], "calling");
        answer.json()["call_session"].as_str().unwrap().to_owned()
    }

    /// `answer`, `reject` or `end` of a call.
    pub async fn about(&self, call: &str, act: &str) -> Answer {
        self.browser.post_json(&format!("/calls/sessions/{call}/{act}"), &[]).await
    }

    /// An open page's socket.
    pub async fn socket(&self) -> Socket {
        Socket::open(&self.browser).await
    }
}
