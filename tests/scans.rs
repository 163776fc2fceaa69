//! What names a patient or says anything of health is found nowhere: not in the files, not in a backup (S3).

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use praktik::{
    clinic::{
        accounts::{Level, sessions},
        profile::Profile,
    },
    commands::backup,
    infra::{
        tables::{self, Kind},
        vault::Private,
    },
};
use regex::bytes::RegexSet;
use rstest::rstest;
use sea_orm::ConnectionTrait as _;
use uuid::Uuid;

use crate::{
    accounts::{EMAIL, NAME, NIK, complete, session_token, sign_up},
    profile::edit,
    support::{Engine, PASSWORD, TestClinic},
};

/// What people wrote, each of it sealed.
const PLANTED: [&str; 16] = [
    "Siti Rahmawati",
    "5203910001",
    "@contoh.test",
    "Makassar",
    "Sultan Alauddin",
    "Demam sejak dua hari",
    "Tenggorokan saya sakit",
    "Faringitis akut",
    "sesudah makan",
    "Penisilin",
    "81298765432",
    "Rahasia Dokter",
    "siti.baru@pos.example",
    "Laptop di rumah",
    "Peramban Kedaton",
    "203.0.113.77",
];

/// How a text may lie in a file: as it is, in sixteen bits a letter, in hexadecimal digits, in base64 at each of its
/// three offsets, and as addresses write it.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let hex = bytes.iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"));
    let mut forms = vec![bytes.to_vec(), wide(u16::to_le_bytes), wide(u16::to_be_bytes)];
    forms.extend([hex.to_uppercase(), hex].map(String::into_bytes));
    let percent: String = form_urlencoded::byte_serialize(bytes).collect();
    forms.extend([percent.clone(), percent.replace('+', "%20")].map(String::into_bytes));
    for offset in 0..3 {
        let shifted = [vec![0; offset], bytes.to_vec()].concat();
        let whole = STANDARD.encode(&shifted);
        // Letters at both ends also carry what stands before and after.
        let (from, to) = (if offset == 0 { 0 } else { 4 }, shifted.len() / 3 * 4);
        forms.push(whole.as_bytes()[from..to].to_vec());
    }
    forms
}

fn found<'a>(bytes: &[u8], texts: &[&'a str]) -> Vec<&'a str> {
    let pattern =
        |form: &Vec<u8>| form.iter().fold("(?-u)".to_owned(), |pattern, byte| pattern + &format!("\\x{byte:02x}"));
    let any_form = |text: &str| RegexSet::new(forms(text).iter().map(pattern)).unwrap();
    texts.iter().copied().filter(|text| any_form(text).is_match(bytes)).collect()
}

/// The bytes of a secret that a phone was given.
fn from_base32(text: &str) -> Vec<u8> {
    let digit = |letter: u8| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".bytes().position(|known| known == letter).unwrap();
    let bits: Vec<usize> =
        text.bytes().flat_map(|letter| (0..5).rev().map(move |bit| digit(letter) >> bit & 1)).collect();
    bits.chunks_exact(8).map(|eight| u8::try_from(eight.iter().fold(0, |sum, bit| sum * 2 + bit)).unwrap()).collect()
}

#[test]
fn every_form_of_a_text_is_found() {
    let text = "Faringitis akut";
    let all = [
        format!("xx{text}yy"),
        format!("xx{}yy", STANDARD.encode(text)),
        STANDARD.encode(format!("a{text}bc")),
        STANDARD.encode(format!("ab{text}c")),
        "46617269".to_owned() + "6e676974697320616b7574",
        "Faringitis%20akut".to_owned(),
        "Faringitis+akut".to_owned(),
    ];
    for form in all {
        assert_eq!(found(form.as_bytes(), &[text]), [text], "{form}");
    }
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(found(&wide, &[text]), [text]);
    assert!(found(b"Faringitis", &[text]).is_empty());
}

/// A session of `user` in a browser, and from an address, that are found again.
async fn log_in_from_afar(clinic: &TestClinic, user: Uuid) {
    let (app, now) = (clinic.app.clone(), clinic.app.now());
    let browser = Private::new("Mozilla/5.0 (Peramban Kedaton)");
    let device = sessions::Device { user_agent: browser, address: Private::new("203.0.113.77") };
    let begun = clinic
        .app
        .db
        .write(move |tx| async move { sessions::begin(&tx, &app.vault, user, Level::Full, &device, now).await });
    begun.await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_people_wrote_lies_in_the_open(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    assert_eq!(room.patients().send("Tenggorokan saya sakit").await.status, 201);
    clinic.prescribe(&room).await;
    let (patient, doctor) = (&room.patient.browser, &room.doctor.browser);
    edit(patient, &[("allergies", "Penisilin")]).await;
    edit(doctor, &[("phone", "081298765432"), ("address", "Jl. Rahasia Dokter")]).await;
    let change = [("email", "siti.baru@pos.example"), ("current_password", PASSWORD)];
    assert!(patient.post("/settings/security/email", &change).await.status.is_redirection());
    log_in_from_afar(&clinic, room.patient.user).await;
    let somebody = clinic.doctor("Yohana").await.browser;
    let codes = clinic.set_up_app(&somebody).await;
    assert!(clinic.add_passkey(&somebody, "Laptop di rumah").await.1.status.is_redirection());
    let pages = [room.doctors().look().await.body, room.patients().read().await.body].concat();
    let read = found(pages.as_bytes(), &["Siti Rahmawati", "Demam sejak dua hari", "Tenggorokan saya sakit"]);
    assert_eq!(read.len(), 3, "those two people read it: {read:?}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    backup::to_file(&clinic.app, &file).await.unwrap();
    let backup = std::fs::read(&file).unwrap();
    let kept = clinic.every_byte().await;
    assert!(found(&kept, &PLANTED).is_empty(), "{:?}", found(&kept, &PLANTED));
    assert!(found(&backup, &PLANTED).is_empty(), "{:?}", found(&backup, &PLANTED));

    // What proves who somebody is, as a phone keeps it and as bytes, and on paper.
    let proofs: Vec<&str> = codes.recovery_codes.iter().map(String::as_str).chain([codes.secret.as_str()]).collect();
    assert!(proofs.len() > 5 && proofs.iter().all(|proof| proof.len() >= 8), "{}", proofs.len());
    let secret = from_base32(&codes.secret);
    for bytes in [&kept, &backup] {
        assert!(found(bytes, &proofs).is_empty());
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_slice()));
    }

    // The control: what lies in the open is found, and so would be a value that somebody forgot to seal.
    let open = "dr. Andi Firmansyah";
    assert_eq!(found(&kept, &[open]), [open]);
    assert!(found(&backup, &[open]).is_empty(), "a backup shows nothing at all");
    let forget = "UPDATE clinics SET address = 'Faringitis akut'";
    clinic.app.db.write(move |tx| async move { tx.execute_unprepared(forget).await }).await.unwrap();
    assert_eq!(found(&clinic.every_byte().await, &PLANTED), ["Faringitis akut"]);
}

