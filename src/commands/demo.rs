//! `praktik demo`: a clinic to try out, with people to log in as.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Context as _;
use clap::Args;

use crate::{
    app::App,
    infra::{clock::Clock, config::Config, vault::MasterKey},
    server,
    web::limits::Limits,
};

/// Options of `demo`.
#[derive(Args)]
pub struct Demo {
    /// Where to listen; nothing beyond this machine unless asked.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The folder with the demo's data.
    #[arg(long, default_value = "data/demo")]
    data: PathBuf,
    /// Go on with the data of the last demo.
    #[arg(long)]
    keep: bool,
    /// Lift the rate limits, for load tests.
    #[arg(long)]
    no_limits: bool,
}
impl Demo {
    /// Serves the demo until the program is told to stop.
    pub async fn run(self) -> anyhow::Result<()> {
        let _ = (self.keep, MasterKey::generate(), Clock::system());
        let config = Config {
            listen: self.listen,
            data: self.data,
            database: None,
            trusted_proxies: Vec::new(),
            secure: false,
            demo: true,
            ice_servers: Vec::new(),
        };
        let limits = if self.no_limits { Limits::none() } else { Limits::standard() };
        std::fs::create_dir_all(&config.data).context("no folder")?;
        let app = App::open(config, Clock::system(), MasterKey::generate(), limits).await?;
        server::run(app).await
    }
}
