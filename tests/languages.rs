//! Everything that people read is there in both languages, is used, and gets the arguments that it speaks of.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says so by panicking")]

#[path = "support/source.rs"]
mod source;

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use source::{files, none, regex};

/// Literals in the code that look like keys and are none.
const NOT_KEYS: [&str; 0] = [];

/// The arguments of each key.
type Words = BTreeMap<String, BTreeSet<String>>;

/// The keys of a language file with their arguments; faults are lines that belong to no key, and keys said twice.
fn words_of(path: &str, text: &str, words: &mut Words) -> Vec<String> {
    let (head, argument) = (regex(r"^([a-z][a-z0-9-]*) ?="), regex(r"\$([a-zA-Z0-9_-]+)"));
    let mut faults = Vec::new();
    let mut key: Option<String> = None;
    for line in text.lines() {
        if let Some(found) = head.captures(line) {
            if words.insert(found[1].to_owned(), BTreeSet::new()).is_some() {
                faults.push(format!("{path} says {} twice", &found[1]));
            }
            if line.split_once('=').is_none_or(|(_, text)| text.trim().is_empty())
                && !text.contains(&format!("{line}\n "))
            {
                faults.push(format!("{path} says nothing for {}", &found[1]));
            }
            key = Some(found[1].to_owned());
        } else if !(line.trim().is_empty() || line.starts_with(['#', ' ', '}'])) {
            faults.push(format!("{path}: no key in \"{line}\""));
        }
        if let Some(key) = key.as_ref().filter(|_| !line.starts_with('#')) {
            let arguments = words.get_mut(key).unwrap();
            arguments.extend(argument.captures_iter(line).map(|found| found[1].to_owned()));
        }
    }
    faults
}

fn words_in(lang: &str) -> Words {
    let mut words = Words::new();
    let folder = format!("locales/{lang}");
    let faults: Vec<String> =
        files(&folder, "ftl").iter().flat_map(|(path, text)| words_of(path, text, &mut words)).collect();
    none(faults);
    words
}

/// What one language has and the other has not, and arguments that they do not share.
fn differences(indonesian: &Words, english: &Words) -> Vec<String> {
    let keys: BTreeSet<&String> = indonesian.keys().chain(english.keys()).collect();
    keys.into_iter()
        .filter_map(|key| match (indonesian.get(key), english.get(key)) {
            (Some(one), Some(other)) if one == other => None,
            (Some(one), Some(other)) => Some(format!("{key} speaks of {one:?} in id and of {other:?} in en")),
            (None, _) => Some(format!("{key} is not in locales/id")),
            (_, None) => Some(format!("{key} is not in locales/en")),
        })
        .collect()
}

/// A key as the code uses it, with the arguments that it hands over; `None` where that cannot be read from the text.
#[derive(Debug, PartialEq)]
struct Use {
    key: String,
    arguments: Option<BTreeSet<String>>,
}

/// The text within the brackets that open at the start of `text`, and what follows them.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some((&text[1..at], &text[at + 1..]));
                }
            }
            _ => {}
        }
    }
    None
}

/// The arguments of a call, at its commas.
fn arguments_of(inside: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start, mut found) = (0_i32, false, 0, Vec::new());
    for (at, letter) in inside.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(inside[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(inside[start..].trim());
    found.retain(|argument| !argument.is_empty());
    found
}

fn literal(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('"')).then_some(inner)
}

/// The parameters that are keys of each macro of the templates and of each part of pages, by its name.
fn key_parameters<'a>(texts: impl IntoIterator<Item = &'a String>) -> BTreeMap<String, Vec<usize>> {
    let definitions = regex(r"(?:\{%-? macro |pub fn )(\w+)(?:<'a>)?\((?:\s*&(?:'a )?self,)?([^)]*)\)");
    let mut found = BTreeMap::new();
    for text in texts {
        for definition in definitions.captures_iter(text) {
            let names = definition[2].split(',').filter_map(|one| one.split(':').next()).map(str::trim).enumerate();
            let keys = names.filter(|(_, name)| *name == "key" || name.ends_with("_key")).map(|(at, _)| at);
            found.insert(definition[1].to_owned(), keys.collect());
        }
    }
    found
}

