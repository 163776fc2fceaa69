//! Pharmacists and admins: the list, inviting, renaming, keeping out (P5). Doctors' accounts are locked here too.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    bookings,
    doctors::tell_of_slots,
    invitations::{Invited, invite, invited},
    person_rules::{Name, StaffRole},
};
use crate::{
    app::App,
    clinic::{
        accounts::{
            self, AdminAccount, Email, NewAccount, Status, confirm_first, second_factor, sessions,
            staff::{self, Member},
        },
        audit::{self, Act},
        doctors,
    },
    infra::{
        unique::{Unique, violated},
        vault::{Private, VaultError},
    },
    web::{
        Error, FieldErrors, Form, FormState, Id, NoFields, Page, Role, Sentence,
        page::{draw, draw_with, go_with_notice},
        words::TimeWords,
    },
};

const LIST: &str = "/admin/people";

#[derive(Template)]
#[template(path = "clinic/admin/people.html")]
struct ListPage {
    page: Page,
    people: Vec<PersonView>,
}

/// A person as pages show them.
pub(super) struct PersonView {
    id: Uuid,
    role: Role,
    status: Status,
    name: Private,
    email: Private,
    is_invited: bool,
    last_seen: Option<TimeWords>,
    sessions: usize,
}

impl PersonView {
    fn of(member: Member, page: &Page) -> Self {
        let Member { person, last_seen, sessions } = member;
        Self {
            id: person.user,
            role: person.role,
            status: person.status,
            name: person.name,
            email: person.email,
            is_invited: person.awaits_password,
            last_seen: last_seen.map(|at| page.words.day_and_time(at)),
            sessions,
        }
    }

    fn role_key(&self) -> &'static str {
        match self.role {
            Role::Patient => "common-role-patient",
            Role::Doctor => "common-role-doctor",
            Role::Admin => "common-role-admin",
            Role::Pharmacist => "common-role-pharmacist",
        }
    }
}

/// `GET /admin/people`.
pub async fn list(State(app): State<App>, _: AdminAccount, page: Page) -> Result<Response, Error> {
    let people = staff::all(app.db.read(), &app.vault, app.now()).await?;
    let people = people.into_iter().map(|member| PersonView::of(member, &page)).collect();
    draw(&ListPage { page: page.private(), people })
}

#[derive(Template)]
#[template(path = "clinic/admin/person_new.html")]
struct NewPage {
    page: Page,
    form: FormState,
    sends_mail: bool,
}

/// `GET /admin/people/new`.
pub async fn new(State(app): State<App>, _: AdminAccount, page: Page) -> Result<Response, Error> {
    draw(&NewPage { page, form: FormState::default(), sends_mail: app.mail.sends() })
}

/// The one form in which a role is a field; it takes no other than these two.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct NewForm {
    role: String,
    name: String,
    email: String,
}

impl NewForm {
    fn check(&self) -> Result<(Role, Name, Email), FieldErrors> {
        let mut errors = FieldErrors::default();
        let role = errors.take("role", StaffRole::parse(&self.role));
        let name = errors.take("name", Name::parse(&self.name));
        let email = errors.take("email", Email::parse(&self.email));
        match (role, name, email) {
            (Some(role), Some(name), Some(email)) => Ok((role.role(), name, email)),
            _ => Err(errors),
        }
    }
}

