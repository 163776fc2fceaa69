//! Passkeys (WebAuthn): asking a browser to make one or to sign with one, and looking at what comes back.
//!
//! What our side must remember meanwhile lies in a row of the session's, sealed, for five minutes and one answer.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, Condition, DbErr, EntityTrait as _, QueryFilter as _};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;
use webauthn_rs::prelude::{
    CreationChallengeResponse, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, RequestChallengeResponse, Url, Webauthn, WebauthnBuilder, WebauthnError,
};

use super::{
    Change,
    entity::{
        ceremony::{self, Kind},
        passkey,
    },
    record,
    store::{self, NewPasskey, passkey_place},
    tell, tries,
};
use crate::{
    app::App,
    clinic::{
        accounts::{HalfSignedIn, Keeper, sessions, store as accounts},
        notifications::mail::MailKind,
    },
    infra::{
        clock::Instant,
        db::Tx,
        ids,
        vault::{Place, Private, VaultError},
    },
    web::Error,
};

/// A browser has this long to answer.
const CEREMONY_LIFE: Duration = Duration::from_mins(5);

/// The host that passkeys are bound to: the clinic's name; without one, this machine for who tries it out.
pub(super) fn host(app: &App) -> String {
    place(app).0
}

fn place(app: &App) -> (String, Option<Url>) {
    let named = app.config.origin.parse::<Url>().ok();
    match named.as_ref().and_then(Url::domain) {
        Some(domain) => (domain.to_owned(), named),
        None => ("localhost".to_owned(), "http://localhost".parse().ok()),
    }
}

fn webauthn(app: &App) -> Result<Webauthn, Error> {
    let (host, origin) = place(app);
    let origin = origin.ok_or_else(|| Error::broken("passkeys have no origin"))?;
    let builder = WebauthnBuilder::new(&host, &origin).map_err(Error::broken)?;
    // Without TLS this is somebody's own machine, and the port that of the day.
    let clinic = app.clinic();
    let builder = builder.rp_name(&clinic.name).allow_any_port(!app.config.secure);
    builder.build().map_err(Error::broken)
}

const fn state_place(id: Uuid) -> Place {
    Place::new("passkey_ceremonies", id, "state")
}

/// Who a ceremony is for.
#[derive(Clone, Copy)]
struct For {
    user: Uuid,
    session: Uuid,
    kind: Kind,
}

/// Keeps what our side must remember; an older one of the same session, and all whose time is over, are forgotten.
async fn begin(app: &App, of: For, state: &impl Serialize) -> Result<(), Error> {
    let state = Private::new(serde_json::to_string(state).map_err(Error::broken)?);
    let (parts, now) = (app.clone(), app.now());
    let begun = app.db.write(move |tx| async move {
        store::lock(&tx, of.user, now).await?;
        let same =
            Condition::all().add(ceremony::Column::SessionId.eq(of.session)).add(ceremony::Column::Kind.eq(of.kind));
        let over = Condition::any().add(ceremony::Column::ExpiresAt.lte(now)).add(same);
        ceremony::Entity::delete_many().filter(over).exec(&tx).await?;
        let id = ids::new(now);
        let row = ceremony::ActiveModel {
            id: Set(id),
            session_id: Set(of.session),
            user_id: Set(of.user),
            kind: Set(of.kind),
            state: Set(parts.vault.key(&tx, of.user).await?.seal(state_place(id), state.reveal())),
            expires_at: Set(now + CEREMONY_LIFE),
        };
        ceremony::Entity::insert(row).exec_without_returning(&tx).await?;
        Ok::<_, VaultError>(())
    });
    Ok(begun.await?)
}

/// What our side remembered, and its row, to be used up by [`end`].
async fn recall<T: DeserializeOwned>(app: &App, of: For) -> Result<Option<(Uuid, T)>, Error> {
    let row = ceremony::Entity::find()
        .filter(ceremony::Column::SessionId.eq(of.session))
        .filter(ceremony::Column::UserId.eq(of.user))
        .filter(ceremony::Column::Kind.eq(of.kind))
        .filter(ceremony::Column::ExpiresAt.gt(app.now()))
        .one(app.db.read())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let state = app.vault.key(app.db.read(), of.user).await?.open(state_place(row.id), &row.state)?;
    let state = serde_json::from_str(state.reveal()).map_err(Error::broken)?;
    Ok(Some((row.id, state)))
}

