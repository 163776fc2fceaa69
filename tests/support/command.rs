//! The real program as a command beside the clinic of a test.

use std::process::{Command, Output, Stdio};

use super::TestClinic;

impl TestClinic {
    /// Runs `praktik` with `arguments` on this clinic, with `master_key` in the environment if one is given.
    pub async fn command(&self, arguments: &[&str], master_key: Option<&str>) -> Output {
        let mut settings = vec![("PRAKTIK_DATA".to_owned(), self.app.config.data.to_str().unwrap().to_owned())];
        settings.extend(self.app.config.database.clone().map(|url| ("PRAKTIK_DATABASE".to_owned(), url)));
        settings.extend(master_key.map(|key| ("PRAKTIK_MASTER_KEY".to_owned(), key.to_owned())));
        praktik(arguments, settings).await
    }
}

/// Runs `praktik` with `arguments` and nothing but `settings` of its own in the environment.
pub async fn praktik(arguments: &[&str], settings: Vec<(String, String)>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_praktik"));
    for name in ["PRAKTIK_DATA", "PRAKTIK_DATABASE", "PRAKTIK_FILES", "PRAKTIK_MASTER_KEY"] {
        command.env_remove(name);
    }
    command.args(arguments).envs(settings).stdin(Stdio::null());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// What a command that succeeded printed.
pub fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}
