//! Finding patients: the newest, or those whom the box asks for.

use askama::Template;
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{act, status_key};
use crate::{
    app::App,
    clinic::{
        accounts::{self, AdminAccount},
        audit,
        patients::{self, Found, Relationship},
    },
    infra::vault::Private,
    web::{Error, Form, FormState, Page, page::draw},
};

/// Digits of a NIK or a phone that a list shows.
const DIGITS_SHOWN: usize = 4;

struct Line {
    id: Uuid,
    name: Private,
    born: String,
    /// The last digits of the NIK; nothing while there is none.
    nik: Option<Private>,
    phone: Option<Private>,
    account: &'static str,
    contested: bool,
}

#[derive(Template)]
#[template(path = "clinic/admin/patients.html")]
struct ListPage {
    page: Page,
    form: FormState,
    lines: Vec<Line>,
    /// Those whose number another holds; said where there are any.
    contested: u64,
    only_contested: bool,
    /// The first page.
    is_first: bool,
    more: Option<Uuid>,
}

impl ListPage {
    fn is_search(&self) -> bool {
        !self.form.value("q").is_empty()
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    after: String,
    contested: String,
}

/// `GET /admin/patients`: the newest first, `?contested=1` those whose number another patient holds.
pub async fn list(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Error> {
    let asked = query.map(|Query(asked)| asked).unwrap_or_default();
    let (after, only_contested) = (asked.after.parse().ok(), asked.contested == "1");
    let found = if only_contested {
        patients::contested(app.db.read(), after).await?
    } else {
        patients::find(&app, "", after).await?
    };
    let shown = Shown { form: FormState::default(), only_contested, is_first: after.is_none() };
    draw_found(&app, admin.user, page, found, shown).await
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct SearchForm {
    q: String,
    after: String,
}

/// `POST /admin/patients`: what is looked for is a NIK, an address or a name, and so stands in no address of a page.
pub async fn search(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    form: Form<SearchForm>,
) -> Result<Response, Error> {
    let after = form.fields.after.parse().ok();
    let found = patients::find(&app, &form.fields.q, after).await?;
    let shown = Shown { form: form.state, only_contested: false, is_first: after.is_none() };
    draw_found(&app, admin.user, page, found, shown).await
}

struct Shown {
    form: FormState,
    only_contested: bool,
    is_first: bool,
}

async fn draw_found(app: &App, admin: Uuid, page: Page, found: Found, shown: Shown) -> Result<Response, Error> {
    audit::record_views(app, found.patients.iter().map(|id| act(admin, "view", *id))).await?;
    let mut lines = Vec::new();
    for id in found.patients {
        lines.push(line(app, &page, id).await?);
    }
    draw(&ListPage {
        contested: patients::count_contested(app.db.read()).await?,
        form: shown.form,
        lines,
        only_contested: shown.only_contested,
        is_first: shown.is_first,
        more: found.more,
        page: page.private(),
    })
}

async fn line(app: &App, page: &Page, id: Uuid) -> Result<Line, Error> {
    let identity = patients::identity_of(app.db.read(), &app.vault, id).await?;
    Ok(Line {
        id,
        born: page.words.plain_day(identity.birth_date),
        nik: identity.nik.as_ref().map(last_digits),
        phone: identity.phone.as_ref().map(last_digits),
        account: account_key(app, id).await?,
        contested: identity.contested,
        name: identity.name,
    })
}

/// What is said of the patient's own account, or of those who look after them.
async fn account_key(app: &App, patient: Uuid) -> Result<&'static str, Error> {
    let care = patients::guardians_of(app.db.read(), patient).await?;
    let Some(own) = care.iter().find(|care| care.relationship == Relationship::OneSelf) else {
        return Ok(if care.is_empty() { "desk-account-none" } else { "desk-account-of-others" });
    };
    let people = accounts::people_of(app.db.read(), &app.vault, vec![own.user_id]).await?;
    Ok(people.get(&own.user_id).map_or("desk-account-none", |holder| status_key(holder.status, holder.awaits_password)))
}

fn last_digits(number: &Private) -> Private {
    let digits = number.reveal();
    Private::new(digits.get(digits.len().saturating_sub(DIGITS_SHOWN)..).unwrap_or_default())
}
