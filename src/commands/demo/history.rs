//! What has happened in the demo, and what comes: a room that is open now, consultations, prescriptions, a visit.

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use uuid::Uuid;

use super::people::People;
use crate::{
    app::App,
    clinic::{
        accounts::SignedIn,
        appointments::{self, Kind, NewConsultation, Side, Status, appointment},
        conversations::{self, Party},
        doctors,
        encounter::rooms,
        pharmacy,
        prescriptions::{
            self, Writing,
            rules::{self, Fields, ItemFields},
        },
        profile::Retention,
    },
    infra::{
        clock::Instant,
        ids,
        vault::{Private, VaultError},
    },
    web::Role,
};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// Fills the demo.
pub(super) async fn create(app: &App, people: &People) -> anyhow::Result<()> {
    past_consultations(app, people).await?;
    visit(app, people).await?;
    let now = app.now();
    let five = Instant::from_millis(now.millis() - now.millis() % (5 * 60 * 1000));
    let siti =
        people.book(app, "siti", "andi", five, "Demam dan sakit tenggorokan sejak tiga hari, sudah minum parasetamol.");
    let open = siti.await?;
    rooms::open(app, open).await?;
    let quarter = Instant::from_millis(now.millis() - now.millis() % (15 * 60 * 1000)) + 60 * MINUTE;
    people.book(app, "budi", "ratna", quarter, "Gatal di lengan sejak ganti sabun.").await?;
    Ok(())
}

impl People {
    fn doctor(&self, key: &str) -> anyhow::Result<Uuid> {
        self.doctors.get(key).copied().context("a doctor of the demo")
    }

    fn patient(&self, key: &str) -> anyhow::Result<(Uuid, Uuid)> {
        self.patients.get(key).copied().context("a patient of the demo")
    }

    fn consultation(
        &self,
        app: &App,
        patient: &str,
        doctor: &str,
        at: Instant,
        complaint: &str,
    ) -> anyhow::Result<NewConsultation> {
        let (booked_by, patient) = self.patient(patient)?;
        let length = u32::try_from(app.clinic().slot_minutes)?;
        Ok(NewConsultation {
            patient,
            doctor: self.doctor(doctor)?,
            booked_by,
            day: app.clinic().day_of(at),
            starts_at: at,
            ends_at: at + length * MINUTE,
            complaint: Some(Private::new(complaint)),
            retention: app.clinic().message_retention,
            idempotency_key: None,
        })
    }

    async fn book(&self, app: &App, patient: &str, doctor: &str, at: Instant, complaint: &str) -> anyhow::Result<Uuid> {
        let new = self.consultation(app, patient, doctor, at, complaint)?;
        Ok(appointments::book(app, new).await?.id)
    }
}

struct Past {
    days_ago: u32,
    doctor: &'static str,
    complaint: &'static str,
    diagnosis: &'static str,
    notes: &'static str,
    items: &'static [Item],
}

struct Item {
    medicine: &'static str,
    dosage: &'static str,
    quantity: i32,
    duration_days: i32,
    instructions: &'static str,
}

const PAST: [Past; 2] = [
    Past {
        days_ago: 65,
        doctor: "ratna",
        complaint: "Bentol merah dan gatal setelah makan udang.",
        diagnosis: "Urtikaria akut",
        notes: "Hindari udang dan kepiting. Kontrol bila gatal kembali.",
        items: &[Item {
            medicine: "Cetirizine",
            dosage: "1x sehari",
            quantity: 10,
            duration_days: 10,
            instructions: "1 tablet malam hari",
        }],
    },
    Past {
        days_ago: 18,
        doctor: "andi",
        complaint: "Nyeri ulu hati sejak seminggu, mual sesudah makan.",
        diagnosis: "Dispepsia",
        notes: "Makan sedikit tetapi sering. Kurangi kopi dan makanan pedas.",
        items: &[
            Item {
                medicine: "Omeprazole",
                dosage: "2x sehari",
                quantity: 28,
                duration_days: 14,
                instructions: "1 kapsul, setengah jam sebelum makan",
            },
            Item {
                medicine: "Antasida",
                dosage: "3x sehari",
                quantity: 30,
                duration_days: 10,
                instructions: "1 tablet, dikunyah, sesudah makan",
            },
        ],
    },
];

