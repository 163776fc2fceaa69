//! What an operator decides: where to listen, where data lies, what stands in front.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::mail::MailSettings;

/// The settings of one running program.
#[derive(Clone)]
pub struct Config {
    /// Where pages are served.
    pub listen: SocketAddr,
    /// The folder with everything that the clinic keeps.
    pub data: PathBuf,
    /// The database, if it is not the file in `data`.
    pub database: Option<String>,
    /// Where files lie (`s3://BUCKET/PREFIX`), if not in the folder `files` in `data`.
    pub files: Option<String>,
    /// The address under which people reach the clinic, without a slash at its end: what links in letters begin with.
    pub origin: String,
    /// The mail server, if there is one.
    pub mail: Option<MailSettings>,
    /// Whether this is a demo, whose passwords everybody knows: no second factor is asked, and letters are shown.
    pub demo: bool,
    /// Addresses whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether pages reach people over TLS, so that cookies may say so.
    pub secure: bool,
    /// The name under which people reach the clinic over TLS: other names are not answered.
    pub domain: Option<String>,
    /// How long a request may take to arrive, and its answer to be read.
    pub waits: Waits,
    /// STUN and TURN servers that browsers are told of; none by default (K3).
    pub ice_servers: Vec<IceServer>,
    /// Whether calls go through a relay alone, so that neither side sees the other's address (K3).
    pub relay_only: bool,
}

/// How long a request may take to arrive, and its answer to be read: whoever trickles one byte at a time, or takes none,
/// keeps no connection for long.
#[derive(Clone, Copy)]
pub struct Waits {
    /// For its line and headers, and how long a connection may be idle before.
    pub head: Duration,
    /// For its body, beside the time that its size needs on a thin line.
    pub body: Duration,
    /// The pace of a thin line, in bytes a second.
    pub slowest: usize,
    /// For the other side to take a byte of an answer.
    pub reading: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        let (head, body, reading) = (Duration::from_secs(30), Duration::from_secs(20), Duration::from_mins(1));
        Self { head, body, slowest: 8 * 1024, reading }
    }
}

/// One entry of the browser's `RTCIceServer` (W3C WebRTC 1.0, section 4.2.2).
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IceServer {
    /// `stun:` or `turn:` addresses.
    pub urls: Vec<String>,
    /// For TURN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// For TURN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}
