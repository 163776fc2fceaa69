//! The page of one's own second factors: what there is, and taking it away.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Change, PAGE, compulsory, confirm_first,
    enrol::show_codes,
    note, passkeys, rules,
    store::{self, passkey_place},
};
use crate::{
    app::App,
    clinic::accounts::{Keeper, SignedIn, sessions},
    infra::vault::{Private, VaultError},
    web::{Error, FieldErrors, Form, FormState, Id, NoFields, Page, Sentence, page, words::TimeWords},
};

#[derive(Template)]
#[template(path = "clinic/accounts/second_factor/manage.html")]
struct ManagePage {
    page: Page,
    form: FormState,
    signed_in: bool,
    compulsory: bool,
    /// Whether the password was given lately, so that changes are offered.
    confirmed: bool,
    confirm: String,
    totp: Option<Dates>,
    passkeys: Vec<PasskeyView>,
    passkey_host: String,
    codes_left: u64,
}

impl ManagePage {
    fn has_factor(&self) -> bool {
        self.totp.is_some() || !self.passkeys.is_empty()
    }

    /// Whether a factor may go: staff keep one.
    fn removable(&self) -> bool {
        !self.compulsory || usize::from(self.totp.is_some()) + self.passkeys.len() > 1
    }

    fn few_codes(&self) -> bool {
        self.codes_left <= rules::FEW_CODES
    }
}

struct Dates {
    added: TimeWords,
    used: Option<TimeWords>,
}

struct PasskeyView {
    id: Uuid,
    name: Private,
    dates: Dates,
}

impl PasskeyView {
    /// The id of the field with its name; many stand on one page.
    fn field(&self) -> String {
        name_field(self.id)
    }
}

fn name_field(passkey: Uuid) -> String {
    format!("name-{passkey}")
}

/// `GET /settings/security/second-factor`.
pub async fn page(State(app): State<App>, holder: Keeper, page: Page) -> Result<Response, Error> {
    draw(&app, holder, page, (FormState::default(), StatusCode::OK)).await
}

pub(super) async fn draw(
    app: &App,
    holder: Keeper,
    page: Page,
    drawn: (FormState, StatusCode),
) -> Result<Response, Error> {
    let (reader, user) = (app.db.read(), holder.user);
    let dates = |added, used: Option<_>| Dates {
        added: page.words.day_and_time(added),
        used: used.map(|used| page.words.day_and_time(used)),
    };
    let key = app.vault.key(reader, user).await?;
    let totp = store::find_totp(reader, user).await?.map(|row| dates(row.created_at, row.last_used_at));
    let mut passkeys = Vec::new();
    for row in store::passkeys(reader, user).await? {
        let name = key.open(passkey_place(row.id, "name"), &row.name)?;
        passkeys.push(PasskeyView { id: row.id, name, dates: dates(row.created_at, row.last_used_at) });
    }
    let confirmed = sessions::confirmed_lately(reader, holder.session, sessions::CONFIRMED_FOR, app.now()).await?;
    let (form, status) = drawn;
    let page = ManagePage {
        page: page.private(),
        form,
        signed_in: holder.signed_in,
        compulsory: compulsory(app, holder.role),
        confirmed: confirmed || !holder.signed_in,
        confirm: super::confirm::address(PAGE),
        totp,
        passkeys,
        passkey_host: passkeys::host(app),
        codes_left: store::codes_left(reader, user).await?,
    };
    page::draw_with(status, &page)
}

/// What became of a removal.
enum Removed {
    Done,
    /// It is the last factor of somebody who must have one.
    Last,
    NotThere,
}

/// What is to be removed.
#[derive(Clone, Copy)]
enum Factor {
    Totp,
    Passkey(Uuid),
}

