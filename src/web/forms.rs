//! Forms: read as text, checked by rules, and drawn again as they were with a sentence at each wrong field.

use std::collections::{BTreeMap, HashSet};

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{Error, Lang, Sentence, dates, field_order};
use crate::infra::typed;

/// The largest form that is read, in bytes, where its route names no other. Fields that are too long come back with a
/// sentence, up to this: 100 kB of emoji, of which browsers make three times as much, beside a text of the longest.
pub const LARGEST_FORM: usize = 1024 * 1024;
/// The most fields that a form may have; our longest has a few hundred.
const MOST_FIELDS: usize = 2_000;

/// The hidden field that proves a form to be of our own pages.
pub const FORM_TOKEN: &str = "csrf_token";
/// Far more than a date has in any words.
const LONGEST_DAY: usize = 100;
const METHOD: &str = "_method";
const IDEMPOTENCY_KEY: &str = "idempotency_key";

/// A form as it was sent: its fields as text, without the hidden ones that every form carries.
pub struct Form<T> {
    /// The fields, by the names of the contract.
    pub fields: T,
    /// What is drawn again if a rule refuses.
    pub state: FormState,
    /// Drawn with the form, so that a resend does not act twice.
    pub idempotency_key: Option<String>,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let body = Bytes::from_request(request, state).await.map_err(|_| Error::TooLarge)?;
        let mut pairs = read_pairs(&body)?;
        pairs.retain(|(name, _)| name != FORM_TOKEN && name != METHOD);
        let typed = pairs.clone();
        join_dates(&mut pairs);
        let idempotency_key = pairs.iter().find(|(name, _)| name == IDEMPOTENCY_KEY).map(|(_, key)| key.clone());
        pairs.retain(|(name, _)| name != IDEMPOTENCY_KEY);
        let mut state = FormState { order: field_order::of::<T>(), ..FormState::of(typed) };
        state.values.retain(|(name, _)| name != IDEMPOTENCY_KEY);
        if !all_differ(&state.values) || !all_differ(&pairs) {
            return Err(Error::UnreadableForm);
        }
        let text: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let fields = serde_qs::Config::new()
            .use_form_encoding(true)
            .deserialize_str(&text)
            .map_err(|_| Error::UnreadableForm)?;
        Ok(Self { fields, state, idempotency_key })
    }
}

/// The fields of a form's body, each line break as one character. A NUL, which no keyboard types and no database keeps,
/// makes it unreadable, and so do bytes that are no text and more fields than any form of ours has.
pub fn read_pairs(body: &[u8]) -> Result<Vec<(String, String)>, Error> {
    if percent_encoding::percent_decode(body).decode_utf8().is_err() {
        return Err(Error::UnreadableForm);
    }
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().take(MOST_FIELDS + 1).collect();
    for (_, value) in &mut pairs {
        // Browsers send each line break as two characters, and show and count it as one.
        if value.contains('\r') {
            *value = value.replace("\r\n", "\n").replace('\r', "\n");
        }
    }
    let readable =
        pairs.len() <= MOST_FIELDS && pairs.iter().all(|(name, value)| !name.contains('\0') && !value.contains('\0'));
    if readable { Ok(pairs) } else { Err(Error::UnreadableForm) }
}

/// The three fields of a date, after its name.
const DATE_PARTS: [&str; 3] = ["_day", "_month", "_year"];

/// Makes one field of a date that came in three parts, `NAME_day`, `NAME_month` and `NAME_year`, for [`dates::read`].
/// Nothing typed in any is nothing; who types a whole date into one of them is understood too.
pub fn join_dates(pairs: &mut Vec<(String, String)>) {
    let [_, _, year] = DATE_PARTS;
    let names: Vec<String> = pairs.iter().filter_map(|(name, _)| name.strip_suffix(year)).map(str::to_owned).collect();
    for name in names {
        let fields = DATE_PARTS.map(|part| format!("{name}{part}"));
        let typed = fields.each_ref().map(|field| pairs.iter().find(|(name, _)| name == field));
        let [Some((_, day)), Some((_, month)), Some((_, year))] = typed else { continue };
        let parts = [day, month, year].map(|text| text.trim());
        let joined = parts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        let Some(first) = pairs.iter().position(|(field, _)| fields.contains(field)) else { continue };
        if let Some(pair) = pairs.get_mut(first) {
            *pair = (name, joined);
        }
        pairs.retain(|(field, _)| !fields.contains(field));
    }
}

