//! The form of signing up: every wrong field says why, beside the field (P1).

use jiff::civil::Date;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    forms::{Typed, ticked},
    store::NewPatient,
};
use crate::{
    clinic::accounts::{self, Email},
    web::{FieldErrors, Sentence},
};

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
    consent_version: String,
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
    /// Which text stood beside the consent.
    pub(super) fn consent_version(&self) -> &str {
        &self.consent_version
    }

    /// Checks every field, and the NIK against the birth date and gender (P2).
    pub fn check(&self, today: Date) -> Result<Registration, FieldErrors> {
        let mut errors = FieldErrors::default();
        let typed = Typed {
            name: &self.name,
            nik: &self.nik,
            nik_confirmed: &self.nik_confirmed,
            birth_place: &self.birth_place,
            birth_date: &self.birth_date,
            gender: &self.gender,
            address: &self.address,
            phone: &self.phone,
            payer: &self.payer,
            bpjs_number: &self.bpjs_number,
            ..Typed::default()
        };
        let patient = typed.check(today, &mut errors);
        let email = errors.take("email", Email::parse(&self.email));
        let password = errors.take("password", accounts::rules::password(&self.password, &[&self.name, &self.email]));
        if !ticked(&self.consent) {
            errors.add("consent", Sentence::new("patients-consent-needed"));
        }
        match (patient, email, password) {
            (Some(patient), Some(email), Some(password)) if errors.is_empty() => {
                Ok(Registration { patient, email, password })
            }
            _ => Err(errors),
        }
    }
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
