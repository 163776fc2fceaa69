//! Letters by e-mail: rows in the act that they tell of, sent by a job, gone once sent.
//!
//! They carry no content (N2): what kind of thing happened, where to go, and whom to call.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use fluent_bundle::FluentArgs;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, DeriveActiveEnum, EntityTrait as _, EnumIter,
    ExprTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr,
};
use uuid::Uuid;

use super::entity::mail;
use crate::{
    app::App,
    clinic::audit,
    infra::{
        clock::Instant,
        db::Tx,
        ids, jobs,
        mail::{Letter, MailError, Trouble},
        vault::{Place, Private, Vault, VaultError},
    },
    web::Lang,
};

/// What a letter says; its words are the keys `mail-KIND-subject` and `mail-KIND-body`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum MailKind {
    /// To a new account: confirm this address.
    Welcome,
    /// Somebody signed up with the address of an account (P2).
    EmailKnown,
    /// Somebody signed up with the NIK of a patient whom the reader looks after (P2).
    NikKnown,
    /// A link for a new password.
    PasswordReset,
    /// The password was changed.
    PasswordChanged,
    /// To a new address of an account: confirm it.
    EmailConfirm,
    /// To the old address: another is being put in its place.
    EmailChanging,
    /// An account was made for the reader: choose a password.
    Invitation,
    /// A second factor was added, removed or reset, or recovery codes were made anew.
    SecondFactorChanged,
    /// Somebody came in with a recovery code.
    RecoveryCodeUsed,
    /// After the right password, wrong codes came too often.
    CodesRefused,
    /// A passkey was refused, because it seems to have been copied.
    PasskeyCopied,
}

impl MailKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::EmailKnown => "email-known",
            Self::NikKnown => "nik-known",
            Self::PasswordReset => "password-reset",
            Self::PasswordChanged => "password-changed",
            Self::EmailConfirm => "email-confirm",
            Self::EmailChanging => "email-changing",
            Self::Invitation => "invitation",
            Self::SecondFactorChanged => "second-factor-changed",
            Self::RecoveryCodeUsed => "recovery-code-used",
            Self::CodesRefused => "codes-refused",
            Self::PasskeyCopied => "passkey-copied",
        }
    }
}

/// A letter to write.
pub struct NewMail {
    /// The account that it is about; its data key seals the letter.
    pub user: Uuid,
    /// The address that it goes to.
    pub to: Private,
    /// What it says.
    pub kind: MailKind,
    /// Where its link leads, from the clinic's own address on; a secret one is sealed like the rest.
    pub path: Option<Private>,
    /// The reader's language.
    pub lang: Lang,
}

/// The job that sends a letter.
pub const SEND_MAIL: &str = "send-mail";
/// After this a letter is given up: its link would be of no use.
const GIVEN_UP_AFTER: Duration = Duration::from_hours(24);
const REFUSED_KEPT_FOR: Duration = Duration::from_hours(7 * 24);
/// What stands in the row of a letter that was refused for good; else it is what it waits for, by [`Trouble::name`].
const REFUSED: &str = "refused";
const TABLE: &str = "mails";

/// Writes a letter, to be sent once the act is committed. Without a mail server it waits, and is given up after a day.
pub async fn add(tx: &Tx, vault: &Vault, new: NewMail, now: Instant) -> Result<(), VaultError> {
    let id = ids::new(now);
    let key = vault.key(tx, new.user).await?;
    let row = mail::ActiveModel {
        id: Set(id),
        user_id: Set(new.user),
        kind: Set(new.kind),
        address: Set(key.seal(Place::new(TABLE, id, "address"), new.to.reveal())),
        path: Set(new.path.map(|path| key.seal(Place::new(TABLE, id, "path"), path.reveal()))),
        language: Set(new.lang.code().to_owned()),
        attempts: Set(0),
        last_error: Set(None),
        created_at: Set(now),
    };
    mail::Entity::insert(row).exec_without_returning(tx).await?;
    jobs::add(tx, SEND_MAIL, id, now, now).await?;
    Ok(())
}

/// Sends the letter `id`, unless that was done. A failure leaves it to be tried again; without a mail server it waits for
/// [`send_waiting`].
pub async fn send(app: &App, id: Uuid) -> anyhow::Result<()> {
    if !app.mail.sends() {
        return Ok(());
    }
    let Some(row) = mail::Entity::find_by_id(id).one(app.db.read()).await? else { return Ok(()) };
    if app.now().since(row.created_at) > GIVEN_UP_AFTER {
        ensure!(!app.trust.holds(app.now()), "whether a letter is too old is not certain while the clock is in doubt");
        tracing::warn!(mail = %id, "a letter was given up after a day");
        return Ok(remove(app, id).await?);
    }
    let letter = letter(app, &row).await?;
    let sent = jobs::in_time(&app.clock, app.mail.send(letter)).await;
    match sent.unwrap_or_else(|_| Err(MailError::Later(Trouble::Away, "no answer in time".to_owned()))) {
        Ok(()) => Ok(remove(app, id).await?),
        Err(MailError::Refused(code)) => {
            tracing::warn!(mail = %id, code, "a letter was refused for good");
            note_failure(app, id, REFUSED).await?;
            Ok(())
        }
        Err(MailError::Later(trouble, code)) => {
            note_failure(app, id, trouble.name()).await?;
            Err(MailError::Later(trouble, code)).context("a letter could not be sent")
        }
    }
}

