//! Finding a doctor, booking, and what happens in the room.

use std::time::Duration;

use reqwest::Method;

use super::{Case, World, unique_name};
use crate::support::{Room, TestClinic};

const MESSAGE: [(&str, &str); 2] =
    [("message", "Sudah tiga hari"), ("client_id", "0199ffff-0000-7000-8000-000000000001")];

async fn unique_doctor(clinic: &TestClinic, room: &Room) -> String {
    praktik::clinic::doctors::find(clinic.app.db.read(), room.doctor.id).await.unwrap().unwrap().name
}

impl World {
    #[expect(clippy::too_many_lines, reason = "a line for each route")]
    pub(super) async fn case_of_consultation(&self, method: &Method, path: &str) -> Option<Case> {
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
                Case::of(path, &room.doctor.browser).says(&room.patient.name)
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
                    .says(&room.patient.name)
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
}
