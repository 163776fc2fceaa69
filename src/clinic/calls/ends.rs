//! The two ends of a call: who is there, on which of their pages, and where that page is heard.

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::entity::{Status, call_session};
use crate::{
    clinic::{
        appointments::{self, Side, appointment},
        doctors::{self, entity::doctor},
        notifications, patients,
    },
    web::Error,
};

/// What somebody is in a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    Caller,
    Receiver,
}

impl Role {
    /// As pages hear it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Receiver => "receiver",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Caller => Self::Receiver,
            Self::Receiver => Self::Caller,
        }
    }
}

/// The name that one open page gave itself, drawn by chance and kept by that tab alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device(String);

const LONGEST_DEVICE: usize = 64;

impl Device {
    /// What a page calls itself; nothing from one that gives no name.
    pub(super) fn read(text: &str) -> Result<Option<Self>, Error> {
        let known = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
        match text {
            "" => Ok(None),
            _ if text.len() <= LONGEST_DEVICE && text.bytes().all(known) => Ok(Some(Self(text.to_owned()))),
            _ => Err(Error::UnreadableForm),
        }
    }
}

impl From<Device> for String {
    fn from(device: Device) -> Self {
        device.0
    }
}

/// Whom a call is for: its doctor, or every account that looks after the patient now. It rings for all of them; the
/// first to answer is its receiver, and the others hear that it is over for them.
pub(super) async fn receivers(
    connection: &impl ConnectionTrait,
    call: &call_session::Model,
) -> Result<Vec<Uuid>, Error> {
    let (appointment, doctor) = subject(connection, call).await?;
    accounts_on(connection, called_side(call, &doctor), &appointment, &doctor).await
}

pub(super) async fn accounts_on(
    connection: &impl ConnectionTrait,
    side: Side,
    appointment: &appointment::Model,
    doctor: &doctor::Model,
) -> Result<Vec<Uuid>, Error> {
    match side {
        Side::Patient => Ok(patients::accounts_of(connection, appointment.patient_id).await?),
        Side::Doctor => Ok(vec![doctor.user_id]),
    }
}

/// What a call is about: its appointment, and the doctor of that.
pub(super) async fn subject(
    connection: &impl ConnectionTrait,
    call: &call_session::Model,
) -> Result<(appointment::Model, doctor::Model), Error> {
    let appointment = appointments::find(connection, call.conversation_id).await?.ok_or(Error::NotFound)?;
    let doctor = doctors::find(connection, appointment.doctor_id).await?.ok_or(Error::NotFound)?;
    Ok((appointment, doctor))
}

pub(super) fn called_side(call: &call_session::Model, doctor: &doctor::Model) -> Side {
    if call.caller_id == doctor.user_id { Side::Patient } else { Side::Doctor }
}

/// What `user` is in a call; nothing for who is not in it, as those are who were called and did not answer first, and
/// those who look after the patient no longer.
pub(super) async fn role(
    connection: &impl ConnectionTrait,
    call: &call_session::Model,
    user: Uuid,
) -> Result<Option<Role>, Error> {
    match joined_as(call, user) {
        Some(role) => Ok(may_stay(connection, call, user).await?.then_some(role)),
        None if call.status == Status::Calling && receivers(connection, call).await?.contains(&user) => {
            Ok(Some(Role::Receiver))
        }
        None => Ok(None),
    }
}

/// What `user` is in a call that they made or answered, whether or not they may be in it still.
pub(super) fn joined_as(call: &call_session::Model, user: Uuid) -> Option<Role> {
    match user {
        _ if user == call.caller_id => Some(Role::Caller),
        _ if user == call.receiver_id && call.status != Status::Calling => Some(Role::Receiver),
        _ => None,
    }
}

/// Whether `user` is the call's doctor, or looks after its patient now.
pub(super) async fn may_stay(
    connection: &impl ConnectionTrait,
    call: &call_session::Model,
    user: Uuid,
) -> Result<bool, Error> {
    let (appointment, doctor) = subject(connection, call).await?;
    Ok(doctor.user_id == user || patients::looks_after(connection, user, appointment.patient_id).await?)
}

/// The page that the call belongs to at one end, if that page gave a name.
pub(super) fn page_at(call: &call_session::Model, role: Role) -> Option<&str> {
    match role {
        Role::Caller => call.caller_page.as_deref(),
        Role::Receiver => call.receiver_page.as_deref(),
    }
}

/// Where the page at one end is heard, and alone listens; where no page has claimed the call, all of that account's.
pub(super) fn topic_at(call: &call_session::Model, role: Role) -> String {
    let user = match role {
        Role::Caller => call.caller_id,
        Role::Receiver => call.receiver_id,
    };
    match page_at(call, role) {
        Some(page) => format!("call:{}:{}:{page}", call.id, role.name()),
        None => notifications::topic(user),
    }
}

/// Where whoever is opposite of `role` is heard.
pub(super) fn topic_opposite(call: &call_session::Model, role: Role) -> String {
    topic_at(call, role.other())
}
