//! `GET /settings/access-log`: who read or changed one's data, newest first (S2).

use askama::Template;
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
};
use serde::Deserialize;

use crate::{
    app::App,
    clinic::{
        accounts::SignedIn,
        audit,
        own_data::{
            lines::{Line, lines},
            rules,
        },
        patients,
    },
    web::{Error, Page, page::draw},
};

const PATH: &str = "/settings/access-log";

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// `others`: without one's own acts.
    by: String,
    before: String,
}

#[derive(Template)]
#[template(path = "clinic/own_data/access_log.html")]
struct AccessLogPage {
    page: Page,
    is_patient: bool,
    only_others: bool,
    /// Whether the account looks after several patients, so that it has to say whose data.
    several: bool,
    lines: Vec<Line>,
    older: Option<String>,
}

/// The part about the patients in one's care and about one's own account.
pub async fn access_log(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Error> {
    let asked = query.map(|Query(asked)| asked).unwrap_or_default();
    let is_patient = signed_in.role.is_patient();
    let in_care = patients::in_care_of(app.db.read(), signed_in.user).await?;
    let only_others = asked.by == "others";
    let several = in_care.len() > 1;
    let about =
        audit::About { patients: in_care, account: signed_in.user, but_by: only_others.then_some(signed_in.user) };
    let before = rules::place(&asked.before);
    let limit = u64::try_from(rules::PAGE).unwrap_or(u64::MAX);
    let mut rows = audit::about(app.db.read(), &about, before, limit + 1).await?;
    let more = rows.len() > rules::PAGE;
    rows.truncate(rules::PAGE);
    let last = rows.last().filter(|_| more).map(|row| rules::address_of((row.at, row.id)));
    let by = if only_others { "by=others&" } else { "" };
    draw(&AccessLogPage {
        lines: lines(&app, &page, signed_in.user, rows).await?,
        older: last.map(|place| format!("{PATH}?{by}before={place}")),
        is_patient,
        only_others,
        several,
        page: page.private(),
    })
}
