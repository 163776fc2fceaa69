//! `praktik serve`: a clinic for real.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use ipnet::IpNet;
use lettre::message::Mailbox;

use crate::{
    app::App,
    infra::{
        clock::Clock,
        config::{Config, IceServer, Waits},
        disk,
        hold::Serving,
        mail::MailSettings,
        master_keys::MasterKeys,
        print,
        vault::Private,
    },
    server,
    web::limits::Limits,
};

/// Options of `serve`, each also as `PRAKTIK_…` in the environment and by its name in the file of `--config`.
#[derive(Args)]
pub struct Serve {
    /// Where to listen.
    #[arg(long, env = "PRAKTIK_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[command(flatten)]
    place: Place,
    /// The name under which people reach the clinic over TLS, which a proxy in front ends.
    #[arg(long, env = "PRAKTIK_DOMAIN", value_parser = domain)]
    domain: Option<String>,
    /// A proxy whose X-Forwarded-For is believed; may be given several times.
    #[arg(long, env = "PRAKTIK_TRUSTED_PROXY", value_delimiter = ',')]
    trusted_proxy: Vec<IpNet>,
    /// The mail server, as in `smtp://USER:PASSWORD@HOST:587?tls=required` or `smtps://USER:PASSWORD@HOST`.
    #[arg(long, env = "PRAKTIK_MAIL", hide_env_values = true, requires = "mail_from")]
    mail: Option<String>,
    /// Who letters are from, as in `Klinik Sehat <surat@klinik.example>`.
    #[arg(long, env = "PRAKTIK_MAIL_FROM")]
    mail_from: Option<Mailbox>,
    /// STUN and TURN servers that browsers are told of, as the JSON of `RTCIceServer` entries.
    #[arg(long, env = "PRAKTIK_ICE_SERVERS", value_parser = ice_servers)]
    ice_servers: Option<Servers>,
    /// Let calls go through a TURN server alone, so that neither side sees the other's address.
    #[arg(long, env = "PRAKTIK_RELAY_ONLY", requires = "ice_servers")]
    relay_only: bool,
}

/// The file that marks a folder as a demo's.
pub(super) const DEMO_MARK: &str = "this-is-a-demo";

type Servers = std::vec::Vec<IceServer>;

/// Where a clinic's data lies.
#[derive(Args, Default)]
pub struct Place {
    /// A file with options, for those that are given neither here nor in the environment.
    #[arg(long = "config", env = "PRAKTIK_CONFIG")]
    pub config_file: Option<PathBuf>,
    /// The folder with everything that the clinic keeps.
    #[arg(long, env = "PRAKTIK_DATA", default_value = "data")]
    pub data: PathBuf,
    /// A PostgreSQL database instead of the file in the data folder.
    #[arg(long, env = "PRAKTIK_DATABASE")]
    pub database: Option<String>,
    /// Where files lie, instead of the folder `files` in the data folder: `s3://BUCKET/PREFIX`, reached as
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION` and `AWS_ENDPOINT_URL` in the environment say.
    #[arg(long, env = "PRAKTIK_FILES")]
    pub files: Option<String>,
    /// The master key in base64 or as the groups of a recovery sheet, instead of the file beside the data folder; while
    /// it is being replaced the new one and the old one, with a comma between.
    #[arg(long, env = "PRAKTIK_MASTER_KEY", hide_env_values = true)]
    pub master_key: Option<String>,
}

impl Place {
    /// The master key: given, or from `DIR.key` beside the data folder `DIR`, which is made at the first start.
    pub fn master_key(&self) -> anyhow::Result<MasterKeys> {
        let path = self.key_file();
        if self.master_key.is_none() && !path.exists() && self.holds_a_clinic() {
            bail!(
                "the master key {} is missing; put it back, or nothing in {} can be read",
                path.display(),
                self.data.display()
            );
        }
        match &self.master_key {
            Some(text) => MasterKeys::parse(text).context("PRAKTIK_MASTER_KEY is not readable"),
            None => MasterKeys::read_or_create(&path)
                .with_context(|| format!("the master key {} cannot be read", path.display())),
        }
    }

    /// Whether the data folder is one that a clinic was kept in.
    pub fn holds_a_clinic(&self) -> bool {
        ["praktik.db", "keys.db"].iter().any(|file| self.data.join(file).exists())
    }

    /// The master key of a clinic that is there already: none is made.
    pub fn existing_master_key(&self) -> anyhow::Result<MasterKeys> {
        if self.master_key.is_none() && !self.key_file().exists() {
            bail!("there is no master key at {}; name the clinic's folder with --data", self.key_file().display());
        }
        if self.database.is_none() && !self.holds_a_clinic() {
            bail!("there is no clinic in {}; name its folder with --data", self.data.display());
        }
        self.master_key()
    }

    /// The settings of a program that works on this clinic and is not reached over a network.
    pub fn config(&self) -> Config {
        Config {
            listen: ([127, 0, 0, 1], 0).into(),
            data: self.data.clone(),
            database: self.database.clone(),
            files: self.files.clone(),
            origin: String::new(),
            mail: None,
            demo: false,
            trusted_proxies: Vec::new(),
            secure: false,
            domain: None,
            waits: Waits::default(),
            ice_servers: Vec::new(),
            relay_only: false,
        }
    }

    /// The file `DIR.key` beside the data folder `DIR`.
    pub fn key_file(&self) -> PathBuf {
        let mut path = self.data.clone().into_os_string();
        path.push(".key");
        path.into()
    }

    /// Makes the data folder if there is none.
    pub fn create(&self) -> anyhow::Result<()> {
        disk::make_folder(&self.data).with_context(|| {
            format!("the data folder {} cannot be made; choose another with --data", self.data.display())
        })
    }
}

impl Serve {
    /// Serves until the program is told to stop.
    pub async fn run(self) -> anyhow::Result<()> {
        self.place.create()?;
        if self.place.data.join(DEMO_MARK).exists() {
            bail!(
                "{} is a demo's folder, whose passwords everybody knows; choose another with --data",
                self.place.data.display()
            );
        }
        let master = self.place.master_key()?;
        let mail = self.mail.zip(self.mail_from);
        let mail = mail.map(|(server, from)| MailSettings { server: Private::new(server), from });
        if mail.is_none() {
            print::note(
                "no mail server: forgotten passwords and invitations go by links that admins hand over; see --mail",
            );
        }
        let origin = match &self.domain {
            Some(name) => format!("https://{name}"),
            None => format!("http://{}", self.listen),
        };
        let config = Config {
            listen: self.listen,
            origin,
            mail,
            trusted_proxies: self.trusted_proxy,
            secure: self.domain.is_some(),
            domain: self.domain,
            ice_servers: self.ice_servers.unwrap_or_default(),
            relay_only: self.relay_only,
            ..self.place.config()
        };
        // Before the database is brought to this program's version, which a program that runs may not know.
        let serving = Serving::begin(&config.data, config.database.as_deref()).await?;
        let app = App::open(config, Clock::system(), master, Limits::standard()).await?;
        server::run(app, serving).await
    }
}

fn ice_servers(text: &str) -> Result<Servers, serde_json::Error> {
    serde_json::from_str(text)
}

/// A host name as it stands in an address, with its port where that is not TLS's own.
fn domain(text: &str) -> Result<String, String> {
    let (name, port) = text.split_once(':').unwrap_or((text, "443"));
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if name.split('.').all(label) && port.parse::<u16>().is_ok() {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("give the name alone, such as klinik.example.id, without https:// and without a path".to_owned())
    }
}