/// Consultations of earlier days, each with its prescription.
async fn past_consultations(app: &App, people: &People) -> anyhow::Result<()> {
    for past in &PAST {
        let morning = Instant::of_day(app.clinic().day_of(app.now() - past.days_ago * DAY), 9 * 60, &app.clinic().zone);
        let at = morning.context("a morning of the demo")?;
        let new = people.consultation(app, "siti", past.doctor, at, past.complaint)?;
        let content = content(app, past).await?;
        let inside = app.clone();
        app.db
            .write(move |tx| async move {
                let (ends, day) = (new.ends_at, new.day);
                let id = appointments::insert(&tx, &inside.vault, new, at - DAY).await?.id;
                appointments::open(&tx, id, at).await?;
                for side in [Side::Patient, Side::Doctor] {
                    appointments::note_came(&tx, id, side, at).await?;
                }
                appointments::close(&tx, id, ends).await?;
                let row = appointments::find(&tx, id).await?.context("a consultation of the demo")?;
                let doctor = doctors::find(&tx, row.doctor_id).await?.context("a doctor of the demo")?;
                let writing = Writing::of(&row, doctor.user_id, day);
                prescriptions::issue(&tx, &inside.vault, &writing, (&content, None), ends).await?;
                Ok::<_, anyhow::Error>(())
            })
            .await?;
    }
    Ok(())
}

async fn content(app: &App, past: &Past) -> anyhow::Result<rules::Content> {
    let medicines = pharmacy::active_medicines(app.db.read()).await?;
    let mut fields = Fields { diagnosis: past.diagnosis.to_owned(), notes: past.notes.to_owned(), ..Fields::default() };
    for (index, item) in past.items.iter().enumerate() {
        let medicine = medicines.iter().find(|product| product.name.starts_with(item.medicine));
        let row = ItemFields {
            product_id: medicine.with_context(|| format!("{} in the sample", item.medicine))?.id.to_string(),
            dosage: item.dosage.to_owned(),
            quantity: item.quantity.to_string(),
            duration_days: item.duration_days.to_string(),
            instructions: item.instructions.to_owned(),
        };
        fields.items.insert(index.to_string(), row);
    }
    let products = medicines.into_iter().map(|product| (product.id, product)).collect();
    rules::check(&fields, &products).map_err(|errors| anyhow!("{errors:?}"))
}

const VISIT_MESSAGES: [(Side, &str); 3] = [
    (Side::Patient, "Selamat pagi, Dok. Hasil tensi minggu ini 128/82, kemarin 131/84."),
    (Side::Doctor, "Selamat pagi, Bu Siti. Bagus, turun dari bulan lalu. Teruskan jalan pagi dan kurangi garam."),
    (Side::Patient, "Baik, Dok. Terima kasih."),
];

/// A confirmed visit of Siti with dr. Made the day after tomorrow, and what they have written to each other.
async fn visit(app: &App, people: &People) -> anyhow::Result<()> {
    let (now, zone) = (app.now(), app.clinic().zone.clone());
    let (user, patient) = people.patient("siti")?;
    let doctor = people.doctor("made")?;
    let starts =
        Instant::of_day(app.clinic().day_of(now + 2 * DAY), 10 * 60, &zone).context("a morning of the demo")?;
    let (ends, id) = (starts + 30 * MINUTE, ids::new(now));
    let row = appointment::Model {
        id,
        kind: Kind::Visit,
        status: Status::Confirmed,
        patient_id: patient,
        doctor_id: doctor,
        booked_by: user,
        clinic_day: app.clinic().day_of(starts).to_string(),
        starts_at: Some(starts),
        ends_at: Some(ends),
        takes_day: false,
        complaint: None,
        created_at: now,
        updated_at: now,
        opened_at: None,
        closed_at: None,
        patient_came_at: None,
        doctor_came_at: None,
        identity_confirmed_at: None,
        cancelled_by: None,
        retention: Retention::Kept,
    };
    let new = row.clone();
    let doctor_user = app
        .db
        .write(move |tx| async move {
            let active = appointment::ActiveModel { id: Set(id), ..new.clone().into() };
            appointment::Entity::insert(active).exec_without_returning(&tx).await?;
            appointments::take_time(&tx, doctor, id, starts, ends).await?;
            conversations::create(&tx, &new, now).await?;
            doctors::find(&tx, doctor).await?.map(|doctor| doctor.user_id).ok_or(VaultError::NoKey(doctor))
        })
        .await?;
    for (side, text) in VISIT_MESSAGES {
        let (user, role) = match side {
            Side::Patient => (user, Role::Patient),
            Side::Doctor => (doctor_user, Role::Doctor),
        };
        let party = Party::find(app, &SignedIn { user, role, session: Uuid::nil() }, id).await?;
        conversations::write(app, &party, ids::new(app.now()), Private::new(text)).await?;
    }
    Ok(())
}
