//! The people of the demo, as the contract names them.

use std::{collections::HashMap, io};

use anyhow::{Context as _, anyhow};
use jiff::civil::Date;
use uuid::Uuid;

use super::PASSWORD;
use crate::{
    app::App,
    clinic::{
        accounts::{self, Email, NewAccount},
        doctors::{self, Details, DetailsForm, Hours, HoursRange, NewDoctor},
        legal,
        patients::{self, BirthDate, BpjsNumber, Gender, NewPatient, Nik, Payer, Phone, Relationship},
        pharmacy::{self, import},
    },
    infra::{
        print,
        vault::{Private, VaultError},
    },
    web::{Lang, Role, Sentence},
};

/// Who is in the demo, by the part of the e-mail before the `@`.
pub(super) struct People {
    pub(super) doctors: HashMap<&'static str, Uuid>,
    pub(super) patients: HashMap<&'static str, (Uuid, Uuid)>,
}

struct DemoDoctor {
    key: &'static str,
    name: &'static str,
    specialty: &'static str,
    str_number: &'static str,
    sip_number: &'static str,
    sip_valid_until: &'static str,
    biography: &'static str,
}

const DOCTORS: [DemoDoctor; 4] = [
    DemoDoctor {
        key: "andi",
        name: "dr. Andi Nur Aisyah, Sp.PD",
        specialty: "Penyakit dalam",
        str_number: "WN00001234567890",
        sip_number: "503/0456/SIP-DS/DPMPTSP/2024",
        sip_valid_until: "2029-01-08",
        biography: "Menangani tekanan darah tinggi, kencing manis, dan gangguan lambung. Dua belas tahun berpraktik di Makassar.",
    },
    DemoDoctor {
        key: "ratna",
        name: "dr. Ratna Dewi Kusumawardani, Sp.KK",
        specialty: "Kulit dan kelamin",
        str_number: "WN00002345678901",
        sip_number: "503/0571/SIP-DS/DPMPTSP/2025",
        sip_valid_until: "2030-03-31",
        biography: "Menangani jerawat, eksem, dan infeksi kulit.",
    },
    DemoDoctor {
        key: "made",
        name: "dr. I Made Wirawan",
        specialty: "Dokter umum",
        str_number: "WN00003456789012",
        sip_number: "503/0612/SIP-DU/DPMPTSP/2025",
        sip_valid_until: "2030-08-17",
        biography: "Dokter keluarga untuk segala usia.",
    },
    DemoDoctor {
        key: "yohana",
        name: "dr. Yohana Wanggai, Sp.A",
        specialty: "Anak",
        str_number: "WN00004567890123",
        sip_number: "503/0733/SIP-DS/DPMPTSP/2026",
        sip_valid_until: "2031-02-28",
        biography: "Dokter anak. Tumbuh kembang, imunisasi, dan keluhan sehari-hari pada anak.",
    },
];

struct DemoPatient {
    key: &'static str,
    name: &'static str,
    nik: &'static str,
    birth_place: &'static str,
    birth_date: &'static str,
    gender: Gender,
    address: &'static str,
    phone: &'static str,
    bpjs_number: Option<&'static str>,
    time_zone: Option<&'static str>,
}

const PATIENTS: [DemoPatient; 3] = [
    DemoPatient {
        key: "siti",
        name: "Siti Rahmawati",
        nik: "7371095203910003",
        birth_place: "Makassar",
        birth_date: "1991-03-12",
        gender: Gender::Female,
        address: "Jl. Sultan Alauddin No. 77, Gunung Sari, Rappocini, Makassar",
        phone: "081234567801",
        bpjs_number: Some("0001234568901"),
        time_zone: None,
    },
    DemoPatient {
        key: "budi",
        name: "Budi Santoso",
        nik: "3273011708850002",
        birth_place: "Bandung",
        birth_date: "1985-08-17",
        gender: Gender::Male,
        address: "Jl. Cihampelas No. 12, Bandung",
        phone: "081234567802",
        bpjs_number: None,
        time_zone: Some("Asia/Jakarta"),
    },
    DemoPatient {
        key: "wayan",
        name: "Ni Wayan Ayu Kartika Dewi Wulandari",
        nik: "5171036212990001",
        birth_place: "Denpasar",
        birth_date: "1999-12-22",
        gender: Gender::Female,
        address: "Jl. Gajah Mada No. 8, Denpasar",
        phone: "081234567803",
        bpjs_number: None,
        time_zone: None,
    },
];

/// Siti's daughter, whom her account looks after.
const CHILD: DemoPatient = DemoPatient {
    key: "siti",
    name: "Aisyah Putri Rahmawati",
    nik: "7371096105180002",
    birth_place: "Makassar",
    birth_date: "2018-05-21",
    gender: Gender::Female,
    address: "Jl. Sultan Alauddin No. 77, Gunung Sari, Rappocini, Makassar",
    phone: "081234567801",
    bpjs_number: None,
    time_zone: None,
};

const OTHERS: [(&str, &str, Role); 2] =
    [("admin", "Dewi Lestari", Role::Admin), ("apotek", "Rahmat Hidayat", Role::Pharmacist)];

