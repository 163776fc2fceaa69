//! What a patient's fields must be: NIK, date of birth, gender, payer, what they say of their health.

use jiff::civil::{Date, date};

use crate::{
    infra::{typed, vault::Private},
    web::{FieldErrors, Lang, Sentence, forms},
};

/// Far more than a number with its spaces has; a sentence counts what is beyond.
const LONGEST_NUMBER: usize = 100;
const NIK_DIGITS: usize = 16;
const BPJS_DIGITS: usize = 13;
/// A woman's day of birth is written with this added.
const WOMANS_DAY: i8 = 40;
/// Provinces by the first two digits of a NIK, those of 2022 included.
const PROVINCES: [&str; 39] = [
    "11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "31", "32", "33", "34", "35", "36", "51", "52", "53",
    "61", "62", "63", "64", "65", "71", "72", "73", "74", "75", "76", "81", "82", "91", "92", "93", "94", "95", "96",
    "97",
];
/// In hundredths of a kilogram: the smallest newborn who lived, and the heaviest person.
const LEAST_WEIGHT: u32 = 20;
const LARGEST_WEIGHT: u32 = 65_000;
const LONGEST_HEALTH_TEXT: usize = 1_000;
const FIRST_BIRTH: Date = date(1900, 1, 1);

const LONGEST_NAME: usize = 120;
const LONGEST_PLACE: usize = 80;

/// The name of a person, in the letters of any script.
pub fn person_name(text: &str) -> Result<String, Sentence> {
    name(text, LONGEST_NAME, "patients-name-letters")
}

/// The name of a town.
pub fn place_name(text: &str) -> Result<String, Sentence> {
    name(text, LONGEST_PLACE, "patients-place-letters")
}

fn name(text: &str, longest: usize, otherwise: &'static str) -> Result<String, Sentence> {
    let name = typed::name(&forms::required(text, longest)?);
    if typed::is_name(&name) { Ok(name) } else { Err(Sentence::new(otherwise)) }
}

/// A national identity number that can exist: `PPKKCC DDMMYY SSSS`, for women with 40 added to the day.
#[derive(Clone, PartialEq, Eq)]
pub struct Nik {
    digits: Private,
    day: i8,
    month: i8,
    year: i16,
}

impl Nik {
    /// Reads a NIK as somebody typed it: spaces, dots and dashes are left out.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        let digits = digits(text, "patients-nik-not-digits")?;
        if digits.len() != NIK_DIGITS {
            return Err(count_sentence(digits.len(), NIK_DIGITS, "patients-nik-short", "patients-nik-long"));
        }
        let part = |range| digits.get(range).and_then(|part: &str| part.parse::<i16>().ok()).unwrap_or_default();
        let day = i8::try_from(part(6..8)).unwrap_or_default();
        let (month, year) = (i8::try_from(part(8..10)).unwrap_or_default(), part(10..12));
        let nik = Self { digits: Private::new(digits.as_str()), day, month, year };
        if nik.day_of_month().is_none() {
            return Err(Sentence::new("patients-nik-no-date"));
        }
        if part(12..16) == 0 {
            return Err(Sentence::new("patients-nik-no-serial"));
        }
        Ok(nik)
    }

    /// The 16 digits.
    pub fn reveal(&self) -> &str {
        self.digits.reveal()
    }

    /// What is likely a slip: an unknown province, or a birth date or gender that differs from the form's.
    pub fn slip(&self, born: Date, gender: Gender) -> Option<Sentence> {
        let same_date = self.day_of_month() == Some(born.day())
            && self.month == born.month()
            && self.year == born.year().rem_euclid(100);
        let same_gender = self.gender() == gender;
        match (same_date, same_gender) {
            (false, false) => Some(Sentence::new("patients-nik-other-date-and-gender")),
            (false, true) => Some(Sentence::new("patients-nik-other-date")),
            (true, false) => Some(Sentence::new("patients-nik-other-gender")),
            (true, true) if !self.names_province() => Some(Sentence::new("patients-nik-other-province")),
            (true, true) => None,
        }
    }

    fn gender(&self) -> Gender {
        if self.day > WOMANS_DAY { Gender::Female } else { Gender::Male }
    }

    fn names_province(&self) -> bool {
        self.reveal().get(..2).is_some_and(|code| PROVINCES.contains(&code))
    }

    /// The day of birth, if it is one in 19YY or 20YY.
    fn day_of_month(&self) -> Option<i8> {
        let day = if self.day > WOMANS_DAY { self.day - WOMANS_DAY } else { self.day };
        let real = [1900, 2000].into_iter().any(|century| Date::new(century + self.year, self.month, day).is_ok());
        real.then_some(day)
    }
}

