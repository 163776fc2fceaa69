//! Every page is drawn for its people in both languages, from a filled clinic and from an empty one, and is whole: one
//! title, one heading, a label at every field, no reference into nothing, no sentence missing, and its headers.

use std::{
    collections::{BTreeSet, HashMap},
    process::Command,
    sync::LazyLock,
    time::Duration,
};

use base64::Engine as _;
use praktik::{
    infra::db::Tx,
    router::routes,
    web::{Lang, Role, headers::TURBO_STYLE_HASH, route::Who},
};
use regex::Regex;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use scraper::{ElementRef, Html, Selector};
use sea_orm::ConnectionTrait as _;
use sha2::{Digest as _, Sha256};

use crate::support::{Answer, Browser, Engine, TestClinic, matrix::takes_anything, routes::World};

/// Routes that answer scripts, with a picture or with a file.
const NO_PAGES: [&str; 5] = ["/live", "/api/messages/unread-count", "/settings/export", "/photos/{file}", "/logo"];

static KEY: LazyLock<Regex> = LazyLock::new(|| Regex::new("^[a-z]+(-[a-z0-9]+)+$").unwrap());

fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Opening tag, for messages.
fn tag_of(element: ElementRef<'_>) -> String {
    element.html().split_inclusive('>').next().unwrap_or_default().chars().take(160).collect()
}

/// Whether the element has a name for those who do not see it.
fn is_named(element: ElementRef<'_>) -> bool {
    let labelled = ["aria-label", "aria-labelledby", "title"];
    labelled.iter().any(|name| element.attr(name).is_some_and(|value| !value.trim().is_empty()))
        || !text_of(element).is_empty()
}

/// What is wrong with a page.
fn faults_of(answer: &Answer, lang: Lang) -> Vec<String> {
    let html = answer.html();
    let mut faults = headers_of(answer);
    faults.extend(frame_of(&html, lang));
    faults.extend(words_of(&html));
    faults.extend(forms_of(&html));
    faults.extend(references_of(&without_stencils(&answer.body)));
    faults
}

fn headers_of(answer: &Answer) -> Vec<String> {
    let text = |name: &str| answer.headers.get(name).map_or("", |value| value.to_str().unwrap());
    let policy = text("content-security-policy");
    let directives: HashMap<&str, &str> = policy.split(';').filter_map(|part| part.trim().split_once(' ')).collect();
    let is = |name: &str, value: &str| directives.get(name).is_some_and(|given| *given == value);
    let checks = [
        (!policy.is_empty() && !policy.contains("unsafe-"), "the policy lets unsafe code in"),
        (!policy.contains('*') && !policy.contains("http"), "the policy lets others in"),
        (is("default-src", "'none'") || is("default-src", "'self'"), "the policy has no default"),
        (is("script-src", "'self'"), "the policy lets other scripts in"),
        (is("frame-ancestors", "'none'"), "others may frame the page"),
        (is("base-uri", "'none'"), "the base may be moved"),
        (is("form-action", "'self'"), "forms may go elsewhere"),
        (text("x-content-type-options") == "nosniff", "no nosniff"),
        (text("referrer-policy") == "same-origin", "no referrer policy"),
        (text("cache-control") == "no-store", "the page may be kept"),
    ];
    checks.into_iter().filter(|(fine, _)| !fine).map(|(_, fault)| fault.to_owned()).collect()
}

fn frame_of(html: &Html, lang: Lang) -> Vec<String> {
    let mut faults = Vec::new();
    let given: Vec<&str> = all(html, "html").into_iter().filter_map(|element| element.attr("lang")).collect();
    if given != [lang.code()] {
        faults.push(format!("lang is {given:?}"));
    }
    let title = all(html, "head > title").first().map(|title| text_of(*title)).unwrap_or_default();
    if title.trim_start_matches(['·', ' ']).is_empty() || title.starts_with('·') {
        faults.push(format!("the title is \"{title}\""));
    }
    let headings = all(html, "h1");
    if headings.len() != 1 || text_of(headings[0]).is_empty() {
        faults.push(format!("h1: {:?}", headings.into_iter().map(text_of).collect::<Vec<_>>()));
    }
    if all(html, "main").len() != 1 {
        faults.push("not one main".to_owned());
    }
    faults
}

