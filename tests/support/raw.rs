//! Bytes as no browser sends them, over a connection of their own.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// An answer is waited for this long, in real time.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection of which a test decides every byte.
pub struct Raw(TcpStream);

impl Raw {
    /// Connects to the clinic at `address`.
    pub async fn connect(address: &str) -> Self {
        Self(TcpStream::connect(address.trim_start_matches("http://")).await.unwrap())
    }

    /// Sends `bytes`; whether the other side still took them.
    pub async fn say(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// All that comes until the other side closes the connection; nothing if it does not.
    pub async fn rest(mut self) -> Option<String> {
        let mut heard = Vec::new();
        // A connection that is reset says no more, which is a close too.
        timeout(PATIENCE, self.0.read_to_end(&mut heard)).await.ok()?.ok();
        Some(String::from_utf8_lossy(&heard).into_owned())
    }

    /// One answer to its end, so that the connection can be used on; nothing if there is none.
    pub async fn answer(&mut self) -> Option<String> {
        let mut bytes = Vec::new();
        let whole = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let (head, body) = text.split_once("\r\n\r\n")?;
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
            (body.len() >= length).then_some(text)
        };
        while whole(&bytes).is_none() {
            match timeout(PATIENCE, self.0.read_buf(&mut bytes)).await {
                Ok(Ok(more)) if more > 0 => {}
                _ => return None,
            }
        }
        whole(&bytes)
    }

    /// Reads what has come, up to a megabyte; false once the other side has closed the connection.
    pub async fn part(&mut self, heard: &mut Vec<u8>) -> bool {
        let mut part = vec![0; 1024 * 1024];
        let read = timeout(PATIENCE, self.0.read(&mut part)).await.ok().and_then(Result::ok).unwrap_or(0);
        heard.extend(part.iter().take(read));
        read > 0
    }

    /// The status that comes first; 0 if the connection ends without one.
    pub async fn status(&mut self) -> u16 {
        let mut heard = [0; 12];
        match timeout(PATIENCE, self.0.read_exact(&mut heard)).await {
            Ok(Ok(_)) => String::from_utf8_lossy(&heard).split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0),
            _ => 0,
        }
    }
}
