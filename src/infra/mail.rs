//! Sending letters: over SMTP, kept in memory for a demo, or not at all.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use lettre::{
    Address, Message,
    message::{Mailbox, header::ContentType},
};
use uuid::Uuid;

use super::{
    smtp::{NotNamed, Relay},
    vault::Private,
};

/// A letter in words. It holds a person's address and often a secret link, so it has no `Debug`.
#[derive(Clone)]
pub struct Letter {
    /// Its name, the same at each try, so that nobody reads twice what was sent twice.
    pub id: Uuid,
    /// The recipient's address.
    pub to: Private,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: Private,
}

/// Why a letter was not sent. The words are the server's code alone.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Sending it again would not help: its address is refused, or the letter itself.
    #[error("the mail server refuses it for good ({0})")]
    Refused(String),
    /// No fault of the letter: it is tried again.
    #[error("the mail server cannot take it now: {0} ({1})")]
    Later(Trouble, String),
}

/// What stands between the clinic and its mail server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// It cannot be reached, or falls silent.
    Away,
    /// No line to it that others cannot read.
    Insecure,
    /// It refuses the clinic's name and password, or wants some.
    Login,
    /// It refuses who letters are from.
    Sender,
    /// It refuses the clinic as such: its address, or how much it sends.
    TurnedAway,
    /// It asks to try again.
    Busy,
}

impl Trouble {
    /// All of them, the gravest first.
    pub const ALL: [Self; 6] = [Self::Login, Self::Sender, Self::TurnedAway, Self::Insecure, Self::Away, Self::Busy];

    /// Its name in the database and in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Away => "away",
            Self::Insecure => "insecure",
            Self::Login => "login",
            Self::Sender => "sender",
            Self::TurnedAway => "turned-away",
            Self::Busy => "busy",
        }
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Where an operator's mail server is and who letters are from.
#[derive(Clone)]
pub struct MailSettings {
    /// `smtp://USER:PASSWORD@HOST:587?tls=required` or `smtps://…`; it holds a password.
    pub server: Private,
    /// Such as `Klinik Sehat <surat@klinik.example>`.
    pub from: Mailbox,
}

/// Letters that a demo keeps.
const KEPT: usize = 200;

/// How the clinic sends letters.
pub enum Mailer {
    /// It does not: there is no mail server.
    None,
    /// Over SMTP.
    Smtp {
        /// The clinic's server.
        relay: Box<Relay>,
        /// Who letters are from.
        from: Mailbox,
    },
    /// The demo: newest first, for its own page.
    Kept(Mutex<VecDeque<Letter>>),
}

impl Mailer {
    /// Sends through the server of `settings`; nothing is connected to yet.
    pub fn smtp(settings: &MailSettings) -> Result<Self, NotNamed> {
        Ok(Self::Smtp { relay: Box::new(settings.server.reveal().parse::<Relay>()?), from: settings.from.clone() })
    }

    /// Keeps letters in memory.
    pub fn kept() -> Self {
        Self::Kept(Mutex::default())
    }

    /// Whether letters reach anybody.
    pub const fn sends(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Sends `letter`.
    pub async fn send(&self, letter: Letter) -> Result<(), MailError> {
        match self {
            Self::None => Err(MailError::Later(Trouble::Away, "there is no mail server".to_owned())),
            Self::Kept(letters) => {
                let mut letters = letters.lock().unwrap_or_else(PoisonError::into_inner);
                letters.push_front(letter);
                letters.truncate(KEPT);
                Ok(())
            }
            Self::Smtp { relay, from } => relay.deliver(&message(from.clone(), &letter)?).await,
        }
    }

    /// What a demo has kept, newest first.
    pub fn letters(&self) -> Vec<Letter> {
        match self {
            Self::Kept(letters) => letters.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect(),
            _ => Vec::new(),
        }
    }
}

/// Whether letters can be sent to `text`: what [`Mailer::send`] takes for an address.
pub fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}

fn message(from: Mailbox, letter: &Letter) -> Result<Message, MailError> {
    let unusable = |what: &str| MailError::Refused(what.to_owned());
    let to = letter.to.reveal().parse().map_err(|_| unusable("no address"))?;
    let id = format!("<{}@{}>", letter.id, from.email.domain());
    Message::builder()
        .message_id(Some(id))
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(&letter.subject)
        .header(ContentType::TEXT_PLAIN)
        .body(letter.body.reveal().to_owned())
        .map_err(|_| unusable("no letter"))
}