/// `POST /admin/people/new`: account, link and letter in one act.
pub async fn create(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    headers: HeaderMap,
    form: Form<NewForm>,
) -> Result<Response, Error> {
    let Form { fields, state, .. } = form;
    let refused = |page: Page, errors: &FieldErrors| {
        let form = state.clone().refused(errors, page.language());
        draw_with(StatusCode::UNPROCESSABLE_ENTITY, &NewPage { page, form, sends_mail: app.mail.sends() })
    };
    let (role, name, email) = match fields.check() {
        Ok(checked) => checked,
        Err(errors) => return refused(page, &errors),
    };
    let name = Private::new(name.as_str());
    let account =
        NewAccount { role, name: name.clone(), email, password_hash: None, lang: page.language(), time_zone: None };
    let (parts, now) = (app.clone(), app.now());
    let created = app.db.write(move |tx| async move {
        let user = accounts::create(&tx, &parts.vault, account, now).await?;
        audit::record(&tx, act(admin.user, "create", user), now).await?;
        Ok::<_, VaultError>((user, invite(&tx, &parts, user, now).await?))
    });
    match created.await {
        Ok((user, invitation)) => {
            invited(&app, page, &headers, invitation, Invited { name, list: LIST, own: page_of(user) })
        }
        Err(VaultError::Database(error)) if violated(&error) == Some(Unique::Email) => {
            refused(page, &FieldErrors::of("email", Sentence::new("admin-email-taken")))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "clinic/admin/person.html")]
struct PersonPage {
    page: Page,
    form: FormState,
    person: PersonView,
    is_self: bool,
    sends_mail: bool,
    /// The page of the doctor whose account it is.
    doctor: Option<Uuid>,
    /// How many consultations are booked with that doctor.
    booked: usize,
    has_second_factor: bool,
}

impl PersonPage {
    async fn of(app: &App, page: Page, admin: Uuid, id: Uuid, form: Option<FormState>) -> Result<Self, Error> {
        let member = staff::member(app.db.read(), &app.vault, id, app.now()).await?.ok_or(Error::NotFound)?;
        let doctor = match member.person.role {
            Role::Doctor => doctors::find_of_user(app.db.read(), id).await?.map(|doctor| doctor.id),
            _ => None,
        };
        let booked = match doctor {
            Some(doctor) => bookings::of(app.db.read(), doctor, app.now()).await?.len(),
            None => 0,
        };
        let form = form.unwrap_or_else(|| FormState::of([("name", member.person.name.reveal())]));
        let person = PersonView::of(member, &page);
        Ok(Self {
            page: page.private(),
            form,
            person,
            is_self: id == admin,
            sends_mail: app.mail.sends(),
            doctor,
            booked,
            has_second_factor: !second_factor::kept(app.db.read(), id).await?.is_empty(),
        })
    }
}

/// `GET /admin/people/{person}`.
pub async fn show(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Id(id): Id,
) -> Result<Response, Error> {
    draw(&PersonPage::of(&app, page, admin.user, id, None).await?)
}

/// Another name.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct NameForm {
    name: String,
}

/// `POST /admin/people/{person}`: another name. A doctor's name is changed with the doctor.
pub async fn rename(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Id(id): Id,
    form: Form<NameForm>,
) -> Result<Response, Error> {
    let name = match Name::parse(&form.fields.name) {
        Ok(name) => name,
        Err(sentence) => {
            let form = form.state.refused(&FieldErrors::of("name", sentence), page.language());
            let drawn = PersonPage::of(&app, page, admin.user, id, Some(form)).await?;
            return draw_with(StatusCode::UNPROCESSABLE_ENTITY, &drawn);
        }
    };
    let (parts, now) = (app.clone(), app.now());
    app.db
        .write(move |tx| async move {
            let row = staff::find_member(&tx, id).await?.filter(|row| row.role != Role::Doctor);
            let row = row.ok_or(Error::NotFound)?;
            accounts::rename(&tx, &parts.vault, row.id, &Private::new(name.as_str()), now).await?;
            audit::record(&tx, act(admin.user, "rename", id), now).await?;
            Ok::<_, Error>(())
        })
        .await?;
    Ok(go_with_notice(&page_of(id), "admin-person-saved"))
}

/// `POST /admin/people/{person}/invite`: another link, as long as no password was chosen.
pub async fn invite_again(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    headers: HeaderMap,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let member = staff::member(app.db.read(), &app.vault, id, app.now()).await?.ok_or(Error::NotFound)?;
    let (parts, now) = (app.clone(), app.now());
    let invitation = app.db.write(move |tx| async move {
        let row = staff::find_member(&tx, id).await?.ok_or(Error::NotFound)?;
        if row.password_hash.is_some() || row.status != Status::Active {
            return Err(Error::Conflict(Sentence::new("admin-has-password")));
        }
        audit::record(&tx, act(admin.user, "invite", id), now).await?;
        Ok(invite(&tx, &parts, id, now).await?)
    });
    let whom = Invited { name: member.person.name, list: LIST, own: page_of(id) };
    invited(&app, page, &headers, invitation.await?, whom)
}

/// `POST /admin/people/{person}/withdraw`: takes an unused invitation back; the address is free again.
pub async fn withdraw(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let now = app.now();
    app.db
        .write(move |tx| async move {
            let row = staff::find_member(&tx, id).await?.filter(|row| row.role != Role::Doctor);
            let row = row.ok_or(Error::NotFound)?;
            if row.password_hash.is_some() {
                return Err(Error::Conflict(Sentence::new("admin-has-password")));
            }
            staff::withdraw(&tx, row, now).await?;
            audit::record(&tx, act(admin.user, "withdraw", id), now).await?;
            Ok(())
        })
        .await?;
    Ok(go_with_notice(LIST, "admin-invitation-withdrawn"))
}

