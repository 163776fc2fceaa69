//! Files in a backup: photos come back with the rows that name them, from either store (O2, S3).

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use praktik::{
    commands::backup,
    infra::{archive::Reader, db::schema, tables},
};
use reqwest::Method;
use rstest::rstest;
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    backup::{Elsewhere, new_file},
    support::{
        Engine, PASSWORD, TestClinic, TestPatient,
        bucket::{options, s3},
        new_id, picture, praktik, said,
    },
};

/// The file that is served at `path`.
pub(crate) fn name_of(path: &str) -> Uuid {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

/// A clinic with a photo of a patient and one of a doctor.
async fn with_photos(engine: Engine) -> (TestClinic, TestPatient, [String; 2]) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let own = clinic.photo_of(&patient.browser, &picture(300, 300)).await;
    let doctors = clinic.photo_of(&clinic.doctor("Andi").await.browser, &picture(60, 60)).await;
    (clinic, patient, [own, doctors])
}

/// The photos at `paths` as the person with `email` is shown them after a new login.
async fn photos(clinic: &TestClinic, email: &str, paths: &[String]) -> Vec<Vec<u8>> {
    let browser = clinic.browser();
    browser.log_in(email, PASSWORD).await;
    let mut shown = Vec::new();
    for path in paths {
        let answer = browser.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        shown.push(answer.bytes().await.unwrap().to_vec());
    }
    shown
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn photos_come_back_and_what_has_no_row_does_not(
    #[values(Engine::Sqlite, Engine::Postgres)] from: Engine,
    #[values(Engine::Sqlite, Engine::Postgres)] to: Engine,
) {
    let (clinic, patient, paths) = with_photos(from).await;
    let app = &clinic.app;
    let nobodys = new_id();
    app.files.put_sealed(nobodys, b"left over".to_vec()).await.unwrap();
    let removed = clinic.photo_of(&clinic.doctor("Dewi").await.browser, &picture(60, 60)).await;
    app.files.delete(name_of(&removed)).await.unwrap();
    let folder = TempDir::new().unwrap();
    let file = new_file(&folder);
    let made = backup::to_file(app, &file).await.unwrap();
    assert_eq!((made.files, made.lost.as_slice()), (2, [name_of(&removed)].as_slice()));

    let elsewhere = Elsewhere::new(to, &clinic).await;
    assert_eq!(elsewhere.restore(&file, &clinic).await.unwrap().files, 2);
    let again = elsewhere.open(&clinic).await;
    let before = photos(&clinic, &patient.email, &paths).await;
    assert_eq!(photos(&again, &patient.email, &paths).await, before);
    assert_eq!(before.len(), 2);
    let kept: BTreeSet<Uuid> = again.app.files.list().await.unwrap().into_iter().collect();
    assert_eq!(kept, paths.iter().map(|path| name_of(path)).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_go_to_s3_and_come_from_there() {
    let (clinic, patient, paths) = with_photos(Engine::Sqlite).await;
    let (bucket, address) = s3().await;
    let folder = TempDir::new().unwrap();
    let run = async |arguments: &[&str], data: &Path| {
        let mut settings = options(&address, "klinik");
        let own = [("PRAKTIK_DATA", data.to_str().unwrap()), ("PRAKTIK_FILES", "s3://berkas/klinik")];
        settings.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let output = praktik(arguments, settings).await;
        let printed = said(&output);
        printed + &String::from_utf8_lossy(&output.stderr)
    };
    let first = new_file(&folder);
    backup::to_file(&clinic.app, &first).await.unwrap();
    let at_s3 = folder.path().join("at-s3");
    std::fs::copy(clinic.folder.path().join("data.key"), folder.path().join("at-s3.key")).unwrap();
    let restored = run(&["restore", first.to_str().unwrap()], &at_s3).await;
    assert!(restored.contains("tables and 2 files are back"), "{restored}");
    assert!(!at_s3.join("files").exists(), "they lie at S3 alone");
    let mut sealed = BTreeMap::new();
    for path in &paths {
        let content = clinic.app.files.get_sealed(name_of(path)).await.unwrap().unwrap();
        sealed.insert(format!("klinik/{}", name_of(path)), content);
    }
    assert_eq!(*bucket.lock().unwrap(), sealed);

    let second = folder.path().join("second");
    let made = run(&["backup", second.to_str().unwrap()], &at_s3).await;
    assert!(made.contains("and 2 files in"), "{made}");
    let elsewhere = Elsewhere::new(Engine::Sqlite, &clinic).await;
    assert_eq!(elsewhere.restore(&second, &clinic).await.unwrap().files, 2);
    let again = elsewhere.open(&clinic).await;
    assert_eq!(photos(&again, &patient.email, &paths).await, photos(&clinic, &patient.email, &paths).await);
}

/// Without the key a backup tells nothing of its clinic: neither the names of its tables, nor whose photos are in it,
/// nor when it was made. What it may show is the name of the key.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_shows_neither_what_is_in_it_nor_when_it_was_made() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let photo = clinic.photo_of(&clinic.patient("Siti").await.browser, &picture(60, 60)).await;
    let folder = TempDir::new().unwrap();
    let file = new_file(&folder);
    let head = backup::to_file(&clinic.app, &file).await.unwrap().head.unwrap().to_string();
    let mut names: Vec<String> = tables::all(clinic.app.db.read()).await.unwrap().into_iter().map(|t| t.name).collect();
    names.extend([name_of(&photo).to_string(), schema(), clinic.app.now().millis().to_string(), head]);
    let shows = |bytes: &[u8]| -> Vec<String> {
        names.iter().filter(|name| bytes.windows(name.len()).any(|part| part == name.as_bytes())).cloned().collect()
    };
    let whole = std::fs::read(&file).unwrap();
    assert_eq!(shows(&whole), Vec::<String>::new());

    // The control: whoever has the key finds all of it.
    let source = Reader::open(std::io::Cursor::new(whole), clinic.app.vault.master()).unwrap();
    let found = shows(&serde_json::to_vec(source.contents()).unwrap());
    assert!(names.iter().rev().take(4).all(|name| found.contains(name)), "{found:?}");
    assert!(found.contains(&"patients".to_owned()), "{found:?}");
}
