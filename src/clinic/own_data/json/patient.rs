//! A patient: who they are, how they are, and what was done.

use serde_json::{Value, json};

use super::{agent, maybe, moment, photo, status_name};
use crate::clinic::{
    appointments::Kind,
    calls::{self, entity::call_session},
    conversations::{KeptConversation, KeptMessage, MessageType},
    own_data::archive::{Archive, OneAppointment, OnePatient},
    patients::{NikChange, NikChanged, Payer, Relationship},
    prescriptions::{ExportedItem, ExportedPrescription},
};

const NIK_SYSTEM: &str = "https://fhir.kemkes.go.id/id/nik";

pub(super) fn of(archive: &Archive, one: &OnePatient) -> Value {
    let bpjs = match &one.identity.payer {
        Payer::General => None,
        Payer::Bpjs(number) => Some(number.reveal()),
    };
    let others = one.others.iter().map(|other| {
        let name = archive.person(other.user_id).map(|person| person.name.reveal());
        json!({
            "name": name,
            "relationship": relationship(other.relationship),
            "since": other.created_at.rfc3339(),
        })
    });
    json!({
        "relationship": relationship(one.care.relationship),
        "since": one.care.created_at.rfc3339(),
        "consentVersion": one.care.consent_version,
        "companions": others.collect::<Vec<_>>(),
        "patient": identity(archive, one),
        "newborn": one.identity.newborn.as_ref().map(
            |(mother, order)| json!({ "motherNik": mother.reveal(), "birthOrder": order }),
        ),
        "nikContested": one.identity.contested,
        "nikChanges": one.nik_changes.iter().map(|change| nik_change(archive, change)).collect::<Vec<_>>(),
        "health": health(archive, one),
        "coverage": { "type": one.identity.payer.code(), "bpjsNumber": bpjs },
        "encounters": one.appointments.iter().map(|one| encounter(archive, one)).collect::<Vec<_>>(),
        "medicationRequests": one.prescriptions.iter().map(prescription).collect::<Vec<_>>(),
    })
}

const fn relationship(relationship: Relationship) -> &'static str {
    match relationship {
        Relationship::OneSelf => "self",
        Relationship::Child => "child",
        Relationship::Parent => "parent",
        Relationship::Other => "other",
    }
}

fn identity(archive: &Archive, one: &OnePatient) -> Value {
    let identity = &one.identity;
    let niks = identity.nik.iter().map(|nik| json!({ "system": NIK_SYSTEM, "value": nik.reveal() }));
    let phones = identity.phone.iter().map(|phone| json!({ "system": "phone", "value": phone.reveal() }));
    json!({
        "resourceType": "Patient",
        "id": identity.id,
        "identifier": niks.collect::<Vec<_>>(),
        "name": [{ "text": identity.name.reveal() }],
        "gender": identity.gender.code(),
        "birthDate": identity.birth_date.to_string(),
        "birthPlace": identity.birth_place.reveal(),
        "address": [{ "text": identity.address.reveal() }],
        "telecom": phones.collect::<Vec<_>>(),
        "photo": archive.photo(one.kept.photo).map(photo).into_iter().collect::<Vec<_>>(),
        "created": one.kept.created_at.rfc3339(),
        "updated": one.kept.updated_at.rfc3339(),
    })
}

fn nik_change(archive: &Archive, change: &NikChanged) -> Value {
    json!({
        "dateTime": change.at.rfc3339(),
        "agent": agent(archive, change.by),
        "action": match change.kind {
            NikChange::Correct => "correct",
            NikChange::Release => "release",
        },
        "oldNik": maybe(change.old.as_ref()),
        "reason": change.reason.reveal(),
    })
}

fn health(archive: &Archive, one: &OnePatient) -> Value {
    let health = &one.kept.health;
    json!({
        "allergies": maybe(health.allergies.as_ref()),
        "weightKg": maybe(health.weight.as_ref()),
        "medicinesInUse": maybe(health.medicines_in_use.as_ref()),
        "changed": moment(health.changed.map(|(_, at)| at)),
        "changedBy": health.changed.map(|(by, _)| agent(archive, by)),
    })
}

