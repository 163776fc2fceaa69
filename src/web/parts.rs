//! Parts that many pages draw, each a template of its own: a page calls one as `{{ page.text_field(form, "name", …) }}`, and the
//! compiler sees its markup once and not once a page.
//!
//! A parameter that ends in `key` is a key of the language files. An empty hint, `autocomplete` or `inputmode` is left
//! out. A field's id is its name.

use std::fmt::Display;

use askama::{Template, filters::Safe};
use uuid::Uuid;

use super::{FormState, Page, words::TimeWords};

/// [`Page::header`].
#[derive(Template)]
#[template(path = "web/parts/header.html")]
pub struct Header<'a> {
    page: &'a Page,
}

/// [`Page::footer`].
#[derive(Template)]
#[template(path = "web/parts/footer.html")]
pub struct Footer<'a> {
    page: &'a Page,
}

/// [`Page::dock`].
#[derive(Template)]
#[template(path = "web/parts/dock.html")]
pub struct Dock<'a> {
    page: &'a Page,
}

/// [`Page::mark`].
#[derive(Template)]
#[template(path = "web/parts/mark.html")]
pub struct Mark<'a> {
    class: &'a str,
}

/// [`Page::nav_link`].
#[derive(Template)]
#[template(path = "web/parts/nav_link.html")]
pub struct NavLink<'a> {
    page: &'a Page,
    href: &'a str,
    key: &'a str,
}

/// [`Page::csrf_field`].
#[derive(Template)]
#[template(path = "web/parts/csrf_field.html")]
pub struct CsrfField<'a> {
    page: &'a Page,
}

/// [`Page::error_summary`].
#[derive(Template)]
#[template(path = "web/parts/error_summary.html")]
pub struct ErrorSummary<'a> {
    page: &'a Page,
    form: &'a FormState,
}

/// [`Page::field_error`].
#[derive(Template)]
#[template(path = "web/parts/field_error.html")]
pub struct ErrorLine<'a> {
    form: &'a FormState,
    name: &'a str,
}

/// [`Page::described`].
#[derive(Template)]
#[template(path = "web/parts/described.html")]
pub struct Described<'a> {
    form: &'a FormState,
    name: &'a str,
    hint_key: &'a str,
}

/// [`Page::field_label`].
#[derive(Template)]
#[template(path = "web/parts/field_label.html")]
pub struct FieldLabel<'a> {
    page: &'a Page,
    name: &'a str,
    label_key: &'a str,
    hint_key: &'a str,
}

/// [`Page::typed_field`].
#[derive(Template)]
#[template(path = "web/parts/typed_field.html")]
pub struct TypedField<'a> {
    page: &'a Page,
    form: &'a FormState,
    kind: &'a str,
    name: &'a str,
    label_key: &'a str,
    autocomplete: &'a str,
    inputmode: &'a str,
    hint_key: &'a str,
}

/// [`Page::password_field`].
#[derive(Template)]
#[template(path = "web/parts/password_field.html")]
pub struct PasswordField<'a> {
    page: &'a Page,
    form: &'a FormState,
    name: &'a str,
    label_key: &'a str,
    autocomplete: &'a str,
    hint_key: &'a str,
}

/// [`Page::code_field`].
#[derive(Template)]
#[template(path = "web/parts/code_field.html")]
pub struct CodeField<'a> {
    page: &'a Page,
    form: &'a FormState,
    label_key: &'a str,
    autocomplete: &'a str,
    inputmode: &'a str,
    hint_key: &'a str,
}

/// [`Page::text_area`].
#[derive(Template)]
#[template(path = "web/parts/text_area.html")]
pub struct TextArea<'a> {
    page: &'a Page,
    form: &'a FormState,
    name: &'a str,
    label_key: &'a str,
    hint_key: &'a str,
    rows: u8,
}

/// [`Page::date_field`].
#[derive(Template)]
#[template(path = "web/parts/date_field.html")]
pub struct DateField<'a> {
    page: &'a Page,
    form: &'a FormState,
    name: &'a str,
    label_key: &'a str,
    autocomplete: &'a str,
}

/// [`Page::date_part`].
#[derive(Template)]
#[template(path = "web/parts/date_part.html")]
pub struct DatePart<'a> {
    page: &'a Page,
    form: &'a FormState,
    name: &'a str,
    part: &'a str,
    label_key: &'a str,
    autocomplete: &'a str,
}

