//! The machine's clock was set, or lies oddly at a start: an admin says that it is right.

use axum::{extract::State, response::Response};
use serde::Deserialize;

use crate::{
    app::App,
    clinic::{
        accounts::AdminAccount,
        audit::{self, Act},
    },
    infra::{clock::SAME_STEP, vault::owners},
    web::{
        Error, Form,
        page::{go, go_with_notice},
    },
};

/// Where it is said what was seen.
const HOME: &str = "/dashboard";

/// What the page showed.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct ClockForm {
    /// How far the machine's clock was ahead, in milliseconds.
    step: String,
}

/// `POST /admin/clock/accept`: Praktik goes on with the machine's time, and what waited for that goes on too.
pub async fn accept(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    form: Form<ClockForm>,
) -> Result<Response, Error> {
    let seen: i64 = form.fields.step.parse().map_err(|_| Error::UnreadableForm)?;
    let step = app.clock.unfollowed_step();
    if step.unwrap_or(0).abs_diff(seen) > SAME_STEP {
        return Ok(go_with_notice(HOME, "home-clock-changed"));
    }
    if step.is_none() && app.trust.doubt().is_none() {
        return Ok(go(HOME));
    }
    let action = if step.is_some() { "accept-time" } else { "confirm-time" };
    let act = Act { actor: admin.user, action, subject: "clinic", subject_id: owners::FILES, patient: None };
    let at = app.clock.wall();
    app.db.write(move |tx| async move { audit::record(&tx, act, at).await }).await?;
    let moved = step.and_then(|_| app.clock.accept_step(seen));
    if step.is_some() && moved.is_none() {
        return Ok(go_with_notice(HOME, "home-clock-changed"));
    }
    tracing::warn!(moved, by = %admin.user, "an admin said that the machine's clock is right");
    app.trust.confirm();
    app.job_nudge.notify_one();
    Ok(go_with_notice(HOME, "home-clock-accepted"))
}
