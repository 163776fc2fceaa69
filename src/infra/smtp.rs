//! Handing a letter to the clinic's mail server step by step, so that a refusal is known by what was refused.

use std::{borrow::Cow, str::FromStr, time::Duration};

use lettre::{
    Message,
    address::Envelope,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Tls, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailParameter},
    },
};
use percent_encoding::percent_decode_str;
use url::Url;

use super::mail::{MailError, Trouble};

/// A server that takes no connection within this is away.
const CONNECTED_WITHIN: Duration = Duration::from_secs(20);
/// The farewell is a courtesy: the letter is taken already, or refused.
const FAREWELL: Duration = Duration::from_secs(5);

/// The clinic's mail server, as an operator names it.
pub struct Relay {
    host: String,
    port: u16,
    tls: Tls,
    greeting: ClientId,
    login: Option<Credentials>,
}

/// The mail server is not named as in `smtp://USER:PASSWORD@HOST:587?tls=required`.
#[derive(Debug, thiserror::Error)]
#[error("the mail server is not named rightly")]
pub struct NotNamed;

impl FromStr for Relay {
    type Err = NotNamed;

    fn from_str(text: &str) -> Result<Self, NotNamed> {
        let url = Url::parse(text).map_err(|_| NotNamed)?;
        let host = url.host_str().ok_or(NotNamed)?.to_owned();
        let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let certified = || TlsParameters::new(host.clone()).map_err(|_| NotNamed);
        let (port, tls) = match (url.scheme(), asked.as_deref()) {
            ("smtp", None) => (25, Tls::None),
            ("smtp", Some("required")) => (587, Tls::Required(certified()?)),
            ("smtp", Some("opportunistic")) => (587, Tls::Opportunistic(certified()?)),
            ("smtps", _) => (465, Tls::Wrapper(certified()?)),
            _ => return Err(NotNamed),
        };
        let own_name = url.path().trim_matches('/');
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(Cow::into_owned).map_err(|_| NotNamed);
        let login = match url.password() {
            Some(password) => Some(Credentials::new(decoded(url.username())?, decoded(password)?)),
            None => None,
        };
        Ok(Self {
            port: url.port().unwrap_or(port),
            tls,
            greeting: if own_name.is_empty() { ClientId::default() } else { ClientId::Domain(own_name.to_owned()) },
            login,
            host,
        })
    }
}

impl Relay {
    /// Hands `message` over; once this says so, the server has it.
    pub async fn deliver(&self, message: &Message) -> Result<(), MailError> {
        let mut connection = self.connect().await?;
        let outcome = hand_over(&mut connection, message.envelope(), &message.formatted()).await;
        // Nobody waits for the farewell: a letter that the server has would be sent again if it took too long.
        tokio::spawn(async move { tokio::time::timeout(FAREWELL, connection.abort()).await });
        outcome
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, MailError> {
        let wrapped = if let Tls::Wrapper(tls) = &self.tls { Some(tls.clone()) } else { None };
        let address = (self.host.as_str(), self.port);
        let connecting =
            AsyncSmtpConnection::connect_tokio1(address, Some(CONNECTED_WITHIN), &self.greeting, wrapped, None);
        let mut connection = connecting.await.map_err(|error| later(&error, Trouble::TurnedAway))?;
        match &self.tls {
            Tls::Opportunistic(tls) if connection.can_starttls() => {
                secure(&mut connection, tls, &self.greeting).await?;
            }
            Tls::Required(tls) => secure(&mut connection, tls, &self.greeting).await?,
            Tls::None | Tls::Opportunistic(_) | Tls::Wrapper(_) => {}
        }
        if let Some(login) = &self.login {
            let entered = connection.auth(DEFAULT_MECHANISMS, login).await;
            entered.map_err(|error| later(&error, Trouble::Login))?;
        }
        Ok(connection)
    }
}

async fn secure(
    connection: &mut AsyncSmtpConnection,
    tls: &TlsParameters,
    greeting: &ClientId,
) -> Result<(), MailError> {
    // A certificate that nobody vouches for looks like a line that broke.
    let trouble = |error: &Error| if error.is_transient() { Trouble::Busy } else { Trouble::Insecure };
    let secured = connection.starttls(tls.clone(), greeting).await;
    secured.map_err(|error| MailError::Later(trouble(&error), code_of(&error)))
}

/// A letter is refused where its recipient is, or what it says; whatever else is refused is the clinic, whose letters wait.
async fn hand_over(connection: &mut AsyncSmtpConnection, envelope: &Envelope, text: &[u8]) -> Result<(), MailError> {
    let in_ascii = envelope.to().iter().chain(envelope.from()).all(|address| address.to_string().is_ascii());
    let options = match (in_ascii, connection.server_info().supports_feature(Extension::SmtpUtfEight)) {
        (true, _) => Vec::new(),
        (false, true) => vec![MailParameter::SmtpUtfEight],
        (false, false) => return Err(MailError::Refused("its address has letters beyond ASCII".to_owned())),
    };
    let from = Mail::new(envelope.from().cloned(), options);
    connection.command(from).await.map_err(|error| later(&error, Trouble::Sender))?;
    for to in envelope.to() {
        connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(|error| refused(&error))?;
    }
    connection.command(Data).await.map_err(|error| later(&error, Trouble::TurnedAway))?;
    connection.message(text).await.map(drop).map_err(|error| refused(&error))
}

fn refused(error: &Error) -> MailError {
    if error.is_permanent() && !asks_for_login(error) {
        MailError::Refused(code_of(error))
    } else {
        later(error, Trouble::TurnedAway)
    }
}

/// A refusal that is not about a letter; `refused` is what was refused if that is for good.
fn later(error: &Error, refused: Trouble) -> MailError {
    let trouble = if error.is_transient() {
        Trouble::Busy
    } else if asks_for_login(error) {
        Trouble::Login
    } else if error.is_permanent() || error.is_client() {
        refused
    } else if error.is_tls() {
        Trouble::Insecure
    } else {
        Trouble::Away
    };
    MailError::Later(trouble, code_of(error))
}

/// Authentication, or TLS before it, is required (RFC 4954, RFC 3207), whatever was asked for.
fn asks_for_login(error: &Error) -> bool {
    code_of(error) == "530"
}

/// The server's words may repeat the address: the log gets its code alone.
fn code_of(error: &Error) -> String {
    error.status().map_or_else(|| "no answer".to_owned(), |code| code.to_string())
}
