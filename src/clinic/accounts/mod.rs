//! Accounts: signing up and in, sessions, and who is asking.

mod consents;
mod details;
mod devices;
pub mod email;
mod email_links;
pub mod endings;
pub mod entity;
mod export;
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

use crate::infra::{clock::Instant, db::Tx};

pub use consents::{agree, consents_of, has_consented};
pub use details::{Details, NewDetails, details_of, name_of, photos_of, set_choices, set_details, set_photo};
pub use email_links::welcome;
pub use entity::{Level, Status};
pub use export::{Account, KeptLink, KeptSession, account_of};
pub use identify::{
    AdminAccount, DoctorAccount, HalfSignedIn, Keeper, PatientAccount, PharmacistAccount, SignedIn, asker,
};
pub use people::{Person, people_of};
pub use phone::Phone;
pub use rules::Email;
pub use second_factor::{confirm_first, confirmed_lately};
pub use security::{confirm_password, own_password};
pub use store::{
    NewAccount, add_consent, create, create_password_link, email_of, find_by_email, hold_active, rename, set_status,
    write_to,
};

/// Drops ended sessions, tries that no longer count, links that are over and browsers that are known no longer.
pub async fn tidy(tx: &Tx, now: Instant) -> Result<(), sea_orm::DbErr> {
    tries::tidy(tx, now).await?;
    endings::tidy(tx, now).await?;
    store::tidy_links(tx, now).await?;
    email_links::tidy(tx, now).await?;
    devices::tidy(tx, now).await?;
    sessions::tidy(tx, now).await
}