/// Keys of sentences that are missing: they are drawn as they are.
fn words_of(html: &Html) -> Vec<String> {
    let mut faults = Vec::new();
    for element in all(html, "title, body, body *") {
        if matches!(element.value().name(), "script" | "style") {
            continue;
        }
        let texts = element.children().filter_map(|child| child.value().as_text().map(|text| text.trim().to_owned()));
        let spoken = ["aria-label", "title", "placeholder", "alt"];
        let spoken = spoken.iter().filter_map(|name| element.attr(name)).map(str::to_owned);
        faults.extend(texts.chain(spoken).filter(|text| KEY.is_match(text)).map(|text| format!("says {text}")));
    }
    faults
}

fn forms_of(html: &Html) -> Vec<String> {
    let mut faults = Vec::new();
    for form in all(html, "form") {
        let token = form.select(&Selector::parse("input[name=csrf_token]").unwrap()).next();
        let posts = form.attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
        match token {
            Some(_) if !posts => faults.push(format!("the token stands in an address: {}", tag_of(form))),
            None if posts => faults.push(format!("no token in {}", tag_of(form))),
            Some(token) if token.attr("value").is_none_or(str::is_empty) => faults.push("an empty token".to_owned()),
            _ => {}
        }
    }
    let labels: BTreeSet<&str> = all(html, "label[for]").into_iter().filter_map(|label| label.attr("for")).collect();
    for field in all(html, "input, select, textarea") {
        if matches!(field.attr("type"), Some("hidden" | "submit" | "button" | "image")) {
            continue;
        }
        let wrapped = field.ancestors().filter_map(ElementRef::wrap).any(|parent| parent.value().name() == "label");
        let labelled = field.attr("id").is_some_and(|id| labels.contains(id));
        let spoken = field.attr("aria-label").or(field.attr("aria-labelledby")).is_some();
        if !(wrapped || labelled || spoken) {
            faults.push(format!("no label for {}", tag_of(field)));
        }
    }
    // What a script shows is named by it then.
    for element in all(html, "button:not([hidden]), a[href], summary, dialog[aria-modal]") {
        if !is_named(element) {
            faults.push(format!("no name for {}", tag_of(element)));
        }
    }
    faults.extend(all(html, "img:not([alt])").into_iter().map(|image| format!("no alt for {}", tag_of(image))));
    faults
}

fn references_of(html: &Html) -> Vec<String> {
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    for element in all(html, "[id]") {
        let id = element.attr("id").unwrap();
        if id.is_empty() || id.contains(char::is_whitespace) || !ids.insert(id) {
            faults.push(format!("the id \"{id}\" is there twice, or is none"));
        }
    }
    let pointing = [
        "for",
        "aria-describedby",
        "aria-labelledby",
        "aria-controls",
        "aria-owns",
        "aria-errormessage",
        "list",
        "form",
        "popovertarget",
        "commandfor",
    ];
    for name in pointing {
        for element in all(html, &format!("[{name}]")) {
            let targets = element.attr(name).unwrap().split_whitespace().filter(|id| !ids.contains(id));
            faults.extend(targets.map(|id| format!("{name}=\"{id}\" points to nothing: {}", tag_of(element))));
        }
    }
    for link in all(html, "a[href^='#']") {
        let id = link.attr("href").unwrap().trim_start_matches('#');
        if !id.is_empty() && !ids.contains(id) {
            faults.push(format!("#{id} leads to nothing"));
        }
    }
    faults
}

/// The page without what a script copies into it later.
fn without_stencils(body: &str) -> Html {
    let stencil = Regex::new("(?s)<template.*?</template>").unwrap();
    Html::parse_document(&stencil.replace_all(body, ""))
}

/// The pages that were looked at, and what is wrong with them.
#[derive(Default)]
struct Looked {
    pages: usize,
    faults: Vec<String>,
}

