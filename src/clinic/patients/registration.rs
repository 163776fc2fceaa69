//! The form of signing up: every wrong field says why, beside the field (P1).

use jiff::civil::Date;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    rules::{self, BirthDate, BpjsNumber, Gender, Nik, Payer, Phone},
    store::NewPatient,
};
use crate::{
    clinic::accounts::{self, Email},
    infra::vault::Private,
    web::{FieldErrors, Sentence, forms},
};

const LONGEST_ADDRESS: usize = 300;

/// The fields as they were typed.
#[derive(Deserialize, Default, Clone)]
#[serde(default, deny_unknown_fields)]
pub struct RegisterForm {
    name: String,
    nik: String,
    nik_confirmed: String,
    birth_place: String,
    birth_date: String,
    gender: String,
    address: String,
    phone: String,
    payer: String,
    bpjs_number: String,
    email: String,
    password: String,
    consent: String,
}

/// A form without fault.
pub struct Registration {
    /// Who is to be treated.
    pub patient: NewPatient,
    /// The account's address.
    pub email: Email,
    /// The account's password.
    pub password: SecretString,
}

impl RegisterForm {
    /// Checks every field, and the NIK against the birth date and gender (P2).
    pub fn check(&self, today: Date) -> Result<Registration, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", rules::person_name(&self.name));
        let nik = errors.take("nik", Nik::parse(&self.nik));
        let birth_place = errors.take("birth_place", rules::place_name(&self.birth_place));
        let birth_date = errors.take("birth_date", BirthDate::parse(&self.birth_date, today));
        let gender = errors.take("gender", Gender::parse(&self.gender));
        let address = errors.take("address", forms::required(&self.address, LONGEST_ADDRESS));
        let phone = errors.take("phone", Phone::parse(&self.phone));
        let payer = self.payer(&mut errors);
        let email = errors.take("email", Email::parse(&self.email));
        let password = errors.take("password", accounts::rules::password(&self.password, &[&self.name, &self.email]));
        if !ticked(&self.consent) {
            errors.add("consent", Sentence::new("patients-consent-needed"));
        }
        if let (Some(nik), Some(birth_date), Some(gender)) = (&nik, birth_date, gender)
            && let Some(slip) = nik.slip(birth_date, gender)
            && !ticked(&self.nik_confirmed)
        {
            errors.warn("nik", slip);
        }
        let patient = || {
            Some(NewPatient {
                name: Private::new(name?),
                nik: nik?,
                birth_place: Private::new(birth_place?),
                birth_date: birth_date?,
                gender: gender?,
                address: Private::new(address?),
                phone: phone?,
                payer: payer?,
            })
        };
        match (patient(), email, password) {
            (Some(patient), Some(email), Some(password)) if errors.is_empty() => {
                Ok(Registration { patient, email, password })
            }
            _ => Err(errors),
        }
    }

    fn payer(&self, errors: &mut FieldErrors) -> Option<Payer> {
        match self.payer.as_str() {
            "general" => Some(Payer::General),
            "bpjs" => errors.take("bpjs_number", BpjsNumber::parse(&self.bpjs_number)).map(Payer::Bpjs),
            _ => {
                errors.add("payer", Sentence::new("patients-payer-choose"));
                None
            }
        }
    }
}

/// Whether a checkbox was ticked.
fn ticked(value: &str) -> bool {
    matches!(value, "yes" | "on" | "true" | "1")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 20);

    fn complete() -> RegisterForm {
        let text = str::to_owned;
        RegisterForm {
            name: text("Siti Rahmawati"),
            nik: text("7371095203910001"),
            birth_place: text("Makassar"),
            birth_date: text("1991-03-12"),
            gender: text("female"),
            address: text("Jl. Sultan Alauddin No. 77"),
            payer: text("general"),
            email: text("siti@contoh.id"),
            password: text("kucing di atas atap"),
            consent: text("yes"),
            ..RegisterForm::default()
        }
    }

    #[test]
    fn a_complete_form_passes() {
        assert!(complete().check(TODAY).is_ok());
    }

    #[test]
    fn an_empty_form_names_every_field_but_the_phone() {
        let errors = RegisterForm::default().check(TODAY).err().unwrap_or_default();
        for field in
            ["name", "nik", "birth_place", "birth_date", "gender", "address", "payer", "email", "password", "consent"]
        {
            assert!(errors.key(field).is_some(), "{field}");
        }
        assert_eq!(errors.key("phone"), None);
        assert_eq!(errors.key("bpjs_number"), None);
    }

    #[test]
    fn a_likely_slip_passes_once_confirmed() {
        let form = RegisterForm { gender: "male".to_owned(), ..complete() };
        let errors = form.check(TODAY).err().unwrap_or_default();
        assert_eq!(errors.key("nik"), Some("patients-nik-other-gender"));
        assert!(RegisterForm { nik_confirmed: "yes".to_owned(), ..form }.check(TODAY).is_ok());
    }

    #[test]
    fn an_impossible_nik_does_not_pass_by_confirming() {
        let form = RegisterForm { nik: "7371097202910001".to_owned(), nik_confirmed: "yes".to_owned(), ..complete() };
        assert!(form.check(TODAY).is_err());
    }

    #[test]
    fn a_bpjs_patient_gives_the_cards_number() {
        let form = RegisterForm { payer: "bpjs".to_owned(), ..complete() };
        assert!(form.check(TODAY).is_err_and(|errors| errors.key("bpjs_number") == Some("form-required")));
        assert!(RegisterForm { bpjs_number: "0001234567890".to_owned(), ..form }.check(TODAY).is_ok());
    }
}
