//! The account: who holds it, how they log in, and from where.

use serde_json::{Value, json};

use super::{maybe, moment, photo};
use crate::clinic::{
    accounts::{KeptLink, KeptSession, second_factor::KeptFactors},
    own_data::archive::Archive,
};

pub(super) fn of(archive: &Archive) -> Value {
    let account = &archive.account;
    json!({
        "id": archive.holder,
        "name": account.name.reveal(),
        "email": account.email.reveal(),
        "emailConfirmed": moment(account.email_confirmed_at),
        "phone": maybe(account.phone.as_ref()),
        "address": maybe(account.address.as_ref()),
        "role": account.role,
        "status": account.status,
        "language": account.language,
        "timeZone": account.time_zone,
        "photo": archive.photo(account.photo).map(photo),
        "created": account.created_at.rfc3339(),
        "updated": account.updated_at.rfc3339(),
        "hasPassword": account.has_password,
        "secondFactors": factors(&account.factors),
        "sessions": account.sessions.iter().map(session).collect::<Vec<_>>(),
        "knownBrowsers": account.known_browsers.iter().map(|since| json!({ "since": since.rfc3339() })).collect::<Vec<_>>(),
        "oneTimeLinks": account.links.iter().map(link).collect::<Vec<_>>(),
    })
}

fn factors(factors: &KeptFactors) -> Value {
    let app = factors
        .app
        .as_ref()
        .map(|app| json!({ "created": app.created_at.rfc3339(), "lastUsed": moment(app.last_used_at) }));
    let passkeys = factors.passkeys.iter().map(|passkey| {
        json!({
            "name": passkey.name.reveal(),
            "created": passkey.created_at.rfc3339(),
            "lastUsed": moment(passkey.last_used_at),
            "uses": passkey.counter,
        })
    });
    let codes =
        factors.codes.iter().map(|code| json!({ "created": code.created_at.rfc3339(), "used": moment(code.used_at) }));
    json!({
        "app": app,
        "passkeys": passkeys.collect::<Vec<_>>(),
        "recoveryCodes": codes.collect::<Vec<_>>(),
    })
}

fn session(session: &KeptSession) -> Value {
    json!({
        "browser": session.user_agent.reveal(),
        "address": session.address.reveal(),
        "level": session.level,
        "created": session.created_at.rfc3339(),
        "lastUsed": session.last_used_at.rfc3339(),
        "expires": session.expires_at.rfc3339(),
        "confirmed": moment(session.confirmed_at),
    })
}

fn link(link: &KeptLink) -> Value {
    json!({
        "purpose": if link.address.is_some() { "confirm-email" } else { "set-password" },
        "email": maybe(link.address.as_ref()),
        "created": link.created_at.rfc3339(),
        "expires": link.expires_at.rfc3339(),
        "used": moment(link.used_at),
    })
}