/// Creates everybody and the list of medicines.
pub(super) async fn create(app: &App) -> anyhow::Result<People> {
    let hash = app.passwords.hash(PASSWORD.into()).await?;
    let (now, inside) = (app.now(), app.clone());
    let day = app.clinic().day_of(now);
    let products = import::read(pharmacy::SAMPLE.as_bytes()).map_err(|refusal| anyhow!("{refusal:?}"))?;
    app.db
        .write(move |tx| async move {
            let vault = &inside.vault;
            let mut people = People { doctors: HashMap::new(), patients: HashMap::new() };
            for (key, name, role) in OTHERS {
                accounts::create(&tx, vault, account(key, name, role, &hash, None)?, now).await?;
            }
            for doctor in &DOCTORS {
                let hours = if doctor.key == "andi" { shifted_hours(&inside)? } else { Hours::around_the_clock() };
                let id = doctors::create(&tx, vault, new_doctor(doctor, hours, &hash)?, now).await?;
                people.doctors.insert(doctor.key, id);
            }
            for patient in &PATIENTS {
                let account = account(patient.key, patient.name, Role::Patient, &hash, patient.time_zone)?;
                let user = accounts::create(&tx, vault, account, now).await?;
                let new = new_patient(patient, day)?;
                accounts::add_consent(&tx, user, legal::FIRST_VERSION, Lang::Id, now).await?;
                let id = patients::create(&tx, vault, user, new, Relationship::OneSelf, now).await?;
                people.patients.insert(patient.key, (user, id));
                if patient.key == CHILD.key {
                    let child = new_patient(&CHILD, day)?;
                    patients::create(&tx, vault, user, child, Relationship::Child, now).await?;
                }
            }
            pharmacy::upsert_all(&tx, products, now).await.map_err(VaultError::from)?;
            Ok(people)
        })
        .await
}

/// Tells whom to log in as.
pub(super) fn print() -> io::Result<()> {
    print::line(format_args!("password of everybody in the demo: {PASSWORD}"))?;
    let people = OTHERS.iter().map(|(key, _, role)| (*key, format!("{role:?}").to_lowercase()));
    let doctors = DOCTORS.iter().map(|doctor| (doctor.key, format!("doctor, {}", doctor.name)));
    let patients = PATIENTS.iter().map(|patient| (patient.key, format!("patient, {}", patient.name)));
    for (key, who) in doctors.chain(patients).chain(people) {
        print::line(format_args!("  {key}@demo.test  {who}"))?;
    }
    print::line("siti and dr. Andi have a consultation that is open now: log in as both, in two browsers")
}

fn account(key: &str, name: &str, role: Role, hash: &str, time_zone: Option<&str>) -> anyhow::Result<NewAccount> {
    Ok(NewAccount {
        role,
        name: Private::new(name),
        email: email(key)?,
        password_hash: Some(hash.to_owned()),
        lang: Lang::Id,
        time_zone: time_zone.map(str::to_owned),
    })
}

fn email(key: &str) -> anyhow::Result<Email> {
    Email::parse(&format!("{key}@demo.test")).map_err(wrong)
}

fn new_doctor(doctor: &DemoDoctor, hours: Hours, hash: &str) -> anyhow::Result<NewDoctor> {
    let details = Details::check(&DetailsForm {
        name: doctor.name.to_owned(),
        specialty: doctor.specialty.to_owned(),
        str_number: doctor.str_number.to_owned(),
        sip_number: doctor.sip_number.to_owned(),
        sip_valid_until: doctor.sip_valid_until.to_owned(),
        biography: doctor.biography.to_owned(),
    })
    .map_err(|errors| anyhow!("{errors:?}"))?;
    Ok(NewDoctor { email: email(doctor.key)?, password_hash: Some(hash.to_owned()), lang: Lang::Id, details, hours })
}

fn new_patient(patient: &DemoPatient, today: Date) -> anyhow::Result<NewPatient> {
    let payer = match patient.bpjs_number {
        Some(number) => Payer::Bpjs(BpjsNumber::parse(number).map_err(wrong)?),
        None => Payer::General,
    };
    Ok(NewPatient {
        name: Private::new(patient.name),
        known_by: Nik::parse(patient.nik).map_err(wrong)?.into(),
        birth_place: Private::new(patient.birth_place),
        birth_date: BirthDate::parse(patient.birth_date, today).map_err(wrong)?,
        gender: patient.gender,
        address: Private::new(patient.address),
        phone: Phone::parse(patient.phone).map_err(wrong)?,
        payer,
    })
}

/// Hours around the clock, shifted so that a slot begins at the last full five minutes.
fn shifted_hours(app: &App) -> anyhow::Result<Hours> {
    let wall = app.now().in_zone(&app.clinic().zone);
    let shift = i32::from(wall.minute()) / 5 * 5 % app.clinic().slot_minutes;
    let range = |weekday| HoursRange { weekday, starts_minute: shift, ends_minute: 24 * 60 };
    Hours::of((1..=7).map(range).collect()).context("the shifted hours are not well formed")
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn wrong(sentence: Sentence) -> anyhow::Error {
    anyhow!("the demo's own data is refused: {}", sentence.key())
}
