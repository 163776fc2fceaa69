//! Doctors and their days off, as the admin keeps them.

use praktik::{clinic::doctors::entity::day_off, infra::ids};
use reqwest::Method;
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait as _};
use uuid::Uuid;

use super::{Case, World, unique_name};
use crate::support::picture;

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

impl World {
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

    pub(super) async fn case_of_doctors(&self, method: &Method, path: &str) -> Option<Case> {
        let admin = &self.admin;
        Some(match (method.as_str(), path) {
            ("GET", "/admin/doctors/new") => Case::of(path, admin),
            ("GET", "/admin/doctors" | "/admin/doctors/{doctor}") => {
                let name = unique_name("Made");
                let doctor = self.clinic.doctor(&name).await.id.to_string();
                Case::of(path.replace("{doctor}", &doctor), admin).says(&name)
            }
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
            _ => return None,
        })
    }
}
