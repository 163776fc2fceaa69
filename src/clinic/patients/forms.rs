//! The forms that ask who a patient is: at sign-up, for somebody further in an account's care, at the front desk.

use jiff::{ToSpan as _, civil::Date};

use super::{
    Relationship,
    changes::Details,
    rules::{self, BirthDate, Gender, Nik, Payer},
    store::{Known, NewPatient},
};
use crate::{
    clinic::accounts::{Email, Phone},
    infra::{typed, vault::Private},
    web::{FieldErrors, Sentence, forms},
};

const LONGEST_ADDRESS: usize = 300;
/// Children of one birth.
const MOST_OF_A_BIRTH: u8 = 9;

/// What is asked of every patient, as it was typed.
#[derive(Default, Clone, Copy)]
pub(super) struct Typed<'a> {
    pub(super) name: &'a str,
    pub(super) nik: &'a str,
    pub(super) nik_confirmed: &'a str,
    /// Whether it is a newborn without a NIK, with the mother's NIK and the how manieth of the birth.
    pub(super) newborn: &'a str,
    pub(super) mother_nik: &'a str,
    pub(super) birth_order: &'a str,
    pub(super) birth_place: &'a str,
    pub(super) birth_date: &'a str,
    pub(super) gender: &'a str,
    pub(super) address: &'a str,
    pub(super) phone: &'a str,
    pub(super) payer: &'a str,
    pub(super) bpjs_number: &'a str,
}

impl Typed<'_> {
    /// Everything but the number that makes the patient one and no other.
    pub(super) fn details(&self, today: Date, errors: &mut FieldErrors) -> Option<Details> {
        let name = errors.take("name", rules::person_name(self.name));
        let birth_place = errors.take("birth_place", rules::place_name(self.birth_place));
        let birth_date = errors.take("birth_date", BirthDate::parse(self.birth_date, today));
        let gender = errors.take("gender", Gender::parse(self.gender));
        let address = errors.take("address", forms::required(self.address, LONGEST_ADDRESS));
        let phone = errors.take("phone", Phone::parse(self.phone));
        let payer = Payer::check(self.payer, self.bpjs_number, errors);
        Some(Details {
            name: Private::new(name?),
            birth_place: Private::new(birth_place?),
            birth_date: birth_date?,
            gender: gender?,
            address: Private::new(address?),
            phone: phone?,
            payer: payer?,
        })
    }

    /// Every field, and the NIK against the birth date and gender (P2).
    pub(super) fn check(&self, today: Date, errors: &mut FieldErrors) -> Option<NewPatient> {
        let born = BirthDate::parse(self.birth_date, today).ok();
        let known_by = if ticked(self.newborn) {
            self.newborn(born, today, errors)
        } else {
            let nik = errors.take("nik", Nik::parse(self.nik));
            let gender = Gender::parse(self.gender).ok();
            if let (Some(nik), Some(born), Some(gender)) = (&nik, born, gender) {
                warn_of_slip(nik, (born.day(), gender), self.nik_confirmed, errors);
            }
            nik.map(Known::Nik)
        };
        let details = self.details(today, errors);
        let (known_by, details) = (known_by?, details?);
        Some(NewPatient {
            name: details.name,
            known_by,
            birth_place: details.birth_place,
            birth_date: details.birth_date,
            gender: details.gender,
            address: details.address,
            phone: details.phone,
            payer: details.payer,
        })
    }

    fn newborn(&self, born: Option<BirthDate>, today: Date, errors: &mut FieldErrors) -> Option<Known> {
        let mother = errors.take("mother_nik", Nik::parse(self.mother_nik));
        let order = errors.take("birth_order", birth_order(self.birth_order));
        let long_ago = today.checked_sub(1.year()).is_ok_and(|year_ago| born.is_some_and(|born| born.day() < year_ago));
        if long_ago {
            errors.add("birth_date", Sentence::new("patients-newborn-old"));
        }
        Some(Known::Newborn { mother: mother?, order: order? })
    }
}

/// Notes a likely slip in a NIK, unless it was confirmed.
pub fn warn_of_slip(nik: &Nik, (born, gender): (Date, Gender), confirmed: &str, errors: &mut FieldErrors) {
    if let Some(slip) = nik.slip(born, gender)
        && !ticked(confirmed)
    {
        errors.warn("nik", slip);
    }
}

/// The how manieth of a birth; nothing typed is the first.
fn birth_order(text: &str) -> Result<u8, Sentence> {
    match typed::as_seen(text).as_str() {
        "" => Ok(1),
        text => match text.parse() {
            Ok(order) if (1..=MOST_OF_A_BIRTH).contains(&order) => Ok(order),
            _ => Err(Sentence::new("patients-birth-order-wrong").with("most", i32::from(MOST_OF_A_BIRTH))),
        },
    }
}

/// Whether a checkbox was ticked.
pub(super) fn ticked(value: &str) -> bool {
    matches!(value, "yes" | "on" | "true" | "1")
}

/// A form with what is asked of every patient, and fields of its own, in the order of its page. What it does not name, it
/// refuses.
macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident: [$($first:ident),*] name [$($number:ident),*] birth [$($last:ident),*];)*) => {$(
        $(#[$doc])*
        #[derive(serde::Deserialize, Default, Clone)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($first: String,)*
            name: String,
            $($number: String,)*
            birth_place: String,
            birth_date: String,
            gender: String,
            address: String,
            phone: String,
            payer: String,
            bpjs_number: String,
            $($last: String,)*
        }
    )*};
}

