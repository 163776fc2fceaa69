//! What a product's fields must be.

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use super::entity::{Category, MedicineClass, product};
use crate::{
    infra::typed,
    web::{FieldErrors, FormState, Sentence, forms},
};

const LARGEST_NAME: usize = 120;
const LARGEST_FORM: usize = 60;
const LARGEST_STRENGTH: usize = 60;
/// Codes of trade products in the national medicine register (KFA).
const KFA_LENGTH: usize = 8;
const KFA_START: &str = "93";

impl MedicineClass {
    /// From the freest to the strictest.
    pub const ALL: [Self; 7] = [
        Self::Bebas,
        Self::BebasTerbatas,
        Self::Keras,
        Self::Oot,
        Self::Prekursor,
        Self::Psikotropika,
        Self::Narkotika,
    ];

    /// The word in forms, files and the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bebas => "bebas",
            Self::BebasTerbatas => "bebas_terbatas",
            Self::Keras => "keras",
            Self::Oot => "oot",
            Self::Prekursor => "prekursor",
            Self::Psikotropika => "psikotropika",
            Self::Narkotika => "narkotika",
        }
    }

    /// The key of its name in words.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Bebas => "pharmacy-class-bebas",
            Self::BebasTerbatas => "pharmacy-class-bebas-terbatas",
            Self::Keras => "pharmacy-class-keras",
            Self::Oot => "pharmacy-class-oot",
            Self::Prekursor => "pharmacy-class-prekursor",
            Self::Psikotropika => "pharmacy-class-psikotropika",
            Self::Narkotika => "pharmacy-class-narkotika",
        }
    }

    fn parse(text: &str) -> Result<Self, Sentence> {
        let code = text.trim().to_lowercase().replace(' ', "_");
        let missing = if code.is_empty() { "form-required" } else { "pharmacy-class-unknown" };
        Self::ALL.into_iter().find(|class| class.code() == code).ok_or(Sentence::new(missing))
    }
}

impl Category {
    /// What can be prescribed first.
    pub const ALL: [Self; 2] = [Self::Medicine, Self::Other];

    /// The word in forms, files and the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Medicine => "medicine",
            Self::Other => "other",
        }
    }

    /// The key of its name in words.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Medicine => "pharmacy-category-medicine",
            Self::Other => "pharmacy-category-other",
        }
    }

    fn parse(text: &str) -> Result<Self, Sentence> {
        let code = text.trim().to_lowercase();
        let missing = if code.is_empty() { "form-required" } else { "pharmacy-category-unknown" };
        Self::ALL.into_iter().find(|category| category.code() == code).ok_or(Sentence::new(missing))
    }
}

/// A product as somebody typed it, or as a line of a file has it.
#[derive(Deserialize, Default, Clone, Debug)]
#[serde(default, deny_unknown_fields)]
pub struct ProductForm {
    /// Of the substance or the trade.
    pub name: String,
    /// Such as `tablet`.
    pub form: String,
    /// Such as `500 mg`.
    pub strength: String,
    /// `medicine` or `other`.
    pub category: String,
    /// A code of [`MedicineClass`].
    pub medicine_class: String,
    /// Eight digits, or nothing.
    pub kfa_code: String,
}

impl ProductForm {
    /// The fields in the order of the file's columns.
    pub const COLUMNS: [&str; 6] = ["name", "form", "strength", "medicine_class", "category", "kfa_code"];

    /// The form of a product that is edited.
    pub fn state_of(product: &product::Model) -> FormState {
        FormState::of([
            ("name", product.name.as_str()),
            ("form", &product.form),
            ("strength", &product.strength),
            ("medicine_class", product.medicine_class.code()),
            ("category", product.category.code()),
            ("kfa_code", product.kfa_code.as_deref().unwrap_or_default()),
        ])
    }
}

/// A product, checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewProduct {
    pub(super) name: String,
    pub(super) form: String,
    pub(super) strength: String,
    pub(super) medicine_class: MedicineClass,
    pub(super) category: Category,
    pub(super) kfa_code: Option<String>,
}

