//! What the sheet of an issued prescription says beside its own text, as it was at issue (R1): whoever renames a
//! product, a doctor, a patient or the clinic afterwards changes no prescription that was issued before.

use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{entity::prescription, rules, rules::Content, store::prescription_place};
use crate::{
    clinic::{
        doctors,
        patients::{self, Gender, Payer},
        pharmacy::{self, entity::product},
        profile::Profile,
    },
    infra::{
        clock::Instant,
        db::Tx,
        vault::{DataKey, Private, Sealed, Vault, VaultError},
    },
    web::words::unbroken,
};

/// The frozen part of a sheet. It is serialised only to be sealed at once, and has no `Debug`.
#[derive(Serialize, Deserialize)]
pub(super) struct Snapshot {
    pub(super) letterhead: Letterhead,
    pub(super) doctor: Writer,
    pub(super) patient: Person,
    /// In the order of the prescription's items.
    pub(super) medicines: Vec<Medicine>,
}

/// The clinic.
#[derive(Serialize, Deserialize)]
pub(super) struct Letterhead {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) city: String,
    pub(super) phone: String,
}

/// The doctor.
#[derive(Serialize, Deserialize)]
pub(super) struct Writer {
    pub(super) name: String,
    pub(super) specialty: String,
    pub(super) sip_number: String,
}

/// The patient.
#[derive(Serialize, Deserialize)]
pub(super) struct Person {
    #[serde(with = "private")]
    pub(super) name: Private,
    #[serde(with = "private")]
    pub(super) birth_place: Private,
    /// `YYYY-MM-DD`.
    #[serde(with = "private")]
    pub(super) birth_date: Private,
    /// The code of a [`Gender`].
    #[serde(with = "private")]
    pub(super) gender: Private,
    #[serde(with = "private")]
    pub(super) address: Private,
    /// The code of a [`Payer`].
    #[serde(with = "private")]
    pub(super) payer: Private,
}

/// One medicine.
#[derive(Serialize, Deserialize)]
pub(super) struct Medicine {
    name: String,
    form: String,
    strength: String,
    /// Whether online pharmacies may send it (R7).
    pub(super) may_be_sent: bool,
}

/// `Private` itself is never serialised; here its text goes into JSON that is sealed before anything else sees it.
mod private {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::infra::vault::Private;

    pub(super) fn serialize<S: Serializer>(text: &Private, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text.reveal())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Private, D::Error> {
        String::deserialize(deserializer).map(Private::new)
    }
}

impl Snapshot {
    /// What is so now, for `doctor`, `patient` and the medicines of `content`.
    pub(super) async fn take(
        tx: &Tx,
        vault: &Vault,
        (doctor, patient): (Uuid, Uuid),
        content: &Content,
        now: Instant,
    ) -> Result<Self, VaultError> {
        let missing = |id: Uuid| DbErr::RecordNotFound(id.to_string());
        let clinic = Profile::find_or_create(tx, now).await?;
        let writer = doctors::find(tx, doctor).await?.ok_or_else(|| missing(doctor))?;
        let person = patients::identity_of(tx, vault, patient).await?;
        let ids: Vec<Uuid> = content.items().iter().map(|item| item.product).collect();
        let products = pharmacy::find_products(tx, ids.clone()).await?;
        let medicine = |id: Uuid| products.get(&id).map(Medicine::of).ok_or_else(|| missing(id));
        Ok(Self {
            letterhead: Letterhead {
                name: clinic.name,
                address: clinic.address,
                city: clinic.city,
                phone: clinic.phone,
            },
            doctor: Writer { name: writer.name, specialty: writer.specialty, sip_number: writer.sip_number },
            patient: Person {
                name: person.name,
                birth_place: person.birth_place,
                birth_date: Private::new(person.birth_date.to_string()),
                gender: Private::new(person.gender.code()),
                address: person.address,
                payer: Private::new(person.payer.code()),
            },
            medicines: ids.into_iter().map(medicine).collect::<Result<_, _>>()?,
        })
    }

    /// Seals it for the prescription `id`.
    #[expect(clippy::expect_used, reason = "texts and truth values always serialise")]
    pub(super) fn seal(&self, key: &DataKey, id: Uuid) -> Sealed {
        let text = Private::new(serde_json::to_string(self).expect("texts and truth values always serialise"));
        key.seal(prescription_place(id, "sheet"), text.reveal())
    }

    /// Opens that of an issued prescription; a draft has none.
    pub(super) async fn open(
        connection: &impl ConnectionTrait,
        vault: &Vault,
        row: &prescription::Model,
    ) -> Result<Self, VaultError> {
        let sealed = row.sheet.as_ref().ok_or(VaultError::DoesNotOpen)?;
        let text = vault.key(connection, row.patient_id).await?.open(prescription_place(row.id, "sheet"), sealed)?;
        serde_json::from_str(text.reveal()).map_err(|_| VaultError::DoesNotOpen)
    }

    /// Names with strengths, as lists show them.
    pub(super) fn medicine_names(&self) -> Vec<String> {
        self.medicines.iter().map(|medicine| unbroken(&format!("{} {}", medicine.name, medicine.strength))).collect()
    }
}

impl Person {
    pub(super) fn is_female(&self) -> bool {
        self.gender.reveal() == Gender::Female.code()
    }

    pub(super) fn is_bpjs(&self) -> bool {
        self.payer.reveal() != Payer::General.code()
    }
}

impl Medicine {
    fn of(product: &product::Model) -> Self {
        Self {
            name: product.name.clone(),
            form: product.form.clone(),
            strength: product.strength.clone(),
            may_be_sent: rules::may_be_sent(product.medicine_class),
        }
    }

    /// Name, form and strength, as the sheet shows them.
    pub(super) fn label(&self) -> String {
        format!("{} {} {}", self.name, self.form, self.strength)
    }
}
