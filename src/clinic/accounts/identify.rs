//! Who is asking: read once per request, before anything else, and handed to handlers as a type.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{Extensions, HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::Response,
};
use cookie::Cookie;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::{
    Level,
    entity::{session, user},
    sessions::{self, Device},
    store,
};
use crate::{
    app::App,
    clinic::notifications,
    infra::{random, vault::Private},
    web::{
        Error, Lang, Role, Viewer, Visit,
        page::{Notice, initials},
        route::{Asker, Step},
        words::Reader,
    },
};

/// Somebody who is signed in, of any role.
#[derive(Clone)]
pub struct SignedIn {
    /// The account.
    pub user: Uuid,
    /// What its holder may do.
    pub role: Role,
    /// The session that asks.
    pub session: Uuid,
}

/// Somebody whose password was right and who is not signed in yet: a second factor is to be given or set up (P3).
#[derive(Clone)]
pub struct HalfSignedIn {
    /// The account.
    pub user: Uuid,
    /// What its holder will be able to do.
    pub role: Role,
    /// The session that asks.
    pub session: Uuid,
    /// What is still to be done.
    pub level: Level,
}

/// Somebody who may set up a second factor: signed in, or kept from it until they have one.
#[derive(Clone, Copy)]
pub struct Keeper {
    /// The account.
    pub user: Uuid,
    /// What its holder may do, or will be able to.
    pub role: Role,
    /// The session that asks.
    pub session: Uuid,
    /// Whether they are signed in.
    pub signed_in: bool,
}

/// Who asks, for the door of a route.
pub fn asker(request: &axum::http::Extensions) -> Asker {
    match (request.get::<SignedIn>(), request.get::<HalfSignedIn>().map(|half| half.level)) {
        (Some(signed_in), _) => Asker::SignedIn(signed_in.role),
        (None, Some(Level::SecondFactor)) => Asker::Half(Step::SecondFactor),
        (None, Some(Level::Enrolment)) => Asker::Half(Step::Enrolment),
        (None, _) => Asker::Nobody,
    }
}

/// The address that a request came from, behind trusted proxies.
#[derive(Clone, Copy)]
pub struct Address(pub IpAddr);

/// Set by our script (`web/src/app.ts`) and by nothing else: it says that scripts run here, and no more.
const SCRIPT_COOKIE: &str = "praktik_script";

/// The sentence of an act is shown by the page after it, or never.
const NOTICE_SECONDS: u64 = 30;

/// Reads cookies and session, and leaves [`Visit`], [`Address`] and [`SignedIn`] on the request; or an [`Error`], which
/// is answered further inside, where refusals are drawn.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let cookies = Cookies::of(request.headers());
    let address = client_address(&app, &request);
    request.extensions_mut().insert(Address(address));
    let found = match cookies.get(session_cookie(&app)) {
        Some(token) => sessions::find(app.db.read(), token, app.now()).await,
        None => Ok(None),
    };
    let (signed_in, mut fault) = match found {
        Ok(found) => (found, None),
        Err(error) => (None, Some(Error::from(error))),
    };
    // The form of a session that has ended meanwhile is still of this browser: it is told to sign in, not that it forges.
    let secret = match (cookies.get(session_cookie(&app)), cookies.get(visitor_cookie(&app))) {
        (Some(kept), _) | (None, Some(kept)) => (kept.to_owned(), false),
        (None, None) => (random::token(), true),
    };
    let lang = cookies.get(language_cookie_name(&app)).and_then(Lang::from_code);
    let mut visit = Visit {
        reader: reader(&app, lang.unwrap_or_default(), None),
        clinic: app.clinic().name.clone(),
        logo: app.clinic().logo,
        csrf: match &signed_in {
            Some((session, _)) => session_form_token(&app, session.id),
            None => app.vault.form_token("cookie", &secret.0),
        },
        viewer: None,
        notice: None,
        has_script: cookies.get(SCRIPT_COOKIE).is_some(),
    };
    if let Some((session, user)) = &signed_in
        && let Err(error) = recognise(&app, session, user, &mut visit, request.extensions_mut()).await
    {
        fault = Some(error);
    }
    if let Some(fault) = fault {
        request.extensions_mut().insert(fault);
    }
    let notice = cookies.get(notice_cookie(&app)).filter(|key| visit.reader.lang.has(key));
    visit.notice = notice.map(|key| visit.reader.lang.t(key));
    let shown = notice.is_some() && request.method().is_safe();
    request.extensions_mut().insert(visit);
    let mut response = next.run(request).await;
    if shown {
        set_cookie(&mut response, &cookie(&app, notice_cookie(&app), "", Some(0)));
    }
    if let Some(Notice(key)) = response.extensions().get().copied() {
        set_cookie(&mut response, &cookie(&app, notice_cookie(&app), key, Some(NOTICE_SECONDS)));
    }
    if secret.1 {
        let visitor = cookie(&app, visitor_cookie(&app), &secret.0, None);
        set_cookie(&mut response, &visitor);
    } else if signed_in.is_some() && cookies.get(visitor_cookie(&app)).is_some() {
        // What a visitor's forms were bound to, and whoever planted it, is of no use after a login nor after the logout.
        set_cookie(&mut response, &cookie(&app, visitor_cookie(&app), "", Some(0)));
    }
    response
}