impl Looked {
    /// Opens `path` in both languages and looks at what is drawn.
    async fn at(&mut self, name: &str, browser: &Browser, path: &str, status: StatusCode) {
        for lang in Lang::ALL {
            choose(browser, lang).await;
            let answer = browser.get(path).await;
            self.note(&format!("{name} ({})", lang.code()), &answer, lang, status);
        }
    }

    fn note(&mut self, name: &str, answer: &Answer, lang: Lang, status: StatusCode) {
        self.pages += 1;
        if answer.status != status {
            self.faults.push(format!("{name}: {} instead of {status}", answer.status));
            return;
        }
        self.faults.extend(faults_of(answer, lang).into_iter().map(|fault| format!("{name}: {fault}")));
    }

    fn end(self, least: usize) {
        assert!(
            self.faults.is_empty(),
            "{} faults on {} pages:\n{}",
            self.faults.len(),
            self.pages,
            self.faults.join("\n")
        );
        assert!(self.pages >= least, "only {} pages", self.pages);
    }
}

async fn choose(browser: &Browser, lang: Lang) {
    let chosen = browser.post("/language", &[("lang", lang.code()), ("return_to", "/")]).await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.body);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_filled_clinic_is_whole(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::open(engine).await;
    let mut looked = Looked::default();
    for route in routes().into_iter().filter(|route| route.method == Method::GET && !NO_PAGES.contains(&route.path)) {
        let Some(case) = world.case(&route.method, route.path).await else {
            looked.faults.push(format!("{}: tests/support/routes does not know this route", route.path));
            continue;
        };
        looked.at(route.path, &case.rightful, &case.path, StatusCode::OK).await;
    }
    looked.end(20);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_an_empty_clinic_is_whole(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let patient = clinic.patient("Siti").await.browser;
    let mut looked = Looked::default();
    // Before there is a doctor, and then with one who has no patients.
    let of = |role| match role {
        Role::Patient => Some(&patient),
        Role::Admin => Some(&admin),
        Role::Doctor | Role::Pharmacist => None,
    };
    for route in plain_pages() {
        for (role, browser) in people_of(route.1, of) {
            looked.at(&format!("{} of {role}", route.0), &browser, route.0, StatusCode::OK).await;
        }
    }
    let doctor = clinic.doctor("Andi").await.browser;
    for route in plain_pages() {
        for (role, browser) in people_of(route.1, |role| (role == Role::Doctor).then_some(&doctor)) {
            looked.at(&format!("{} of {role}", route.0), &browser, route.0, StatusCode::OK).await;
        }
    }
    looked.end(14);
}

/// Pages without a parameter, and who may see them.
fn plain_pages() -> Vec<(&'static str, Who)> {
    let pages = routes()
        .into_iter()
        .filter(|route| route.method == Method::GET && !route.path.contains('{') && !NO_PAGES.contains(&route.path));
    pages.map(|route| (route.path, route.who)).collect()
}

fn people_of<'a>(who: Who, of: impl Fn(Role) -> Option<&'a Browser>) -> Vec<(String, Browser)> {
    let roles: &[Role] = match who {
        Who::Anyone | Who::SecondStep => &[],
        Who::SignedIn | Who::Enrolling | Who::PasswordGiven => &[Role::Patient, Role::Doctor, Role::Admin],
        Who::Roles(roles) => roles,
    };
    roles.iter().filter_map(|role| Some((format!("{role:?}"), of(*role)?.clone()))).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_a_consultation_is_a_whole_page(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::open(engine).await;
    let waiting = world.consultation(Duration::from_hours(1)).await;
    let cancelled = world.consultation(Duration::from_hours(2)).await;
    let path = format!("/consultations/{}/cancel", cancelled.id);
    assert!(cancelled.patient.browser.post(&path, &[]).await.status.is_redirection());
    let (open, ringing, talking) = (world.room().await, world.room().await, world.room().await);
    world.call(&ringing).await;
    let call = world.call(&talking).await;
    assert!(talking.doctor.browser.post(&format!("/calls/sessions/{call}/answer"), &[]).await.status.is_redirection());
    world.prescription(&open, "").await;
    world.prescription(&talking, "/draft").await;
    let mut looked = Looked::default();
    for (name, room) in [
        ("waiting", &waiting),
        ("cancelled", &cancelled),
        ("open", &open),
        ("ringing", &ringing),
        ("talking", &talking),
    ] {
        look_at_consultation(&mut looked, name, room).await;
    }
    for (room, status) in [(&waiting, StatusCode::TOO_EARLY), (&open, StatusCode::OK)] {
        look_at_conversation(&mut looked, room, status).await;
    }
    world.clinic.pass(Duration::from_mins(16)).await;
    for (name, room) in [("closed", &open), ("closed while it rang", &ringing), ("closed while talking", &talking)] {
        look_at_consultation(&mut looked, name, room).await;
    }
    look_at_conversation(&mut looked, &open, StatusCode::GONE).await;
    looked.end(40);
}

async fn look_at_consultation(looked: &mut Looked, name: &str, room: &crate::support::Room) {
    let (patient, doctor) = (&room.patient.browser, &room.doctor.browser);
    looked.at(&format!("{name}, patient"), patient, &format!("/consultations/{}", room.id), StatusCode::OK).await;
    looked.at(&format!("{name}, doctor"), doctor, &format!("/doctor/consultations/{}", room.id), StatusCode::OK).await;
    looked.at(&format!("{name}, list"), patient, "/consultations", StatusCode::OK).await;
    looked.at(&format!("{name}, messages"), patient, "/messages", StatusCode::OK).await;
    looked.at(&format!("{name}, doctor's day"), doctor, "/doctor/consultations", StatusCode::OK).await;
}

async fn look_at_conversation(looked: &mut Looked, room: &crate::support::Room, status: StatusCode) {
    looked.at("messages", &room.patient.browser, &format!("/messages/{}", room.id), status).await;
    looked.at("doctor's messages", &room.doctor.browser, &format!("/doctor/messages/{}", room.id), status).await;
}

/// A form that is sent empty comes back as a whole page, with its sentences.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_a_whole_page(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::open(engine).await;
    let mut looked = Looked::default();
    let (nobody, patient) = (world.clinic.browser(), &world.other_patient.browser);
    looked.at("not found", &nobody, "/no-such-page", StatusCode::NOT_FOUND).await;
    looked.at("not found, patient", patient, "/no-such-page", StatusCode::NOT_FOUND).await;
    looked.at("not allowed", patient, "/doctor/messages", StatusCode::FORBIDDEN).await;
    looked.at("used link", &nobody, "/password/reset/planted", StatusCode::GONE).await;
    let mut came_back = 0;
    for route in routes().into_iter().filter(|route| !route.method.is_safe()) {
        let Some(case) = world.case(&route.method, route.path).await else { continue };
        if case.fields.is_empty() && case.file.is_none() || route.path == "/language" {
            continue;
        }
        for lang in Lang::ALL {
            choose(&case.rightful, lang).await;
            let answer = case.rightful.post(&case.path, &[]).await;
            let name = format!("{} {}, empty ({})", route.method, route.path, lang.code());
            let html =
                answer.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"));
            if answer.status == StatusCode::UNPROCESSABLE_ENTITY && html {
                came_back += 1;
            }
            if answer.status.is_client_error() {
                let status = answer.status;
                looked.note(&name, &answer, lang, status);
            } else if answer.status == StatusCode::OK && takes_anything(route.path) {
                looked.note(&name, &answer, lang, StatusCode::OK);
            } else if !answer.status.is_redirection() {
                looked.faults.push(format!("{name}: {}", answer.status));
            }
        }
    }
    assert!(came_back >= 6, "{came_back} forms came back");
    looked.end(14);
}

