//! The clinic's logo, given by an admin (P5).

use axum::{extract::State, response::Response};

use super::settings::{SETTINGS, SettingsPage, state_of};
use crate::{
    app::App,
    clinic::{accounts::AdminAccount, profiles},
    web::{
        Error, FieldErrors, Form, FormState, NoFields, Page, Upload,
        page::{draw_with, go_with_notice},
    },
};

/// `POST /admin/settings/logo`: in place of the one before.
pub async fn set(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Upload(sent): Upload,
) -> Result<Response, Error> {
    match profiles::set_logo(&app, admin.user, sent).await? {
        Ok(()) => Ok(go_with_notice(SETTINGS, "settings-logo-saved")),
        Err(refusal) => {
            let (status, errors) = (refusal.status(), FieldErrors::of("file", refusal.sentence()));
            let logo_form = FormState::default().refused(&errors, page.language());
            let mut drawn = SettingsPage::of(&app, page, state_of(&app.clinic())).await?;
            drawn.logo_form = logo_form;
            draw_with(status, &drawn)
        }
    }
}

/// `POST /admin/settings/logo/remove`.
pub async fn remove(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    profiles::remove_logo(&app, admin.user).await?;
    Ok(go_with_notice(SETTINGS, "settings-logo-removed"))
}
