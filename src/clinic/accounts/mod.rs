//! Accounts: signing up and in, sessions, and who is asking.

mod consents;
mod details;
mod devices;
pub mod email;
mod email_links;
pub mod entity;
mod export;
mod holders;
pub mod identify;
mod people;
mod phone;
pub mod recovery;
pub mod rules;
pub mod second_factor;
pub mod security;
pub mod sessions;
pub mod staff;
mod store;
pub mod tries;
pub mod web;

pub use consents::{agree, consents_of, has_consented};
pub use details::{Details, NewDetails, details_of, name_of, photos_of, set_choices, set_details, set_photo};
pub use email_links::welcome;
pub use entity::{Level, Status};
pub use export::{Account, KeptLink, KeptSession, account_of};
pub use holders::{Holder, holders};
pub use identify::{
    AdminAccount, DoctorAccount, HalfSignedIn, Keeper, PatientAccount, PharmacistAccount, SignedIn, asker,
};
pub use people::{Person, confirm, people_of, was_confirmed};
pub use phone::Phone;
pub use rules::Email;
pub use second_factor::{confirm_first, confirmed_lately};
pub use security::own_password;
pub use store::{
    NewAccount, add_consent, create, create_password_link, email_of, find_by_email, rename, set_status, write_to,
};

/// Drops ended sessions and tries that no longer count.
pub async fn tidy(app: &crate::app::App) -> Result<(), sea_orm::DbErr> {
    let now = app.now();
    let act = app.db.write(move |tx| async move {
        tries::tidy(&tx, now).await?;
        sessions::tidy(&tx, now).await
    });
    act.await
}
