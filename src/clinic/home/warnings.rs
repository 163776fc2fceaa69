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
    infra::mail::Trouble,
    web::{Error, Page},
};

/// Something that is not as it should be.
pub(super) struct Warning {
    pub(super) sentence: String,
    pub(super) cure: Option<Cure>,
}

/// What mends it: a page or an act, and the words of its link or button.
pub(super) struct Cure {
    pub(super) path: &'static str,
    pub(super) words: String,
    pub(super) is_act: bool,
}

/// The act that has refused letters sent again.
const SEND_AGAIN: &str = "/admin/letters/again";

impl Warning {
    const fn told(sentence: String) -> Self {
        Self { sentence, cure: None }
    }

    const fn mended_at(sentence: String, path: &'static str, words: String) -> Self {
        Self { sentence, cure: Some(Cure { path, words, is_act: false }) }
    }

    const fn mended_by(sentence: String, path: &'static str, words: String) -> Self {
        Self { sentence, cure: Some(Cure { path, words, is_act: true }) }
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
    warnings.extend(of_letters(app, page).await?);
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

/// Letters that do not reach anybody (P2).
async fn of_letters(app: &App, page: &Page) -> Result<Vec<Warning>, Error> {
    if !app.mail.sends() {
        return Ok(vec![Warning::told(page.t("home-warn-no-mail"))]);
    }
    let unsent = mail::count_unsent(app.db.read()).await?;
    let waiting = unsent
        .waiting
        .into_iter()
        .map(|(trouble, count)| Warning::told(page.t1(&format!("home-warn-mail-{}", trouble.name()), "count", count)));
    let mut warnings: Vec<_> = waiting.collect();
    if unsent.refused > 0 {
        let sentence = page.t1("home-warn-mail-refused", "count", unsent.refused);
        warnings.push(Warning::mended_by(sentence, SEND_AGAIN, page.t("home-warn-mail-refused-cure")));
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
