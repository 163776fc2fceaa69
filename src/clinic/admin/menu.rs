//! All sections of an admin on one page: what has no room in the phone's row.

use askama::Template;
use axum::response::Response;

use crate::{
    clinic::accounts::AdminAccount,
    web::{Error, Page, page},
};

#[derive(Template)]
#[template(path = "clinic/admin/menu.html")]
struct MenuPage {
    page: Page,
}

/// `GET /admin/more`.
pub async fn show(_: AdminAccount, page: Page) -> Result<Response, Error> {
    page::draw(&MenuPage { page })
}
