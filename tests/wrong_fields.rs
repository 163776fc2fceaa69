//! What is typed wrong comes back: every field of every form, wrong in every way, gives 422 with a sentence at the field
//! and the rest as it was typed. What a field may hold after all stands in a table, with the reason.

use praktik::web::dates;
use reqwest::StatusCode;
use rstest::rstest;
use scraper::{ElementRef, Html, Selector};

use crate::support::{
    Answer, Engine,
    matrix::{Line, lines},
    routes::{Case, World},
};

/// A way for a field to be wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Empty,
    TooLong,
    WrongDate,
    FifteenDigits,
    Letters,
    Emoji,
    Markup,
    Huge,
}

use Kind::{Emoji, Empty, FifteenDigits, Huge, Letters, Markup, TooLong, WrongDate};

const KINDS: [Kind; 8] = [Empty, TooLong, WrongDate, FifteenDigits, Letters, Emoji, Markup, Huge];
/// What no field of words can be refused for.
const WORDS: &[Kind] = &[WrongDate, FifteenDigits, Letters, Emoji, Markup];
const NOTHING_OR_WORDS: &[Kind] = &[Empty, WrongDate, FifteenDigits, Letters, Emoji, Markup];

const MARKUP: &str = "<b onclick=alert(1)>Siti</b>";

impl Kind {
    fn typed(self) -> String {
        match self {
            Empty => String::new(),
            TooLong => "a".repeat(21_000),
            WrongDate => "2026-02-30".to_owned(),
            FifteenDigits => "737109520391000".to_owned(),
            Letters => "abc".to_owned(),
            Emoji => "😀".to_owned(),
            Markup => MARKUP.to_owned(),
            // 100 kB, of which a browser makes three times as much.
            Huge => "😀".repeat(25_000),
        }
    }
}

/// What a field may hold: its route, its name, the kinds, and why.
type Legal = (&'static str, &'static str, &'static [Kind], &'static str);

const LEGAL: &[Legal] = &[
    // People.
    ("*", "birth_place", &[Letters], "a place"),
    ("/register", "name", &[Letters], "a name"),
    ("/profile/patients/new", "name", &[Letters], "a name"),
    ("/admin/patients/new", "name", &[Letters], "a name"),
    ("/admin/patients/{patient}/identity", "name", &[Letters], "a name"),
    ("/admin/people/new", "name", WORDS, "with titles, in whatever words"),
    ("/admin/people/{person}", "name", WORDS, "with titles, in whatever words"),
    ("*", "address", WORDS, "an address is in whatever words"),
    ("/register", "phone", &[Empty], "nobody must have a phone"),
    ("/profile", "phone", &[Empty], "nobody must have a phone"),
    ("/profile/patients/{patient}", "phone", &[Empty], "nobody must have a phone"),
    ("/profile/patients/new", "phone", &[Empty], "nobody must have a phone"),
    ("/admin/patients/new", "phone", &[Empty], "nobody must have a phone"),
    ("/admin/patients/{patient}/identity", "phone", &[Empty], "nobody must have a phone"),
    ("*", "bpjs_number", &KINDS, "not looked at where the patient pays"),
    ("/register", "password", &[FifteenDigits, Markup], "long enough, and on nobody's list"),
    ("/password/reset/{token}", "password", &[FifteenDigits, Markup], "long enough, and on nobody's list"),
    ("/settings/security", "password", &[FifteenDigits, Markup], "long enough, and on nobody's list"),
    ("*", "allergies", NOTHING_OR_WORDS, "what is known of them, in whatever words"),
    ("*", "medicines_in_use", NOTHING_OR_WORDS, "what is known of them, in whatever words"),
    ("*", "weight", &[Empty], "it may be unknown"),
    ("/profile", "time_zone", &[Empty], "the clinic's"),
    // Doctors.
    ("/admin/doctors", "name", WORDS, "with titles, in whatever words"),
    ("/admin/doctors/new", "name", WORDS, "with titles, in whatever words"),
    ("/admin/doctors/{doctor}", "name", WORDS, "with titles, in whatever words"),
    ("*", "specialty", WORDS, "in whatever words"),
    ("*", "str_number", WORDS, "numbers have many forms"),
    ("*", "sip_number", WORDS, "numbers have many forms"),
    ("*", "biography", NOTHING_OR_WORDS, "in whatever words"),
    ("/admin/doctors/{doctor}/days-off", "reason", NOTHING_OR_WORDS, "it may stay untold"),
    ("/admin/doctors/{doctor}/days-off", "last_day", &[Empty], "it is one day"),
    // Consultations and prescriptions.
    ("*", "complaint", NOTHING_OR_WORDS, "in whatever words"),
    ("*", "message", WORDS, "in whatever words"),
    ("*", "diagnosis", WORDS, "in whatever words"),
    ("*", "notes", NOTHING_OR_WORDS, "in whatever words"),
    ("*", "items[0][dosage]", WORDS, "in whatever words"),
    ("*", "items[0][instructions]", NOTHING_OR_WORDS, "in whatever words"),
    ("/admin/products/new", "name", WORDS, "in whatever words"),
    ("/admin/products/{product}", "name", WORDS, "in whatever words"),
    ("*", "form", WORDS, "in whatever words"),
    ("*", "strength", NOTHING_OR_WORDS, "what is no medicine has none"),
    ("*", "kfa_code", &[Empty], "not everything is in the register"),
    // The clinic and its desk.
    ("/admin/settings", "name", WORDS, "in whatever words"),
    ("/admin/settings", "city", WORDS, "in whatever words"),
    ("/admin/patients/{patient}/nik", "reason", WORDS, "in whatever words"),
    ("*", "passkey_name", WORDS, "what its owner calls it"),
];

