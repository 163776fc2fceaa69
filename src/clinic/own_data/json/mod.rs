//! `data.json` of a copy of one's data, in the words of FHIR R4 where it has them. Its shape is promised by
//! `docs/export.md`; times are RFC 3339 in UTC.

mod account;
mod patient;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    FORMAT_VERSION,
    archive::{Archive, Photo},
};
use crate::{
    clinic::appointments::Status,
    infra::{clock::Instant, vault::Private},
};

/// The whole of it.
pub(super) fn of(archive: &Archive) -> Value {
    let consents = archive.consents.iter().map(
        |given| json!({ "version": given.version, "language": given.language, "dateTime": given.given_at.rfc3339() }),
    );
    let log = archive.log.iter().map(|line| {
        let who = if line.own { archive.account.name.reveal() } else { line.who.reveal() };
        json!({
            "recorded": line.at.iso,
            "agent": { "name": who, "role": line.role, "self": line.own },
            "action": line.act.0,
            "entity": line.act.1,
            "entityId": line.subject,
            "patient": maybe(line.patient.as_ref()),
            "text": line.what,
        })
    });
    let notifications = archive
        .notifications
        .iter()
        .map(|note| json!({ "sent": note.at.iso, "text": note.sentence, "path": note.href, "read": !note.unread }));
    json!({
        "format": "praktik-export",
        "formatVersion": FORMAT_VERSION,
        "taken": archive.taken_at.rfc3339(),
        "clinic": { "name": archive.clinic.name, "address": archive.clinic.address, "phone": archive.clinic.phone },
        "account": account::of(archive),
        "consents": consents.collect::<Vec<_>>(),
        "patients": archive.patients.iter().map(|one| patient::of(archive, one)).collect::<Vec<_>>(),
        "notifications": notifications.collect::<Vec<_>>(),
        "auditEvents": log.collect::<Vec<_>>(),
    })
}

/// A FHIR `Attachment`, whose address is its name in the archive.
fn photo(photo: &Photo) -> Value {
    json!({
        "contentType": photo.file.media_type,
        "url": photo.name(),
        "size": photo.file.bytes,
        "creation": photo.file.created_at.rfc3339(),
    })
}

/// Somebody who did something.
fn agent(archive: &Archive, account: Uuid) -> Value {
    let name = archive.person(account).map(|person| person.name.reveal());
    json!({ "name": name, "self": account == archive.holder })
}

fn maybe(text: Option<&Private>) -> Option<&str> {
    text.map(Private::reveal)
}

fn moment(at: Option<Instant>) -> Option<String> {
    at.map(Instant::rfc3339)
}

/// The word of an appointment's status, in data and in keys of sentences.
pub(super) const fn status_name(status: Status) -> &'static str {
    match status {
        Status::Requested => "requested",
        Status::Proposed => "proposed",
        Status::Confirmed => "confirmed",
        Status::Ongoing => "ongoing",
        Status::Completed => "completed",
        Status::NoShow => "no-show",
        Status::Declined => "declined",
        Status::Cancelled => "cancelled",
    }
}
