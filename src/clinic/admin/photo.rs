//! A doctor's photo, given by an admin (P6).

use axum::{extract::State, response::Response};

use super::{
    doctor_page::DoctorPage,
    doctors::{find, page_of},
};
use crate::{
    app::App,
    clinic::{accounts::AdminAccount, profiles},
    web::{
        Error, FieldErrors, Id, Page, Upload,
        page::{draw_with, go_with_notice},
    },
};

/// `POST /admin/doctors/{doctor}/photo`: in place of the one before, which the doctor can change too.
pub async fn set(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Id(id): Id,
    Upload(sent): Upload,
) -> Result<Response, Error> {
    let doctor = find(&app, id).await?;
    match profiles::keep_doctors_photo(&app, admin.user, doctor.user_id, sent).await? {
        Ok(()) => Ok(go_with_notice(&page_of(id), "admin-photo-saved")),
        Err(refusal) => {
            let mut drawn = DoctorPage::of(&app, page, &doctor).await?;
            let (status, errors) = (refusal.status(), FieldErrors::of("file", refusal.sentence()));
            drawn.photo_form = drawn.photo_form.refused(&errors, drawn.page.language());
            draw_with(status, &drawn)
        }
    }
}
