//! Sending letters: over SMTP, kept in memory for a demo, or not at all.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};

use super::vault::Private;

/// A letter in words. It holds a person's address and often a secret link, so it has no `Debug`.
#[derive(Clone)]
pub struct Letter {
    /// The recipient's address.
    pub to: Private,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: Private,
}

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Sending it again would not help: the address or the letter is refused. The words are the server's code alone.
    #[error("the mail server refuses it for good ({0})")]
    Refused(String),
    /// The server cannot be reached or asks to try again.
    #[error("the mail server cannot take it now ({0})")]
    Later(String),
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
/// A server that does not answer for this long is tried again later.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the clinic sends letters.
pub enum Mailer {
    /// It does not: there is no mail server.
    None,
    /// Over SMTP.
    Smtp {
        /// The connection to the clinic's server.
        transport: AsyncSmtpTransport<Tokio1Executor>,
        /// Who letters are from.
        from: Mailbox,
    },
    /// The demo: newest first, for its own page.
    Kept(Mutex<VecDeque<Letter>>),
}

impl Mailer {
    /// Sends through the server of `settings`; nothing is connected to yet.
    pub fn smtp(settings: &MailSettings) -> Result<Self, lettre::transport::smtp::Error> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(settings.server.reveal())?;
        Ok(Self::Smtp { transport: builder.timeout(Some(PATIENCE)).build(), from: settings.from.clone() })
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
            Self::None => Err(MailError::Later("there is no mail server".to_owned())),
            Self::Kept(letters) => {
                let mut letters = letters.lock().unwrap_or_else(PoisonError::into_inner);
                letters.push_front(letter);
                letters.truncate(KEPT);
                Ok(())
            }
            Self::Smtp { transport, from } => {
                let message = message(from.clone(), &letter)?;
                transport.send(message).await.map(drop).map_err(|error| {
                    // The server's words may repeat the address: the log gets its code alone.
                    let code = error.status().map_or_else(|| "no answer".to_owned(), |code| code.to_string());
                    if error.is_permanent() { MailError::Refused(code) } else { MailError::Later(code) }
                })
            }
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
    Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(&letter.subject)
        .header(ContentType::TEXT_PLAIN)
        .body(letter.body.reveal().to_owned())
        .map_err(|_| unusable("no letter"))
}
