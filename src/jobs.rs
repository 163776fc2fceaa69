//! The table of contents of work that happens later: each kind of job with who carries it out.

use anyhow::bail;

use crate::{app::App, infra::jobs::Job};

/// Carries out a claimed job.
pub async fn run(_app: App, job: Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        kind => bail!("no one carries out jobs of the kind {kind}"),
    }
}