/// Whether no field comes twice: which of the two was meant, the form and whoever looked at it before might take
/// differently.
fn all_differ(pairs: &[(String, String)]) -> bool {
    let mut seen = HashSet::new();
    pairs.iter().all(|(name, _)| name.ends_with("[]") || seen.insert(name.as_str()))
}

/// A form without fields of its own: all that it says is that it was sent.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct NoFields {}

/// What is wrong with a form: a sentence for each field, or for the form as a whole.
#[derive(Default, Debug, PartialEq)]
pub struct FieldErrors {
    fields: BTreeMap<String, Sentence>,
    warnings: BTreeMap<String, Sentence>,
    message: Option<Sentence>,
}

impl FieldErrors {
    /// An error of one field.
    pub fn of(field: impl Into<String>, sentence: Sentence) -> Self {
        let mut errors = Self::default();
        errors.add(field, sentence);
        errors
    }

    /// An error of the form as a whole.
    pub fn message(sentence: Sentence) -> Self {
        Self { message: Some(sentence), ..Self::default() }
    }

    /// Notes what is wrong with `field`; the first sentence stays.
    pub fn add(&mut self, field: impl Into<String>, sentence: Sentence) {
        self.fields.entry(field.into()).or_insert(sentence);
    }

    /// Notes a likely slip in `field`, which the reader may confirm.
    pub fn warn(&mut self, field: impl Into<String>, sentence: Sentence) {
        self.warnings.entry(field.into()).or_insert(sentence);
    }

    /// Takes the value of a check, or notes its sentence.
    pub fn take<T>(&mut self, field: &str, checked: Result<T, Sentence>) -> Option<T> {
        checked.map_err(|sentence| self.add(field, sentence)).ok()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.warnings.is_empty() && self.message.is_none()
    }

    /// The sentence of a field, for tests of rules.
    pub fn key(&self, field: &str) -> Option<&'static str> {
        self.fields.get(field).or_else(|| self.warnings.get(field)).map(Sentence::key)
    }

    /// The sentence of a field that is wrong.
    pub fn sentence(&self, field: &str) -> Option<&Sentence> {
        self.fields.get(field)
    }

    /// Takes over what is wrong with another part of the same form.
    pub fn append(&mut self, other: Self) {
        for (field, sentence) in other.fields {
            self.add(field, sentence);
        }
        for (field, sentence) in other.warnings {
            self.warn(field, sentence);
        }
        self.message = self.message.take().or(other.message);
    }
}

/// A field and what is wrong with it, in words.
#[derive(Clone, Debug)]
pub struct FieldError {
    /// The field's name, which is also its id on the page.
    pub field: String,
    /// What people call the field, for the summary, where it does not stand beside its sentence.
    pub label: Option<String>,
    /// What is wrong and what is right.
    pub sentence: String,
}

/// What a form is drawn from: what was typed, and what is wrong with it.
#[derive(Clone, Default)]
pub struct FormState {
    values: Vec<(String, String)>,
    errors: Vec<FieldError>,
    warnings: Vec<FieldError>,
    message: Option<String>,
    /// The names of the form's fields, in the order in which its page draws them.
    order: &'static [&'static str],
}

impl FormState {
    /// A form with these values, as when something is edited.
    pub fn of(values: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { values, ..Self::default() }
    }

    /// The same form with what is wrong, in the reader's words. Passwords do not come back.
    #[must_use]
    pub fn refused(mut self, errors: &FieldErrors, lang: Lang) -> Self {
        let in_words = |fields: &BTreeMap<String, Sentence>| {
            let say = |(field, sentence): (&String, &Sentence)| FieldError {
                field: field.clone(),
                label: label(field, lang),
                sentence: sentence.in_lang(lang),
            };
            fields.iter().map(say).collect()
        };
        self.errors = in_words(&errors.fields);
        self.warnings = in_words(&errors.warnings);
        self.message = errors.message.as_ref().map(|sentence| sentence.in_lang(lang));
        self.values.retain(|(name, _)| !name.contains("password"));
        self
    }

