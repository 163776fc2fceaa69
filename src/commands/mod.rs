//! What `praktik` can be told to do, a file each.

use clap::{Parser, Subcommand};

pub mod admin;
mod audit;
pub mod backup;
mod config_file;
pub mod demo;
pub mod keys;
pub mod restore;
mod routes;
pub mod serve;

/// Telemedicine that a clinic runs by itself.
#[derive(Parser)]
#[command(version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A clinic to try out, with people to log in as; begins anew at each start.
    Demo(demo::Demo),
    /// A clinic for real.
    Serve(serve::Serve),
    /// The first admin.
    Admin(admin::Admin),
    /// The chain of who read and changed what.
    Audit(audit::Audit),
    /// Everything that the clinic keeps, as it is at this moment, in one file. A running `serve` goes on.
    Backup(backup::Backup),
    /// A clinic from a backup.
    Restore(restore::Restore),
    /// The master key: replacing it, printing it.
    Keys(keys::Keys),
    /// Every route: method, path, roles, rate class, audited.
    Routes,
}

impl Cli {
    /// The command that the program was started with, options of a `--config` file included. Ends the program where
    /// that is wrong usage or asks for help.
    pub fn read() -> anyhow::Result<Self> {
        Ok(Self::parse_from(config_file::with_file(std::env::args_os().collect())?))
    }

    /// Carries out the command.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Demo(demo) => demo.run().await,
            Command::Serve(serve) => serve.run().await,
            Command::Admin(admin) => admin.run().await,
            Command::Audit(audit) => audit.run().await,
            Command::Backup(backup) => backup.run().await,
            Command::Restore(restore) => restore.run().await,
            Command::Keys(keys) => keys.run().await,
            Command::Routes => Ok(routes::run()?),
        }
    }
}
