//! Routes of profiles: each role has its own page at the same address.

use askama::Template;
use axum::{
    extract::{FromRequest as _, FromRequestParts as _, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use uuid::Uuid;

use super::{
    patient::{self, PatientForm, PersonForm},
    photos::{self, Whose},
    rules, staff,
};
use crate::{
    app::App,
    clinic::{accounts::SignedIn, patients::Patient},
    infra::{
        files::{self, File},
        vault::owners,
    },
    web::{Error, FieldErrors, Form, FormState, Id, NoFields, Page, Role, Upload, page::go_with_notice},
};

/// Where everybody's own profile is.
pub(super) const OWN: &str = "/profile";

/// The part of a profile's page that is about the photo.
pub(super) struct PhotoPart {
    pub(super) photo: Option<Uuid>,
    pub(super) initials: String,
    /// Where the two forms go: `…/photo` and `…/photo/remove`.
    pub(super) path: String,
    pub(super) form: FormState,
}

/// What somebody else has kept meanwhile, beside what was typed.
#[derive(Default)]
pub(super) struct Stored(Vec<(&'static str, String)>);

impl Stored {
    /// The fields of `kept` that differ from what was typed into `form`.
    pub(super) fn beside(form: &FormState, kept: Vec<(&'static str, String)>) -> Self {
        Self(kept.into_iter().filter(|(name, value)| normal(form.value(name)) != normal(value)).collect())
    }

    /// What is kept of a field that was typed otherwise.
    pub(super) fn of(&self, name: &str) -> Option<&String> {
        self.0.iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }
}

/// Browsers send line breaks as two signs.
fn normal(text: &str) -> String {
    text.trim().replace("\r\n", "\n")
}

/// How a profile's page is drawn: as it is kept, or as it was typed with what is wrong.
pub(super) struct Drawn {
    pub(super) status: StatusCode,
    /// What was typed; nothing draws what is kept.
    pub(super) form: Option<FormState>,
    /// Whether what was typed stands beside what is kept.
    pub(super) changed_meanwhile: bool,
    pub(super) photo_form: FormState,
}

impl Drawn {
    pub(super) fn as_kept() -> Self {
        Self { status: StatusCode::OK, form: None, changed_meanwhile: false, photo_form: FormState::default() }
    }

    pub(super) fn refused(form: FormState, errors: &FieldErrors, page: &Page) -> Self {
        let form = form.refused(errors, page.language());
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, form: Some(form), ..Self::as_kept() }
    }

    /// What was typed and what is kept, both to be seen: somebody else was first.
    pub(super) fn changed_meanwhile(form: FormState, page: &Page) -> Self {
        let errors = FieldErrors::message(crate::web::Sentence::new("profiles-changed-meanwhile"));
        let form = form.refused(&errors, page.language());
        Self { status: StatusCode::CONFLICT, form: Some(form), changed_meanwhile: true, ..Self::as_kept() }
    }

    fn photo_refused(refusal: photos::Refusal, page: &Page) -> Self {
        let status = refusal.status();
        let errors = FieldErrors::of("file", refusal.sentence());
        Self { status, photo_form: FormState::default().refused(&errors, page.language()), ..Self::as_kept() }
    }
}

/// The zones that a page offers, each with the words that it is chosen by.
pub(super) struct Zones {
    pub(super) clinic: String,
    /// With the city and the name that people use.
    pub(super) indonesian: Vec<(&'static str, String)>,
    pub(super) others: Vec<(&'static str, String)>,
}

impl Zones {
    pub(super) fn of(app: &App) -> Self {
        let indonesian = rules::INDONESIAN.iter().map(|(zone, name)| (*zone, format!("{name} · {}", city(zone))));
        Self {
            clinic: app.clinic().zone.iana_name().unwrap_or_default().to_owned(),
            indonesian: indonesian.collect(),
            others: rules::other_zones().map(|zone| (zone.as_str(), zone.replace('_', " "))).collect(),
        }
    }
}

fn city(zone: &str) -> &str {
    zone.split_once('/').map_or(zone, |(_, city)| city)
}

/// `GET /profile`.
pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    request: Request,
) -> Result<Response, Error> {
    match signed_in.role {
        Role::Patient => {
            let actor = actor(&app, request).await?.0;
            patient::draw(&app, &actor, actor.own()?, page, Drawn::as_kept()).await
        }
        Role::Doctor | Role::Admin | Role::Pharmacist => staff::draw(&app, &signed_in, page, Drawn::as_kept()).await,
    }
}

/// The patient's side of a request, and the request again.
async fn actor(app: &App, request: Request) -> Result<(Patient, Request), Error> {
    let (mut parts, body) = request.into_parts();
    let actor = Patient::from_request_parts(&mut parts, app).await?;
    Ok((actor, Request::from_parts(parts, body)))
}

/// `POST /profile`.
pub async fn update(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    request: Request,
) -> Result<Response, Error> {
    match signed_in.role {
        Role::Patient => {
            let (actor, request) = actor(&app, request).await?;
            let form = Form::<PatientForm>::from_request(request, &app).await?;
            patient::update_own(&app, &actor, page, form).await
        }
        Role::Doctor => {
            let form = Form::<staff::DoctorForm>::from_request(request, &app).await?;
            staff::update_doctor(&app, &signed_in, page, form).await
        }
        Role::Admin | Role::Pharmacist => {
            let form = Form::<staff::StaffForm>::from_request(request, &app).await?;
            staff::update(&app, &signed_in, page, form).await
        }
    }
}

/// `GET /profile/patients/{patient}`: of somebody in the account's care.
pub async fn show_patient(State(app): State<App>, actor: Patient, Id(id): Id, page: Page) -> Result<Response, Error> {
    let id = in_care(&actor, id)?;
    patient::draw(&app, &actor, id, page, Drawn::as_kept()).await
}

/// `POST /profile/patients/{patient}`.
pub async fn update_patient(
    State(app): State<App>,
    actor: Patient,
    Id(id): Id,
    page: Page,
    form: Form<PersonForm>,
) -> Result<Response, Error> {
    let id = in_care(&actor, id)?;
    patient::update_in_care(&app, &actor, id, page, form).await
}

fn in_care(actor: &Patient, id: Uuid) -> Result<Uuid, Error> {
    if actor.looks_after(id) { Ok(id) } else { Err(Error::NotFound) }
}

/// Whose photo the account's own profile shows.
async fn own_photo(
    app: &App,
    signed_in: &SignedIn,
    request: Request,
) -> Result<(Whose, Option<Patient>, Request), Error> {
    if signed_in.role != Role::Patient {
        return Ok((Whose::of_account(signed_in), None, request));
    }
    let (actor, request) = actor(app, request).await?;
    let whose = Whose::Patient { patient: actor.own()?, holder: Some(signed_in.user) };
    Ok((whose, Some(actor), request))
}

/// `POST /profile/photo`.
pub async fn set_photo(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    request: Request,
) -> Result<Response, Error> {
    let (whose, actor, request) = own_photo(&app, &signed_in, request).await?;
    let Upload(sent) = Upload::from_request(request, &app).await?;
    match photos::keep(&app, signed_in.user, whose, sent).await? {
        Ok(()) => Ok(go_with_notice(OWN, "profiles-photo-saved")),
        Err(refusal) => {
            let drawn = Drawn::photo_refused(refusal, &page);
            match actor {
                Some(actor) => patient::draw(&app, &actor, actor.own()?, page, drawn).await,
                None => staff::draw(&app, &signed_in, page, drawn).await,
            }
        }
    }
}

/// `POST /profile/photo/remove`.
pub async fn remove_photo(State(app): State<App>, signed_in: SignedIn, request: Request) -> Result<Response, Error> {
    let (whose, _, request) = own_photo(&app, &signed_in, request).await?;
    Form::<NoFields>::from_request(request, &app).await?;
    photos::remove(&app, signed_in.user, whose).await?;
    Ok(go_with_notice(OWN, "profiles-photo-removed"))
}

/// Whose photo that of a patient in the account's care is.
fn photo_in_care(actor: &Patient, id: Uuid) -> Result<Whose, Error> {
    let patient = in_care(actor, id)?;
    let holder = (actor.own()? == patient).then_some(actor.account.user);
    Ok(Whose::Patient { patient, holder })
}

/// `POST /profile/patients/{patient}/photo`.
pub async fn set_patients_photo(
    State(app): State<App>,
    actor: Patient,
    Id(id): Id,
    page: Page,
    Upload(sent): Upload,
) -> Result<Response, Error> {
    let whose = photo_in_care(&actor, id)?;
    match photos::keep(&app, actor.account.user, whose, sent).await? {
        Ok(()) => Ok(go_with_notice(&patient::path_of(&actor, id), "profiles-photo-saved")),
        Err(refusal) => {
            let drawn = Drawn::photo_refused(refusal, &page);
            patient::draw(&app, &actor, id, page, drawn).await
        }
    }
}

/// `POST /profile/patients/{patient}/photo/remove`.
pub async fn remove_patients_photo(
    State(app): State<App>,
    actor: Patient,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    photos::remove(&app, actor.account.user, photo_in_care(&actor, id)?).await?;
    Ok(go_with_notice(&patient::path_of(&actor, id), "profiles-photo-removed"))
}

/// `GET /photos/{file}`: a doctor's for everybody who is signed in, a patient's for those who look after them and for
/// their doctors.
pub async fn photo(State(app): State<App>, signed_in: SignedIn, Id(id): Id) -> Result<Response, Error> {
    let (file, keeping) = photos::find(&app, &signed_in, id).await?;
    serve(&app, &file, keeping).await
}

/// `GET /logo`: the clinic's, for anybody.
pub async fn logo(State(app): State<App>) -> Result<Response, Error> {
    let id = app.clinic().logo.ok_or(Error::NotFound)?;
    let file = files::find(app.db.read(), id).await?.filter(|file| file.owner_id == owners::FILES);
    serve(&app, &file.ok_or(Error::NotFound)?, "public, max-age=3600").await
}

/// What a browser may do with a file that somebody sent: show it, and nothing else.
const FILE_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

async fn serve(app: &App, file: &File, keeping: &'static str) -> Result<Response, Error> {
    let key = app.vault.key(app.db.read(), file.owner_id).await?;
    let Some(content) = app.files.get(&key, file.id).await? else {
        tracing::error!(file = %file.id, "a file has a row and no content");
        return Err(Error::NotFound);
    };
    let ending = file.media_type.rsplit('/').next().unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, file.media_type.clone()),
        (header::CACHE_CONTROL, keeping.to_owned()),
        (header::CONTENT_SECURITY_POLICY, FILE_POLICY.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.{ending}\"", file.kind)),
    ];
    Ok((headers, content.to_vec()).into_response())
}

/// Draws a page of a profile.
pub(super) fn draw(status: StatusCode, page: &impl Template) -> Result<Response, Error> {
    crate::web::page::draw_with(status, page)
}