/// The number of a BPJS card.
#[derive(Clone, PartialEq, Eq)]
pub struct BpjsNumber(Private);

impl BpjsNumber {
    /// Reads a card's number as somebody typed it.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        let digits = digits(text, "patients-bpjs-not-digits")?;
        if digits.len() == BPJS_DIGITS {
            return Ok(Self(Private::new(digits)));
        }
        Err(count_sentence(digits.len(), BPJS_DIGITS, "patients-bpjs-short", "patients-bpjs-long"))
    }

    /// The 13 digits.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// A day on which somebody alive can have been born.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BirthDate(Date);

impl BirthDate {
    /// Reads a day as people write it ([`forms::day`]).
    pub fn parse(text: &str, today: Date) -> Result<Self, Sentence> {
        let born = forms::day(text)?;
        if born > today {
            return Err(Sentence::new("patients-birth-date-future"));
        }
        if born < FIRST_BIRTH {
            return Err(Sentence::new("patients-birth-date-early"));
        }
        Ok(Self(born))
    }

    /// The day.
    pub const fn day(self) -> Date {
        self.0
    }
}

/// As an identity card has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gender {
    /// Laki-laki.
    Male,
    /// Perempuan.
    Female,
}

impl Gender {
    /// Reads a form's value.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        match text {
            "male" => Ok(Self::Male),
            "female" => Ok(Self::Female),
            _ => Err(Sentence::new("patients-gender-choose")),
        }
    }

    /// The form's value.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }

    /// The Fluent key of its word.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Male => "patients-gender-male",
            Self::Female => "patients-gender-female",
        }
    }
}

/// Who pays for the care.
#[derive(Clone, PartialEq, Eq)]
pub enum Payer {
    /// The patient.
    General,
    /// The national health insurance, with the card's number.
    Bpjs(BpjsNumber),
}

impl Payer {
    /// Reads a form's two fields, or notes what is wrong with them.
    pub fn check(payer: &str, bpjs_number: &str, errors: &mut FieldErrors) -> Option<Self> {
        match payer {
            "general" => Some(Self::General),
            "bpjs" => errors.take("bpjs_number", BpjsNumber::parse(bpjs_number)).map(Self::Bpjs),
            _ => {
                errors.add("payer", Sentence::new("patients-payer-choose"));
                None
            }
        }
    }

    /// The form's value.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Bpjs(_) => "bpjs",
        }
    }

    /// The Fluent key of its word.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::General => "patients-payer-general",
            Self::Bpjs(_) => "patients-payer-bpjs",
        }
    }
}

/// What is said of allergies or medicines in use, of either nothing if blank.
pub fn health_text(text: &str) -> Result<Option<Private>, Sentence> {
    Ok(forms::optional(text, LONGEST_HEALTH_TEXT)?.map(Private::new))
}

/// A weight in kilograms with at most two decimals, typed with comma or dot: `62,5` is kept as `62.5`.
pub fn weight(text: &str) -> Result<Option<Private>, Sentence> {
    let Some(text) = forms::optional_code(text, LONGEST_NUMBER)? else { return Ok(None) };
    let wrong = || Sentence::new("patients-weight-wrong");
    let typed = text.to_lowercase();
    let typed = typed.strip_suffix("kg").unwrap_or(&typed).trim().replace(',', ".");
    let (whole, decimals) = typed.split_once('.').unwrap_or((&typed, "0"));
    let digits =
        |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit());
    if !digits(whole, 3) || !digits(decimals, 2) {
        return Err(wrong());
    }
    let grams_of = |part: &str| part.parse::<u32>().map_err(|_| wrong());
    let hundredths = grams_of(whole)? * 100 + grams_of(&format!("{decimals:0<2}"))?;
    if !(LEAST_WEIGHT..=LARGEST_WEIGHT).contains(&hundredths) {
        return Err(wrong());
    }
    let decimals = format!("{:02}", hundredths % 100);
    let kept = format!("{}.{}", hundredths / 100, decimals.trim_end_matches('0'));
    Ok(Some(Private::new(kept.trim_end_matches('.'))))
}

/// A kept weight as it is written in `lang`: `62,5` or `62.5`.
pub fn weight_words(kept: &Private, lang: Lang) -> Private {
    match lang {
        Lang::Id => Private::new(kept.reveal().replace('.', ",")),
        Lang::En => kept.clone(),
    }
}

/// The digits of a number as typed: spaces, dots and dashes left out.
fn digits(text: &str, otherwise: &'static str) -> Result<String, Sentence> {
    let text = forms::code(text, LONGEST_NUMBER)?;
    let digits: String = text.chars().filter(|letter| !matches!(letter, ' ' | '.' | '-')).collect();
    let only = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if only { Ok(digits) } else { Err(Sentence::new(otherwise)) }
}

