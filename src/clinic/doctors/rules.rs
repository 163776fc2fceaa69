//! What is known of a doctor, and the weekly hours that slots are cut from.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use crate::{
    infra::typed,
    web::{FieldErrors, Sentence, forms},
};

const LARGEST_NAME: usize = 120;
const LARGEST_SPECIALTY: usize = 64;
const LARGEST_LICENCE: usize = 64;
const LARGEST_BIOGRAPHY: usize = 2_000;
const LARGEST_REASON: usize = 120;
/// A SIP lasts five years: a year outside these is a slip of the keyboard.
const SIP_YEARS: std::ops::RangeInclusive<i16> = 2000..=2099;
/// Days for which the end of a SIP is announced beforehand.
const SIP_WARNING_DAYS: i32 = 60;

/// Minutes of a day.
pub const DAY: i32 = 24 * 60;
/// Hours begin and end at a multiple of this; a doctor's time is taken in these steps (C2).
pub const STEP: i32 = 5;
/// Ranges of one weekday.
pub const MOST_RANGES: usize = 12;
const LONGEST_DAYS_OFF: i32 = 366;

/// What is known of a doctor, as somebody typed it.
#[derive(Deserialize, Default, Clone)]
#[serde(default, deny_unknown_fields)]
pub struct DetailsForm {
    /// With titles.
    pub name: String,
    /// In words.
    pub specialty: String,
    /// The registration, for life.
    pub str_number: String,
    /// The licence to practise here.
    pub sip_number: String,
    /// Its end, `YYYY-MM-DD`.
    pub sip_valid_until: String,
    /// What patients read.
    pub biography: String,
}

/// What is known of a doctor (P6), checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Details {
    pub(super) name: String,
    pub(super) specialty: String,
    pub(super) str_number: String,
    pub(super) sip_number: String,
    pub(super) sip_valid_until: Date,
    pub(super) biography: String,
}

/// What a doctor says of themself; nothing if blank.
pub fn biography(text: &str) -> Result<String, Sentence> {
    Ok(forms::optional(text, LARGEST_BIOGRAPHY)?.unwrap_or_default())
}

impl Details {
    /// Reads what was typed.
    pub fn check(form: &DetailsForm) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", forms::line(&form.name, LARGEST_NAME));
        let specialty = errors.take("specialty", forms::line(&form.specialty, LARGEST_SPECIALTY));
        let str_number = errors.take("str_number", licence(&form.str_number));
        let sip_number = errors.take("sip_number", licence(&form.sip_number));
        let sip_valid_until = errors.take("sip_valid_until", sip_end(&form.sip_valid_until));
        let biography = errors.take("biography", biography(&form.biography));
        match (name, specialty, str_number, sip_number, sip_valid_until, biography) {
            (
                Some(name),
                Some(specialty),
                Some(str_number),
                Some(sip_number),
                Some(sip_valid_until),
                Some(biography),
            ) => Ok(Self { name, specialty, str_number, sip_number, sip_valid_until, biography }),
            _ => Err(errors),
        }
    }

    /// The name with titles.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The number of an STR or SIP.
fn licence(text: &str) -> Result<String, Sentence> {
    forms::line(&forms::code(text, LARGEST_LICENCE)?, LARGEST_LICENCE)
}

fn sip_end(text: &str) -> Result<Date, Sentence> {
    let day = forms::day(text)?;
    if SIP_YEARS.contains(&day.year()) { Ok(day) } else { Err(Sentence::new("doctors-sip-year")) }
}

/// How long a SIP still lasts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SipState {
    /// For a while.
    Valid,
    /// For so many days, today not counted.
    Ending(i32),
    /// No more: the doctor may not prescribe.
    Ended,
}

impl SipState {
    /// The state on `today` of a SIP that is valid until the end of `last`.
    pub fn on(last: Date, today: Date) -> Self {
        let left = (last - today).get_days();
        match left {
            ..0 => Self::Ended,
            0..=SIP_WARNING_DAYS => Self::Ending(left),
            _ => Self::Valid,
        }
    }
}

/// A part of a weekday in which a doctor can be booked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HoursRange {
    /// 1 is Monday, 7 Sunday.
    pub weekday: i32,
    /// Minutes since the clinic's midnight.
    pub starts_minute: i32,
    /// At most 1440, the midnight after.
    pub ends_minute: i32,
}

