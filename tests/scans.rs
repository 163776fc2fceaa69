//! What names a patient or says anything of health is found nowhere: not in the files, not in a backup (S3).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use praktik::commands::backup;
use rstest::rstest;
use sea_orm::ConnectionTrait as _;

use crate::support::{Engine, TestClinic};

/// What people wrote, each of it sealed.
const PLANTED: [&str; 9] = [
    "Siti Rahmawati",
    "5203910001",
    "@contoh.test",
    "Makassar",
    "Sultan Alauddin",
    "Demam sejak dua hari",
    "Tenggorokan saya sakit",
    "Faringitis akut",
    "sesudah makan",
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
    let is_there = |form: &Vec<u8>| bytes.windows(form.len()).any(|part| part == form.as_slice());
    texts.iter().copied().filter(|text| forms(text).iter().any(is_there)).collect()
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

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_people_wrote_lies_in_the_open(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    assert_eq!(room.patients().send("Tenggorokan saya sakit").await.status, 201);
    clinic.prescribe(&room).await;
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

    // The control: what lies in the open is found, and so would be a value that somebody forgot to seal.
    let open = "dr. Andi Firmansyah";
    assert_eq!(found(&kept, &[open]), [open]);
    assert!(found(&backup, &[open]).is_empty(), "a backup shows nothing at all");
    let forget = "UPDATE clinics SET address = 'Faringitis akut'";
    clinic.app.db.write(move |tx| async move { tx.execute_unprepared(forget).await }).await.unwrap();
    assert_eq!(found(&clinic.every_byte().await, &PLANTED), ["Faringitis akut"]);
}