/// Removes a factor, unless it is the last of somebody who must have one; with the last, the recovery codes go too.
async fn remove(app: &App, signed_in: SignedIn, page: Page, factor: Factor) -> Result<Response, Error> {
    if let Some(response) = confirm_first(app, &signed_in, PAGE).await? {
        return Ok(response);
    }
    let (parts, user) = (app.clone(), signed_in.user);
    let must_stay = compulsory(app, signed_in.role);
    let removed = app.db.write(move |tx| async move {
        let now = parts.now();
        store::lock(&tx, user, now).await?;
        let last = store::count_factors(&tx, user).await? <= 1;
        let there = match factor {
            Factor::Totp => store::find_totp(&tx, user).await?.is_some(),
            Factor::Passkey(id) => store::find_passkey(&tx, user, id).await?.is_some(),
        };
        match (there, last && must_stay) {
            (false, _) => return Ok(Removed::NotThere),
            (true, true) => return Ok(Removed::Last),
            (true, false) => {}
        }
        let action = match factor {
            Factor::Totp => store::remove_totp(&tx, user).await.map(|_| "remove-totp"),
            Factor::Passkey(id) => store::remove_passkey(&tx, user, id).await.map(|_| "remove-passkey"),
        }?;
        if last {
            store::remove_codes(&tx, user).await?;
        }
        note(&tx, &parts, Change { actor: user, user, action }, now).await?;
        Ok::<_, VaultError>(Removed::Done)
    });
    match removed.await? {
        Removed::Done => {
            app.job_nudge.notify_one();
            Ok(page::go_with_notice(PAGE, "accounts-factor-removed"))
        }
        Removed::NotThere => Err(Error::NotFound),
        Removed::Last => {
            let errors = FieldErrors::message(Sentence::new("accounts-factor-last"));
            let state = FormState::default().refused(&errors, page.language());
            draw(app, holder(&signed_in), page, (state, StatusCode::UNPROCESSABLE_ENTITY)).await
        }
    }
}

const fn holder(signed_in: &SignedIn) -> Keeper {
    Keeper { user: signed_in.user, role: signed_in.role, session: signed_in.session, signed_in: true }
}

/// `POST /settings/security/second-factor/totp/remove`.
pub async fn remove_totp(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    remove(&app, signed_in, page, Factor::Totp).await
}

/// `POST /settings/security/second-factor/passkeys/{passkey}/remove`.
pub async fn remove_passkey(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    remove(&app, signed_in, page, Factor::Passkey(id)).await
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct NameForm {
    passkey_name: String,
}

/// `POST /settings/security/second-factor/passkeys/{passkey}`: gives it another name.
pub async fn rename_passkey(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Id(id): Id,
    form: Form<NameForm>,
) -> Result<Response, Error> {
    if store::find_passkey(app.db.read(), signed_in.user, id).await?.is_none() {
        return Err(Error::NotFound);
    }
    let name = match rules::passkey_name(&form.fields.passkey_name) {
        Ok(name) => name,
        Err(sentence) => {
            // Each passkey on the page has a field of its own.
            let typed = FormState::of([(name_field(id), form.fields.passkey_name)]);
            let state = typed.refused(&FieldErrors::of(name_field(id), sentence), page.language());
            return draw(&app, holder(&signed_in), page, (state, StatusCode::UNPROCESSABLE_ENTITY)).await;
        }
    };
    if let Some(response) = confirm_first(&app, &signed_in, PAGE).await? {
        return Ok(response);
    }
    let (parts, user) = (app.clone(), signed_in.user);
    let renamed = app.db.write(move |tx| async move {
        let renamed = store::rename_passkey(&tx, &parts.vault, (user, id), &name).await?;
        super::record(&tx, &Change { actor: user, user, action: "rename-passkey" }, parts.now()).await?;
        Ok::<_, VaultError>(renamed)
    });
    if !renamed.await? {
        return Err(Error::NotFound);
    }
    Ok(page::go_with_notice(PAGE, "accounts-passkey-renamed"))
}

/// `POST /settings/security/second-factor/codes`: ten new recovery codes; the old ones are good no more.
pub async fn new_codes(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    if let Some(response) = confirm_first(&app, &signed_in, PAGE).await? {
        return Ok(response);
    }
    let (parts, user) = (app.clone(), signed_in.user);
    let made = app.db.write(move |tx| async move {
        let now = parts.now();
        store::lock(&tx, user, now).await?;
        if store::count_factors(&tx, user).await? == 0 {
            return Ok(None);
        }
        let codes = store::replace_codes(&tx, user, now).await?;
        note(&tx, &parts, Change { actor: user, user, action: "new-recovery-codes" }, now).await?;
        Ok::<_, VaultError>(Some(codes))
    });
    let made = made.await?;
    app.job_nudge.notify_one();
    match made {
        Some(codes) => show_codes(page, &codes, true),
        None => Ok(page::go(PAGE)),
    }
}
