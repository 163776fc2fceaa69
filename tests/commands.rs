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
    fs::File,
    io::{BufRead as _, BufReader},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
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
fn a_second_program_that_would_serve_the_same_folder_is_refused_and_commands_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("clinic");
    let served = Served::start(&data);
    let why = refused(&data, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(why.contains("served by another program") && why.contains("--data"), "{why}");
    for command in [
        &["audit", "verify"][..],
        &["backup", folder.path().join("clinic.backup").to_str().unwrap()],
        &["admin", "create", "--email", "dewi@klinik.test", "--name", "Dewi"],
    ] {
        let beside = run(&data, command);
        assert!(beside.status.success(), "{command:?}: {}", String::from_utf8_lossy(&beside.stderr));
    }
    drop(served);
    // Killed as it was, it keeps the next one from nothing.
    assert_eq!(Served::start(&data).terminate().0, Some(0));
    assert_eq!(Served::start(&data).terminate().0, Some(0));
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

#[tokio::test(flavor = "multi_thread")]
async fn as_many_connections_are_taken_as_the_hard_limit_of_open_files_allows() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("clinic");
    let direct = praktik(&data, &["serve", "--listen", "127.0.0.1:0"]);
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -S -n 64 && exec \"$@\"", "sh"]).arg(direct.get_program()).args(direct.get_args());
    for (name, value) in direct.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    let served = Served::begin(limited, &data.with_extension("log"));
    let address = served.address.strip_prefix("http://").unwrap();
    let silent: Vec<_> = (0..100).map(|_| TcpStream::connect(address).unwrap()).collect();
    let answered = tokio::time::timeout(Duration::from_secs(5), served.browser().get("/healthz")).await;
    assert_eq!(answered.expect("nobody else is let in").status, StatusCode::OK);
    drop(silent);
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

/// What a command says that fails: the cure, once, and nothing of what was given as a secret.
fn refused(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    String::from_utf8_lossy(&output.stderr).lines().rfind(|line| line.starts_with("praktik: ")).unwrap().to_owned()
}

#[test]
fn a_command_on_a_folder_without_a_clinic_leaves_nothing_there() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("typo");
    let sheet = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let commands: [&[&str]; 5] = [
        &["admin", "reset-second-factor", "--email", "dewi@klinik.test"],
        &["audit", "verify"],
        &["backup", "clinic.backup"],
        &["keys", "rotate"],
        &["keys", "sheet"],
    ];
    for command in commands {
        for key in [None, Some(["--master-key", sheet])] {
            let said = refused(&data, &[command, key.as_ref().map_or(&[][..], |key| key)].concat());
            assert!(said.contains("--data"), "{command:?}: {said}");
            let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
            assert!(left.is_empty(), "{command:?} leaves {left:?}");
        }
    }
}

#[test]
fn an_admin_has_a_name() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["", "  ", "\u{200b}"] {
        let said =
            refused(&folder.path().join("clinic"), &["admin", "create", "--email", "a@klinik.test", "--name", name]);
        assert!(said.contains("--name"), "{name:?}: {said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_server_or_store_that_is_not_there_is_named_with_the_cure() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("clinic");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("postgres://me:secret@{free}/clinic");
    let server = postgres::server();
    let no_database = server.url("not_there");
    let wrong = [
        ("--database", "mysql://me:secret@localhost/clinic", "postgres://USER:PASSWORD@HOST/NAME"),
        ("--database", "clinic.db", "postgres://USER:PASSWORD@HOST/NAME"),
        ("--database", "postgres://me:secret@localhost:port/clinic", "postgres://USER:PASSWORD@HOST/NAME"),
        ("--database", url.as_str(), "is it running there, and is --database right?"),
        ("--database", no_database.as_str(), "look at name, user and password in --database"),
        ("--files", "a folder", "s3://BUCKET/PREFIX"),
        ("--files", "https://bucket.test/files", "s3://BUCKET/PREFIX"),
    ];
    for (option, value, cure) in wrong {
        let said = refused(&data, &["serve", "--listen", "127.0.0.1:0", option, value]);
        assert!(said.contains(cure), "{value}: {said}");
        assert!(!said.contains("secret"), "{said}");
        let causes: Vec<_> = said.split(": ").collect();
        let twice = causes.iter().find(|cause| cause.len() > 12 && causes.iter().filter(|c| c == cause).count() > 1);
        assert_eq!(twice, None, "{said}");
    }
}

#[test]
fn whoever_reads_what_is_printed_may_stop_before_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("clinic");
    for arguments in
        [&["routes"][..], &["admin", "create", "--email", "dewi@klinik.test", "--name", "Dewi"], &["keys", "sheet"]]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = praktik(&data, arguments).stdout(writer).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), said.contains("panicked")), (Some(0), false), "{arguments:?}: {said}");
    }
    // The log, too, may end where nobody reads on.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let refused = praktik(&folder.path().join("typo"), &["audit", "verify"]).stderr(writer).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    // A file that takes nothing is a failure.
    let full = File::options().write(true).open("/dev/full").unwrap();
    assert_eq!(praktik(&data, &["routes"]).stdout(full).status().unwrap().code(), Some(1));
}

/// The lines of README that back the clinic up and restore it elsewhere, as they are written.
#[test]
fn the_restore_that_the_readme_shows_works_as_written() {
    let folder = tempfile::tempdir().unwrap();
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let shown: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .skip_while(|line| !line.contains("praktik backup"))
        .take_while(|line| !line.contains("praktik keys"))
        .collect();
    assert!(shown.last().is_some_and(|line| line.contains("praktik restore")), "{shown:?}");
    assert!(
        run(&folder.path().join("data"), &["admin", "create", "--email", "dewi@klinik.test", "--name", "Dewi"])
            .status
            .success()
    );
    for line in shown {
        let line = line.replace("./target/release/praktik", env!("CARGO_BIN_EXE_praktik"));
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).current_dir(folder.path());
        for name in ["PRAKTIK_DATA", "PRAKTIK_DATABASE", "PRAKTIK_MASTER_KEY"] {
            shell.env_remove(name);
        }
        let output = shell.output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(folder.path().join("elsewhere/praktik.db").exists());
}

#[test]
fn damaged_keys_of_rooms_are_named_with_the_cure() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("clinic");
    drop(Served::start(&data));
    let keys = data.join("keys.db");
    let refused_for = |content: &[u8]| {
        for log in ["keys.db-wal", "keys.db-shm"] {
            let _ = std::fs::remove_file(data.join(log));
        }
        std::fs::write(&keys, content).unwrap();
        let refused = run(&data, &["serve", "--listen", "127.0.0.1:0"]);
        assert_eq!(refused.status.code(), Some(1));
        String::from_utf8(refused.stderr).unwrap()
    };
    let whole = std::fs::read(&keys).unwrap();
    let mut broken = whole.clone();
    for byte in &mut broken[100..] {
        *byte ^= 0x5a;
    }
    for content in [&broken[..], b"no database at all"] {
        let said = refused_for(content);
        assert!(said.contains(keys.to_str().unwrap()) && said.contains("move it"), "{said}");
    }
    for file in ["keys.db", "keys.db-wal", "keys.db-shm"] {
        let _ = std::fs::rename(data.join(file), folder.path().join(file));
    }
    drop(Served::start(&data));
}
