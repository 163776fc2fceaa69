//! The house rules that no compiler checks: arrows run one way, rules touch no I/O, pages hold no words and no scripts of
//! their own. Reads source text; each check has a control with a planted fault.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that fails says so by panicking"
)]

#[path = "support/source.rs"]
mod source;

use std::{collections::BTreeSet, fs, path::Path};

use source::{files, none, regex};

/// The longest that a file may be: past 400 lines it asks to be two, here it is.
const LONGEST: usize = 500;

/// What stands in a page as letters and is the same in every language.
///
/// On the sheet of a prescription: recipe, signa, number, and for whom, as pharmacists write them.
const SAME_IN_EVERY_LANGUAGE: [&str; 5] = ["Praktik", "R/", "S.", "No.", "Pro"];

/// The features in the order of `src/clinic/mod.rs`.
fn features() -> Vec<String> {
    let order = fs::read_to_string("src/clinic/mod.rs").unwrap();
    regex(r"(?m)^pub mod (\w+);").captures_iter(&order).map(|found| found[1].to_owned()).collect()
}

/// The module of a file: `src/clinic/doctors/web.rs` is `crate::clinic::doctors::web`.
fn module_of(path: &str) -> Vec<String> {
    let inner = path.strip_prefix("src/").unwrap_or(path).strip_suffix(".rs").unwrap();
    let mut module = vec!["crate".to_owned()];
    module.extend(inner.split('/').map(str::to_owned));
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

/// Rust without comments and without its unit tests, which may use what they like.
fn product_code(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    regex(r"(?m)//.*$").replace_all(before_tests, "").into_owned()
}

/// Every path that the file at `path` names, from `crate` or from another crate's name: in `use` and in the code.
fn paths(path: &str, text: &str) -> BTreeSet<String> {
    let code = product_code(text);
    let uses = regex(r"(?m)^\s*(?:pub(?:\([^)]*\))? )?use ([^;]+);");
    let mut found = Vec::new();
    for tree in uses.captures_iter(&code) {
        flatten("", &tree[1].split_whitespace().collect::<String>(), &mut found);
    }
    let rest = uses.replace_all(&code, "");
    let inline = regex(r"\b(?:[a-z_][a-z0-9_]*::)+\w+");
    found.extend(inline.find_iter(&rest).map(|path| path.as_str().to_owned()));
    let module = module_of(path);
    let is_folder = path.ends_with("/mod.rs");
    found.iter().map(|named| absolute(&module, named)).chain(is_folder.then(|| module.join("::"))).collect()
}

/// The leaves of a use tree without spaces: `a::{b,c::{d}}` is `a::b` and `a::c::d`.
fn flatten(prefix: &str, tree: &str, found: &mut Vec<String>) {
    let Some((head, rest)) = tree.split_once('{') else {
        found.push(format!("{prefix}{}", tree.split("as").next().unwrap_or(tree).trim_end_matches("::self")));
        return;
    };
    let inside = rest.strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut start) = (0, 0);
    for (at, letter) in inside.char_indices().chain([(inside.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if start < at {
                    flatten(&format!("{prefix}{head}"), &inside[start..at], found);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

fn absolute(module: &[String], named: &str) -> String {
    let mut parts: Vec<&str> = named.split("::").collect();
    let mut base: Vec<&str> = module.iter().map(String::as_str).collect();
    match parts[0] {
        "self" => {
            parts.remove(0);
        }
        "super" => {
            while parts.first() == Some(&"super") {
                parts.remove(0);
                base.pop();
            }
        }
        _ => return named.to_owned(),
    }
    base.extend(parts);
    base.join("::")
}

/// Whether `path` is `module` or lies in it.
fn within(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Arrows that run the wrong way.
fn wrong_arrows(path: &str, text: &str, features: &[String]) -> Vec<String> {
    let fault = |named: &String, why: &str| format!("{path} uses {named}: {why}");
    let own = paths(path, text).into_iter().filter(|named| within(named, "crate"));
    if path.starts_with("src/infra/") {
        return own
            .filter(|named| !within(named, "crate::infra"))
            .map(|named| fault(&named, "infra knows nothing above it"))
            .collect();
    }
    if path.starts_with("src/web/") {
        return own
            .filter(|named| !within(named, "crate::infra") && !within(named, "crate::web"))
            .map(|named| fault(&named, "web knows infra alone"))
            .collect();
    }
    let Some(feature) = path.strip_prefix("src/clinic/").and_then(|rest| rest.split(['/', '.']).next()) else {
        return Vec::new();
    };
    let place = |name: &str| features.iter().position(|feature| feature == name);
    let Some(here) = place(feature) else { return Vec::new() };
    own.filter_map(|named| {
        for above in ["router", "server", "commands", "jobs", "live"] {
            if within(&named, &format!("crate::{above}")) {
                return Some(fault(&named, "features know nothing of what puts them together"));
            }
        }
        let mut rest = named.strip_prefix("crate::clinic::")?.split("::");
        let (other, inner) = (rest.next()?, rest.next());
        let there = place(other)?;
        if there > here {
            return Some(fault(&named, "that feature comes later in src/clinic/mod.rs"));
        }
        (other != feature && inner == Some("store")).then(|| fault(&named, "another feature's store"))
    })
    .collect()
}

/// Input and output in a `rules.rs`.
fn impure_rules(path: &str, text: &str) -> Vec<String> {
    let io = [
        "sea_orm",
        "axum",
        "tokio",
        "reqwest",
        "std::fs",
        "std::net",
        "std::process",
        "std::time::SystemTime",
        "crate::app",
        "crate::infra::db",
        "crate::infra::bus",
        "crate::infra::jobs",
        "crate::infra::random",
    ];
    let own_store = module_of(path)[..3].join("::") + "::store";
    paths(path, text)
        .into_iter()
        .filter(|named| io.iter().any(|io| within(named, io)) || within(named, &own_store))
        .map(|named| format!("{path} uses {named}: rules are values in, values out"))
        .collect()
}

/// A page as it is sent, without what the template language says.
fn without_expressions(template: &str) -> String {
    let expressions = regex(r"(?s)\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}");
    expressions.replace_all(template, "").into_owned()
}

/// The same without blocks and macros that stand within a tag: classes and attributes.
fn without_parts_of_tags(template: &str) -> String {
    let classes = regex(r"(?s)\{%-? block (?:main|body)_class -?%\}.*?\{%-? endblock -?%\}");
    // What stands in a <pre> is the form of a file, not a sentence.
    let files = regex("(?s)<pre.*?</pre>");
    let html = without_expressions(&files.replace_all(&classes.replace_all(template, ""), ""));
    regex(r"(?m)^[^<>\n]*$")
        .replace_all(&html, |line: &regex::Captures<'_>| {
            regex(r#"[a-z-]+="[^"]*""#).replace_all(&line[0], "").into_owned()
        })
        .into_owned()
}

const TAG: &str = r#"<[a-zA-Z/!](?:[^>"']|"[^"]*"|'[^']*')*>"#;

/// Styles, scripts and handlers that the content security policy would refuse.
fn inline_code(path: &str, text: &str) -> Vec<String> {
    let html = without_expressions(text);
    let mut faults = Vec::new();
    for tag in regex(TAG).find_iter(&html).map(|tag| tag.as_str()) {
        // Values of attributes are not attributes.
        let names = regex(r#"=\s*(?:"[^"]*"|'[^']*')"#).replace_all(tag, "= ").to_lowercase();
        if regex(r"\sstyle=").is_match(&names) {
            faults.push(format!("{path}: a style attribute in {tag}"));
        }
        if regex(r"\son[a-z]+=").is_match(&names) {
            faults.push(format!("{path}: an event handler in {tag}"));
        }
        if names.starts_with("<script") && !regex(r"\ssrc=").is_match(&names) {
            faults.push(format!("{path}: an inline script"));
        }
        if names.starts_with("<style") {
            faults.push(format!("{path}: an inline style"));
        }
        if tag.to_lowercase().contains("javascript:") {
            faults.push(format!("{path}: a script as an address in {tag}"));
        }
    }
    faults
}

/// The same in the strings of a script.
fn inline_code_in_script(path: &str, text: &str) -> Vec<String> {
    let forbidden = [
        (r#"\sstyle=\\?["'$]"#, "a style attribute"),
        (r#"setAttribute\(\s*["']style["']"#, "a style attribute"),
        (r#"\son[a-z]+=\\?["'$]"#, "an event handler"),
        (r#"setAttribute\(\s*["']on"#, "an event handler"),
        ("<script", "an inline script"),
        ("javascript:", "a script as an address"),
        (r"\beval\(|new Function\(", "code made of text"),
    ];
    let found = forbidden.into_iter().filter(|(pattern, _)| regex(pattern).is_match(text));
    found.map(|(_, what)| format!("{path}: {what}")).collect()
}

/// Words that people read, written into a template instead of the language files.
fn words_in_template(path: &str, text: &str) -> Vec<String> {
    let html = without_parts_of_tags(text);
    let (tags, entities) = (regex(TAG), regex("&#?[a-zA-Z0-9]+;"));
    let spoken = regex(r#"\s(?:title|aria-label|aria-description|placeholder|alt|content|label)="([^"]*)""#);
    let mut texts: Vec<String> = Vec::new();
    for tag in tags.find_iter(&html).map(|tag| tag.as_str()) {
        if !tag.starts_with("<meta") {
            texts.extend(spoken.captures_iter(tag).map(|found| found[1].to_owned()));
        }
    }
    texts.extend(tags.replace_all(&html, "\n").lines().map(str::to_owned));
    texts
        .iter()
        .map(|text| entities.replace_all(text, " ").into_owned())
        .filter(|text| {
            let mut words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic));
            words.any(|word| !SAME_IN_EVERY_LANGUAGE.contains(&word))
        })
        .map(|text| format!("{path} says \"{}\" in one language", text.trim()))
        .collect()
}

/// Migrations that are there and not carried out, or not in order.
fn unlisted_migrations(names: &[String], list: &str) -> Vec<String> {
    let carried_out: Vec<String> =
        regex(r"Box::new\((m\d+\w+)::Migration\)").captures_iter(list).map(|found| found[1].to_owned()).collect();
    let mut sorted = names.to_vec();
    sorted.sort();
    if sorted == carried_out { Vec::new() } else { vec![format!("files {sorted:?}, carried out {carried_out:?}")] }
}

/// Icons that a page names and `web/icons.txt` does not: they would be drawn as nothing.
fn missing_icons(path: &str, text: &str, icons: &str) -> Vec<String> {
    let known: BTreeSet<&str> = icons.lines().map(str::trim).collect();
    let drawn = regex(r#"\bicon(?:_sized)?\(\s*"([a-z0-9-]+)""#);
    let handed = regex(r#"\b(?:page\.empty\(|dock_link\(page, "/[^"]*", )"([a-z0-9-]+)""#);
    let named = drawn.captures_iter(text).chain(handed.captures_iter(text)).map(|found| found[1].to_owned());
    named.filter(|name| !known.contains(name.as_str())).map(|name| format!("{path}: no icon {name}")).collect()
}

fn in_all(folder: &str, extension: &str, check: impl Fn(&str, &str) -> Vec<String>) {
    none(files(folder, extension).iter().flat_map(|(path, text)| check(path, text)).collect());
}

#[test]
fn arrows_run_one_way() {
    let features = features();
    assert!(features.len() > 10, "{features:?}");
    in_all("src", "rs", |path, text| wrong_arrows(path, text, &features));
    for feature in fs::read_dir("src/clinic").unwrap() {
        let name = feature.unwrap().file_name().into_string().unwrap();
        let name = name.trim_end_matches(".rs");
        assert!(name == "mod" || features.iter().any(|known| known == name), "src/clinic/mod.rs does not name {name}");
    }
}

#[test]
fn an_arrow_the_wrong_way_is_seen() {
    let features = features();
    for (path, planted) in [
        ("src/infra/db.rs", "use crate::web::Error;"),
        ("src/infra/db.rs", "fn f() { crate::clinic::audit::record() }"),
        ("src/web/page.rs", "use crate::{\n    infra::ids,\n    app::App,\n};"),
        ("src/web/page.rs", "use super::super::clinic::accounts::SignedIn;"),
        ("src/clinic/audit/mod.rs", "use crate::clinic::patients;"),
        ("src/clinic/patients/web/mod.rs", "use super::super::super::clinic::{audit, doctors::{self}};"),
        ("src/clinic/home/mod.rs", "use crate::{app::App, clinic::{accounts::{self, store::find}}};"),
        ("src/clinic/home/mod.rs", "fn f() { super::accounts::store::find() }"),
        ("src/clinic/home/mod.rs", "use crate::router::routes;"),
    ] {
        assert_eq!(wrong_arrows(path, planted, &features).len(), 1, "{path}: {planted}");
    }
    for (path, fine) in [
        ("src/infra/db.rs", "use super::clock::Instant;\n// crate::web is above\n"),
        ("src/clinic/home/mod.rs", "use crate::{app::App, clinic::{accounts::{self, SignedIn}, home::store}};"),
        ("src/clinic/home/mod.rs", "use store::all;\n#[cfg(test)]\nmod tests { use crate::clinic::admin; }"),
    ] {
        none(wrong_arrows(path, fine, &features));
    }
}

#[test]
fn rules_touch_nothing() {
    in_all("src/clinic", "rs", |path, text| {
        if Path::new(path).file_name().is_some_and(|name| name == "rules.rs") {
            impure_rules(path, text)
        } else {
            Vec::new()
        }
    });
}

#[test]
fn a_rule_that_reads_the_database_is_seen() {
    let path = "src/clinic/doctors/rules.rs";
    for planted in [
        "use sea_orm::EntityTrait;",
        "use crate::app::App;",
        "use super::store::find;",
        "fn f() { tokio::spawn(g()); }",
        "use crate::infra::{clock::Instant, db::Tx};",
    ] {
        assert_eq!(impure_rules(path, planted).len(), 1, "{planted}");
    }
    none(impure_rules(path, "use super::entity::Status;\nuse crate::{infra::clock::Instant, web::Sentence};"));
}

#[test]
fn no_file_is_longer_than_can_be_read() {
    let too_long = |path: &str, text: &str| {
        let lines = text.lines().count();
        if lines > LONGEST { vec![format!("{path} has {lines} lines")] } else { Vec::new() }
    };
    for folder in ["src", "migrations/src", "tests", "bench", "examples", "xtask/src"] {
        in_all(folder, "rs", too_long);
    }
    in_all("src", "html", too_long);
    for folder in ["e2e/tests", "e2e/harness", "web/src"] {
        in_all(folder, "ts", too_long);
    }
    in_all("web/src", "css", too_long);
    assert_eq!(too_long("planted", &"\n".repeat(LONGEST + 1)).len(), 1);
}

#[test]
fn pages_hold_no_code_and_no_style_of_their_own() {
    in_all("src", "html", inline_code);
    in_all("web/src", "ts", inline_code_in_script);
}

#[test]
fn code_in_a_page_is_seen() {
    for planted in [
        r#"<p style="color: red">"#,
        r#"<a href="{{ page.path }}" onclick="go()">"#,
        "<script>go()</script>",
        "<style>p {}</style>",
        r#"<a href="javascript:go()">"#,
    ] {
        assert_eq!(inline_code("planted", planted).len(), 1, "{planted}");
    }
    none(inline_code(
        "planted",
        r#"<form data-action="turbo:submit->chat#send" data-note="a style= b"><script src="/a.js"></script>"#,
    ));
    for planted in
        [r#"x.innerHTML = `<p style="a">`"#, r#"'<p onclick="a">'"#, r#"a.setAttribute("style", b)"#, "eval(a)"]
    {
        assert_eq!(inline_code_in_script("planted", planted).len(), 1, "{planted}");
    }
    none(inline_code_in_script("planted", "element.style.width = `${part}px`; const online = true;"));
}

#[test]
fn people_read_nothing_that_is_not_in_the_language_files() {
    in_all("src", "html", words_in_template);
}

#[test]
fn a_word_in_a_template_is_seen() {
    for planted in [
        "<p>Welcome</p>",
        r#"<p aria-label="Menu"></p>"#,
        r#"{% if a > b %}<b data-action="a->b#c">ya</b>{% endif %}"#,
        r#"<input placeholder="08…">x"#,
    ] {
        assert_eq!(words_in_template("planted", planted).len(), 1, "{planted}");
    }
    none(words_in_template(
        "planted",
        r#"<p title="{{ page.t("a-b") }}">R/ &middot; {{ name }} ({# why #}1/2) – …</p>"#,
    ));
}

#[test]
fn every_migration_is_carried_out_in_order() {
    let names: Vec<String> = files("migrations/src", "rs")
        .keys()
        .filter_map(|path| Path::new(path).file_stem()?.to_str().map(str::to_owned))
        .filter(|name| name != "lib")
        .collect();
    let list = fs::read_to_string("migrations/src/lib.rs").unwrap();
    none(unlisted_migrations(&names, &list));
    let planted = [names, vec!["m9999_planted".to_owned()]].concat();
    assert_eq!(unlisted_migrations(&planted, &list).len(), 1);
}

#[test]
fn every_icon_is_there() {
    let icons = fs::read_to_string("web/icons.txt").unwrap();
    in_all("src", "html", |path, text| missing_icons(path, text, &icons));
    for planted in [r#"page.icon("planted")"#, r#"page.empty("planted", "a", "b")"#] {
        assert_eq!(missing_icons("planted", planted, &icons).len(), 1);
    }
}
