//! The sheet: a formal Indonesian prescription, as its patient and its doctor read it (R3).

use askama::Template;
use axum::{extract::State, response::Response};
use uuid::Uuid;

use super::{
    patient::day_of,
    viewer::{Viewer, record_view},
};
use crate::{
    app::App,
    clinic::prescriptions::{
        entity::{Status, prescription},
        rules,
        snapshot::{Letterhead, Medicine, Person, Snapshot, Writer},
        store::{self, OpenedItem},
    },
    infra::vault::Private,
    web::{Error, Id, Page, page::draw, words::unbroken},
};

#[derive(Template)]
#[template(path = "clinic/prescriptions/show.html")]
struct SheetPage {
    page: Page,
    id: Uuid,
    clinic: Letterhead,
    doctor: Writer,
    date: String,
    number: String,
    version: i32,
    status: Status,
    diagnosis: Private,
    notes: Option<Private>,
    items: Vec<SheetItem>,
    person: Person,
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
    fn is_replaced(&self) -> bool {
        self.status == Status::Replaced
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
    let Snapshot { letterhead: clinic, doctor, patient: person, medicines } =
        Snapshot::open(reader, &app.vault, &row).await?;
    let day = day_of(app, &row).map(|day| page.words.plain_day(day)).unwrap_or_default();
    let born = person.birth_date.reveal().parse().map_err(|_| Error::broken("a sheet whose day of birth is none"))?;
    let birth = format!("{}, {}", person.birth_place.reveal(), page.words.plain_day(born));
    Ok(SheetPage {
        id: row.id,
        date: if clinic.city.is_empty() { day } else { format!("{}, {day}", clinic.city) },
        clinic,
        doctor,
        successor: store::successor_of(reader, row.id).await?.map(|newer| newer.id),
        number: row.number.unwrap_or_default(),
        version: row.version,
        status: row.status,
        diagnosis: opened.diagnosis,
        notes: opened.notes,
        items: medicines.iter().zip(&opened.items).map(|(medicine, item)| sheet_item(medicine, item)).collect(),
        birth: Private::new(birth),
        person,
        own,
        page: page.private(),
    })
}

fn sheet_item(medicine: &Medicine, item: &OpenedItem) -> SheetItem {
    SheetItem {
        label: unbroken(&medicine.label()),
        quantity: rules::roman(item.quantity),
        dosage: Private::new(unbroken(item.dosage.reveal())),
        duration_days: item.duration_days,
        instructions: Private::new(unbroken(item.instructions.reveal())),
        may_be_sent: medicine.may_be_sent,
    }
}
