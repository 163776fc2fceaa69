//! `praktik audit verify`: follows the chain of who read and changed what (S2).

use anyhow::bail;
use clap::{Args, Subcommand};

use super::serve::Place;
use crate::{
    app::App,
    clinic::audit,
    infra::{clock::Clock, print},
    web::limits::Limits,
};

/// What can be done with the audit log.
#[derive(Args)]
pub struct Audit {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Names the first row that is altered, dropped, out of order or unlinked; says so if there is none.
    Verify(Verify),
}

#[derive(Args)]
struct Verify {
    /// A head that was kept, from the log, a backup or an earlier run; may be given several times.
    #[arg(long)]
    head: Vec<audit::Head>,
    #[command(flatten)]
    place: Place,
}

impl Audit {
    /// Carries it out.
    pub async fn run(self) -> anyhow::Result<()> {
        let Act::Verify(Verify { head: mut kept, place }) = self.act;
        let app = App::open(place.config(), Clock::system(), place.existing_master_key()?, Limits::none()).await?;
        kept.extend(app.room_keys.audit_head().await?.map(|(place, link)| audit::Head { place, link }));
        let found = audit::verify(app.db.read(), &app.vault, app.now(), &kept).await?;
        if let Some(fault) = found.fault {
            bail!("{fault}; compare with a backup from before");
        }
        match found.head {
            Some(head) => print::line(format_args!("the audit log is whole: {} rows\nhead {head}", head.place))?,
            None => print::line("the audit log is whole: it has no rows yet")?,
        }
        Ok(())
    }
}