/// What nobody types: pages fill it in, and another value is a forged form, refused as a whole or passed over.
const NOT_TYPED: &[&str] = &[
    "account",
    "appointment_id",
    "away",
    "client_id",
    "credential",
    "doctor_id",
    "intent",
    "lang",
    // Ticked; the sentence stands at the number.
    "nik_confirmed",
    "patient_id",
    "return_to",
    "revision",
    "setup",
    // Of the clock: what the page showed.
    "step",
    "type",
    "version",
];

/// What is refused with one sentence for the whole form: which of the two is wrong would tell who has an account.
const WHOLE: [(&str, &str); 2] = [("/login", "email"), ("/login", "password")];

/// What does not come back: it is typed anew.
fn is_secret(field: &str) -> bool {
    field.contains("password") || field == "code"
}

fn find<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

/// The controls of `form` in which `field` is typed; a date has three.
fn controls<'a>(form: ElementRef<'a>, field: &str) -> Vec<ElementRef<'a>> {
    let all = Selector::parse("input, select, textarea").unwrap();
    let ours = |name: &str| name == field || name.strip_prefix(field).is_some_and(|part| PARTS.contains(&part));
    form.select(&all).filter(|control| control.attr("name").is_some_and(ours)).collect()
}

const PARTS: [&str; 3] = ["_day", "_month", "_year"];

/// The sentence that an element, or a group around it, says to be described by.
fn sentence_at(html: &Html, control: ElementRef<'_>) -> Option<String> {
    let around = control.ancestors().filter_map(ElementRef::wrap);
    let described = std::iter::once(control).chain(around).filter_map(|element| element.attr("aria-describedby"));
    let mut ids = described.flat_map(str::split_whitespace).filter(|id| id.ends_with("-error"));
    let element = ids.find_map(|id| find(html, "[id]").into_iter().find(|element| element.attr("id") == Some(id)))?;
    let text = element.text().collect::<String>().trim().to_owned();
    text.contains(' ').then_some(text)
}

/// What `form` shows in `field`; nothing if it has no such field.
fn shown(form: ElementRef<'_>, field: &str) -> Option<String> {
    let controls = controls(form, field);
    let first = *controls.first()?;
    let chosen = Selector::parse("option[selected]").unwrap();
    let value = |control: &ElementRef<'_>| {
        let option = control.select(&chosen).next();
        option.unwrap_or(*control).attr("value").unwrap_or_default().to_owned()
    };
    if first.attr("name") != Some(field) {
        let part = |part: &str| {
            let name = format!("{field}{part}");
            controls.iter().find(|control| control.attr("name") == Some(&name)).map(value).unwrap_or_default()
        };
        let [day, month, year] = PARTS.map(part);
        return Some(if month.is_empty() && year.is_empty() { day } else { in_parts([day, month, year]) });
    }
    Some(match (first.value().name(), first.attr("type")) {
        ("textarea", _) => first.text().collect(),
        ("select", _) => first.select(&chosen).next().as_ref().map(value).unwrap_or_default(),
        (_, Some("radio" | "checkbox")) => {
            controls.iter().find(|control| control.attr("checked").is_some()).map(value).unwrap_or_default()
        }
        _ => value(&first),
    })
}

fn in_parts([day, month, year]: [String; 3]) -> String {
    format!("{year}-{month:0>2}-{day:0>2}")
}

/// Whether `shown` is what was typed; a date is in whatever form.
fn is_kept(shown: &str, typed: &str) -> bool {
    shown == typed || dates::parts(typed).map(in_parts).as_deref() == Some(shown)
}

