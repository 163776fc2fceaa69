//! Whom an account looks after, and the front desk.

use std::time::Duration;

use praktik::infra::clock::Instant;
use reqwest::Method;
use uuid::Uuid;

use super::{Case, World, unique_name};
use crate::support::front_desk;

impl World {
    /// A slot to come, on the grid of slots whatever the clock has moved by.
    fn next_slot(&self) -> Instant {
        let quarter = 15 * 60 * 1000;
        Instant::from_millis((self.clinic.app.now().millis() / quarter + 4) * quarter)
    }

    #[expect(clippy::too_many_lines, reason = "a line for each route")]
    pub(super) async fn case_of_care(&self, method: &Method, path: &str) -> Option<Case> {
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
                at_desk.with(&[("change", "correct"), ("nik", &nik), ("nik_confirmed", "yes"), ("reason", "Salah")])
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
}
