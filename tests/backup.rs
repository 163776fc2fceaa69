//! A backup of an open clinic, and the clinic that comes out of it, on either engine (O2, S3).

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::Duration,
};

use praktik::{
    app::App,
    clinic::{
        audit,
        profile::{Profile, Retention},
    },
    commands::{
        backup::{self, LEFT_OUT},
        keys,
        restore::{Restored, restore},
        serve::Place,
    },
    infra::{
        archive::{Contents, Writer},
        clock::Clock,
        master_keys::MasterKeys,
        tables,
    },
    web::limits::Limits,
};
use rstest::rstest;
use sea_orm::DatabaseConnection;
use tempfile::TempDir;

use crate::{
    backup_files::name_of,
    support::{Engine, LASTS, PASSWORD, Remains, Room, TestClinic, WAIT, new_database, picture, program, said},
};

/// Another machine: an empty folder with the master key beside it, and a database of `engine`.
pub(crate) struct Elsewhere {
    pub(crate) folder: TempDir,
    pub(crate) engine: Engine,
    pub(crate) place: Place,
}

impl Elsewhere {
    pub(crate) async fn new(engine: Engine, key_of: &TestClinic) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::copy(key_of.folder.path().join("data.key"), folder.path().join("data.key")).unwrap();
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(new_database().await),
        };
        let place = Place { data: folder.path().join("data"), database, ..Place::default() };
        Self { folder, engine, place }
    }

    pub(crate) async fn restore(&self, file: &Path, clinic: &TestClinic) -> anyhow::Result<Restored> {
        restore(&self.place, file, false, &Clock::standing(clinic.app.now())).await
    }

    pub(crate) async fn open(self, clinic: &TestClinic) -> TestClinic {
        let database = self.place.database.clone();
        let at = clinic.app.now();
        Remains { folder: self.folder, database, engine: self.engine, at }.start(at).await
    }
}

/// Where the clinic's own data lies.
fn place_of(clinic: &TestClinic) -> Place {
    Place { data: clinic.app.config.data.clone(), database: clinic.app.config.database.clone(), ..Place::default() }
}

pub(crate) fn new_file(folder: &TempDir) -> PathBuf {
    folder.path().join("backup")
}

/// Every row of every table, but of those that a backup leaves out.
async fn rows(database: &DatabaseConnection) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for table in tables::all(database).await.unwrap() {
        if !LEFT_OUT.contains(&table.name.as_str()) {
            let rows = table.read(database, None, 100_000).await.unwrap();
            let mut rows: Vec<String> = rows.iter().map(|row| serde_json::to_string(row).unwrap()).collect();
            rows.sort();
            found.insert(table.name, rows);
        }
    }
    found
}

async fn reads_prescription(clinic: &TestClinic, room: &Room) -> bool {
    let browser = clinic.browser();
    browser.log_in(&room.patient.email, PASSWORD).await;
    let list = browser.get("/prescriptions").await;
    let path = list.attributes("a[href^='/prescriptions/']", "href").remove(0);
    browser.get(&path).await.body.contains("sesudah makan")
}