/// A clinic whose database is away recognises nobody, and says so on a whole page.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn when_nobody_can_be_recognised_a_page_says_so(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await.browser;
    let rename = async |from: &str, to: &str| {
        let rename = format!("ALTER TABLE {from} RENAME TO {to}");
        let act = move |tx: Tx| async move { tx.execute_unprepared(&rename).await.map(drop) };
        clinic.app.db.write(act).await.unwrap();
    };
    for lang in Lang::ALL {
        choose(&patient, lang).await;
        rename("sessions", "away").await;
        let answer = patient.get("/dashboard").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers.contains_key("retry-after"));
        assert_eq!(faults_of(&answer, lang), Vec::<String>::new());
        assert_eq!(answer.text("h1").unwrap(), lang.t("error-unavailable-title"));
        rename("away", "sessions").await;
        assert_eq!(patient.get("/dashboard").await.status, StatusCode::OK, "the control: it is back");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn scripts_and_styles_carry_the_same_headers(#[values(Engine::Sqlite)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let browser = clinic.browser();
    let page = browser.get("/login").await;
    let mut addresses = page.attributes("script[src]", "src");
    addresses.extend(page.attributes("link[href]", "href"));
    assert!(addresses.len() >= 3, "{addresses:?}");
    for address in addresses {
        let answer = browser.get(&address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        let faults: Vec<String> =
            headers_of(&answer).into_iter().filter(|fault| fault != "the page may be kept").collect();
        assert!(faults.is_empty(), "{address}: {faults:?}");
    }
}

/// What Turbo writes into the page, told by Turbo's own code.
const TELL_STYLE: &str = r#"
const text = require("fs").readFileSync("web/node_modules/@hotwired/turbo/dist/turbo.es2017-esm.js", "utf8");
const helper = (name) => text.match(new RegExp(`^function ${name}\\([\\s\\S]*?^}`, "m"))[0];
const bar = text.match(/^class ProgressBar \{[\s\S]*?static get defaultCSS\(\) \{[\s\S]*?^  \}/m)[0] + "\n}";
process.stdout.write(new Function(`${helper("interpolate")}\n${helper("unindent")}\n${bar}\nreturn ProgressBar.defaultCSS`)());
"#;

#[test]
fn the_policy_lets_in_the_style_that_turbo_writes_and_no_other() {
    let told = Command::new("node").args(["-e", TELL_STYLE]).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let hash =
        |text: &[u8]| format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text)));
    assert!(told.stdout.starts_with(b".turbo-progress-bar {"), "{}", String::from_utf8_lossy(&told.stdout));
    assert_eq!(hash(&told.stdout), TURBO_STYLE_HASH);
    assert_ne!(hash(&[&told.stdout, b"p {}".as_slice()].concat()), TURBO_STYLE_HASH);
}

