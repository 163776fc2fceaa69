//! Correcting who a patient is, and the NIK: each change is written down with the account that made it.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{act, page_of, patient::PatientPage};
use crate::{
    app::App,
    clinic::{
        accounts::AdminAccount,
        audit,
        patients::{
            self, Identity, Nik, NikAct,
            forms::{IdentityForm, warn_of_slip},
        },
    },
    infra::{
        unique::{Unique, violated},
        vault::{Private, VaultError},
    },
    web::{Error, FieldErrors, Form, Id, Page, Sentence, forms, page::go_with_notice},
};

const LONGEST_REASON: usize = 300;

/// `POST /admin/patients/{patient}/identity`.
pub async fn identity(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Id(id): Id,
    form: Form<IdentityForm>,
) -> Result<Response, Error> {
    let mut drawn = PatientPage::of(&app, page, admin.user, id).await?;
    let changed = match form.fields.check(app.clinic().day_of(app.now())) {
        Ok(details) => {
            let (inside, now) = (app.clone(), app.now());
            let changed = app.db.write(move |tx| async move {
                patients::update(&tx, &inside.vault, id, &details, now).await?;
                audit::record(&tx, act(admin.user, "edit-identity", id), now).await?;
                Ok::<_, VaultError>(())
            });
            number_taken(changed.await)?
                .map_err(|()| FieldErrors::of("birth_date", Sentence::new("desk-newborn-known")))
        }
        Err(errors) => Err(errors),
    };
    match changed {
        Ok(()) => Ok(go_with_notice(&page_of(id), "desk-identity-saved")),
        Err(errors) => {
            drawn.form = form.state.refused(&errors, drawn.page.language());
            drawn.refused()
        }
    }
}

/// Tells a number that another patient holds from a fault of ours.
pub(super) fn number_taken<T>(done: Result<T, VaultError>) -> Result<Result<T, ()>, Error> {
    match done {
        Ok(done) => Ok(Ok(done)),
        Err(VaultError::Database(error)) if violated(&error) == Some(Unique::Nik) => Ok(Err(())),
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct NikForm {
    change: String,
    nik: String,
    nik_confirmed: String,
    reason: String,
}

impl NikForm {
    /// What is to become of the NIK of `identity`; one that disagrees with birth date or gender passes once confirmed (P2).
    fn check(&self, by: Uuid, identity: &Identity) -> Result<NikAct, FieldErrors> {
        let mut errors = FieldErrors::default();
        let nik = match self.change.as_str() {
            "correct" => {
                let nik = errors.take("nik", Nik::parse(&self.nik));
                if let Some(nik) = &nik {
                    warn_of_slip(nik, (identity.birth_date, identity.gender), &self.nik_confirmed, &mut errors);
                }
                nik
            }
            "release" => None,
            _ => {
                errors.add("change", Sentence::new("desk-nik-choose"));
                None
            }
        };
        let reason = errors.take("reason", forms::required(&self.reason, LONGEST_REASON));
        match reason {
            Some(reason) if errors.is_empty() => Ok(NikAct { nik, by, reason: Private::new(reason) }),
            _ => Err(errors),
        }
    }
}

/// `POST /admin/patients/{patient}/nik`: another NIK, or none, so that the rightful person can sign up with it (P2).
pub async fn nik(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Id(id): Id,
    form: Form<NikForm>,
) -> Result<Response, Error> {
    let mut drawn = PatientPage::of(&app, page, admin.user, id).await?;
    let errors = match form.fields.check(admin.user, &drawn.identity) {
        Ok(change) => {
            let (inside, now) = (app.clone(), app.now());
            let index = change.nik.as_ref().map(|nik| app.vault.look_up("nik", nik.reveal()));
            let (action, notice) = if change.nik.is_some() {
                ("correct-nik", "desk-nik-saved")
            } else {
                ("release-nik", "desk-nik-released")
            };
            let changed = app.db.write(move |tx| async move {
                patients::change_nik(&tx, &inside.vault, id, &change, now).await?;
                audit::record(&tx, act(admin.user, action, id), now).await?;
                Ok::<_, VaultError>(())
            });
            if number_taken(changed.await)?.is_ok() {
                return Ok(go_with_notice(&page_of(id), notice));
            }
            if let Some(index) = index {
                drawn.holder = patients::holder_of(app.db.read(), &index).await?;
            }
            FieldErrors::of("nik", Sentence::new("desk-nik-taken"))
        }
        Err(errors) => errors,
    };
    drawn.nik_form = form.state.refused(&errors, drawn.page.language());
    drawn.refused()
}
