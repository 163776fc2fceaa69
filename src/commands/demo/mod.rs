//! `praktik demo`: a clinic to try out, with people to log in as.

mod history;
mod people;

use std::{fs, net::SocketAddr, path::PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::serve::{DEMO_MARK, Place};
use crate::{
    app::App,
    clinic::profile::{LEAST_RETENTION_YEARS, Profile, Retention},
    infra::{
        clock::Clock,
        config::Config,
        hold::{self, Serving},
    },
    server,
    web::limits::Limits,
};

/// The password of everybody in the demo, and of nobody anywhere else.
pub const PASSWORD: &str = "praktik-demo";

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
        let limits = if self.no_limits { Limits::none() } else { Limits::standard() };
        let app = open(self.listen, self.data, self.keep, Clock::system(), limits).await?;
        let serving = Serving::begin(&app.config.data, None).await?;
        people::print()?;
        server::run(app, serving).await
    }
}

/// A demo clinic, filled unless it is kept from the last time.
pub async fn open(listen: SocketAddr, data: PathBuf, keep: bool, clock: Clock, limits: Limits) -> anyhow::Result<App> {
    let mark = data.join(DEMO_MARK);
    let kept = keep && mark.exists();
    let place = Place { data, ..Place::default() };
    if !kept {
        begin_anew(&place)?;
        fs::write(&mark, "").with_context(|| format!("{} cannot be written", mark.display()))?;
    }
    let config = Config { listen, origin: format!("http://{listen}"), demo: true, ..place.config() };
    let app = App::open(config, clock, place.master_key()?, limits).await?;
    if !kept {
        fill(&app).await?;
    }
    Ok(app)
}

/// Clears the folder of the last demo; a folder that holds anything else is left alone.
fn begin_anew(place: &Place) -> anyhow::Result<()> {
    let data = &place.data;
    let empty = fs::read_dir(data).map_or(true, |mut entries| entries.next().is_none());
    if !empty && !data.join(DEMO_MARK).exists() {
        bail!("{} holds something other than a demo; choose another folder with --data", data.display());
    }
    let _alone = if empty { None } else { Some(hold::alone(data)?) };
    for result in [fs::remove_dir_all(data), fs::remove_file(place.key_file())] {
        if let Err(error) = result
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(error).with_context(|| format!("the last demo in {} cannot be cleared", data.display()));
        }
    }
    place.create()
}

async fn fill(app: &App) -> anyhow::Result<()> {
    let (now, profile) = (app.now(), profile()?);
    app.db.write(move |tx| async move { profile.save(&tx, now).await }).await?;
    app.refresh_clinic().await?;
    let people = people::create(app).await?;
    history::create(app, &people).await
}

fn profile() -> anyhow::Result<Profile> {
    Ok(Profile {
        name: "Klinik Sehat Bersama".to_owned(),
        address: "Jl. Perintis Kemerdekaan KM 10 No. 5, Makassar 90245".to_owned(),
        city: "Makassar".to_owned(),
        phone: "+62411555010".to_owned(),
        zone: jiff::tz::TimeZone::get("Asia/Makassar")?,
        slot_minutes: 15,
        retention_years: LEAST_RETENTION_YEARS,
        message_retention: Retention::Ephemeral,
        logo: None,
    })
}