/// The columns in which some row holds `id`: as an id, within words, or as bytes.
async fn columns_with(clinic: &TestClinic, id: Uuid) -> BTreeSet<String> {
    let texts = [id.to_string(), id.simple().to_string()];
    let names = |bytes: &[u8]| {
        bytes.windows(16).any(|part| part == id.as_bytes())
            || texts.iter().any(|text| bytes.windows(text.len()).any(|part| part.eq_ignore_ascii_case(text.as_bytes())))
    };
    let mut columns = BTreeSet::new();
    for table in tables::all(clinic.app.db.read()).await.unwrap() {
        for row in table.read(clinic.app.db.read(), None, 100_000).await.unwrap() {
            for (column, value) in table.columns.iter().zip(&row) {
                let Some(text) = value.as_str() else { continue };
                let decoded = (column.kind == Kind::Bytes).then(|| STANDARD.decode(text).unwrap());
                if names(text.as_bytes()) || decoded.is_some_and(|bytes| names(&bytes)) {
                    columns.insert(format!("{}.{}", table.name, column.name));
                }
            }
        }
    }
    columns
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_row_tells_by_its_id_which_medicine_a_patient_takes(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let medicine = clinic.prescribe(&room).await.to_string();
    let path = format!("/doctor/appointments/{}/prescription", room.id);
    let draft = [("items[0][product_id]", medicine.as_str()), ("items[0][quantity]", "30")];
    assert!(room.doctor.browser.post(&format!("{path}/draft"), &draft).await.status.is_redirection());
    let id = medicine.parse().unwrap();
    let list = BTreeSet::from(["products.id".to_owned()]);
    assert_eq!(columns_with(&clinic, id).await, list, "the clinic's list of medicines, and nothing of a patient");

    // The control: with the vault the program reads which, of the draft and of what was issued.
    let issued = clinic.count("SELECT COUNT(*) FROM prescriptions WHERE status = 'active'").await;
    assert_eq!((issued, clinic.count("SELECT COUNT(*) FROM prescription_items").await), (1, 2));
    let form = room.doctor.browser.get(&format!("{path}/create")).await;
    assert_eq!(form.attributes("[name='items[0][product_id]'] option[selected]", "value"), [medicine.as_str()]);
    assert_eq!(form.attributes("[name='items[0][quantity]']", "value"), ["30"]);
    assert!(form.body.contains("Amoksisilin"));

    // And the search finds an id that somebody forgot to seal.
    let forget = format!("UPDATE prescriptions SET prescription_date = '{medicine}'");
    clinic.app.db.write(move |tx| async move { tx.execute_unprepared(&forget).await }).await.unwrap();
    let both = BTreeSet::from(["prescriptions.prescription_date".to_owned(), "products.id".to_owned()]);
    assert_eq!(columns_with(&clinic, id).await, both);
}

/// Every file of the clinic's data folder that holds `text`.
fn files_with(clinic: &TestClinic, text: &str) -> Vec<String> {
    let files = walkdir::WalkDir::new(&clinic.app.config.data).into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    let holds = |path: &std::path::Path| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
    };
    files.filter(|entry| holds(entry.path())).map(|entry| entry.path().display().to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_the_data_folder_names_no_patient() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    sign_up(&clinic.browser(), &complete()).await;
    let token = session_token(&clinic.browser().log_in(EMAIL, PASSWORD).await);
    // The control: what is not sealed is found.
    let control = Profile { name: "Klinik Uji Kendali".to_owned(), ..(*clinic.app.clinic()).clone() };
    let now = clinic.app.now();
    clinic.app.db.write(move |tx| async move { control.save(&tx, now).await }).await.unwrap();
    assert!(!files_with(&clinic, "Klinik Uji Kendali").is_empty());
    let planted =
        [NAME, "Rahmawati", NIK, EMAIL, "Alauddin", "Makassar", "6281234567890", "0001234567890", "1991-03-12"];
    for text in planted.into_iter().chain([PASSWORD, token.as_str()]) {
        assert_eq!(files_with(&clinic, text), Vec::<String>::new(), "{text}");
    }
}
