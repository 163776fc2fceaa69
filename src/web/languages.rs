//! What people read, in Indonesian (the default) and English, from the Fluent files in `locales/`.

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

/// A language that everything can be read in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// Bahasa Indonesia.
    #[default]
    Id,
    /// English.
    En,
}

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Locales;

type Words = FluentBundle<FluentResource>;

static WORDS: LazyLock<[Words; 2]> = LazyLock::new(|| [load(Lang::Id), load(Lang::En)]);

fn load(lang: Lang) -> Words {
    let locale: LanguageIdentifier = lang.code().parse().unwrap_or_default();
    let mut words = FluentBundle::new_concurrent(vec![locale]);
    words.set_use_isolating(false);
    for path in Locales::iter().filter(|path| path.starts_with(lang.code())) {
        let Some(file) = Locales::get(&path) else { continue };
        let text = String::from_utf8_lossy(&file.data).into_owned();
        let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, errors)| {
            tracing::error!(%path, ?errors, "a language file has faults");
            resource
        });
        if let Err(errors) = words.add_resource(resource) {
            tracing::error!(%path, ?errors, "a language file repeats keys");
        }
    }
    words
}

impl Lang {
    /// Both languages, the default first.
    pub const ALL: [Self; 2] = [Self::Id, Self::En];

    /// The language of a code such as `en`.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// `id` or `en`, as the page's `lang` attribute and the account keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }

    /// The sentence of `key`.
    pub fn t(self, key: &str) -> String {
        self.format(key, None)
    }

    /// The sentence of `key` with its arguments.
    pub fn with(self, key: &str, arguments: &FluentArgs<'_>) -> String {
        self.format(key, Some(arguments))
    }

    /// Whether this language has a sentence for `key`.
    pub fn has(self, key: &str) -> bool {
        self.words().get_message(key).is_some_and(|message| message.value().is_some())
    }

    fn words(self) -> &'static Words {
        let [indonesian, english] = &*WORDS;
        match self {
            Self::Id => indonesian,
            Self::En => english,
        }
    }

    fn format(self, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        let words = self.words();
        let Some(pattern) = words.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, lang = self.code(), "a sentence is missing");
            return key.to_owned();
        };
        let mut errors = Vec::new();
        let text = words.format_pattern(pattern, arguments, &mut errors);
        if !errors.is_empty() {
            tracing::error!(key, lang = self.code(), ?errors, "a sentence lacks an argument");
        }
        text.into_owned()
    }
}

/// A sentence that is put into words once the reader's language is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    key: &'static str,
    arguments: Vec<(&'static str, Argument)>,
}

/// What a sentence is completed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A number, which decides the plural.
    Number(i64),
    /// Text as it is.
    Text(String),
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Argument {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Argument {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl Sentence {
    /// The sentence of `key`.
    pub const fn new(key: &'static str) -> Self {
        Self { key, arguments: Vec::new() }
    }

    /// With the number or text `value` for `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }

    /// The key, for tests and scripts.
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// The sentence in `lang`.
    pub fn in_lang(&self, lang: Lang) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in &self.arguments {
            let value = match value {
                Argument::Number(number) => FluentValue::from(*number),
                Argument::Text(text) => FluentValue::from(text.as_str()),
            };
            arguments.set(Cow::Borrowed(*name), value);
        }
        lang.with(self.key, &arguments)
    }
}
