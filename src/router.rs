//! The table of contents: every route with who may use it, what it costs and whether reading it is audited.

use std::{any::Any, convert::Infallible};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    handler::Handler,
    http::{Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use tower_http::{CompressionLevel, catch_panic::CatchPanicLayer, compression::CompressionLayer};
use tracing::field::display;

use crate::{
    app::App,
    clinic::{
        accounts::{self, SignedIn, identify::Address, second_factor},
        admin, appointments, calls, conversations, encounter, home, keys, legal, notifications, own_data, patients,
        pharmacy, prescriptions, profiles,
    },
    infra::config::Config,
    live,
    web::{
        Error, Role, assets, csrf, errors,
        forms::LARGEST_FORM,
        headers,
        limits::Rate,
        page,
        route::{Route, Who},
        unread,
        uploads::LARGEST_UPLOAD,
    },
};

const ANYONE: Who = Who::Anyone;
const SIGNED_IN: Who = Who::SignedIn;
const SECOND_STEP: Who = Who::SecondStep;
const ENROLLING: Who = Who::Enrolling;
const PATIENT: Who = Who::Roles(&[Role::Patient]);
const DOCTOR: Who = Who::Roles(&[Role::Doctor]);
const ADMIN: Who = Who::Roles(&[Role::Admin]);
const PATIENT_OR_DOCTOR: Who = Who::Roles(&[Role::Patient, Role::Doctor]);

const MIB: usize = 1024 * 1024;

/// Every route of the clinic.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "a table of contents has a line for each route")]
pub fn routes() -> Vec<Route<App>> {
    vec![
        // Accounts: signing up and in.
        get("/register", ANYONE, patients::web::register_page),
        post("/register", ANYONE, patients::web::register).credential(),
        get("/login", ANYONE, accounts::web::log_in_page),
        post("/login", ANYONE, accounts::web::log_in).credential(),
        get("/password/forgot", ANYONE, accounts::recovery::forgot_page),
        post("/password/forgot", ANYONE, accounts::recovery::forgot).credential(),
        get("/password/reset/{token}", ANYONE, accounts::recovery::password_page).credential(),
        post("/password/reset/{token}", ANYONE, accounts::recovery::set_password).credential(),
        get("/email/confirm/{token}", ANYONE, accounts::email::confirm_page).credential(),
        post("/email/confirm/{token}", ANYONE, accounts::email::confirm).credential(),
        get("/login/second", SECOND_STEP, second_factor::log_in::page),
        post("/login/second", SECOND_STEP, second_factor::log_in::code).credential(),
        post("/login/second/passkey/options", SECOND_STEP, second_factor::log_in::passkey_options).credential(),
        post("/login/second/passkey", SECOND_STEP, second_factor::log_in::passkey).credential(),
        post("/logout", Who::PasswordGiven, accounts::web::log_out),
        post("/language", ANYONE, accounts::web::choose_language),
        get("/settings/security", SIGNED_IN, accounts::security::show),
        post("/settings/security", SIGNED_IN, accounts::security::change_password).credential(),
        post("/settings/security/sessions/end", SIGNED_IN, accounts::security::end_others),
        post("/settings/security/sessions/{session}/end", SIGNED_IN, accounts::security::end_session),
        get("/settings/security/email", SIGNED_IN, accounts::email::show),
        post("/settings/security/email", SIGNED_IN, accounts::email::change).credential(),
        post("/settings/security/email/confirm", SIGNED_IN, accounts::email::send_again),

        // Second factors of one's own.
        get("/settings/security/second-factor", ENROLLING, second_factor::manage::page),
        get("/settings/security/second-factor/totp", ENROLLING, second_factor::enrol::totp_page),
        post("/settings/security/second-factor/totp", ENROLLING, second_factor::enrol::add_totp),
        post("/settings/security/second-factor/totp/remove", SIGNED_IN, second_factor::manage::remove_totp),
        post("/settings/security/second-factor/codes", SIGNED_IN, second_factor::manage::new_codes),
        post("/settings/security/second-factor/passkeys/options", ENROLLING, second_factor::enrol::passkey_options),
        post("/settings/security/second-factor/passkeys", ENROLLING, second_factor::enrol::add_passkey),
        post("/settings/security/second-factor/passkeys/{passkey}", SIGNED_IN, second_factor::manage::rename_passkey),
        post("/settings/security/second-factor/passkeys/{passkey}/remove", SIGNED_IN, second_factor::manage::remove_passkey),
        get("/settings/security/confirm", SIGNED_IN, second_factor::confirm::page),
        post("/settings/security/confirm", SIGNED_IN, second_factor::confirm::confirm).credential(),

        // Everybody: the first page, notifications.
        get("/", ANYONE, home::web::welcome),
        get("/dashboard", SIGNED_IN, home::web::dashboard).after_consent(),
        get("/notifications", SIGNED_IN, home::notifications::list),
        post("/notifications/read", SIGNED_IN, home::notifications::read),

        get("/privacy", ANYONE, legal::web::privacy),
        get("/terms", ANYONE, legal::web::terms),
        // Profiles, photos, the clinic's logo.
        get("/profile", SIGNED_IN, profiles::web::show),
        post("/profile", SIGNED_IN, profiles::web::update),
        post("/profile/photo", SIGNED_IN, profiles::web::set_photo).takes(LARGEST_UPLOAD),
        post("/profile/photo/remove", SIGNED_IN, profiles::web::remove_photo),
        get("/profile/patients/{patient}", PATIENT, profiles::web::show_patient),
        post("/profile/patients/{patient}", PATIENT, profiles::web::update_patient),
        post("/profile/patients/{patient}/photo", PATIENT, profiles::web::set_patients_photo).takes(LARGEST_UPLOAD),
        post("/profile/patients/{patient}/photo/remove", PATIENT, profiles::web::remove_patients_photo),
        get("/photos/{file}", SIGNED_IN, profiles::web::photo).audited(),
        get("/logo", ANYONE, profiles::web::logo),
        get("/demo/mail", ANYONE, notifications::web::demo_mail),

        // One's own data: who read it, a copy of it, what one agreed to.
        get("/settings/data", SIGNED_IN, own_data::web::data),
        get("/settings/access-log", SIGNED_IN, own_data::web::access_log),
        get("/settings/export", SIGNED_IN, own_data::web::export).credential().audited(),
        post("/settings/export", SIGNED_IN, own_data::web::export_confirmed).credential(),
        get("/consent", PATIENT, own_data::web::consent_page),
        post("/consent", PATIENT, own_data::web::agree),

        // Patients: finding a doctor, booking.
        get("/doctors", PATIENT, appointments::web::doctors).after_consent(),
        get("/doctors/{doctor}", PATIENT, appointments::web::doctor).after_consent(),
        get("/consultations", PATIENT, appointments::web::consultations).after_consent(),
        post("/consultations", PATIENT, appointments::web::book).after_consent(),
        post("/consultations/{appointment}/cancel", PATIENT, appointments::web::cancel),

        // Patients: whom the account looks after.
        get("/profile/patients", PATIENT, patients::further::list),
        get("/profile/patients/new", PATIENT, patients::further::new),
        post("/profile/patients/new", PATIENT, patients::further::create),
        post("/profile/patients/{patient}/remove", PATIENT, patients::further::remove),

        // Doctors: the day's list.
        get("/doctor/consultations", DOCTOR, appointments::web::doctors_day).audited(),
        get("/doctor/presence", DOCTOR, appointments::web::own_presence),
        post("/doctor/presence", DOCTOR, appointments::web::set_presence),
        post("/doctor/consultations/{appointment}/cancel", DOCTOR, appointments::web::cancel_by_doctor),

        // The consultation, its room, messages and calls.
        get("/consultations/{appointment}", PATIENT, encounter::web::of_patient),
        get("/doctor/consultations/{appointment}", DOCTOR, encounter::web::of_doctor).audited(),
        post("/doctor/consultations/{appointment}/identity", DOCTOR, encounter::web::confirm_identity),
        post("/doctor/patients/{patient}/health", DOCTOR, encounter::health::correct),
        post("/appointments/{appointment}/chat", PATIENT_OR_DOCTOR, conversations::web::open),
        get("/messages", PATIENT, conversations::web::list_of_patient).after_consent(),
        get("/messages/{conversation}", PATIENT, conversations::web::show),
        post("/messages/{conversation}/send", PATIENT, conversations::web::send),
        get("/doctor/messages", DOCTOR, conversations::web::list_of_doctor),
        get("/doctor/messages/{conversation}", DOCTOR, conversations::web::show).audited(),
        post("/doctor/messages/{conversation}/send", DOCTOR, conversations::web::send),
        get("/api/messages/unread-count", SIGNED_IN, conversations::web::unread_count),
        post("/calls/conversations/{conversation}/initiate", PATIENT_OR_DOCTOR, calls::web::initiate),
        post("/calls/sessions/{callSession}/answer", PATIENT_OR_DOCTOR, calls::web::answer),
        post("/calls/sessions/{callSession}/end", PATIENT_OR_DOCTOR, calls::web::end),
        post("/calls/sessions/{callSession}/reject", PATIENT_OR_DOCTOR, calls::web::reject),
        get("/live", SIGNED_IN, live::connect),

        // Prescriptions.
        get("/prescriptions", PATIENT, prescriptions::web::list).after_consent(),
        get("/prescriptions/{prescription}", PATIENT_OR_DOCTOR, prescriptions::web::show).audited(),
        get("/doctor/prescriptions", DOCTOR, prescriptions::web::doctors_list),
        get("/doctor/appointments/{appointment}/prescription/create", DOCTOR, prescriptions::web::create).audited(),
        post("/doctor/appointments/{appointment}/prescription", DOCTOR, encounter::prescribing::issue),
        post("/doctor/appointments/{appointment}/prescription/draft", DOCTOR, encounter::prescribing::keep_draft),
        post("/doctor/appointments/{appointment}/prescription/rows", DOCTOR, encounter::prescribing::add_row),
        post(
            "/doctor/appointments/{appointment}/prescription/rows/{row}/remove",
            DOCTOR,
            encounter::prescribing::remove_row,
        ),
        get("/doctor/prescriptions/{prescription}/edit", DOCTOR, prescriptions::web::edit).audited(),
        put("/doctor/prescriptions/{prescription}", DOCTOR, prescriptions::web::update),
        post("/doctor/prescriptions/{prescription}/rows", DOCTOR, prescriptions::web::add_row),
        post("/doctor/prescriptions/{prescription}/rows/{row}/remove", DOCTOR, prescriptions::web::remove_row),
        post("/doctor/prescriptions/{prescription}/cancel", DOCTOR, prescriptions::web::cancel),

        // Admin.
        get("/admin/doctors", ADMIN, admin::doctors::list),
        get("/admin/doctors/new", ADMIN, admin::doctors::new),
        post("/admin/doctors/new", ADMIN, admin::doctors::create),
        post("/admin/doctors", ADMIN, admin::doctors::create),
        get("/admin/doctors/{doctor}", ADMIN, admin::doctors::edit),
        post("/admin/doctors/{doctor}", ADMIN, admin::doctors::update),
        post("/admin/doctors/{doctor}/deactivate", ADMIN, admin::doctors::deactivate),
        post("/admin/doctors/{doctor}/reactivate", ADMIN, admin::doctors::reactivate),
        post("/admin/doctors/{doctor}/password-link", ADMIN, admin::doctors::make_password_link),
        post("/admin/doctors/{doctor}/photo", ADMIN, admin::photo::set).takes(LARGEST_UPLOAD),
        post("/admin/doctors/{doctor}/days-off", ADMIN, admin::days_off::add),
        post("/admin/days-off/{id}/remove", ADMIN, admin::days_off::remove),
        get("/admin/recovery-sheet", ADMIN, keys::web::page),
        post("/admin/recovery-sheet", ADMIN, keys::web::confirm).credential(),
        post("/admin/recovery-sheet/show", ADMIN, keys::web::show).credential().audited(),
        get("/admin/more", ADMIN, admin::menu::show),
        get("/admin/people", ADMIN, admin::people::list),
        get("/admin/people/new", ADMIN, admin::people::new),
        post("/admin/people/new", ADMIN, admin::people::create),
        get("/admin/people/{person}", ADMIN, admin::people::show),
        post("/admin/people/{person}", ADMIN, admin::people::rename),
        post("/admin/people/{person}/invite", ADMIN, admin::people::invite_again),
        post("/admin/people/{person}/withdraw", ADMIN, admin::people::withdraw),
        post("/admin/people/{person}/lock", ADMIN, admin::people::lock),
        post("/admin/people/{person}/unlock", ADMIN, admin::people::unlock),
        post("/admin/people/{person}/deactivate", ADMIN, admin::people::deactivate),
        post("/admin/people/{person}/reactivate", ADMIN, admin::people::reactivate),
        post("/admin/people/{person}/end-sessions", ADMIN, admin::people::end_sessions),
        post("/admin/people/{person}/reset-second-factor", ADMIN, admin::people::reset_second_factor),
        get("/admin/settings", ADMIN, admin::settings::show),
        post("/admin/settings", ADMIN, admin::settings::save),
        post("/admin/settings/logo", ADMIN, admin::logo::set).takes(LARGEST_UPLOAD),
        post("/admin/settings/logo/remove", ADMIN, admin::logo::remove),
        get("/admin/settings/texts/{kind}", ADMIN, admin::settings::text),
        post("/admin/settings/texts/{kind}", ADMIN, admin::settings::publish_text),
        post("/admin/clock/accept", ADMIN, admin::clock::accept),
        get("/admin/audit", ADMIN, admin::audit_log::show).audited(),
        post("/admin/audit/check", ADMIN, admin::audit_log::check),
        post("/admin/letters/again", ADMIN, home::web::send_letters_again),

        // The front desk.
        get("/admin/patients", ADMIN, admin::patients::list).audited(),
        post("/admin/patients", ADMIN, admin::patients::search).audited(),
        get("/admin/patients/new", ADMIN, admin::patients::new),
        post("/admin/patients/new", ADMIN, admin::patients::create),
        get("/admin/patients/{patient}", ADMIN, admin::patients::show).audited(),
        post("/admin/patients/{patient}/identity", ADMIN, admin::patients::identity),
        post("/admin/patients/{patient}/nik", ADMIN, admin::patients::nik),
        post("/admin/patients/{patient}/care", ADMIN, admin::patients::link),
        post("/admin/patients/{patient}/care/end", ADMIN, admin::patients::unlink),
        post("/admin/patients/{patient}/lock", ADMIN, admin::patients::lock),
        post("/admin/patients/{patient}/unlock", ADMIN, admin::patients::unlock),
        get("/admin/patients/{patient}/book", ADMIN, appointments::web::choose_at_desk).audited(),
        post("/admin/patients/{patient}/book", ADMIN, appointments::web::book_at_desk),
        post("/admin/patients/{patient}/appointments/{appointment}/cancel", ADMIN, appointments::web::cancel_at_desk),

        // Products.
        get("/admin/products", ADMIN, pharmacy::web::list),
        get("/admin/products/new", ADMIN, pharmacy::web::new),
        post("/admin/products/new", ADMIN, pharmacy::web::create),
        get("/admin/products/import", ADMIN, pharmacy::web::import_page),
        post("/admin/products/import", ADMIN, pharmacy::web::import_file).takes(2 * MIB),
        get("/admin/products/{product}", ADMIN, pharmacy::web::edit),
        post("/admin/products/{product}", ADMIN, pharmacy::web::update),
        post("/admin/products/{product}/retire", ADMIN, pharmacy::web::retire),
        post("/admin/products/{product}/restore", ADMIN, pharmacy::web::restore),
    ]
}

fn get<T: 'static>(path: &'static str, who: Who, handler: impl Handler<T, App>) -> Route<App> {
    route(Method::GET, path, (who, Rate::Page), on(MethodFilter::GET, handler))
}

