//! Setting up a second factor: an authenticator app by its QR code, or a passkey.

use std::time::Duration;

use askama::Template;
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use sea_orm::DbErr;
use serde::Deserialize;

use super::{
    Change, PAGE, confirm, note, passkeys,
    rules::{self, Code},
    store,
};
use crate::{
    app::App,
    clinic::accounts::{
        Keeper, Level, identify,
        sessions::{self, Begun},
        store as accounts, web,
    },
    infra::{
        clock::Instant,
        db::Tx,
        random,
        unique::{Unique, violated},
        vault::{Place, Private, Sealed, VaultError},
    },
    web::{Error, FieldErrors, Form, FormState, NoFields, Page, Sentence, page, qr::QrCode},
};

/// A QR code that was drawn is good for this long.
const SETUP_LIFE: Duration = Duration::from_mins(30);

#[derive(Template)]
#[template(path = "clinic/accounts/second_factor/totp.html")]
struct TotpPage {
    page: Page,
    form: FormState,
    signed_in: bool,
    /// The secret, sealed: it comes back with the first code.
    setup: String,
    secret: Private,
    code: QrCode,
    account: Private,
    /// Whether there is an app already, which the new one replaces.
    replaces: bool,
}

#[derive(Template)]
#[template(path = "clinic/accounts/second_factor/codes.html")]
pub(super) struct CodesPage {
    page: Page,
    signed_in: bool,
    codes: Vec<Private>,
    next: &'static str,
}

/// Shows recovery codes, once. `next` is where one goes on.
pub(super) fn show_codes(page: Page, codes: &[Private], signed_in: bool) -> Result<Response, Error> {
    let codes = codes.iter().map(|code| Private::new(rules::in_groups(code.reveal(), "-"))).collect();
    let next = if signed_in { PAGE } else { web::HOME };
    page::draw(&CodesPage { page: page.private(), signed_in, codes, next })
}

/// Refuses, or leads to the password first, whoever may not change anything now.
async fn admit(app: &App, holder: Keeper) -> Result<Option<Response>, Error> {
    let lately = sessions::confirmed_lately(app.db.read(), holder.session, sessions::CONFIRMED_FOR, app.now()).await?;
    Ok((holder.signed_in && !lately).then(|| page::go(&confirm::address(PAGE))))
}

/// A secret that was shown and not yet kept: its holder and session alone can send it back, for a while.
struct Setup {
    secret: Private,
    shown_at: Instant,
}

impl Setup {
    fn new(now: Instant) -> Self {
        Self { secret: rules::secret(random::bytes()), shown_at: now }
    }

    const fn place(holder: Keeper) -> Place {
        Place::new("totp_setups", holder.session, "secret")
    }

    async fn seal(&self, app: &App, holder: Keeper) -> Result<String, Error> {
        let text = format!("{} {}", self.shown_at.millis(), self.secret.reveal());
        Ok(app.vault.key(app.db.read(), holder.user).await?.seal(Self::place(holder), &text).to_text())
    }

    async fn open(app: &App, holder: Keeper, text: &str) -> Result<Option<Self>, Error> {
        let Some(sealed) = Sealed::from_text(text) else { return Ok(None) };
        let key = app.vault.key(app.db.read(), holder.user).await?;
        let Ok(text) = key.open(Self::place(holder), &sealed) else { return Ok(None) };
        let Some((millis, secret)) = text.reveal().split_once(' ') else { return Ok(None) };
        let Ok(millis) = millis.parse() else { return Ok(None) };
        let setup = Self { secret: Private::new(secret), shown_at: Instant::from_millis(millis) };
        Ok(Some(setup).filter(|setup| app.now().since(setup.shown_at) <= SETUP_LIFE))
    }
}

