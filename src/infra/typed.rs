//! What people type and paste, read as it is seen.
//!
//! Phones, cards and chats hand over numbers with marks of direction, hyphens that do not break and spaces of many
//! widths; keyboards have digits and apostrophes of their own. Nobody sees the difference, so nobody is asked to mend it.

use unicode_normalization::{
    UnicodeNormalization as _,
    char::{canonical_combining_class, is_combining_mark},
};

/// Marks that one letter may carry in a name, decomposed letters put together. Scripts in use need four or five (Burmese,
/// Tibetan); towers of them hide what stands above and below.
const MOST_MARKS: usize = 6;
/// The combining class of a virama, which joins consonants.
const VIRAMA: u8 = 9;

/// A number or a code with nothing in it that cannot be seen, and with the digits, letters, hyphens and spaces of ASCII
/// for their look-alikes. What turns the direction of digits (RLO, [UAX 9](https://unicode.org/reports/tr9/)) stays, so
/// that it is refused: it is seen as another number.
pub fn as_seen(text: &str) -> String {
    let seen: String = letters_as_seen(text).collect();
    seen.trim().to_owned()
}

/// The letters of [`as_seen`], of which no copy is left behind.
pub fn letters_as_seen(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|letter| *letter == RIGHT_TO_LEFT_OVERRIDE || !is_unseen(*letter)).map(plain)
}

const RIGHT_TO_LEFT_OVERRIDE: char = '\u{202e}';

fn plain(letter: char) -> char {
    match letter {
        // Fullwidth forms stand in the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => u32::from(letter).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(letter),
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{fe62}' => '+',
        '\u{66b}' => ',',
        '\t' => ' ',
        letter if letter.is_ascii() => letter,
        letter if letter.is_whitespace() && !is_line_break(letter) => ' ',
        letter => digit(letter).unwrap_or(letter),
    }
}

/// The zeros of the scripts that have decimal digits (Unicode's `Nd`); nine more follow each.
const ZEROS: &str = "\u{660}\u{6f0}\u{7c0}\u{966}\u{9e6}\u{a66}\u{ae6}\u{b66}\u{be6}\u{c66}\u{ce6}\u{d66}\u{de6}\
    \u{e50}\u{ed0}\u{f20}\u{1040}\u{1090}\u{17e0}\u{1810}\u{1946}\u{19d0}\u{1a80}\u{1a90}\u{1b50}\u{1bb0}\
    \u{1c40}\u{1c50}\u{a620}\u{a8d0}\u{a900}\u{a9d0}\u{a9f0}\u{aa50}\u{abf0}\u{104a0}\u{10d30}\u{11066}\u{110f0}\
    \u{11136}\u{111d0}\u{112f0}\u{11450}\u{114d0}\u{11650}\u{116c0}\u{11730}\u{118e0}\u{11950}\u{11c50}\u{11d50}\u{11da0}\
    \u{16a60}\u{16ac0}\u{16b50}\u{1d7ce}\u{1d7d8}\u{1d7e2}\u{1d7ec}\u{1d7f6}\u{1e140}\u{1e2f0}\u{1e950}\u{1fbf0}";

fn digit(letter: char) -> Option<char> {
    let mut values = ZEROS.chars().filter_map(|zero| u32::from(letter).checked_sub(u32::from(zero)));
    values.find_map(|value| char::from_digit(value, 10))
}