fn encounter(archive: &Archive, one: &OneAppointment) -> Value {
    let row = &one.row;
    json!({
        "id": row.id,
        "type": match row.kind {
            Kind::Consultation => "consultation",
            Kind::Visit => "visit",
        },
        "status": status_name(row.status),
        "participant": { "name": one.doctor, "specialty": one.specialty },
        "clinicDay": row.clinic_day,
        "plannedPeriod": { "start": moment(row.starts_at), "end": moment(row.ends_at) },
        "actualPeriod": { "start": moment(row.opened_at), "end": moment(row.closed_at) },
        "patientCame": moment(row.patient_came_at),
        "doctorCame": moment(row.doctor_came_at),
        "identityConfirmed": moment(row.identity_confirmed_at),
        "created": row.created_at.rfc3339(),
        "updated": row.updated_at.rfc3339(),
        "bookedBy": agent(archive, row.booked_by),
        "cancelledBy": row.cancelled_by.map(|by| agent(archive, by)),
        "reason": maybe(one.complaint.as_ref()),
        "conversation": one.conversation.as_ref().map(conversation),
        "messagesKept": one.messages().is_some(),
        "messages": one.messages().into_iter().flatten().map(message).collect::<Vec<_>>(),
        "calls": one.calls.iter().map(|call| self::call(archive, call)).collect::<Vec<_>>(),
    })
}

fn conversation(conversation: &KeptConversation) -> Value {
    json!({
        "retention": conversation.retention,
        "created": conversation.created_at.rfc3339(),
        "messages": conversation.count,
        "lastMessage": moment(conversation.last_message_at),
        "erased": moment(conversation.erased_at),
    })
}

fn message(message: &KeptMessage) -> Value {
    json!({
        "number": message.seq,
        "sent": message.sent_at.rfc3339(),
        "read": moment(message.read_at),
        "sender": if message.by_patient { "patient" } else { "doctor" },
        "type": match message.kind {
            MessageType::Text => "text",
            MessageType::Image => "image",
            MessageType::File => "file",
            MessageType::VoiceCall => "voice_call",
            MessageType::VideoCall => "video_call",
        },
        "text": message.text.reveal(),
        "call": message.metadata.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok()),
    })
}

fn call(archive: &Archive, call: &call_session::Model) -> Value {
    json!({
        "type": calls::kind_name(call.r#type),
        "status": calls::status_name(call.status),
        "caller": agent(archive, call.caller_id),
        "created": call.created_at.rfc3339(),
        "reached": moment(call.reached_at),
        "start": moment(call.started_at),
        "end": moment(call.ended_at),
        "durationSeconds": call.duration_seconds,
    })
}

fn prescription(one: &ExportedPrescription) -> Value {
    let person = &one.person;
    let [clinic, address, city, phone] = &one.letterhead;
    json!({
        "id": one.id,
        "encounter": one.appointment,
        "identifier": one.number,
        "version": one.version,
        "replaces": one.replaces,
        "status": one.status,
        "authoredOn": moment(one.issued_at),
        "date": one.date,
        "created": one.created_at.rfc3339(),
        "updated": one.updated_at.rfc3339(),
        "clinic": { "name": clinic, "address": address, "city": city, "phone": phone },
        "requester": { "name": one.doctor, "specialty": one.specialty, "sip": one.sip },
        "subject": {
            "name": person.name.reveal(),
            "birthPlace": person.birth_place.reveal(),
            "birthDate": person.birth_date.reveal(),
            "gender": person.gender.reveal(),
            "address": person.address.reveal(),
            "payer": person.payer.reveal(),
        },
        "reason": one.diagnosis.reveal(),
        "note": maybe(one.notes.as_ref()),
        "items": one.items.iter().map(item).collect::<Vec<_>>(),
    })
}

fn item(item: &ExportedItem) -> Value {
    json!({
        "medicationId": item.product,
        "medication": item.medicine,
        "dosage": item.dosage.reveal(),
        "quantity": item.quantity,
        "durationDays": item.duration_days,
        "patientInstruction": item.instructions.reveal(),
    })
}
