//! The program as an operator meets it: its commands, what they print and how they end.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that fails says so by panicking"
)]

#[path = "support/browser.rs"]
#[expect(dead_code, reason = "the other test program uses the rest")]
mod browser;
#[path = "commands/demo.rs"]
mod demo;
#[path = "commands/full_disk.rs"]
mod full_disk;
#[path = "commands/logs.rs"]
mod logs;
#[path = "commands/on_postgres.rs"]
mod on_postgres;
#[path = "support/postgres.rs"]
mod postgres;
#[path = "commands/program.rs"]
mod program;

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use praktik::clinic::audit::{self, entity::audit_row};
use program::{FACTORS, PASSWORD, Served, create_admin, enter_by_link, praktik, run, said, set_up_app};
use reqwest::StatusCode;
use sea_orm::{ColumnTrait as _, Database, EntityTrait as _, QueryFilter as _, QueryOrder as _};

/// What `serve` with these options says to its operator at the start, and the page of a forgotten password.
async fn said_at_start(options: &[&str]) -> (String, String) {
    let folder = tempfile::TempDir::new().unwrap();
    let mut serve = praktik(&folder.path().join("data"), &["serve", "--listen", "127.0.0.1:0"]);
    serve.args(options).env_remove("PRAKTIK_MAIL").env_remove("PRAKTIK_MAIL_FROM");
    let mut program = serve.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let address = line.strip_prefix("listening on ").unwrap().to_owned();
    let page = reqwest::get(format!("{address}/password/forgot")).await.unwrap().text().await.unwrap();
    assert!(Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap().success());
    let output = program.wait_with_output().unwrap();
    (String::from_utf8(output.stderr).unwrap(), page)
}

#[tokio::test]
async fn a_clinic_without_a_mail_server_says_so() {
    praktik::infra::tls::install();
    let (said, page) = said_at_start(&[]).await;
    assert!(said.contains("no mail server") && said.contains("--mail"), "{said}");
    assert!(!page.contains("action=\"/password/forgot\""), "the page offers what cannot be done");
    let mail = ["--mail", "smtp://127.0.0.1:9", "--mail-from", "Klinik <surat@klinik.test>"];
    let (said, page) = said_at_start(&mail).await;
    assert!(!said.contains("no mail server"), "{said}");
    assert!(page.contains("action=\"/password/forgot\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_admin_chooses_a_password_by_a_link_and_logs_in() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("clinic");
    let link = create_admin(praktik(&data, &[]));
    let again = run(&data, &["admin", "create", "--email", "DEWI@klinik.test", "--name", "Dewi"]);
    assert_eq!(again.status.code(), Some(1), "one account per e-mail");

    let served = Served::start(&data);
    let browser = served.browser();
    enter_by_link(&browser, &link).await;
    assert_eq!(browser.get("/admin/doctors").await.location(), FACTORS, "nothing is open before that");
    assert!(set_up_app(&browser).await.body.contains("recovery-codes"));
    assert_eq!(browser.get("/admin/doctors").await.status, StatusCode::OK);
    assert_eq!(served.terminate().0, Some(0), "told to stop, it stops in good order");

    let unknown = run(&data, &["admin", "reset-second-factor", "--email", "siapa@klinik.test"]);
    assert_eq!(unknown.status.code(), Some(1));
    let reset = run(&data, &["admin", "reset-second-factor", "--email", "Dewi@klinik.test"]);
    assert!(said(&reset).contains("are gone"), "{}", String::from_utf8_lossy(&reset.stderr));
    let served = Served::start(&data);
    let again = served.browser().log_in("dewi@klinik.test", PASSWORD).await;
    assert_eq!(again.location(), FACTORS, "a second factor is set up anew");
    drop(served);

    assert!(said(&run(&data, &["audit", "verify"])).starts_with("the audit log is whole"));
    let acts = acts_of_the_operator(&data).await;
    assert_eq!(acts, ["create account", "reset-second-factor account"], "commands are written down like people's acts");
}

async fn acts_of_the_operator(data: &Path) -> Vec<String> {
    let database =
        Box::pin(Database::connect(format!("sqlite:{}?mode=ro", data.join("praktik.db").display()))).await.unwrap();
    let acts = audit_row::Entity::find()
        .filter(audit_row::Column::ActorId.eq(audit::OPERATOR))
        .order_by_asc(audit_row::Column::Id)
        .all(&database)
        .await
        .unwrap();
    acts.into_iter().map(|act| format!("{} {}", act.action, act.subject)).collect()
}

#[test]
fn the_master_key_lies_beside_the_folder_and_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("clinic");
    assert!(run(&data, &["admin", "create", "--email", "dewi@klinik.test", "--name", "Dewi"]).status.success());
    let key = folder.path().join("clinic.key");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&key).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    std::fs::remove_file(&key).unwrap();
    let without = run(&data, &["audit", "verify"]);
    assert_eq!(without.status.code(), Some(1));
    assert!(!key.exists(), "a key that is missed is not made anew");
    let another = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let other = praktik(&data, &["audit", "verify"]).env("PRAKTIK_MASTER_KEY", another).output().unwrap();
    assert_eq!(other.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&other.stderr).contains("the key that it was made with"));
}

