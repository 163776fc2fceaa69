//! `praktik serve --database postgres://…`: a clinic whose database is elsewhere, and may be cut off.

use std::{net::SocketAddr, process::Command, time::Duration};

use reqwest::StatusCode;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use crate::{
    browser::Browser,
    program::{Served, create_admin, enter_by_link, new_database, praktik, set_up_app},
};

/// The way to the database server, which can be cut.
struct Cable {
    address: SocketAddr,
    carries: JoinHandle<()>,
}

impl Cable {
    async fn lay(address: SocketAddr, server: String) -> Self {
        let ours = TcpListener::bind(address).await.unwrap();
        let address = ours.local_addr().unwrap();
        let carries = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut near, _)) = ours.accept().await {
                let mut far = TcpStream::connect(&server).await.unwrap();
                connections.spawn(async move { copy_bidirectional(&mut near, &mut far).await });
            }
        });
        Self { address, carries }
    }

    /// Every connection ends, and none is taken.
    async fn cut(self) -> SocketAddr {
        self.carries.abort();
        let _ = self.carries.await;
        self.address
    }
}

/// What `browser` is answered, and whether it is told to come again.
async fn answered(browser: &Browser, path: &str) -> (StatusCode, bool) {
    let answer = browser.get(path).await;
    (answer.status, answer.headers.contains_key("retry-after"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clinic_on_postgresql_says_when_its_database_is_away() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("clinic");
    let database = new_database("served").await;
    let (server, name) = database.trim_start_matches("postgres://postgres@").split_once('/').unwrap();
    let cable = Cable::lay(([127, 0, 0, 1], 0).into(), server.to_owned()).await;
    let through = format!("postgres://postgres@{}/{name}", cable.address);
    let with_database = |arguments: &[&str]| -> Command {
        let mut command = praktik(&data, arguments);
        command.env("PRAKTIK_DATABASE", &through);
        command
    };
    let link = create_admin(with_database(&[]));
    let serve = with_database(&["serve", "--listen", "127.0.0.1:0"]);
    let running = Served::begin(serve, &data.with_extension("log"));
    assert!(!data.join("praktik.db").exists(), "the database is elsewhere");

    let browser = running.browser();
    enter_by_link(&browser, &link).await;
    set_up_app(&browser).await;
    assert_eq!(answered(&browser, "/readyz").await, (StatusCode::OK, false));
    assert_eq!(answered(&browser, "/admin/doctors").await, (StatusCode::OK, false));

    let address = cable.cut().await;
    let (ready, page) = tokio::join!(browser.get("/readyz"), answered(&browser, "/admin/doctors"));
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page, (StatusCode::SERVICE_UNAVAILABLE, true));
    assert_eq!(answered(&browser, "/healthz").await.0, StatusCode::OK, "the program itself is well");

    // The control: it is the cut that was answered, and once it is mended the same browser is let in as before.
    let mended = Cable::lay(address, server.to_owned()).await;
    for _ in 0..100 {
        if answered(&browser, "/readyz").await.0 == StatusCode::OK {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(answered(&browser, "/admin/doctors").await, (StatusCode::OK, false));
    // The lock went with the cable: that is said, and it is taken again.
    let log = || std::fs::read_to_string(data.with_extension("log")).unwrap();
    for _ in 0..300 {
        if log().contains("the lock on the database is back") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(log().contains("the lock on the database was lost") && log().contains("is back"), "{}", log());
    assert_eq!(running.terminate().0, Some(0));
    drop(mended);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_program_that_would_serve_the_same_database_is_refused_and_a_crash_keeps_no_restart_out() {
    let folder = tempfile::tempdir().unwrap();
    let database = new_database("served_once").await;
    let serve = |name: &str| {
        let mut command = praktik(&folder.path().join(name), &["serve", "--listen", "127.0.0.1:0"]);
        command.env("PRAKTIK_DATABASE", &database);
        command
    };
    let log = folder.path().join("clinic.log");
    let first = Served::begin(serve("one"), &log);
    std::fs::copy(folder.path().join("one.key"), folder.path().join("two.key")).unwrap();
    let second = serve("two").output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let why = String::from_utf8_lossy(&second.stderr);
    assert!(why.contains("served by another program") && why.contains("--database"), "{why}");
    let mut verify = praktik(&folder.path().join("one"), &["audit", "verify"]);
    assert!(verify.env("PRAKTIK_DATABASE", &database).status().unwrap().success(), "commands go on beside it");
    // Killed: the server lets go of its lock by itself.
    drop(first);
    assert_eq!(Served::begin(serve("two"), &log).terminate().0, Some(0));
}