    /// The same form without the field `name`, which is not drawn again.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.values.retain(|(field, _)| field != name);
        self
    }

    /// Whether the form has the field `name`, with a value or without.
    pub fn has(&self, name: &str) -> bool {
        self.values.iter().any(|(field, _)| field == name)
    }

    /// Whether anything is typed in any field.
    pub fn has_values(&self) -> bool {
        self.values.iter().any(|(_, value)| !value.trim().is_empty())
    }

    /// What was typed into `name`; nothing if the form is new.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// A part of the date `name`: `day`, `month` or `year`, as it was typed or as it is kept. A month is a number, if it
    /// is one; a date of which the parts cannot be told stands in the first.
    pub fn date_part(&self, name: &str, part: &str) -> String {
        let typed = format!("{name}_{part}");
        if let Some((_, text)) = self.values.iter().find(|(field, _)| *field == typed) {
            return if part == "month" { dates::month_number(text) } else { text.clone() };
        }
        match (dates::parts(self.value(name)), part) {
            (Some([day, _, _]), "day") => day,
            (Some([_, month, _]), "month") => dates::month_number(&month),
            (Some([_, _, year]), "year") => year,
            (None, "day") => self.value(name).to_owned(),
            _ => String::new(),
        }
    }

    /// Whether `value` is what was chosen for `name`.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }

    /// What is wrong with `name`.
    pub fn error(&self, name: &str) -> Option<&String> {
        self.errors.iter().find(|error| error.field == name).map(|error| &error.sentence)
    }

    /// What looks like a slip in `name`.
    pub fn warning(&self, name: &str) -> Option<&String> {
        self.warnings.iter().find(|error| error.field == name).map(|error| &error.sentence)
    }

    /// Everything that is wrong and every likely slip, for the summary above the form, in the order of the page. That is
    /// the order in which browsers send; but they leave out what nobody has chosen or ticked.
    pub fn errors(&self) -> impl Iterator<Item = &FieldError> {
        let belongs = |name: &str, field: &str| {
            name.strip_prefix(field).is_some_and(|part| part.is_empty() || DATE_PARTS.contains(&part))
        };
        let place = |error: &FieldError| {
            let outer = error.field.split('[').next().unwrap_or_default();
            let drawn = self.order.iter().position(|name| *name == outer);
            let sent = self.values.iter().position(|(name, _)| belongs(name, &error.field));
            (drawn.unwrap_or(usize::MAX), sent.unwrap_or(usize::MAX))
        };
        let mut all: Vec<&FieldError> = self.errors.iter().chain(&self.warnings).collect();
        all.sort_by_key(|error| place(error));
        all.into_iter()
    }

    /// Whether any field is wrong.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// A sentence for the form as a whole.
    pub fn message(&self) -> Option<&String> {
        self.message.as_ref()
    }
}

fn label(field: &str, lang: Lang) -> Option<String> {
    let name = field.replace('_', "-");
    lang.has(&format!("field-{name}")).then(|| lang.t(&format!("field-{name}")))
}

/// Text of at most `largest` characters that is not blank, trimmed.
pub fn required(text: &str, largest: usize) -> Result<String, Sentence> {
    let text = optional(text, largest)?;
    text.ok_or(Sentence::new("form-required"))
}

/// Text of at most `largest` characters, trimmed and as [`typed::text`] makes it; nothing if nothing of it can be seen.
/// Control characters other than line breaks are refused.
pub fn optional(text: &str, largest: usize) -> Result<Option<String>, Sentence> {
    let text = typed::text(text);
    let text = text.trim();
    not_longer(text, largest)?;
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t')) {
        return Err(Sentence::new("form-control-characters"));
    }
    Ok(typed::is_visible(text).then(|| text.to_owned()))
}

