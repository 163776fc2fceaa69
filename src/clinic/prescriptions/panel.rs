//! The prescription form, as the workspace and the form's own pages draw it.

use std::collections::HashMap;

use jiff::civil::Date;
use uuid::Uuid;

use super::{
    entity::{Status, prescription},
    rules::{self, Fields},
    store::{self, Standing},
};
use crate::{
    app::App,
    clinic::{
        appointments::{Kind, appointment},
        doctors::{self, Doctor},
        pharmacy::{self, MedicineClass, entity::product},
    },
    infra::random,
    web::{
        Error, FormState, Lang, Page, Sentence,
        forms::FieldError,
        words::{Reader, TimeWords},
    },
};

/// What the form is drawn from (`_form.html`).
pub struct PrescriptionPanel {
    /// Where the form is sent to be issued; its other acts lie beneath.
    pub action: String,
    /// Where the doctor goes from here.
    pub home: String,
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
    /// When the draft that the form shows was kept.
    pub draft: Option<TimeWords>,
    /// What the form was drawn from, so that it puts nothing back that was written elsewhere.
    pub revision: String,
    /// Why what was typed was not kept: something else was, in another tab.
    pub meanwhile: Option<Meanwhile>,
}

/// That the prescription was changed in another tab while this form was being filled in.
pub struct Meanwhile {
    /// What happened, and what becomes of what was typed here.
    pub sentence: String,
    /// Where the other text is read.
    pub href: String,
}

/// A form as it was typed, or as it is kept.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) form: FormState,
    /// The numbers of its rows.
    pub(super) rows: Vec<usize>,
    /// The medicines that are chosen.
    pub(super) products: Vec<Uuid>,
}

impl Typed {
    /// What the fields say, with their rows numbered anew.
    pub(super) fn of(fields: &Fields) -> Self {
        let (form, count) = fields.state(None);
        Self { form, rows: (0..count).collect(), products: fields.products() }
    }
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

    /// Where what is kept of an appointment's new prescription is read.
    pub fn kept_at(&self) -> String {
        format!("{}/create", self.action)
    }

    /// Whether a new prescription waits behind a button: one was issued, and nothing is being written.
    pub fn is_folded(&self) -> bool {
        let told = self.meanwhile.is_some() || self.form.has_errors() || self.form.message().is_some();
        let writing = told || self.draft.is_some() || self.rows.len() > 1 || self.form.has_values();
        !self.issued.is_empty() && self.changes.is_none() && !writing
    }

    /// The form of an appointment: its draft, or an empty one.
    pub async fn of(app: &App, doctor: &Doctor, appointment: &appointment::Model, page: &Page) -> Result<Self, Error> {
        let standing = store::standing_of(app.db.read(), appointment.id).await?;
        let typed = match &standing.draft {
            Some(draft) => Typed::of(&store::typed(app.db.read(), &app.vault, draft).await?),
            None => Typed::default(),
        };
        Self::drawn(app, doctor, page, (appointment, &standing), typed).await
    }

    /// The form of an issued prescription, to change it.
    pub(super) async fn of_change(
        app: &App,
        doctor: &Doctor,
        page: &Page,
        (appointment, row): (&appointment::Model, &prescription::Model),
    ) -> Result<Self, Error> {
        let typed = Typed::of(&store::typed(app.db.read(), &app.vault, row).await?);
        Self::with(app, doctor, page, appointment, typed).await.map(|panel| panel.changing(row))
    }

    /// The form of an appointment with what was typed, drawn from how far its prescriptions have come.
    pub(super) async fn drawn(
        app: &App,
        doctor: &Doctor,
        page: &Page,
        (appointment, standing): (&appointment::Model, &Standing),
        typed: Typed,
    ) -> Result<Self, Error> {
        let panel = Self::with(app, doctor, page, appointment, typed).await?;
        let kept = standing.draft.as_ref().map(|draft| page.words.clock_or_day(draft.updated_at, app.now()));
        Ok(Self { draft: kept, revision: standing.revision.to_string(), ..panel })
    }

    /// The same form, sent to where `row`, which was issued, is changed.
    pub(super) fn changing(mut self, row: &prescription::Model) -> Self {
        self.action = format!("/doctor/prescriptions/{}", row.id);
        self.changes.clone_from(&row.number);
        self
    }

    /// The form with these values and rows, and with medicines to choose from.
    pub(super) async fn with(
        app: &App,
        doctor: &Doctor,
        page: &Page,
        appointment: &appointment::Model,
        typed: Typed,
    ) -> Result<Self, Error> {
        let lang = page.language();
        let refusal = licence_refusal(app, doctor, lang).await?;
        let rows = if typed.rows.is_empty() { vec![0] } else { typed.rows };
        Ok(Self {
            action: format!("/doctor/appointments/{}/prescription", appointment.id),
            home: home_of(appointment),
            form: typed.form,
            rows: rows.into_iter().map(|index| Row { index }).collect(),
            blank: Row { index: rules::MOST_ROWS },
            products: options(app, typed.products, lang).await?,
            issued: issued(app, appointment.id).await?,
            idempotency_key: random::token(),
            may_issue: refusal.is_none(),
            refusal: refusal.map(|sentence| sentence.in_lang(lang)),
            changes: None,
            draft: None,
            revision: String::new(),
            meanwhile: None,
        })
    }
}

/// Where a doctor goes who has written for `appointment`.
pub(super) fn home_of(appointment: &appointment::Model) -> String {
    match appointment.kind {
        Kind::Consultation => format!("/doctor/consultations/{}", appointment.id),
        Kind::Visit => "/doctor/prescriptions".to_owned(),
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