impl HoursRange {
    /// Whether the range lies within one day, in whole steps.
    fn is_well_formed(self) -> bool {
        let in_steps = self.starts_minute % STEP == 0 && self.ends_minute % STEP == 0;
        let in_day = 0 <= self.starts_minute && self.starts_minute < self.ends_minute && self.ends_minute <= DAY;
        (1..=7).contains(&self.weekday) && in_steps && in_day
    }

    fn overlaps(self, other: Self) -> bool {
        self.weekday == other.weekday
            && self.starts_minute < other.ends_minute
            && other.starts_minute < self.ends_minute
    }
}

/// A doctor's weekly hours: ranges in order, none of which overlap.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hours(Vec<HoursRange>);

/// The two ends of a range, as somebody typed them.
#[derive(Deserialize, Default, Clone)]
#[serde(default, deny_unknown_fields)]
pub struct RangeForm {
    /// Such as `08.00`.
    pub start: String,
    /// Such as `11.00`.
    pub end: String,
}

/// Ranges by weekday and by their place on the page: `hours[1][0][start]`.
pub type HoursForm = BTreeMap<i32, BTreeMap<usize, RangeForm>>;

impl Hours {
    /// Hours from ranges; nothing if one is not well formed or two overlap.
    pub fn of(mut ranges: Vec<HoursRange>) -> Option<Self> {
        ranges.sort_unstable();
        let well_formed = ranges.iter().all(|range| range.is_well_formed());
        let apart = ranges.windows(2).all(|pair| matches!(pair, [first, second] if !first.overlaps(*second)));
        (well_formed && apart).then_some(Self(ranges))
    }

    /// Every minute of the week.
    pub fn around_the_clock() -> Self {
        Self((1..=7).map(|weekday| HoursRange { weekday, starts_minute: 0, ends_minute: DAY }).collect())
    }

    /// The ranges in order.
    pub fn ranges(&self) -> &[HoursRange] {
        &self.0
    }

    /// Whether a range holds all of the minutes from `starts` to `ends`.
    pub fn cover(&self, weekday: i32, starts: i32, ends: i32) -> bool {
        // Ranges that touch are one to whoever is in the room.
        let mut reached = starts;
        for range in self.0.iter().filter(|range| range.weekday == weekday) {
            if range.starts_minute <= reached && reached < range.ends_minute {
                reached = range.ends_minute;
            }
        }
        reached >= ends
    }

    /// Reads what was typed; a range with two empty ends is none.
    pub fn check(form: &HoursForm) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut hours = Vec::new();
        for (weekday, rows) in form.iter().filter(|(weekday, _)| (1..=7).contains(*weekday)) {
            if rows.len() > MOST_RANGES {
                let sentence = Sentence::new("doctors-hours-too-many").with("largest", MOST_RANGES);
                errors.add(format!("hours[{weekday}][{MOST_RANGES}][start]"), sentence);
                continue;
            }
            let mut of_day: Vec<HoursRange> = Vec::new();
            for (row, typed) in rows {
                let Some(range) = check_range(*weekday, *row, typed, &mut errors) else { continue };
                if let Some(other) = of_day.iter().find(|other| other.overlaps(range)) {
                    errors.add(field(*weekday, *row, "start"), overlap(range, *other));
                }
                of_day.push(range);
            }
            hours.append(&mut of_day);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Self::of(hours).ok_or_else(|| FieldErrors::message(Sentence::new("doctors-hours-wrong")))
    }
}

/// The name of a field of the hours.
pub fn field(weekday: i32, row: usize, end: &str) -> String {
    format!("hours[{weekday}][{row}][{end}]")
}

fn check_range(weekday: i32, row: usize, typed: &RangeForm, errors: &mut FieldErrors) -> Option<HoursRange> {
    if typed.start.trim().is_empty() && typed.end.trim().is_empty() {
        return None;
    }
    let starts = errors.take(&field(weekday, row, "start"), minute(&typed.start));
    let ends = errors.take(&field(weekday, row, "end"), minute(&typed.end));
    let (starts_minute, ends_minute) = (starts?, ends?);
    if starts_minute >= ends_minute {
        let sentence = Sentence::new("doctors-hours-backwards")
            .with("start", clock(starts_minute))
            .with("end", clock(ends_minute));
        errors.add(field(weekday, row, "end"), sentence);
        return None;
    }
    Some(HoursRange { weekday, starts_minute, ends_minute })
}