/// `POST /admin/people/{person}/lock`: kept out until further notice; every session ends.
pub async fn lock(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let step = Step { from: &[Status::Active], to: Status::Locked, doctors_too: true };
    set_status(&app, step, act(admin.user, "lock", id)).await?;
    Ok(go_with_notice(&page_of(id), "admin-person-was-locked"))
}

/// `POST /admin/people/{person}/unlock`.
pub async fn unlock(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let step = Step { from: &[Status::Locked], to: Status::Active, doctors_too: true };
    set_status(&app, step, act(admin.user, "unlock", id)).await?;
    Ok(go_with_notice(&page_of(id), "admin-person-was-unlocked"))
}

/// `POST /admin/people/{person}/deactivate`: no longer with the clinic. Doctors are deactivated on their own page.
pub async fn deactivate(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let step = Step { from: &[Status::Active, Status::Locked], to: Status::Deactivated, doctors_too: false };
    set_status(&app, step, act(admin.user, "deactivate", id)).await?;
    Ok(go_with_notice(&page_of(id), "admin-person-was-deactivated"))
}

/// `POST /admin/people/{person}/reactivate`.
pub async fn reactivate(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let step = Step { from: &[Status::Deactivated], to: Status::Active, doctors_too: false };
    set_status(&app, step, act(admin.user, "reactivate", id)).await?;
    Ok(go_with_notice(&page_of(id), "admin-person-was-reactivated"))
}

/// `POST /admin/people/{person}/end-sessions`: they must sign in anew everywhere.
pub async fn end_sessions(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let now = app.now();
    let ended = app.db.write(move |tx| async move {
        staff::find_member(&tx, id).await?.ok_or(Error::NotFound)?;
        audit::record(&tx, act(admin.user, "end-sessions", id), now).await?;
        Ok::<_, Error>(sessions::end_all(&tx, id, now).await?)
    });
    for session in ended.await? {
        sessions::tell_ended(&app, session);
    }
    Ok(go_with_notice(&page_of(id), "admin-person-sessions-ended"))
}

/// `POST /admin/people/{person}/reset-second-factor`: for somebody who has lost telephone and codes. Asks for the
/// admin's own password first, since whoever may do this can weaken another's login.
pub async fn reset_second_factor(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    staff::member(app.db.read(), &app.vault, id, app.now()).await?.ok_or(Error::NotFound)?;
    if id == admin.user {
        return Err(Error::Conflict(Sentence::new("admin-person-factor-self")));
    }
    if let Some(response) = confirm_first(&app, &admin, &page_of(id)).await? {
        return Ok(response);
    }
    if !second_factor::kept(app.db.read(), id).await?.is_empty() {
        second_factor::reset(&app, admin.user, id).await?;
    }
    Ok(go_with_notice(&page_of(id), "admin-person-factor-was-reset"))
}

/// From where to where a person's status goes.
struct Step {
    from: &'static [Status],
    to: Status,
    doctors_too: bool,
}

async fn set_status(app: &App, step: Step, act: Act) -> Result<(), Error> {
    let (person, now) = (act.subject_id, app.now());
    let ended = app.db.write(move |tx| async move {
        // Before the person's own row, so that two admins wait for each other in one order.
        let remains = step.to == Status::Active || staff::admin_remains(&tx, person, act.actor).await?;
        let row = staff::find_member(&tx, person).await?;
        let row = row.filter(|row| step.doctors_too || row.role != Role::Doctor).ok_or(Error::NotFound)?;
        if row.status == step.to {
            return Ok(Vec::new());
        }
        if step.to != Status::Active && person == act.actor {
            return Err(Error::Conflict(Sentence::new("admin-person-self")));
        }
        if row.role == Role::Admin && !remains {
            return Err(Error::Conflict(Sentence::new("admin-person-last")));
        }
        if !step.from.contains(&row.status) {
            return Err(Error::Conflict(Sentence::new("admin-person-changed")));
        }
        audit::record(&tx, act, now).await?;
        Ok(accounts::set_status(&tx, person, step.to, now).await?)
    });
    for session in ended.await? {
        sessions::tell_ended(app, session);
    }
    // Whoever is locked cannot be booked.
    if let Some(doctor) = doctors::find_of_user(app.db.read(), person).await? {
        tell_of_slots(app, doctor.id);
    }
    Ok(())
}

fn page_of(person: Uuid) -> String {
    format!("{LIST}/{person}")
}

const fn act(actor: Uuid, action: &'static str, person: Uuid) -> Act {
    Act { actor, action, subject: "account", subject_id: person, patient: None }
}
