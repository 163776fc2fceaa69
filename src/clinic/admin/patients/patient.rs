//! The page of one patient: who they are, who looks after them, when they are expected.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use uuid::Uuid;

use super::{record_view, status_key};
use crate::{
    app::App,
    clinic::{
        accounts::{self, AdminAccount, Status},
        appointments, doctors,
        patients::{self, Identity, NikChange, Payer, Relationship},
    },
    infra::vault::Private,
    web::{Error, FormState, Id, Page, page::draw_with, words::TimeWords},
};

/// What an account may do about the patient, as the front desk sees it.
pub(super) struct Guardian {
    user: Uuid,
    name: Private,
    email: Private,
    relationship: &'static str,
    status: &'static str,
    is_own: bool,
}

/// A consultation to come: with whom and when, not why.
struct Expected {
    id: Uuid,
    doctor: String,
    at: TimeWords,
    can_cancel: bool,
}

struct Change {
    at: TimeWords,
    what: &'static str,
    reason: Private,
}

#[derive(Template)]
#[template(path = "clinic/admin/patient.html")]
pub(super) struct PatientPage {
    pub(super) page: Page,
    id: Uuid,
    pub(super) identity: Identity,
    born: String,
    guardians: Vec<Guardian>,
    expected: Vec<Expected>,
    changes: Vec<Change>,
    can_lock: bool,
    can_unlock: bool,
    /// What each of the page's forms is drawn from.
    pub(super) form: FormState,
    pub(super) nik_form: FormState,
    pub(super) care_form: FormState,
    /// Who holds the number that was refused.
    pub(super) holder: Option<Uuid>,
}

impl PatientPage {
    /// The page of `id` for the account `admin`, which is written down first.
    pub(super) async fn of(app: &App, page: Page, admin: Uuid, id: Uuid) -> Result<Self, Error> {
        if !patients::exists(app.db.read(), id).await? {
            return Err(Error::NotFound);
        }
        record_view(app, admin, id).await?;
        let identity = patients::identity_of(app.db.read(), &app.vault, id).await?;
        let care = patients::guardians_of(app.db.read(), id).await?;
        let users = care.iter().map(|care| care.user_id).collect();
        let mut holders = accounts::people_of(app.db.read(), &app.vault, users).await?;
        let own = care.iter().find(|care| care.relationship == Relationship::OneSelf);
        let own = own.and_then(|own| holders.get(&own.user_id)).map(|holder| holder.status);
        let guardians = care.iter().filter_map(|care| {
            let holder = holders.remove(&care.user_id)?;
            Some(Guardian {
                user: holder.user,
                name: holder.name,
                email: holder.email,
                relationship: relationship_key(care.relationship),
                status: status_key(holder.status, holder.awaits_password),
                is_own: care.relationship == Relationship::OneSelf,
            })
        });
        Ok(Self {
            id,
            born: page.words.plain_day(identity.birth_date),
            guardians: guardians.collect(),
            expected: expected(app, &page, id).await?,
            changes: changes(app, &page, id).await?,
            can_lock: own == Some(Status::Active),
            can_unlock: own == Some(Status::Locked),
            form: state_of(&identity),
            nik_form: FormState::default(),
            care_form: FormState::default(),
            holder: None,
            identity,
            page: page.private(),
        })
    }

    /// Draws the page again after a form was refused.
    pub(super) fn refused(&self) -> Result<Response, Error> {
        draw_with(StatusCode::UNPROCESSABLE_ENTITY, self)
    }

    fn has_own(&self) -> bool {
        self.guardians.iter().any(|guardian| guardian.is_own)
    }
}

/// `GET /admin/patients/{patient}`.
pub async fn show(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Id(id): Id,
) -> Result<Response, Error> {
    draw_with(StatusCode::OK, &PatientPage::of(&app, page, admin.user, id).await?)
}

async fn expected(app: &App, page: &Page, patient: Uuid) -> Result<Vec<Expected>, Error> {
    let rows = appointments::upcoming_of_patient(app.db.read(), &[patient]).await?;
    let doctors = doctors::find_many(app.db.read(), rows.iter().map(|row| row.doctor_id).collect()).await?;
    let now = app.now();
    let line = |row: &appointments::appointment::Model| {
        let starts_at = row.starts_at?;
        Some(Expected {
            id: row.id,
            doctor: doctors.get(&row.doctor_id)?.name.clone(),
            at: page.words.day_and_time(starts_at),
            can_cancel: row.status == appointments::Status::Confirmed && starts_at > now,
        })
    };
    Ok(rows.iter().filter_map(line).collect())
}

async fn changes(app: &App, page: &Page, patient: Uuid) -> Result<Vec<Change>, Error> {
    let rows = patients::nik_changes(app.db.read(), &app.vault, patient).await?;
    let change = |row: patients::NikChanged| Change {
        at: page.words.day_and_time(row.at),
        what: match row.kind {
            NikChange::Correct => "desk-nik-was-corrected",
            NikChange::Release => "desk-nik-was-released",
        },
        reason: row.reason,
    };
    Ok(rows.into_iter().map(change).collect())
}

const fn relationship_key(relationship: Relationship) -> &'static str {
    match relationship {
        Relationship::OneSelf => "desk-care-one-self",
        Relationship::Child => "desk-care-child",
        Relationship::Parent => "desk-care-parent",
        Relationship::Other => "desk-care-other",
    }
}

/// The form of an identity as the database has it.
fn state_of(identity: &Identity) -> FormState {
    let bpjs_number = match &identity.payer {
        Payer::General => "",
        Payer::Bpjs(number) => number.reveal(),
    };
    FormState::of([
        ("name", identity.name.reveal()),
        ("birth_place", identity.birth_place.reveal()),
        ("birth_date", &identity.birth_date.strftime("%d-%m-%Y").to_string()),
        ("gender", identity.gender.code()),
        ("address", identity.address.reveal()),
        ("phone", identity.phone.as_ref().map_or("", Private::reveal)),
        ("payer", identity.payer.code()),
        ("bpjs_number", bpjs_number),
    ])
}