/// Text that stands on one line, in lists and on letterheads: what [`required`] takes, without line breaks and without
/// letters that nobody sees, which make one name look like another, or towers of marks.
pub fn line(text: &str, largest: usize) -> Result<String, Sentence> {
    let line = required(text, largest)?;
    let picture = |letter: char| matches!(letter, '\u{fe0e}' | '\u{fe0f}');
    let unseen = |letter: char| letter.is_control() || typed::is_unseen(letter) && !picture(letter);
    let unreadable = text.trim().chars().any(unseen) || typed::has_tower(&line);
    if unreadable { Err(Sentence::new("form-control-characters")) } else { Ok(line) }
}

/// A number, code or address of at most `largest` characters, read as it is seen ([`typed::as_seen`]); nothing if nothing
/// of it can be seen.
pub fn optional_code(text: &str, largest: usize) -> Result<Option<String>, Sentence> {
    not_longer(text.trim(), largest)?;
    Ok(Some(typed::as_seen(text)).filter(|code| !code.is_empty()))
}

/// The same, where there must be one.
pub fn code(text: &str, largest: usize) -> Result<String, Sentence> {
    optional_code(text, largest)?.ok_or(Sentence::new("form-required"))
}

fn not_longer(text: &str, largest: usize) -> Result<(), Sentence> {
    let length = text.chars().count();
    if length > largest {
        return Err(Sentence::new("form-too-long").with("length", length).with("largest", largest));
    }
    Ok(())
}

