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
}

impl Who {
    /// Whether `role` (nobody: `None`) may.
    pub fn admits(self, role: Option<Role>) -> Result<(), Error> {
        match (self, role) {
            (Self::Anyone, _) | (Self::SignedIn, Some(_)) => Ok(()),
            (Self::Roles(roles), Some(role)) if roles.contains(&role) => Ok(()),
            (_, None) => Err(Error::SignInNeeded),
            (Self::Roles(_), Some(_)) => Err(Error::Forbidden),
        }
    }

    /// As `praktik routes` prints it.
    pub fn name(self) -> String {
        match self {
            Self::Anyone => "anyone".to_owned(),
            Self::SignedIn => "signed-in".to_owned(),
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
