//! What the clinic is, its texts, its log and its recovery sheet.

use praktik::web::Role;
use reqwest::{Method, StatusCode};

use super::{Case, World, unique_name};
use crate::support::{PASSWORD, asked_groups, picture};

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

impl World {
    pub(super) async fn case_of_clinics_settings(&self, method: &Method, path: &str) -> Option<Case> {
        let admin = &self.admin;
        Some(match (method.as_str(), path) {
            ("GET", "/admin/settings" | "/admin/more" | "/admin/recovery-sheet")
            | ("POST", "/admin/audit/check" | "/admin/letters/again" | "/admin/settings/logo/remove") => {
                Case::of(path, admin)
            }
            ("POST", "/admin/clock/accept") => {
                let clock = &self.clinic.app.clock;
                if clock.unfollowed_step().is_none() {
                    clock.set_wall(3_000);
                }
                let step = clock.unfollowed_step().unwrap().to_string();
                Case::of(path, admin).with(&[("step", &step)])
            }
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
            ("POST", "/admin/recovery-sheet/show") => {
                let sheet = self.clinic.app.current_master_key().await.unwrap().sheet();
                Case::of(path, admin).with(&[("password", PASSWORD)]).says(sheet.lines().next().unwrap())
            }
            ("POST", "/admin/recovery-sheet") => {
                let [first, second] = asked_groups(&self.clinic, admin).await;
                Case::of(path, admin).with(&[("first_group", &first), ("second_group", &second)])
            }
            _ => return None,
        })
    }
}
