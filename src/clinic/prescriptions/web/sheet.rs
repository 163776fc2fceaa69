//! The sheet: a formal Indonesian prescription, as its patient and its doctor read it (R3).

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, response::Response};
use uuid::Uuid;

use super::{
    patient::day_of,
    viewer::{Viewer, record_view},
};
use crate::{
    app::App,
    clinic::{
        doctors,
        patients::{self, Gender, Identity, Payer},
        pharmacy::{self, entity::product},
        prescriptions::{
            entity::{Status, prescription},
            panel::product_label,
            rules,
            store::{self, OpenedItem},
        },
        profile::Profile,
    },
    infra::vault::Private,
    web::{Error, Id, Page, page::draw},
};

#[derive(Template)]
#[template(path = "clinic/prescriptions/show.html")]
struct SheetPage {
    page: Page,
    id: Uuid,
    clinic: Profile,
    doctor: doctors::entity::doctor::Model,
    date: String,
    number: String,
    version: i32,
    status: Status,
    diagnosis: Private,
    notes: Option<Private>,
    items: Vec<SheetItem>,
    person: Identity,
    birth: Private,
    /// The newer version.
    successor: Option<Uuid>,
    /// Whether the reader wrote it.
    own: bool,
}

/// One medicine on the sheet.
struct SheetItem {
    label: String,
    quantity: String,
    dosage: Private,
    duration_days: i32,
    instructions: Private,
    /// Whether online pharmacies may send it (R7).
    may_be_sent: bool,
}

impl SheetPage {
    fn is_active(&self) -> bool {
        self.status == Status::Active
    }
    fn is_completed(&self) -> bool {
        self.status == Status::Completed
    }
    fn is_cancelled(&self) -> bool {
        self.status == Status::Cancelled
    }
    fn is_female(&self) -> bool {
        self.person.gender == Gender::Female
    }
    fn is_bpjs(&self) -> bool {
        matches!(self.person.payer, Payer::Bpjs(_))
    }
}

/// `GET /prescriptions/{prescription}`.
pub async fn show(State(app): State<App>, viewer: Viewer, page: Page, Id(id): Id) -> Result<Response, Error> {
    let row = viewer.find(&app, id).await?;
    if let Viewer::Doctor(doctor) = &viewer {
        record_view(&app, doctor, &row).await?;
    }
    let own = matches!(viewer, Viewer::Doctor(_));
    draw(&sheet(&app, page, row, own).await?)
}

async fn sheet(app: &App, page: Page, row: prescription::Model, own: bool) -> Result<SheetPage, Error> {
    let reader = app.db.read();
    let opened = store::open(reader, &app.vault, &row).await?;
    let products = pharmacy::find_products(reader, opened.items.iter().map(|item| item.product).collect()).await?;
    let doctor = doctors::find(reader, row.doctor_id).await?;
    let person = patients::identity_of(reader, &app.vault, row.patient_id).await?;
    let clinic = Profile::clone(&app.clinic());
    let day = day_of(app, &row).map(|day| page.words.plain_day(day)).unwrap_or_default();
    let birth = format!("{}, {}", person.birth_place.reveal(), page.words.plain_day(person.birth_date));
    Ok(SheetPage {
        id: row.id,
        date: if clinic.city.is_empty() { day } else { format!("{}, {day}", clinic.city) },
        clinic,
        doctor: doctor.ok_or_else(|| Error::broken("a prescription without its doctor"))?,
        successor: store::successor_of(reader, row.id).await?.map(|newer| newer.id),
        number: row.number.unwrap_or_default(),
        version: row.version,
        status: row.status,
        diagnosis: opened.diagnosis,
        notes: opened.notes,
        items: opened.items.into_iter().map(|item| sheet_item(&products, item)).collect(),
        birth: Private::new(birth),
        person,
        own,
        page: page.private(),
    })
}

fn sheet_item(products: &HashMap<Uuid, product::Model>, item: OpenedItem) -> SheetItem {
    let product = products.get(&item.product);
    SheetItem {
        label: product.map(product_label).unwrap_or_default(),
        quantity: rules::roman(item.quantity),
        dosage: item.dosage,
        duration_days: item.duration_days,
        instructions: item.instructions,
        may_be_sent: product.is_none_or(|product| rules::may_be_sent(product.medicine_class)),
    }
}
