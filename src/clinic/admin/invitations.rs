//! Inviting somebody to choose a password: by letter, or by a link that the admin hands over (P5).

use askama::Template;
use axum::{
    http::{HeaderMap, header},
    response::Response,
};
use uuid::Uuid;

use crate::{
    app::App,
    clinic::{accounts, notifications::mail::MailKind},
    infra::{
        clock::Instant,
        db::Tx,
        vault::{Private, VaultError},
    },
    web::{Error, Page, page},
};

/// How an invitation reaches whom it is for.
pub(super) enum Invitation {
    /// A letter was written.
    Letter,
    /// There is no mail server: the token of the link, to be shown once.
    Link(String),
}

/// Makes a link for the password of `user`, in the act that creates the account or invites again.
pub(super) async fn invite(tx: &Tx, app: &App, user: Uuid, now: Instant) -> Result<Invitation, VaultError> {
    let token = accounts::create_password_link(tx, user, now).await?;
    if !app.mail.sends() {
        return Ok(Invitation::Link(token));
    }
    let path = Private::new(format!("/password/reset/{token}"));
    accounts::write_to(tx, &app.vault, user, MailKind::Invitation, Some(path), now).await?;
    Ok(Invitation::Letter)
}

#[derive(Template)]
#[template(path = "clinic/admin/password_link.html")]
struct LinkPage {
    page: Page,
    name: Private,
    link: String,
    list: &'static str,
    own: String,
}

/// Whom an invitation is for, and where the admin goes on.
pub(super) struct Invited {
    /// As the page calls them.
    pub(super) name: Private,
    /// The list that they stand in.
    pub(super) list: &'static str,
    /// Their own page.
    pub(super) own: String,
}

/// What an admin sees after inviting.
pub(super) fn invited(
    app: &App,
    page: Page,
    headers: &HeaderMap,
    invitation: Invitation,
    whom: Invited,
) -> Result<Response, Error> {
    match invitation {
        Invitation::Letter => {
            app.job_nudge.notify_one();
            Ok(page::go_with_notice(&whom.own, "admin-invitation-sent"))
        }
        Invitation::Link(token) => {
            let link = link_of(app, headers, &token);
            page::draw(&LinkPage { page: page.private(), name: whom.name, link, list: whom.list, own: whom.own })
        }
    }
}

/// The whole address of a one-time link, as the admin's own browser reaches the clinic.
fn link_of(app: &App, headers: &HeaderMap, token: &str) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if app.config.secure { "https" } else { "http" };
    format!("{scheme}://{host}/password/reset/{token}")
}
