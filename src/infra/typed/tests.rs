//! What is read as it is seen, and what stays apart.

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::*;

#[test]
fn numbers_from_phones_and_chats_are_read_as_they_are_seen() {
    for (text, seen) in [
        ("\u{202a}+62 812\u{2011}3456\u{2011}7890\u{202c}", "+62 812-3456-7890"),
        ("\u{feff}7371\u{a0}0952\u{200b}0391\u{2009}0001\u{200e}", "7371 09520391 0001"),
        ("１２３－４５６", "123-456"),
        ("٠١٢٣٤٥٦٧٨٩ ۰۹ ०९ ๐๙", "0123456789 09 09 09"),
        ("\u{1d7ce}\u{1d7d9}", "01"),
        ("\u{2212}5", "-5"),
        ("62٫5", "62,5"),
        ("\t12\u{3000}", "12"),
        ("\u{200b}\u{200e}", ""),
    ] {
        assert_eq!(as_seen(text), seen, "{text:?}");
    }
    // Seen as 7890, and yet 0987.
    assert!(as_seen("\u{202e}0987").contains('\u{202e}'));
}

#[test]
fn a_text_has_one_kind_of_line_break_and_no_mark_of_direction() {
    assert_eq!(text("a\r\nb\rc\u{b}d\u{c}e\u{85}f\u{2028}g\u{2029}h\ni"), "a\nb\nc\nd\ne\nf\ng\nh\ni");
    assert_eq!(text("\u{202e}a\u{2066}b\u{2069}\u{200f}c\u{61c}"), "abc");
    let family = "\u{1f468}\u{200d}\u{1f469} \u{2764}\u{fe0f} علی\u{200c}رضا";
    assert_eq!(text(family), family);
}

#[test]
fn a_name_has_a_bounded_number_of_marks_on_each_letter() {
    assert!(is_name(&format!("S{}iti", "\u{301}".repeat(MOST_MARKS))));
    assert!(!is_name(&format!("S{}iti", "\u{301}".repeat(MOST_MARKS + 1))));
    assert!(!is_name("\u{301}".repeat(60).as_str()));
    assert!(!is_name("Siti \u{301}"));
}

#[test]
fn joiners_stay_where_they_join_and_nothing_else_that_is_unseen() {
    assert_eq!(name("علی\u{200c}رضا"), "علی\u{200c}رضا");
    assert_eq!(name("क\u{94d}\u{200d}ष"), "क\u{94d}\u{200d}ष");
    assert_eq!(name("Si\u{200d}ti\u{200c} \u{2066}Dewi"), "Siti Dewi");
}

proptest! {
    #[test]
    fn what_was_read_once_is_read_the_same_again(typed in any::<String>()) {
        let (seen, read, named) = (as_seen(&typed), text(&typed), name(&typed));
        prop_assert_eq!(as_seen(&seen), seen);
        prop_assert_eq!(text(&read), read);
        prop_assert_eq!(name(&named), named);
        let folded = words(&typed);
        prop_assert_eq!(words(&folded.join(" ")), folded);
    }

    #[test]
    fn what_is_typed_in_ascii_is_read_as_it_is(typed in "[!-~]([ -~]{0,20}[!-~])?") {
        prop_assert_eq!(as_seen(&typed), typed.clone());
        prop_assert_eq!(text(&typed), typed);
    }

    #[test]
    fn unseen_marks_anywhere_change_no_number(digits in "[0-9]{1,16}", place in 0..16_usize, mark in 0..6_usize) {
        let marks = ["\u{200b}", "\u{200e}", "\u{202a}", "\u{2066}", "\u{feff}", "\u{ad}"];
        let (before, after) = digits.split_at(place.min(digits.len()));
        let typed = format!("{}{before}{}{after}\u{202c}", marks[mark], marks[(mark + 1) % marks.len()]);
        prop_assert_eq!(as_seen(&typed), digits);
    }

    #[test]
    fn the_digits_of_every_script_are_digits(zero in 0..64_usize, digits in "[0-9]{1,16}") {
        let zero = u32::from(ZEROS.chars().nth(zero).unwrap());
        let other: String =
            digits.bytes().map(|digit| char::from_u32(zero + u32::from(digit - b'0')).unwrap()).collect();
        prop_assert_eq!(as_seen(&other), digits);
    }

    #[test]
    fn a_name_is_folded_the_same_composed_and_decomposed(typed in "[\\p{L}\\p{M}' ’]{0,40}") {
        let (composed, decomposed): (String, String) = (typed.nfc().collect(), typed.nfd().collect());
        prop_assert_eq!(words(&composed), words(&decomposed));
        prop_assert_eq!(words(&name(&typed)), words(&typed));
    }
}
