//! The texts for anybody to read.

use askama::Template;
use axum::{extract::State, response::Response};

use super::{Kind, current};
use crate::{
    app::App,
    web::{Error, Page, page},
};

#[derive(Template)]
#[template(path = "clinic/legal/text.html")]
struct TextPage {
    page: Page,
    kind: Kind,
    version: i32,
    published: Option<String>,
    paragraphs: Vec<String>,
}

/// `GET /privacy`.
pub async fn privacy(State(app): State<App>, page: Page) -> Result<Response, Error> {
    show(&app, page, Kind::Privacy).await
}

/// `GET /terms`.
pub async fn terms(State(app): State<App>, page: Page) -> Result<Response, Error> {
    show(&app, page, Kind::Terms).await
}

async fn show(app: &App, page: Page, kind: Kind) -> Result<Response, Error> {
    let text = current(app.db.read(), kind, page.language(), &app.clinic()).await?;
    let published = text.published_at.map(|at| page.words.plain_day(at.day_in(&page.words.zone)));
    let paragraphs = text.paragraphs();
    page::draw(&TextPage { page, kind, version: text.version, published, paragraphs })
}