/// The keys that `text` uses, in a template or in Rust.
fn uses(text: &str, macros: &BTreeMap<String, Vec<usize>>) -> Vec<Use> {
    let mut found = Vec::new();
    for call in regex(r"\.t([123]?)\(").captures_iter(text) {
        let whole = call.get(0).unwrap();
        let Some((inside, _)) = bracketed(&text[whole.end() - 1..]) else { continue };
        let arguments = arguments_of(inside);
        let Some(key) = arguments.first().and_then(|key| literal(key)) else { continue };
        let names = arguments.iter().skip(1).step_by(2).map(|name| literal(name).map(str::to_owned)).collect();
        found.push(Use { key: key.to_owned(), arguments: names });
    }
    for call in regex(r#"Sentence::new\(\s*"([^"]+)"\s*,?\s*\)"#).captures_iter(text) {
        let mut names = BTreeSet::new();
        let mut rest = text[call.get(0).unwrap().end()..].trim_start();
        while let Some((inside, after)) = rest.strip_prefix(".with").and_then(bracketed) {
            names.extend(arguments_of(inside).first().and_then(|name| literal(name)).map(str::to_owned));
            rest = after.trim_start();
        }
        // Kept in a variable first, it gets its arguments elsewhere.
        let before = text[..call.get(0).unwrap().start()]
            .trim_end_matches(|letter: char| letter.is_alphanumeric() || "_:".contains(letter));
        let kept = before.ends_with(" = ") && names.is_empty();
        found.push(Use { key: call[1].to_owned(), arguments: (!kept).then_some(names) });
    }
    for call in regex(r"go_with_notice\(").find_iter(text) {
        let Some((inside, _)) = bracketed(&text[call.end() - 1..]) else { continue };
        if let Some(key) = arguments_of(inside).get(1).and_then(|key| literal(key)) {
            found.push(Use { key: key.to_owned(), arguments: Some(BTreeSet::new()) });
        }
    }
    for call in regex(r"(?:call |page\.)(\w+)\(").captures_iter(text) {
        let Some((inside, _)) = bracketed(&text[call.get(0).unwrap().end() - 1..]) else { continue };
        let arguments = arguments_of(inside);
        for at in macros.get(&call[1]).into_iter().flatten() {
            if let Some(key) = arguments.get(*at).and_then(|key| literal(key)).filter(|key| !key.is_empty()) {
                found.push(Use { key: key.to_owned(), arguments: None });
            }
        }
    }
    found
}