forms! {
    /// Somebody further in the care of an account (P8).
    FurtherForm: [relationship] name [nik, nik_confirmed, newborn, mother_nik, birth_order] birth [consent, consent_version];
    /// A patient whom the front desk registers, with an account if there is an address.
    DeskForm: [] name [nik, nik_confirmed, newborn, mother_nik, birth_order] birth [email, consent];
    /// What the front desk corrects of a patient's identity.
    IdentityForm: [] name [] birth [];
}

macro_rules! numbered {
    ($($name:ident),*) => {$(
        impl $name {
            /// Whether it is about a newborn without a NIK.
            pub fn is_newborn(&self) -> bool {
                ticked(&self.newborn)
            }

            fn typed(&self) -> Typed<'_> {
                Typed {
                    name: &self.name,
                    nik: &self.nik,
                    nik_confirmed: &self.nik_confirmed,
                    newborn: &self.newborn,
                    mother_nik: &self.mother_nik,
                    birth_order: &self.birth_order,
                    birth_place: &self.birth_place,
                    birth_date: &self.birth_date,
                    gender: &self.gender,
                    address: &self.address,
                    phone: &self.phone,
                    payer: &self.payer,
                    bpjs_number: &self.bpjs_number,
                }
            }
        }
    )*};
}
numbered!(FurtherForm, DeskForm);

impl FurtherForm {
    /// Which text stood beside the consent.
    pub(super) fn consent_version(&self) -> &str {
        &self.consent_version
    }

    /// Who it is, and how the account stands to them.
    pub(super) fn check(&self, today: Date) -> Result<(NewPatient, Relationship), FieldErrors> {
        let mut errors = FieldErrors::default();
        let patient = self.typed().check(today, &mut errors);
        let relationship = errors.take("relationship", relationship(&self.relationship));
        if !ticked(&self.consent) {
            errors.add("consent", Sentence::new("patients-consent-needed"));
        }
        match (patient, relationship) {
            (Some(patient), Some(relationship)) if errors.is_empty() => Ok((patient, relationship)),
            _ => Err(errors),
        }
    }
}

impl DeskForm {
    /// Who it is, and the address of an account, if there is to be one.
    pub fn check(&self, today: Date) -> Result<(NewPatient, Option<Email>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let patient = self.typed().check(today, &mut errors);
        let email = if self.email.trim().is_empty() { None } else { errors.take("email", Email::parse(&self.email)) };
        if !ticked(&self.consent) {
            errors.add("consent", Sentence::new("patients-desk-consent-needed"));
        }
        match patient {
            Some(patient) if errors.is_empty() => Ok((patient, email)),
            _ => Err(errors),
        }
    }
}

impl IdentityForm {
    /// What the patient's identity is to be.
    pub fn check(&self, today: Date) -> Result<Details, FieldErrors> {
        let mut errors = FieldErrors::default();
        let typed = Typed {
            name: &self.name,
            birth_place: &self.birth_place,
            birth_date: &self.birth_date,
            gender: &self.gender,
            address: &self.address,
            phone: &self.phone,
            payer: &self.payer,
            bpjs_number: &self.bpjs_number,
            ..Typed::default()
        };
        let details = typed.details(today, &mut errors);
        details.filter(|_| errors.is_empty()).ok_or(errors)
    }
}

/// How an account stands to somebody whom it looks after.
pub fn relationship(text: &str) -> Result<Relationship, Sentence> {
    match text {
        "child" => Ok(Relationship::Child),
        "parent" => Ok(Relationship::Parent),
        "other" => Ok(Relationship::Other),
        _ => Err(Sentence::new("patients-relationship-choose")),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 20);

    fn newborn() -> FurtherForm {
        let text = str::to_owned;
        FurtherForm {
            name: text("Bayi Siti"),
            newborn: text("yes"),
            mother_nik: text("7371095203910001"),
            birth_place: text("Makassar"),
            birth_date: text("2026-11-18"),
            gender: text("female"),
            address: text("Jl. Sultan Alauddin No. 77"),
            payer: text("general"),
            relationship: text("child"),
            consent: text("yes"),
            ..FurtherForm::default()
        }
    }

    #[test]
    fn a_newborn_is_known_by_the_mothers_nik_and_the_order_of_birth() {
        let order = |text: &str| {
            let form = FurtherForm { birth_order: text.to_owned(), ..newborn() };
            form.check(TODAY).ok().map(|(patient, _)| match patient.known_by {
                Known::Newborn { order, .. } => order,
                Known::Nik(_) => 0,
            })
        };
        assert_eq!((order(""), order(" 2 "), order("10"), order("dua")), (Some(1), Some(2), None, None));
        let without_mother = FurtherForm { mother_nik: String::new(), ..newborn() };
        assert!(without_mother.check(TODAY).is_err_and(|errors| errors.key("mother_nik") == Some("form-required")));
    }

    #[test]
    fn who_is_older_than_a_year_has_a_nik() {
        let born = |text: &str| FurtherForm { birth_date: text.to_owned(), ..newborn() }.check(TODAY).is_ok();
        assert!(born("2025-11-20"));
        assert!(!born("2025-11-19"));
    }

    #[test]
    fn one_is_a_child_a_parent_or_somebody_else_but_not_oneself() {
        assert!(["child", "parent", "other"].iter().all(|text| relationship(text).is_ok()));
        assert!(["", "one_self", "OneSelf"].iter().all(|text| relationship(text).is_err()));
    }
}
