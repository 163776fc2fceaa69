//! The prescription form, as the workspace and the form's own pages draw it.

use std::collections::HashMap;

use jiff::civil::Date;
use uuid::Uuid;

use super::{
    entity::{Status, prescription},
    rules,
    store::{self, Opened},
};
use crate::{
    app::App,
    clinic::{
        appointments::entity::appointment,
        doctors::{self, Doctor},
        pharmacy::{self, MedicineClass, entity::product},
    },
    infra::random,
    web::{Error, FormState, Lang, Page, Sentence, forms::FieldError, words::Reader},
};

/// Rows of a new form.
const FIRST_ROWS: usize = 2;

/// What the form is drawn from (`_form.html`).
pub struct PrescriptionPanel {
    /// Where the form is sent.
    pub action: String,
    /// What was typed, and what is wrong with it.
    pub form: FormState,
    /// Rows of medicines.
    pub rows: Vec<Row>,
    /// The row that a script copies; its number is that of no row.
    pub blank: Row,
    /// What can be chosen.
    pub products: Vec<ProductOption>,
    /// What was issued for this appointment.
    pub issued: Vec<IssuedLine>,
    /// Drawn with the form, so that a resend does not act twice.
    pub idempotency_key: String,
    /// Whether the doctor's licence holds (R7).
    pub may_issue: bool,
    /// Why not, in words.
    pub refusal: Option<String>,
    /// The number of the issued prescription that is being changed.
    pub changes: Option<String>,
    /// Whether the form shows a draft that is kept.
    pub draft: bool,
}

/// A row of the form.
#[derive(Clone, Copy)]
pub struct Row {
    /// The number in its fields' names.
    pub index: usize,
}

impl Row {
    /// The name, and id, of a field of this row.
    pub fn field(&self, name: &str) -> String {
        rules::field(self.index, name)
    }

    /// As people count.
    pub fn number(&self) -> usize {
        self.index + 1
    }
}

/// A medicine that can be chosen.
pub struct ProductOption {
    /// Its id as text, as the form sends it.
    pub id: String,
    /// Name and strength first: a narrow field cuts what comes last.
    pub label: String,
    /// Its class in words, where a rule stands behind it (R7).
    pub class_word: Option<String>,
    /// Whether it is never prescribed from afar (R7).
    pub refused: bool,
}

/// A line for a prescription that was issued.
pub struct IssuedLine {
    /// Which one.
    pub id: Uuid,
    /// As on paper.
    pub number: String,
    /// From 1 upwards.
    pub version: i32,
    /// The key of its status in words.
    pub status_key: &'static str,
    /// Names with strengths.
    pub medicines: String,
    /// Whether it can still be changed.
    pub may_change: bool,
}

impl PrescriptionPanel {
    /// What the summary says of a wrong field: with the number of its row, since rows have the same fields.
    pub fn said(&self, page: &Page, error: &FieldError) -> String {
        let index = error.field.strip_prefix("items[").and_then(|rest| rest.split_once(']'));
        match index.and_then(|(index, _)| index.parse::<usize>().ok()) {
            Some(index) => {
                let sentence = error.sentence.as_str();
                page.t2("prescriptions-wrong-in-row", "number", Row { index }.number(), "sentence", sentence)
            }
            None => error.sentence.clone(),
        }
    }

    /// The form of an appointment: its draft, or an empty one.
    pub async fn of(app: &App, doctor: &Doctor, appointment: &appointment::Model, lang: Lang) -> Result<Self, Error> {
        let reader = app.db.read();
        let draft = store::draft_of(reader, appointment.id).await?;
        let (form, rows, chosen) = match &draft {
            Some(draft) => typed(&store::open(reader, &app.vault, draft).await?),
            None => (FormState::default(), Vec::new(), Vec::new()),
        };
        let mut panel = Self::drawn(app, doctor, (form, rows), chosen, lang).await?;
        panel.action = format!("/doctor/appointments/{}/prescription", appointment.id);
        panel.draft = draft.is_some();
        panel.issued = issued(app, appointment.id).await?;
        Ok(panel)
    }

    /// The form of a prescription that is there, to change it.
    pub(super) async fn of_prescription(
        app: &App,
        doctor: &Doctor,
        row: &prescription::Model,
        lang: Lang,
    ) -> Result<Self, Error> {
        let (form, rows, chosen) = typed(&store::open(app.db.read(), &app.vault, row).await?);
        Self::drawn(app, doctor, (form, rows), chosen, lang).await.map(|panel| panel.at(row))
    }

    /// The same form, sent to where a prescription that is there is changed.
    pub(super) fn at(mut self, row: &prescription::Model) -> Self {
        self.action = format!("/doctor/prescriptions/{}", row.id);
        self.draft = row.status == Status::Draft;
        self.changes.clone_from(&row.number);
        self
    }

    /// The form with these values and rows, and with medicines to choose from.
    pub(super) async fn drawn(
        app: &App,
        doctor: &Doctor,
        (form, indexes): (FormState, Vec<usize>),
        chosen: Vec<Uuid>,
        lang: Lang,
    ) -> Result<Self, Error> {
        let refusal = licence_refusal(app, doctor, lang).await?;
        Ok(Self {
            action: String::new(),
            form,
            rows: rows(indexes),
            blank: Row { index: rules::MOST_ROWS },
            products: options(app, chosen, lang).await?,
            issued: Vec::new(),
            idempotency_key: random::token(),
            may_issue: refusal.is_none(),
            refusal: refusal.map(|sentence| sentence.in_lang(lang)),
            changes: None,
            draft: false,
        })
    }
}

