//! A doctor's days off.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    doctor_page::DoctorPage,
    doctors::{act, find, page_of, slots_topic},
};
use crate::{
    app::App,
    clinic::{
        accounts::AdminAccount,
        audit::{self, Act},
        doctors::{self, DaysOff, rules::DaysOffForm},
    },
    infra::bus::Hint,
    web::{
        Error, Form, Id, NoFields, Page,
        page::{draw_with, go_with_notice},
    },
};

/// `POST /admin/doctors/{doctor}/days-off`. What is booked on these days stays.
pub async fn add(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Id(doctor): Id,
    form: Form<DaysOffForm>,
) -> Result<Response, Error> {
    let of = find(&app, doctor).await?;
    let days = match DaysOff::check(&form.fields) {
        Ok(days) => days,
        Err(errors) => {
            let mut drawn = DoctorPage::of(&app, page, &of).await?;
            drawn.days_off_form = form.state.refused(&errors, drawn.page.language());
            return draw_with(StatusCode::UNPROCESSABLE_ENTITY, &drawn);
        }
    };
    let now = app.now();
    let told: Vec<_> = days.days().collect();
    app.db
        .write(move |tx| async move {
            let id = doctors::add_days_off(&tx, doctor, &days, now).await?;
            audit::record(&tx, Act { subject: "days_off", ..act(admin.user, "add-days-off", id) }, now).await
        })
        .await?;
    for day in told {
        app.bus.publish(Hint::changed(slots_topic(doctor, day)));
    }
    Ok(go_with_notice(&page_of(doctor), "admin-days-off-added"))
}

/// `POST /admin/days-off/{id}/remove`.
pub async fn remove(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    _: Form<NoFields>,
) -> Result<Response, Error> {
    let now = app.now();
    let removed = app
        .db
        .write(move |tx| async move {
            let row = doctors::remove_days_off(&tx, id).await?.ok_or(Error::NotFound)?;
            let act = Act { subject: "days_off", ..act(admin.user, "remove-days-off", id) };
            audit::record(&tx, act, now).await?;
            Ok::<_, Error>(row)
        })
        .await?;
    let again = DaysOffForm { first_day: removed.first_day, last_day: removed.last_day, reason: String::new() };
    for day in DaysOff::check(&again).iter().flat_map(DaysOff::days) {
        app.bus.publish(Hint::changed(slots_topic(removed.doctor_id, day)));
    }
    Ok(go_with_notice(&page_of(removed.doctor_id), "admin-days-off-removed"))
}
