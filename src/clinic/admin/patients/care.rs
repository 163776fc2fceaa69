//! Which accounts look after a patient: put together by the front desk once it has seen both people's papers (P8).

use axum::{extract::State, response::Response};
use sea_orm::DbErr;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    act, page_of,
    patient::PatientPage,
    register::{self, Opened},
};
use crate::{
    app::App,
    clinic::{
        accounts::{self, AdminAccount, Email},
        audit,
        notifications::{self, Kind},
        patients::{self, Relationship, forms::relationship},
    },
    infra::{
        clock::Instant,
        db::Tx,
        unique::{Unique, violated},
        vault::VaultError,
    },
    web::{Error, FieldErrors, Form, Id, Page, Role, Sentence, page::go_with_notice},
};

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct CareForm {
    email: String,
    relationship: String,
}

/// What the form asks for.
enum Wanted {
    /// An account that is there looks after the patient from now on.
    Guardian(Uuid, Relationship),
    /// The patient gets an account of their own.
    OwnAccount(Email),
}

/// `POST /admin/patients/{patient}/care`.
pub async fn link(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Id(id): Id,
    form: Form<CareForm>,
) -> Result<Response, Error> {
    let mut drawn = PatientPage::of(&app, page, admin.user, id).await?;
    let errors = match wanted(&app, id, &form.fields).await? {
        Ok(Wanted::Guardian(user, relationship)) => {
            if look_after(&app, admin.user, user, id, relationship).await? {
                return Ok(go_with_notice(&page_of(id), "desk-care-linked"));
            }
            FieldErrors::of("email", Sentence::new("desk-care-there"))
        }
        Ok(Wanted::OwnAccount(email)) => match register::open_account(&app, admin.user, id, email).await? {
            Opened::Account(token) => return register::draw_link(&app, drawn.page, id, &token).await,
            Opened::EmailTaken => FieldErrors::of("email", Sentence::new("desk-email-taken")),
            Opened::HasOwn => FieldErrors::of("relationship", Sentence::new("desk-care-has-own")),
        },
        Err(errors) => errors,
    };
    drawn.care_form = form.state.refused(&errors, drawn.page.language());
    drawn.refused()
}

async fn wanted(app: &App, patient: Uuid, form: &CareForm) -> Result<Result<Wanted, FieldErrors>, Error> {
    let mut errors = FieldErrors::default();
    let email = errors.take("email", Email::parse(&form.email));
    let own = form.relationship == "one_self";
    let stands = if own { None } else { errors.take("relationship", relationship(&form.relationship)) };
    let Some(email) = email else { return Ok(Err(errors)) };
    let refused = |key| Ok(Err(FieldErrors::of("email", Sentence::new(key))));
    let account = accounts::find_by_email(app.db.read(), &app.vault, &email).await?;
    match (stands, account) {
        (Some(relationship), Some(account)) if account.role == Role::Patient => {
            Ok(Ok(Wanted::Guardian(account.id, relationship)))
        }
        (Some(_), Some(_)) => refused("desk-care-no-patient"),
        (Some(_), None) => refused("desk-care-no-account"),
        (None, _) if !own => Ok(Err(errors)),
        (None, Some(_)) => refused("desk-email-taken"),
        (None, None) => {
            let care = patients::guardians_of(app.db.read(), patient).await?;
            if care.iter().any(|care| care.relationship == Relationship::OneSelf) {
                return Ok(Err(FieldErrors::of("relationship", Sentence::new("desk-care-has-own"))));
            }
            Ok(Ok(Wanted::OwnAccount(email)))
        }
    }
}

/// Links the account; says whether it did not look after the patient before.
async fn look_after(
    app: &App,
    admin: Uuid,
    user: Uuid,
    patient: Uuid,
    relationship: Relationship,
) -> Result<bool, Error> {
    let now = app.now();
    let linked = app.db.write(move |tx| async move {
        patients::look_after(&tx, user, patient, relationship, None, now).await?;
        audit::record(&tx, act(admin, "link-care", patient), now).await?;
        add_notices(&tx, patient, None, now).await
    });
    match linked.await {
        Ok(told) => {
            tell(app, told);
            Ok(true)
        }
        Err(error) if violated(&error) == Some(Unique::Care) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Everybody who looks after the patient learns that it changed who does; so does `also`.
pub(super) async fn add_notices(
    tx: &Tx,
    patient: Uuid,
    also: Option<Uuid>,
    now: Instant,
) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    let mut told = Vec::new();
    for user in patients::accounts_of(tx, patient).await?.into_iter().chain(also) {
        let path = "/profile/patients".to_owned();
        told.push((user, notifications::add(tx, user, Kind::CareChanged, patient, path, now).await?));
    }
    Ok(told)
}

/// Tells them, after the commit.
pub(super) fn tell(app: &App, told: Vec<(Uuid, Uuid)>) {
    for (user, notification) in told {
        notifications::tell(app, user, notification);
    }
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct UnlinkForm {
    account: String,
}

/// `POST /admin/patients/{patient}/care/end`: an account no longer looks after the patient, whose record stays. Nobody
/// is taken from their own account.
pub async fn unlink(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    form: Form<UnlinkForm>,
) -> Result<Response, Error> {
    let user: Uuid = form.fields.account.parse().map_err(|_| Error::NotFound)?;
    let now = app.now();
    let ended = app.db.write(move |tx| async move {
        if !patients::end_care(&tx, user, id).await? {
            return Err(VaultError::NoKey(id));
        }
        audit::record(&tx, act(admin.user, "unlink-care", id), now).await?;
        Ok(add_notices(&tx, id, Some(user), now).await?)
    });
    match ended.await {
        Ok(told) => {
            patients::tell_care_ended(&app, user, id);
            tell(&app, told);
        }
        Err(VaultError::NoKey(_)) => return Err(Error::NotFound),
        Err(error) => return Err(error.into()),
    }
    Ok(go_with_notice(&page_of(id), "desk-care-ended"))
}
