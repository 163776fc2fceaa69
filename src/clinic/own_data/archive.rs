//! Everything that the clinic keeps about an account and the patients in its care, read and opened (S4).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::lines::{Line, lines};
use crate::{
    app::App,
    clinic::{
        accounts::{self, Account, Person, SignedIn, entity::consent},
        appointments::{self, appointment},
        audit,
        calls::{self, entity::call_session},
        conversations::{self, KeptConversation, KeptMessage, retention_of},
        doctors,
        notifications::{NotificationView, recent},
        patients::{self, Identity, Kept, NikChanged, entity::guardianship},
        prescriptions::{self, ExportedPrescription},
        profile::{Profile, Retention},
    },
    infra::{
        clock::Instant,
        files::{self, File},
        vault::Private,
    },
    web::{Error, Page},
};

/// However many there are.
const ALL: u64 = i64::MAX.unsigned_abs();

/// A copy of it all.
pub(super) struct Archive {
    pub(super) taken_at: Instant,
    pub(super) clinic: Profile,
    pub(super) holder: Uuid,
    pub(super) account: Account,
    pub(super) consents: Vec<consent::Model>,
    pub(super) patients: Vec<OnePatient>,
    pub(super) notifications: Vec<NotificationView>,
    pub(super) log: Vec<Line>,
    pub(super) photos: BTreeMap<Uuid, Photo>,
    /// Who else did something, by their accounts.
    people: HashMap<Uuid, Person>,
}

/// One patient.
pub(super) struct OnePatient {
    pub(super) identity: Identity,
    pub(super) kept: Kept,
    /// How the account looks after them.
    pub(super) care: guardianship::Model,
    /// How other accounts do.
    pub(super) others: Vec<guardianship::Model>,
    pub(super) nik_changes: Vec<NikChanged>,
    pub(super) appointments: Vec<OneAppointment>,
    pub(super) prescriptions: Vec<ExportedPrescription>,
}

/// One consultation or visit.
pub(super) struct OneAppointment {
    pub(super) row: appointment::Model,
    pub(super) doctor: String,
    pub(super) specialty: String,
    pub(super) complaint: Option<Private>,
    pub(super) conversation: Option<KeptConversation>,
    pub(super) calls: Vec<call_session::Model>,
}

/// A photo, as it lies beside the page.
pub(super) struct Photo {
    pub(super) file: File,
    pub(super) content: Zeroizing<Vec<u8>>,
}

impl Archive {
    /// Reads all that belongs to `signed_in`, in the words of `page` where there are words.
    pub(super) async fn read(app: &App, signed_in: &SignedIn, page: &Page) -> Result<Self, Error> {
        let (reader, user) = (app.db.read(), signed_in.user);
        let account = accounts::account_of(reader, &app.vault, user).await?;
        let care = patients::care_of(reader, user).await?;
        let about =
            audit::About { patients: care.iter().map(|care| care.patient_id).collect(), account: user, but_by: None };
        let rows = audit::about(reader, &about, None, ALL).await?;
        let mut patients = Vec::new();
        for care in care {
            patients.push(OnePatient::read(app, care).await?);
        }
        let named: BTreeSet<Uuid> = patients.iter().flat_map(OnePatient::accounts).collect();
        let photos: Vec<Uuid> = patients.iter().map(|one| one.kept.photo).chain([account.photo]).flatten().collect();
        Ok(Self {
            taken_at: app.now(),
            clinic: (*app.clinic()).clone(),
            holder: user,
            consents: accounts::consents_of(reader, user).await?,
            notifications: recent(app, page, user, ALL).await?,
            log: lines(app, page, user, rows).await?,
            photos: Photo::read(app, photos).await?,
            people: accounts::people_of(reader, &app.vault, named.into_iter().collect()).await?,
            account,
            patients,
        })
    }

    /// Who is behind an account that did something.
    pub(super) fn person(&self, account: Uuid) -> Option<&Person> {
        self.people.get(&account)
    }

    /// The photo of a person, if its content is there.
    pub(super) fn photo(&self, id: Option<Uuid>) -> Option<&Photo> {
        id.and_then(|id| self.photos.get(&id))
    }
}

impl OnePatient {
    async fn read(app: &App, care: guardianship::Model) -> Result<Self, Error> {
        let (reader, patient) = (app.db.read(), care.patient_id);
        let rows = appointments::all_of_patient(reader, patient).await?;
        let doctors = doctors::find_many(reader, rows.iter().map(|row| row.doctor_id).collect()).await?;
        let mut of_patient = Vec::new();
        for row in rows {
            let doctor = doctors.get(&row.doctor_id);
            of_patient.push(OneAppointment {
                doctor: doctor.map(|doctor| doctor.name.clone()).unwrap_or_default(),
                specialty: doctor.map(|doctor| doctor.specialty.clone()).unwrap_or_default(),
                complaint: appointments::open_complaint(reader, &app.vault, &row).await?,
                conversation: conversations::kept_of(app, &row).await?,
                calls: calls::of_conversation(reader, row.id).await?,
                row,
            });
        }
        let guardians = patients::guardians_of(reader, patient).await?;
        Ok(Self {
            identity: patients::identity_of(reader, &app.vault, patient).await?,
            kept: patients::kept_of(reader, &app.vault, patient).await?,
            others: guardians.into_iter().filter(|other| other.user_id != care.user_id).collect(),
            care,
            nik_changes: patients::nik_changes(reader, &app.vault, patient).await?,
            appointments: of_patient,
            prescriptions: prescriptions::export_of(app, patient).await?,
        })
    }

    /// Every account that is named in what is kept of this patient.
    fn accounts(&self) -> impl Iterator<Item = Uuid> {
        let changed = self.kept.health.changed.map(|(by, _)| by);
        let booked = self.appointments.iter().flat_map(|one| [Some(one.row.booked_by), one.row.cancelled_by]);
        let called = self.appointments.iter().flat_map(|one| one.calls.iter().map(|call| Some(call.caller_id)));
        let others = self.others.iter().map(|other| Some(other.user_id));
        let corrected = self.nik_changes.iter().map(|change| Some(change.by));
        booked.chain(called).chain(others).chain(corrected).chain([changed]).flatten()
    }

    /// The day of birth in words.
    pub(super) fn born(&self, page: &Page) -> String {
        let day: Date = self.identity.birth_date;
        format!("{}, {}", self.identity.birth_place.reveal(), page.words.plain_day(day))
    }
}

impl OneAppointment {
    /// Those that were written so far; nothing if messages are for the room alone.
    pub(super) fn messages(&self) -> Option<&[KeptMessage]> {
        let written = self.conversation.as_ref().and_then(|conversation| conversation.messages.as_deref());
        (retention_of(&self.row) == Retention::Kept).then(|| written.unwrap_or_default())
    }
}

impl Photo {
    async fn read(app: &App, ids: Vec<Uuid>) -> Result<BTreeMap<Uuid, Self>, Error> {
        let mut photos = BTreeMap::new();
        for id in ids {
            let Some(file) = files::find(app.db.read(), id).await? else { continue };
            let key = app.vault.key(app.db.read(), file.owner_id).await?;
            if let Some(content) = app.files.get(&key, id).await? {
                photos.insert(id, Self { file, content });
            }
        }
        Ok(photos)
    }

    /// Its name in the archive; photos are kept as JPEG alone.
    pub(super) fn name(&self) -> String {
        format!("photos/{}.jpg", self.file.id)
    }
}