/// The token of a session's forms. It goes by the session and not by its secret: a new secret, which a password given
/// again brings, must not make worthless what somebody has typed in another tab.
pub(super) fn session_form_token(app: &App, session: Uuid) -> String {
    app.vault.form_token("session", &session.to_string())
}

/// Leaves on the request who `user` is, as far as the session has come, and dresses the page for them.
async fn recognise(
    app: &App,
    session: &session::Model,
    user: &user::Model,
    visit: &mut Visit,
    extensions: &mut Extensions,
) -> Result<(), Error> {
    let kept = Lang::from_code(&user.language).unwrap_or_default();
    visit.reader = reader(app, kept, user.time_zone.as_deref());
    let (role, id, level) = (user.role, session.id, session.level);
    if level == Level::Full {
        visit.viewer = Some(view(app, user).await?);
        extensions.insert(SignedIn { user: user.id, role, session: id });
    } else {
        extensions.insert(HalfSignedIn { user: user.id, role, session: id, level });
    }
    if let Err(error) = sessions::note_use(app, session, app.now()).await {
        tracing::error!(%error, "a session's use could not be noted");
    }
    Ok(())
}

fn language_cookie_name(app: &App) -> &'static str {
    if app.config.secure { "__Host-praktik_language" } else { "praktik_language" }
}

/// The name of the cookie that carries the sentence of an act to the page after it.
fn notice_cookie(app: &App) -> &'static str {
    if app.config.secure { "__Host-praktik_notice" } else { "praktik_notice" }
}

/// The name of the cookie that forms of people who are not signed in are bound to.
fn visitor_cookie(app: &App) -> &'static str {
    if app.config.secure { "__Host-praktik_visitor" } else { "praktik_visitor" }
}

async fn view(app: &App, user: &user::Model) -> Result<Viewer, Error> {
    let name = store::open_name(app.db.read(), &app.vault, user).await?;
    let unread = notifications::unread_count(app.db.read(), user.id).await?;
    let key = app.vault.key(app.db.read(), user.id).await?;
    // The name is a secret too, if a small one: whoever reads the device must not learn whose account it is.
    let named: String = key.derive("name of drafts").reveal().chars().take(12).collect();
    Ok(Viewer {
        role: user.role,
        initials: initials(name.reveal()),
        photo: user.photo_id,
        name,
        unread,
        draft_key: Private::new(format!("{named}.{}", key.derive("drafts").reveal())),
    })
}

