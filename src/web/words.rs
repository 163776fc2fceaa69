//! Dates and times in words, in the reader's zone with its name, and in the clinic's where that differs (C9).

use icu_calendar::Iso;
use icu_datetime::{DateTimeFormatter, fieldsets};
use icu_locale_core::locale;
use jiff::{Zoned, civil::Date, tz::TimeZone};

use super::Lang;
use crate::infra::clock::Instant;

/// A moment as a page shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimeWords {
    /// RFC 3339 in UTC, for the `datetime` attribute.
    pub iso: String,
    /// What people read.
    pub words: String,
}

/// Puts moments into the words of one reader.
#[derive(Clone)]
pub struct Reader {
    /// The reader's language.
    pub lang: Lang,
    /// The reader's zone.
    pub zone: TimeZone,
    /// The clinic's zone, which decides days.
    pub clinic_zone: TimeZone,
}

/// How much of a date is said.
#[derive(Clone, Copy)]
enum DateLength {
    /// "Sabtu, 21 November 2026"
    Full,
    /// "21 November 2026"
    Plain,
    /// "Sab"
    Weekday,
    /// "November 2026"
    Month,
    /// "November"
    MonthAlone,
}

impl Reader {
    /// "Sabtu, 21 November 2026".
    pub fn day(&self, day: Date) -> String {
        self.date(day, DateLength::Full)
    }

    /// "21 November 2026", for dates of birth and letters.
    pub fn plain_day(&self, day: Date) -> String {
        self.date(day, DateLength::Plain)
    }

    /// "Sab".
    pub fn weekday(&self, day: Date) -> String {
        self.date(day, DateLength::Weekday)
    }

    /// "November 2026".
    pub fn month(&self, day: Date) -> String {
        self.date(day, DateLength::Month)
    }

    /// The months, "Januari" to "Desember", each with its number.
    pub fn months(&self) -> Vec<(String, String)> {
        let first = |month| Date::new(2000, month, 1).ok();
        (1..=12)
            .filter_map(|month| Some((month.to_string(), self.date(first(month)?, DateLength::MonthAlone))))
            .collect()
    }

    /// "14.15 WITA", and the clinic's time where its zone shows another.
    pub fn time(&self, at: Instant) -> TimeWords {
        TimeWords { iso: at.rfc3339(), words: self.beside_clinic(at, |moment| self.clock_and_zone(moment)) }
    }

    /// "14.15", for tables that name the zone once.
    pub fn clock(&self, at: Instant) -> TimeWords {
        TimeWords { iso: at.rfc3339(), words: self.hours_and_minutes(&at.in_zone(&self.zone)) }
    }

    /// The same for a list of `day`; "Min 00.15" where the reader's date is another than the list's.
    pub fn clock_on(&self, at: Instant, day: Date) -> TimeWords {
        let clock = self.clock(at);
        match self.other_weekday(at, day) {
            Some(weekday) => TimeWords { words: format!("{weekday}\u{a0}{}", clock.words), ..clock },
            None => clock,
        }
    }

    /// "Min", where the reader's date at `at` is another than `day`.
    pub fn other_weekday(&self, at: Instant, day: Date) -> Option<String> {
        let here = at.day_in(&self.zone);
        (here != day).then(|| self.weekday(here))
    }

    /// "14.15" on the reader's day, "21 November 2026" on others: as short as a list allows.
    pub fn clock_or_day(&self, at: Instant, now: Instant) -> TimeWords {
        let day = at.day_in(&self.zone);
        if day == now.day_in(&self.zone) {
            return self.clock(at);
        }
        TimeWords { iso: at.rfc3339(), words: self.plain_day(day) }
    }

    /// "14.15–14.30 WITA".
    pub fn span(&self, starts: Instant, ends: Instant) -> TimeWords {
        let words = self.beside_clinic(starts, |moment| {
            let end = ends.in_zone(moment.time_zone());
            format!("{}–{}", self.hours_and_minutes(moment), self.clock_and_zone(&end))
        });
        TimeWords { iso: starts.rfc3339(), words }
    }

    /// "Sabtu, 21 November 2026, 14.15–14.30 WITA", and the clinic's: with its date where that is another day.
    pub fn day_and_span(&self, starts: Instant, ends: Instant) -> TimeWords {
        let here = starts.day_in(&self.zone);
        let span = self.span(starts, ends);
        let words = if here == starts.day_in(&self.clinic_zone) {
            format!("{}, {}", self.day(here), span.words)
        } else {
            self.beside_clinic(starts, |moment| {
                let end = ends.in_zone(moment.time_zone());
                let clock = self.hours_and_minutes(moment);
                format!("{}, {clock}–{}", self.day(moment.date()), self.clock_and_zone(&end))
            })
        };
        TimeWords { words, ..span }
    }

    /// "Sabtu, 21 November 2026, 14.15 WITA".
    pub fn day_and_time(&self, at: Instant) -> TimeWords {
        let words =
            self.beside_clinic(at, |moment| format!("{}, {}", self.day(moment.date()), self.clock_and_zone(moment)));
        TimeWords { iso: at.rfc3339(), words }
    }

    /// The name of the reader's zone at `at`, such as "WITA".
    pub fn zone_name(&self, at: Instant) -> String {
        zone_name(&at.in_zone(&self.zone))
    }

