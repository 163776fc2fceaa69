//! What an admin should look after, each with its cure.

use jiff::civil::Date;

use crate::{
    app::App,
    clinic::{
        accounts::second_factor,
        audit::checks,
        doctors::{self, rules::SipState},
        keys,
        notifications::mail,
    },
    web::{Error, Page},
};

/// Something that is not as it should be.
pub(super) struct Warning {
    pub(super) sentence: String,
    /// Where it is mended, if that is a page, and the words of the link.
    pub(super) cure: Option<(&'static str, String)>,
}

impl Warning {
    const fn told(sentence: String) -> Self {
        Self { sentence, cure: None }
    }

    const fn mended_at(sentence: String, path: &'static str, words: String) -> Self {
        Self { sentence, cure: Some((path, words)) }
    }
}

/// What is to be looked after now, the gravest first.
pub(super) async fn of_clinic(app: &App, page: &Page) -> Result<Vec<Warning>, Error> {
    let mut warnings = Vec::new();
    let check = checks::last(app.db.read()).await?;
    if check.is_some_and(|check| check.broken_place.is_some()) {
        warnings.push(Warning::mended_at(page.t("home-warn-audit"), "/admin/audit", page.t("home-warn-audit-cure")));
    }
    if let Some(step) = app.clock.unfollowed_step() {
        warnings.push(Warning::told(page.t1("home-warn-clock", "seconds", step / 1000)));
    }
    if !app.mail.sends() {
        warnings.push(Warning::told(page.t("home-warn-no-mail")));
    }
    let unsent = mail::count_unsent(app.db.read()).await?;
    if unsent > 0 {
        warnings.push(Warning::told(page.t1("home-warn-mail-waits", "count", unsent)));
    }
    if !app.config.demo {
        warnings.extend(of_access(app, page).await?);
    }
    warnings.extend(of_licences(app, page).await?);
    let clinic = app.clinic();
    if [&clinic.address, &clinic.city, &clinic.phone].into_iter().any(String::is_empty) {
        let cure = page.t("home-warn-settings-cure");
        warnings.push(Warning::mended_at(page.t("home-warn-settings"), "/admin/settings", cure));
    }
    Ok(warnings)
}

/// What stands between the clinic's data and a lost key or a stolen password; a demo asks for neither (S3, P3).
async fn of_access(app: &App, page: &Page) -> Result<Vec<Warning>, Error> {
    let mut warnings = Vec::new();
    if !keys::sheet_confirmed(app).await? {
        let cure = page.t("home-warn-sheet-cure");
        warnings.push(Warning::mended_at(page.t("home-warn-sheet"), "/admin/recovery-sheet", cure));
    }
    let without = second_factor::count_staff_without(app.db.read()).await?;
    if without > 0 {
        let sentence = page.t1("home-warn-factors", "count", without);
        warnings.push(Warning::mended_at(sentence, "/admin/people", page.t("home-warn-factors-cure")));
    }
    Ok(warnings)
}

/// Doctors who can be booked and may no longer prescribe, or soon not (R7).
async fn of_licences(app: &App, page: &Page) -> Result<Vec<Warning>, Error> {
    let today = app.clinic().day_of(app.now());
    let (mut ended, mut ending) = (0_usize, 0_usize);
    for doctor in doctors::active(app.db.read()).await? {
        let last = doctor.sip_valid_until.parse::<Date>();
        match last.map_or(SipState::Ended, |last| SipState::on(last, today)) {
            SipState::Ended => ended += 1,
            SipState::Ending(_) => ending += 1,
            SipState::Valid => {}
        }
    }
    let mut warnings = Vec::new();
    for (key, count) in [("home-warn-sip-ended", ended), ("home-warn-sip-ending", ending)] {
        if count > 0 {
            let sentence = page.t1(key, "count", count);
            warnings.push(Warning::mended_at(sentence, "/admin/doctors", page.t("home-admin-doctors")));
        }
    }
    Ok(warnings)
}
