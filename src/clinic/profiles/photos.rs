//! Photos of people: made of what is sent, kept sealed under their own key, and served to those who may see them.

use axum::body::Bytes;
use sea_orm::DbErr;
use uuid::Uuid;

use crate::{
    app::App,
    clinic::{
        accounts::{self, SignedIn},
        appointments, audit, doctors, patients,
    },
    infra::{
        clock::Instant,
        db::Tx,
        files::{self, File, NewFile},
        ids,
        images::ImageError,
    },
    web::{Error, Role, Sentence, uploads::LARGEST_FILE},
};

const OF_DOCTOR: &str = "photo_of_doctor";
const OF_STAFF: &str = "photo_of_staff";
const OF_PATIENT: &str = "photo_of_patient";

/// Whose photo it is.
#[derive(Clone, Copy)]
pub(super) enum Whose {
    /// The holder's of a doctor's account, for everybody who is signed in.
    Doctor(Uuid),
    /// The holder's of another account, for themself.
    Staff(Uuid),
    /// A patient's, for who looks after them and for their doctors; shown in the frame of the account's own pages if it
    /// is the holder's.
    Patient {
        /// The patient.
        patient: Uuid,
        /// The account whose holder the patient is.
        holder: Option<Uuid>,
    },
}

/// Why a file did not become a picture: the status of the answer and the sentence at the field.
#[derive(Debug)]
pub enum Refusal {
    /// 413.
    TooLarge,
    /// 415.
    WrongKind,
    /// 422.
    Unusable(Sentence),
}

impl Refusal {
    /// What is said at the field.
    pub fn sentence(self) -> Sentence {
        match self {
            Self::TooLarge => Sentence::new("profiles-photo-too-large"),
            Self::WrongKind => Sentence::new("profiles-photo-wrong-kind"),
            Self::Unusable(sentence) => sentence,
        }
    }

