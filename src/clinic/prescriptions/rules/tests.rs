//! What may stand on a prescription, and what may not.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::infra::clock::Instant;

const MEDICINE: Uuid = Uuid::from_u128(7);

fn shelf(change: impl Fn(&mut product::Model)) -> HashMap<Uuid, product::Model> {
    let now = Instant::from_millis(0);
    let mut product = product::Model {
        id: MEDICINE,
        identity: String::new(),
        category: Category::Medicine,
        name: "Amoksisilin".to_owned(),
        form: "tablet".to_owned(),
        strength: "500 mg".to_owned(),
        medicine_class: MedicineClass::Keras,
        kfa_code: None,
        status: Status::Active,
        created_at: now,
        updated_at: now,
    };
    change(&mut product);
    HashMap::from([(MEDICINE, product)])
}

fn row() -> ItemFields {
    ItemFields {
        product_id: MEDICINE.to_string(),
        dosage: "3x sehari".to_owned(),
        quantity: "15".to_owned(),
        duration_days: "5".to_owned(),
        instructions: "sesudah makan".to_owned(),
    }
}

fn form(rows: impl IntoIterator<Item = ItemFields>) -> Fields {
    let items = rows.into_iter().enumerate().map(|(index, row)| (index.to_string(), row)).collect();
    Fields { diagnosis: "Faringitis akut".to_owned(), items, ..Fields::default() }
}

fn refused(form: &Fields, field: &str) -> Option<&'static str> {
    check(form, &shelf(|_| ())).err().and_then(|errors| errors.key(field))
}

#[test]
fn a_whole_form_is_kept_as_typed_and_blank_rows_are_passed_over() {
    let form = form([ItemFields::default(), row(), ItemFields::default()]);
    let Ok(content) = check(&form, &shelf(|_| ())) else { panic!("a right form is refused") };
    let [item] = content.items() else { panic!("one row was written") };
    assert_eq!((item.dosage.reveal(), item.quantity, item.duration_days), ("3x sehari", 15, 5));
    assert_eq!(content.diagnosis().reveal(), "Faringitis akut");
    assert!(content.notes().is_none());
}

/// Makes a row wrong.
type Change = fn(&mut ItemFields);

#[test]
fn a_wrong_field_is_named_as_the_form_names_it() {
    let wrong = |change: fn(&mut ItemFields)| {
        let mut second = row();
        change(&mut second);
        form([row(), second])
    };
    let cases: [(Change, &str, &str); 9] = [
        (|row| row.product_id.clear(), "product_id", "prescriptions-product-missing"),
        (|row| row.product_id = Uuid::nil().to_string(), "product_id", "prescriptions-product-unknown"),
        (|row| row.dosage = " ".to_owned(), "dosage", "prescriptions-dosage-missing"),
        (|row| row.dosage = "x".repeat(101), "dosage", "form-too-long"),
        (|row| row.quantity = "0".to_owned(), "quantity", "prescriptions-number"),
        (|row| row.quantity = "1001".to_owned(), "quantity", "prescriptions-number"),
        (|row| row.duration_days = "366".to_owned(), "duration_days", "prescriptions-number"),
        (|row| row.duration_days.clear(), "duration_days", "prescriptions-duration-missing"),
        (|row| row.instructions = "x".repeat(501), "instructions", "form-too-long"),
    ];
    for (change, name, key) in cases {
        assert_eq!(refused(&wrong(change), &format!("items[1][{name}]")), Some(key));
    }
}

#[test]
fn what_may_not_be_prescribed_from_afar_is_refused_and_the_rest_is_not() {
    let refusal = |class| {
        let shelf = shelf(|product| product.medicine_class = class);
        check(&form([row()]), &shelf).err().and_then(|errors| errors.key("items[0][product_id]"))
    };
    assert_eq!(refusal(MedicineClass::Narkotika), Some("prescriptions-product-narcotic"));
    assert_eq!(refusal(MedicineClass::Psikotropika), Some("prescriptions-product-psychotropic"));
    for class in [MedicineClass::Bebas, MedicineClass::Keras, MedicineClass::Oot, MedicineClass::Prekursor] {
        assert_eq!(refusal(class), None);
    }
    assert!(!may_be_sent(MedicineClass::Oot) && may_be_sent(MedicineClass::Keras));
}

#[test]
fn only_active_medicines_are_prescribed() {
    let refusal = |change: fn(&mut product::Model)| {
        check(&form([row()]), &shelf(change)).err().and_then(|e| e.key("items[0][product_id]"))
    };
    assert_eq!(refusal(|product| product.category = Category::Other), Some("prescriptions-product-no-medicine"));
    assert_eq!(refusal(|product| product.status = Status::Retired), Some("prescriptions-product-retired"));
}

