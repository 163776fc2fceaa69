//! What every page has: the reader, their language and zone, and the frame around the page's own content.

use askama::{Template, filters::Safe};
use axum::{
    Extension,
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use fluent_bundle::{FluentArgs, FluentValue};
use sea_orm::{DeriveActiveEnum, EnumIter};
use uuid::Uuid;

use super::{Error, Lang, assets, words::Reader};
use crate::infra::vault::Private;

/// What a person is to the clinic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Role {
    /// Books and is treated, or looks after somebody who is.
    Patient,
    /// Treats and prescribes.
    Doctor,
    /// Runs the clinic; reads no health data.
    Admin,
    /// Dispenses.
    Pharmacist,
}

impl Role {
    /// For templates.
    pub fn is_patient(&self) -> bool {
        *self == Self::Patient
    }
    /// For templates.
    pub fn is_doctor(&self) -> bool {
        *self == Self::Doctor
    }
    /// For templates.
    pub fn is_admin(&self) -> bool {
        *self == Self::Admin
    }
}

/// Who is signed in, as far as the frame of a page shows it.
#[derive(Clone)]
pub struct Viewer {
    /// Decides the menu.
    pub role: Role,
    /// Shown in the menu.
    pub name: Private,
    /// One or two letters.
    pub initials: String,
    /// The file of the photo.
    pub photo: Option<Uuid>,
    /// Unread notifications.
    pub unread: i64,
    /// What the account's drafts are sealed under on its device, with what they are named by there: `NAME.KEY`.
    pub draft_key: Private,
}

/// What is known of a request before its handler runs: a request extension made where sessions are read.
#[derive(Clone)]
pub struct Visit {
    /// How moments are put into words.
    pub reader: Reader,
    /// The name that leads every page.
    pub clinic: String,
    /// The file of the clinic's logo.
    pub logo: Option<Uuid>,
    /// The token that the visit's forms carry.
    pub csrf: String,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// A sentence from the act before, shown once.
    pub notice: Option<String>,
    /// Whether this browser runs our script, as that tells in a cookie.
    pub has_script: bool,
}

/// The frame of one page. Handlers take it as an argument; page structs carry it as `page`.
#[derive(Clone)]
pub struct Page {
    /// Who is signed in.
    pub user: Option<Viewer>,
    /// `id` or `en`.
    pub lang: &'static str,
    /// The hidden field of every form.
    pub csrf: String,
    /// The path that was asked for.
    pub path: String,
    /// The same with its query, to come back to.
    pub address: String,
    /// The clinic's name.
    pub clinic: String,
    /// The file of the clinic's logo, which changes with it.
    pub logo: Option<Uuid>,
    /// A sentence from the act before.
    pub notice: Option<String>,
    /// Whether this browser runs our script.
    pub has_script: bool,
    /// The one frame of the page that is asked for, where a form or a link stands in a frame of its own.
    pub frame: Option<String>,
    /// Whether the page shows what must not be kept by the browser.
    pub no_cache: bool,
    /// How moments are put into words.
    pub words: Reader,
}

impl Page {
    /// A page of `visit` at `address`, a path and perhaps a query.
    pub fn new(visit: &Visit, address: &str) -> Self {
        Self {
            user: visit.viewer.clone(),
            lang: visit.reader.lang.code(),
            csrf: visit.csrf.clone(),
            path: address.split('?').next().unwrap_or_default().to_owned(),
            address: address.to_owned(),
            clinic: visit.clinic.clone(),
            logo: visit.logo,
            notice: visit.notice.clone(),
            has_script: visit.has_script,
            frame: None,
            no_cache: false,
            words: visit.reader.clone(),
        }
    }

    /// Marks the page as one that neither browser nor Turbo may keep (rooms, records).
    #[must_use]
    pub fn private(mut self) -> Self {
        self.no_cache = true;
        self
    }

    /// Whether a doctor reads it.
    pub fn is_doctors(&self) -> bool {
        self.user.as_ref().is_some_and(|viewer| viewer.role.is_doctor())
    }

    /// The reader's language.
    pub fn language(&self) -> Lang {
        self.words.lang
    }

    /// The sentence of `key`.
    pub fn t(&self, key: &str) -> String {
        self.words.lang.t(key)
    }

