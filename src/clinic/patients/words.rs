//! What a patient can be found by: a name as whole folded words, and what somebody typed into the search box (R8).

use std::collections::BTreeSet;

use super::{Nik, Phone};
use crate::{
    clinic::accounts::Email,
    infra::{typed, vault::Private},
};

/// Words of a query beyond these are not looked at.
const MOST_WORDS: usize = 8;
/// What stands before names and is not part of them.
const TITLES: [&str; 17] =
    ["dr", "drg", "drs", "dra", "ir", "prof", "h", "hj", "kh", "tn", "ny", "nn", "an", "by", "sdr", "bapak", "ibu"];
/// What stands after names, behind a comma, and is written without dots within.
const DEGREES: [&str; 24] = [
    "se", "sh", "mm", "mh", "st", "mt", "skm", "spd", "mpd", "skep", "mkep", "ners", "ns", "amd", "mkes", "msi", "ssi",
    "skom", "mkom", "sp", "sked", "apt", "phd", "msc",
];

/// The words of a name as they are looked up, folded ([`typed::words`]), without titles and degrees. What stands behind a
/// comma may be a degree or a name: `Simanjuntak, Maria Magdalena`. A word that is all of the name is kept, whatever it
/// is.
pub(super) fn words(name: &str) -> BTreeSet<String> {
    let (before, behind) = name.split_once(',').unwrap_or((name, ""));
    let is_degree = |piece: &str| {
        piece.trim_end_matches('.').contains('.')
            || typed::words(piece).iter().all(|word| DEGREES.contains(&word.as_str()))
    };
    let behind = behind.split([',', ' ']).filter(|piece| !is_degree(piece)).flat_map(typed::words);
    let all: Vec<String> = typed::words(before).into_iter().chain(behind).collect();
    let named: BTreeSet<String> = all.iter().filter(|word| !TITLES.contains(&word.as_str())).cloned().collect();
    if named.is_empty() { all.into_iter().collect() } else { named }
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
        let seen = typed::as_seen(text);
        if seen.is_empty() {
            return Self::All;
        }
        if seen.contains('@') {
            return Email::known(&seen).map_or(Self::Nothing, Self::Email);
        }
        let number = seen.chars().all(|letter| letter.is_ascii_digit() || " +-.()".contains(letter));
        if number {
            if let Ok(nik) = Nik::parse(&seen) {
                return Self::Nik(Private::new(nik.reveal()));
            }
            return Phone::parse(&seen).ok().flatten().map_or(Self::Nothing, Self::Phone);
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
        assert_eq!(folded("Karim, SE, M.Kes, Sp. PD"), ["karim", "pd"]);
        assert_eq!(folded("Simanjuntak, Maria Magdalena"), ["magdalena", "maria", "simanjuntak"]);
        assert_eq!(folded("Lim, M. Yusuf"), ["lim", "m", "yusuf"]);
        assert_eq!(folded("Ny. An"), ["an", "ny"]);
        assert_eq!(folded("ﬁtri"), ["fitri"]);
    }

    #[test]
    fn a_name_of_any_script_is_folded_to_what_tells_it_from_others() {
        for typed in ["Nur'aini", "Nur‘aini", "Nurʼaini", "Nur`aini", "Nur´aini", "Nurʻaini", "Nuraini"] {
            assert_eq!(folded(typed), ["nuraini"], "{typed}");
        }
        assert_ne!(folded("राम"), folded("रोम"));
        assert_eq!(folded("विक्रम सिंह").len(), 2);
        assert_eq!(folded("مُحَمَّد"), folded("محمد"));
        assert_eq!(folded("علی\u{200c}رضا"), folded("علیرضا"));
        assert_eq!(folded("น้ำใจ"), folded("น้\u{e4d}\u{e32}ใจ"));
        assert_eq!(folded("\u{1112}\u{1161}\u{11ab}"), folded("한"));
    }

    #[test]
    fn the_box_tells_numbers_addresses_and_names_apart() {
        assert!(matches!(Wanted::read("  "), Wanted::All));
        assert!(matches!(Wanted::read("7371 0952 0391 0001"), Wanted::Nik(_)));
        assert!(matches!(Wanted::read("Siti@Contoh.id"), Wanted::Email(_)));
        assert!(matches!(Wanted::read("siti@"), Wanted::Nothing));
        assert!(matches!(Wanted::read("0812-3456-7890"), Wanted::Phone(_)));
        assert!(matches!(Wanted::read("+62 812 3456 7890"), Wanted::Phone(_)));
        assert!(matches!(Wanted::read("\u{202a}+62 812\u{2011}3456\u{2011}7890\u{202c}"), Wanted::Phone(_)));
        assert!(matches!(Wanted::read("7371\u{a0}0952\u{200b}03910001"), Wanted::Nik(_)));
        assert!(matches!(Wanted::read("\u{200e}siti@contoh.id"), Wanted::Email(_)));
        assert!(matches!(Wanted::read("\u{200b}"), Wanted::All));
        assert!(matches!(Wanted::read("12345"), Wanted::Nothing));
        assert!(matches!(Wanted::read("siti"), Wanted::Words(_)));
        assert!(matches!(Wanted::read("🙂"), Wanted::Nothing));
    }

    proptest! {
        #[test]
        fn whoever_types_a_word_of_the_name_finds_it(name in "[\\p{L}\\p{M}',. ]{1,40}") {
            let all = words(&name);
            for word in name.split([' ', ',']) {
                let kept = |word: &String| [&TITLES[..], &DEGREES[..]].concat().contains(&word.as_str());
                let degree = word.trim_end_matches('.').contains('.');
                prop_assert!(degree || words(word).is_subset(&all) || words(word).iter().all(kept), "{:?}", word);
            }
        }

        #[test]
        fn a_name_is_found_as_it_was_typed_and_as_it_is_kept(name in "[\\p{L}\\p{M}’ʼ' ]{1,40}") {
            prop_assert_eq!(words(&name), words(&typed::name(&name)));
            let decomposed: String = unicode_normalization::UnicodeNormalization::nfd(name.as_str()).collect();
            prop_assert_eq!(words(&name), words(&decomposed));
        }
    }
}
