//! What `praktik` can be told to do, a file each.

use clap::{Parser, Subcommand};

mod admin;
mod audit;
pub mod demo;
pub mod keys;
mod routes;
mod serve;

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
    /// The master key: replacing it, printing it.
    Keys(keys::Keys),
    /// Every route: method, path, roles, rate class, audited.
    Routes,
}

impl Cli {
    /// Carries out the command.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Demo(demo) => demo.run().await,
            Command::Serve(serve) => serve.run().await,
            Command::Admin(admin) => admin.run().await,
            Command::Audit(audit) => audit.run().await,
            Command::Keys(keys) => keys.run().await,
            Command::Routes => {
                routes::print();
                Ok(())
            }
        }
    }
}