/// Letters that are not seen: what Unicode calls default ignorable, zero-width, marks of direction and fillers among
/// them, and breaks of lines that no keyboard makes.
pub const fn is_unseen(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Marks of direction, which are not seen themselves and turn what stands around them.
const fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

const fn is_line_break(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What somebody wrote, with one kind of line break ([UAX 14](https://unicode.org/reports/tr14/): LF, CR, VT, FF, NEL,
/// LS, PS) and without marks of direction: the letters say by themselves in which direction they are read, and nothing
/// turns what stands beside them on a page.
pub fn text(text: &str) -> String {
    let one_kind = text.replace("\r\n", "\n");
    let letters = one_kind.chars().filter(|letter| !is_direction(*letter));
    letters.map(|letter| if is_line_break(letter) { '\n' } else { letter }).collect()
}

/// Whether anything of `text` can be seen.
pub fn is_visible(text: &str) -> bool {
    text.chars()
        .any(|letter| !letter.is_whitespace() && !letter.is_control() && !is_unseen(letter) && letter != '\u{2800}')
}

/// Whether `letter` is an apostrophe, or is typed for one.
pub const fn is_apostrophe(letter: char) -> bool {
    matches!(letter,
        '\'' | '`' | '\u{b4}' | '\u{2b9}' | '\u{2bb}'..='\u{2bf}' | '\u{2c8}' | '\u{2018}'..='\u{201b}' | '\u{2032}'
        | '\u{a78c}' | '\u{ff07}')
}

/// The name of a person or place in one spelling: letters and their marks put together (NFC), one apostrophe, one hyphen,
/// one kind of space, and nothing that is not seen but what joins letters.
pub fn name(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut last = ' ';
    for letter in text.nfc() {
        let letter = match letter {
            letter if is_apostrophe(letter) => '\'',
            letter if is_unseen(letter) && !joins(last, letter) => continue,
            letter => plain_between(letter),
        };
        if letter == ' ' && last == ' ' {
            continue;
        }
        name.push(letter);
        last = letter;
    }
    name.trim_end_matches(' ').to_owned()
}

/// Spaces and hyphens in one form; digits stay those of the script.
fn plain_between(letter: char) -> char {
    match plain(letter) {
        between @ (' ' | '-') => between,
        _ => letter,
    }
}

/// Whether a joiner or non-joiner has its place after `last` ([RFC 5892](https://www.rfc-editor.org/rfc/rfc5892),
/// appendix A): after a virama, and the non-joiner within Arabic letters.
fn joins(last: char, letter: char) -> bool {
    let arabic = matches!(last, '\u{620}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}');
    matches!(letter, '\u{200c}' | '\u{200d}')
        && (canonical_combining_class(last) == VIRAMA || letter == '\u{200c}' && arabic)
}

/// Whether some letter carries more marks than any word has.
pub fn has_tower(text: &str) -> bool {
    let mut marks = 0;
    text.chars().any(|letter| {
        marks = if is_combining_mark(letter) { marks + 1 } else { 0 };
        marks > MOST_MARKS
    })
}

/// Whether `name` is made of letters of any script with their marks, digits, and what stands between names.
pub fn is_name(name: &str) -> bool {
    let mut after_letter = false;
    let well_formed = name.chars().all(|letter| {
        if is_combining_mark(letter) || matches!(letter, '\u{200c}' | '\u{200d}') {
            return after_letter;
        }
        after_letter = letter.is_alphanumeric();
        // Of other scripts: the Catalan and the Katakana dot, Hebrew maqaf, geresh and gershayim, the Armenian hyphen and
        // apostrophe, the Tibetan mark between syllables.
        after_letter || " .,'-/()·・־׳״֊՚་".contains(letter)
    });
    well_formed && !has_tower(name) && name.chars().any(char::is_alphabetic)
}

/// A name as it is compared: small letters without accents, apostrophes and what is not seen, in words. Marks without
/// which a word is another one (vowels of Indic scripts, Thai tones) stay; those that writers leave out do not.
pub fn words(name: &str) -> Vec<String> {
    let letters = name.chars().filter(|letter| !is_apostrophe(*letter) && !is_unseen(*letter));
    let folded: String = letters.nfkd().filter(|letter| !is_accent(*letter)).flat_map(char::to_lowercase).collect();
    let of_word = |letter: char| letter.is_alphanumeric() || is_combining_mark(letter) && !is_accent(letter);
    folded.split(|letter| !of_word(letter)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// By its combining class: strokes, nukta, the vowel points of Hebrew, Arabic and Syriac, and what stands above and below.
fn is_accent(letter: char) -> bool {
    matches!(canonical_combining_class(letter), 1 | 7 | 10..=36 | 200..)
}

#[cfg(test)]
mod tests;