/// A calendar day, however it is written ([`dates::read`]).
pub fn day(text: &str) -> Result<jiff::civil::Date, Sentence> {
    dates::read(&required(text, LONGEST_DAY)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut pairs = pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        join_dates(&mut pairs);
        pairs
    }

    #[test]
    fn three_parts_make_a_day_and_other_fields_stay() {
        let sent = [
            ("name", "Siti"),
            ("first_day_day", " 5 "),
            ("first_day_month", "7"),
            ("first_day_year", "2027"),
            ("last_day_day", ""),
            ("last_day_month", ""),
            ("last_day_year", ""),
            ("wished_day", "2027-07-06"),
            ("hours[1][0][start]", "08.00"),
        ];
        let pairs = joined(&sent);
        let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.as_str());
        assert_eq!(pairs.len(), 5);
        assert_eq!(value("first_day").map(day), Some(Ok(jiff::civil::date(2027, 7, 5))));
        assert_eq!(value("last_day"), Some(""));
        assert_eq!(value("wished_day"), Some("2027-07-06"));
        assert_eq!(value("hours[1][0][start]"), Some("08.00"));
    }

    #[test]
    fn parts_that_make_no_day_are_refused_and_come_back_as_typed() {
        let wrong =
            [("31", "2", "2027"), ("", "2", "2027"), ("5", "7", "27"), ("5", "7", ""), ("5", "Brumaire", "2027")];
        for (of_day, month, year) in wrong {
            let sent = [("on_day", of_day), ("on_month", month), ("on_year", year)];
            let pairs = joined(&sent);
            assert!(pairs.iter().all(|(name, text)| name == "on" && day(text).is_err()), "{pairs:?}");
            let state = FormState::of(sent);
            assert_eq!(["day", "month", "year"].map(|part| state.date_part("on", part)), [of_day, month, year]);
        }
        for kept in ["2027-07-05", "05-07-2027", "05 Juli 2027"] {
            let state = FormState::of([("on", kept), ("off", "besok")]);
            assert_eq!(["day", "month", "year"].map(|part| state.date_part("on", part)), ["05", "7", "2027"], "{kept}");
            assert_eq!(["day", "month", "year"].map(|part| state.date_part("off", part)), ["besok", "", ""]);
        }
    }

    #[test]
    fn a_refused_form_keeps_what_was_typed_but_no_password() {
        let state = FormState::of([("name", "Siti"), ("password", "rahasia")]);
        let state = state.refused(&FieldErrors::of("nik", Sentence::new("form-required")), Lang::Id);
        assert_eq!(state.value("name"), "Siti");
        assert_eq!(state.value("password"), "");
        assert!(state.error("nik").is_some());
    }

    #[test]
    fn what_nobody_sees_is_no_part_of_a_line() {
        for hidden in ["An\u{200b}di", "Andi\u{202e}", "\u{2066}Andi", "An\u{feff}di", "An\ndi", "An\u{3164}di"] {
            assert!(line(hidden, 80).is_err(), "{hidden:?}");
        }
        assert_eq!(line(" dr. Andi Nur, Sp.PD ", 80).unwrap(), "dr. Andi Nur, Sp.PD");
        assert!(line("Klinik\u{2028}Palsu", 80).is_err());
        assert!(line(&format!("Andi{}", "\u{301}".repeat(60)), 80).is_err());
        assert!(optional("Keluarga \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\nsakit", 80).is_ok());
    }

    #[test]
    fn what_is_not_seen_does_not_refuse_a_text() {
        let read = |text: &str| optional(text, 80).unwrap();
        assert_eq!(read("\u{202a}Nyeri\u{202c} \u{200f}perut\u{202e}").as_deref(), Some("Nyeri perut"));
        assert_eq!(read("a\u{b}b\u{c}c\u{85}d\u{2028}e\u{2029}f\r\ng\rh").as_deref(), Some("a\nb\nc\nd\ne\nf\ng\nh"));
        for nothing in ["", " \u{2003}", "\u{200b}", "\u{feff}\u{2060}", "\u{202a}\u{202c}", "\u{3164}", "\u{2800}"] {
            assert_eq!(read(nothing), None, "{nothing:?}");
        }
        assert!(optional("batuk\u{7}", 80).is_err());
        assert_eq!(code("\u{202d}0812\u{2011}34\u{202c}", 80).as_deref(), Ok("0812-34"));
    }

    #[test]
    fn a_line_break_counts_once_as_it_was_typed() {
        let pairs = read_pairs(b"complaint=Demam%0D%0ABatuk%0DPilek%0ALemas%0D%0A%0D%0ASekian").unwrap();
        assert_eq!(pairs[0].1, "Demam\nBatuk\nPilek\nLemas\n\nSekian");
        let lines = format!("{}{}", "a%0D%0A".repeat(40), "a".repeat(1_920));
        let (_, text) = read_pairs(format!("complaint={lines}").as_bytes()).unwrap().remove(0);
        assert!(optional(&text, 2_000).is_ok());
        assert!(optional(&format!("{text}a"), 2_000).is_err());
    }

    #[test]
    fn errors_and_slips_stand_in_the_order_of_the_page_whether_sent_or_not() {
        let mut errors = FieldErrors::default();
        for field in ["consent", "items[1][dosage]", "address", "gender", "items[0][dosage]", "unknown"] {
            errors.add(field, Sentence::new("form-required"));
        }
        errors.warn("nik", Sentence::new("form-required"));
        let order: &[&str] = &["name", "nik", "gender", "items", "address", "consent"];
        let sent =
            [("items[0][dosage]", ""), ("items[1][dosage]", ""), ("address", ""), ("name", "Siti"), ("nik", "7")];
        let state = FormState { order, ..FormState::of(sent) }.refused(&errors, Lang::Id);
        let told: Vec<&str> = state.errors().map(|error| error.field.as_str()).collect();
        assert_eq!(told, ["nik", "gender", "items[0][dosage]", "items[1][dosage]", "address", "consent", "unknown"]);
    }

    #[test]
    fn a_form_has_a_bounded_number_of_fields() {
        assert!(read_pairs("a=1&".repeat(MOST_FIELDS).as_bytes()).is_ok());
        assert!(read_pairs("a=1&".repeat(MOST_FIELDS + 1).as_bytes()).is_err());
        for unreadable in ["a=%ff", "a=%00", "%c3=1", "a=%ed%a0%80"] {
            assert!(read_pairs(unreadable.as_bytes()).is_err(), "{unreadable}");
        }
        assert!(read_pairs(b"a=%C3%A9+%F0%9F%98%80&b").is_ok());
    }
}
