//! The program as a test starts it, and the people who come to it.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Lines},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use reqwest::StatusCode;
use sea_orm::{ConnectionTrait as _, Database};

use crate::{
    browser::{Answer, Browser},
    postgres,
};

pub fn praktik(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_praktik"));
    command.args(arguments).env("PRAKTIK_DATA", data).env_remove("PRAKTIK_DATABASE").env_remove("PRAKTIK_MASTER_KEY");
    command
}

pub fn run(data: &Path, arguments: &[&str]) -> Output {
    praktik(data, arguments).output().unwrap()
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A clinic that is served until it is dropped.
pub struct Served {
    program: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub address: String,
    /// What it printed before it listened.
    pub said: Vec<String>,
}

impl Served {
    /// Serves the clinic in `data`; its log lies beside.
    pub fn start(data: &Path) -> Self {
        let mut serve = praktik(data, &["serve", "--listen", "127.0.0.1:0"]);
        serve.env("PRAKTIK_LOG", "debug");
        Self::begin(serve, &data.with_extension("log"))
    }

    /// Starts `command`, whose log goes to `log`, and waits until it listens.
    pub fn begin(mut command: Command, log: &Path) -> Self {
        let log = File::options().create(true).append(true).open(log).unwrap();
        let mut program = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let lines = BufReader::new(program.stdout.take().unwrap()).lines();
        // Ended by its drop from here on, also if it says nothing.
        let mut served = Self { program, lines, address: String::new(), said: Vec::new() };
        while served.address.is_empty() {
            let line = served.lines.next().expect("it ended before it listened").unwrap();
            match line.strip_prefix("listening on ") {
                Some(address) => address.clone_into(&mut served.address),
                None => served.said.push(line),
            }
        }
        served
    }

    /// Somebody's browser.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.address)
    }

    /// Tells it to stop, as an operator's service manager does, and waits until it has; with what it printed meanwhile.
    pub fn terminate(mut self) -> (Option<i32>, Vec<String>) {
        let told = Command::new("kill").args(["-TERM", &self.program.id().to_string()]).status().unwrap();
        assert!(told.success());
        let code = self.program.wait().unwrap().code();
        (code, self.lines.by_ref().map_while(Result::ok).collect())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// An empty database of the test's own PostgreSQL.
pub async fn new_database(name: &str) -> String {
    let server = postgres::server();
    let admin = Box::pin(Database::connect(server.url("postgres"))).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    admin.close().await.unwrap();
    server.url(name)
}

/// The password of the first admin.
pub const PASSWORD: &str = "kucing di atas atap";
/// Where second factors are kept.
pub const FACTORS: &str = "/settings/security/second-factor";

/// Makes the first admin, `dewi@klinik.test`, and returns the path of the link for the password.
pub fn create_admin(mut command: Command) -> String {
    let created = command.args(["admin", "create", "--email", "dewi@klinik.test", "--name", "Dewi"]).output().unwrap();
    assert!(created.status.success(), "{}", String::from_utf8_lossy(&created.stderr));
    let link = said(&created).trim().to_owned();
    let path = link.strip_prefix("http://127.0.0.1:8080").unwrap();
    assert!(path.starts_with("/password/reset/"), "{link}");
    path.to_owned()
}

/// Chooses the first admin's password by the link at `path` and logs in, as far as the password leads.
pub async fn enter_by_link(browser: &Browser, path: &str) {
    let chosen = browser.post(path, &[("password", PASSWORD)]).await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.body);
    let inside = browser.log_in("dewi@klinik.test", PASSWORD).await;
    assert_eq!(inside.location(), FACTORS, "an admin needs a second factor");
}

/// Sets an authenticator app up, which lets the browser in.
pub async fn set_up_app(browser: &Browser) -> Answer {
    let page = format!("{FACTORS}/totp");
    let shown = browser.get(&page).await;
    let secret = shown.text("#totp-secret").unwrap().replace(' ', "");
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let code = totp_rs::Builder::new().with_secret(secret).build().unwrap().generate_current().to_string();
    let setup = shown.attributes("input[name=setup]", "value").remove(0);
    let codes = browser.post(&page, &[("setup", &setup), ("code", &code)]).await;
    assert_eq!(codes.status, StatusCode::OK, "{}", codes.body);
    codes
}
