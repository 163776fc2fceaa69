//! What an admin should look after, each with its cure.

use std::time::Duration;

use jiff::civil::Date;

use crate::{
    app::App,
    clinic::{
        accounts::second_factor,
        audit::checks,
        doctors::{self, rules::SipState},
        encounter::web::words_of,
        keys,
        notifications::mail,
    },
    infra::clock::Instant,
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
    /// For an act on the clock: the step that the page speaks of, in milliseconds.
    pub(super) step: Option<i64>,
}

/// The act that says that the machine's clock is right.
const ACCEPT_TIME: &str = "/admin/clock/accept";

/// The act that has refused letters sent again.
const SEND_AGAIN: &str = "/admin/letters/again";

impl Warning {
    const fn told(sentence: String) -> Self {
        Self { sentence, cure: None }
    }

    const fn mended_at(sentence: String, path: &'static str, words: String) -> Self {
        Self { sentence, cure: Some(Cure { path, words, is_act: false, step: None }) }
    }

    const fn mended_by(sentence: String, path: &'static str, words: String) -> Self {
        Self { sentence, cure: Some(Cure { path, words, is_act: true, step: None }) }
    }
}

/// What is to be looked after now, the gravest first.
pub(super) async fn of_clinic(app: &App, page: &Page) -> Result<Vec<Warning>, Error> {
    let mut warnings = Vec::new();
    let check = checks::last(app.db.read()).await?;
    if check.is_some_and(|check| check.broken_place.is_some()) {
        warnings.push(Warning::mended_at(page.t("home-warn-audit"), "/admin/audit", page.t("home-warn-audit-cure")));
    }
    warnings.extend(of_clock(app, page));
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

/// That the machine's clock was set, or lay oddly at the start. Whether it is right an admin knows better.
fn of_clock(app: &App, page: &Page) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let step = app.clock.unfollowed_step();
    let told = |at: Instant| page.words.day_and_time(at).words;
    let asks = |sentence, words| {
        let cure = Cure { path: ACCEPT_TIME, words, is_act: true, step: Some(step.unwrap_or(0)) };
        Warning { sentence, cure: Some(cure) }
    };
    if let Some(step) = step {
        let key = if step > 0 { "home-warn-clock-ahead" } else { "home-warn-clock-behind" };
        let difference = words_of(Duration::from_millis(step.unsigned_abs()), page.language());
        let (wall, now) = (told(app.clock.wall()), told(app.now()));
        let sentence = page.t3(key, "difference", difference, "new", wall, "old", now);
        warnings.push(asks(sentence, page.t("home-warn-clock-accept")));
    }
    if let Some(doubt) = app.trust.doubt() {
        let key = if doubt.is_before() { "home-warn-start-before" } else { "home-warn-start-after" };
        let sentence = page.t2(key, "start", told(doubt.started), "last", told(doubt.last));
        warnings.push(asks(sentence, page.t("home-warn-start-right")));
    }
    warnings
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