async fn is_whole(app: &App) -> bool {
    audit::verify(app.db.read(), &app.vault, app.now(), &[]).await.unwrap().fault.is_none()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_row_comes_back_on_either_engine(
    #[values(Engine::Sqlite, Engine::Postgres)] from: Engine,
    #[values(Engine::Sqlite, Engine::Postgres)] to: Engine,
) {
    let clinic = TestClinic::open(from).await;
    let room = clinic.open_room().await;
    assert_eq!(room.patients().send("Tenggorokan saya sakit").await.status, 201);
    clinic.prescribe(&room).await;
    clinic.pass(LASTS).await;
    audit::link_new(&clinic.app).await.unwrap();
    let folder = TempDir::new().unwrap();
    let file = new_file(&folder);
    let made = backup::to_file(&clinic.app, &file).await.unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left beside it");

    let elsewhere = Elsewhere::new(to, &clinic).await;
    let restored = elsewhere.restore(&file, &clinic).await.unwrap();
    assert_eq!((restored.rows, restored.audit), (made.rows, None));
    let again = elsewhere.open(&clinic).await;
    let (mut before, mut after) = (rows(clinic.app.db.read()).await, rows(again.app.db.read()).await);
    let (log_before, log_after) = (before.remove("audit_log").unwrap(), after.remove("audit_log").unwrap());
    assert_eq!(log_after.len(), log_before.len() + 1, "that it was restored is noted");
    assert!(log_before.iter().all(|row| log_after.contains(row)));
    before.remove("notifications");
    after.remove("notifications");
    assert_eq!(before, after);
    assert!(is_whole(&again.app).await);
    assert!(reads_prescription(&again, &room).await);
    assert_eq!(room.patient.browser.at(&again.address).get("/dashboard").await.status, 303, "sessions are void");
}

/// Registers people and writes messages until it is told to stop, counting how often.
async fn a_busy_day(clinic: &TestClinic, room: &Room, rounds: &AtomicUsize, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        assert_eq!(room.patients().send(&format!("Pesan {}", rounds.load(Ordering::SeqCst))).await.status, 201);
        clinic.browser().log_in(&room.patient.email, PASSWORD).await;
        clinic.patient("Budi").await;
        rounds.fetch_add(1, Ordering::SeqCst);
    }
}

