//! A disk that is full for a while: what is acknowledged is kept, and the program goes on by itself once there is room.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use praktik::commands::demo::PASSWORD;
use reqwest::StatusCode;
use tempfile::TempDir;

use crate::{
    browser::Browser,
    program::{Served, praktik},
};

/// A disk of its own, as small as a test needs it.
struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// Nothing where this machine lets nobody mount one.
    fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).status();
        mounted.is_ok_and(|status| status.success()).then_some(Self { folder })
    }

    fn filler(&self) -> PathBuf {
        self.folder.path().join("somebody-elses-file")
    }

    /// Leaves no byte free.
    fn fill(&self) {
        let mut filler = File::options().create(true).append(true).open(self.filler()).unwrap();
        for size in [1 << 16, 1 << 10, 1] {
            while filler.write_all(&vec![0; size]).is_ok() {}
        }
    }

    fn free(&self) {
        fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}

fn start(data: &Path, log: &Path, options: &[&str]) -> Served {
    let mut demo = praktik(data, &["demo", "--no-limits", "--listen", "127.0.0.1:0", "--data"]);
    demo.arg(data).args(options);
    Served::begin(demo, log)
}

/// Siti, and the path of her conversation that is open now.
async fn siti(demo: &Served) -> (Browser, String) {
    let siti = demo.browser();
    siti.log_in("siti@demo.test", PASSWORD).await;
    for link in siti.get("/consultations").await.attributes("a[href^='/consultations/']", "href") {
        if siti.get(&link).await.count("[data-room=open]") == 1 {
            return (siti, link.replace("/consultations/", "/messages/"));
        }
    }
    panic!("no consultation of the demo is open");
}

async fn send(siti: &Browser, conversation: &str, number: u32) -> StatusCode {
    let (text, client_id) = (text(number), format!("019a0000-0000-7000-8000-{number:012}"));
    let answer =
        siti.post_json(&format!("{conversation}/send"), &[("message", &text), ("client_id", &client_id)]).await;
    assert!(
        answer.status == StatusCode::CREATED || answer.headers.contains_key("retry-after"),
        "{}: {}",
        answer.status,
        answer.body
    );
    answer.status
}

fn text(number: u32) -> String {
    format!("Pesan ke-{number:04}")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_while_a_disk_fills_and_after_it_is_freed_is_durable() {
    let Some(disk) = SmallDisk::mount(24) else {
        eprintln!("SKIPPED: only root can mount a small disk, so nobody has tried what a full one does");
        return;
    };
    let (data, log) = (disk.folder.path().join("demo"), tempfile::NamedTempFile::new().unwrap());
    let demo = start(&data, log.path(), &[]);
    let (browser, conversation) = siti(&demo).await;
    let mut acknowledged = Vec::new();
    let (mut refused, mut number) = (0, 0);
    disk.fill();
    // A file in a log that still has room is not full at once.
    while refused < 3 {
        number += 1;
        assert!(number < 3_000, "the disk is full, and every message is acknowledged");
        match send(&browser, &conversation, number).await {
            StatusCode::CREATED => acknowledged.push(number),
            _ => refused += 1,
        }
    }
    assert_eq!(browser.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(browser.get("/healthz").await.status, StatusCode::OK, "it lives, and can be read");

    disk.free();
    assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);
    for number in number + 1..=number + 20 {
        assert_eq!(send(&browser, &conversation, number).await, StatusCode::CREATED);
        acknowledged.push(number);
    }
    let budi = demo.browser();
    budi.log_in("budi@demo.test", PASSWORD).await;
    assert_eq!(budi.get("/dashboard").await.status, StatusCode::OK, "who logs in is in");
    assert_eq!(demo.terminate().0, Some(0), "it stops in good order");

    let demo = start(&data, log.path(), &["--keep"]);
    let (browser, again) = siti(&demo).await;
    assert_eq!(again, conversation);
    let page = browser.get(&conversation).await.body;
    let newest = acknowledged.len().saturating_sub(400);
    let lost: Vec<_> = acknowledged[newest..].iter().filter(|number| !page.contains(&text(**number))).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
}
