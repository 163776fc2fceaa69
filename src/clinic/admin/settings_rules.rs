//! What an admin may settle of the clinic (P5, C1).

use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::{
    clinic::{
        doctors::{HoursRange, rules::STEP},
        patients::Phone,
        profile::{LEAST_RETENTION_YEARS, Profile, Retention},
    },
    web::{FieldErrors, Sentence, forms},
};

const LARGEST_NAME: usize = 80;
const LARGEST_ADDRESS: usize = 240;
const LARGEST_CITY: usize = 64;
const LONGEST_SLOT: i32 = 60;
const LONGEST_RETENTION_YEARS: i32 = 100;
/// Doctors who are named in one sentence.
const MOST_NAMED: usize = 5;

/// The zones of Indonesia, each by its best known name.
pub(super) const ZONES: [&str; 3] = ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"];

/// The clinic as an admin typed it.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct SettingsForm {
    name: String,
    address: String,
    city: String,
    phone: String,
    time_zone: String,
    zone_confirmed: String,
    slot_minutes: String,
    slot_confirmed: String,
    retention_years: String,
    message_retention: String,
}

/// What of the profile a form settles, checked.
pub(super) struct Settings {
    name: String,
    address: String,
    city: String,
    phone: String,
    zone: TimeZone,
    slot_minutes: i32,
    retention_years: i32,
    message_retention: Retention,
}

/// A doctor who can be booked, and the hours that slots are cut from.
#[derive(Clone)]
pub(super) struct DoctorHours {
    pub(super) name: String,
    pub(super) ranges: Vec<HoursRange>,
}

impl Settings {
    /// Reads what was typed. A new zone, and a length of slots that leaves a rest of somebody's hours, pass once they
    /// are confirmed.
    pub(super) fn check(form: &SettingsForm, now: &Profile, doctors: &[DoctorHours]) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", forms::line(&form.name, LARGEST_NAME));
        let address = errors.take("address", forms::line(&form.address, LARGEST_ADDRESS));
        let city = errors.take("city", forms::line(&form.city, LARGEST_CITY));
        let phone = errors.take("phone", phone(&form.phone));
        let zone = errors.take("time_zone", zone(&form.time_zone, now));
        let slot_minutes = errors.take("slot_minutes", slot_minutes(&form.slot_minutes));
        let years = errors.take("retention_years", retention_years(&form.retention_years));
        let messages = errors.take("message_retention", message_retention(&form.message_retention));
        if zone.as_ref().is_some_and(|zone| *zone != now.zone) && form.zone_confirmed != "yes" {
            errors.warn("time_zone", Sentence::new("settings-zone-changes"));
        }
        if let Some(minutes) = slot_minutes.filter(|minutes| *minutes != now.slot_minutes)
            && form.slot_confirmed != "yes"
            && let Some(sentence) = rest(minutes, doctors)
        {
            errors.warn("slot_minutes", sentence);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        match (name, address, city, phone, zone, slot_minutes, years.zip(messages)) {
            (
                Some(name),
                Some(address),
                Some(city),
                Some(phone),
                Some(zone),
                Some(slot_minutes),
                Some((retention_years, message_retention)),
            ) => Ok(Self { name, address, city, phone, zone, slot_minutes, retention_years, message_retention }),
            _ => Err(errors),
        }
    }

    /// The profile with these settings in place of its own.
    pub(super) fn over(self, mut profile: Profile) -> Profile {
        profile.name = self.name;
        profile.address = self.address;
        profile.city = self.city;
        profile.phone = self.phone;
        profile.zone = self.zone;
        profile.slot_minutes = self.slot_minutes;
        profile.retention_years = self.retention_years;
        profile.message_retention = self.message_retention;
        profile
    }
}

fn phone(text: &str) -> Result<String, Sentence> {
    Phone::parse(text)?.map(|phone| phone.reveal().to_owned()).ok_or(Sentence::new("form-required"))
}

/// One of Indonesia's zones, or the one that the clinic has.
fn zone(text: &str, now: &Profile) -> Result<TimeZone, Sentence> {
    let wrong = || Sentence::new("settings-zone-wrong");
    if now.zone.iana_name() == Some(text) {
        return Ok(now.zone.clone());
    }
    let known = ZONES.into_iter().find(|zone| *zone == text).ok_or_else(wrong)?;
    TimeZone::get(known).map_err(|_| wrong())
}

fn slot_minutes(text: &str) -> Result<i32, Sentence> {
    let minutes = number(text)?;
    let fits = (STEP..=LONGEST_SLOT).contains(&minutes) && minutes % STEP == 0;
    if fits { Ok(minutes) } else { Err(Sentence::new("settings-slot-wrong")) }
}

fn retention_years(text: &str) -> Result<i32, Sentence> {
    let years = number(text)?;
    if years < LEAST_RETENTION_YEARS {
        return Err(Sentence::new("settings-retention-short").with("least", LEAST_RETENTION_YEARS));
    }
    if years > LONGEST_RETENTION_YEARS {
        return Err(Sentence::new("settings-retention-long").with("largest", LONGEST_RETENTION_YEARS));
    }
    Ok(years)
}

fn message_retention(code: &str) -> Result<Retention, Sentence> {
    Retention::parse(code).ok_or(Sentence::new("settings-messages-choose"))
}

