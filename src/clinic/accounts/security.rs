//! One's own password and one's sessions: `/settings/security` (P3).

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use sea_orm::DbErr;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Level, SignedIn,
    devices::{self, DeviceSecret},
    email_links,
    entity::session,
    identify, rules, second_factor, sessions, store,
    tries::{self, Try},
    web::compare,
};
use crate::{
    app::App,
    clinic::{audit, notifications::mail::MailKind},
    infra::{
        clock::Instant,
        db::Tx,
        passwords,
        vault::{DataKey, Private, VaultError},
    },
    web::{Error, FieldErrors, Form, FormState, Page, Sentence, forms::NoFields, page, route::Id, words::TimeWords},
};

const PATH: &str = "/settings/security";

#[derive(Template)]
#[template(path = "clinic/accounts/security.html")]
struct SecurityPage {
    page: Page,
    form: FormState,
    email: Private,
    confirmed: bool,
    waiting: Option<Private>,
    sends_mail: bool,
    factors: second_factor::Kept,
    sessions: Vec<SessionRow>,
}

/// A session as its holder sees it.
struct SessionRow {
    id: Uuid,
    this: bool,
    device: Private,
    address: Private,
    began: TimeWords,
    last_used: TimeWords,
}

impl SecurityPage {
    async fn of(app: &App, signed_in: &SignedIn, page: Page, form: FormState) -> Result<Self, Error> {
        let (connection, now) = (app.db.read(), app.now());
        let user = store::find(connection, signed_in.user).await?.ok_or(Error::NotFound)?;
        let rows = sessions::list(connection, user.id, now).await?;
        let key = app.vault.key(connection, user.id).await?;
        Ok(Self {
            email: store::open_email(connection, &app.vault, &user).await?,
            confirmed: user.email_confirmed_at.is_some(),
            waiting: email_links::waiting(connection, &app.vault, &user, now).await?,
            sends_mail: app.mail.sends(),
            factors: second_factor::kept(connection, user.id).await?,
            sessions: rows
                .iter()
                .map(|row| SessionRow::of(&page, &key, signed_in.session, row))
                .collect::<Result<_, _>>()?,
            page: page.private(),
            form,
        })
    }
}

impl SessionRow {
    fn of(page: &Page, key: &DataKey, this: Uuid, row: &session::Model) -> Result<Self, VaultError> {
        let device = sessions::open_device(key, row)?;
        Ok(Self {
            id: row.id,
            this: row.id == this,
            device: device_words(page, &device.user_agent),
            address: device.address,
            began: page.words.day_and_time(row.created_at),
            last_used: page.words.day_and_time(row.last_used_at),
        })
    }
}

/// A browser in words, as its holder knows it.
fn device_words(page: &Page, user_agent: &Private) -> Private {
    Private::new(match rules::browser_and_system(user_agent.reveal()) {
        (Some(browser), Some(system)) => page.t2("accounts-device", "browser", browser, "system", system),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => page.t("accounts-device-unknown"),
    })
}