/// `GET /settings/security/second-factor/totp`: a QR code with a new secret, which is kept once its first code is right.
pub async fn totp_page(State(app): State<App>, holder: Keeper, page: Page) -> Result<Response, Error> {
    if let Some(response) = admit(&app, holder).await? {
        return Ok(response);
    }
    let setup = Setup::new(app.now());
    draw_totp(&app, holder, page, (setup, FormState::default(), StatusCode::OK)).await
}

async fn draw_totp(
    app: &App,
    holder: Keeper,
    page: Page,
    drawn: (Setup, FormState, StatusCode),
) -> Result<Response, Error> {
    let (setup, form, status) = drawn;
    let account = accounts::email_of(app.db.read(), &app.vault, holder.user).await?;
    let address = rules::address(&setup.secret, &app.clinic().name, account.reveal());
    let code = address.and_then(|address| QrCode::of(address.reveal()));
    let page = TotpPage {
        page: page.private(),
        form,
        signed_in: holder.signed_in,
        setup: setup.seal(app, holder).await?,
        secret: Private::new(rules::in_groups(setup.secret.reveal(), " ")),
        code: code.ok_or_else(|| Error::broken("a QR code could not be drawn"))?,
        account,
        replaces: store::find_totp(app.db.read(), holder.user).await?.is_some(),
    };
    page::draw_with(status, &page)
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct TotpForm {
    setup: String,
    code: String,
}

/// `POST /settings/security/second-factor/totp`: the first code shows that the app has the secret.
pub async fn add_totp(
    State(app): State<App>,
    holder: Keeper,
    device: sessions::Device,
    page: Page,
    form: Form<TotpForm>,
) -> Result<Response, Error> {
    if let Some(response) = admit(&app, holder).await? {
        return Ok(response);
    }
    let Some(setup) = Setup::open(&app, holder, &form.fields.setup).await? else {
        let errors = FieldErrors::message(Sentence::new("accounts-totp-setup-over"));
        let state = FormState::default().refused(&errors, page.language());
        let drawn = (Setup::new(app.now()), state, StatusCode::UNPROCESSABLE_ENTITY);
        return draw_totp(&app, holder, page, drawn).await;
    };
    let step = Code::parse(&form.fields.code).and_then(|code| match code {
        Code::Totp(code) => rules::step_at_any(&setup.secret, &code, [app.now(), app.clock.wall()])
            .ok_or(Sentence::new("accounts-code-wrong")),
        Code::Recovery(_) => Err(Sentence::new("accounts-code-form")),
    });
    let step = match step {
        Ok(step) => step,
        Err(sentence) => {
            let state = FormState::default().refused(&FieldErrors::of("code", sentence), page.language());
            return draw_totp(&app, holder, page, (setup, state, StatusCode::UNPROCESSABLE_ENTITY)).await;
        }
    };
    let (parts, secret) = (app.clone(), setup.secret.clone());
    let added = app.db.write(move |tx| async move {
        let now = parts.now();
        if !may_add(&tx, holder, now).await? {
            return Ok(None);
        }
        store::put_totp(&tx, &parts.vault, holder.user, (&secret, step), now).await?;
        settle(&tx, &parts, holder, ("add-totp", &device)).await.map(Some)
    });
    let added = added.await?.ok_or(Error::SignInNeeded)?;
    finish(&app, holder, page, added, "accounts-totp-added")
}

/// Whether `holder` may add a factor in this act: the session has not ended, and whoever has given the password alone
/// finds none. One that was set up since then is asked for; a password must not replace it.
async fn may_add(tx: &Tx, holder: Keeper, now: Instant) -> Result<bool, DbErr> {
    store::lock(tx, holder.user, now).await?;
    let first = holder.signed_in || store::count_factors(tx, holder.user).await? == 0;
    Ok(first && store::session_is_there(tx, holder.session, now).await?)
}

/// What comes with a new factor: recovery codes if there were none, and a session that is signed in.
struct Added {
    codes: Vec<Private>,
    session: Option<Begun>,
}

async fn settle(
    tx: &Tx,
    app: &App,
    holder: Keeper,
    change: (&'static str, &sessions::Device),
) -> Result<Added, VaultError> {
    let (now, user, (action, device)) = (app.now(), holder.user, change);
    let codes = match store::codes_left(tx, user).await? {
        0 => store::replace_codes(tx, user, now).await?,
        _ => Vec::new(),
    };
    note(tx, app, Change { actor: user, user, action }, now).await?;
    let session = if holder.signed_in {
        None
    } else {
        Some(sessions::rise(tx, &app.vault, holder.session, user, device, now).await?)
    };
    Ok(Added { codes, session })
}

/// Shows the codes if there are new ones; whoever had to set the factor up is signed in by it.
fn finish(app: &App, holder: Keeper, page: Page, added: Added, notice: &'static str) -> Result<Response, Error> {
    app.job_nudge.notify_one();
    let Added { codes, session } = added;
    let mut page = page;
    if let Some(Begun { id, .. }) = &session {
        sessions::tell_ended(app, holder.session);
        tracing::info!(user = %holder.user, "a second factor was set up at a login");
        page.csrf = identify::session_form_token(app, *id);
    }
    let mut response = match (codes.is_empty(), session.is_some()) {
        (false, _) => show_codes(page, &codes, holder.signed_in)?,
        (true, true) => page::go(web::HOME),
        (true, false) => page::go_with_notice(PAGE, notice),
    };
    if let Some(Begun { token, .. }) = &session {
        identify::set_cookie(&mut response, &sessions::cookie(app, Level::Full, holder.role, token));
    }
    Ok(response)
}

/// `POST /settings/security/second-factor/passkeys/options`: what the browser makes a passkey of, for a script.
pub async fn passkey_options(State(app): State<App>, holder: Keeper, _form: Form<NoFields>) -> Result<Response, Error> {
    if admit(&app, holder).await?.is_some() {
        return Err(Error::Forbidden);
    }
    Ok(Json(passkeys::ask_to_add(&app, holder).await?).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct PasskeyForm {
    passkey_name: String,
    credential: String,
}

/// `POST /settings/security/second-factor/passkeys`: keeps the passkey that the browser made.
pub async fn add_passkey(
    State(app): State<App>,
    holder: Keeper,
    device: sessions::Device,
    page: Page,
    form: Form<PasskeyForm>,
) -> Result<Response, Error> {
    if let Some(response) = admit(&app, holder).await? {
        return Ok(response);
    }
    let state = form.state.without("credential");
    let name = match rules::passkey_name(&form.fields.passkey_name) {
        Ok(name) => name,
        Err(sentence) => {
            let state = state.refused(&FieldErrors::of("passkey_name", sentence), page.language());
            return super::manage::draw(&app, holder, page, (state, StatusCode::UNPROCESSABLE_ENTITY)).await;
        }
    };
    let failed = FieldErrors::message(Sentence::new("accounts-passkey-failed"));
    let Some(made) = passkeys::made(&app, holder, &form.fields.credential, name).await? else {
        let state = state.refused(&failed, page.language());
        return super::manage::draw(&app, holder, page, (state, StatusCode::UNPROCESSABLE_ENTITY)).await;
    };
    let parts = app.clone();
    let added = app.db.write(move |tx| async move {
        let now = parts.now();
        if !may_add(&tx, holder, now).await? || !passkeys::keep(&tx, &parts, made, now).await? {
            return Ok(None);
        }
        settle(&tx, &parts, holder, ("add-passkey", &device)).await.map(Some)
    });
    match added.await {
        Ok(Some(added)) => finish(&app, holder, page, added, "accounts-passkey-added"),
        Ok(None) => Err(Error::SignInNeeded),
        Err(VaultError::Database(error)) if violated(&error) == Some(Unique::Passkey) => {
            let state = state.refused(&failed, page.language());
            super::manage::draw(&app, holder, page, (state, StatusCode::UNPROCESSABLE_ENTITY)).await
        }
        Err(error) => Err(error.into()),
    }
}
