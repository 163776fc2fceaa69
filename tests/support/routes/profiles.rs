//! Profiles, photos, the logo, and what a doctor corrects of a patient's health.

use praktik::clinic::profiles;
use reqwest::Method;

use super::{Case, World, unique_name};
use crate::support::picture;

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

impl World {
    pub(super) async fn case_of_profile(&self, method: &Method, path: &str) -> Option<Case> {
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
}
