//! Patients, the accounts that look after them, and finding them (P2, P8, R8).

mod actor;
mod care;
mod changes;
pub mod entity;
pub mod forms;
pub mod further;
mod kept;
mod known;
mod registration;
pub mod rules;
mod search;
mod store;
pub mod web;
mod words;

pub use crate::clinic::accounts::Phone;
pub use actor::Patient;
pub use care::{
    accounts_of, care_of, end as end_care, guardians_of, has_own_account, hold_accounts_of, in_care_of, look_after,
    looks_after, tell_ended as tell_care_ended,
};
pub use changes::{Details, NikAct, NikChanged, change_nik, nik_changes, update};
pub use entity::{NikChange, Relationship};
pub use kept::{Change, Health, Kept, NewHealth, NewKept, health_of, keep, keep_health, kept_of, photo_of, set_photo};
pub use known::{TELL_CLAIM, TELL_EMAIL_KNOWN, TELL_NIK_KNOWN, tell_claim, tell_email_known, tell_nik_known};
pub use rules::{BirthDate, BpjsNumber, Gender, Nik, Payer};
pub use search::{Found, INDEX_PATIENTS, contested, count_contested, find, index_all, index_later};
pub use store::{Identity, Known, NewPatient, create, exists, holder_of, identity_of, name_of, names_of, register};
