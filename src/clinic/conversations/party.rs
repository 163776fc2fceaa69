//! One of the two people of a conversation: the only way to reach it or anything in it (M5).

use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{
    rules::{Access, RoomState, access, may_call_about_visit, retention_of, room_state},
    store,
};
use crate::{
    app::App,
    clinic::{
        accounts::SignedIn,
        appointments::{self, Kind, Side, appointment},
        doctors::{self, entity::doctor},
        patients,
        profile::Retention,
    },
    infra::{
        clock::Instant,
        vault::{DataKey, Private},
    },
    web::{Error, Role, Sentence},
};

/// Somebody in their conversation.
#[derive(Clone)]
pub struct Party {
    /// The account that asks.
    pub user: Uuid,
    /// Which side it is.
    pub side: Side,
    /// The conversation's appointment, whose id the conversation has.
    pub appointment: appointment::Model,
    /// Its doctor.
    pub doctor: doctor::Model,
}

impl Party {
    /// The conversation `id` as `signed_in` may see it; not found for everybody but its two people.
    pub async fn find(app: &App, signed_in: &SignedIn, id: Uuid) -> Result<Self, Error> {
        let connection = app.db.read();
        let appointment = appointments::find(connection, id).await?.ok_or(Error::NotFound)?;
        let doctor = doctors::find(connection, appointment.doctor_id).await?.ok_or(Error::NotFound)?;
        let side = match signed_in.role {
            Role::Patient if patients::looks_after(connection, signed_in.user, appointment.patient_id).await? => {
                Side::Patient
            }
            Role::Doctor if doctor.user_id == signed_in.user => Side::Doctor,
            _ => return Err(Error::NotFound),
        };
        Ok(Self { user: signed_in.user, side, appointment, doctor })
    }

    /// The conversation's id.
    pub fn conversation(&self) -> Uuid {
        self.appointment.id
    }

    /// The state of its room at `now`.
    pub fn room(&self, now: Instant) -> RoomState {
        room_state(&self.appointment, now)
    }

    /// What it may do at `now`.
    pub fn access(&self, now: Instant) -> Access {
        access(&self.appointment, now)
    }

    /// To write and to call: refuses unless the room is open, 425 before, 410 after.
    pub fn enter(&self, now: Instant) -> Result<(), Error> {
        match self.access(now) {
            Access::Early => Err(Error::TooEarly),
            Access::Whole => Ok(()),
            Access::ReadOnly | Access::Gone => Err(self.over()),
        }
    }

    /// Why nothing can be written any more: what was is kept, or erased.
    pub fn over(&self) -> Error {
        match retention_of(&self.appointment) {
            Retention::Kept => Error::Closed,
            Retention::Ephemeral => Error::Gone,
        }
    }

    /// To read: refuses what cannot be read yet, 425, or no longer, 410.
    pub fn look(&self, now: Instant) -> Result<(), Error> {
        match self.access(now) {
            Access::Whole | Access::ReadOnly => Ok(()),
            Access::Early | Access::Gone => self.enter(now),
        }
    }

    /// When this side first came to the open room.
    pub fn came_at(&self) -> Option<Instant> {
        match self.side {
            Side::Patient => self.appointment.patient_came_at,
            Side::Doctor => self.appointment.doctor_came_at,
        }
    }

    /// The key of its messages: of those that are erased it is the room's own, gone once that is closed (or before it is
    /// open); those that are kept are part of the record and sealed as the patient's other data are.
    pub async fn key(&self, app: &App) -> Result<Option<DataKey>, Error> {
        match retention_of(&self.appointment) {
            Retention::Ephemeral => Ok(app.room_keys.find(self.conversation()).await?),
            Retention::Kept => Ok(Some(app.vault.key(app.db.read(), self.appointment.patient_id).await?)),
        }
    }

    /// Refuses a call outside its hours (V3), beside what [`Party::enter`] refuses.
    pub fn may_call(&self, app: &App) -> Result<(), Error> {
        let now = app.now();
        self.enter(now)?;
        match (self.appointment.kind, self.appointment.starts_at) {
            (Kind::Visit, Some(starts)) if !may_call_about_visit(self.side, starts, now, &app.clinic().zone) => {
                Err(Error::Conflict(Sentence::new("calls-problem-hours")))
            }
            _ => Ok(()),
        }
    }

    /// The accounts on the other side: the doctor's, or all that look after the patient now.
    pub async fn other_users(&self, connection: &impl ConnectionTrait) -> Result<Vec<Uuid>, DbErr> {
        match self.side {
            Side::Patient => Ok(vec![self.doctor.user_id]),
            Side::Doctor => patients::accounts_of(connection, self.appointment.patient_id).await,
        }
    }

    /// Whether an account wrote for this side: an account that looks after the patient no more did so, too.
    pub fn wrote(&self, sender: Uuid) -> bool {
        (sender == self.doctor.user_id) == (self.side == Side::Doctor)
    }

    /// The other side's name, as this side sees it.
    pub async fn other_name(&self, app: &App) -> Result<Private, Error> {
        match self.side {
            Side::Patient => Ok(Private::new(self.doctor.name.clone())),
            Side::Doctor => Ok(patients::name_of(app.db.read(), &app.vault, self.appointment.patient_id).await?),
        }
    }

    /// The same key, to write or read with now. While an opening is being written it says that it is too early; once
    /// the key is destroyed, that all is gone; of what is kept and was never begun, that it is not there.
    pub async fn open_key(&self, app: &App) -> Result<DataKey, Error> {
        let kept = retention_of(&self.appointment) == Retention::Kept;
        if kept && !store::exists(app.db.read(), self.conversation()).await? {
            let opening = self.appointment.kind == Kind::Consultation && self.access(app.now()) == Access::Whole;
            return Err(if opening { Error::TooEarly } else { Error::NotFound });
        }
        if let Some(key) = self.key(app).await? {
            return Ok(key);
        }
        let erased = store::is_over(app.db.read(), self.conversation()).await?;
        Err(if erased { Error::Gone } else { Error::TooEarly })
    }

    /// Where this side reads the conversation: a consultation's is on its consultation's page.
    pub fn page_path(&self) -> String {
        page_path(&self.appointment, self.side)
    }

    /// The conversation's own page on this side.
    pub fn messages_path(&self) -> String {
        match self.side {
            Side::Patient => format!("/messages/{}", self.appointment.id),
            Side::Doctor => format!("/doctor/messages/{}", self.appointment.id),
        }
    }
}

/// Where `side` reads the conversation of `appointment`.
pub fn page_path(appointment: &appointment::Model, side: Side) -> String {
    let base = match side {
        Side::Patient => "",
        Side::Doctor => "/doctor",
    };
    let pages = match appointment.kind {
        Kind::Consultation => "consultations",
        Kind::Visit => "messages",
    };
    format!("{base}/{pages}/{}", appointment.id)
}