impl DatePart<'_> {
    /// What stands in it.
    fn value(&self) -> String {
        self.form.date_part(self.name, self.part)
    }

    /// The months to choose from, and what was typed instead of one.
    fn months(&self) -> Vec<(String, String)> {
        let (typed, mut months) = (self.value(), self.page.words.months());
        if !typed.is_empty() && months.iter().all(|(number, _)| *number != typed) {
            months.push((typed.clone(), typed));
        }
        months
    }
}

/// [`Page::choice_field`].
#[derive(Template)]
#[template(path = "web/parts/choice_field.html")]
pub struct ChoiceField<'a> {
    page: &'a Page,
    form: &'a FormState,
    name: &'a str,
    value: &'a str,
    label_key: &'a str,
    hint_key: &'a str,
}

/// [`Page::photo_field`].
#[derive(Template)]
#[template(path = "web/parts/photo_field.html")]
pub struct PhotoField<'a> {
    page: &'a Page,
    form: &'a FormState,
    label_key: &'a str,
    hint_key: &'a str,
}

/// [`Page::presence`].
#[derive(Template)]
#[template(path = "web/parts/presence.html")]
pub struct Presence<'a> {
    page: &'a Page,
    state: String,
}

/// [`Page::time`].
#[derive(Template)]
#[template(path = "web/parts/time.html")]
pub struct Time<'a> {
    t: &'a TimeWords,
}

/// [`Page::avatar`].
#[derive(Template)]
#[template(path = "web/parts/avatar.html")]
pub struct Avatar<'a> {
    photo: Option<Uuid>,
    initials: &'a str,
    class: &'a str,
}

/// [`Page::portrait`].
#[derive(Template)]
#[template(path = "web/parts/portrait.html")]
pub struct Portrait<'a> {
    page: &'a Page,
    photo: Option<Uuid>,
    initials: &'a str,
    name: &'a str,
    class: &'a str,
}

/// [`Page::empty`].
#[derive(Template)]
#[template(path = "web/parts/empty.html")]
pub struct Empty<'a> {
    page: &'a Page,
    icon: &'a str,
    title_key: &'a str,
    body_key: &'a str,
}