fn count_sentence(count: usize, wanted: usize, short: &'static str, long: &'static str) -> Sentence {
    Sentence::new(if count < wanted { short } else { long }).with("count", count)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TODAY: Date = date(2026, 11, 20);

    fn key<T>(read: Result<T, Sentence>) -> Option<&'static str> {
        read.err().map(|sentence| sentence.key())
    }

    fn born(text: &str) -> BirthDate {
        BirthDate::parse(text, TODAY).unwrap_or(BirthDate(TODAY))
    }

    #[test]
    fn a_nik_of_an_impossible_date_or_serial_is_refused() {
        assert_eq!(key(Nik::parse("7371095203910001")), None);
        assert_eq!(key(Nik::parse(" 737109-520391.0001 ")), None);
        assert_eq!(key(Nik::parse("")), Some("form-required"));
        assert_eq!(key(Nik::parse("737109520391000")), Some("patients-nik-short"));
        assert_eq!(key(Nik::parse("73710952039100011")), Some("patients-nik-long"));
        assert_eq!(key(Nik::parse("737109520391000x")), Some("patients-nik-not-digits"));
        assert_eq!(key(Nik::parse("737109\u{202e}5203910001")), Some("patients-nik-not-digits"));
        assert_eq!(key(Nik::parse("7371093202910001")), Some("patients-nik-no-date"));
        assert_eq!(key(Nik::parse("7371093002910001")), Some("patients-nik-no-date"));
        assert_eq!(key(Nik::parse("7371097202910001")), Some("patients-nik-no-date"));
        assert_eq!(key(Nik::parse("7371094001910001")), Some("patients-nik-no-date"));
        assert_eq!(key(Nik::parse("7371095213910001")), Some("patients-nik-no-date"));
        assert_eq!(key(Nik::parse("7371095203910000")), Some("patients-nik-no-serial"));
    }

    #[test]
    fn a_name_has_letters_and_no_signs() {
        for name in
            ["Siti", "Ni Luh Putu Ayu", "I Gusti Ngurah R., S.E.", "O'Neil", "José", "Simanjuntak, Maria Magdalena"]
        {
            assert_eq!(person_name(name).as_deref(), Ok(name));
        }
        assert_eq!(person_name("Jose\u{301}").as_deref(), Ok("José"));
        for name in
            ["<b>Siti</b>", "😀", "---", "Siti\nRahma", "123", "\u{301}Siti", &format!("S{}", "\u{301}".repeat(60))]
        {
            assert_eq!(key(person_name(name)), Some("patients-name-letters"), "{name}");
        }
        assert_eq!(key(person_name(&"a".repeat(121))), Some("form-too-long"));
    }

    #[test]
    fn a_name_is_written_in_any_script() {
        for name in [
            "विक्रम सिंह",
            "முத்துலட்சுமி கிருஷ்ணன்",
            "สมหญิง น้ำใจ",
            "နန်းခင်ဇေယျာ",
            "བསྒྲུབས་བློ་བཟང",
            "محمد عبد الله",
            "علی\u{200c}رضا",
            "מרים בן־דוד",
            "김민서",
            "山田・太郎",
            "Nguyễn Thị Ánh",
            "ဝင်းမြတ်မောင်",
            "ក្រឹស្នា",
        ] {
            let kept = person_name(name);
            assert!(kept.is_ok(), "{name}");
            assert_eq!(kept.as_deref().map(person_name), Ok(kept.clone()), "{name}");
        }
        for typed in ["Nur'aini", "Nur’aini", "Nur‘aini", "Nurʼaini", "Nur`aini", "Nur´aini", "Nurʻaini", "Nur＇aini"]
        {
            assert_eq!(person_name(typed).as_deref(), Ok("Nur'aini"), "{typed}");
        }
        assert_eq!(
            person_name("\u{202a}Siti\u{a0}\u{200b}Rahma\u{2011}Dewi\u{202c}").as_deref(),
            Ok("Siti Rahma-Dewi")
        );
    }

    #[test]
    fn numbers_are_read_as_they_are_seen() {
        for text in [
            "7371\u{a0}0952\u{200b}0391\u{2011}0001",
            "\u{202d}7371095203910001\u{202c}",
            "７３７１０９５２０３９１０００１",
            "737109٥٢٠٣٩١٠٠٠١",
        ] {
            assert_eq!(
                Nik::parse(text).map(|nik| nik.reveal().to_owned()).as_deref(),
                Ok("7371095203910001"),
                "{text:?}"
            );
        }
        let bpjs = BpjsNumber::parse("0001\u{2009}2345\u{2013}67890\u{200e}");
        assert_eq!(bpjs.map(|number| number.reveal().to_owned()).as_deref(), Ok("0001234567890"));
    }

    #[test]
    fn the_leap_day_of_2000_is_real() {
        assert_eq!(key(Nik::parse("7371096902000001")), None);
        assert_eq!(key(Nik::parse("7371096902010001")), Some("patients-nik-no-date"));
    }

    #[test]
    fn a_nik_that_disagrees_with_the_form_is_a_likely_slip() {
        let slip = |nik, day, gender| {
            Nik::parse(nik).ok().and_then(|nik| nik.slip(born(day).day(), gender)).map(|sentence| sentence.key())
        };
        assert_eq!(slip("7371095203910001", "1991-03-12", Gender::Female), None);
        assert_eq!(slip("7371095203910001", "1991-03-12", Gender::Male), Some("patients-nik-other-gender"));
        assert_eq!(slip("7371095203910001", "1991-03-13", Gender::Female), Some("patients-nik-other-date"));
        assert_eq!(slip("7371095203910001", "1991-03-13", Gender::Male), Some("patients-nik-other-date-and-gender"));
        assert_eq!(slip("2071095203910001", "1991-03-12", Gender::Female), Some("patients-nik-other-province"));
    }

    #[test]
    fn a_birth_date_is_read_as_it_is_written_here() {
        for text in ["1991-03-12", "12-03-1991", "12/3/1991", "12.03.1991", "12 03 1991", "12031991"] {
            assert_eq!(BirthDate::parse(text, TODAY).map(BirthDate::day).ok(), Some(date(1991, 3, 12)), "{text}");
        }
        assert_eq!(key(BirthDate::parse("31-02-1991", TODAY)), Some("form-not-a-day"));
        assert_eq!(key(BirthDate::parse("besok", TODAY)), Some("form-day-unreadable"));
        assert_eq!(key(BirthDate::parse("12-03-91", TODAY)), Some("form-day-short-year"));
        assert_eq!(key(BirthDate::parse("2026-11-20", TODAY)), None);
        assert_eq!(key(BirthDate::parse("2026-11-21", TODAY)), Some("patients-birth-date-future"));
        assert_eq!(key(BirthDate::parse("1899-12-31", TODAY)), Some("patients-birth-date-early"));
    }

    #[test]
    fn a_weight_is_kept_in_one_form() {
        let kept = |text| weight(text).ok().flatten().map(|weight| weight.reveal().to_owned());
        for (typed, expected) in [
            ("62", "62"),
            ("62,5", "62.5"),
            ("62.50", "62.5"),
            (" 3,05 kg", "3.05"),
            ("007", "7"),
            ("650", "650"),
            ("٦٢٫٥", "62.5"),
        ] {
            assert_eq!(kept(typed).as_deref(), Some(expected), "{typed}");
        }
        assert!(weight(" ").is_ok_and(|weight| weight.is_none()));
        for wrong in ["0", "-5", "651", "62,555", "1e2", "enam puluh", "62,", ",5", "6 2", "0,1"] {
            assert_eq!(key(weight(wrong)), Some("patients-weight-wrong"), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_or_refused(text in any::<String>()) {
            if let Ok(nik) = Nik::parse(&text) {
                prop_assert!(nik.reveal().len() == 16 && nik.reveal().bytes().all(|digit| digit.is_ascii_digit()));
            }
            let _ = weight(&text);
            if let Ok(number) = BpjsNumber::parse(&text) {
                prop_assert_eq!(number.reveal().len(), 13);
            }
            let _ = BirthDate::parse(&text, TODAY);
        }

        #[test]
        fn a_nik_made_of_its_holders_birth_has_no_slip(
            year in 1900_i16..=2026, month in 1_i8..=12, day in 1_i8..=31, woman: bool, serial in 1_u16..=9999,
        ) {
            prop_assume!(Date::new(year, month, day).is_ok_and(|born| born <= TODAY));
            let written = if woman { day + 40 } else { day };
            let nik = Nik::parse(&format!("737109{written:02}{month:02}{:02}{serial:04}", year % 100));
            let gender = if woman { Gender::Female } else { Gender::Male };
            let slip = nik.map(|nik| nik.slip(born(&format!("{year:04}-{month:02}-{day:02}")).day(), gender));
            prop_assert_eq!(slip, Ok(None));
        }

        #[test]
        fn thirteen_digits_are_a_bpjs_number(number in "[0-9]{13}") {
            prop_assert!(BpjsNumber::parse(&number).is_ok());
        }
    }
}