#[test]
fn a_prescription_names_one_to_twenty_medicines() {
    assert_eq!(refused(&form([]), "items[0][product_id]"), Some("prescriptions-no-medicine"));
    assert!(check(&form((0..20).map(|_| row())), &shelf(|_| ())).is_ok());
    assert_eq!(refused(&form((0..21).map(|_| row())), "items"), Some("prescriptions-too-many"));
}

#[test]
fn a_revision_reads_as_it_was_drawn() {
    let revision = Revision { issued: 1, draft: 7 };
    assert_eq!(revision.to_string().parse().ok(), Some(revision));
    for text in ["", "1", "1.", ".1", "a.b", "-1.0", "1.2.3", "99999999999999999999.1"] {
        assert!(text.parse::<Revision>().is_err(), "{text}");
    }
}

#[test]
fn a_licence_holds_through_its_last_day() {
    assert!(licence_holds("2026-11-20", date(2026, 11, 20)));
    assert!(!licence_holds("2026-11-19", date(2026, 11, 20)));
    assert!(!licence_holds("", date(2026, 11, 20)));
}

#[test]
fn numbers_are_written_as_prescriptions_write_them() {
    for (number, text) in [(1, "I"), (4, "IV"), (10, "X"), (15, "XV"), (90, "XC"), (449, "CDXLIX"), (1_000, "M")] {
        assert_eq!(roman(number), text);
    }
    assert_eq!(prescription_number(date(2026, 11, 20), 42), "RSP-20261120-0042");
    assert_eq!(prescription_number(date(2026, 11, 20), 12_345), "RSP-20261120-12345");
}

fn value(text: &str) -> i32 {
    let of = |sign| match sign {
        'M' => 1_000,
        'D' => 500,
        'C' => 100,
        'L' => 50,
        'X' => 10,
        'V' => 5,
        _ => 1,
    };
    let values: Vec<i32> = text.chars().map(of).collect();
    let next = values.iter().skip(1).chain(std::iter::once(&0));
    values.iter().zip(next).map(|(value, next)| if value < next { -value } else { *value }).sum()
}

proptest! {
    #[test]
    fn a_roman_number_reads_as_its_number(number in 1..=1_000) {
        prop_assert_eq!(value(&roman(number)), number);
    }

    #[test]
    fn only_whole_numbers_within_reach_are_taken(text in "\\PC{0,12}", number in -10..2_000_i32) {
        let typed: [String; 2] = [text, number.to_string()];
        for text in typed {
            let taken = super::number(&text, LARGEST_QUANTITY, "form-required").ok();
            let seen = typed::as_seen(&text);
            let right = seen.parse::<i32>().ok().filter(|number| (1..=LARGEST_QUANTITY).contains(number));
            let right = right.filter(|_| seen.bytes().all(|byte| byte.is_ascii_digit()));
            prop_assert_eq!(taken, right);
        }
    }

    #[test]
    fn any_text_is_kept_as_typed_or_refused_at_its_field(dosage in "\\PC{0,120}", diagnosis in "\\PC{0,40}") {
        let sent = Fields { diagnosis, ..form([ItemFields { dosage, ..row() }]) };
        let read = |text: &str| Some(typed::text(text).trim().to_owned()).filter(|text| typed::is_visible(text));
        let length = |text: &str| read(text).map_or(0, |text| text.chars().count());
        let dosage = sent.items.values().next().map_or("", |row| &row.dosage);
        let right = (1..=LONGEST_DOSAGE).contains(&length(dosage)) && length(&sent.diagnosis) > 0;
        match check(&sent, &shelf(|_| ())) {
            Ok(content) => {
                prop_assert!(right);
                let kept = content.items().first().map(|item| item.dosage.reveal().to_owned());
                prop_assert_eq!(kept, read(dosage));
            }
            Err(errors) => {
                prop_assert!(!right);
                prop_assert!(errors.key("diagnosis").or(errors.key("items[0][dosage]")).is_some());
            }
        }
    }

    #[test]
    fn rows_are_known_by_their_numbers_alone(key in "\\PC{0,4}") {
        let fields = Fields { items: BTreeMap::from([(key.clone(), row())]), ..Fields::default() };
        let numbered = key.parse::<usize>().is_ok_and(|index| index < MOST_ROWS);
        prop_assert_eq!(fields.rows().is_some(), numbered);
    }
}
