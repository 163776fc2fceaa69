//! The table of contents of work that happens later: each kind of job with who carries it out.

use anyhow::bail;

use crate::{
    app::App,
    clinic::{
        accounts::recovery::{self, ANSWER_RESET_REQUEST},
        appointments::{CLOSE_ROOM, OPEN_ROOM},
        audit::checks::{self, CHECK_AUDIT},
        calls::{self, MISS_CALL, WATCH_CALL},
        encounter::rooms,
        notifications::mail::{self, SEND_MAIL},
        patients::{self, INDEX_PATIENTS, TELL_CLAIM, TELL_EMAIL_KNOWN, TELL_NIK_KNOWN},
    },
    infra::{
        files::DELETE_FILE,
        jobs::{self, Job},
    },
};

/// Those that talk with other machines, and wait for them.
pub const OUTSIDE: [&str; 2] = [SEND_MAIL, DELETE_FILE];

/// Carries out a claimed job.
pub async fn run(app: App, job: Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        OPEN_ROOM => rooms::open(&app, job.subject_id).await,
        CLOSE_ROOM => rooms::close(&app, job.subject_id).await,
        MISS_CALL => calls::miss(&app, job.subject_id).await,
        WATCH_CALL => calls::watch(&app, job.subject_id).await,
        CHECK_AUDIT => checks::run(&app, job.subject_id).await,
        DELETE_FILE => Ok(jobs::in_time(&app.clock, app.files.delete(job.subject_id)).await??),
        ANSWER_RESET_REQUEST => recovery::answer(&app, job.subject_id).await,
        SEND_MAIL => mail::send(&app, job.subject_id).await,
        INDEX_PATIENTS => Ok(patients::index_all(&app).await?),
        TELL_CLAIM => Ok(patients::tell_claim(&app, job.subject_id).await?),
        TELL_NIK_KNOWN => Ok(patients::tell_nik_known(&app, job.subject_id).await?),
        TELL_EMAIL_KNOWN => Ok(patients::tell_email_known(&app, job.subject_id).await?),
        kind => bail!("nobody carries out jobs of the kind {kind}"),
    }
}
