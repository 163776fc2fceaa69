//! The page of the recovery sheet.

use std::fmt::Write as _;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use fast_qr::{ECL, qr::QRBuilder};
use sea_orm::DbErr;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{
    rules::{Group, asked},
    store,
};
use crate::{
    app::App,
    clinic::{
        accounts::{self, AdminAccount},
        audit::{self, Act},
    },
    infra::{master_keys::MasterKey, sheet, vault::Private},
    web::{
        Error, FieldErrors, Form, FormState, Page, Sentence,
        page::{draw, draw_with, go_with_notice},
        words::TimeWords,
    },
};

const PATH: &str = "/admin/recovery-sheet";

#[derive(Template)]
#[template(path = "clinic/keys/recovery_sheet.html")]
struct SheetPage {
    page: Page,
    key_id: String,
    confirmed: Option<ConfirmedWords>,
    groups: [(&'static str, Group); 2],
    form: FormState,
}

struct ConfirmedWords {
    by: Private,
    at: TimeWords,
}

impl SheetPage {
    async fn of(app: &App, page: Page, key: &MasterKey, form: FormState) -> Result<Self, Error> {
        let confirmed = match store::confirmed(app, key.id()).await? {
            Some(row) => {
                let by = accounts::name_of(app.db.read(), &app.vault, row.confirmed_by).await?;
                Some(ConfirmedWords { by, at: page.words.day_and_time(row.confirmed_at) })
            }
            None => None,
        };
        let groups = groups(&page, key);
        Ok(Self { key_id: key.id().to_string(), confirmed, groups, form, page: page.private() })
    }
}

/// The fields of the form with the group that goes into each.
fn groups(page: &Page, key: &MasterKey) -> [(&'static str, Group); 2] {
    let [first, second] = asked(&format!("{}{}", page.csrf, key.id()));
    [("first_group", first), ("second_group", second)]
}

/// `GET /admin/recovery-sheet`: what the sheet is, and whether it was typed back; the key itself is not on it.
pub async fn page(State(app): State<App>, _: AdminAccount, page: Page) -> Result<Response, Error> {
    let key = app.current_master_key().await?;
    draw(&SheetPage::of(&app, page, &key, FormState::default()).await?)
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct ShowForm {
    password: String,
}

/// The sheet to print.
#[derive(Template)]
#[template(path = "clinic/keys/recovery_sheet_key.html")]
struct KeyPage {
    page: Page,
    key_id: String,
    today: String,
    lines: Zeroizing<Vec<String>>,
    qr: Zeroizing<String>,
    qr_size: usize,
}

/// `POST /admin/recovery-sheet/show`: the sheet itself, for whoever gives their password again.
pub async fn show(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    form: Form<ShowForm>,
) -> Result<Response, Error> {
    let key = app.current_master_key().await?;
    if let Err(sentence) = accounts::own_password(&app, &admin, &form.fields.password).await? {
        let errors = FieldErrors::of("password", sentence);
        let form = form.state.refused(&errors, page.language());
        return draw_with(StatusCode::UNPROCESSABLE_ENTITY, &SheetPage::of(&app, page, &key, form).await?);
    }
    audit::record_view(&app, act(&admin.user, "view", &key)).await?;
    let text = key.sheet();
    let (qr, qr_size) = picture(&text)?;
    let today = page.words.day(app.clinic().day_of(app.now()));
    let lines = Zeroizing::new(text.lines().map(str::to_owned).collect());
    draw(&KeyPage { key_id: key.id().to_string(), today, lines, qr, qr_size, page: page.private() })
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct ConfirmForm {
    first_group: String,
    second_group: String,
}

/// `POST /admin/recovery-sheet`: two groups of the printed sheet, typed back.
pub async fn confirm(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    form: Form<ConfirmForm>,
) -> Result<Response, Error> {
    let key = app.current_master_key().await?;
    let text = key.sheet();
    let typed = [&form.fields.first_group, &form.fields.second_group];
    let mut errors = FieldErrors::default();
    for ((field, group), typed) in groups(&page, &key).into_iter().zip(typed) {
        if typed.trim().is_empty() {
            errors.add(field, Sentence::new("form-required"));
        } else if !group.of(&text).is_some_and(|wanted| sheet::is_group(typed, wanted)) {
            errors.add(field, Sentence::new("keys-group-wrong"));
        }
    }
    if !errors.is_empty() {
        let form = form.state.refused(&errors, page.language());
        return draw_with(StatusCode::UNPROCESSABLE_ENTITY, &SheetPage::of(&app, page, &key, form).await?);
    }
    let (now, user, noted) = (app.now(), admin.user, act(&admin.user, "confirm", &key));
    app.db
        .write(move |tx| async move {
            store::confirm(&tx, key.id(), user, now).await?;
            audit::record(&tx, noted, now).await?;
            Ok::<_, DbErr>(())
        })
        .await?;
    Ok(go_with_notice(PATH, "keys-confirmed"))
}

fn act(user: &uuid::Uuid, action: &'static str, key: &MasterKey) -> Act {
    Act { actor: *user, action, subject: "recovery-sheet", subject_id: key.id().uuid(), patient: None }
}

/// The dark squares of a QR code of the sheet's letters, as a path, and how many squares a side has.
fn picture(text: &str) -> Result<(Zeroizing<String>, usize), Error> {
    let letters = Zeroizing::new(text.replace(['\n', ' '], ""));
    let code =
        QRBuilder::new(letters.as_str()).ecl(ECL::Q).build().map_err(|_| Error::broken("no room for a QR code"))?;
    let mut path = Zeroizing::new(String::new());
    let squares = code.data.iter().take(code.size * code.size).enumerate();
    for (index, _) in squares.filter(|(_, square)| square.value()) {
        write!(path, "M{} {}h1v1h-1z", index % code.size, index / code.size).map_err(Error::broken)?;
    }
    Ok((path, code.size))
}
