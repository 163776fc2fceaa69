//! What a prescription may say (R1, R7): diagnosis, notes and one to twenty medicines.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    clinic::pharmacy::entity::{Category, MedicineClass, Status, product},
    infra::{typed, vault::Private},
    web::{Error, FieldErrors, FormState, Sentence, forms},
};

/// The most medicines that one prescription names.
pub const MOST_ITEMS: usize = 20;
const LONGEST_TEXT: usize = 2_000;
const LONGEST_DOSAGE: usize = 100;
const LONGEST_INSTRUCTIONS: usize = 500;
const LARGEST_QUANTITY: i32 = 1_000;
const LARGEST_DURATION: i32 = 365;
/// Rows that are looked at: past this a form was not drawn by us.
pub const MOST_ROWS: usize = 100;

/// How far the prescriptions of an appointment have come: how many were issued for it, and how often its draft was kept.
/// A form carries the one that it was drawn from, so that a form in another tab puts nothing back (P12).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Revision {
    /// Prescriptions that were issued, without their newer versions.
    pub issued: u64,
    /// How often the draft that is there was kept; 0 if there is none.
    pub draft: i32,
}

impl std::fmt::Display for Revision {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.issued, self.draft)
    }
}

impl std::str::FromStr for Revision {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (issued, draft) = text.split_once('.').ok_or(Error::UnreadableForm)?;
        let unreadable = |_| Error::UnreadableForm;
        Ok(Self { issued: issued.parse().map_err(unreadable)?, draft: draft.parse().map_err(unreadable)? })
    }
}

/// The form as it was sent.
#[derive(Clone, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Fields {
    /// What the doctor found.
    pub diagnosis: String,
    /// Rows by the number that the form gave them.
    pub items: BTreeMap<String, ItemFields>,
    /// What the patient should know beside.
    pub notes: String,
    /// The [`Revision`] that the form was drawn from; nothing where a script writes, which then overwrites.
    pub revision: String,
}

/// One row of the form as it was sent.
#[derive(Clone, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct ItemFields {
    /// The medicine.
    pub product_id: String,
    /// Such as "3x sehari".
    pub dosage: String,
    /// How many.
    pub quantity: String,
    /// For how many days.
    pub duration_days: String,
    /// Such as "sesudah makan".
    pub instructions: String,
}

/// What may be issued; only [`check`] makes it.
pub struct Content {
    diagnosis: Private,
    notes: Option<Private>,
    items: Vec<Item>,
}

/// One medicine that may be issued.
pub struct Item {
    /// The medicine.
    pub product: Uuid,
    /// As typed.
    pub dosage: Private,
    /// How many.
    pub quantity: i32,
    /// For how many days.
    pub duration_days: i32,
    /// As typed.
    pub instructions: Private,
}

impl Content {
    /// What the doctor found.
    pub fn diagnosis(&self) -> &Private {
        &self.diagnosis
    }

    /// What the patient should know beside.
    pub fn notes(&self) -> Option<&Private> {
        self.notes.as_ref()
    }

    /// The medicines, in their order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }
}

impl From<&Item> for ItemFields {
    fn from(item: &Item) -> Self {
        Self {
            product_id: item.product.to_string(),
            dosage: item.dosage.reveal().to_owned(),
            quantity: item.quantity.to_string(),
            duration_days: item.duration_days.to_string(),
            instructions: item.instructions.reveal().to_owned(),
        }
    }
}

impl ItemFields {
    /// Whether nothing was written in the row.
    pub fn is_blank(&self) -> bool {
        let texts = [&self.product_id, &self.dosage, &self.quantity, &self.duration_days, &self.instructions];
        texts.into_iter().all(|text| text.trim().is_empty())
    }

    fn pairs(&self, index: usize) -> [(String, String); 5] {
        let named = |name, text: &String| (field(index, name), text.clone());
        [
            named("product_id", &self.product_id),
            named("dosage", &self.dosage),
            named("quantity", &self.quantity),
            named("duration_days", &self.duration_days),
            named("instructions", &self.instructions),
        ]
    }
}

impl Fields {
    /// What the form was drawn from; nothing if it does not say.
    pub fn seen(&self) -> Result<Option<Revision>, Error> {
        if self.revision.is_empty() { Ok(None) } else { self.revision.parse().map(Some) }
    }

    /// The rows by number; nothing if one has no number, or too high a one.
    pub fn rows(&self) -> Option<BTreeMap<usize, &ItemFields>> {
        let number = |key: &String| key.parse::<usize>().ok().filter(|index| *index < MOST_ROWS);
        let rows: BTreeMap<usize, _> =
            self.items.iter().map(|(key, row)| Some((number(key)?, row))).collect::<Option<_>>()?;
        (rows.len() == self.items.len()).then_some(rows)
    }

    /// The products that the rows name.
    pub fn products(&self) -> Vec<Uuid> {
        let named: BTreeSet<Uuid> = self.items.values().filter_map(|row| row.product_id.trim().parse().ok()).collect();
        named.into_iter().collect()
    }

    /// The form drawn again as it was; its rows are numbered anew, without the row `without`.
    pub fn state(&self, without: Option<usize>) -> (FormState, usize) {
        let rows = self.rows().unwrap_or_default();
        let kept = rows.into_iter().filter(|(index, _)| Some(*index) != without).map(|(_, row)| row);
        let mut pairs =
            vec![("diagnosis".to_owned(), self.diagnosis.clone()), ("notes".to_owned(), self.notes.clone())];
        let mut count = 0;
        for (index, row) in kept.enumerate() {
            pairs.extend(row.pairs(index));
            count = index + 1;
        }
        (FormState::of(pairs), count)
    }
}

