//! `data.json` of a copy of one's data, in the words of FHIR R4 where it has them. Its shape is promised by
//! `docs/export.md`; times are RFC 3339 in UTC.

use serde_json::{Value, json};

use super::{
    FORMAT_VERSION,
    archive::{Archive, OneAppointment, OnePatient},
};
use crate::{
    clinic::{
        appointments::{Kind, Status},
        calls::{self, entity::call_session},
        conversations::{KeptMessage, MessageType},
        patients::{Payer, Relationship},
        prescriptions::{ExportedItem, ExportedPrescription},
    },
    infra::{clock::Instant, vault::Private},
};

const NIK_SYSTEM: &str = "https://fhir.kemkes.go.id/id/nik";

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
            "patient": maybe(line.patient.as_ref()),
            "text": line.what,
        })
    });
    let notifications = archive
        .notifications
        .iter()
        .map(|note| json!({ "sent": note.at.iso, "text": note.sentence, "read": !note.unread }));
    json!({
        "format": "praktik-export",
        "formatVersion": FORMAT_VERSION,
        "taken": archive.taken_at.rfc3339(),
        "clinic": { "name": archive.clinic.name, "address": archive.clinic.address, "phone": archive.clinic.phone },
        "account": {
            "name": archive.account.name.reveal(),
            "email": archive.account.email.reveal(),
            "language": archive.account.lang.code(),
            "timeZone": archive.account.time_zone,
            "created": archive.account.created_at.rfc3339(),
        },
        "consents": consents.collect::<Vec<_>>(),
        "patients": archive.patients.iter().map(patient).collect::<Vec<_>>(),
        "notifications": notifications.collect::<Vec<_>>(),
        "auditEvents": log.collect::<Vec<_>>(),
    })
}

fn patient(one: &OnePatient) -> Value {
    let identity = &one.identity;
    let bpjs = match &identity.payer {
        Payer::General => Value::Null,
        Payer::Bpjs(number) => number.reveal().into(),
    };
    json!({
        "relationship": match one.relationship {
            Relationship::OneSelf => "self",
            Relationship::Child => "child",
            Relationship::Parent => "parent",
            Relationship::Other => "other",
        },
        "patient": {
            "resourceType": "Patient",
            "id": identity.id,
            "identifier": identity.nik.iter().map(|nik| json!({ "system": NIK_SYSTEM, "value": nik.reveal() })).collect::<Vec<_>>(),
            "name": [{ "text": identity.name.reveal() }],
            "gender": identity.gender.code(),
            "birthDate": identity.birth_date.to_string(),
            "birthPlace": identity.birth_place.reveal(),
            "address": [{ "text": identity.address.reveal() }],
            "telecom": identity.phone.iter().map(|phone| json!({ "system": "phone", "value": phone.reveal() })).collect::<Vec<_>>(),
        },
        "coverage": { "type": identity.payer.code(), "bpjsNumber": bpjs },
        "encounters": one.appointments.iter().map(encounter).collect::<Vec<_>>(),
        "medicationRequests": one.prescriptions.iter().map(prescription).collect::<Vec<_>>(),
    })
}

fn encounter(one: &OneAppointment) -> Value {
    let row = &one.row;
    json!({
        "id": row.id,
        "type": match row.kind {
            Kind::Consultation => "consultation",
            Kind::Visit => "visit",
        },
        "status": status_name(row.status),
        "participant": { "name": one.doctor, "specialty": one.specialty },
        "plannedPeriod": { "start": moment(row.starts_at), "end": moment(row.ends_at) },
        "actualPeriod": { "start": moment(row.opened_at), "end": moment(row.closed_at) },
        "patientCame": moment(row.patient_came_at),
        "doctorCame": moment(row.doctor_came_at),
        "reason": maybe(one.complaint.as_ref()),
        "messagesKept": one.messages.is_some(),
        "messages": one.messages.iter().flatten().map(message).collect::<Vec<_>>(),
        "calls": one.calls.iter().map(call).collect::<Vec<_>>(),
    })
}

fn message(message: &KeptMessage) -> Value {
    json!({
        "number": message.seq,
        "sent": message.sent_at.rfc3339(),
        "sender": if message.by_patient { "patient" } else { "doctor" },
        "type": match message.kind {
            MessageType::Text => "text",
            MessageType::Image => "image",
            MessageType::File => "file",
            MessageType::VoiceCall => "voice_call",
            MessageType::VideoCall => "video_call",
        },
        "text": message.text.reveal(),
    })
}

fn call(call: &call_session::Model) -> Value {
    json!({
        "type": calls::kind_name(call.r#type),
        "status": calls::status_name(call.status),
        "created": call.created_at.rfc3339(),
        "start": moment(call.started_at),
        "end": moment(call.ended_at),
        "durationSeconds": call.duration_seconds,
    })
}

fn prescription(one: &ExportedPrescription) -> Value {
    json!({
        "identifier": one.number,
        "version": one.version,
        "status": one.status,
        "authoredOn": moment(one.issued_at),
        "requester": { "name": one.doctor, "sip": one.sip },
        "reason": one.diagnosis.reveal(),
        "note": maybe(one.notes.as_ref()),
        "items": one.items.iter().map(item).collect::<Vec<_>>(),
    })
}

fn item(item: &ExportedItem) -> Value {
    json!({
        "medication": item.medicine,
        "dosage": item.dosage.reveal(),
        "quantity": item.quantity,
        "durationDays": item.duration_days,
        "patientInstruction": item.instructions.reveal(),
    })
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
