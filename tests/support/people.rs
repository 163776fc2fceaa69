//! People of the clinic, signed in, for tests that are about something else.

use praktik::{
    clinic::{
        accounts::{self, Email, NewAccount, sessions},
        doctors::{self, Details, DetailsForm, Hours, NewDoctor},
    },
    infra::vault::{Private, VaultError},
    web::{Lang, Role},
};
use uuid::Uuid;

use super::{Browser, TestClinic};

/// A doctor with hours around the clock on every day, signed in.
pub struct TestDoctor {
    pub browser: Browser,
    pub id: Uuid,
    pub user: Uuid,
    pub email: String,
}

/// An admin, signed in.
pub struct TestAdmin {
    pub browser: Browser,
    pub user: Uuid,
    pub email: String,
}

impl TestClinic {
    /// A doctor: `clinic.doctor("Andi")` is dr. Andi.
    pub async fn doctor(&self, name: &str) -> TestDoctor {
        let (app, now) = (self.app.clone(), self.app.now());
        let email = format!("{}@dokter.test", name.to_lowercase().replace(' ', "."));
        let details = Details::check(&DetailsForm {
            name: format!("dr. {name}"),
            specialty: "Dokter umum".to_owned(),
            str_number: "WN00001234567890".to_owned(),
            sip_number: "503/0456/SIP-DU/DPMPTSP/2026".to_owned(),
            sip_valid_until: "2031-06-30".to_owned(),
            biography: String::new(),
        });
        let new = NewDoctor {
            email: Email::parse(&email).ok().unwrap(),
            password_hash: None,
            lang: Lang::Id,
            details: details.unwrap(),
            hours: Hours::around_the_clock(),
        };
        let made = self.app.db.write(move |tx| async move {
            let id = doctors::create(&tx, &app.vault, new, now).await?;
            let user = doctors::find(&tx, id).await?.unwrap().user_id;
            let token = sessions::begin(&tx, user, "test", "127.0.0.1", now).await?;
            Ok::<_, VaultError>((id, user, token))
        });
        let (id, user, token) = made.await.unwrap();
        TestDoctor { browser: Browser::with_session(&self.address, &token), id, user, email }
    }
}

impl TestClinic {
    /// An admin.
    pub async fn admin(&self) -> TestAdmin {
        let (app, now) = (self.app.clone(), self.app.now());
        let email = "admin@klinik.test";
        let account = NewAccount {
            role: Role::Admin,
            name: Private::new("Dewi Admin"),
            email: Email::parse(email).ok().unwrap(),
            password_hash: None,
            lang: Lang::Id,
            time_zone: None,
        };
        let made = self.app.db.write(move |tx| async move {
            let user = accounts::create(&tx, &app.vault, account, now).await?;
            let token = sessions::begin(&tx, user, "test", "127.0.0.1", now).await?;
            Ok::<_, VaultError>((user, token))
        });
        let (user, token) = made.await.unwrap();
        TestAdmin { browser: Browser::with_session(&self.address, &token), user, email: email.to_owned() }
    }
}