/// The control: a page with one of each fault.
#[test]
fn a_page_that_is_not_whole_is_seen() {
    let whole =
        r#"<html lang="id"><head><title>Masuk · Klinik</title></head><body><main><h1>Masuk</h1></main></body></html>"#;
    let page = |planted: &str| {
        let html = Html::parse_document(&whole.replace("</main>", &format!("{planted}</main>")));
        [frame_of(&html, Lang::Id), words_of(&html), forms_of(&html), references_of(&html)].concat()
    };
    assert_eq!(page(""), Vec::<String>::new());
    assert_eq!(
        page(
            r##"<form method="post"><input type="hidden" name="csrf_token" value="x"><label>Nama<input></label></form><p id="a">x</p><a href="#a">a</a>"##
        ),
        Vec::<String>::new()
    );
    for planted in [
        "<h1>Lagi</h1>",
        "<p>accounts-name</p>",
        r#"<p title="accounts-name">x</p>"#,
        r#"<form method="post"></form>"#,
        r#"<form><input type="hidden" name="csrf_token" value="x"></form>"#,
        "<input>",
        r#"<p id="a"></p><p id="a"></p>"#,
        r#"<p aria-describedby="gone"></p>"#,
        r##"<a href="#gone">x</a>"##,
        "<button></button>",
    ] {
        assert_eq!(page(planted).len(), 1, "{planted}: {:?}", page(planted));
    }
    assert_eq!(frame_of(&Html::parse_document(whole), Lang::En).len(), 1);
    let bare = Answer { status: StatusCode::OK, headers: reqwest::header::HeaderMap::new(), body: String::new() };
    assert!(headers_of(&bare).len() >= 8);
}
