//! Reading a list of products from a CSV file: all of it, or a sentence for each line that is wrong.

use std::{borrow::Cow, collections::HashMap};

use encoding_rs::WINDOWS_1252;

use super::{NewProduct, ProductForm};
use crate::web::{FieldErrors, Lang, Sentence};

/// The largest file that is read.
pub const LARGEST_FILE: usize = 1024 * 1024;

/// Why nothing was imported.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not text.
    NotCsv,
    /// There is no line below the header.
    Empty,
    /// These lines are wrong.
    Lines(Vec<WrongLine>),
}

/// A line of the file that is wrong, and what would be right.
#[derive(Debug, PartialEq, Eq)]
pub struct WrongLine {
    /// Counted from 1, the header.
    pub line: u64,
    /// The column, if it is one of ours.
    pub column: Option<&'static str>,
    /// What is wrong.
    pub sentence: Sentence,
}

impl WrongLine {
    const fn whole(line: u64, sentence: Sentence) -> Self {
        Self { line, column: None, sentence }
    }
}

/// Reads a file as spreadsheets leave it: separated by commas, semicolons or tabs, in UTF-8 with or without its mark, or in
/// Windows-1252; with empty rows and columns at its end.
pub fn read(file: &[u8]) -> Result<Vec<NewProduct>, Refusal> {
    let text = text_of(file)?;
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |sign: &char| header.matches(*sign).count();
    let delimiter = [',', ';', '\t'].into_iter().max_by_key(count).and_then(|sign| u8::try_from(sign).ok());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .has_headers(true)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let places = columns(reader.headers().map_err(|_| Refusal::NotCsv)?)?;
    let written: Vec<&str> = text.lines().collect();
    let mut lines = Lines::default();
    for record in reader.records() {
        let record = record.map_err(|_| Refusal::NotCsv)?;
        if record.iter().any(|field| !field.is_empty()) {
            lines.take(&record, line_of(&record, &written), &places);
        }
    }
    lines.finish()
}

/// The text of a file, its lines ended in one way, so that they are counted as an editor counts them.
fn text_of(file: &[u8]) -> Result<String, Refusal> {
    let utf_8 = std::str::from_utf8(file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file)).map(Into::into);
    let text: Cow<'_, str> = utf_8.unwrap_or_else(|_| WINDOWS_1252.decode_without_bom_handling(file).0);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t')) {
        return Err(Refusal::NotCsv);
    }
    Ok(text)
}

/// The line that a record begins on: the reader counts from the blank lines that it skips.
fn line_of(record: &csv::StringRecord, written: &[&str]) -> u64 {
    let from = record.position().map_or(1, csv::Position::line);
    let blank = written
        .iter()
        .skip(usize::try_from(from).unwrap_or(1).saturating_sub(1))
        .take_while(|line| line.trim().is_empty());
    from + blank.count() as u64
}

/// The place of each column of ours in the file, whatever their order; columns without a name are none.
fn columns(header: &csv::StringRecord) -> Result<[usize; 6], Refusal> {
    let found: Vec<Option<&'static str>> = header
        .iter()
        .map(|name| ProductForm::COLUMNS.into_iter().find(|column| column.eq_ignore_ascii_case(name)))
        .collect();
    let mut places = [0; 6];
    for (place, column) in places.iter_mut().zip(ProductForm::COLUMNS) {
        let at = found.iter().position(|name| *name == Some(column));
        *place = at.ok_or_else(|| Refusal::Lines(vec![wrong_header()]))?;
    }
    let named = header.iter().filter(|name| !name.is_empty()).count();
    if named == places.len() { Ok(places) } else { Err(Refusal::Lines(vec![wrong_header()])) }
}

fn wrong_header() -> WrongLine {
    let right = ProductForm::COLUMNS.join(",");
    WrongLine::whole(1, Sentence::new("pharmacy-import-header").with("right", right))
}

#[derive(Default)]
struct Lines {
    products: Vec<NewProduct>,
    wrong: Vec<WrongLine>,
    first_seen: HashMap<String, u64>,
}

impl Lines {
    fn take(&mut self, record: &csv::StringRecord, line: u64, places: &[usize; 6]) {
        let ours = |place: usize| places.contains(&place);
        let further = record.iter().enumerate().any(|(place, field)| !ours(place) && !field.is_empty());
        if further || places.iter().any(|place| *place >= record.len()) {
            let sentence =
                Sentence::new("pharmacy-import-columns").with("count", record.len()).with("right", places.len());
            self.wrong.push(WrongLine::whole(line, sentence));
            return;
        }
        let field = |column: usize| {
            let place = places.get(column).copied().unwrap_or(usize::MAX);
            record.get(place).unwrap_or_default().to_owned()
        };
        let typed = ProductForm {
            name: field(0),
            form: field(1),
            strength: field(2),
            medicine_class: field(3),
            category: field(4),
            kfa_code: field(5),
        };
        match NewProduct::check(&typed) {
            Ok(product) => self.keep(product, line),
            Err(errors) => self.note(&errors, line),
        }
    }

    fn keep(&mut self, product: NewProduct, line: u64) {
        let identity = product.identity();
        if let Some(first) = self.first_seen.get(&identity) {
            let sentence = Sentence::new("pharmacy-import-repeated").with("line", i64::try_from(*first).unwrap_or(0));
            self.wrong.push(WrongLine::whole(line, sentence));
        } else {
            self.first_seen.insert(identity, line);
            self.products.push(product);
        }
    }

