//! Prescriptions.

use reqwest::Method;

use super::{Case, World};

impl World {
    pub(super) async fn case_of_prescription(&self, method: &Method, path: &str) -> Option<Case> {
        Some(match (method.as_str(), path) {
            ("GET", "/prescriptions") => {
                let room = self.room().await;
                self.prescription(&room, "").await;
                Case::of(path, &room.patient.browser).says("Antasida")
            }
            ("GET", "/prescriptions/{prescription}") => {
                let room = self.room().await;
                let path = format!("/prescriptions/{}", self.prescription(&room, "").await);
                let reader = Some(room.doctor.browser.clone());
                Case { reader, ..Case::of(path, &room.patient.browser).owned().says(&room.complaint) }
            }
            ("GET", "/doctor/prescriptions") => {
                let room = self.room().await;
                self.prescription(&room, "").await;
                Case::of(path, &room.doctor.browser).says(&room.patient.name)
            }
            ("GET", "/doctor/appointments/{appointment}/prescription/create") => {
                let room = self.room().await;
                let path = format!("/doctor/appointments/{}/prescription/create", room.id);
                Case::of(path, &room.doctor.browser).owned().says(&room.patient.name)
            }
            (
                "POST",
                "/doctor/appointments/{appointment}/prescription"
                | "/doctor/appointments/{appointment}/prescription/draft"
                | "/doctor/appointments/{appointment}/prescription/rows"
                | "/doctor/appointments/{appointment}/prescription/rows/{row}/remove",
            ) => {
                let room = self.room().await;
                let path = path.replace("{appointment}", &room.id.to_string()).replace("{row}", "0");
                let fields = self.medicines("Gastritis").await;
                Case { fields, ..Case::of(path, &room.doctor.browser).owned() }
            }
            ("PUT", "/doctor/prescriptions/{prescription}")
            | (
                "POST",
                "/doctor/prescriptions/{prescription}/rows" | "/doctor/prescriptions/{prescription}/rows/{row}/remove",
            ) => {
                let room = self.room().await;
                let issued = self.prescription(&room, "").await.to_string();
                let path = path.replace("{prescription}", &issued).replace("{row}", "0");
                let fields = self.medicines("Gastritis").await;
                Case { fields, ..Case::of(path, &room.doctor.browser).owned() }
            }
            ("GET", "/doctor/prescriptions/{prescription}/edit") => {
                let room = self.room().await;
                let path = format!("/doctor/prescriptions/{}/edit", self.prescription(&room, "/draft").await);
                Case::of(path, &room.doctor.browser).owned().says(&room.complaint)
            }
            ("POST", "/doctor/prescriptions/{prescription}/cancel") => {
                let room = self.room().await;
                let path = format!("/doctor/prescriptions/{}/cancel", self.prescription(&room, "").await);
                Case::of(path, &room.doctor.browser).owned()
            }
            _ => return None,
        })
    }
}