impl Page {
    /// The clinic's name, the menu and the account.
    pub fn header(&self) -> Safe<Header<'_>> {
        Safe(Header { page: self })
    }

    /// What it is, its texts, and the language.
    pub fn footer(&self) -> Safe<Footer<'_>> {
        Safe(Footer { page: self })
    }

    /// The phone's row of sections.
    pub fn dock(&self) -> Safe<Dock<'_>> {
        Safe(Dock { page: self })
    }

    /// The mark of the program; `class` gives size and colour.
    pub fn mark<'a>(&'a self, class: &'a str) -> Safe<Mark<'a>> {
        Safe(Mark { class })
    }

    /// A link of a menu, marked where the page lies under it.
    pub fn nav_link<'a>(&'a self, href: &'a str, key: &'a str) -> Safe<NavLink<'a>> {
        Safe(NavLink { page: self, href, key })
    }

    /// What every form carries, hidden.
    pub fn csrf_field(&self) -> Safe<CsrfField<'_>> {
        Safe(CsrfField { page: self })
    }

    /// What is wrong with a form, with links to its fields; it takes the focus. Nothing if nothing is.
    pub fn error_summary<'a>(&'a self, form: &'a FormState) -> Safe<ErrorSummary<'a>> {
        Safe(ErrorSummary { page: self, form })
    }

    /// The sentence below a field, whose id is `NAME-error`.
    pub fn field_error<'a>(&'a self, form: &'a FormState, name: &'a str) -> Safe<ErrorLine<'a>> {
        Safe(ErrorLine { form, name })
    }

    /// The attributes that tell those who do not see a field which sentences belong to it, and that it is wrong.
    pub fn described<'a>(&'a self, form: &'a FormState, name: &'a str, hint_key: &'a str) -> Safe<Described<'a>> {
        Safe(Described { form, name, hint_key })
    }

    /// What a field is called, and a hint.
    pub fn field_label<'a>(&'a self, name: &'a str, label_key: &'a str, hint_key: &'a str) -> Safe<FieldLabel<'a>> {
        Safe(FieldLabel { page: self, name, label_key, hint_key })
    }

    /// A line to type in; `kind` is the type of the input: `email`, `tel`, `search` …
    #[expect(clippy::too_many_arguments, reason = "as templates call it")]
    pub fn typed_field<'a>(
        &'a self,
        form: &'a FormState,
        kind: &'a str,
        name: &'a str,
        label_key: &'a str,
        autocomplete: &'a str,
        inputmode: &'a str,
        hint_key: &'a str,
    ) -> Safe<TypedField<'a>> {
        Safe(TypedField { page: self, form, kind, name, label_key, autocomplete, inputmode, hint_key })
    }

    /// A line of text.
    pub fn text_field<'a>(
        &'a self,
        form: &'a FormState,
        name: &'a str,
        label_key: &'a str,
        autocomplete: &'a str,
        hint_key: &'a str,
    ) -> Safe<TypedField<'a>> {
        self.typed_field(form, "text", name, label_key, autocomplete, "", hint_key)
    }

    /// A password, which comes back empty; a button shows what is typed.
    pub fn password_field<'a>(
        &'a self,
        form: &'a FormState,
        name: &'a str,
        label_key: &'a str,
        autocomplete: &'a str,
        hint_key: &'a str,
    ) -> Safe<PasswordField<'a>> {
        Safe(PasswordField { page: self, form, name, label_key, autocomplete, hint_key })
    }

    /// A one-time code, named `code`, which comes back empty.
    pub fn code_field<'a>(
        &'a self,
        form: &'a FormState,
        label_key: &'a str,
        autocomplete: &'a str,
        inputmode: &'a str,
        hint_key: &'a str,
    ) -> Safe<CodeField<'a>> {
        Safe(CodeField { page: self, form, label_key, autocomplete, inputmode, hint_key })
    }

    /// Several lines to type in.
    pub fn text_area<'a>(
        &'a self,
        form: &'a FormState,
        name: &'a str,
        label_key: &'a str,
        hint_key: &'a str,
        rows: u8,
    ) -> Safe<TextArea<'a>> {
        Safe(TextArea { page: self, form, name, label_key, hint_key, rows })
    }

    /// A date in three parts, `NAME_day`, `NAME_month` and `NAME_year`, which the form makes one field.
    pub fn date_field<'a>(
        &'a self,
        form: &'a FormState,
        name: &'a str,
        label_key: &'a str,
        autocomplete: &'a str,
    ) -> Safe<DateField<'a>> {
        Safe(DateField { page: self, form, name, label_key, autocomplete })
    }

    /// One of the three: `day`, `month` or `year`.
    pub fn date_part<'a>(
        &'a self,
        form: &'a FormState,
        name: &'a str,
        part: &'a str,
        label_key: &'a str,
        autocomplete: &'a str,
    ) -> Safe<DatePart<'a>> {
        Safe(DatePart { page: self, form, name, part, label_key, autocomplete })
    }

    /// One radio button as a tile; it stands in a `<fieldset>`.
    pub fn choice_field<'a>(
        &'a self,
        form: &'a FormState,
        name: &'a str,
        value: &'a str,
        label_key: &'a str,
        hint_key: &'a str,
    ) -> Safe<ChoiceField<'a>> {
        Safe(ChoiceField { page: self, form, name, value, label_key, hint_key })
    }

    /// The field `file` for a photo; its form has the controller `photo`.
    pub fn photo_field<'a>(
        &'a self,
        form: &'a FormState,
        label_key: &'a str,
        hint_key: &'a str,
    ) -> Safe<PhotoField<'a>> {
        Safe(PhotoField { page: self, form, label_key, hint_key })
    }

    /// Whether a doctor is there: `available`, `busy`, `away`, `offline`, `unknown`. Both words are drawn: while the reader's
    /// own line is cut nobody's mark is known, and the style shows the other one.
    pub fn presence(&self, state: impl Display) -> Safe<Presence<'_>> {
        Safe(Presence { page: self, state: state.to_string() })
    }

    /// A moment.
    pub fn time<'a>(&'a self, t: &'a TimeWords) -> Safe<Time<'a>> {
        Safe(Time { t })
    }

    /// Beside a name: the photo, or initials; `class` gives the size.
    pub fn avatar<'a>(&'a self, photo: &Option<Uuid>, initials: &'a str, class: &'a str) -> Safe<Avatar<'a>> {
        Safe(Avatar { photo: *photo, initials, class })
    }

    /// The same where the name does not stand, said to those who do not see it.
    pub fn portrait<'a>(
        &'a self,
        photo: &Option<Uuid>,
        initials: &'a str,
        name: &'a str,
        class: &'a str,
    ) -> Safe<Portrait<'a>> {
        Safe(Portrait { page: self, photo: *photo, initials, name, class })
    }

    /// A list that has nothing in it, and what to do about it.
    pub fn empty<'a>(&'a self, icon: &'a str, title_key: &'a str, body_key: &'a str) -> Safe<Empty<'a>> {
        Safe(Empty { page: self, icon, title_key, body_key })
    }
}