/// Letters that are not sent though that was tried.
#[derive(Default)]
pub struct Unsent {
    /// Those that were refused for good.
    pub refused: u64,
    /// Those that are tried again, by what stands between the clinic and its mail server; the gravest first.
    pub waiting: Vec<(Trouble, u64)>,
}

/// How many letters were refused by the mail server or wait for it.
pub async fn count_unsent(connection: &impl ConnectionTrait) -> Result<Unsent, DbErr> {
    let failed = mail::Entity::find().select_only().column(mail::Column::LastError);
    let failed = failed.column_as(mail::Column::Id.count(), "letters").group_by(mail::Column::LastError);
    let failed = failed.filter(mail::Column::LastError.is_not_null()).into_tuple::<(String, i64)>();
    let failed = failed.all(connection).await?;
    let of = |name: &str| failed.iter().find(|(why, _)| why == name).map_or(0, |(_, count)| count.unsigned_abs());
    let waiting = Trouble::ALL.into_iter().map(|trouble| (trouble, of(trouble.name()))).filter(|(_, count)| *count > 0);
    Ok(Unsent { refused: of(REFUSED), waiting: waiting.collect() })
}

/// Has every letter tried again that was refused for good.
pub async fn send_refused(app: &App, act: audit::Act) -> Result<(), DbErr> {
    let now = app.now();
    let written = app.db.write(move |tx| async move {
        audit::record(&tx, act, now).await?;
        let refused = mail::Entity::find().filter(mail::Column::LastError.eq(REFUSED)).all(&tx).await?;
        for row in &refused {
            jobs::add(&tx, SEND_MAIL, row.id, now, now).await?;
        }
        // It is given up a day after this.
        mail::Entity::update_many()
            .col_expr(mail::Column::CreatedAt, Expr::value(now))
            .col_expr(mail::Column::LastError, Expr::value(None::<String>))
            .filter(mail::Column::LastError.eq(REFUSED))
            .exec(&tx)
            .await
    });
    written.await?;
    app.job_nudge.notify_one();
    Ok(())
}

/// Has every letter tried at once that waits: there may be another mail server since it was tried, or one at all.
pub async fn send_waiting(app: &App) -> Result<(), DbErr> {
    let now = app.now();
    if !app.mail.sends() {
        return Ok(());
    }
    let act = app.db.write(move |tx| async move {
        let waits = mail::Column::LastError.is_null().or(mail::Column::LastError.ne(REFUSED));
        for row in mail::Entity::find().filter(waits).all(&tx).await? {
            jobs::add(&tx, SEND_MAIL, row.id, now, now).await?;
        }
        Ok::<_, DbErr>(())
    });
    act.await
}

/// Drops letters that nobody will send: refused ones after a week, in which an admin may have them sent again, and those
/// that found no mail server after a day.
pub async fn tidy(tx: &Tx, now: Instant) -> Result<(), DbErr> {
    let refused = mail::Column::CreatedAt.lt(now - REFUSED_KEPT_FOR);
    let untried = mail::Column::LastError.is_null().and(mail::Column::CreatedAt.lt(now - GIVEN_UP_AFTER));
    mail::Entity::delete_many().filter(refused.or(untried)).exec(tx).await?;
    Ok(())
}

/// Drops every letter to or about `user` that is not sent yet.
pub async fn remove_all_of(tx: &Tx, user: Uuid) -> Result<(), DbErr> {
    mail::Entity::delete_many().filter(mail::Column::UserId.eq(user)).exec(tx).await?;
    Ok(())
}

async fn letter(app: &App, row: &mail::Model) -> anyhow::Result<Letter> {
    let key = app.vault.key(app.db.read(), row.user_id).await?;
    let path = key.open_maybe(Place::new(TABLE, row.id, "path"), row.path.as_ref())?;
    let lang = Lang::from_code(&row.language).unwrap_or_default();
    let clinic = app.clinic();
    let mut words = FluentArgs::new();
    words.set("clinic", clinic.name.clone());
    // A clinic that has named no number yet is reached by its pages.
    words.set("phone", if clinic.phone.is_empty() { app.config.origin.clone() } else { clinic.phone.clone() });
    words.set("link", format!("{}{}", app.config.origin, path.as_ref().map_or("", Private::reveal)));
    let name = row.kind.name();
    Ok(Letter {
        id: row.id,
        to: key.open(Place::new(TABLE, row.id, "address"), &row.address)?,
        subject: lang.with(&format!("mail-{name}-subject"), &words),
        body: Private::new(lang.with(&format!("mail-{name}-body"), &words)),
    })
}

async fn remove(app: &App, id: Uuid) -> Result<(), DbErr> {
    app.db.write(move |tx| async move { mail::Entity::delete_by_id(id).exec(&tx).await.map(drop) }).await
}

async fn note_failure(app: &App, id: Uuid, why: &'static str) -> Result<(), DbErr> {
    app.db
        .write(move |tx| async move {
            mail::Entity::update_many()
                .col_expr(mail::Column::Attempts, Expr::col(mail::Column::Attempts).add(1))
                .col_expr(mail::Column::LastError, Expr::value(why))
                .filter(mail::Column::Id.eq(id))
                .exec(&tx)
                .await
                .map(drop)
        })
        .await
}
