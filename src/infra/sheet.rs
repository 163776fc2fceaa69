//! A key on paper: four lines of three groups in Crockford's base32, each line with two letters that tell a slip (S3).
//!
//! The two letters are a Reed-Solomon code over 32 symbols: one or two wrong letters in a line, two that changed
//! places, and a line in another line's place are seen for certain.

use zeroize::Zeroizing;

use super::typed;

/// Crockford's base32: no I, L, O or U, which are read wrongly.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Lines of a sheet.
pub const LINES: usize = 4;
/// Groups on a line.
pub const GROUPS: usize = 3;
const GROUP: usize = 5;
const LINE: usize = GROUPS * GROUP;
const BYTES: usize = 8;

/// Why the groups of a sheet were not read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Misread {
    /// Letters are missing, or there are too many.
    #[error("a recovery sheet has {expected} letters in {LINES} lines, here are {0}", expected = LINES * LINE)]
    Length(usize),
    /// A sign that no sheet holds.
    #[error("line {line} of the recovery sheet holds {sign:?}, which no sheet does")]
    Sign {
        /// Counted from one.
        line: usize,
        /// What stands there.
        sign: char,
    },
    /// A line whose letters do not belong together.
    #[error("line {0} of the recovery sheet is not as it was printed; compare its letters")]
    Line(usize),
}

/// The key `bytes` as lines of groups.
pub fn write(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(LINES * (LINE + GROUPS)));
    for (number, part) in bytes.chunks(BYTES).enumerate() {
        if number > 0 {
            text.push('\n');
        }
        let symbols = line_of(part, number);
        for (place, symbol) in symbols.iter().enumerate() {
            if place > 0 && place % GROUP == 0 {
                text.push(' ');
            }
            text.push(char::from(LETTERS.get(usize::from(*symbol)).copied().unwrap_or_default()));
        }
    }
    text
}

/// The key of a sheet; spaces, dashes and the size of letters do not matter.
pub fn read(text: &str) -> Result<Zeroizing<[u8; 32]>, Misread> {
    let signs: Vec<char> = typed::letters_as_seen(text).filter(|sign| !sign.is_whitespace() && *sign != '-').collect();
    let mut symbols = Zeroizing::new(Vec::with_capacity(signs.len()));
    for (place, sign) in signs.iter().enumerate() {
        symbols.push(symbol(*sign).ok_or(Misread::Sign { line: place / LINE + 1, sign: *sign })?);
    }
    if symbols.len() != LINES * LINE {
        return Err(Misread::Length(symbols.len()));
    }
    let mut key = Zeroizing::new([0; 32]);
    for (number, (line, to)) in symbols.chunks(LINE).zip(key.chunks_mut(BYTES)).enumerate() {
        to.copy_from_slice(&bytes_of(line, number).ok_or(Misread::Line(number + 1))?);
    }
    Ok(key)
}

/// Whether `typed` is the group `wanted`, read as kindly as a whole sheet is.
pub fn is_group(typed: &str, wanted: &str) -> bool {
    let symbols = |text: &str| -> Option<Vec<u8>> {
        typed::letters_as_seen(text).filter(|sign| !sign.is_whitespace() && *sign != '-').map(symbol).collect()
    };
    symbols(typed).is_some_and(|typed| typed.len() == GROUP && Some(typed) == symbols(wanted))
}

fn symbol(sign: char) -> Option<u8> {
    let sign = match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    LETTERS.iter().position(|letter| char::from(*letter) == sign).and_then(|place| u8::try_from(place).ok())
}

