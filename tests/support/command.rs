//! The real program as a command beside the clinic of a test.

use std::process::{Command, Output, Stdio};

use super::TestClinic;

impl TestClinic {
    /// Runs `praktik` with `arguments` on this clinic, with `master_key` in the environment if one is given.
    pub async fn command(&self, arguments: &[&str], master_key: Option<&str>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_praktik"));
        command.args(arguments).env("PRAKTIK_DATA", &self.app.config.data).stdin(Stdio::null());
        command.env_remove("PRAKTIK_MASTER_KEY").env_remove("PRAKTIK_DATABASE");
        if let Some(url) = &self.app.config.database {
            command.env("PRAKTIK_DATABASE", url);
        }
        if let Some(key) = master_key {
            command.env("PRAKTIK_MASTER_KEY", key);
        }
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }
}

/// What a command that succeeded printed.
pub fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}
