//! The admin's pages of products.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use sea_orm::DbErr;
use uuid::Uuid;

use super::{
    Category, MedicineClass, NewProduct, ProductForm, Status,
    entity::product,
    import::{self, LARGEST_FILE, Refusal},
    store,
};
use crate::{
    app::App,
    clinic::{
        accounts::AdminAccount,
        audit::{self, Act},
    },
    infra::{
        ids,
        unique::{Unique, violated},
    },
    web::{
        Error, FieldErrors, Form, FormState, Id, NoFields, Page, Sentence,
        forms::FORM_TOKEN,
        page::{draw, draw_with, go, go_with_notice},
    },
};

const ROWS_A_PAGE: usize = 50;
const LONGEST_QUERY: usize = 100;
const MOST_LINES_SAID: usize = 50;
const FILE_FIELD: &str = "file";

#[derive(Template)]
#[template(path = "clinic/pharmacy/list.html")]
struct ListPage {
    page: Page,
    query: String,
    from_start: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    id: Uuid,
    name: String,
    details: String,
    class: String,
    is_other: bool,
    is_retired: bool,
}

impl Row {
    fn of(product: &product::Model, page: &Page) -> Self {
        let details = [product.form.as_str(), &product.strength];
        Self {
            id: product.id,
            name: product.name.clone(),
            details: details.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
            class: page.t(product.medicine_class.key()),
            is_other: product.category == Category::Other,
            is_retired: product.status == Status::Retired,
        }
    }
}

/// `GET /admin/products?q=&after=`.
pub async fn list(
    State(app): State<App>,
    _: AdminAccount,
    page: Page,
    RawQuery(asked): RawQuery,
) -> Result<Response, Error> {
    let query: String = parameter(asked.as_deref(), "q")
        .trim()
        .chars()
        .filter(|letter| !letter.is_control())
        .take(LONGEST_QUERY)
        .collect();
    let after = match parameter(asked.as_deref(), "after").parse::<Uuid>() {
        Ok(id) => store::find(app.db.read(), id).await?,
        Err(_) => None,
    };
    let one_more = u64::try_from(ROWS_A_PAGE).unwrap_or(u64::MAX).saturating_add(1);
    let mut products = store::page_of(app.db.read(), &query, after.as_ref(), one_more).await?;
    let more = products.len() > ROWS_A_PAGE;
    products.truncate(ROWS_A_PAGE);
    let last = products.last().filter(|_| more).map(|last| last.id.to_string());
    let next = last.map(|last| {
        let mut address = form_urlencoded::Serializer::new("/admin/products?".to_owned());
        if !query.is_empty() {
            address.append_pair("q", &query);
        }
        address.append_pair("after", &last).finish()
    });
    let rows = products.iter().map(|product| Row::of(product, &page)).collect();
    draw(&ListPage { query, from_start: after.is_none(), rows, next, page })
}

fn parameter(query: Option<&str>, name: &str) -> String {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(key, _)| key == name)
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

#[derive(Template)]
#[template(path = "clinic/pharmacy/edit.html")]
struct EditPage {
    page: Page,
    form: FormState,
    /// Nothing for a new product.
    edited: Option<product::Model>,
}