/// Eight bytes as thirteen symbols, the last of them with a bit to spare, and the two that tell a slip.
fn line_of(part: &[u8], number: usize) -> Zeroizing<Vec<u8>> {
    let whole = part.iter().fold(0_u128, |whole, byte| (whole << 8) | u128::from(*byte)) << 1;
    let mut symbols: Zeroizing<Vec<u8>> =
        Zeroizing::new((0..13).rev().map(|place| (whole >> (place * 5) & 31).try_into().unwrap_or_default()).collect());
    let every = (0..32_u8).flat_map(|one| (0..32_u8).map(move |other| [one, other]));
    for check in every {
        symbols.truncate(13);
        symbols.extend(check);
        if belongs_together(&symbols, number) {
            break;
        }
    }
    symbols
}

fn bytes_of(line: &[u8], number: usize) -> Option<[u8; BYTES]> {
    let whole = line.iter().take(13).fold(0_u128, |whole, symbol| (whole << 5) | u128::from(*symbol));
    (belongs_together(line, number) && whole & 1 == 0).then(|| u64::try_from(whole >> 1).ok().map(u64::to_be_bytes))?
}

/// Both sums of the code are nothing, with the line's number as one more symbol.
fn belongs_together(symbols: &[u8], number: usize) -> bool {
    let number = u8::try_from(number + 1).unwrap_or_default();
    let (mut plain, mut weighed) = (0, 0);
    for symbol in symbols.iter().chain([&number]) {
        plain ^= symbol;
        weighed = doubled(weighed) ^ symbol;
    }
    plain == 0 && weighed == 0
}

/// Times x in the field of 32, with x⁵ = x² + 1.
fn doubled(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> [u8; 32] {
        core::array::from_fn(|place| u8::try_from(place * 37 % 251).unwrap_or_default())
    }

    #[test]
    fn a_sheet_is_read_as_it_was_written() {
        let sheet = write(&key());
        assert_eq!(sheet.lines().count(), LINES);
        assert!(sheet.lines().all(|line| line.split(' ').map(str::len).eq([GROUP; GROUPS])));
        assert_eq!(read(&sheet).as_deref(), Ok(&key()));
        let careless = sheet.to_lowercase().replace('0', "o").replace('1', "l").replace(' ', "-");
        assert_eq!(read(&careless).as_deref(), Ok(&key()));
        assert_eq!(read(&sheet.replace(['\n', ' '], "")).as_deref(), Ok(&key()));
    }

    #[test]
    fn every_wrong_letter_and_every_swap_is_named_by_its_line() {
        let sheet: Vec<char> = write(&key()).chars().filter(|sign| !sign.is_whitespace()).collect();
        for place in 0..sheet.len() {
            let line = Misread::Line(place / LINE + 1);
            for letter in LETTERS.iter().map(|letter| char::from(*letter)).filter(|letter| *letter != sheet[place]) {
                let mut wrong = sheet.clone();
                wrong[place] = letter;
                assert_eq!(read(&wrong.iter().collect::<String>()).as_deref(), Err(&line));
            }
            if place % LINE > 0 && sheet[place] != sheet[place - 1] {
                let mut wrong = sheet.clone();
                wrong.swap(place, place - 1);
                assert_eq!(read(&wrong.iter().collect::<String>()).as_deref(), Err(&line));
            }
        }
    }

    #[test]
    fn lines_in_another_order_and_missing_letters_are_seen() {
        let sheet = write(&key());
        let lines: Vec<&str> = sheet.lines().collect();
        assert_eq!(read(&[lines[1], lines[0], lines[2], lines[3]].join("\n")).as_deref(), Err(&Misread::Line(1)));
        assert_eq!(read(&lines[..3].join("\n")).as_deref(), Err(&Misread::Length(45)));
        let strange = sheet.replacen(&sheet[20..21], "U", 1);
        assert!(matches!(read(&strange), Err(Misread::Sign { sign: 'U', .. })));
    }

    #[test]
    fn a_typed_group_is_compared_kindly() {
        assert!(is_group(" 1a0-b2", "1A0B2") && is_group("IAOB2", "1A0B2"));
        assert!(!is_group("1A0B", "1A0B2") && !is_group("1A0B3", "1A0B2") && !is_group("", "1A0B2"));
    }
}