fn overlap(range: HoursRange, other: HoursRange) -> Sentence {
    Sentence::new("doctors-hours-overlap")
        .with("start", clock(range.starts_minute))
        .with("end", clock(range.ends_minute))
        .with("other_start", clock(other.starts_minute))
        .with("other_end", clock(other.ends_minute))
}

/// Minutes since midnight of a clock such as `08.30`, `8:30` or `8`, up to `24.00`.
pub fn minute(text: &str) -> Result<i32, Sentence> {
    let text = typed::as_seen(text);
    let text = text.as_str();
    if text.is_empty() {
        return Err(Sentence::new("doctors-hour-empty"));
    }
    let unreadable = || Sentence::new("doctors-hour-unreadable").with("text", shortened(text));
    let (hours, minutes) = text.split_once(['.', ':']).unwrap_or((text, "00"));
    let digits = |part: &str, lengths: &[usize]| {
        let plain = lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| part.parse::<i32>().ok()).flatten()
    };
    let (hours, minutes) =
        (digits(hours, &[1, 2]).ok_or_else(unreadable)?, digits(minutes, &[2]).ok_or_else(unreadable)?);
    let minute = hours * 60 + minutes;
    if minutes >= 60 || minute > DAY {
        return Err(unreadable());
    }
    if minute % STEP == 0 { Ok(minute) } else { Err(Sentence::new("doctors-hour-not-five").with("text", text)) }
}

/// Minutes since midnight as fields show them: 510 is `08.30`.
pub fn clock(minute: i32) -> String {
    format!("{:02}.{:02}", minute / 60, minute % 60)
}

fn shortened(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(20).collect()
}

/// Days off, as somebody typed them.
#[derive(Deserialize, Default, Clone)]
#[serde(default, deny_unknown_fields)]
pub struct DaysOffForm {
    /// `YYYY-MM-DD`.
    pub first_day: String,
    /// The same day if empty.
    pub last_day: String,
    /// For the clinic alone.
    pub reason: String,
}

/// Days without slots, checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DaysOff {
    pub(super) first: Date,
    pub(super) last: Date,
    pub(super) reason: String,
}