/// Uses a ceremony up; false if it was used meanwhile. An answer that is sent again finds nothing.
async fn end(tx: &Tx, ceremony: Uuid) -> Result<bool, DbErr> {
    Ok(ceremony::Entity::delete_by_id(ceremony).exec(tx).await?.rows_affected == 1)
}

/// Asks a browser to make a passkey.
pub(super) async fn ask_to_add(app: &App, holder: Keeper) -> Result<CreationChallengeResponse, Error> {
    let reader = app.db.read();
    let mut known = Vec::new();
    for row in store::passkeys(reader, holder.user).await? {
        known.push(open(app, &row).await?.cred_id().clone());
    }
    let email = accounts::email_of(reader, &app.vault, holder.user).await?;
    let (options, state) = webauthn(app)?
        .start_passkey_registration(holder.user, email.reveal(), email.reveal(), Some(known))
        .map_err(Error::broken)?;
    begin(app, For { user: holder.user, session: holder.session, kind: Kind::Add }, &state).await?;
    Ok(options)
}

/// A passkey that a browser made and that is good, to be kept.
pub(super) struct Made {
    ceremony: Uuid,
    new: NewPasskey,
}

/// Looks at a passkey that a browser made; nothing if it is none, or was not asked for.
pub(super) async fn made(app: &App, holder: Keeper, answer: &str, name: Private) -> Result<Option<Made>, Error> {
    let of = For { user: holder.user, session: holder.session, kind: Kind::Add };
    let Ok(answer) = serde_json::from_str::<RegisterPublicKeyCredential>(answer) else { return Ok(None) };
    let Some((ceremony, state)) = recall::<PasskeyRegistration>(app, of).await? else { return Ok(None) };
    let passkey = match webauthn(app)?.finish_passkey_registration(&answer, &state) {
        Ok(passkey) => passkey,
        Err(error) => {
            tracing::info!(user = %holder.user, %error, "a passkey was not made");
            return Ok(None);
        }
    };
    let new = NewPasskey {
        user: holder.user,
        name,
        credential_id: URL_SAFE_NO_PAD.encode(passkey.cred_id()),
        credential: in_json(&passkey)?,
    };
    Ok(Some(Made { ceremony, new }))
}

/// Keeps a passkey; false if the same answer was there before. Refused by `Unique::Passkey` if some account has it.
pub(super) async fn keep(tx: &Tx, app: &App, made: Made, now: Instant) -> Result<bool, VaultError> {
    if !end(tx, made.ceremony).await? {
        return Ok(false);
    }
    store::add_passkey(tx, &app.vault, made.new, now).await?;
    Ok(true)
}

/// Asks a browser to sign with one of the account's passkeys; nothing if it has none.
pub(super) async fn ask_to_use(
    app: &App,
    user: Uuid,
    session: Uuid,
) -> Result<Option<RequestChallengeResponse>, Error> {
    let mut all = Vec::new();
    for row in store::passkeys(app.db.read(), user).await? {
        all.push(open(app, &row).await?);
    }
    if all.is_empty() {
        return Ok(None);
    }
    let (options, state) = webauthn(app)?.start_passkey_authentication(&all).map_err(Error::broken)?;
    begin(app, For { user, session, kind: Kind::Use }, &state).await?;
    Ok(Some(options))
}

/// What became of a signature.
pub(super) enum Used {
    /// It is right: the secret of the session that is signed in.
    Right(String),
    /// It is none of this account's, or was not asked for.
    Wrong,
    /// The passkey has signed less often than we know of: there are two of it.
    Copied,
    /// Another request of the same session was first.
    Gone,
}