    /// The name by which scripts know the reader's zone, such as `Asia/Makassar`.
    pub fn zone_id(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// Minutes of a day as a clock: 510 is "08.30".
    pub fn minute_of_day(&self, minute: i32) -> String {
        let mark = self.mark();
        format!("{:02}{mark}{:02}", minute / 60, minute % 60)
    }

    fn beside_clinic(&self, at: Instant, words: impl Fn(&Zoned) -> String) -> String {
        let here = at.in_zone(&self.zone);
        let clinic = at.in_zone(&self.clinic_zone);
        if here.offset() == clinic.offset() { words(&here) } else { format!("{} ({})", words(&here), words(&clinic)) }
    }

    fn clock_and_zone(&self, moment: &Zoned) -> String {
        format!("{}\u{a0}{}", self.hours_and_minutes(moment), zone_name(moment))
    }

    fn hours_and_minutes(&self, moment: &Zoned) -> String {
        let mark = self.mark();
        format!("{:02}{mark}{:02}", moment.hour(), moment.minute())
    }

    const fn mark(&self) -> char {
        match self.lang {
            Lang::Id => '.',
            Lang::En => ':',
        }
    }

    fn date(&self, day: Date, length: DateLength) -> String {
        let locale = match self.lang {
            Lang::Id => locale!("id"),
            Lang::En => locale!("en-GB"),
        };
        let month = day.month().unsigned_abs();
        let Ok(date) = icu_calendar::Date::<Iso>::try_new_iso(day.year().into(), month, day.day().unsigned_abs())
        else {
            return day.to_string();
        };
        macro_rules! words {
            ($fields:expr) => {
                DateTimeFormatter::try_new(locale.into(), $fields).map(|words| words.format(&date).to_string())
            };
        }
        match length {
            DateLength::Full => words!(fieldsets::YMDE::long()),
            DateLength::Plain => words!(fieldsets::YMD::long()),
            DateLength::Weekday => words!(fieldsets::E::short()),
            DateLength::Month => words!(fieldsets::YM::long()),
            DateLength::MonthAlone => words!(fieldsets::M::long()),
        }
        .unwrap_or_else(|_| day.to_string())
    }
}

/// Indonesia's zones by the names that people use; others by their abbreviation.
fn zone_name(moment: &Zoned) -> String {
    match moment.time_zone().iana_name() {
        Some("Asia/Jakarta" | "Asia/Pontianak") => "WIB".to_owned(),
        Some("Asia/Makassar") => "WITA".to_owned(),
        Some("Asia/Jayapura") => "WIT".to_owned(),
        _ => moment.strftime("%Z").to_string(),
    }
}

/// Text for a page in which no line ends between a number and its unit: "500 mg", "8 jam".
pub fn unbroken(text: &str) -> String {
    let mut letters = text.chars().peekable();
    let mut before = None;
    let mut joined = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        let number_before = before.is_some_and(|before: char| before.is_ascii_digit());
        let unit_after = letters.peek().is_some_and(|after| after.is_alphabetic() || *after == '%');
        joined.push(if letter == ' ' && number_before && unit_after { '\u{a0}' } else { letter });
        before = Some(letter);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(lang: Lang, zone: &str) -> Reader {
        let zone_of = |name| TimeZone::get(name).unwrap_or(TimeZone::UTC);
        Reader { lang, zone: zone_of(zone), clinic_zone: zone_of("Asia/Makassar") }
    }

    fn afternoon() -> Instant {
        Instant::parse("2026-11-21T06:15:00Z").unwrap_or(Instant::from_millis(0))
    }

    #[test]
    fn a_reader_in_the_clinics_zone_reads_one_time() {
        let words = reader(Lang::Id, "Asia/Makassar").day_and_time(afternoon()).words;
        assert_eq!(words, "Sabtu, 21 November 2026, 14.15\u{a0}WITA");
    }

    #[test]
    fn no_line_ends_between_a_number_and_its_unit() {
        for (typed, joined) in [
            ("Amoxicillin 500 mg kaplet", "Amoxicillin 500\u{a0}mg kaplet"),
            ("Sirup 125 mg/5 ml", "Sirup 125\u{a0}mg/5\u{a0}ml"),
            ("2 3x sehari, 1  tablet", "2 3x sehari, 1  tablet"),
            ("Povidone 10 %", "Povidone 10\u{a0}%"),
            ("", ""),
        ] {
            assert_eq!(unbroken(typed), joined);
        }
    }

    #[test]
    fn a_reader_elsewhere_reads_the_clinics_time_too() {
        let words = reader(Lang::En, "Asia/Jayapura").time(afternoon()).words;
        assert_eq!(words, "15:15\u{a0}WIT (14:15\u{a0}WITA)");
    }

    #[test]
    fn the_date_of_a_time_is_that_of_the_readers_clock() {
        let reader = reader(Lang::Id, "Asia/Jayapura");
        let eleven = Instant::parse("2026-12-02T15:00:00Z").unwrap_or(Instant::from_millis(0));
        let quarter = std::time::Duration::from_mins(15);
        assert_eq!(
            reader.day_and_span(eleven, eleven + quarter).words,
            "Kamis, 3 Desember 2026, 00.00–00.15\u{a0}WIT (Rabu, 2 Desember 2026, 23.00–23.15\u{a0}WITA)"
        );
        assert_eq!(
            reader.day_and_span(afternoon(), afternoon() + quarter).words,
            "Sabtu, 21 November 2026, 15.15–15.30\u{a0}WIT (14.15–14.30\u{a0}WITA)"
        );
        let wednesday = jiff::civil::date(2026, 12, 2);
        assert_eq!(reader.clock_on(eleven, wednesday).words, "Kam\u{a0}00.00");
        assert_eq!(reader.clock_on(eleven - quarter, wednesday).words, "23.45");
    }
}
