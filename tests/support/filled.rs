//! A patient, and a doctor, of whom the clinic keeps everything that it can keep of anybody.

use std::{collections::BTreeMap, time::Duration};

use praktik::{
    clinic::{
        accounts::{self, Level, SignedIn, sessions},
        appointments::{Kind, appointment},
        conversations::{self, Party},
        patients::{self, Relationship},
        prescriptions::entity::prescription,
    },
    infra::vault::Private,
    web::{Error, Role},
};
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use uuid::Uuid;

use super::{
    Engine, LASTS, PASSWORD, Room, TestClinic, WAIT,
    front_desk::{child, girls_nik, with},
    new_id, picture,
};
use crate::{export, profile::edit};

const DAY: Duration = Duration::from_hours(24);

/// Moments that only something rare leaves behind.
const RARE: [&str; 8] = [
    "UPDATE users SET email_confirmed_at = created_at",
    "UPDATE totp_secrets SET last_used_at = created_at",
    "UPDATE passkeys SET last_used_at = created_at",
    "UPDATE recovery_codes SET used_at = created_at",
    "UPDATE password_links SET used_at = created_at",
    "UPDATE messages SET read_at = sent_at",
    "UPDATE messages SET metadata = '{\"outcome\":\"ended\",\"seconds\":61}'",
    "UPDATE patients SET health_changed_by = (SELECT id FROM users WHERE role = 'doctor')",
];

/// The two, of a clinic that has little else.
pub struct Filled {
    pub clinic: TestClinic,
    /// The patient's account.
    pub patient: Uuid,
    /// The doctor's account.
    pub doctor: Uuid,
}

impl Filled {
    pub async fn open(engine: Engine) -> Self {
        let clinic = TestClinic::open(engine).await;
        let room = clinic.waiting_room().await;
        let (patient, doctor) = (room.patient.user, room.doctor.user);
        fill_profiles(&clinic, &room).await;
        fill_log_ins(&clinic, &room).await;
        fill_care(&clinic, &room).await;
        fill_consultation(&clinic, &room).await;
        fill_further_appointments(&clinic, &room).await;
        for statement in RARE {
            clinic.app.db.write(move |tx| async move { tx.execute_unprepared(statement).await }).await.unwrap();
        }
        Self { clinic, patient, doctor }
    }

    /// The files of the copy that the holder of `user` takes.
    pub async fn copy_of(&self, user: Uuid) -> BTreeMap<String, String> {
        export::files(&self.clinic.signed_in(user).await).await
    }

    /// What the patient wrote, or others wrote of the patient.
    pub fn patients_words() -> Vec<String> {
        [
            "Siti Rahmawati",
            "Jl. Cendrawasih No. 8",
            "+6281234567890",
            "0001234567890",
            "Penisilin: ruam",
            "Metformin 500 mg",
            "Asia/Jayapura",
            "siti.baru@pos.example",
            "Laptop di rumah",
            "Peramban Kedaton",
            "203.0.113.77",
            "Bayi Siti",
            "7371095203910001",
            "Ayu Lestari",
            "Budi Santoso",
            "Salah salin dari KTP",
            "Demam sejak dua hari",
            "Apakah obatnya diminum sebelum makan?",
            "Faringitis akut",
            "Banyak minum",
            "3x sehari",
            "Amoksisilin",
            "sesudah makan",
        ]
        .map(str::to_owned)
        .into()
    }

    /// What the doctor wrote of themself.
    pub fn doctors_words() -> Vec<String> {
        ["+6281298765432", "Jl. Rahasia Dokter"].map(str::to_owned).into()
    }
}

async fn fill_profiles(clinic: &TestClinic, room: &Room) {
    let changes = [
        ("address", "Jl. Cendrawasih No. 8, Makassar"),
        ("phone", "0812-3456-7890"),
        ("payer", "bpjs"),
        ("bpjs_number", "0001 2345 67890"),
        ("allergies", "Penisilin: ruam"),
        ("weight", "62,5"),
        ("medicines_in_use", "Metformin 500 mg"),
        ("time_zone", "Asia/Jayapura"),
    ];
    edit(&room.patient.browser, &changes).await;
    edit(&room.doctor.browser, &[("phone", "081298765432"), ("address", "Jl. Rahasia Dokter")]).await;
    clinic.photo_of(&room.patient.browser, &picture(90, 60)).await;
}

async fn fill_log_ins(clinic: &TestClinic, room: &Room) {
    let (siti, email) = (&room.patient.browser, room.patient.email.as_str());
    clinic.browser().log_in(email, PASSWORD).await;
    let change = [("email", "siti.baru@pos.example"), ("current_password", PASSWORD)];
    assert!(siti.post("/settings/security/email", &change).await.status.is_redirection());
    clinic.set_up_app(siti).await;
    assert!(clinic.add_passkey(siti, "Laptop di rumah").await.1.status.is_redirection());
    let (app, user, now) = (clinic.app.clone(), room.patient.user, clinic.app.now());
    let begun = clinic.app.db.write(move |tx| async move {
        accounts::create_password_link(&tx, user, now).await?;
        let browser = Private::new("Mozilla/5.0 (Peramban Kedaton)");
        let device = sessions::Device { user_agent: browser, address: Private::new("203.0.113.77") };
        sessions::begin(&tx, &app.vault, user, Level::Full, &device, now).await
    });
    begun.await.unwrap();
}

