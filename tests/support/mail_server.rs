//! A real SMTP server (Debian's python3-aiosmtpd), and what it was given.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use praktik::infra::{mail::MailSettings, vault::Private};
use serde_json::Value;
use tokio::sync::mpsc;

/// A letter that is expected comes within this, in real time.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that runs until it is dropped.
pub struct MailServer {
    program: Child,
    letters: mpsc::UnboundedReceiver<Value>,
    pub port: u16,
}

impl MailServer {
    /// Starts on `port`, or on any free one if that is 0.
    pub fn start(port: u16) -> Self {
        Self::start_with(port, None, &[])
    }

    /// Starts a server of the character `set`, as its program says.
    pub fn start_as(port: u16, set: &[(&str, &str)]) -> Self {
        Self::start_with(port, None, set)
    }

    /// Starts with STARTTLS, by a certificate that nobody vouches for, made in `folder`.
    pub fn start_self_made(folder: &Path) -> Self {
        let (certificate, key) = (folder.join("mail.crt"), folder.join("mail.pem"));
        let mut make = Command::new("openssl");
        make.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]);
        make.args(["-addext", "subjectAltName=IP:127.0.0.1"]).arg("-out").arg(&certificate).arg("-keyout").arg(&key);
        let outcome = make.stderr(Stdio::null()).status().unwrap();
        assert!(outcome.success(), "openssl made no certificate");
        Self::start_with(0, Some((&certificate, &key)), &[])
    }

    fn start_with(port: u16, certificate: Option<(&Path, &Path)>, set: &[(&str, &str)]) -> Self {
        let mut command = Command::new("/usr/bin/python3");
        command.arg("tests/support/mail_server.py").arg(port.to_string()).envs(set.iter().copied());
        if let Some((certificate, key)) = certificate {
            command.arg(certificate).arg(key);
        }
        let mut program = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let Some(Ok(ready)) = lines.next() else {
            panic!("the mail server did not start; is python3-aiosmtpd installed?")
        };
        let port = ready.strip_prefix("ready ").unwrap().parse().unwrap();
        Self { program, letters: listen(lines), port }
    }

    /// How a clinic is told of this server; `query` may demand TLS.
    pub fn settings(port: u16, query: &str) -> MailSettings {
        MailSettings {
            server: Private::new(format!("smtp://127.0.0.1:{port}{query}")),
            from: "Klinik Melati <surat@klinik.test>".parse().unwrap(),
        }
    }

    /// The next letter.
    pub async fn letter(&mut self) -> Value {
        tokio::time::timeout(PATIENCE, self.letters.recv()).await.unwrap().unwrap()
    }

    /// Whether no letter has come that was not looked at.
    pub fn is_empty(&mut self) -> bool {
        self.letters.try_recv().is_err()
    }
}

fn listen(lines: std::io::Lines<BufReader<ChildStdout>>) -> mpsc::UnboundedReceiver<Value> {
    let (tell, hear) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if tell.send(serde_json::from_str(&line).unwrap()).is_err() {
                return;
            }
        }
    });
    hear
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
