//! The program as an operator meets it: its commands, what they print and how they end.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by panicking")]

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use praktik::clinic::audit::{self, entity::audit_row};
use reqwest::StatusCode;
use scraper::{Html, Selector};
use sea_orm::{ColumnTrait as _, Database, EntityTrait as _, QueryFilter as _, QueryOrder as _};

fn praktik(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_praktik"));
    command.args(arguments).env("PRAKTIK_DATA", data).env_remove("PRAKTIK_DATABASE").env_remove("PRAKTIK_MASTER_KEY");
    command
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    praktik(data, arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A clinic that is served until it is dropped.
struct Served {
    program: Child,
    address: String,
}

impl Served {
    fn start(data: &Path) -> Self {
        let mut serve = praktik(data, &["serve", "--listen", "127.0.0.1:0"]);
        let log = std::fs::File::create(data.with_extension("log")).unwrap();
        serve.env("PRAKTIK_LOG", "debug");
        let mut program = serve.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let address = line.strip_prefix("listening on ").unwrap().to_owned();
        Self { program, address }
    }

    /// Tells it to stop, as an operator's service manager does, and waits until it has.
    fn terminate(mut self) -> Option<i32> {
        let told = Command::new("kill").args(["-TERM", &self.program.id().to_string()]).status().unwrap();
        assert!(told.success());
        self.program.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

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

async fn token(client: &reqwest::Client, page: &str) -> String {
    let page = Html::parse_document(&client.get(page).send().await.unwrap().text().await.unwrap());
    let meta = Selector::parse("meta[name=csrf-token]").unwrap();
    page.select(&meta).next().unwrap().attr("content").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_admin_chooses_a_password_by_a_link_and_logs_in() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("clinic");
    let created = run(&data, &["admin", "create", "--email", "dewi@klinik.test", "--name", "Dewi"]);
    assert!(created.status.success());
    let link = said(&created).trim().to_owned();
    let path = link.strip_prefix("http://127.0.0.1:8080").unwrap();
    assert!(path.starts_with("/password/reset/"), "{link}");
    let again = run(&data, &["admin", "create", "--email", "DEWI@klinik.test", "--name", "Dewi"]);
    assert_eq!(again.status.code(), Some(1), "one account per e-mail");

    let served = Served::start(&data);
    praktik::infra::tls::install();
    let client = reqwest::Client::builder().cookie_store(true).build().unwrap();
    let page = format!("{}{path}", served.address);
    let password = "kucing di atas atap";
    let csrf = token(&client, &page).await;
    let chosen =
        client.post(&page).form(&[("csrf_token", csrf.as_str()), ("password", password)]).send().await.unwrap();
    assert_eq!(chosen.status(), StatusCode::OK);
    let login = format!("{}/login", served.address);
    let csrf = token(&client, &login).await;
    let fields = [("csrf_token", csrf.as_str()), ("email", "dewi@klinik.test"), ("password", password)];
    let inside = client.post(&login).form(&fields).send().await.unwrap();
    assert_eq!((inside.status(), inside.url().path()), (StatusCode::OK, FACTORS), "an admin needs a second factor");
    let page = format!("{}{FACTORS}/totp", served.address);
    let shown = client.get(&page).send().await.unwrap().text().await.unwrap();
    let (code, setup, csrf) = first_code(&shown);
    let fields = [("csrf_token", csrf.as_str()), ("setup", &setup), ("code", &code)];
    let codes = client.post(&page).form(&fields).send().await.unwrap();
    assert_eq!(codes.status(), StatusCode::OK);
    assert!(codes.text().await.unwrap().contains("recovery-codes"));
    assert_eq!(client.get(format!("{}/admin/doctors", served.address)).send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(served.terminate(), Some(0), "told to stop, it stops in good order");

    let unknown = run(&data, &["admin", "reset-second-factor", "--email", "siapa@klinik.test"]);
    assert_eq!(unknown.status.code(), Some(1));
    let reset = run(&data, &["admin", "reset-second-factor", "--email", "Dewi@klinik.test"]);
    assert!(said(&reset).contains("are gone"), "{}", String::from_utf8_lossy(&reset.stderr));
    let served = Served::start(&data);
    let login = format!("{}/login", served.address);
    let csrf = token(&client, &login).await;
    let fields = [("csrf_token", csrf.as_str()), ("email", "dewi@klinik.test"), ("password", password)];
    let again = client.post(&login).form(&fields).send().await.unwrap();
    assert_eq!(again.url().path(), FACTORS, "a second factor is set up anew");
    drop(served);

    assert!(said(&run(&data, &["audit", "verify"])).starts_with("the audit log is whole"));
    let acts = acts_of_the_operator(&data).await;
    assert_eq!(acts, ["create account", "reset-second-factor account"], "commands are written down like people's acts");
}

async fn acts_of_the_operator(data: &Path) -> Vec<String> {
    let database = Database::connect(format!("sqlite:{}?mode=ro", data.join("praktik.db").display())).await.unwrap();
    let acts = audit_row::Entity::find()
        .filter(audit_row::Column::ActorId.eq(audit::OPERATOR))
        .order_by_asc(audit_row::Column::Id)
        .all(&database)
        .await
        .unwrap();
    acts.into_iter().map(|act| format!("{} {}", act.action, act.subject)).collect()
}

const FACTORS: &str = "/settings/security/second-factor";

/// The code that a phone would show for the page, what comes back with it, and the form's token.
fn first_code(page: &str) -> (String, String, String) {
    let html = Html::parse_document(page);
    let find = |selector: &str| html.select(&Selector::parse(selector).unwrap()).next().unwrap();
    let secret: String = find("#totp-secret").text().collect::<String>().replace(' ', "");
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let code = totp_rs::Builder::new().with_secret(secret).build().unwrap().generate_current().to_string();
    let value = |name: &str| find(&format!("input[name={name}]")).attr("value").unwrap().to_owned();
    (code, value("setup"), value("csrf_token"))
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
    assert_eq!(Served::start(&data).terminate(), Some(0));
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
    let written = format!("listen = \"no address\"\ndata = \"{}\"\ndomain = \"klinik.test\"\n", data.display());
    std::fs::write(&file, written).unwrap();
    let config = file.to_str().unwrap();
    let create = ["admin", "create", "--config", config, "--email", "dewi@klinik.test", "--name", "Dewi"];
    let praktik = |arguments: &[&str]| Command::new(env!("CARGO_BIN_EXE_praktik")).args(arguments).output().unwrap();
    let created = praktik(&create);
    assert!(said(&created).contains("https://klinik.test/password/reset/"), "{}", said(&created));
    assert!(data.join("praktik.db").exists());
    let refused = praktik(&["serve", "--config", config]);
    assert_eq!(refused.status.code(), Some(2), "the file's address is none");
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