fn post<T: 'static>(path: &'static str, who: Who, handler: impl Handler<T, App>) -> Route<App> {
    route(Method::POST, path, (who, Rate::Act), on(MethodFilter::POST, handler))
}

/// A route of scripts that use `PUT`; forms reach the same handler by `POST`.
fn put<T: 'static>(path: &'static str, who: Who, handler: impl Handler<T, App>) -> Route<App> {
    route(Method::PUT, path, (who, Rate::Act), on(MethodFilter::PUT.or(MethodFilter::POST), handler))
}

fn route(method: Method, path: &'static str, (who, rate): (Who, Rate), handler: MethodRouter<App>) -> Route<App> {
    Route { method, path, who, rate, audited: false, consent: false, largest: LARGEST_FORM, handler }
}

/// Files and probes, which stand before the table: they ask nobody who they are, and so cost no look at the database.
fn plain() -> [(&'static str, MethodRouter<App>); 3] {
    use axum::routing::get;
    [("/assets/{*path}", get(assets::serve)), ("/healthz", get(|| async { "ok\n" })), ("/readyz", get(ready))]
}

/// Every route as `praktik routes` prints it: method, path, who, rate class, audited; tab-separated.
pub fn lines() -> Vec<String> {
    let plain = plain().map(|(path, _)| ["GET", path, &ANYONE.name(), "none", "no"].join("\t"));
    plain.into_iter().chain(routes().iter().map(Route::line)).collect()
}

/// The whole program as a service: routes behind who may use them, limits, form tokens, errors and headers.
pub fn router(app: App) -> Router {
    let mut pages = Router::new();
    for route in routes() {
        let Route { path, who, rate, largest, consent, handler, .. } = route;
        let gate = Gate { path, who, rate, largest, consent };
        let gated = handler.layer::<_, Infallible>(middleware::from_fn_with_state((app.clone(), gate), admit));
        pages = pages.route(path, gated);
    }
    let pages = pages
        .fallback(|| async { Error::NotFound })
        .method_not_allowed_fallback(|| async { Error::WrongMethod })
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(app.clone(), know_host))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(errors::draw_errors))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(app.clone(), accounts::identify::identify))
        .layer(packed());
    plain()
        .into_iter()
        .fold(Router::new(), |router, (path, handler)| router.route(path, handler))
        .merge(pages)
        .layer(middleware::from_fn_with_state(app.config.secure, headers::set))
        .layer(middleware::from_fn(unread::settle))
        .with_state(app)
}

