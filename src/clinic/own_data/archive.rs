//! Everything that the clinic keeps about an account and the patients in its care, read and opened (S4).

use jiff::civil::Date;
use uuid::Uuid;

use super::lines::{Line, lines};
use crate::{
    app::App,
    clinic::{
        accounts::{self, Details, SignedIn, entity::consent},
        appointments::{self, appointment},
        audit,
        calls::{self, entity::call_session},
        conversations::{self, KeptMessage},
        doctors,
        notifications::{NotificationView, recent},
        patients::{self, Identity, Relationship},
        prescriptions::{self, ExportedPrescription},
        profile::Profile,
    },
    infra::{clock::Instant, vault::Private},
    web::{Error, Page},
};

/// As many of the newest as are taken along: what an account gathers in decades, and a bound on the memory that a copy
/// takes.
const MOST_LINES: u64 = 20_000;

/// A copy of it all.
pub(super) struct Archive {
    pub(super) taken_at: Instant,
    pub(super) clinic: Profile,
    pub(super) account: Details,
    pub(super) consents: Vec<consent::Model>,
    pub(super) patients: Vec<OnePatient>,
    pub(super) notifications: Vec<NotificationView>,
    pub(super) log: Vec<Line>,
}

/// One patient.
pub(super) struct OnePatient {
    pub(super) identity: Identity,
    pub(super) relationship: Relationship,
    pub(super) appointments: Vec<OneAppointment>,
    pub(super) prescriptions: Vec<ExportedPrescription>,
}

/// One consultation or visit.
pub(super) struct OneAppointment {
    pub(super) row: appointment::Model,
    pub(super) doctor: String,
    pub(super) specialty: String,
    pub(super) complaint: Option<Private>,
    /// Nothing if messages were for the room alone and are gone.
    pub(super) messages: Option<Vec<KeptMessage>>,
    pub(super) calls: Vec<call_session::Model>,
}

impl Archive {
    /// Reads all that belongs to `signed_in`, in the words of `page` where there are words.
    pub(super) async fn read(app: &App, signed_in: &SignedIn, page: &Page) -> Result<Self, Error> {
        let (reader, user) = (app.db.read(), signed_in.user);
        let care = patients::care_of(reader, user).await?;
        let about =
            audit::About { patients: care.iter().map(|care| care.patient_id).collect(), account: user, but_by: None };
        let rows = audit::about(reader, &about, None, MOST_LINES).await?;
        let mut of_patients = Vec::new();
        for care in care {
            of_patients.push(OnePatient::read(app, care.patient_id, care.relationship).await?);
        }
        Ok(Self {
            taken_at: app.now(),
            clinic: (*app.clinic()).clone(),
            account: accounts::details_of(reader, &app.vault, user).await?,
            consents: accounts::consents_of(reader, user).await?,
            patients: of_patients,
            notifications: recent(app, page, user, MOST_LINES).await?,
            log: lines(app, page, user, rows).await?,
        })
    }
}

impl OnePatient {
    async fn read(app: &App, patient: Uuid, relationship: Relationship) -> Result<Self, Error> {
        let reader = app.db.read();
        let rows = appointments::all_of_patient(reader, patient).await?;
        let doctors = doctors::find_many(reader, rows.iter().map(|row| row.doctor_id).collect()).await?;
        let mut of_patient = Vec::new();
        for row in rows {
            let doctor = doctors.get(&row.doctor_id);
            of_patient.push(OneAppointment {
                doctor: doctor.map(|doctor| doctor.name.clone()).unwrap_or_default(),
                specialty: doctor.map(|doctor| doctor.specialty.clone()).unwrap_or_default(),
                complaint: appointments::open_complaint(reader, &app.vault, &row).await?,
                messages: conversations::kept_of(app, &row).await?,
                calls: calls::of_conversation(reader, row.id).await?,
                row,
            });
        }
        Ok(Self {
            identity: patients::identity_of(reader, &app.vault, patient).await?,
            relationship,
            appointments: of_patient,
            prescriptions: prescriptions::export_of(app, patient).await?,
        })
    }

    /// The day of birth in words.
    pub(super) fn born(&self, page: &Page) -> String {
        let day: Date = self.identity.birth_date;
        format!("{}, {}", self.identity.birth_place.reveal(), page.words.plain_day(day))
    }
}