/// Looks at what a passkey signed, and signs in.
pub(super) async fn use_one(
    app: &App,
    half: &HalfSignedIn,
    device: sessions::Device,
    answer: &str,
) -> Result<Used, Error> {
    let of = For { user: half.user, session: half.session, kind: Kind::Use };
    let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else { return Ok(Used::Wrong) };
    let Some((ceremony, state)) = recall::<serde_json::Value>(app, of).await? else { return Ok(Used::Wrong) };
    let state: PasskeyAuthentication =
        serde_json::from_value(as_synchronised(state, &answer)).map_err(Error::broken)?;
    let result = match webauthn(app)?.finish_passkey_authentication(&answer, &state) {
        Ok(result) => result,
        Err(WebauthnError::CredentialPossibleCompromise) => return copied(app, half.user, ceremony).await,
        Err(error) => {
            tracing::info!(user = %half.user, %error, "a passkey was refused");
            return Ok(Used::Wrong);
        }
    };
    let index = app.vault.look_up("passkey", &URL_SAFE_NO_PAD.encode(result.cred_id()));
    let row = passkey::Entity::find().filter(passkey::Column::CredentialIndex.eq(index)).one(app.db.read()).await?;
    let Some(row) = row.filter(|row| row.user_id == half.user) else { return Ok(Used::Wrong) };
    let mut passkey = open(app, &row).await?;
    let _ = passkey.update_credential(&result);
    let (credential, counter) = (in_json(&passkey)?, i64::from(result.counter()));
    let (parts, who, now) = (app.clone(), half.clone(), app.now());
    let used = app.db.write(move |tx| async move {
        store::lock(&tx, who.user, now).await?;
        if !store::session_is_there(&tx, who.session, now).await? || !end(&tx, ceremony).await? {
            return Ok(Used::Gone);
        }
        // Another answer may have been counted between our question and this one.
        if !store::use_passkey(&tx, &parts.vault, &row, (&credential, counter), now).await? {
            note_copy(&tx, &parts, who.user, now).await?;
            return Ok(Used::Copied);
        }
        tries::forget(&tx, who.user).await?;
        let begun = sessions::rise(&tx, &parts.vault, who.session, who.user, &device, now).await?;
        Ok::<_, VaultError>(Used::Right(begun.token))
    });
    Ok(used.await?)
}

/// Where the flags stand in what an authenticator signs (`WebAuthn` 3, 6.1), and the one that says that a passkey may be
/// synchronised.
const FLAGS: usize = 32;
const BACKUP_ELIGIBLE: u8 = 1 << 3;

/// The state of a ceremony, in which the passkey that answers counts as synchronised or not as it says itself.
///
/// Some are made on one device and synchronised later, and say so only then. The library takes the difference for a
/// break, so that they would be refused for ever. `WebAuthn` 3 (7.2) asks to compare only where it decides something, and
/// here either kind may enter: what proves the holder is the signature, and it covers this flag.
fn as_synchronised(mut state: serde_json::Value, answer: &PublicKeyCredential) -> serde_json::Value {
    let flags = answer.response.authenticator_data.get(FLAGS).copied().unwrap_or_default();
    let id = serde_json::Value::from(answer.id.as_str());
    let known = state.pointer_mut("/ast/credentials").and_then(serde_json::Value::as_array_mut);
    let answering = known.into_iter().flatten().find(|credential| credential.get("cred_id") == Some(&id));
    if let Some(says) = answering.and_then(|credential| credential.get_mut("backup_eligible")) {
        *says = (flags & BACKUP_ELIGIBLE != 0).into();
    }
    state
}

async fn copied(app: &App, user: Uuid, ceremony: Uuid) -> Result<Used, Error> {
    let (parts, now) = (app.clone(), app.now());
    let noted = app.db.write(move |tx| async move {
        if end(&tx, ceremony).await? {
            note_copy(&tx, &parts, user, now).await?;
        }
        Ok::<_, VaultError>(())
    });
    noted.await?;
    Ok(Used::Copied)
}

async fn note_copy(tx: &Tx, app: &App, user: Uuid, now: Instant) -> Result<(), VaultError> {
    record(tx, &Change { actor: user, user, action: "refuse-passkey" }, now).await?;
    tell(tx, app, user, MailKind::PasskeyCopied, now).await
}

async fn open(app: &App, row: &passkey::Model) -> Result<Passkey, Error> {
    let key = app.vault.key(app.db.read(), row.user_id).await?;
    let text = key.open(passkey_place(row.id, "credential"), &row.credential)?;
    serde_json::from_str(text.reveal()).map_err(Error::broken)
}

fn in_json(passkey: &Passkey) -> Result<Private, Error> {
    serde_json::to_string(passkey).map(Private::new).map_err(Error::broken)
}
