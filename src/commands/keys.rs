//! `praktik keys`: replacing the master key while the clinic is open, and the sheet that it is kept on (S3).

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::serve::Place;
use crate::{
    app::App,
    clinic::audit,
    infra::{clock::Clock, ids, master_keys::MasterKey, print, rotation},
    web::limits::Limits,
};

/// What can be done with the master key.
#[derive(Args)]
pub struct Keys {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Replaces the master key. A running `serve` goes on; if this is stopped midway, run it again.
    Rotate(Place),
    /// Prints the recovery sheet: the master key in groups, for paper.
    Sheet(Place),
}

impl Keys {
    /// Carries it out.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.act {
            Act::Rotate(place) => rotate(place).await,
            Act::Sheet(place) => sheet(&place).await,
        }
    }
}

async fn rotate(place: Place) -> anyhow::Result<()> {
    let master = place.existing_master_key()?;
    let given = master.all();
    if let ([old], None) = (given.as_slice(), master.file()) {
        print::line(first_step(&MasterKey::generate(), old))?;
        return Ok(());
    }
    let app = App::open(place.config(), Clock::system(), master, Limits::none()).await?;
    let rotated = carry_out(&app).await.context("the master key is not replaced yet; run this again")?;
    print::line(format_args!(
        "everything is wrapped by the master key {} now: {} data keys and {} keys of rooms were wrapped anew",
        rotated.by, rotated.data_keys, rotated.room_keys
    ))?;
    match app.vault.master().file() {
        Some(file) => {
            let holds = format_args!("{} holds this key alone; an old copy of it opens nothing new", file.display());
            print::line(holds)?;
        }
        None => print::line("set PRAKTIK_MASTER_KEY to this key alone, without the old one, and start serve anew")?,
    }
    print::line("print a new recovery sheet; keep the old one for as long as there are backups from before")?;
    Ok(())
}

/// Replaces the master key of `app`, or goes on with a replacing that was stopped midway.
pub async fn carry_out(app: &App) -> anyhow::Result<rotation::Rotated> {
    let master = app.vault.master();
    let next = rotation::next_key(master)?;
    let now = app.now();
    let rotated = rotation::turn_to(&next, &app.db, (master, &app.room_keys), now).await?;
    let act = audit::Act {
        actor: audit::OPERATOR,
        action: "rotate",
        subject: "master-key",
        subject_id: next.id().uuid(),
        patient: None,
    };
    app.db.write(move |tx| async move { audit::record(&tx, act, now).await }).await?;
    audit::link_new(app).await?;
    Ok(rotated)
}

/// What is to be done where the key does not lie in a file: it cannot be replaced under a program that was given it.
fn first_step(next: &MasterKey, old: &MasterKey) -> String {
    format!(
        "The master key was given, so that it has to be replaced where it is given from:\n\
         1. set PRAKTIK_MASTER_KEY={},{}\n   (the new key {}, then the old one) and start serve anew\n\
         2. run praktik keys rotate with the same setting\n\
         3. take the old key away: the new one alone is enough then",
        *next.text(),
        *old.text(),
        next.id()
    )
}

const SHEET_END: &str = "
Without this key nobody can read the clinic's data, nor its backups. Keep this sheet like the
clinic's seal: on paper, locked away, in another place than the computer and the backups.
Give it to praktik restore or praktik serve as --master-key, the four lines in one.";

async fn sheet(place: &Place) -> anyhow::Result<()> {
    let master = place.existing_master_key()?;
    let app = App::open(place.config(), Clock::system(), master, Limits::none()).await?;
    let key = app.current_master_key().await?;
    let clinic = app.clinic();
    print::line(format_args!("Praktik: {}, {}", clinic.name, clinic.day_of(app.now())))?;
    print::line(format_args!("master key {}\n", key.id()))?;
    for (number, line) in key.sheet().lines().enumerate() {
        print::line(format_args!("  {}   {line}", number + 1))?;
    }
    print::line(SHEET_END)?;
    let now = app.now();
    let act = audit::Act {
        actor: audit::OPERATOR,
        action: "view",
        subject: "recovery-sheet",
        subject_id: ids::new(now),
        patient: None,
    };
    app.db.write(move |tx| async move { audit::record(&tx, act, now).await }).await?;
    audit::link_new(&app).await?;
    Ok(())
}