    fn note(&mut self, errors: &FieldErrors, line: u64) {
        for column in ProductForm::COLUMNS {
            if let Some(sentence) = errors.sentence(column) {
                self.wrong.push(WrongLine { line, column: Some(column), sentence: sentence.clone() });
            }
        }
    }

    fn finish(self) -> Result<Vec<NewProduct>, Refusal> {
        if !self.wrong.is_empty() {
            Err(Refusal::Lines(self.wrong))
        } else if self.products.is_empty() {
            Err(Refusal::Empty)
        } else {
            Ok(self.products)
        }
    }
}

/// A wrong line as a page says it.
pub(super) fn in_words(wrong: &WrongLine, lang: Lang) -> String {
    let sentence = wrong.sentence.in_lang(lang);
    wrong.column.map_or_else(|| sentence.clone(), |column| format!("{column}: {sentence}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADER: &str = "name,form,strength,medicine_class,category,kfa_code\n";

    fn lines(refused: Result<Vec<NewProduct>, Refusal>) -> Vec<(u64, &'static str)> {
        match refused {
            Err(Refusal::Lines(lines)) => lines.iter().map(|wrong| (wrong.line, wrong.sentence.key())).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn the_sample_is_right() {
        assert!(read(super::super::SAMPLE.as_bytes()).is_ok_and(|products| products.len() > 40));
    }

    #[test]
    fn commas_semicolons_and_marks_are_all_read() {
        let comma = format!("{HEADER}Paracetamol,tablet,500 mg,bebas,medicine,\n");
        let semicolon = comma.replace(',', ";").replace('\n', "\r\n");
        let expected = read(comma.as_bytes());
        assert!(expected.as_ref().is_ok_and(|products| products.len() == 1));
        assert_eq!(read(semicolon.as_bytes()), expected);
        assert_eq!(read(format!("\u{feff}{semicolon}").as_bytes()), expected);
    }

    #[test]
    fn a_file_is_read_as_a_spreadsheet_leaves_it() {
        let plain = format!("{HEADER}Paracetamol,tablet,500 mg,bebas,medicine,\n");
        let expected = read(plain.as_bytes());
        let semicolons = plain.replace(',', ";").replace('\n', "\r\n");
        let empty_rows = format!("{semicolons};;;;;\r\n;;;;;\r\n;;;;;;;\r\n");
        let empty_columns = semicolons.replace("\r\n", ";;\r\n");
        for file in [empty_rows, empty_columns, plain.replace(',', "\t"), plain.replace('\n', "\r")] {
            assert_eq!(read(file.as_bytes()), expected, "{file:?}");
        }
        let accents = format!("{HEADER}Rivan\u{e9}l,larutan,1 mg,bebas,medicine,\n");
        let windows: Vec<u8> = accents.chars().map(|letter| u8::try_from(letter).unwrap()).collect();
        assert_eq!(read(&windows), read(accents.as_bytes()));
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let file = format!(
            "{HEADER}\"Obat\nbatuk\",sirup,,bebas,medicine,\n\nIbuprofen,tablet,200 mg,biru,medicine,\n,,,,,\nParacetamol,tablet,500 mg,bebas,medicine,\n\"OBAT BATUK\",Sirup,,bebas,medicine,\nPARACETAMOL,TABLET,500MG,bebas,medicine,\n"
        );
        let expected =
            vec![(5, "pharmacy-class-unknown"), (8, "pharmacy-import-repeated"), (9, "pharmacy-import-repeated")];
        for breaks in ["\n", "\r\n", "\r"] {
            assert_eq!(lines(read(file.replace('\n', breaks).as_bytes())), expected, "{breaks:?}");
        }
    }

    #[test]
    fn each_wrong_line_is_named_by_its_number() {
        let file = format!(
            "{HEADER}Paracetamol,tablet,500 mg,bebas,medicine,\n\nIbuprofen,tablet,200 mg,biru,medicine,12\nA,tablet,1 mg\nParacetamol,tablet,500 mg,keras,medicine,\n"
        );
        let expected = vec![
            (4, "pharmacy-class-unknown"),
            (4, "pharmacy-kfa-wrong"),
            (5, "pharmacy-import-columns"),
            (6, "pharmacy-import-repeated"),
        ];
        assert_eq!(lines(read(file.as_bytes())), expected);
    }

    #[test]
    fn a_missing_column_is_said_of_the_header() {
        assert_eq!(lines(read(b"name,form,strength\nA,tablet,1 mg\n")), vec![(1, "pharmacy-import-header")]);
    }

    #[test]
    fn what_is_no_text_is_no_list() {
        assert_eq!(read(b"PK\x03\x04\x14\x00"), Err(Refusal::NotCsv));
        assert_eq!(read(b"\xff\xfen\x00a\x00"), Err(Refusal::NotCsv));
        assert_eq!(read(HEADER.as_bytes()), Err(Refusal::Empty));
    }

    proptest! {
        #[test]
        fn no_file_stops_the_reader(file in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&file);
        }

        #[test]
        fn no_line_stops_the_reader(rest in "[a-z,;\"\n]{0,80}") {
            let _ = read(format!("{HEADER}{rest}").as_bytes());
        }
    }
}
