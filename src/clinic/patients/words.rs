//! What a patient can be found by: a name as whole folded words, and what somebody typed into the search box (R8).

use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{Nik, Phone};
use crate::{clinic::accounts::Email, infra::vault::Private};

/// Words of a query beyond these are not looked at.
const MOST_WORDS: usize = 8;
/// What stands before and after names and is not part of them.
const TITLES: [&str; 17] =
    ["dr", "drg", "drs", "dra", "ir", "prof", "h", "hj", "kh", "tn", "ny", "nn", "an", "by", "sdr", "bapak", "ibu"];

/// The words of a name as they are looked up: small letters without accents and apostrophes, without titles and what
/// follows a comma. A word that is all of the name is kept, whatever it is.
pub(super) fn words(name: &str) -> BTreeSet<String> {
    let name = name.split(',').next().unwrap_or_default();
    let folded: String = name
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter) && !matches!(letter, '\'' | '’' | '‘' | '`' | '´'))
        .flat_map(char::to_lowercase)
        .collect();
    let all: Vec<&str> =
        folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let named: BTreeSet<String> =
        all.iter().filter(|word| !TITLES.contains(word)).map(|word| (*word).to_owned()).collect();
    if named.is_empty() { all.into_iter().map(str::to_owned).collect() } else { named }
}

/// What the search box asks for.
pub(super) enum Wanted {
    /// Nothing was typed: everybody.
    All,
    /// Who has this NIK.
    Nik(Private),
    /// Whose account has this address.
    Email(Email),
    /// Who has this phone.
    Phone(Phone),
    /// Whose name has all of these words.
    Words(BTreeSet<String>),
    /// What nobody can be found by.
    Nothing,
}

impl Wanted {
    /// Reads the box: 16 digits are a NIK, an `@` makes an address, other digits are a phone, the rest are words.
    pub(super) fn read(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::All;
        }
        if text.contains('@') {
            return Email::parse(text).map_or(Self::Nothing, Self::Email);
        }
        let number = text.chars().all(|letter| letter.is_ascii_digit() || " +-.()".contains(letter));
        if number {
            if let Ok(nik) = Nik::parse(text) {
                return Self::Nik(Private::new(nik.reveal()));
            }
            return Phone::parse(text).ok().flatten().map_or(Self::Nothing, Self::Phone);
        }
        let words: BTreeSet<String> = words(text).into_iter().take(MOST_WORDS).collect();
        if words.is_empty() { Self::Nothing } else { Self::Words(words) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(name: &str) -> Vec<String> {
        words(name).into_iter().collect()
    }

    #[test]
    fn a_name_is_folded_to_whole_words_without_titles() {
        assert_eq!(folded("Siti Rahmawati"), ["rahmawati", "siti"]);
        assert_eq!(folded("  siti   RAHMAWATI "), ["rahmawati", "siti"]);
        assert_eq!(folded("Nur'aini"), ["nuraini"]);
        assert_eq!(folded("Nur’aini"), ["nuraini"]);
        assert_eq!(folded("José Ribeiro"), ["jose", "ribeiro"]);
        assert_eq!(folded("Jose\u{301} Ribeiro"), ["jose", "ribeiro"]);
        assert_eq!(folded("Prof. Dr. H. Abdul Karim-Saleh, S.E., M.M."), ["abdul", "karim", "saleh"]);
        assert_eq!(folded("Ny. An"), ["an", "ny"]);
        assert_eq!(folded("ﬁtri"), ["fitri"]);
    }

    #[test]
    fn the_box_tells_numbers_addresses_and_names_apart() {
        assert!(matches!(Wanted::read("  "), Wanted::All));
        assert!(matches!(Wanted::read("7371 0952 0391 0001"), Wanted::Nik(_)));
        assert!(matches!(Wanted::read("Siti@Contoh.id"), Wanted::Email(_)));
        assert!(matches!(Wanted::read("siti@"), Wanted::Nothing));
        assert!(matches!(Wanted::read("0812-3456-7890"), Wanted::Phone(_)));
        assert!(matches!(Wanted::read("+62 812 3456 7890"), Wanted::Phone(_)));
        assert!(matches!(Wanted::read("12345"), Wanted::Nothing));
        assert!(matches!(Wanted::read("siti"), Wanted::Words(_)));
        assert!(matches!(Wanted::read("🙂"), Wanted::Nothing));
    }

    proptest! {
        #[test]
        fn whoever_types_a_word_of_the_name_finds_it(name in "[A-Za-zÀ-ÿ' ]{1,40}") {
            let all = words(&name);
            for word in name.split_whitespace() {
                prop_assert!(words(word).is_subset(&all) || words(word).iter().all(|word| TITLES.contains(&word.as_str())));
            }
        }
    }
}
