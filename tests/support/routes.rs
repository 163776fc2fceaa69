//! Every route of the clinic with an object of its own: how its path is filled, who may use it, with which form.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use futures::future::BoxFuture;
use praktik::{
    clinic::{
        accounts::{self, second_factor::PAGE as FACTORS},
        appointments::{self, NewConsultation},
        doctors::entity::day_off,
        pharmacy::entity::{Category, MedicineClass, Status, product},
        prescriptions::entity::prescription,
        profiles,
    },
    infra::{clock::Instant, ids, vault::Private},
    web::{Role, route::Step},
};
use reqwest::{Method, StatusCode};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::{
    Authenticator, Browser, Engine, PASSWORD, Passkey, TestClinic, TestDoctor, TestPatient, asked_groups, front_desk,
    picture,
};

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

/// A consultation and its two people.
pub struct Room {
    pub patient: TestPatient,
    pub patient_name: String,
    pub doctor: TestDoctor,
    pub complaint: String,
    pub id: Uuid,
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
        let user = clinic.app.db.write(move |tx| async move { accounts::create(&tx, &app.vault, account, now).await });
        let user = user.await.unwrap();
        let pharmacist = clinic.signed_in(user).await;
        let half_signed_in = [
            (Step::SecondFactor, clinic.at_level(user, accounts::Level::SecondFactor).await),
            (Step::Enrolment, clinic.at_level(user, accounts::Level::Enrolment).await),
        ];
        let other_patient = clinic.patient("Budi Lain").await;
        let other_doctor = clinic.doctor("Yohana Lain").await;
        Self { clinic, admin, admin_id, pharmacist, half_signed_in, other_patient, other_doctor }
    }

    /// A consultation that begins in `wait`; its room is open if that is nothing.
    pub async fn consultation(&self, wait: Duration) -> Room {
        let patient_name = unique_name("Melati");
        let complaint = unique_name("Nyeri ulu hati");
        let patient = self.clinic.patient(&patient_name).await;
        let doctor = self.clinic.doctor(&unique_name("Andi")).await;
        let id = self.book(&patient, &doctor, &complaint, wait).await;
        Room { patient, patient_name, doctor, complaint, id }
    }

    async fn book(&self, patient: &TestPatient, doctor: &TestDoctor, complaint: &str, wait: Duration) -> Uuid {
        let app = &self.clinic.app;
        let starts_at = app.now() + wait;
        let consultation = NewConsultation {
            patient: patient.patient_id,
            doctor: doctor.id,
            booked_by: patient.user,
            day: app.clinic().day_of(starts_at),
            starts_at,
            ends_at: starts_at + Duration::from_mins(15),
            complaint: Some(Private::new(complaint)),
            retention: app.clinic().message_retention,
            idempotency_key: None,
        };
        let booked = appointments::book(app, consultation).await.unwrap();
        self.clinic.settle().await;
        booked.id
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
        let now = self.clinic.app.now();
        let id = ids::new(now);
        let row = product::ActiveModel {
            id: Set(id),
            category: Set(Category::Medicine),
            name: Set(unique_name("Antasida")),
            form: Set("tablet".to_owned()),
            strength: Set("500 mg".to_owned()),
            medicine_class: Set(MedicineClass::Bebas),
            kfa_code: Set(None),
            status: Set(Status::Active),
            created_at: Set(now),
            updated_at: Set(now),
        };
        let insert = move |tx| async move {
            product::Entity::insert(row).exec_without_returning(&tx).await?;
            Ok::<_, DbErr>(())
        };
        self.clinic.app.db.write(insert).await.unwrap();
        id
    }

    /// The form of a prescription.
    pub async fn medicines(&self, diagnosis: &str, intent: &str) -> Vec<(&'static str, String)> {
        let product = self.product().await.to_string();
        let fields = [
            ("diagnosis", diagnosis),
            ("notes", ""),
            ("items[0][product_id]", &product),
            ("items[0][dosage]", "3x sehari"),
            ("items[0][quantity]", "15"),
            ("items[0][duration_days]", "5"),
            ("items[0][instructions]", "sesudah makan"),
            ("intent", intent),
        ];
        fields.map(|(name, value)| (name, value.to_owned())).into()
    }

    /// A prescription of `room`, issued or a draft.
    pub async fn prescription(&self, room: &Room, intent: &str) -> Uuid {
        let fields = self.medicines(&room.complaint, intent).await;
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let path = format!("/doctor/appointments/{}/prescription", room.id);
        let written = room.doctor.browser.post(&path, &fields).await;
        assert!(written.status.is_redirection(), "{}: {}", written.status, written.body);
        let rows = prescription::Entity::find().filter(prescription::Column::AppointmentId.eq(room.id));
        let row = rows.order_by_desc(prescription::Column::Id).one(self.clinic.app.db.read()).await.unwrap();
        row.unwrap().id
    }

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

    async fn day_off(&self) -> Uuid {
        let doctor = self.clinic.doctor(&unique_name("Andi")).await.id;
        let id = ids::new(self.clinic.app.now());
        let row = day_off::ActiveModel {
            id: Set(id),
            doctor_id: Set(doctor),
            first_day: Set("2026-12-24".to_owned()),
            last_day: Set("2026-12-26".to_owned()),
            reason: Set(String::new()),
        };
        let insert = move |tx| async move {
            day_off::Entity::insert(row).exec_without_returning(&tx).await?;
            Ok::<_, DbErr>(())
        };
        self.clinic.app.db.write(insert).await.unwrap();
        id
    }

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

    async fn case_of_second_factor(&self, method: &Method, path: &str) -> Option<Case> {
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

    /// The route `method path` with an object of its own; nothing if this table does not know it.
    pub async fn case(&self, method: &Method, path: &str) -> Option<Case> {
        let chapters: [BoxFuture<'_, Option<Case>>; 10] = [
            Box::pin(self.case_of_anyone(method, path)),
            Box::pin(self.case_of_second_factor(method, path)),
            Box::pin(self.case_of_settings(method, path)),
            Box::pin(self.case_of_consultation(method, path)),
            Box::pin(self.case_of_prescription(method, path)),
            Box::pin(self.case_of_profile(method, path)),
            Box::pin(self.case_of_care(method, path)),
            Box::pin(self.case_of_people(method, path)),
            Box::pin(self.case_of_clinics_settings(method, path)),
            Box::pin(self.case_of_admin(method, path)),
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

    async fn case_of_settings(&self, method: &Method, path: &str) -> Option<Case> {
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

    async fn case_of_anyone(&self, method: &Method, path: &str) -> Option<Case> {
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

    #[expect(clippy::too_many_lines, reason = "a line for each route")]
    async fn case_of_consultation(&self, method: &Method, path: &str) -> Option<Case> {
        let patient_or_doctor = |room: &Room, path: String| Case::of(path, &room.patient.browser).owned();
        Some(match (method.as_str(), path) {
            ("GET", "/doctors" | "/doctors/{doctor}") => {
                let name = unique_name("Made");
                let doctor = self.clinic.doctor(&name).await.id.to_string();
                Case::of(path.replace("{doctor}", &doctor), &self.other_patient.browser).says(&name)
            }
            ("POST", "/consultations") => {
                let (patient, doctor) =
                    (self.clinic.patient(&unique_name("Melati")).await, self.clinic.doctor(&unique_name("Andi")).await);
                let starts_at = (self.clinic.app.now() + Duration::from_hours(1)).rfc3339();
                let form = [
                    ("doctor_id", doctor.id.to_string()),
                    ("starts_at", starts_at),
                    ("patient_id", patient.patient_id.to_string()),
                    ("complaint", "Batuk".to_owned()),
                ];
                Case { fields: form.into(), ..Case::of(path, &patient.browser) }
            }
            ("GET", "/consultations" | "/messages") => {
                let room = self.room().await;
                let name = unique_doctor(&self.clinic, &room).await;
                Case::of(path, &room.patient.browser).says(&name)
            }
            ("GET", "/doctor/consultations" | "/doctor/messages") => {
                let room = self.room().await;
                Case::of(path, &room.doctor.browser).says(&room.patient_name)
            }
            ("GET", "/doctor/presence") => Case::of(path, &self.clinic.doctor(&unique_name("Andi")).await.browser),
            ("POST", "/doctor/presence") => {
                let doctor = self.clinic.doctor(&unique_name("Andi")).await;
                Case::of(path, &doctor.browser).with(&[("away", "yes"), ("return_to", "/dashboard")])
            }
            ("POST", "/consultations/{appointment}/cancel") => {
                let room = self.consultation(Duration::from_hours(1)).await;
                Case::of(format!("/consultations/{}/cancel", room.id), &room.patient.browser).owned()
            }
            ("POST", "/doctor/consultations/{appointment}/cancel") => {
                let room = self.consultation(Duration::from_hours(1)).await;
                Case::of(format!("/doctor/consultations/{}/cancel", room.id), &room.doctor.browser).owned()
            }
            ("GET", "/consultations/{appointment}") => {
                let room = self.room().await;
                patient_or_doctor(&room, format!("/consultations/{}", room.id)).says(&room.complaint)
            }
            ("GET", "/doctor/consultations/{appointment}") => {
                let room = self.room().await;
                Case::of(format!("/doctor/consultations/{}", room.id), &room.doctor.browser)
                    .owned()
                    .says(&room.complaint)
                    .says(&room.patient_name)
            }
            ("POST", "/doctor/consultations/{appointment}/identity") => {
                let room = self.room().await;
                Case::of(format!("/doctor/consultations/{}/identity", room.id), &room.doctor.browser).owned()
            }
            ("POST", "/appointments/{appointment}/chat") => {
                let room = self.room().await;
                patient_or_doctor(&room, format!("/appointments/{}/chat", room.id))
            }
            ("GET", "/messages/{conversation}") => {
                let room = self.room().await;
                patient_or_doctor(&room, format!("/messages/{}", room.id)).says(&room.complaint)
            }
            ("GET", "/doctor/messages/{conversation}") => {
                let room = self.room().await;
                Case::of(format!("/doctor/messages/{}", room.id), &room.doctor.browser).owned().says(&room.complaint)
            }
            ("POST", "/messages/{conversation}/send") => {
                let room = self.room().await;
                patient_or_doctor(&room, format!("/messages/{}/send", room.id)).with(&MESSAGE)
            }
            ("POST", "/doctor/messages/{conversation}/send") => {
                let room = self.room().await;
                Case::of(format!("/doctor/messages/{}/send", room.id), &room.doctor.browser).owned().with(&MESSAGE)
            }
            ("POST", "/calls/conversations/{conversation}/initiate") => {
                let room = self.room().await;
                patient_or_doctor(&room, format!("/calls/conversations/{}/initiate", room.id))
                    .with(&[("type", "voice")])
            }
            ("POST", "/calls/sessions/{callSession}/answer" | "/calls/sessions/{callSession}/reject") => {
                let room = self.room().await;
                let act = path.rsplit('/').next().unwrap();
                let path = format!("/calls/sessions/{}/{act}", self.call(&room).await);
                Case::of(path, &room.doctor.browser).owned()
            }
            ("POST", "/calls/sessions/{callSession}/end") => {
                let room = self.room().await;
                let path = format!("/calls/sessions/{}/end", self.call(&room).await);
                patient_or_doctor(&room, path)
            }
            _ => return None,
        })
    }

    async fn case_of_profile(&self, method: &Method, path: &str) -> Option<Case> {
        Some(match (method.as_str(), path) {
            ("GET", "/profile") => {
                let name = unique_name("Melati");
                Case::of(path, &self.clinic.patient(&name).await.browser).says(&name)
            }
            ("POST", "/profile") => {
                let choices = [("language", "id"), ("time_zone", "Asia/Makassar")];
                Case::of(path, &self.clinic.patient(&unique_name("Melati")).await.browser).with(&PROFILE).with(&choices)
            }
            ("POST", "/profile/photo") => Case {
                file: Some(picture(600, 400)),
                ..Case::of(path, &self.clinic.doctor(&unique_name("Andi")).await.browser)
            },
            ("POST", "/profile/photo/remove") => {
                let patient = self.clinic.patient(&unique_name("Melati")).await;
                self.clinic.photo_of(&patient.browser, &picture(60, 60)).await;
                Case::of(path, &patient.browser)
            }
            ("GET" | "POST", "/profile/patients/{patient}") => {
                let (parent, name) = (self.clinic.patient(&unique_name("Melati")).await, unique_name("Anak"));
                let child = self.clinic.child_of(&parent, &name).await;
                let case = Case::of(format!("/profile/patients/{child}"), &parent.browser).owned();
                if method == Method::GET { case.says(&name) } else { case.with(&PROFILE) }
            }
            ("POST", "/profile/patients/{patient}/photo") => {
                let patient = self.clinic.patient(&unique_name("Melati")).await;
                let path = format!("/profile/patients/{}/photo", patient.patient_id);
                Case { file: Some(picture(600, 400)), ..Case::of(path, &patient.browser).owned() }
            }
            ("POST", "/profile/patients/{patient}/photo/remove") => {
                let patient = self.clinic.patient(&unique_name("Melati")).await;
                self.clinic.photo_of(&patient.browser, &picture(60, 60)).await;
                Case::of(format!("/profile/patients/{}/photo/remove", patient.patient_id), &patient.browser).owned()
            }
            ("GET", "/photos/{file}") => {
                let room = self.room().await;
                let photo = self.clinic.photo_of(&room.patient.browser, &picture(60, 60)).await;
                let reader = Some(room.doctor.browser.clone());
                Case { reader, ..Case::of(photo, &room.patient.browser).owned().says("JFIF") }
            }
            ("GET", "/logo") => {
                let logo = picture(60, 60).into();
                profiles::set_logo(&self.clinic.app, self.other_doctor.user, logo).await.unwrap().unwrap();
                Case::of(path, &self.clinic.browser()).says("IHDR")
            }
            ("POST", "/doctor/patients/{patient}/health") => {
                let room = self.room().await;
                let path = format!("/doctor/patients/{}/health", room.patient.patient_id);
                let appointment = room.id.to_string();
                Case::of(path, &room.doctor.browser).owned().with(&HEALTH).with(&[("appointment_id", &appointment)])
            }
            _ => return None,
        })
    }

    async fn case_of_prescription(&self, method: &Method, path: &str) -> Option<Case> {
        Some(match (method.as_str(), path) {
            ("GET", "/prescriptions") => {
                let room = self.room().await;
                self.prescription(&room, "issue").await;
                Case::of(path, &room.patient.browser).says("Antasida")
            }
            ("GET", "/prescriptions/{prescription}") => {
                let room = self.room().await;
                let path = format!("/prescriptions/{}", self.prescription(&room, "issue").await);
                let reader = Some(room.doctor.browser.clone());
                Case { reader, ..Case::of(path, &room.patient.browser).owned().says(&room.complaint) }
            }
            ("GET", "/doctor/prescriptions") => {
                let room = self.room().await;
                self.prescription(&room, "issue").await;
                Case::of(path, &room.doctor.browser).says(&room.patient_name)
            }
            ("GET", "/doctor/appointments/{appointment}/prescription/create") => {
                let room = self.room().await;
                let path = format!("/doctor/appointments/{}/prescription/create", room.id);
                Case::of(path, &room.doctor.browser).owned().says(&room.patient_name)
            }
            ("POST", "/doctor/appointments/{appointment}/prescription") => {
                let room = self.room().await;
                let path = format!("/doctor/appointments/{}/prescription", room.id);
                let fields = self.medicines("Gastritis", "issue").await;
                Case { fields, ..Case::of(path, &room.doctor.browser).owned() }
            }
            ("GET", "/doctor/prescriptions/{prescription}/edit") => {
                let room = self.room().await;
                let path = format!("/doctor/prescriptions/{}/edit", self.prescription(&room, "draft").await);
                Case::of(path, &room.doctor.browser).owned().says(&room.complaint)
            }
            ("PUT", "/doctor/prescriptions/{prescription}") => {
                let room = self.room().await;
                let path = format!("/doctor/prescriptions/{}", self.prescription(&room, "issue").await);
                let fields = self.medicines("Gastritis", "issue").await;
                Case { fields, ..Case::of(path, &room.doctor.browser).owned() }
            }
            ("POST", "/doctor/prescriptions/{prescription}/cancel") => {
                let room = self.room().await;
                let path = format!("/doctor/prescriptions/{}/cancel", self.prescription(&room, "issue").await);
                Case::of(path, &room.doctor.browser).owned()
            }
            _ => return None,
        })
    }

    /// A slot to come, on the grid of slots whatever the clock has moved by.
    fn next_slot(&self) -> Instant {
        let quarter = 15 * 60 * 1000;
        Instant::from_millis((self.clinic.app.now().millis() / quarter + 4) * quarter)
    }

    async fn case_of_clinics_settings(&self, method: &Method, path: &str) -> Option<Case> {
        let admin = &self.admin;
        Some(match (method.as_str(), path) {
            ("GET", "/admin/settings" | "/admin/more")
            | ("POST", "/admin/audit/check" | "/admin/settings/logo/remove") => Case::of(path, admin),
            ("POST", "/admin/settings/logo") => Case { file: Some(picture(300, 100)), ..Case::of(path, admin) },
            ("GET", "/admin/settings/texts/{kind}") => Case::of("/admin/settings/texts/terms", admin),
            ("POST", "/admin/settings") => Case::of(path, admin).with(&SETTINGS),
            ("POST", "/admin/settings/texts/{kind}") => {
                let text = unique_name("Klinik mengolah data kesehatan Anda agar dokter dapat merawat Anda dari jauh");
                let text = format!("{text}, dan menyimpannya selama peraturan mewajibkannya.");
                let form = [("body_id", text.as_str()), ("body_en", text.as_str()), ("material", "yes")];
                Case::of("/admin/settings/texts/privacy", admin).with(&form)
            }
            ("GET", "/admin/audit") => {
                let name = unique_name("Rudi");
                let member = self.clinic.member(Role::Admin, &name).await;
                let own = member.browser.get("/admin/audit").await;
                assert_eq!(own.status, StatusCode::OK, "{}", own.body);
                Case::of(path, admin).says(&name)
            }
            _ => return None,
        })
    }

    async fn case_of_people(&self, method: &Method, path: &str) -> Option<Case> {
        let admin = &self.admin;
        let name = unique_name("Rudi");
        Some(match (method.as_str(), path) {
            ("GET", "/admin/people/new") => Case::of(path, admin),
            ("GET", "/admin/people" | "/admin/people/{person}") => {
                let person = self.clinic.member(Role::Pharmacist, &name).await;
                Case::of(path.replace("{person}", &person.user.to_string()), admin).says(&name)
            }
            ("POST", "/admin/people/new") => {
                let email = format!("{}@klinik.test", name.to_lowercase().replace(' ', "."));
                Case::of(path, admin).with(&[("role", "pharmacist"), ("name", &name), ("email", &email)])
            }
            ("POST", "/admin/people/{person}") => {
                let person = self.clinic.member(Role::Pharmacist, &name).await;
                let case = Case::of(path.replace("{person}", &person.user.to_string()), admin);
                case.with(&[("name", &unique_name("Rudi"))])
            }
            ("POST", "/admin/people/{person}/invite" | "/admin/people/{person}/withdraw") => {
                let mut account = self
                    .clinic
                    .new_account(Role::Pharmacist, &name, &format!("{}@x.test", name.to_lowercase().replace(' ', ".")))
                    .await;
                account.password_hash = None;
                let (app, now) = (self.clinic.app.clone(), self.clinic.app.now());
                let made = move |tx| async move { accounts::create(&tx, &app.vault, account, now).await };
                let person = self.clinic.app.db.write(made).await.unwrap();
                Case::of(path.replace("{person}", &person.to_string()), admin)
            }
            ("POST", "/admin/people/{person}/reset-second-factor") => {
                let person = self.clinic.member(Role::Pharmacist, &name).await;
                self.clinic.set_up_app(&person.browser).await;
                Case::of(path.replace("{person}", &person.user.to_string()), admin)
            }
            ("POST", _) if path.starts_with("/admin/people/{person}/") => {
                let person = self.clinic.member(Role::Pharmacist, &name).await.user;
                let before = match path.rsplit('/').next().unwrap() {
                    "unlock" => Some("lock"),
                    "reactivate" => Some("deactivate"),
                    "lock" | "deactivate" | "end-sessions" => None,
                    _ => return None,
                };
                if let Some(before) = before {
                    let done = admin.post(&format!("/admin/people/{person}/{before}"), &[]).await;
                    assert!(done.status.is_redirection(), "{}: {}", done.status, done.body);
                }
                Case::of(path.replace("{person}", &person.to_string()), admin)
            }
            _ => return None,
        })
    }

    async fn case_of_care(&self, method: &Method, path: &str) -> Option<Case> {
        let name = unique_name("Melati");
        let patient = self.clinic.patient(&name).await;
        let filled = path.replace("{patient}", &patient.patient_id.to_string());
        let at_desk = Case::of(filled.clone(), &self.admin);
        Some(match (method.as_str(), path) {
            ("GET", "/profile/patients") => Case::of(path, &patient.browser).says(&name),
            ("GET", "/profile/patients/new") => Case::of(path, &patient.browser),
            ("POST", "/profile/patients/new") => {
                let fields = front_desk::child(&unique_name("Anak"), &front_desk::girls_nik());
                Case { fields, ..Case::of(path, &patient.browser) }
            }
            ("POST", "/profile/patients/{patient}/remove") => {
                let child = self.clinic.child_of(&patient, &unique_name("Anak")).await;
                Case::of(format!("/profile/patients/{child}/remove"), &patient.browser).owned()
            }
            ("GET", "/admin/patients") => {
                // The list from this patient on: others are as new while the clock stands.
                let after = Uuid::from_u128(patient.patient_id.as_u128() + 1);
                Case::of(format!("{path}?after={after}"), &self.admin).says(&name)
            }
            ("GET", "/admin/patients/{patient}" | "/admin/patients/{patient}/book") => at_desk.says(&name),
            ("POST", "/admin/patients" | "/admin/patients/{patient}/lock") | ("GET", "/admin/patients/new") => at_desk,
            ("POST", "/admin/patients/{patient}/unlock") => {
                let locked = self.admin.post(&filled.replace("unlock", "lock"), &[]).await;
                assert!(locked.status.is_redirection(), "{}: {}", locked.status, locked.body);
                at_desk
            }
            ("POST", "/admin/patients/new") => {
                Case { fields: front_desk::girl(&unique_name("Anak"), &front_desk::girls_nik()), ..at_desk }
            }
            ("POST", "/admin/patients/{patient}/identity") => {
                let mut fields = front_desk::girl(&unique_name("Melati"), "");
                fields.retain(|(field, _)| !matches!(*field, "nik" | "consent"));
                Case { fields, ..at_desk }
            }
            ("POST", "/admin/patients/{patient}/nik") => {
                let nik = front_desk::girls_nik();
                let confirmed = ("nik_confirmed", "yes");
                at_desk.with(&[("change", "correct"), ("nik", &nik), confirmed, ("reason", "Salah salin")])
            }
            ("POST", "/admin/patients/{patient}/care") => {
                let guardian = self.clinic.patient(&unique_name("Ibu")).await;
                at_desk.with(&[("email", &guardian.email), ("relationship", "child")])
            }
            ("POST", "/admin/patients/{patient}/care/end") => {
                let child = self.clinic.child_of(&patient, &unique_name("Anak")).await;
                Case::of(format!("/admin/patients/{child}/care/end"), &self.admin)
                    .with(&[("account", &patient.user.to_string())])
            }
            ("POST", "/admin/patients/{patient}/book") => {
                let doctor = self.clinic.doctor(&unique_name("Andi")).await.id.to_string();
                let starts_at = self.next_slot().rfc3339();
                at_desk.with(&[("doctor_id", &doctor), ("starts_at", &starts_at), ("complaint", "Batuk")])
            }
            ("POST", "/admin/patients/{patient}/appointments/{appointment}/cancel") => {
                let room = self.consultation(Duration::from_hours(1)).await;
                let path = format!("/admin/patients/{}/appointments/{}/cancel", room.patient.patient_id, room.id);
                Case::of(path, &self.admin)
            }
            _ => return None,
        })
    }

    #[expect(clippy::too_many_lines, reason = "a line for each route")]
    async fn case_of_admin(&self, method: &Method, path: &str) -> Option<Case> {
        let admin = &self.admin;
        Some(match (method.as_str(), path) {
            ("GET", "/admin/doctors" | "/admin/doctors/{doctor}") => {
                let name = unique_name("Made");
                let doctor = self.clinic.doctor(&name).await.id.to_string();
                Case::of(path.replace("{doctor}", &doctor), admin).says(&name)
            }
            (
                "GET",
                "/admin/doctors/new" | "/admin/products/new" | "/admin/products/import" | "/admin/recovery-sheet",
            ) => Case::of(path, admin),
            ("POST", "/admin/doctors" | "/admin/doctors/new") => {
                let name = unique_name("Made");
                let email = format!("{}@dokter.test", name.to_lowercase().replace(' ', "."));
                let form = doctor_form(&name, &email);
                Case { fields: form, ..Case::of(path, admin) }
            }
            ("POST", "/admin/doctors/{doctor}") => {
                let made = self.clinic.doctor(&unique_name("Andi")).await;
                let mut form = doctor_form(&unique_name("Andi"), &made.email);
                form.retain(|(field, _)| *field != "email");
                Case { fields: form, ..Case::of(format!("/admin/doctors/{}", made.id), admin) }
            }
            (
                "POST",
                "/admin/doctors/{doctor}/deactivate"
                | "/admin/doctors/{doctor}/reactivate"
                | "/admin/doctors/{doctor}/password-link",
            ) => {
                let made = self.clinic.doctor(&unique_name("Andi")).await;
                let act = path.rsplit('/').next().unwrap();
                if act == "reactivate" {
                    let off = admin.post(&format!("/admin/doctors/{}/deactivate", made.id), &[]).await;
                    assert!(off.status.is_redirection(), "{}: {}", off.status, off.body);
                }
                Case::of(format!("/admin/doctors/{}/{act}", made.id), admin)
            }
            ("POST", "/admin/doctors/{doctor}/photo") => {
                let doctor = self.clinic.doctor(&unique_name("Andi")).await.id;
                Case { file: Some(picture(60, 60)), ..Case::of(format!("/admin/doctors/{doctor}/photo"), admin) }
            }
            ("POST", "/admin/doctors/{doctor}/days-off") => {
                let form = [("first_day", "2026-12-24"), ("last_day", "2026-12-26"), ("reason", "Natal")];
                Case::of(format!("/admin/doctors/{}/days-off", self.other_doctor.id), admin).with(&form)
            }
            ("POST", "/admin/days-off/{id}/remove") => {
                Case::of(format!("/admin/days-off/{}/remove", self.day_off().await), admin)
            }
            ("POST", "/admin/recovery-sheet/show") => {
                let sheet = self.clinic.app.current_master_key().await.unwrap().sheet();
                Case::of(path, admin).with(&[("password", PASSWORD)]).says(sheet.lines().next().unwrap())
            }
            ("POST", "/admin/recovery-sheet") => {
                let [first, second] = asked_groups(&self.clinic, admin).await;
                Case::of(path, admin).with(&[("first_group", &first), ("second_group", &second)])
            }
            ("GET", "/admin/products") => {
                self.product().await;
                Case::of(path, admin).says("Antasida")
            }
            ("POST", "/admin/products/new") => Case::of(path, admin).with(&product_form(&unique_name("Vitamin"))),
            ("POST", "/admin/products/import") => Case { file: Some(PRODUCTS.into()), ..Case::of(path, admin) },
            ("GET", "/admin/products/{product}") => {
                Case::of(format!("/admin/products/{}", self.product().await), admin).says("Antasida")
            }
            ("POST", "/admin/products/{product}") => {
                Case::of(format!("/admin/products/{}", self.product().await), admin)
                    .with(&product_form(&unique_name("Vitamin")))
            }
            ("POST", "/admin/products/{product}/retire" | "/admin/products/{product}/restore") => {
                let (act, product) = (path.rsplit('/').next().unwrap(), self.product().await);
                if act == "restore" {
                    let retired = admin.post(&format!("/admin/products/{product}/retire"), &[]).await;
                    assert!(retired.status.is_redirection(), "{}: {}", retired.status, retired.body);
                }
                Case::of(format!("/admin/products/{product}/{act}"), admin)
            }
            _ => return None,
        })
    }
}

const PRODUCTS: &str = "name,form,strength,medicine_class,category,kfa_code\nSalbutamol,tablet,2 mg,keras,medicine,\n";

/// What the clinic of the tests is, with another name.
const SETTINGS: [(&str, &str); 8] = [
    ("name", "Klinik Sehat"),
    ("address", "Jl. Pelita No. 1"),
    ("city", "Jakarta"),
    ("phone", "+6221555010"),
    ("time_zone", "Asia/Jakarta"),
    ("slot_minutes", "15"),
    ("retention_years", "25"),
    ("message_retention", "ephemeral"),
];

const PROFILE: [(&str, &str); 8] = [
    ("version", "0"),
    ("address", "Jl. Pelita No. 1"),
    ("phone", "0812 3456 7890"),
    ("payer", "general"),
    ("bpjs_number", ""),
    ("allergies", "Penisilin"),
    ("weight", "62,5"),
    ("medicines_in_use", ""),
];

const HEALTH: [(&str, &str); 4] =
    [("version", "0"), ("allergies", "Penisilin"), ("weight", "62,5"), ("medicines_in_use", "Metformin")];

const MESSAGE: [(&str, &str); 2] =
    [("message", "Sudah tiga hari"), ("client_id", "0199ffff-0000-7000-8000-000000000001")];

fn doctor_form(name: &str, email: &str) -> Vec<(&'static str, String)> {
    let fields = [
        ("name", format!("dr. {name}")),
        ("email", email.to_owned()),
        ("specialty", "Dokter umum".to_owned()),
        ("str_number", "WN00001234567890".to_owned()),
        ("sip_number", "503/0456/SIP-DU/DPMPTSP/2026".to_owned()),
        ("sip_valid_until", "2031-06-30".to_owned()),
        ("biography", String::new()),
    ];
    fields.into()
}

fn product_form(name: &str) -> [(&'static str, &str); 6] {
    [
        ("name", name),
        ("form", "tablet"),
        ("strength", "50 mg"),
        ("medicine_class", "bebas"),
        ("category", "medicine"),
        ("kfa_code", ""),
    ]
}

async fn unique_doctor(clinic: &TestClinic, room: &Room) -> String {
    praktik::clinic::doctors::find(clinic.app.db.read(), room.doctor.id).await.unwrap().unwrap().name
}