    /// The sentence of `key` with one argument.
    pub fn t1<'a>(&self, key: &str, name: &'a str, value: impl Word<'a>) -> String {
        self.words.lang.with(key, &arguments([(name, value.word())]))
    }

    /// The sentence of `key` with two arguments.
    pub fn t2<'a>(&self, key: &str, first: &'a str, one: impl Word<'a>, second: &'a str, two: impl Word<'a>) -> String {
        self.words.lang.with(key, &arguments([(first, one.word()), (second, two.word())]))
    }

    /// The sentence of `key` with three arguments.
    #[expect(clippy::too_many_arguments, reason = "three names and three values, as templates can call it")]
    pub fn t3<'a>(
        &self,
        key: &str,
        first: &'a str,
        one: impl Word<'a>,
        second: &'a str,
        two: impl Word<'a>,
        third: &'a str,
        three: impl Word<'a>,
    ) -> String {
        let all = [(first, one.word()), (second, two.word()), (third, three.word())];
        self.words.lang.with(key, &arguments(all))
    }

    /// Whether the page lies under `prefix`, for the menu.
    pub fn at(&self, prefix: &str) -> bool {
        self.path == prefix || self.path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The sentence from the act before, where the form stood in the frame `name`: nothing around the frame is seen then.
    pub fn notice_in(&self, name: &str) -> Option<&String> {
        self.notice.as_ref().filter(|_| self.frame.as_deref() == Some(name))
    }

    /// The address of a script or style.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// A lucide icon of the size of text.
    pub fn icon(&self, name: &str) -> Safe<String> {
        self.icon_sized(name, "size-5")
    }

    /// A lucide icon with classes for its size and colour.
    pub fn icon_sized(&self, name: &str, classes: &str) -> Safe<String> {
        let Some(drawing) = assets::icon(name) else {
            tracing::error!(name, "an icon is missing from web/icons.txt");
            return Safe(String::new());
        };
        Safe(format!(
            "<svg class=\"icon shrink-0 {classes}\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" \
             stroke-width=\"2\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\">{drawing}</svg>"
        ))
    }
}

/// What a sentence takes as an argument.
pub trait Word<'a> {
    /// The argument.
    fn word(self) -> FluentValue<'a>;
}

impl<'a> Word<'a> for &'a str {
    fn word(self) -> FluentValue<'a> {
        self.into()
    }
}

impl<'a> Word<'a> for &'a String {
    fn word(self) -> FluentValue<'a> {
        self.as_str().into()
    }
}

impl<'a> Word<'a> for &&'a str {
    fn word(self) -> FluentValue<'a> {
        (*self).into()
    }
}

impl<'a> Word<'a> for String {
    fn word(self) -> FluentValue<'a> {
        self.into()
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl<'a> Word<'a> for $number {
            fn word(self) -> FluentValue<'a> {
                self.into()
            }
        }
        impl<'a> Word<'a> for &$number {
            fn word(self) -> FluentValue<'a> {
                (*self).into()
            }
        }
    )*};
}
numbers!(i32, i64, u32, u64, usize);

fn arguments<'a, const N: usize>(all: [(&'a str, FluentValue<'a>); N]) -> FluentArgs<'a> {
    let mut arguments = FluentArgs::new();
    for (name, value) in all {
        arguments.set(name, isolated(value));
    }
    arguments
}

/// A word of a script that runs from right to left does not turn the sentence around it.
fn isolated(value: FluentValue<'_>) -> FluentValue<'_> {
    let from_right = |letter| {
        matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    match value {
        FluentValue::String(text) if text.chars().any(from_right) => format!("\u{2068}{text}\u{2069}").into(),
        other => other,
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let visit = parts.extensions.get::<Visit>().ok_or_else(|| Error::broken("a route without a visit"))?;
        let frame = parts.headers.get("turbo-frame").and_then(|name| name.to_str().ok()).map(str::to_owned);
        let address = parts.uri.path_and_query().map_or(parts.uri.path(), |address| address.as_str());
        Ok(Self { frame, ..Self::new(visit, address) })
    }
}

/// Draws a page; what is private is kept by neither browser nor proxy.
pub fn draw(page: &impl Template) -> Result<Response, Error> {
    draw_with(StatusCode::OK, page)
}

/// Draws a page with a status other than 200.
pub fn draw_with(status: StatusCode, page: &impl Template) -> Result<Response, Error> {
    let html = page.render().map_err(Error::broken)?;
    Ok((status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response())
}

/// The key of a sentence that the next page shows, on an answer's way to whoever keeps it in a cookie.
#[derive(Clone, Copy)]
pub struct Notice(pub &'static str);

/// Goes to `path` after a form was acted on, with a sentence that the next page shows.
pub fn go_with_notice(path: &str, key: &'static str) -> Response {
    (Extension(Notice(key)), go(path)).into_response()
}

/// Goes to `path` after a form was acted on.
pub fn go(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path.to_owned())]).into_response()
}

/// One or two letters of a name, without its titles: "dr. Andi Nur, Sp.PD" is "AN".
pub fn initials(name: &str) -> String {
    let name = name.split(',').next().unwrap_or_default();
    let letters = |is_meant: fn(&&str) -> bool| {
        let words = name.split_whitespace().filter(is_meant);
        let letters = words.filter_map(|word| word.chars().find(|letter| letter.is_alphabetic()));
        letters.take(2).flat_map(char::to_uppercase).collect::<String>()
    };
    let of_names = letters(|word| !word.ends_with('.'));
    if of_names.is_empty() { letters(|_| true) } else { of_names }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_letters_of_a_name_and_not_of_its_titles() {
        for (name, letters) in [
            ("dr. Andi Nur, Sp.PD", "AN"),
            ("Prof. Dr. dr. 'Aisyah Nur Fadhilah, Sp.A(K)", "AN"),
            ("Prof. Dr. dr. \u{2019}Aisyah", "A"),
            ("Siti (Ibu) Rahma", "SI"),
            ("I Gusti Ngurah", "IG"),
            ("विक्रम सिंह", "वस"),
            ("H. M.", "HM"),
            ("- 7", ""),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