/// The name of a field of row `index`, which its error goes by too.
pub fn field(index: usize, name: &str) -> String {
    format!("items[{index}][{name}]")
}

/// Whether a class may be prescribed without seeing the patient (R7).
pub const fn may_be_prescribed(class: MedicineClass) -> bool {
    !matches!(class, MedicineClass::Psikotropika | MedicineClass::Narkotika)
}

/// Whether online pharmacies may send a class (R7).
pub const fn may_be_sent(class: MedicineClass) -> bool {
    !matches!(
        class,
        MedicineClass::Oot | MedicineClass::Prekursor | MedicineClass::Psikotropika | MedicineClass::Narkotika
    )
}

/// Whether a licence that names its last day as `valid_until` still holds on `day`; a day that is none does not.
pub fn licence_holds(valid_until: &str, day: Date) -> bool {
    valid_until.parse::<Date>().is_ok_and(|last| day <= last)
}

/// Checks a form that is to be issued. Rows in which nothing was written are passed over.
#[expect(clippy::implicit_hasher, reason = "products come as the pharmacy finds them")]
pub fn check(fields: &Fields, products: &HashMap<Uuid, product::Model>) -> Result<Content, FieldErrors> {
    let mut errors = FieldErrors::default();
    let diagnosis = errors.take("diagnosis", text(&fields.diagnosis, LONGEST_TEXT, "prescriptions-diagnosis-missing"));
    let notes = errors.take("notes", forms::optional(&fields.notes, LONGEST_TEXT));
    let mut items = Vec::new();
    for (index, row) in fields.rows().unwrap_or_default() {
        if !row.is_blank() {
            items.extend(check_item(&mut errors, index, row, products));
        }
    }
    let written = fields.items.values().filter(|row| !row.is_blank()).count();
    if written == 0 {
        errors.add(field(0, "product_id"), Sentence::new("prescriptions-no-medicine"));
    }
    if written > MOST_ITEMS {
        let sentence = Sentence::new("prescriptions-too-many").with("count", written).with("most", MOST_ITEMS);
        errors.add("items", sentence);
    }
    match (diagnosis, notes) {
        (Some(diagnosis), Some(notes)) if errors.is_empty() => {
            Ok(Content { diagnosis: Private::new(diagnosis), notes: notes.map(Private::new), items })
        }
        _ => Err(errors),
    }
}

fn check_item(
    errors: &mut FieldErrors,
    index: usize,
    row: &ItemFields,
    products: &HashMap<Uuid, product::Model>,
) -> Option<Item> {
    let mut take = |name: &str, number: Result<i32, Sentence>| errors.take(&field(index, name), number);
    let quantity = take("quantity", number(&row.quantity, LARGEST_QUANTITY, "prescriptions-quantity-missing"));
    let duration_days =
        take("duration_days", number(&row.duration_days, LARGEST_DURATION, "prescriptions-duration-missing"));
    let product = errors.take(&field(index, "product_id"), check_product(&row.product_id, products));
    let dosage =
        errors.take(&field(index, "dosage"), text(&row.dosage, LONGEST_DOSAGE, "prescriptions-dosage-missing"));
    let instructions = forms::optional(&row.instructions, LONGEST_INSTRUCTIONS);
    let instructions = errors.take(&field(index, "instructions"), instructions);
    Some(Item {
        product: product?,
        dosage: Private::new(dosage?),
        quantity: quantity?,
        duration_days: duration_days?,
        instructions: Private::new(instructions?.unwrap_or_default()),
    })
}

fn check_product(text: &str, products: &HashMap<Uuid, product::Model>) -> Result<Uuid, Sentence> {
    if text.trim().is_empty() {
        return Err(Sentence::new("prescriptions-product-missing"));
    }
    let product = text.trim().parse().ok().and_then(|id: Uuid| products.get(&id));
    let product = product.ok_or(Sentence::new("prescriptions-product-unknown"))?;
    if product.category != Category::Medicine {
        return Err(Sentence::new("prescriptions-product-no-medicine").with("name", product.name.as_str()));
    }
    if product.status != Status::Active {
        return Err(Sentence::new("prescriptions-product-retired").with("name", product.name.as_str()));
    }
    match product.medicine_class {
        MedicineClass::Narkotika => {
            Err(Sentence::new("prescriptions-product-narcotic").with("name", product.name.as_str()))
        }
        MedicineClass::Psikotropika => {
            Err(Sentence::new("prescriptions-product-psychotropic").with("name", product.name.as_str()))
        }
        _ => Ok(product.id),
    }
}

/// Text that must be there; `missing` is the key of what is said if it is not.
fn text(text: &str, largest: usize, missing: &'static str) -> Result<String, Sentence> {
    forms::optional(text, largest)?.ok_or(Sentence::new(missing))
}

/// A whole number from 1 to `largest`.
fn number(text: &str, largest: i32, missing: &'static str) -> Result<i32, Sentence> {
    let text = typed::as_seen(text);
    if text.is_empty() {
        return Err(Sentence::new(missing).with("largest", largest));
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<i32>().ok().filter(|number| digits && (1..=largest).contains(number));
    number.ok_or_else(|| Sentence::new("prescriptions-number").with("largest", largest))
}

/// The quantity as a prescription writes it: 15 is "XV".
pub fn roman(number: i32) -> String {
    const SIGNS: [(i32, &str); 13] = [
        (1_000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = number;
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            text.push_str(sign);
            rest -= value;
        }
    }
    text
}

/// The number of the day's `count`-th prescription: "RSP-20261120-0042".
pub fn prescription_number(day: Date, count: i32) -> String {
    format!("RSP-{:04}{:02}{:02}-{count:04}", day.year(), day.month(), day.day())
}

#[cfg(test)]
mod tests;