    /// The status of the answer.
    pub const fn status(&self) -> axum::http::StatusCode {
        match self {
            Self::TooLarge => axum::http::StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongKind => axum::http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unusable(_) => axum::http::StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

/// What a picture came to: the encoded picture, or why it was not taken. A crowd of them is an error: try again.
pub(super) fn taken(read: Result<Vec<u8>, ImageError>) -> Result<Result<Vec<u8>, Refusal>, Error> {
    let refusal = match read {
        Ok(picture) => return Ok(Ok(picture)),
        Err(ImageError::Busy) => return Err(Error::Unavailable),
        Err(ImageError::WrongKind) => Refusal::WrongKind,
        Err(ImageError::TooManyPixels) => Refusal::Unusable(Sentence::new("profiles-photo-too-many-pixels")),
        Err(ImageError::Broken) => Refusal::Unusable(Sentence::new("profiles-photo-broken")),
    };
    Ok(Err(refusal))
}

/// Refuses what need not be looked into.
pub(super) fn fits(sent: &Bytes) -> Result<(), Refusal> {
    if sent.is_empty() {
        return Err(Refusal::Unusable(Sentence::new("profiles-photo-none")));
    }
    if sent.len() > LARGEST_FILE { Err(Refusal::TooLarge) } else { Ok(()) }
}

impl Whose {
    /// The person's own photo of an account of `role` without patients.
    pub(super) const fn of_account(signed_in: &SignedIn) -> Self {
        match signed_in.role {
            Role::Doctor => Self::Doctor(signed_in.user),
            _ => Self::Staff(signed_in.user),
        }
    }

    const fn owner(self) -> Uuid {
        match self {
            Self::Doctor(user) | Self::Staff(user) => user,
            Self::Patient { patient, .. } => patient,
        }
    }

    const fn kind(self) -> &'static str {
        match self {
            Self::Doctor(_) => OF_DOCTOR,
            Self::Staff(_) => OF_STAFF,
            Self::Patient { .. } => OF_PATIENT,
        }
    }

    /// Points at `photo` where the person is shown; says at which it pointed.
    async fn point(self, tx: &Tx, photo: Option<Uuid>, now: Instant) -> Result<Option<Uuid>, DbErr> {
        match self {
            Self::Doctor(user) | Self::Staff(user) => accounts::set_photo(tx, user, photo, now).await,
            Self::Patient { patient, holder } => {
                if let Some(user) = holder {
                    accounts::set_photo(tx, user, photo, now).await?;
                }
                patients::set_photo(tx, patient, photo, now).await
            }
        }
    }

    pub(super) fn act(self, actor: Uuid, action: &'static str) -> audit::Act {
        let (subject, patient) = match self {
            Self::Doctor(_) | Self::Staff(_) => ("account", None),
            Self::Patient { patient, .. } => ("patient", Some(patient)),
        };
        audit::Act { actor, action, subject, subject_id: self.owner(), patient }
    }
}

/// Keeps what `actor` sent as the photo of `whose`, in place of the one before.
pub(super) async fn keep(app: &App, actor: Uuid, whose: Whose, sent: Bytes) -> Result<Result<(), Refusal>, Error> {
    if let Err(refusal) = fits(&sent) {
        return Ok(Err(refusal));
    }
    let photo = match taken(app.images.photo(sent).await)? {
        Ok(photo) => photo,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let now = app.now();
    let id = ids::new(now);
    let key = app.vault.key(app.db.read(), whose.owner()).await?;
    app.files.put(&key, id, &photo).await?;
    let new = NewFile { id, owner: whose.owner(), kind: whose.kind(), media_type: "image/jpeg", bytes: photo.len() };
    app.db
        .write(move |tx| async move {
            files::add(&tx, new, now).await?;
            if let Some(old) = whose.point(&tx, Some(id), now).await? {
                files::remove(&tx, old, now).await?;
            }
            audit::record(&tx, whose.act(actor, "set-photo"), now).await
        })
        .await?;
    app.job_nudge.notify_one();
    Ok(Ok(()))
}

/// Removes the photo of `whose`; nothing happens if there is none.
pub(super) async fn remove(app: &App, actor: Uuid, whose: Whose) -> Result<(), Error> {
    let now = app.now();
    app.db
        .write(move |tx| async move {
            if let Some(old) = whose.point(&tx, None, now).await? {
                files::remove(&tx, old, now).await?;
                audit::record(&tx, whose.act(actor, "remove-photo"), now).await?;
            }
            Ok::<_, DbErr>(())
        })
        .await?;
    app.job_nudge.notify_one();
    Ok(())
}

/// Keeps what an admin sent as the photo of the doctor with the account `user` (P6).
pub async fn keep_doctors_photo(app: &App, admin: Uuid, user: Uuid, sent: Bytes) -> Result<Result<(), Refusal>, Error> {
    keep(app, admin, Whose::Doctor(user), sent).await
}

/// How long a browser may keep a picture: until it is replaced, which gives it another address, or not at all.
pub(super) const FOR_LONG: &str = "private, max-age=31536000, immutable";
const NOT_AT_ALL: &str = "no-store";

/// The photo `id` as `signed_in` may see it, and how long their browser may keep it. Others do not find it.
pub(super) async fn find(app: &App, signed_in: &SignedIn, id: Uuid) -> Result<(File, &'static str), Error> {
    let connection = app.db.read();
    let file = files::find(connection, id).await?.ok_or(Error::NotFound)?;
    let owner = file.owner_id;
    match (file.kind.as_str(), signed_in.role) {
        (OF_DOCTOR, _) => Ok((file, FOR_LONG)),
        (OF_STAFF, _) if owner == signed_in.user => Ok((file, NOT_AT_ALL)),
        (OF_PATIENT, Role::Patient) if patients::in_care_of(connection, signed_in.user).await?.contains(&owner) => {
            Ok((file, NOT_AT_ALL))
        }
        (OF_PATIENT, Role::Doctor) => {
            let doctor = doctors::find_of_user(connection, signed_in.user).await?.ok_or(Error::NotFound)?;
            if !appointments::has_seen(connection, doctor.id, owner).await? {
                return Err(Error::NotFound);
            }
            let act = audit::Act {
                actor: signed_in.user,
                action: "view",
                subject: "photo",
                subject_id: id,
                patient: Some(owner),
            };
            audit::record_view(app, act).await?;
            Ok((file, NOT_AT_ALL))
        }
        _ => Err(Error::NotFound),
    }
}
