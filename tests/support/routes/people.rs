//! Those who work at the clinic.

use praktik::{clinic::accounts, web::Role};
use reqwest::Method;

use super::{Case, World, unique_name};

impl World {
    pub(super) async fn case_of_people(&self, method: &Method, path: &str) -> Option<Case> {
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
}