impl NewProduct {
    /// Reads what was typed.
    pub fn check(typed: &ProductForm) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", forms::line(&one_line(&typed.name), LARGEST_NAME));
        let form = errors.take("form", forms::line(&one_line(&typed.form), LARGEST_FORM));
        let strength = errors.take("strength", forms::optional(&one_line(&typed.strength), LARGEST_STRENGTH));
        let medicine_class = errors.take("medicine_class", MedicineClass::parse(&typed.medicine_class));
        let category = errors.take("category", Category::parse(&typed.category));
        let kfa_code = errors.take("kfa_code", kfa(&typed.kfa_code));
        match (name, form, strength, medicine_class, category, kfa_code) {
            (Some(name), Some(form), Some(strength), Some(medicine_class), Some(category), Some(kfa_code)) => {
                let strength = strength.unwrap_or_default();
                Ok(Self { name, form, strength, medicine_class, category, kfa_code })
            }
            _ => Err(errors),
        }
    }

    /// What the unique index tells products apart by.
    pub fn identity(&self) -> String {
        identity(&self.name, &self.form, &self.strength)
    }

    /// The same product in the letters that the list has it in.
    pub(super) fn written_as(self, row: &product::Model) -> Self {
        Self { name: row.name.clone(), form: row.form.clone(), strength: row.strength.clone(), ..self }
    }

    pub(super) fn is_same_as(&self, row: &product::Model) -> bool {
        self.medicine_class == row.medicine_class && self.category == row.category && self.kfa_code == row.kfa_code
    }
}

/// One text for a product however it is written: `PARACETAMOL`, `TABLET`, `500MG` is `Paracetamol`, `tablet`, `500 mg`.
/// What stands between words makes no other product; commas and dots do, since `1,5` and `1.500` differ.
pub fn identity(name: &str, form: &str, strength: &str) -> String {
    let words = |text: &str| {
        let small: String = text.nfkc().flat_map(char::to_lowercase).collect();
        small.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    [words(name).join(" "), words(form).join(" "), words(strength).concat()].join("\n")
}

/// Spaces that nobody sees must not make two products of one.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn kfa(text: &str) -> Result<Option<String>, Sentence> {
    let text = typed::as_seen(text);
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.len() == KFA_LENGTH && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits && text.starts_with(KFA_START) { Ok(Some(text)) } else { Err(Sentence::new("pharmacy-kfa-wrong")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paracetamol() -> ProductForm {
        ProductForm {
            name: " Paracetamol ".to_owned(),
            form: "tablet".to_owned(),
            strength: "500  mg".to_owned(),
            medicine_class: "bebas".to_owned(),
            category: "medicine".to_owned(),
            kfa_code: String::new(),
        }
    }

    #[test]
    fn a_product_is_one_whatever_its_spaces() {
        let product = NewProduct::check(&paracetamol());
        assert!(
            product
                .is_ok_and(|product| (product.name.as_str(), product.strength.as_str()) == ("Paracetamol", "500 mg"))
        );
    }

    #[test]
    fn a_product_is_one_whatever_its_capitals_and_the_spaces_of_its_unit() {
        let one = identity("Paracetamol", "tablet", "500 mg");
        for (name, form, strength) in [
            ("PARACETAMOL", "TABLET", "500 MG"),
            ("paracetamol", "Tablet", "500mg"),
            ("Paracetamol", "tablet", "５００\u{a0}mg"),
        ] {
            assert_eq!(identity(name, form, strength), one, "{name}");
        }
        for (name, form, strength) in [
            ("Paracetamol", "tablet", "50 mg"),
            ("Paracetamol", "sirup", "500 mg"),
            ("Paracetamol 500", "tablet", "mg"),
        ] {
            assert_ne!(identity(name, form, strength), one, "{name}");
        }
        assert_ne!(identity("A", "tablet", "1,5 mg"), identity("A", "tablet", "1.5 mg"));
    }

    #[test]
    fn each_wrong_field_is_named() {
        let wrong = ProductForm {
            name: "x".repeat(121),
            form: " ".to_owned(),
            strength: "x".repeat(61),
            medicine_class: "merah".to_owned(),
            category: "obat".to_owned(),
            kfa_code: "92000001".to_owned(),
        };
        let errors = NewProduct::check(&wrong).err().unwrap_or_default();
        for field in ProductForm::COLUMNS {
            assert!(errors.key(field).is_some(), "{field}");
        }
    }

    #[test]
    fn a_kfa_code_has_eight_digits_and_begins_with_93() {
        for right in ["93000001", "\u{200e}93000001\u{a0}", "٩٣٠٠٠٠٠١"] {
            assert_eq!(kfa(right), Ok(Some("93000001".to_owned())), "{right:?}");
        }
        for wrong in ["9300000", "930000011", "9300000a", "83000001"] {
            assert!(kfa(wrong).is_err(), "{wrong}");
        }
    }
}