/// Keys that are put together of parts: the whole of what a `format!("error-{}-title")` can make.
fn composed(text: &str) -> Vec<Regex> {
    regex(r#"\b(?:t[1-3]?|with)\(\s*&?format!\(\s*"([a-z0-9-]+\{[^"]*)""#)
        .captures_iter(text)
        .map(|found| {
            regex(&format!("^{}$", regex(r"\\\{[^}]*\\\}").replace_all(&regex::escape(&found[1]), "[a-z0-9-]+")))
        })
        .collect()
}

/// Uses of what is not there, or with other arguments than it speaks of.
fn wrong_uses(path: &str, text: &str, macros: &BTreeMap<String, Vec<usize>>, words: &Words) -> Vec<String> {
    let fault = |used: Use| match words.get(&used.key) {
        None => Some(format!("{path} uses {}, which no language has", used.key)),
        Some(spoken) => used
            .arguments
            .filter(|handed| handed != spoken)
            .map(|handed| format!("{path}: {} speaks of {spoken:?} and gets {handed:?}", used.key)),
    };
    let missing = composed(text).into_iter().filter(|made| !words.keys().any(|key| made.is_match(key)));
    let missing = missing.map(|made| format!("{path} puts together keys {made} that no language has"));
    uses(text, macros).into_iter().filter_map(fault).chain(missing).collect()
}

/// Text in quotes that has the form of a key of a language file, and is none.
fn unknown_literals(path: &str, text: &str, words: &Words) -> Vec<String> {
    let families: BTreeSet<&str> = words.keys().filter_map(|key| key.split('-').next()).collect();
    regex(r#""([a-z]+)((?:-[a-z0-9]+)+)""#)
        .captures_iter(text)
        .filter(|found| families.contains(&found[1]))
        .map(|found| format!("{}{}", &found[1], &found[2]))
        .filter(|key| !words.contains_key(key) && !NOT_KEYS.contains(&key.as_str()))
        .map(|key| format!("{path} speaks of {key}, which no language has"))
        .collect()
}

/// Rust (without unit tests) and templates.
fn sources() -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let mut rust = files("src", "rs");
    for text in rust.values_mut() {
        *text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned();
    }
    let mut templates = files("src", "html");
    for text in templates.values_mut() {
        *text = regex(r"(?s)\{#.*?#\}").replace_all(text, "").into_owned();
    }
    (rust, templates)
}

#[test]
fn both_languages_say_the_same() {
    let (indonesian, english) = (words_in("id"), words_in("en"));
    assert!(indonesian.len() > 100);
    none(differences(&indonesian, &english));
    let names = |folder: &str| -> Vec<String> {
        files(folder, "ftl").into_keys().filter_map(|path| Some(path.rsplit_once('/')?.1.to_owned())).collect()
    };
    assert_eq!(names("locales/id"), names("locales/en"));
}

#[test]
fn a_sentence_of_one_language_alone_is_seen() {
    let (mut one, mut other) = (Words::new(), Words::new());
    none(words_of("one", "# why\na-b = { $n } of\n    { $m }\na-c = x\na-d = x\n", &mut one));
    none(words_of("other", "a-b = { $n }\na-c = x\na-e = x\n", &mut other));
    assert_eq!(differences(&one, &other).len(), 3);
    assert_eq!(words_of("twice", "a-c = y\n", &mut one).len(), 1);
    assert_eq!(words_of("loose", "A loose line\n", &mut one).len(), 1);
    assert_eq!(words_of("empty", "a-f =\n", &mut one).len(), 1);
}

#[test]
fn what_the_pages_say_is_in_the_language_files() {
    let words = words_in("id");
    let (rust, templates) = sources();
    let macros = key_parameters(templates.values().chain(rust.get("src/web/parts.rs")));
    assert!(macros["typed_field"] == [3, 6] && macros["dock_link"] == [3], "{macros:?}");
    let mut faults = Vec::new();
    for (path, text) in rust.iter().chain(&templates) {
        faults.extend(wrong_uses(path, text, &macros, &words));
    }
    for (path, text) in &rust {
        faults.extend(unknown_literals(path, text, &words));
    }
    none(faults);
}

#[test]
fn a_use_of_what_is_not_there_is_seen() {
    let mut words = Words::new();
    none(words_of("planted", "a-plain = x\na-count = { $count } x\na-one-end = x\n", &mut words));
    let parts = ["{% macro field(page, label_key) %}", "pub fn part<'a>(\n    &'a self,\n    hint_key: &'a str,\n) {}"];
    let macros = key_parameters(&parts.map(str::to_owned));
    for planted in [
        r#"page.t("a-missing")"#,
        r#"page.t("a-count")"#,
        r#"page.t1("a-plain", "count", 3)"#,
        r#"page.t1("a-count", "number", line.all(1, 2))"#,
        r#"Sentence::new("a-count")"#,
        r#"Sentence::new("a-count").with("count", f(1)).with("more", 2)"#,
        r#"go_with_notice(&format!("/x/{id}"), "a-missing")"#,
        r#"{% call field(page, "a-missing") %}"#,
        r#"{{ page.part("a-missing") }}"#,
        r#"page.t(&format!("a-{}-start", name))"#,
    ] {
        assert_eq!(wrong_uses("planted", planted, &macros, &words).len(), 1, "{planted}");
    }
    for fine in [
        r#"{{ page.t("a-plain") }}{{ page.t1("a-count", "count", lines.len()) }}"#,
        r#"Sentence::new("a-count").with("count", length)"#,
        r#"{% call field(page, "a-plain") %}{{ page.part("a-plain") }}{{ page.part("") }}"#,
        r#"page.t(&format!("a-{}-end", name))"#,
    ] {
        none(wrong_uses("planted", fine, &macros, &words));
    }
    assert_eq!(unknown_literals("planted", r#"=> "a-missing", "b-other""#, &words).len(), 1);
}

#[test]
fn nothing_is_translated_for_nobody() {
    let words = words_in("id");
    let (rust, templates) = sources();
    let code: String = rust.values().chain(templates.values()).map(String::as_str).collect();
    let files: String = files("locales/id", "ftl").into_values().collect();
    none(unused(&words, &code, &files));
}

#[test]
fn a_sentence_that_nobody_says_is_seen() {
    let mut words = Words::new();
    let file = "a-said = x\na-within = x\na-one-end = { a-within }\na-silent = x\n";
    none(words_of("planted", file, &mut words));
    let code = r#"page.t("a-said") page.t(&format!("a-{}-end", name))"#;
    assert_eq!(unused(&words, code, file), ["a-silent is not used"]);
}

/// Keys that neither the code nor another sentence names.
fn unused(words: &Words, code: &str, files: &str) -> Vec<String> {
    let composed = composed(code);
    let within: BTreeSet<&str> =
        regex(r"\{ ?([a-z][a-z0-9-]*) ?\}").captures_iter(files).map(|found| found.get(1).unwrap().as_str()).collect();
    let quoted: BTreeSet<&str> = code.split('"').collect();
    let said = |key: &str| quoted.contains(key) || composed.iter().any(|made| made.is_match(key));
    let keys = words.keys().filter(|key| !said(key) && !within.contains(key.as_str()));
    keys.map(|key| format!("{key} is not used")).collect()
}