async fn fill_care(clinic: &TestClinic, room: &Room) {
    let siti = &room.patient.browser;
    let mut newborn = child("Bayi Siti", "");
    newborn.retain(|(name, _)| !matches!(*name, "nik" | "birth_date"));
    let of_mother =
        [("newborn", "yes"), ("mother_nik", "7371095203910001"), ("birth_date", "18-11-2026"), ("birth_order", "2")];
    newborn.extend(of_mother.map(|(name, value)| (name, value.to_owned())));
    for form in [&newborn, &with(&child("Ayu Lestari", &girls_nik()), "phone", "081211112222")] {
        let added = siti.send_form("/profile/patients/new", form).await;
        assert!(added.status.is_redirection(), "{}: {}", added.status, added.body);
    }
    let (other, ayu, now) =
        (clinic.patient("Budi Santoso").await, *siti.in_care().await.last().unwrap(), clinic.app.now());
    let care = clinic.app.db.write(move |tx| async move {
        patients::look_after(&tx, other.user, ayu, Relationship::Other, Some(1), now).await
    });
    care.await.unwrap();
    let admin = clinic.admin().await.browser;
    let nik = girls_nik();
    let correct =
        [("change", "correct"), ("nik", nik.as_str()), ("nik_confirmed", "yes"), ("reason", "Salah salin dari KTP")];
    let corrected = admin.post(&format!("/admin/patients/{}/nik", room.patient.patient_id), &correct).await;
    assert!(corrected.status.is_redirection(), "{}", corrected.body);
}

/// A consultation with a call and a prescription that was changed.
async fn fill_consultation(clinic: &TestClinic, room: &Room) {
    clinic.pass(WAIT).await;
    let [patient, doctor] = room.both();
    patient.look().await;
    doctor.look().await;
    assert_eq!(patient.send("Tenggorokan saya sakit").await.status, 201);
    let confirm = format!("/doctor/consultations/{}/identity", room.id);
    assert!(room.doctor.browser.post(&confirm, &[]).await.status.is_redirection());
    let mut socket = doctor.socket().await;
    let call = patient.ring("voice").await;
    socket.next("ring").await;
    assert_eq!(doctor.about(&call, "answer").await.status, 200);
    clinic.pass(Duration::from_secs(61)).await;
    assert_eq!(patient.about(&call, "end").await.status, 200);

    let medicine = clinic.prescribe(room).await.to_string();
    let issued = prescription::Entity::find().one(clinic.app.db.read()).await.unwrap().unwrap();
    let change = [
        ("_method", "PUT"),
        ("diagnosis", "Faringitis akut"),
        ("notes", "Banyak minum"),
        ("items[0][product_id]", &medicine),
        ("items[0][dosage]", "3x sehari"),
        ("items[0][quantity]", "15"),
        ("items[0][duration_days]", "5"),
        ("items[0][instructions]", "sesudah makan"),
    ];
    let changed = room.doctor.browser.post(&format!("/doctor/prescriptions/{}", issued.id), &change).await;
    assert!(changed.status.is_redirection(), "{}", changed.body);
    clinic.pass(LASTS).await;
}

/// A consultation that was called off, and a visit with a conversation that is kept.
async fn fill_further_appointments(clinic: &TestClinic, room: &Room) {
    let cancelled = book(clinic, room, DAY).await;
    let siti = clinic.signed_in(room.patient.user).await;
    let cancel = siti.post(&format!("/consultations/{cancelled}/cancel"), &[]).await;
    assert!(cancel.status.is_redirection(), "{}", cancel.body);

    let (id, now) = (book(clinic, room, 2 * DAY).await, clinic.app.now());
    let visit = clinic.app.db.write(move |tx| async move {
        let visit = appointment::Entity::update_many().col_expr(appointment::Column::Kind, Expr::value(Kind::Visit));
        visit.filter(appointment::Column::Id.eq(id)).exec(&tx).await?;
        let row = appointment::Entity::find_by_id(id).one(&tx).await?.unwrap();
        conversations::create(&tx, &row, now).await
    });
    visit.await.unwrap();
    let who = SignedIn { user: room.patient.user, role: Role::Patient, session: Uuid::nil() };
    let party = Party::find(&clinic.app, &who, id).await.unwrap();
    let text = Private::new("Apakah obatnya diminum sebelum makan?");
    conversations::write(&clinic.app, &party, new_id(), text).await.map_err(|_: Error| ()).unwrap();
}

/// A consultation of the same two, `later` than their first.
async fn book(clinic: &TestClinic, room: &Room, later: Duration) -> Uuid {
    clinic.book(&room.patient, &room.doctor, room.starts_at + later, None).await.unwrap()
}