/// The sentence that says why this doctor may not issue at present (R7).
pub(super) async fn licence_refusal(app: &App, doctor: &Doctor, lang: Lang) -> Result<Option<Sentence>, Error> {
    let row = doctors::find(app.db.read(), doctor.id).await?.ok_or(Error::NotFound)?;
    let clinic = app.clinic();
    if rules::licence_holds(&row.sip_valid_until, clinic.day_of(app.now())) {
        return Ok(None);
    }
    let words = Reader { lang, zone: clinic.zone.clone(), clinic_zone: clinic.zone.clone() };
    let last = row.sip_valid_until.parse::<Date>().map_or(row.sip_valid_until, |day| words.plain_day(day));
    Ok(Some(Sentence::new("prescriptions-licence-ended").with("day", last)))
}

/// As many rows as a form is drawn with: those that it has, and two if it has fewer.
fn rows(mut indexes: Vec<usize>) -> Vec<Row> {
    let mut next = 0;
    while indexes.len() < FIRST_ROWS {
        if !indexes.contains(&next) {
            indexes.push(next);
        }
        next += 1;
    }
    indexes.sort_unstable();
    indexes.into_iter().map(|index| Row { index }).collect()
}

/// A prescription as the form would have been typed, its rows and its medicines.
fn typed(opened: &Opened) -> (FormState, Vec<usize>, Vec<Uuid>) {
    let written = |number: i32| if number == 0 { String::new() } else { number.to_string() };
    let notes = opened.notes.as_ref().map_or("", |notes| notes.reveal());
    let mut values =
        vec![("diagnosis".to_owned(), opened.diagnosis.reveal().to_owned()), ("notes".to_owned(), notes.to_owned())];
    for (index, item) in opened.items.iter().enumerate() {
        values.extend([
            (rules::field(index, "product_id"), item.product.to_string()),
            (rules::field(index, "dosage"), item.dosage.reveal().to_owned()),
            (rules::field(index, "quantity"), written(item.quantity)),
            (rules::field(index, "duration_days"), written(item.duration_days)),
            (rules::field(index, "instructions"), item.instructions.reveal().to_owned()),
        ]);
    }
    let chosen = opened.items.iter().map(|item| item.product).collect();
    (FormState::of(values), (0..opened.items.len()).collect(), chosen)
}

/// What can be chosen: medicines by name, then those that may not be prescribed; what is chosen already is always there.
async fn options(app: &App, chosen: Vec<Uuid>, lang: Lang) -> Result<Vec<ProductOption>, Error> {
    let mut products = pharmacy::active_medicines(app.db.read()).await?;
    let mut missing: HashMap<Uuid, product::Model> = pharmacy::find_products(app.db.read(), chosen).await?;
    missing.retain(|id, _| products.iter().all(|product| product.id != *id));
    products.extend(missing.into_values());
    let mut options: Vec<_> = products.iter().map(|product| option(product, lang)).collect();
    options.sort_by_key(|option| option.refused);
    Ok(options)
}

fn option(product: &product::Model, lang: Lang) -> ProductOption {
    ProductOption {
        id: product.id.to_string(),
        label: format!("{} {} {}", product.name, product.strength, product.form),
        class_word: class_key(product.medicine_class).map(|key| lang.t(key)),
        refused: !rules::may_be_prescribed(product.medicine_class),
    }
}

/// Only a class that a rule stands behind is named (R7): a list in which every line names one hides those that matter.
const fn class_key(class: MedicineClass) -> Option<&'static str> {
    match class {
        MedicineClass::Bebas | MedicineClass::BebasTerbatas | MedicineClass::Keras => None,
        MedicineClass::Oot => Some("prescriptions-class-oot"),
        MedicineClass::Prekursor => Some("prescriptions-class-prekursor"),
        MedicineClass::Psikotropika => Some("prescriptions-class-psikotropika"),
        MedicineClass::Narkotika => Some("prescriptions-class-narkotika"),
    }
}

/// The key of a status in words.
pub(super) const fn status_key(status: Status) -> &'static str {
    match status {
        Status::Draft => "prescriptions-status-draft",
        Status::Active => "prescriptions-status-active",
        Status::Completed => "prescriptions-status-completed",
        Status::Cancelled => "prescriptions-status-cancelled",
        Status::Replaced => "prescriptions-status-replaced",
    }
}

async fn issued(app: &App, appointment: Uuid) -> Result<Vec<IssuedLine>, Error> {
    let issued = store::issued_of_appointment(app.db.read(), &app.vault, appointment).await?;
    let line = |line: store::Issued| IssuedLine {
        id: line.id,
        number: line.number,
        version: line.version,
        status_key: status_key(line.status),
        medicines: line.medicines.join(", "),
        may_change: line.status == Status::Active,
    };
    Ok(issued.into_iter().map(line).collect())
}
