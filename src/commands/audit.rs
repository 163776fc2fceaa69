//! `praktik audit verify`: follows the chain of who read and changed what (S2).

use anyhow::bail;
use clap::{Args, Subcommand};

use super::serve::Place;
use crate::{app::App, clinic::audit, infra::clock::Clock, web::limits::Limits};

/// What can be done with the audit log.
#[derive(Args)]
pub struct Audit {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Names the first row that is altered, dropped or out of order; says so if there is none.
    Verify(Place),
}

impl Audit {
    /// Carries it out.
    pub async fn run(self) -> anyhow::Result<()> {
        let Act::Verify(place) = self.act;
        let app = App::open(place.config(), Clock::system(), place.master_key()?, Limits::none()).await?;
        if let Some(row) = audit::verify(app.db.read(), &app.vault).await? {
            bail!("row {row} of the audit log is not as it was written; compare with a backup from before");
        }
        println!("the audit log is whole");
        Ok(())
    }
}