impl EditPage {
    fn classes(&self) -> Vec<(&'static str, String)> {
        MedicineClass::ALL.map(|class| (class.code(), self.page.t(class.key()))).into()
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn categories(&self) -> Vec<(&'static str, &'static str)> {
        Category::ALL.map(|category| (category.code(), category.key())).into()
    }

    fn is_retired(&self) -> bool {
        self.edited.as_ref().is_some_and(|product| product.status == Status::Retired)
    }

    fn refused(mut self, errors: &FieldErrors) -> Result<Response, Error> {
        self.form = self.form.refused(errors, self.page.language());
        draw_with(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}

/// `GET /admin/products/new`.
pub async fn new(_: AdminAccount, page: Page) -> Result<Response, Error> {
    let form = FormState::of([("category", Category::Medicine.code())]);
    draw(&EditPage { page, form, edited: None })
}

/// `POST /admin/products/new`.
pub async fn create(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    form: Form<ProductForm>,
) -> Result<Response, Error> {
    let drawn = EditPage { page, form: form.state, edited: None };
    let product = match NewProduct::check(&form.fields) {
        Ok(product) => product,
        Err(errors) => return drawn.refused(&errors),
    };
    let now = app.now();
    let written = app.db.write(move |tx| async move {
        let id = store::insert(&tx, product, now).await?;
        audit::record(&tx, act(admin.user, "create", id), now).await
    });
    match written.await {
        Ok(()) => Ok(go_with_notice("/admin/products", "pharmacy-created")),
        Err(error) => drawn.refused(&repeated(&error)?),
    }
}

/// `GET /admin/products/{product}`.
pub async fn edit(State(app): State<App>, _: AdminAccount, page: Page, Id(id): Id) -> Result<Response, Error> {
    let product = store::find(app.db.read(), id).await?.ok_or(Error::NotFound)?;
    draw(&EditPage { page, form: ProductForm::state_of(&product), edited: Some(product) })
}

/// `POST /admin/products/{product}`.
pub async fn update(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Id(id): Id,
    form: Form<ProductForm>,
) -> Result<Response, Error> {
    let old = store::find(app.db.read(), id).await?.ok_or(Error::NotFound)?;
    let drawn = EditPage { page, form: form.state, edited: Some(old) };
    let product = match NewProduct::check(&form.fields) {
        Ok(product) => product,
        Err(errors) => return drawn.refused(&errors),
    };
    let now = app.now();
    let written = app.db.write(move |tx| async move {
        store::update(&tx, id, product, now).await?;
        audit::record(&tx, act(admin.user, "edit", id), now).await
    });
    match written.await {
        Ok(()) => Ok(go_with_notice("/admin/products", "pharmacy-saved")),
        Err(error) => drawn.refused(&repeated(&error)?),
    }
}

/// What to say when there is such a product already; every other refusal is a fault of ours.
fn repeated(error: &DbErr) -> Result<FieldErrors, Error> {
    match violated(error) {
        Some(Unique::Product) => Ok(FieldErrors::of("name", Sentence::new("pharmacy-repeated"))),
        _ => Err(Error::broken(error)),
    }
}

/// `POST /admin/products/{product}/retire`: it is not offered any more; prescriptions keep it.
pub async fn retire(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    _: Form<NoFields>,
) -> Result<Response, Error> {
    set_status(&app, Status::Retired, act(admin.user, "retire", id)).await?;
    Ok(go_with_notice("/admin/products", "pharmacy-was-retired"))
}

/// `POST /admin/products/{product}/restore`.
pub async fn restore(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    Id(id): Id,
    _: Form<NoFields>,
) -> Result<Response, Error> {
    set_status(&app, Status::Active, act(admin.user, "restore", id)).await?;
    Ok(go_with_notice("/admin/products", "pharmacy-was-restored"))
}

async fn set_status(app: &App, status: Status, act: Act) -> Result<(), Error> {
    let now = app.now();
    app.db
        .write(move |tx| async move {
            let product = store::find(&tx, act.subject_id).await?.ok_or(Error::NotFound)?;
            if product.status != status {
                store::set_status(&tx, product.id, status, now).await?;
                audit::record(&tx, act, now).await?;
            }
            Ok::<_, Error>(())
        })
        .await
}

const fn act(actor: Uuid, action: &'static str, product: Uuid) -> Act {
    Act { actor, action, subject: "product", subject_id: product, patient: None }
}

#[derive(Template)]
#[template(path = "clinic/pharmacy/import.html")]
struct ImportPage {
    page: Page,
    form: FormState,
    header: String,
    /// Number and sentence of lines that are wrong.
    wrong: Vec<(u64, String)>,
    /// Wrong lines that are not said.
    unsaid: usize,
    done: Option<store::Counts>,
}

impl ImportPage {
    fn new(page: Page) -> Self {
        let header = ProductForm::COLUMNS.join(",");
        Self { page, form: FormState::default(), header, wrong: Vec::new(), unsaid: 0, done: None }
    }

    fn refused(self, status: StatusCode, sentence: Sentence) -> Result<Response, Error> {
        self.refused_with(status, &FieldErrors::of(FILE_FIELD, sentence))
    }

    fn refused_with(mut self, status: StatusCode, errors: &FieldErrors) -> Result<Response, Error> {
        self.form = self.form.refused(errors, self.page.language());
        draw_with(status, &self)
    }

    fn refused_for(mut self, refusal: Refusal) -> Result<Response, Error> {
        match refusal {
            Refusal::NotCsv => {
                self.refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, Sentence::new("pharmacy-import-not-csv"))
            }
            Refusal::Empty => self.refused(StatusCode::UNPROCESSABLE_ENTITY, Sentence::new("pharmacy-import-empty")),
            Refusal::Lines(lines) => {
                let lang = self.page.language();
                self.unsaid = lines.len().saturating_sub(MOST_LINES_SAID);
                let said = lines.iter().take(MOST_LINES_SAID);
                self.wrong = said.map(|wrong| (wrong.line, import::in_words(wrong, lang))).collect();
                let sentence = Sentence::new("pharmacy-import-refused").with("count", lines.len());
                self.refused_with(StatusCode::UNPROCESSABLE_ENTITY, &FieldErrors::message(sentence))
            }
        }
    }
}

/// `GET /admin/products/import`, with what the last import did.
pub async fn import_page(_: AdminAccount, page: Page, RawQuery(asked): RawQuery) -> Result<Response, Error> {
    let count = |name| parameter(asked.as_deref(), name).parse::<usize>().ok();
    let done = match (count("new"), count("changed"), count("same")) {
        (Some(new), Some(changed), Some(same)) => Some(store::Counts { new, changed, same }),
        _ => None,
    };
    draw(&ImportPage { done, ..ImportPage::new(page) })
}

/// `POST /admin/products/import`: all lines of a CSV file, or none.
pub async fn import_file(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Error> {
    let drawn = ImportPage::new(page);
    let file = sent_file(&headers, body.map_err(|_| Error::TooLarge)?).await?;
    if file.is_empty() {
        return drawn.refused(StatusCode::UNPROCESSABLE_ENTITY, Sentence::new("pharmacy-import-no-file"));
    }
    if file.len() > LARGEST_FILE {
        return drawn.refused(StatusCode::PAYLOAD_TOO_LARGE, Sentence::new("pharmacy-import-too-large"));
    }
    let products = match import::read(&file) {
        Ok(products) => products,
        Err(refusal) => return drawn.refused_for(refusal),
    };
    let now = app.now();
    let counts = app
        .db
        .write(move |tx| async move {
            let counts = store::upsert_all(&tx, products, now).await?;
            let list = Act { subject: "product_list", ..act(admin.user, "import", ids::new(now)) };
            audit::record(&tx, list, now).await?;
            Ok::<_, DbErr>(counts)
        })
        .await?;
    let store::Counts { new, changed, same } = counts;
    Ok(go(&format!("/admin/products/import?new={new}&changed={changed}&same={same}")))
}

/// The file in a form's body; empty if none was chosen. As in every form, a field that is not asked for is refused.
async fn sent_file(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Error> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| Error::WrongKind)?;
    let stream = futures::stream::iter([Ok::<_, std::convert::Infallible>(body)]);
    let mut parts = multer::Multipart::new(stream, boundary);
    let mut file = None;
    while let Some(part) = parts.next_field().await.map_err(|_| Error::UnreadableForm)? {
        match part.name() {
            Some(FILE_FIELD) if file.is_none() => {
                file = Some(part.bytes().await.map_err(|_| Error::UnreadableForm)?);
            }
            Some(FORM_TOKEN) => {}
            _ => return Err(Error::UnreadableForm),
        }
    }
    Ok(file.unwrap_or_default())
}