/// Pages are packed while somebody waits for them: at a level that takes next to no time. Files are packed when the
/// program is built.
fn packed() -> CompressionLayer {
    CompressionLayer::new().gzip(true).quality(CompressionLevel::Precise(2))
}

#[derive(Clone, Copy)]
struct Gate {
    path: &'static str,
    who: Who,
    rate: Rate,
    largest: usize,
    consent: bool,
}

/// The door of a route, which writes down whom it, or what is behind it, has refused.
async fn admit(State((app, gate)): State<(App, Gate)>, address: Address, request: Request, next: Next) -> Response {
    let user = request.extensions().get::<SignedIn>().map(|signed_in| display(signed_in.user));
    let response = pass(&app, gate, address, request, next).await;
    if let Some(error) = response.extensions().get::<Error>() {
        let path = gate.path;
        match error {
            Error::Forbidden => tracing::warn!(user, path, "a role was refused what it may not do"),
            Error::NotFound => tracing::info!(user, path, "what was asked for is not there, or not theirs"),
            Error::ForeignForm => tracing::warn!(user, path, "a form was refused that is of no page of this session"),
            Error::TooMany(seconds) => tracing::warn!(user, path, seconds, "a limit was reached"),
            _ => {}
        }
    }
    response
}

/// How often, then who, then from which page; a body is read after that alone. Last, whether a patient has agreed to what
/// is in force.
async fn pass(app: &App, gate: Gate, address: Address, request: Request, next: Next) -> Response {
    let signed_in = request.extensions().get::<SignedIn>().cloned();
    let asker = accounts::asker(request.extensions());
    if let Err(error) = app.limits.check(gate.rate, address.0).and_then(|()| gate.who.admits(asker)) {
        return error.into_response();
    }
    let Config { domain, waits, .. } = &app.config;
    let terms = csrf::Terms { domain: domain.as_deref(), largest: gate.largest, waits: *waits };
    let request = match csrf::prove(request, terms).await {
        Ok(request) => request,
        Err(error) => return error.into_response(),
    };
    if let Some(patient) = signed_in.filter(|signed_in| gate.consent && signed_in.role.is_patient()) {
        match accounts::has_consented(app.db.read(), patient.user).await {
            Ok(true) => {}
            Ok(false) => return page::go("/consent"),
            Err(error) => return Error::from(error).into_response(),
        }
    }
    next.run(request).await
}