impl DaysOff {
    /// Reads what was typed.
    pub fn check(form: &DaysOffForm) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let first = errors.take("first_day", forms::day(&form.first_day));
        let last =
            if form.last_day.trim().is_empty() { first } else { errors.take("last_day", forms::day(&form.last_day)) };
        let reason = errors.take("reason", forms::optional(&form.reason, LARGEST_REASON));
        if let (Some(first), Some(last)) = (first, last) {
            if last < first {
                errors.add("last_day", Sentence::new("doctors-days-off-backwards"));
            } else if (last - first).get_days() >= LONGEST_DAYS_OFF {
                errors.add("last_day", Sentence::new("doctors-days-off-too-long").with("largest", LONGEST_DAYS_OFF));
            }
        }
        match (first, last, reason) {
            (Some(first), Some(last), Some(reason)) if errors.is_empty() => {
                Ok(Self { first, last, reason: reason.unwrap_or_default() })
            }
            _ => Err(errors),
        }
    }

    /// Every day, to tell pages that show one.
    pub fn days(&self) -> impl Iterator<Item = Date> {
        let last = self.last;
        std::iter::successors(Some(self.first), |day| day.tomorrow().ok()).take_while(move |day| *day <= last)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn typed(ranges: &[(i32, &str, &str)]) -> HoursForm {
        let mut form = HoursForm::new();
        for (weekday, start, end) in ranges {
            let rows = form.entry(*weekday).or_default();
            rows.insert(rows.len(), RangeForm { start: (*start).to_owned(), end: (*end).to_owned() });
        }
        form
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (text, minutes) in
            [("08.00", 480), ("8:30", 510), (" 8 ", 480), ("\u{200e}０８.00\u{a0}", 480), ("24.00", 1440), ("00:00", 0)]
        {
            assert_eq!(minute(text), Ok(minutes), "{text}");
        }
    }

    #[test]
    fn what_is_no_hour_is_refused() {
        for wrong in ["", "24.05", "25.00", "08.60", "08.03", "8.5", "-1.00", "08.00.00", "delapan", "+8"] {
            assert!(minute(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_overlap_is_said_at_the_range_that_came_second() {
        let refused = Hours::check(&typed(&[(4, "08.00", "11.00"), (4, "10.30", "12.00")]));
        let key = refused.err().and_then(|errors| errors.key("hours[4][1][start]"));
        assert_eq!(key, Some("doctors-hours-overlap"));
    }

    #[test]
    fn ranges_that_touch_or_lie_on_other_days_do_not_overlap() {
        let hours = Hours::check(&typed(&[(4, "08.00", "11.00"), (4, "11.00", "12.00"), (5, "08.00", "11.00")]));
        assert!(hours.is_ok_and(|hours| hours.ranges().len() == 3 && hours.cover(4, 500, 720)));
    }

    #[test]
    fn an_empty_range_is_none_and_half_a_range_is_wrong() {
        assert_eq!(Hours::check(&typed(&[(1, "", " ")])), Ok(Hours::default()));
        let refused = Hours::check(&typed(&[(1, "08.00", "")]));
        assert_eq!(refused.err().and_then(|errors| errors.key("hours[1][0][end]")), Some("doctors-hour-empty"));
    }

    #[test]
    fn the_end_of_a_sip_is_announced_sixty_days_before() {
        let today = date(2026, 11, 20);
        assert_eq!(SipState::on(date(2027, 1, 20), today), SipState::Valid);
        assert_eq!(SipState::on(date(2027, 1, 19), today), SipState::Ending(60));
        assert_eq!(SipState::on(today, today), SipState::Ending(0));
        assert_eq!(SipState::on(date(2026, 11, 19), today), SipState::Ended);
    }

    #[test]
    fn days_off_end_no_earlier_than_they_begin() {
        let form = |first: &str, last: &str| DaysOffForm {
            first_day: first.to_owned(),
            last_day: last.to_owned(),
            reason: String::new(),
        };
        let refused = DaysOff::check(&form("2026-12-26", "2026-12-24"));
        assert_eq!(refused.err().and_then(|errors| errors.key("last_day")), Some("doctors-days-off-backwards"));
        assert!(DaysOff::check(&form("2026-12-24", "2026-12-26")).is_ok_and(|days| days.days().count() == 3));
        assert!(DaysOff::check(&form("2026-12-24", "")).is_ok_and(|days| days.days().count() == 1));
    }

    proptest! {
        #[test]
        fn every_step_of_the_day_is_read_back_as_it_is_written(step in 0..=DAY / STEP) {
            prop_assert_eq!(minute(&clock(step * STEP)), Ok(step * STEP));
            prop_assert_eq!(minute(&clock(step * STEP).replace('.', ":")), Ok(step * STEP));
        }

        #[test]
        fn no_text_is_read_as_a_minute_outside_the_day(text in "\\PC{0,8}") {
            if let Ok(minute) = minute(&text) {
                prop_assert!((0..=DAY).contains(&minute) && minute % STEP == 0);
            }
        }

        #[test]
        fn no_minute_of_accepted_hours_lies_in_two_ranges(
            ranges in prop::collection::vec((1..=7i32, 0..=288i32, 0..=288i32), 0..8)
        ) {
            let clocks: Vec<(i32, String, String)> = ranges
                .iter()
                .map(|(weekday, start, end)| (*weekday, clock(start * STEP), clock(end * STEP)))
                .collect();
            let form: Vec<(i32, &str, &str)> =
                clocks.iter().map(|(weekday, start, end)| (*weekday, start.as_str(), end.as_str())).collect();
            let mut taken = std::collections::HashSet::new();
            let mut apart = ranges.iter().all(|(_, start, end)| start < end);
            for (weekday, start, end) in &ranges {
                for step in *start..*end {
                    apart &= taken.insert((*weekday, step));
                }
            }
            prop_assert_eq!(Hours::check(&typed(&form)).is_ok(), apart);
        }
    }
}