/// `GET /settings/security`.
pub async fn show(State(app): State<App>, signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    page::draw(&SecurityPage::of(&app, &signed_in, page, FormState::default()).await?)
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct ChangeForm {
    current_password: String,
    password: String,
}

/// `POST /settings/security`: sets another password. This browser stays signed in, with a new secret; all others are out.
pub async fn change_password(
    State(app): State<App>,
    signed_in: SignedIn,
    browser: DeviceSecret,
    page: Page,
    form: Form<ChangeForm>,
) -> Result<Response, Error> {
    let new = match check(&app, &signed_in, &form.fields).await? {
        Ok(new) => new,
        Err(errors) => {
            let form = form.state.refused(&errors, page.language());
            let drawn = SecurityPage::of(&app, &signed_in, page, form).await?;
            return page::draw_with(StatusCode::UNPROCESSABLE_ENTITY, &drawn);
        }
    };
    let hash = app.passwords.hash(new).await?;
    let email = store::email_of(app.db.read(), &app.vault, signed_in.user).await?;
    let secret = browser.or_new();
    let (parts, user, kept, now) = (app.clone(), signed_in.user, secret.clone(), app.now());
    let own = signed_in.session;
    let done = app.db.write(move |tx| async move {
        if !still_signed_in(&tx, user, own, now).await? {
            return Ok(None);
        }
        store::set_password(&tx, user, hash, now).await?;
        devices::forget_all(&tx, user).await?;
        devices::remember(&tx, &parts.vault, user, (email.reveal(), &kept), now).await?;
        audit::record(&tx, act(user, "change-password"), now).await?;
        let again = Private::new("/password/forgot");
        store::write_to(&tx, &parts.vault, user, MailKind::PasswordChanged, Some(again), now).await?;
        let ended = sessions::end_others(&tx, user, own, now).await?;
        Ok::<_, VaultError>(Some((sessions::rotate(&tx, own, now).await?, ended)))
    });
    let (token, ended) = done.await?.ok_or(Error::SignInNeeded)?;
    app.job_nudge.notify_one();
    for session in ended {
        sessions::tell_ended(&app, session);
    }
    let mut response = page::go_with_notice(PATH, "accounts-password-changed");
    identify::set_cookie(&mut response, &sessions::cookie(&app, Level::Full, signed_in.role, &token));
    devices::set_cookie(&app, &mut response, &secret);
    Ok(response)
}

/// The new password, if the present one is right.
async fn check(app: &App, signed_in: &SignedIn, form: &ChangeForm) -> Result<Result<SecretString, FieldErrors>, Error> {
    let mut errors = FieldErrors::default();
    let about = store::known_of(app, signed_in.user).await?;
    let new = errors.take("password", rules::password(&form.password, &about.words()));
    let [new_form, present_form] = [&form.password, &form.current_password].map(|typed| passwords::prepare(typed));
    if new.is_some() && new_form.expose_secret() == present_form.expose_secret() {
        errors.add("password", Sentence::new("accounts-password-same"));
    }
    if let Err(sentence) = own_password(app, signed_in, &form.current_password).await? {
        errors.add("current_password", sentence);
    }
    Ok(match new {
        Some(new) if errors.is_empty() => Ok(new),
        _ => Err(errors),
    })
}

/// Whether `session` of `user` has not ended, asked in the act that their password permits: it was compared after a wait,
/// in which its owner may have put out whoever typed it. Nobody else changes the account until the act ends.
pub(super) async fn still_signed_in(tx: &Tx, user: Uuid, session: Uuid, now: Instant) -> Result<bool, DbErr> {
    store::lock(tx, user).await?;
    sessions::lives(tx, session, now).await
}

/// Whether `typed` is the password of who is signed in; counted like every try of a secret.
pub async fn own_password(app: &App, signed_in: &SignedIn, typed: &str) -> Result<Result<(), Sentence>, Error> {
    if typed.is_empty() {
        return Ok(Err(Sentence::new("form-required")));
    }
    let wrong = || Sentence::new("accounts-password-current-wrong");
    if rules::is_too_long(typed) {
        return Ok(Err(wrong()));
    }
    let tried = Try::of_own_password(&app.vault, signed_in.user);
    tries::count(app, &tried).await?;
    let user = store::find(app.db.read(), signed_in.user).await?.ok_or(Error::SignInNeeded)?;
    match compare(app, typed.into(), user.password_hash.clone()).await {
        Ok(Some(renewed)) => {
            let right = app.db.write(move |tx| async move {
                store::renew_password_hash(&tx, &user, renewed).await?;
                tries::was_right(&tx, &tried).await
            });
            right.await?;
            fail::fail_point!(&format!("own-password-was-right {}", signed_in.session));
            Ok(Ok(()))
        }
        Ok(None) => {
            tracing::warn!(user = %signed_in.user, "a password that was asked for again was wrong");
            Ok(Err(wrong()))
        }
        Err(error) => {
            tries::was_not_looked_at(app, &tried).await?;
            Err(error.into())
        }
    }
}

/// Somebody has given their password again: their session has another secret since, which the answer has to bring.
#[must_use = "without its new cookie the browser is signed out"]
pub struct Confirmed {
    cookie: String,
}

impl Confirmed {
    /// The answer, be it a refusal, with the new cookie.
    pub fn on(self, answer: impl IntoResponse) -> Response {
        let mut response = answer.into_response();
        identify::set_cookie(&mut response, &self.cookie);
        response
    }
}

/// The same; if it is right, the session counts as confirmed from now on, under another secret.
pub async fn confirm_password(
    app: &App,
    signed_in: &SignedIn,
    typed: &str,
) -> Result<Result<Confirmed, Sentence>, Error> {
    if let Err(sentence) = own_password(app, signed_in, typed).await? {
        return Ok(Err(sentence));
    }
    let (user, session, now) = (signed_in.user, signed_in.session, app.now());
    let rotated = app.db.write(move |tx| async move {
        if !still_signed_in(&tx, user, session, now).await? {
            return Ok::<_, DbErr>(None);
        }
        sessions::rotate(&tx, session, now).await.map(Some)
    });
    let token = rotated.await?.ok_or(Error::SignInNeeded)?;
    Ok(Ok(Confirmed { cookie: sessions::cookie(app, Level::Full, signed_in.role, &token) }))
}

/// `POST /settings/security/sessions/{session}/end`: of one's own sessions; others are not found.
pub async fn end_session(
    State(app): State<App>,
    signed_in: SignedIn,
    Id(session): Id,
    _: Form<NoFields>,
) -> Result<Response, Error> {
    let (user, now) = (signed_in.user, app.now());
    let done = app.db.write(move |tx| async move {
        if !sessions::end_own(&tx, user, session, now).await? {
            return Err(Error::NotFound);
        }
        Ok(audit::record(&tx, act(user, "end-session"), now).await?)
    });
    done.await?;
    sessions::tell_ended(&app, session);
    if session == signed_in.session {
        return Ok(page::go("/login"));
    }
    Ok(page::go_with_notice(PATH, "accounts-session-ended"))
}

/// `POST /settings/security/sessions/end`: "log out everywhere", but for here.
pub async fn end_others(State(app): State<App>, signed_in: SignedIn, _: Form<NoFields>) -> Result<Response, Error> {
    let (user, own, now) = (signed_in.user, signed_in.session, app.now());
    let ended = app.db.write(move |tx| async move {
        audit::record(&tx, act(user, "end-sessions"), now).await?;
        sessions::end_others(&tx, user, own, now).await
    });
    for session in ended.await? {
        sessions::tell_ended(&app, session);
    }
    Ok(page::go_with_notice(PATH, "accounts-sessions-ended"))
}

/// What somebody did to their own account.
pub(super) const fn act(user: Uuid, action: &'static str) -> audit::Act {
    audit::Act { actor: user, action, subject: "account", subject_id: user, patient: None }
}