#[test]
fn every_route_is_printed_with_who_may_use_it() {
    let folder = tempfile::tempdir().unwrap();
    let lines = said(&run(folder.path(), &["routes"]));
    assert!(lines.lines().all(|line| line.split('\t').count() == 5));
    assert!(lines.lines().any(|line| line == "POST\t/consultations\tpatient\tact\tno"));
    assert!(lines.lines().any(|line| line == "POST\t/login\tanyone\tcredential\tno"));
    assert!(lines.lines().any(|line| line == "GET\t/healthz\tanyone\tnone\tno"));
}

#[test]
fn the_log_is_lines_of_json() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("clinic");
    assert_eq!(Served::start(&data).terminate().0, Some(0));
    let log = std::fs::read_to_string(data.with_extension("log")).unwrap();
    let events = log.lines().filter(|line| !line.starts_with("no mail server"));
    let events: Vec<serde_json::Value> = events.map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(events.iter().all(|event| event["timestamp"].is_string() && event["level"].is_string()));
    assert!(!events.is_empty());
}

#[test]
fn a_file_gives_the_options_that_stand_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("clinic"), folder.path().join("praktik.toml"));
    let written =
        format!("trusted-proxy = [\"no network\"]\ndata = \"{}\"\ndomain = \"klinik.test\"\n", data.display());
    std::fs::write(&file, written).unwrap();
    let config = file.to_str().unwrap();
    let create = ["admin", "create", "--config", config, "--email", "dewi@klinik.test", "--name", "Dewi"];
    let praktik = |arguments: &[&str]| Command::new(env!("CARGO_BIN_EXE_praktik")).args(arguments).output().unwrap();
    let created = praktik(&create);
    assert!(said(&created).contains("https://klinik.test/password/reset/"), "{}", said(&created));
    assert!(data.join("praktik.db").exists());
    let refused = praktik(&["serve", "--config", config]);
    assert_eq!(refused.status.code(), Some(2), "the file's network is none");
    let named = praktik(&["serve", "--config", "nowhere.toml"]);
    assert_eq!(named.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&named.stderr).contains("nowhere.toml cannot be read"));
}

#[test]
fn wrong_usage_ends_with_two_and_a_failure_with_one() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["prescribe"]).status.code(), Some(2));
    let wrong = run(folder.path(), &["admin", "create", "--email", "no address", "--name", "Dewi"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("no e-mail address"));
}

#[test]
fn a_demos_folder_is_not_served_as_a_clinic() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("this-is-a-demo"), "").unwrap();
    let refused = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--data"));
}
