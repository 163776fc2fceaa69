//! `praktik demo`: the first command that anybody runs.

use std::path::Path;

use praktik::{
    commands::demo,
    infra::clock::{Clock, Instant},
    server,
    web::limits::Limits,
};
use reqwest::{Method, StatusCode};
use tokio::net::TcpListener;

use crate::{
    browser::{Answer, Browser},
    program::{Served, praktik},
};

fn start(data: &Path, options: &[&str]) -> Served {
    let mut demo = praktik(data, &["demo", "--listen", "127.0.0.1:0", "--data"]);
    demo.arg(data).args(options);
    Served::begin(demo, &data.with_extension("log"))
}

/// Logs in with the password that everybody knows.
async fn enter(address: &str, person: &str) -> Browser {
    let browser = Browser::new(address);
    browser.log_in(&format!("{person}@demo.test"), demo::PASSWORD).await;
    browser
}

/// The pages of the browser's consultations whose room is open.
async fn open_rooms(browser: &Browser) -> Vec<Answer> {
    let list = browser.get("/consultations").await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.body);
    let mut links = list.attributes("a[href^='/consultations/']", "href");
    links.sort();
    links.dedup();
    let mut open = Vec::new();
    for link in links {
        let page = browser.get(&link).await;
        if page.count("[data-room=open]") == 1 {
            open.push(page);
        }
    }
    open
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_names_its_people_and_has_a_room_that_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let demo = start(&folder.path().join("demo"), &[]);
    let said = demo.said.join("\n");
    assert!(said.contains(demo::PASSWORD), "{said}");
    for person in ["andi", "ratna", "made", "yohana", "admin", "apotek", "siti", "budi", "wayan"] {
        assert!(said.contains(&format!("{person}@demo.test")), "{person} is not named: {said}");
        enter(&demo.address, person).await;
    }
    assert_eq!(open_rooms(&enter(&demo.address, "siti").await).await.len(), 1);
    // The control: somebody without a consultation finds none that is open.
    assert_eq!(open_rooms(&enter(&demo.address, "wayan").await).await.len(), 0);
    let (code, rest) = demo.terminate();
    assert_eq!(code, Some(0));
    assert!(rest.is_empty(), "it says once where it listens: {rest:?}");
}

#[test]
fn a_second_demo_on_the_same_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let first = start(&data, &[]);
    for options in [&[][..], &["--keep"]] {
        let mut second = praktik(&data, &["demo", "--listen", "127.0.0.1:0", "--data"]);
        let output = second.arg(&data).args(options).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{options:?}");
        let why = String::from_utf8_lossy(&output.stderr);
        assert!(why.contains("being served") && why.contains("stop"), "{why}");
    }
    assert_eq!(first.terminate().0, Some(0));
}

/// The phone on Wayan's profile.
async fn phone(browser: &Browser) -> String {
    browser.get("/profile").await.attributes("input[name=phone]", "value").remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_begins_anew_unless_it_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let demo = start(&data, &[]);
    let wayan = enter(&demo.address, "wayan").await;
    let before = phone(&wayan).await;
    let version = wayan.get("/profile").await.attributes("input[name=version]", "value").remove(0);
    let fields = [
        ("version", version.as_str()),
        ("address", "Jl. Gajah Mada No. 8, Denpasar"),
        ("phone", "081298760002"),
        ("payer", "general"),
        ("language", "id"),
        ("time_zone", ""),
    ];
    let saved = wayan.post("/profile", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let changed = phone(&wayan).await;
    assert_ne!(changed, before);
    assert_eq!(demo.terminate().0, Some(0));

    let kept = start(&data, &["--keep"]);
    assert_eq!(phone(&enter(&kept.address, "wayan").await).await, changed, "--keep goes on");
    assert_eq!(kept.terminate().0, Some(0));
    let anew = start(&data, &[]);
    assert_eq!(phone(&enter(&anew.address, "wayan").await).await, before, "without it all begins anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_runs_is_not_begun_anew_by_another() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let first = start(&data, &[]);
    let arguments = ["demo", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    let second = praktik(&data, &arguments).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("is being served; stop it first"), "{said}");
    enter(&first.address, "siti").await;
    assert_eq!(first.terminate().0, Some(0));
    // The control: once it has stopped, another begins.
    enter(&start(&data, &[]).address, "siti").await;
}

/// How many of 700 tries of a secret, one after another, are refused for being too many.
async fn refused_tries(demo: &Served) -> usize {
    let browser = demo.browser();
    let mut refused = 0;
    for _ in 0..700 {
        let answer = browser.send(browser.request(Method::POST, "/login")).await;
        refused += usize::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    refused
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limits_are_lifted_if_asked() {
    let folder = tempfile::tempdir().unwrap();
    let lifted = start(&folder.path().join("lifted"), &["--no-limits"]);
    assert_eq!(refused_tries(&lifted).await, 0);
    let limited = start(&folder.path().join("limited"), &[]);
    assert!(refused_tries(&limited).await > 0, "the control: without it there are limits");
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("catatan.txt");
    std::fs::write(&note, "jangan dihapus").unwrap();
    let data = folder.path().to_str().unwrap();
    for options in [&[][..], &["--keep"]] {
        let mut demo = praktik(folder.path(), &["demo", "--listen", "127.0.0.1:0", "--data", data]);
        let refused = demo.args(options).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{options:?}");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains("--data") && said.contains(data), "{said}");
        assert_eq!(std::fs::read_to_string(&note).unwrap(), "jangan dihapus");
    }
}

/// At every hour: around midnight too, when the slot that is open began on another day than the next.
#[tokio::test(flavor = "multi_thread")]
async fn around_midnight_a_room_of_the_demo_is_open_too() {
    // 23.50, 23.57, 0.03 and, as the control of the clock, 9.02 in Makassar.
    for now in ["2026-11-20T15:50:00Z", "2026-11-20T15:57:00Z", "2026-11-20T16:03:00Z", "2026-11-21T01:02:00Z"] {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing(Instant::parse(now).unwrap());
        let local = ([127, 0, 0, 1], 0).into();
        let app = demo::open(local, folder.path().join("demo"), false, clock, Limits::none()).await.unwrap();
        let pages = TcpListener::bind(local).await.unwrap();
        let address = format!("http://{}", pages.local_addr().unwrap());
        tokio::spawn(server::serve(app, pages, std::future::pending()));
        let open = open_rooms(&enter(&address, "siti").await).await;
        assert_eq!(open.len(), 1, "no room is open at {now}");
        let moment = |name: &str| {
            let text = open.first().unwrap().attributes("[data-room]", name).remove(0);
            Instant::parse(&text).unwrap()
        };
        let left = moment("data-closes-at").since(moment("data-now"));
        assert!((10 * 60..=15 * 60).contains(&left.as_secs()), "{left:?} are left at {now}");
    }
}