async fn until(rounds: &AtomicUsize, wanted: usize) {
    while rounds.load(Ordering::SeqCst) < wanted {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_busy_clinic_is_of_one_moment(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let folder = TempDir::new().unwrap();
    let file = new_file(&folder);
    let (rounds, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let backing_up = async {
        until(&rounds, 2).await;
        for _ in 0..3 {
            said(&clinic.command(&["backup", file.to_str().unwrap()], None).await);
        }
        until(&rounds, rounds.load(Ordering::SeqCst) + 2).await;
        stop.store(true, Ordering::SeqCst);
    };
    futures::join!(backing_up, a_busy_day(&clinic, &room, &rounds, &stop));
    let elsewhere = Elsewhere::new(engine, &clinic).await;
    // The keys of rooms of then beside it, to count messages: a backup has none.
    std::fs::create_dir_all(&elsewhere.place.data).unwrap();
    std::fs::copy(clinic.app.config.data.join("keys.db"), elsewhere.place.data.join("keys.db")).unwrap();
    let log = clinic.app.config.data.join("keys.db-wal");
    std::fs::copy(log, elsewhere.place.data.join("keys.db-wal")).unwrap();
    let restored = elsewhere.restore(&file, &clinic).await.unwrap();
    assert_eq!((restored.audit, restored.rooms, restored.messages), (None, 0, 0));
    let again = elsewhere.open(&clinic).await;
    let written = "SELECT last_seq FROM conversations";
    assert!(again.count(written).await > 0);
    assert_eq!(again.count("SELECT COUNT(*) FROM messages").await, again.count(written).await);
    let people = again.count("SELECT COUNT(*) FROM patients").await;
    assert!(people > 1 && people < clinic.count("SELECT COUNT(*) FROM patients").await);
    let without_key = "SELECT COUNT(*) FROM patients WHERE id NOT IN (SELECT id FROM data_keys)";
    assert_eq!(again.count(without_key).await, 0);
    again.browser().log_in(&room.patient.email, PASSWORD).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_rooms_said_does_not_come_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let folder = TempDir::new().unwrap();
    let file = new_file(&folder);
    let to = file.clone();
    let (remains, room) = program(async move {
        let clinic = TestClinic::open(engine).await;
        let room = clinic.open_room().await;
        assert_eq!(room.patients().send("Rahasia dari kemarin").await.status, 201);
        backup::to_file(&clinic.app, &to).await.unwrap();

        // On another machine, which never had the room's key.
        let elsewhere = Elsewhere::new(engine, &clinic).await;
        let restored = elsewhere.restore(&to, &clinic).await.unwrap();
        assert_eq!((restored.rooms, restored.messages), (1, 1));
        let again = elsewhere.open(&clinic).await;
        assert_eq!(again.count("SELECT COUNT(*) FROM messages").await, 0);
        assert_eq!(again.count("SELECT COUNT(*) FROM conversations WHERE status = 'erased'").await, 1);
        let browser = again.browser();
        browser.log_in(&room.patient.email, PASSWORD).await;
        assert_eq!(browser.get(&format!("/messages/{}", room.id)).await.status, 410);
        assert_eq!(browser.get(&format!("/consultations/{}", room.id)).await.status, 200);
        (clinic.leave(), room)
    })
    .await;

    // On the same machine: while the room is open it goes on, once it is closed it stays erased.
    let at = remains.at;
    let place =
        Place { data: remains.folder.path().join("data"), database: remains.database.clone(), ..Place::default() };
    let restored = restore(&place, &file, true, &Clock::standing(at)).await.unwrap();
    assert_eq!((restored.rooms, restored.messages), (0, 0));
    let closed = program(async move {
        let open = remains.start(at).await;
        let browser = open.browser();
        browser.log_in(&room.patient.email, PASSWORD).await;
        assert!(browser.get(&format!("/messages/{}", room.id)).await.body.contains("Rahasia dari kemarin"));
        open.pass(LASTS).await;
        open.leave()
    })
    .await;
    let restored = restore(&place, &file, true, &Clock::standing(closed.at)).await.unwrap();
    assert_eq!((restored.rooms, restored.messages), (1, 1), "erased after the backup was taken");
    let at = closed.at;
    let last = closed.start(at).await;
    assert_eq!(last.count("SELECT COUNT(*) FROM messages").await, 0);
    assert!(last.app.room_keys.rooms().await.unwrap().is_empty());
}

/// What is done to the bytes of a file.
type Damage<'a> = &'a dyn Fn(&mut Vec<u8>);

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_comes_back_and_its_room_stays_open(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let erased = clinic.waiting_room().await;
    let profile = Profile { message_retention: Retention::Kept, ..Profile::clone(&clinic.app.clinic()) };
    clinic.set_profile(profile).await;
    let (patient, doctor) = (clinic.patient("Budi").await, clinic.doctor("Ratna").await);
    let kept = clinic.room_of(patient, doctor).await;
    clinic.pass(WAIT).await;
    for room in [&erased, &kept] {
        assert_eq!(room.patients().send("Rahasia dari kemarin").await.status, 201);
    }
    let folder = TempDir::new().unwrap();
    let file = new_file(&folder);
    backup::to_file(&clinic.app, &file).await.unwrap();

    let elsewhere = Elsewhere::new(engine, &clinic).await;
    let restored = elsewhere.restore(&file, &clinic).await.unwrap();
    assert_eq!((restored.rooms, restored.messages), (1, 1), "those whose key was not there");
    let again = elsewhere.open(&clinic).await;
    let browser = again.browser();
    browser.log_in(&kept.patient.email, PASSWORD).await;
    let seat = kept.patients().taken_by(&browser);
    assert_eq!(seat.room("data-room").await, "open");
    again.pass(LASTS).await;
    assert!(seat.look().await.body.contains("Rahasia dari kemarin"));
    assert_eq!(seat.read().await.status, 200);
    let browser = again.browser();
    browser.log_in(&erased.patient.email, PASSWORD).await;
    assert_eq!(erased.patients().taken_by(&browser).read().await.status, 410);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_clinic_that_is_there_is_replaced_by_force_alone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let folder = TempDir::new().unwrap();
    let file = new_file(&folder);
    let to = file.clone();
    let (remains, place) = program(async move {
        let clinic = TestClinic::open(engine).await;
        clinic.patient("Siti").await;
        backup::to_file(&clinic.app, &to).await.unwrap();
        clinic.patient("Budi").await;
        let place = place_of(&clinic);
        let served = restore(&place, &to, true, &Clock::standing(clinic.app.now())).await.unwrap_err();
        assert!(served.to_string().contains("stop it first"), "{served:#}");
        assert_eq!(clinic.count("SELECT COUNT(*) FROM patients").await, 2);
        (clinic.leave(), place)
    })
    .await;
    let clock = Clock::standing(remains.at);
    let refused = restore(&place, &file, false, &clock).await.unwrap_err();
    assert!(refused.to_string().contains("--force"), "{refused:#}");
    restore(&place, &file, true, &clock).await.unwrap();
    let at = remains.at;
    let again = remains.start(at).await;
    assert_eq!(again.count("SELECT COUNT(*) FROM patients").await, 1);
    let (at, link) = again.app.room_keys.audit_head().await.unwrap().unwrap();
    let head = audit::Head { place: at, link };
    let found = audit::verify(again.app.db.read(), &again.app.vault, again.app.now(), &[head]).await.unwrap();
    assert_eq!(found.fault, None, "the head that is kept is that of the log that was restored");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_pointed_at_a_session_points_at_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let doctor = clinic.doctor("Andi").await;
    doctor.browser.post("/doctor/presence", &[("away", "yes")]).await;
    let away = "SELECT COUNT(*) FROM doctors WHERE away_session IS NOT NULL";
    assert_eq!(clinic.count(away).await, 1);
    let folder = TempDir::new().unwrap();
    let file = new_file(&folder);
    backup::to_file(&clinic.app, &file).await.unwrap();
    let elsewhere = Elsewhere::new(engine, &clinic).await;
    elsewhere.restore(&file, &clinic).await.unwrap();
    let again = elsewhere.open(&clinic).await;
    assert_eq!((again.count("SELECT COUNT(*) FROM doctors").await, again.count(away).await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_damage_is_named_and_changes_nothing() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let photo = clinic.photo_of(&clinic.patient("Siti").await.browser, &picture(60, 60)).await;
    let folder = TempDir::new().unwrap();
    let file = new_file(&folder);
    backup::to_file(&clinic.app, &file).await.unwrap();
    let whole = std::fs::read(&file).unwrap();
    let damaged = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        std::fs::write(&file, bytes).unwrap();
    };
    let half = whole.len() / 2;
    let list = whole[whole.len() - 16..whole.len() - 8].try_into().map(u64::from_be_bytes).unwrap();
    let list_at = whole.len() - 16 - usize::try_from(list).unwrap();
    let cases: [(Damage<'_>, &str); 6] = [
        (&|bytes| bytes[0] ^= 1, "no backup of Praktik"),
        (&|bytes| bytes[40] ^= 1, "rows/"),
        (&|bytes| bytes[list_at - 1] ^= 1, &format!("files/{} in the backup is damaged", name_of(&photo))),
        (&|bytes| bytes.truncate(half), "end is missing"),
        (&|bytes| bytes[whole.len() - 60] ^= 1, "list of parts is damaged"),
        (&|bytes| bytes.push(b' '), "end is missing"),
    ];
    for (change, sentence) in cases {
        damaged(change);
        let elsewhere = Elsewhere::new(Engine::Sqlite, &clinic).await;
        let refused = elsewhere.restore(&file, &clinic).await.unwrap_err();
        assert!(refused.to_string().contains(sentence), "{sentence}: {refused:#}");
        assert!(!elsewhere.place.data.join("praktik.db").exists(), "{sentence}");
    }
    damaged(&|_| {});
    let elsewhere = Elsewhere::new(Engine::Sqlite, &TestClinic::open(Engine::Sqlite).await).await;
    let refused = elsewhere.restore(&file, &clinic).await.unwrap_err();
    let key = clinic.app.vault.master().newest().unwrap();
    assert!(refused.to_string().contains(&format!("made with the master key {}", key.id())), "{refused:#}");

    let contents =
        Contents { schema: "m0009_chain_the_audit_log".to_owned(), made_at: 0, audit_head: None, parts: Vec::new() };
    let (old, _) = Writer::begin(Vec::new(), &key).unwrap().end(contents).unwrap();
    std::fs::write(&file, old).unwrap();
    let refused = Elsewhere::new(Engine::Sqlite, &clinic).await.restore(&file, &clinic).await.unwrap_err();
    assert!(refused.to_string().contains("another version of Praktik"), "{refused:#}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_from_before_a_rotation_is_restored_with_the_old_sheet(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let folder = TempDir::new().unwrap();
    let file = new_file(&folder);
    backup::to_file(&clinic.app, &file).await.unwrap();
    let sheet = clinic.app.current_master_key().await.unwrap().sheet().to_string();
    keys::carry_out(&clinic.second_program().await).await.unwrap();

    let mut elsewhere = Elsewhere::new(engine, &clinic).await;
    let refused = elsewhere.restore(&file, &clinic).await.unwrap_err();
    assert!(refused.to_string().contains("recovery sheet"), "{refused:#}");
    elsewhere.place.master_key = Some(sheet);
    elsewhere.restore(&file, &clinic).await.unwrap();
    // From now on the clinic's own key is enough.
    let again = elsewhere.open(&clinic).await;
    again.browser().log_in(&patient.email, PASSWORD).await;
    let master = MasterKeys::read_or_create(&again.folder.path().join("data.key")).unwrap();
    let alone = App::open(again.app.config.clone(), Clock::standing(again.app.now()), master, Limits::none()).await;
    assert!(alone.unwrap().vault.key(again.app.db.read(), patient.patient_id).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_have_the_same_tables_and_columns() {
    let (sqlite, postgres) = (TestClinic::open(Engine::Sqlite).await, TestClinic::open(Engine::Postgres).await);
    let shape = |tables: Vec<tables::Table>| -> BTreeMap<String, Vec<(String, tables::Kind, bool)>> {
        let alike = |kind| if kind == tables::Kind::Small { tables::Kind::Number } else { kind };
        tables
            .into_iter()
            .map(|table| {
                let columns = table.columns.into_iter();
                (table.name, columns.map(|column| (column.name, alike(column.kind), column.key)).collect())
            })
            .collect()
    };
    let pointing = |tables: &[tables::Table]| -> BTreeMap<String, BTreeMap<String, String>> {
        tables.iter().map(|table| (table.name.clone(), table.points.clone())).collect()
    };
    let one = tables::all(sqlite.app.db.read()).await.unwrap();
    let other = tables::all(postgres.app.db.read()).await.unwrap();
    assert_eq!(pointing(&one), pointing(&other));
    let (one, other) = (shape(one), shape(other));
    assert!(one.len() > 20);
    assert_eq!(one, other);
    let decided: BTreeSet<&str> = KEPT.into_iter().chain(LEFT_OUT).collect();
    assert_eq!(decided.len(), KEPT.len() + LEFT_OUT.len(), "a table is kept or left out, once");
    let tables: BTreeSet<&str> = one.keys().map(String::as_str).collect();
    assert_eq!(tables, decided, "is this table kept in backups (KEPT here), or left out (LEFT_OUT)?");
}

/// Tables that are in a backup. A clinic that is restored goes on as it was, but for what `LEFT_OUT` says.
const KEPT: [&str; 33] = [
    "data_keys",
    "clinics",
    "users",
    "patients",
    "guardianships",
    "consents",
    "doctors",
    "consultation_hours",
    "days_off",
    "appointments",
    "doctor_time",
    "conversations",
    "messages",
    "call_sessions",
    "products",
    "prescriptions",
    "prescription_items",
    "prescription_numbers",
    "notifications",
    "jobs",
    "form_acts",
    "audit_log",
    "totp_secrets",
    "passkeys",
    "recovery_codes",
    "files",
    "patient_words",
    "nik_changes",
    "legal_texts",
    "audit_checks",
    "wrapping_key",
    "recovery_sheets",
    "known_devices",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_say_what_they_did() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    clinic.patient("Siti").await;
    let folder = TempDir::new().unwrap();
    let file = new_file(&folder);
    let streamed = clinic.command(&["backup", "-"], None).await;
    assert!(streamed.status.success() && String::from_utf8_lossy(&streamed.stderr).contains("rows of"));
    std::fs::write(&file, &streamed.stdout).unwrap();
    let key = std::fs::read_to_string(clinic.folder.path().join("data.key")).unwrap();
    let data = folder.path().join("new");
    let arguments = ["restore", file.to_str().unwrap(), "--data", data.to_str().unwrap(), "--keep-key"];
    let restored = said(&clinic.command(&arguments, Some(&key)).await);
    assert!(restored.contains("everybody has to log in again"), "{restored}");
    assert_eq!(std::fs::read_to_string(folder.path().join("new.key")).unwrap(), key);
    let whole = said(&clinic.command(&["audit", "verify", "--data", data.to_str().unwrap()], None).await);
    assert!(whole.contains("the audit log is whole: "), "{whole}");
}