/// Answers what is addressed to this clinic, and nothing that names another host; nor anybody of whom it could not be
/// read who they are.
async fn know_host(State(app): State<App>, request: Request, next: Next) -> Response {
    let domain = app.config.domain.as_deref();
    if !csrf::addressed_to_us(request.headers(), domain) {
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        tracing::warn!(
            host,
            domain,
            "a request named another host than --domain; if it came through the clinic's own proxy, let that pass the \
             header Host on as it comes"
        );
        return Error::WrongHost.into_response();
    }
    match request.extensions().get::<Error>() {
        Some(fault) => fault.clone().into_response(),
        None => next.run(request).await,
    }
}

/// Ready when the database answers and the clock was not set.
async fn ready(State(app): State<App>) -> Response {
    let unavailable = |why: String| (StatusCode::SERVICE_UNAVAILABLE, why).into_response();
    if sea_orm::ConnectionTrait::execute_unprepared(app.db.read(), "SELECT 1").await.is_err() {
        return unavailable("no database\n".to_owned());
    }
    if app.db.prove().await.is_err() || app.room_keys.prove().await.is_err() {
        return unavailable("nothing can be written\n".to_owned());
    }
    match app.clock.unfollowed_step() {
        None => "ready\n".into_response(),
        Some(step) => unavailable(format!("clock set by {step} ms\n")),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let cause = cause.downcast_ref::<&str>().map_or("unknown", |text| text);
    Error::broken(format!("a handler panicked: {cause}")).into_response()
}
