//! Every way in which a request can be refused, and the one page that says so in the reader's language.

use askama::Template;
use axum::{
    Json,
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sea_orm::DbErr;

use super::{
    Page, Role, Sentence, Visit,
    page::{draw_with, go},
    route::Step,
};
use crate::infra::{files::FileError, passwords::PasswordError, vault::VaultError};

/// Why a request was not carried out. Its words are the reader's; the cause goes to the log, with ids alone.
#[derive(Clone, Debug)]
pub enum Error {
    /// There is no such thing, or it is not yours: the two look the same.
    NotFound,
    /// The address takes other methods.
    WrongMethod,
    /// Nobody is signed in.
    SignInNeeded,
    /// The password was right; a second factor must be given or set up first (P3).
    StepNeeded(Step),
    /// This role may never.
    Forbidden,
    /// The form is not from a page of ours, or from another session.
    ForeignForm,
    /// The form names another address than it was sent to, as all do behind a proxy that changes `Host`.
    ForeignOrigin,
    /// The form has fields that it should not have, or is not readable.
    UnreadableForm,
    /// More was sent than is taken.
    TooLarge,
    /// What was sent took too long to arrive.
    TooSlow,
    /// The request names another host than this clinic's.
    WrongHost,
    /// A kind of content that is not taken.
    WrongKind,
    /// The room is not open yet.
    TooEarly,
    /// The room is closed; its messages are kept and can be read.
    Closed,
    /// The room is closed and its messages are erased.
    Gone,
    /// Something else happened first; the sentence says what.
    Conflict(Sentence),
    /// Too many tries; again after so many seconds.
    TooMany(u64),
    /// Busy, broken or without its database: again in a while.
    Unavailable,
}

impl Error {
    /// A fault of ours: logged, and answered as "try again".
    pub fn broken(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::Unavailable
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::SignInNeeded | Self::StepNeeded(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::ForeignForm | Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::UnreadableForm => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Self::WrongKind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooEarly => StatusCode::TOO_EARLY,
            Self::Closed | Self::Gone => StatusCode::GONE,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::WrongMethod => "wrong-method",
            Self::SignInNeeded | Self::StepNeeded(_) => "sign-in",
            Self::Forbidden => "forbidden",
            Self::ForeignForm => "foreign-form",
            Self::ForeignOrigin => "foreign-origin",
            Self::UnreadableForm => "unreadable-form",
            Self::TooLarge => "too-large",
            Self::TooSlow => "too-slow",
            Self::WrongHost => "wrong-host",
            Self::WrongKind => "wrong-kind",
            Self::TooEarly => "too-early",
            Self::Closed => "closed",
            Self::Gone => "gone",
            Self::Conflict(_) => "conflict",
            Self::TooMany(_) => "too-many",
            Self::Unavailable => "unavailable",
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany(seconds) => Some(*seconds),
            Self::Unavailable => Some(5),
            _ => None,
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

impl std::error::Error for Error {}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::broken(error)
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        Self::broken(error)
    }
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        Self::broken(error)
    }
}

impl From<PasswordError> for Error {
    fn from(error: PasswordError) -> Self {
        Self::broken(error)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage {
    page: Page,
    status: u16,
    title: String,
    body: String,
    actions: Vec<(String, String)>,
}

/// Puts every refusal into words: as a page, or as JSON for a script that asked for it.
pub async fn draw_errors(request: Request, next: Next) -> Response {
    let visit = request.extensions().get::<Visit>().cloned();
    let path = request.uri().path().to_owned();
    let address = request.uri().path_and_query().map_or_else(|| path.clone(), ToString::to_string);
    let json = wants_json(&request);
    let reading = request.method().is_safe();
    let asked_from = page_of(&request);
    let response = next.run(request).await;
    let Some(error) = response.extensions().get::<Error>().cloned() else { return response };
    let Some(visit) = visit else { return response };
    if let Error::StepNeeded(step) = &error
        && reading
        && !json
    {
        return go(step.path());
    }
    if matches!(error, Error::SignInNeeded) && reading && !json {
        return go(&log_in_and_return(&address));
    }
    let drawn = if json { as_json(&error, &visit) } else { as_page(&error, &visit, &path, asked_from.as_deref()) };
    let (parts, _) = response.into_parts();
    let mut drawn = drawn;
    for (name, value) in &parts.headers {
        if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
            drawn.headers_mut().append(name, value.clone());
        }
    }
    drawn
}

fn log_in_and_return(address: &str) -> String {
    let to: String = form_urlencoded::byte_serialize(address.as_bytes()).collect();
    format!("/login?return_to={to}")
}

/// The path and query of the page that a form was sent from, as the browser tells it; the login checks it before going
/// there.
fn page_of(request: &Request) -> Option<String> {
    let referer = request.headers().get(header::REFERER)?.to_str().ok()?;
    let (_, rest) = referer.split_once("://")?;
    rest.find('/').map(|at| rest.split_at(at).1.to_owned())
}

/// Whether a script asked, and not a browser for a page.
pub fn wants_json<T>(request: &axum::http::Request<T>) -> bool {
    accepts_json(request.headers())
}

/// Whether the headers ask for JSON.
pub fn accepts_json(headers: &axum::http::HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"))
}

fn as_json(error: &Error, visit: &Visit) -> Response {
    let body = serde_json::json!({ "error": error.name(), "message": body(error, visit) });
    (error.status(), Json(body)).into_response()
}

fn as_page(error: &Error, visit: &Visit, path: &str, asked_from: Option<&str>) -> Response {
    let page = Page::new(visit, path);
    let of_a_room = matches!(error, Error::TooEarly | Error::Closed | Error::Gone);
    let onward = match (asked_from, page.user.as_ref().map(|viewer| viewer.role)) {
        (_, Some(Role::Patient)) if of_a_room => ("/consultations".to_owned(), "error-to-consultations"),
        (_, Some(Role::Doctor)) if of_a_room => ("/doctor/consultations".to_owned(), "error-to-consultations"),
        (_, Some(_)) => ("/dashboard".to_owned(), "error-to-dashboard"),
        (Some(asked_from), None) if matches!(error, Error::SignInNeeded) => {
            (log_in_and_return(asked_from), "error-to-login")
        }
        (_, None) => ("/login".to_owned(), "error-to-login"),
    };
    // Under an address that is not the clinic's every link is refused like this one.
    let actions = if matches!(error, Error::WrongHost) { vec![] } else { vec![(onward.0, page.t(onward.1))] };
    let drawn = ErrorPage {
        status: error.status().as_u16(),
        title: page.t(&format!("error-{}-title", error.name())),
        body: body(error, visit),
        actions,
        page,
    };
    draw_with(error.status(), &drawn).unwrap_or_else(|_| Response::new(Body::empty()))
}

fn body(error: &Error, visit: &Visit) -> String {
    match error {
        Error::Conflict(sentence) => sentence.in_lang(visit.reader.lang),
        Error::TooMany(seconds) => {
            let wait = Sentence::new("error-too-many-body")
                .with("minutes", i64::try_from(seconds.div_ceil(60)).unwrap_or(i64::MAX));
            wait.in_lang(visit.reader.lang)
        }
        other => visit.reader.lang.t(&format!("error-{}-body", other.name())),
    }
}