fn reader(app: &App, lang: Lang, zone: Option<&str>) -> Reader {
    let clinic_zone = app.clinic().zone.clone();
    let zone = zone.and_then(|zone| TimeZone::get(zone).ok()).unwrap_or_else(|| clinic_zone.clone());
    Reader { lang, zone, clinic_zone }
}

/// The name of the session's cookie: bound to the host where TLS allows it.
pub fn session_cookie(app: &App) -> &'static str {
    if app.config.secure { "__Host-praktik_session" } else { "praktik_session" }
}

/// A cookie that scripts cannot read and other sites' forms do not send.
pub(super) fn cookie(app: &App, name: &str, value: &str, seconds: Option<u64>) -> String {
    let life = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let secure = if app.config.secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; SameSite=Lax; HttpOnly{life}{secure}")
}

/// The cookie that keeps a visitor's language.
pub(super) fn language_cookie(app: &App, lang: Lang) -> String {
    cookie(app, language_cookie_name(app), lang.code(), Some(365 * 24 * 60 * 60))
}

/// Adds a cookie to an answer.
pub(super) fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

pub(super) struct Cookies(Vec<Cookie<'static>>);

impl Cookies {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        Self(text.flat_map(|text| Cookie::split_parse(text.to_owned())).filter_map(Result::ok).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|cookie| cookie.name() == name).map(Cookie::value).filter(|value| !value.is_empty())
    }
}

/// The last address that no trusted proxy of ours speaks for.
fn client_address(app: &App, request: &Request) -> IpAddr {
    let peer =
        request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(Ipv4Addr::LOCALHOST.into(), |info| info.ip());
    let peer = peer.to_canonical();
    let trusted = |address: &IpAddr| app.config.trusted_proxies.iter().any(|net| net.contains(address));
    if !trusted(&peer) {
        return peer;
    }
    let forwarded = request.headers().get_all("x-forwarded-for").into_iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = forwarded.flat_map(|text| text.split(',')).map(str::trim).collect();
    // What stands before a hop that cannot be read may be anybody's invention.
    let mut client = peer;
    for address in hops.into_iter().rev().map_while(hop) {
        client = address;
        if !trusted(&address) {
            break;
        }
    }
    client
}

/// A hop as proxies write it: an address, with or without its port.
fn hop(text: &str) -> Option<IpAddr> {
    let address = text.parse().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::SignInNeeded)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for HalfSignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::SignInNeeded)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Keeper {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        if let Some(SignedIn { user, role, session }) = parts.extensions.get::<SignedIn>().cloned() {
            return Ok(Self { user, role, session, signed_in: true });
        }
        match parts.extensions.get::<HalfSignedIn>().cloned() {
            Some(HalfSignedIn { user, role, session, level: Level::Enrolment }) => {
                Ok(Self { user, role, session, signed_in: false })
            }
            Some(_) => Err(Error::StepNeeded(Step::SecondFactor)),
            None => Err(Error::SignInNeeded),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Device {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Address(address) = Address::from_request_parts(parts, state).await?;
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Ok(Self {
            user_agent: Private::new(user_agent.unwrap_or_default()),
            address: Private::new(address.to_string()),
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().copied().ok_or_else(|| Error::broken("a request without an address"))
    }
}

macro_rules! accounts {
    ($($(#[$doc:meta])* $name:ident: $role:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(pub Arc<SignedIn>);

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
                let signed_in = SignedIn::from_request_parts(parts, state).await?;
                if signed_in.role == Role::$role { Ok(Self(Arc::new(signed_in))) } else { Err(Error::Forbidden) }
            }
        }
    )*};
}

accounts! {
    /// The account of somebody who is treated or looks after a patient.
    PatientAccount: Patient;
    /// The account of a doctor.
    DoctorAccount: Doctor;
    /// The account of an admin.
    AdminAccount: Admin;
    /// The account of a pharmacist.
    PharmacistAccount: Pharmacist;
}
