//! People of a clinic, signed in, made through the store where signing up is not the point.

use std::sync::atomic::{AtomicU32, Ordering};

use praktik::{
    clinic::{
        accounts::{self, Email, Level, NewAccount, identify, sessions},
        doctors::{self, Details, DetailsForm, Hours, NewDoctor},
        legal,
        patients::{self, BirthDate, Gender, NewPatient, Nik, Payer, Relationship},
    },
    infra::{
        passwords::Passwords,
        vault::{Private, VaultError},
    },
    web::{Lang, Role},
};
use uuid::Uuid;

use super::{Browser, TestClinic};

/// The password of everybody who is made here.
pub const PASSWORD: &str = "kucing di atas atap";

/// Hashed once for the whole run.
static HASH: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A patient who is signed in.
pub struct TestPatient {
    pub name: String,
    pub browser: Browser,
    pub user: Uuid,
    pub patient_id: Uuid,
    pub email: String,
}

impl TestClinic {
    /// A patient with an account of their own, signed in. Everybody has another NIK and e-mail.
    pub async fn patient(&self, name: &str) -> TestPatient {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let email = format!("pasien{number}@contoh.test");
        self.patient_at(name, number, email).await
    }

    /// The same with an address, though it be one from before that no letter reaches.
    pub async fn patient_with_email(&self, name: &str, email: &str) -> TestPatient {
        self.patient_at(name, NEXT.fetch_add(1, Ordering::Relaxed), email.to_owned()).await
    }

    async fn patient_at(&self, name: &str, number: u32, email: String) -> TestPatient {
        let account = self.new_account(Role::Patient, name, &email).await;
        let patient = new_patient(name, number, self.app.clinic().day_of(self.app.now()));
        let (app, now) = (self.app.clone(), self.app.now());
        let (user, patient_id) = self
            .app
            .db
            .write(move |tx| async move {
                let user = accounts::create(&tx, &app.vault, account, now).await?;
                let patient = patients::create(&tx, &app.vault, user, patient, Relationship::OneSelf, now).await?;
                accounts::add_consent(&tx, user, legal::FIRST_VERSION, Lang::Id, now).await?;
                Ok::<_, VaultError>((user, patient))
            })
            .await
            .unwrap();
        TestPatient { name: name.to_owned(), browser: self.signed_in(user).await, user, patient_id, email }
    }

    /// Somebody of `role` who works here and has chosen [`PASSWORD`].
    pub async fn member(&self, role: Role, name: &str) -> TestMember {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let email = format!("petugas{number}@klinik.test");
        let account = self.new_account(role, name, &email).await;
        let (app, now) = (self.app.clone(), self.app.now());
        let made = self.app.db.write(move |tx| async move { accounts::create(&tx, &app.vault, account, now).await });
        let user = made.await.unwrap();
        TestMember { browser: self.signed_in(user).await, user, email }
    }

    /// What an account of `role` begins with; its password is [`PASSWORD`].
    pub async fn new_account(&self, role: Role, name: &str, email: &str) -> NewAccount {
        let hash = HASH.get_or_init(|| async { Passwords::default().hash(PASSWORD.into()).await.unwrap() }).await;
        NewAccount {
            role,
            name: Private::new(name),
            email: Email::known(email).unwrap(),
            password_hash: Some(hash.clone()),
            lang: Lang::Id,
            time_zone: None,
        }
    }

    /// A browser in which `user` is signed in, without the cost of a login.
    pub async fn signed_in(&self, user: Uuid) -> Browser {
        self.at_level(user, Level::Full).await
    }

    /// A browser in which `user` has come as far as `level`.
    pub async fn at_level(&self, user: Uuid, level: Level) -> Browser {
        let (app, now) = (self.app.clone(), self.app.now());
        let begun = self
            .app
            .db
            .write(move |tx| async move { sessions::begin(&tx, &app.vault, user, level, &device(), now).await });
        let token = begun.await.unwrap();
        Browser::with_cookie(&self.address, identify::session_cookie(&self.app), &token)
    }
}

/// The browser that sessions begun here belong to.
fn device() -> sessions::Device {
    sessions::Device { user_agent: Private::new("test"), address: Private::new("127.0.0.1") }
}

fn new_patient(name: &str, number: u32, today: jiff::civil::Date) -> NewPatient {
    NewPatient {
        name: Private::new(name),
        known_by: Nik::parse(&format!("73{number:04}5203910001")).unwrap().into(),
        birth_place: Private::new("Makassar"),
        birth_date: BirthDate::parse("1991-03-12", today).unwrap(),
        gender: Gender::Female,
        address: Private::new("Jl. Sultan Alauddin No. 77, Makassar"),
        phone: None,
        payer: Payer::General,
    }
}

/// A doctor with hours around the clock on every day, signed in.
pub struct TestDoctor {
    pub browser: Browser,
    pub id: Uuid,
    pub user: Uuid,
    pub email: String,
}

/// Somebody who works at the clinic, signed in.
pub struct TestMember {
    pub browser: Browser,
    pub user: Uuid,
    pub email: String,
}

/// An admin, signed in.
pub struct TestAdmin {
    pub browser: Browser,
    pub user: Uuid,
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
            let token = sessions::begin(&tx, &app.vault, user, Level::Full, &device(), now).await?;
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
        let account = self.new_account(Role::Admin, "Dewi Admin", "admin@klinik.test").await;
        let made = self.app.db.write(move |tx| async move {
            let user = accounts::create(&tx, &app.vault, account, now).await?;
            let token = sessions::begin(&tx, &app.vault, user, Level::Full, &device(), now).await?;
            Ok::<_, VaultError>((user, token))
        });
        let (user, token) = made.await.unwrap();
        TestAdmin { browser: Browser::with_session(&self.address, &token), user }
    }
}