fn number(text: &str) -> Result<i32, Sentence> {
    let text = forms::code(text, 9)?;
    let digits = text.bytes().all(|digit| digit.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().ok_or(Sentence::new("settings-number-wrong"))
}

/// Whose hours slots of `minutes` do not fill: what is left over at the end of a range cannot be booked.
fn rest(minutes: i32, doctors: &[DoctorHours]) -> Option<Sentence> {
    let leaves = |range: &HoursRange| (range.ends_minute - range.starts_minute) % minutes != 0;
    let names: Vec<&str> =
        doctors.iter().filter(|doctor| doctor.ranges.iter().any(leaves)).map(|doctor| doctor.name.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    let said: Vec<&str> = names.iter().take(MOST_NAMED).copied().collect();
    let others = names.len().saturating_sub(MOST_NAMED);
    Some(
        Sentence::new("settings-slot-leaves-rest")
            .with("doctors", said.join("; "))
            .with("others", others)
            .with("minutes", minutes),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clinic() -> Profile {
        Profile {
            name: "Klinik".to_owned(),
            address: String::new(),
            city: String::new(),
            phone: String::new(),
            zone: TimeZone::get("Asia/Jakarta").unwrap_or(TimeZone::UTC),
            slot_minutes: 15,
            retention_years: 25,
            message_retention: Retention::Ephemeral,
            logo: None,
        }
    }

    fn form() -> SettingsForm {
        let text = str::to_owned;
        SettingsForm {
            name: text("Klinik Sehat"),
            address: text("Jl. Pelita No. 1"),
            city: text("Makassar"),
            phone: text("0411 123456"),
            time_zone: text("Asia/Jakarta"),
            slot_minutes: text("20"),
            retention_years: text("25"),
            message_retention: text("ephemeral"),
            ..SettingsForm::default()
        }
    }

    fn doctor(name: &str, starts_minute: i32, ends_minute: i32) -> DoctorHours {
        let ranges = vec![HoursRange { weekday: 1, starts_minute, ends_minute }];
        DoctorHours { name: name.to_owned(), ranges }
    }

    #[test]
    fn a_length_that_leaves_a_rest_passes_once_confirmed() {
        let doctors = [doctor("dr. Andi", 480, 540), doctor("dr. Made", 480, 530)];
        let refused = Settings::check(&form(), &clinic(), &doctors);
        assert_eq!(refused.err().and_then(|errors| errors.key("slot_minutes")), Some("settings-slot-leaves-rest"));
        let confirmed = SettingsForm { slot_confirmed: "yes".to_owned(), ..form() };
        assert!(Settings::check(&confirmed, &clinic(), &doctors).is_ok_and(|settings| settings.slot_minutes == 20));
        assert!(Settings::check(&form(), &clinic(), &[doctor("dr. Andi", 480, 540)]).is_ok());
    }

    #[test]
    fn a_new_zone_passes_once_confirmed() {
        let moved = SettingsForm { time_zone: "Asia/Jayapura".to_owned(), ..form() };
        let refused = Settings::check(&moved, &clinic(), &[]);
        assert_eq!(refused.err().and_then(|errors| errors.key("time_zone")), Some("settings-zone-changes"));
        let confirmed = SettingsForm { zone_confirmed: "yes".to_owned(), ..moved };
        let settings = Settings::check(&confirmed, &clinic(), &[]);
        assert!(settings.is_ok_and(|settings| settings.zone.iana_name() == Some("Asia/Jayapura")));
    }

    #[test]
    fn a_name_on_letterheads_has_no_break_and_nothing_unseen() {
        for wrong in ["Klinik\u{2028}Sehat", "Klinik\u{200b}Sehat", "Klinik\nSehat"] {
            let sent = SettingsForm { name: wrong.to_owned(), ..form() };
            let refused = Settings::check(&sent, &clinic(), &[]).err();
            assert_eq!(refused.and_then(|errors| errors.key("name")), Some("form-control-characters"), "{wrong:?}");
        }
        let copied = SettingsForm { slot_minutes: "\u{200e}１５".to_owned(), ..form() };
        assert!(Settings::check(&copied, &clinic(), &[]).is_ok_and(|settings| settings.slot_minutes == 15));
    }

    #[test]
    fn messages_are_erased_or_kept_as_was_chosen() {
        for (code, chosen) in [("ephemeral", Retention::Ephemeral), ("kept", Retention::Kept)] {
            let sent = SettingsForm { message_retention: code.to_owned(), ..form() };
            let saved = Settings::check(&sent, &clinic(), &[]).map(|settings| settings.over(clinic()));
            assert!(saved.is_ok_and(|profile| profile.message_retention == chosen), "{code}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused_at_its_field() {
        let slots = ["", "0", "4", "7", "62", "65", "-15", "15.5", "lima belas", "９", "2000000000"];
        for slot in slots {
            let wrong = SettingsForm { slot_minutes: slot.to_owned(), slot_confirmed: "yes".to_owned(), ..form() };
            let refused = Settings::check(&wrong, &clinic(), &[]).err();
            assert!(refused.is_some_and(|errors| errors.key("slot_minutes").is_some()), "{slot}");
        }
        for years in ["", "24", "0", "101", "dua"] {
            let wrong = SettingsForm { retention_years: years.to_owned(), ..form() };
            let refused = Settings::check(&wrong, &clinic(), &[]).err();
            assert!(refused.is_some_and(|errors| errors.key("retention_years").is_some()), "{years}");
        }
        for messages in ["", "Kept", "erased", "forever"] {
            let wrong = SettingsForm { message_retention: messages.to_owned(), ..form() };
            let refused = Settings::check(&wrong, &clinic(), &[]).err();
            assert!(refused.is_some_and(|errors| errors.key("message_retention").is_some()), "{messages}");
        }
        for zone in ["", "Mars/Base", "Europe/Berlin", "asia/jakarta"] {
            let wrong = SettingsForm { time_zone: zone.to_owned(), zone_confirmed: "yes".to_owned(), ..form() };
            let refused = Settings::check(&wrong, &clinic(), &[]).err();
            assert_eq!(refused.and_then(|errors| errors.key("time_zone")), Some("settings-zone-wrong"), "{zone}");
        }
    }
}
