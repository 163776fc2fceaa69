//! One line of the route table, and what it makes of itself.

use axum::{
    extract::{FromRequestParts, Path},
    http::{Method, request::Parts},
    routing::MethodRouter,
};
use uuid::Uuid;

use super::{Error, Role, limits::Rate};

/// Who may use a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// Signed in or not.
    Anyone,
    /// Everybody who is signed in.
    SignedIn,
    /// These roles.
    Roles(&'static [Role]),
    /// Those whose password was right and whose second factor is asked for.
    SecondStep,
    /// Everybody who is signed in, and those who must set up a second factor first.
    Enrolling,
    /// Everybody whose password was right, however far they have come.
    PasswordGiven,
}

/// How far somebody has come whose password was right and who is not signed in yet (P3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The second factor is asked for.
    SecondFactor,
    /// A second factor must be set up.
    Enrolment,
}

impl Step {
    /// The page on which it is done.
    pub const fn path(self) -> &'static str {
        match self {
            Self::SecondFactor => "/login/second",
            Self::Enrolment => "/settings/security/second-factor",
        }
    }
}

/// Somebody at the door of a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asker {
    /// Not signed in.
    Nobody,
    /// With a password alone.
    Half(Step),
    /// Signed in.
    SignedIn(Role),
}

impl Who {
    /// Whether `asker` may.
    pub fn admits(self, asker: Asker) -> Result<(), Error> {
        match (self, asker) {
            (Self::Anyone, _)
            | (Self::SignedIn | Self::Enrolling | Self::PasswordGiven, Asker::SignedIn(_))
            | (Self::SecondStep, Asker::Half(Step::SecondFactor))
            | (Self::Enrolling, Asker::Half(Step::Enrolment))
            | (Self::PasswordGiven, Asker::Half(_)) => Ok(()),
            (Self::Roles(roles), Asker::SignedIn(role)) if roles.contains(&role) => Ok(()),
            (Self::Roles(_), Asker::SignedIn(_)) => Err(Error::Forbidden),
            (_, Asker::Half(step)) => Err(Error::StepNeeded(step)),
            (_, Asker::Nobody) | (Self::SecondStep, Asker::SignedIn(_)) => Err(Error::SignInNeeded),
        }
    }

    /// As `praktik routes` prints it.
    pub fn name(self) -> String {
        match self {
            Self::Anyone => "anyone".to_owned(),
            Self::SignedIn => "signed-in".to_owned(),
            Self::SecondStep => "second-step".to_owned(),
            Self::Enrolling => "signed-in,enrolling".to_owned(),
            Self::PasswordGiven => "password-given".to_owned(),
            Self::Roles(roles) => roles.iter().map(|role| role_name(*role)).collect::<Vec<_>>().join(","),
        }
    }
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Patient => "patient",
        Role::Doctor => "doctor",
        Role::Admin => "admin",
        Role::Pharmacist => "pharmacist",
    }
}

/// A line of the route table.
pub struct Route<S> {
    /// The method.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Who may use it.
    pub who: Who,
    /// What it costs.
    pub rate: Rate,
    /// Whether reading it is a row in the audit log.
    pub audited: bool,
    /// Whether a patient has to have agreed to the consent text that is in force.
    pub consent: bool,
    /// The most that a body sent there may hold, in bytes.
    pub largest: usize,
    /// What answers it.
    pub handler: MethodRouter<S>,
}

impl<S> Route<S> {
    /// Marks the route as one whose reading is a row in the audit log (S2).
    #[must_use]
    pub fn audited(mut self) -> Self {
        self.audited = true;
        self
    }

    /// Marks the route as one that waits until its patient has agreed to the consent text that is in force (S4).
    #[must_use]
    pub fn after_consent(mut self) -> Self {
        self.consent = true;
        self
    }

    /// Marks the route as one that tries a secret.
    #[must_use]
    pub fn credential(mut self) -> Self {
        self.rate = Rate::Credential;
        self
    }

    /// Lets bodies of up to `largest` bytes in, where a file is sent.
    #[must_use]
    pub fn takes(mut self, largest: usize) -> Self {
        self.largest = largest;
        self
    }

    /// The line as `praktik routes` prints it.
    pub fn line(&self) -> String {
        let audited = if self.audited { "yes" } else { "no" };
        [self.method.as_str(), self.path, &self.who.name(), self.rate.name(), audited].join("\t")
    }
}

/// The one id in a path. What is no id is not found.
pub struct Id(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(id) = Path::<Uuid>::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        Ok(Self(id))
    }
}

/// The id in a path and the number that follows it; a path without them leads to nothing.
pub struct IdAndNumber(pub Uuid, pub usize);

impl<S: Send + Sync> FromRequestParts<S> for IdAndNumber {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path((id, number)) = Path::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        Ok(Self(id, number))
    }
}
