//! Dates as people write them, where it is clear which day is meant.

use jiff::civil::Date;

use super::Sentence;
use crate::infra::typed;

/// The months by the names that people write, in Indonesian and English, in full and short.
const MONTHS: [&[&str]; 12] = [
    &["januari", "january", "jan"],
    &["februari", "pebruari", "february", "feb", "peb"],
    &["maret", "march", "mar", "mrt"],
    &["april", "apr"],
    &["mei", "may"],
    &["juni", "june", "jun"],
    &["juli", "july", "jul"],
    &["agustus", "august", "agust", "agu", "agt", "ags", "aug"],
    &["september", "sept", "sep"],
    &["oktober", "october", "okt", "oct"],
    &["november", "nopember", "nov", "nop"],
    &["desember", "december", "des", "dec"],
];
/// What stands after a day's number in English.
const ORDINALS: [&str; 5] = ["st", "nd", "rd", "th", "of"];
/// Years that somebody means who writes eight digits without a sign between them.
const NEAR: std::ops::RangeInclusive<i16> = 1800..=2199;

/// Reads a date: `12-3-1991`, `12 Maret 1991`, `March 12, 1991`, `12031991`, `1991-03-12`. The day stands before the
/// month, as in Indonesia. A year of two digits may be of two centuries, and is refused with what to write instead.
pub fn read(text: &str) -> Result<Date, Sentence> {
    let unreadable = || Sentence::new("form-day-unreadable");
    let [day, month, year] = parts(text).ok_or_else(unreadable)?;
    let (day, month) = (small_number(&day).ok_or_else(unreadable)?, month_of(&month).ok_or_else(unreadable)?);
    match (is_number(&year), year.len()) {
        (true, 4) => {
            let year = year.parse().map_err(|_| unreadable())?;
            Date::new(year, month, day).map_err(|_| Sentence::new("form-not-a-day"))
        }
        (true, 1 | 2) => Err(Sentence::new("form-day-short-year")),
        _ => Err(unreadable()),
    }
}

/// The day, month and year of a date as somebody wrote them, whether there is such a day or not; nothing if it is not
/// clear which is which.
pub fn parts(text: &str) -> Option<[String; 3]> {
    let text = typed::as_seen(text).to_lowercase();
    let words = words(&text)?;
    let parts = match *words.as_slice() {
        [all] if all.len() == 8 && is_number(all) => return eight_digits(all),
        [year, month, day] if is_number(year) && year.len() == 4 => [day, month, year],
        [month, day, year] if !is_number(month) && is_number(day) => [day, month, year],
        [day, month, year] => [day, month, year],
        _ => return None,
    };
    Some(parts.map(str::to_owned))
}

/// A month, by number or name, as a number; as it was typed if it is none.
pub fn month_number(text: &str) -> String {
    let month = month_of(&typed::as_seen(text).to_lowercase()).filter(|month| (1..=12).contains(month));
    month.map_or_else(|| text.to_owned(), |month| month.to_string())
}

/// Numbers and words, without what stands between them; nothing if there are other signs.
fn words(text: &str) -> Option<Vec<&str>> {
    let mut words = Vec::new();
    let between = |letter: char| letter.is_whitespace() || "-/.,".contains(letter);
    for piece in text.split(between) {
        if !piece.chars().all(char::is_alphanumeric) {
            return None;
        }
        let mut rest = piece;
        while let Some(first) = rest.chars().next() {
            let of_same_kind = |letter: char| letter.is_ascii_digit() == first.is_ascii_digit();
            let end = rest.find(|letter| !of_same_kind(letter)).unwrap_or(rest.len());
            let (word, following) = rest.split_at(end);
            words.push(word);
            rest = following;
        }
    }
    words.retain(|word| !ORDINALS.contains(word));
    Some(words)
}

/// `12031991` or `19910312`: never both, since months are at most 12.
fn eight_digits(all: &str) -> Option<[String; 3]> {
    let day_first = [all.get(..2)?, all.get(2..4)?, all.get(4..)?];
    let year_first = [all.get(6..)?, all.get(4..6)?, all.get(..4)?];
    let is_near = |[_, month, year]: &[&str; 3]| {
        year.parse().is_ok_and(|year| NEAR.contains(&year))
            && month.parse().is_ok_and(|month: u8| (1..=12).contains(&month))
    };
    let parts = if is_near(&year_first) { year_first } else { day_first };
    Some(parts.map(str::to_owned))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}

fn small_number(text: &str) -> Option<i8> {
    text.parse().ok().filter(|_| is_number(text) && text.len() <= 2)
}

fn month_of(text: &str) -> Option<i8> {
    let named = MONTHS.iter().position(|names| names.contains(&text)).and_then(|index| i8::try_from(index + 1).ok());
    named.or_else(|| small_number(text))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> Option<&'static str> {
        read(text).err().map(|sentence| sentence.key())
    }

    #[test]
    fn a_date_is_read_in_every_form_that_means_one_day() {
        for text in [
            "1991-03-12",
            "12-03-1991",
            "12/3/1991",
            "12.3.1991",
            "12 03 1991",
            "12031991",
            "19910312",
            "12 Maret 1991",
            "12 mar 1991",
            "12Mar1991",
            "12-MRT-1991",
            "12th of March 1991",
            "March 12, 1991",
            "Mar 12 1991",
            "1991 Maret 12",
            "\u{202a}12\u{2011}03\u{2011}1991\u{202c}",
            "１２／３／１９９１",
            "١٢/٣/١٩٩١",
        ] {
            assert_eq!(read(text), Ok(date(1991, 3, 12)), "{text}");
        }
        assert_eq!(read("29 Februari 2000"), Ok(date(2000, 2, 29)));
        assert_eq!(read("20 Agt 2012"), Ok(date(2012, 8, 20)));
        assert_eq!(read("20122012"), Ok(date(2012, 12, 20)));
        assert_eq!(read("5 Nopember 1970"), Ok(date(1970, 11, 5)));
    }

    #[test]
    fn what_may_be_two_days_or_none_is_asked_again() {
        for text in ["29-02-00", "12 Maret 91", "12/3/91", "91-03-12"] {
            assert_eq!(key(text), Some("form-day-short-year"), "{text}");
        }
        for text in ["31-02-1991", "1991-02-31", "29 Februari 2001", "12/31/1991", "0-1-1991", "2026-02-30"] {
            assert_eq!(key(text), Some("form-not-a-day"), "{text}");
        }
        for text in
            ["kemarin", "12", "Maret 1991", "12 Brumaire 1991", "12:03:1991", "12-03-19911", "1991-03-12T00", "<b>"]
        {
            assert_eq!(key(text), Some("form-day-unreadable"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_day_is_read_back_from_every_form(days in 0..80_000_i32, name in 0..3_usize) {
            let day = date(1900, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            let names = MONTHS[day.month().unsigned_abs() as usize - 1];
            let month = names[name % names.len()];
            let (d, m, y) = (day.day(), day.month(), day.year());
            for text in [
                day.to_string(),
                format!("{d}/{m}/{y}"),
                format!("{d:02}{m:02}{y}"),
                format!("{y}{m:02}{d:02}"),
                format!("{d} {month} {y}"),
                format!("{month} {d}, {y}"),
            ] {
                prop_assert_eq!(read(&text), Ok(day), "{}", text);
            }
        }

        #[test]
        fn no_text_stops_the_reader(text in "[0-9A-Za-z \\-/.,\u{661}\u{200f}]{0,20}", any in any::<String>()) {
            let _ = (read(&text), read(&any), month_number(&any));
        }
    }
}
