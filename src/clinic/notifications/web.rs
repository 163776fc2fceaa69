//! The letters that a demo would have sent.

use askama::Template;
use axum::{extract::State, response::Response};

use crate::{
    app::App,
    infra::{mail::Letter, vault::Private},
    web::{Error, Page, page},
};

#[derive(Template)]
#[template(path = "clinic/notifications/demo_mail.html")]
struct DemoMailPage {
    page: Page,
    letters: Vec<LetterView>,
}

struct LetterView {
    to: Private,
    subject: String,
    lines: Vec<Line>,
}

struct Line {
    text: String,
    /// Where the line leads, if it is a link of this clinic: the path alone, so that it works wherever the demo is open.
    path: Option<String>,
}

impl LetterView {
    fn new(letter: Letter, origin: &str) -> Self {
        let line = |text: &str| Line {
            text: text.to_owned(),
            path: text.strip_prefix(origin).filter(|path| path.starts_with('/')).map(str::to_owned),
        };
        Self { lines: letter.body.reveal().lines().map(line).collect(), to: letter.to, subject: letter.subject }
    }
}

/// `GET /demo/mail`: what the demo would have sent, newest first. Elsewhere there is no such page.
pub async fn demo_mail(State(app): State<App>, page: Page) -> Result<Response, Error> {
    if !app.config.demo {
        return Err(Error::NotFound);
    }
    let letters = app.mail.letters().into_iter();
    let letters = letters.map(|letter| LetterView::new(letter, &app.config.origin)).collect();
    page::draw(&DemoMailPage { page: page.private(), letters })
}