/// Whether the field is chosen among what the page offers: what is not offered is not shown.
fn is_chosen(form: ElementRef<'_>, field: &str) -> bool {
    controls(form, field).first().is_some_and(|control| {
        control.value().name() == "select" || matches!(control.attr("type"), Some("radio" | "checkbox" | "hidden"))
    })
}

/// What is wrong with the page of a form that was sent with `field` wrong; the form as a whole may say so, if `whole`.
fn faults_of(answer: &Answer, sent: &[(String, String)], field: &str, whole: bool) -> Vec<String> {
    let html = answer.html();
    let said = find(&html, "[role=alert]").iter().any(|alert| alert.text().any(|text| text.trim().contains(' ')));
    let with_sentence = |form: &ElementRef<'_>| {
        let mut controls = controls(*form, field).into_iter();
        controls.any(|control| (whole && said) || sentence_at(&html, control).is_some())
    };
    let Some(form) = find(&html, "form").into_iter().find(with_sentence) else {
        return vec!["no sentence at the field".to_owned()];
    };
    let mut faults = Vec::new();
    for (name, typed) in sent {
        if is_secret(name) || NOT_TYPED.contains(&name.as_str()) || name == "csrf_token" {
            continue;
        }
        if name == field && is_chosen(form, name) {
            continue;
        }
        match shown(form, name) {
            None => faults.push(format!("{name} is not on the page")),
            Some(shown) if !is_kept(&shown, typed) => {
                let shown: String = shown.chars().take(40).collect();
                faults.push(format!("{name} comes back as {shown:?}"));
            }
            Some(_) => {}
        }
    }
    faults
}

/// Every field of a line's form in every way, and what is wrong with the answers.
async fn try_all(world: &World, line: &Line) -> (usize, Vec<String>) {
    let (mut tried, mut faults) = (0, Vec::new());
    let mut case: Option<(Case, String)> = None;
    let Some(Case { fields, file: None, .. }) = world.case(&line.method, line.path).await else { return (0, faults) };
    for (at, (field, _)) in fields.iter().enumerate().filter(|(_, (field, _))| !NOT_TYPED.contains(field)) {
        for kind in KINDS {
            let (own, token) = if let Some(kept) = case.take() {
                kept
            } else {
                let new = world.case(&line.method, line.path).await.unwrap();
                let token = new.rightful.csrf().await;
                (new, token)
            };
            let mut sent = own.form(&token);
            sent[at + 1].1 = kind.typed();
            let answer = own.rightful.send(own.sending(&own.rightful, line.method.clone(), &own.path, &sent)).await;
            tried += 1;
            let legal = LEGAL.iter().any(|(path, name, kinds, _)| {
                (*path == line.path || *path == "*") && name == field && kinds.contains(&kind)
            });
            let mut fault = |what: String| faults.push(format!("{} {field} {kind:?}: {what}", line.path));
            let accepted = answer.status.is_success() || answer.status.is_redirection();
            match (accepted, legal) {
                (true, true) => {}
                (true, false) => fault(format!("is taken ({})", answer.status)),
                (false, true) => fault(format!("is refused ({}), though it is legal", answer.status)),
                (false, false) if answer.status != StatusCode::UNPROCESSABLE_ENTITY => {
                    fault(format!("is answered {}", answer.status));
                }
                (false, false) => {
                    let whole = WHOLE.contains(&(line.path, *field));
                    faults_of(&answer, &sent, field, whole).into_iter().for_each(&mut fault);
                }
            }
            if answer.body.contains(MARKUP) {
                fault("markup stands in the page".to_owned());
            }
            // What was taken is done, and wrong secrets are counted.
            if !accepted && !fields.iter().any(|(name, _)| is_secret(name)) {
                case = Some((own, token));
            }
        }
    }
    (tried, faults)
}

/// On one engine: what is wrong with a form is found before a database is asked. In three parts, which run side by side.
#[rstest]
#[case(0, 450)]
#[case(1, 330)]
#[case(2, 315)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_comes_back_with_a_sentence_and_the_rest(#[case] part: usize, #[case] at_least: usize) {
    let world = World::open(Engine::Sqlite).await;
    let (mut tried, mut faults) = (0, Vec::new());
    let lines = lines();
    let checking = lines.iter().filter(|line| line.acts() && !line.takes_anything());
    for line in checking.skip(part).step_by(3) {
        let (sent, found) = try_all(&world, line).await;
        tried += sent;
        faults.extend(found);
    }
    println!("part {part}: {tried} values");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(tried > at_least, "only {tried} values were tried");
}

/// What is wrong with the summary of a refused form: it names all that is wrong, in the order of the page.
fn faults_of_summary(answer: &Answer) -> (usize, Vec<String>) {
    let html = answer.html();
    let ids: Vec<&str> = find(&html, "[id]").iter().filter_map(|element| element.attr("id")).collect();
    let summary = find(&html, "[data-focus-target] li a");
    let named: Vec<&str> = summary.iter().filter_map(|link| link.attr("href")?.strip_prefix('#')).collect();
    let places: Vec<Option<usize>> = named.iter().map(|name| ids.iter().position(|id| id == name)).collect();
    let mut faults = Vec::new();
    if !places.is_sorted() || places.contains(&None) {
        faults.push(format!("the summary's order is {named:?}"));
    }
    if let Some(left_out) = ids.iter().filter_map(|id| id.strip_suffix("-error")).find(|field| !named.contains(field)) {
        faults.push(format!("the summary {named:?} leaves out {left_out}"));
    }
    (named.len(), faults)
}

/// Everything left empty, and, as browsers do with what nobody has chosen or ticked, not sent at all.
#[tokio::test(flavor = "multi_thread")]
async fn the_summary_of_a_refused_form_holds_all_that_is_wrong_in_the_order_of_the_page() {
    let world = World::open(Engine::Sqlite).await;
    let (mut long, mut faults) = (0, Vec::new());
    for line in lines().iter().filter(|line| line.acts()) {
        for sends_nothing in [false, true] {
            let Some(case) = world.case(&line.method, line.path).await else { continue };
            if case.file.is_some() {
                continue;
            }
            let mut sent = case.form(&case.rightful.csrf().await);
            let typed = |name: &str| name != "csrf_token" && !NOT_TYPED.contains(&name);
            if sends_nothing {
                sent.retain(|(name, _)| !typed(name));
            }
            sent.iter_mut().filter(|(name, _)| typed(name)).for_each(|(_, value)| value.clear());
            let answer = case.rightful.send(case.sending(&case.rightful, line.method.clone(), &case.path, &sent)).await;
            if answer.status == StatusCode::UNPROCESSABLE_ENTITY && !answer.body.contains("id=\"messages\"") {
                let (named, found) = faults_of_summary(&answer);
                long += usize::from(named > 1);
                faults.extend(found.into_iter().map(|fault| format!("{}: {fault}", line.path)));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(long > 15, "only {long} summaries name several fields");
}

/// A likely slip is one of the things to look at again, and counted with them.
#[tokio::test(flavor = "multi_thread")]
async fn a_likely_slip_in_the_nik_stands_in_the_summary_with_what_is_wrong() {
    let world = World::open(Engine::Sqlite).await;
    let case = world.case(&reqwest::Method::POST, "/register").await.unwrap();
    let mut sent = case.form(&case.rightful.csrf().await);
    sent.retain(|(name, _)| !["nik_confirmed", "consent"].contains(&name.as_str()));
    for (name, value) in &mut sent {
        match name.as_str() {
            // Born on another day than the number says.
            "nik" => "7371015203910001".clone_into(value),
            "birth_date" => "1960-01-01".clone_into(value),
            "phone" => "abc".clone_into(value),
            _ => {}
        }
    }
    let answer = case.rightful.send(case.sending(&case.rightful, reqwest::Method::POST, &case.path, &sent)).await;
    let (named, faults) = faults_of_summary(&answer);
    assert_eq!((named, faults), (3, Vec::new()));
    let links = answer.attributes("[data-focus-target] li a", "href");
    assert_eq!(links, ["#nik", "#phone", "#consent"]);
    assert!(answer.text("[data-focus-target] p").is_some_and(|told| told.contains('3')));
}

/// The control: a page that says nothing, says it elsewhere, or loses something is seen.
#[test]
fn a_form_that_does_not_come_back_is_seen() {
    let page = |form: &str| Answer {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        headers: reqwest::header::HeaderMap::new(),
        body: format!("<form>{form}<input name=city value=Palu></form>"),
    };
    let sent = [("name", "x1"), ("city", "Palu")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let sentence = "<p id=name-error>Nama diisi.</p>";
    let whole = format!("<input name=name value=x1 aria-describedby='name-hint name-error'>{sentence}");
    assert_eq!(faults_of(&page(&whole), &sent, "name", false), [""; 0]);
    for planted in [
        "<input name=name value=x1>".to_owned(),
        format!("<input name=name value=x1>{sentence}"),
        "<input name=name value=x1 aria-describedby=name-error>".to_owned(),
        "<input name=name value=x1 aria-describedby=name-error><p id=name-error> </p>".to_owned(),
        format!("<input name=name aria-describedby=name-error>{sentence}"),
    ] {
        assert_eq!(faults_of(&page(&planted), &sent, "name", false).len(), 1, "{planted}");
    }
    for (name, value) in [("city", "Poso"), ("street", "")] {
        let sent = [("name", "x1"), (name, value)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(faults_of(&page(&whole), &sent, "name", false).len(), 1, "{name} was {value}");
    }
}
