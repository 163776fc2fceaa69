//! Every route of the clinic meets people who mean harm: fields that no form has, ids of others, methods that no route
//! takes, forms from elsewhere. All is made from the route table; nothing is changed, and nothing breaks.

use reqwest::{Method, StatusCode};
use rstest::rstest;

use crate::support::{
    Answer, Browser, Engine,
    matrix::{Fields, Line, changed, lines, snapshot},
    routes::{Case, World},
};

/// What is wrong with a line of the table so far.
struct Findings<'a> {
    line: &'a Line,
    faults: Vec<String>,
}

impl Findings<'_> {
    fn fault(&mut self, what: impl std::fmt::Display) {
        self.faults.push(format!("{} {}: {what}", self.line.method, self.line.path));
    }

    /// Expects a refusal, of `status` if that is known.
    fn refused(&mut self, what: &str, answer: &Answer, status: Option<StatusCode>) {
        let fine = status.map_or_else(|| answer.status.is_client_error(), |status| answer.status == status);
        if !fine {
            self.fault(format_args!("{what} is answered {}", answer.status));
        }
    }
}

/// Goes through the lines that `wanted` names; `try_one` notes what is wrong with one, and nothing may have changed.
async fn walk(engine: Engine, wanted: impl Fn(&Line) -> bool, try_one: impl AsyncFn(&World, &Case, &mut Findings<'_>)) {
    walk_in(&World::open(engine).await, wanted, try_one).await;
}

async fn walk_in(
    world: &World,
    wanted: impl Fn(&Line) -> bool,
    try_one: impl AsyncFn(&World, &Case, &mut Findings<'_>),
) {
    let (mut faults, mut tried) = (Vec::new(), 0);
    for line in lines().iter().filter(|line| wanted(line)) {
        let Some(case) = world.case(&line.method, line.path).await else { continue };
        let mut findings = Findings { line, faults: Vec::new() };
        let before = snapshot(&world.clinic).await;
        try_one(world, &case, &mut findings).await;
        for table in changed(&before, &snapshot(&world.clinic).await) {
            findings.fault(format_args!("{table} was changed"));
        }
        faults.extend(findings.faults);
        tried += 1;
    }
    assert!(tried > 10, "only {tried} routes were tried");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn with(mut fields: Fields, name: &str, value: &str) -> Fields {
    fields.push((name.to_owned(), value.to_owned()));
    fields
}

/// Names under which somebody might try to become more, or to act for somebody else.
fn planted(world: &World) -> Vec<(&'static str, String)> {
    let (doctor, patient) = (&world.other_doctor, &world.other_patient);
    vec![
        ("role", "admin".to_owned()),
        ("roles[]", "admin".to_owned()),
        ("user[role]", "admin".to_owned()),
        ("is_admin", "1".to_owned()),
        ("level", "full".to_owned()),
        ("doctor_id", doctor.id.to_string()),
        ("user_id", doctor.user.to_string()),
        ("account_id", patient.user.to_string()),
        ("patient_id", patient.patient_id.to_string()),
        ("id", patient.user.to_string()),
        ("status", "completed".to_owned()),
        ("email_confirmed", "1".to_owned()),
        ("email_confirmed_at", "1".to_owned()),
        ("password_hash", "$argon2id$v=19$m=8,t=1,p=1$YWFhYWFhYWE$YWFhYWFhYWE".to_owned()),
        ("created_at", "0".to_owned()),
        ("items[0][status]", "active".to_owned()),
        ("__proto__[role]", "admin".to_owned()),
    ]
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_form_takes_a_field_that_is_not_its_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    walk(engine, Line::acts, async |world, case, findings| {
        let token = case.rightful.csrf().await;
        for (name, value) in planted(world) {
            if case.fields.iter().any(|(field, _)| *field == name) {
                continue;
            }
            let fields = with(case.form(&token), name, &value);
            let method = findings.line.method.clone();
            let answer = case.rightful.send(case.sending(&case.rightful, method, &case.path, &fields)).await;
            findings.refused(&format!("a form with {name}"), &answer, Some(StatusCode::UNPROCESSABLE_ENTITY));
        }
    })
    .await;
}

/// The ids of people and things with which the rightful person of any other case has nothing to do.
async fn ids_of_others(world: &World) -> Vec<String> {
    let room = world.room().await;
    let (prescription, call) = (world.prescription(&room, "").await, world.call(&room).await);
    let (patient, doctor) = (&world.other_patient, &world.other_doctor);
    let people = [patient.patient_id, patient.user, doctor.id, doctor.user, room.patient.patient_id, room.doctor.id];
    let things = [room.id, prescription];
    people.into_iter().chain(things).map(|id| id.to_string()).chain([call]).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_id_of_others_opens_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::open(engine).await;
    let foreign = ids_of_others(&world).await;
    walk_in(
        &world,
        |line| line.path.contains('{'),
        async |_, case, findings| {
            if !case.owned {
                return;
            }
            let (before, rest) = findings.line.path.split_once('{').unwrap();
            let after = rest.split_once('}').unwrap().1;
            let token = case.rightful.csrf().await;
            for id in &foreign {
                let (method, path) = (findings.line.method.clone(), format!("{before}{id}{after}"));
                let request = if method.is_safe() {
                    case.rightful.request(method, &path)
                } else {
                    case.sending(&case.rightful, method, &path, &case.form(&token))
                };
                let answer = case.rightful.send(request).await;
                findings.refused("an id of others", &answer, Some(case.unknown));
            }
        },
    )
    .await;
}

/// In a form an id of somebody else, of something else, or of nothing is as wrong as in an address.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_id_of_others_in_a_form_is_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let tried = std::sync::atomic::AtomicUsize::new(0);
    let world = World::open(engine).await;
    let mut faults = Vec::new();
    for line in lines().iter().filter(|line| line.acts() && !line.takes_anything()) {
        let Some(case) = world.case(&line.method, line.path).await else { continue };
        let mut findings = Findings { line, faults: Vec::new() };
        let token = case.rightful.csrf().await;
        let before = snapshot(&world.clinic).await;
        for (at, (name, _)) in case.fields.iter().enumerate().filter(|(_, (name, _))| names_an_id(name)) {
            let others = [world.other_patient.patient_id, world.other_patient.user, world.other_doctor.user];
            for id in others.map(|id| id.to_string()).into_iter().chain(WRONG_IDS.map(str::to_owned)) {
                let mut fields = case.form(&token);
                fields[at + 1].1.clone_from(&id);
                let request = case.sending(&case.rightful, line.method.clone(), &case.path, &fields);
                let answer = case.rightful.send(request).await;
                findings.refused(&format!("{name}={id}"), &answer, None);
                tried.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }
        for table in changed(&before, &snapshot(&world.clinic).await) {
            findings.fault(format_args!("{table} was changed"));
        }
        faults.extend(findings.faults);
    }
    assert!(tried.into_inner() > 10, "no form names an id");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

const WRONG_IDS: [&str; 4] = ["0199aaaa-0000-7000-8000-00000000000f", "1", "' OR 1=1 --", "../../etc/passwd"];

/// A message's `client_id` is made by the page, and names nobody.
fn names_an_id(field: &str) -> bool {
    (field.ends_with("_id") || field.ends_with("_id]")) && field != "client_id"
}

/// On one engine: the router answers.
#[tokio::test(flavor = "multi_thread")]
async fn only_a_routes_own_method_acts() {
    let table = lines();
    walk(Engine::Sqlite, Line::acts, async |_, case, findings| {
        let token = case.rightful.csrf().await;
        let form = case.form(&token);
        let browser = &case.rightful;
        for method in ["GET", "HEAD", "OPTIONS", "TRACE", "PATCH", "DELETE", "CONNECT", "PROPFIND", "post", "X"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let elsewhere = findings.line.takes(&table, &method)
                || (method == Method::HEAD && findings.line.takes(&table, &Method::GET));
            if elsewhere || method == Method::CONNECT {
                continue;
            }
            for request in [
                browser.request(method.clone(), &case.path).query(&with(form.clone(), "_method", "POST")),
                browser.request(method.clone(), &case.path).form(&with(form.clone(), "_method", "POST")),
                browser.request(method.clone(), &case.path).header("x-http-method-override", "POST").form(&form),
            ] {
                let answer = browser.send(request).await;
                findings.refused(method.as_str(), &answer, Some(StatusCode::METHOD_NOT_ALLOWED));
            }
        }
    })
    .await;
}

/// A request of a page elsewhere, or of one of ours that belongs to another session.
fn forgeries(
    case: &Case,
    browser: &Browser,
    method: &Method,
    token: &str,
    foreign: &str,
) -> Vec<(&'static str, reqwest::RequestBuilder)> {
    let bare: Fields = case.form(token).split_off(1);
    let send = |path: &str, fields: &Fields| case.sending(browser, method.clone(), path, fields);
    let of = |fields: &Fields| form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let simple = |kind: &'static str, body: String| {
        browser.request(method.clone(), &case.path).header("content-type", kind).body(body)
    };
    let whole = case.form(token);
    let json: serde_json::Map<String, serde_json::Value> =
        whole.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    let json = serde_json::to_string(&json).unwrap();
    let host = browser.address().trim_start_matches("http://").to_owned();
    vec![
        ("no token", send(&case.path, &bare)),
        ("an empty token", send(&case.path, &with(bare.clone(), "csrf_token", ""))),
        ("another's token", send(&case.path, &with(bare.clone(), "csrf_token", foreign))),
        ("a token cut short", send(&case.path, &with(bare.clone(), "csrf_token", &token[1..]))),
        ("a token in the address", send(&format!("{}?csrf_token={token}", case.path), &bare)),
        ("another's token first", send(&case.path, &with(case.form(foreign), "csrf_token", token))),
        ("another's token in the header", send(&case.path, &whole).header("x-csrf-token", foreign)),
        (
            "a foreign referrer's origin",
            send(&case.path, &whole).header("origin", "https://evil.test").header("x-forwarded-host", "evil.test"),
        ),
        (
            "a foreign host",
            send(&case.path, &whole).header("origin", format!("http://{host}")).header("host", "evil.test"),
        ),
        ("another scheme", send(&case.path, &whole).header("origin", format!("https://{host}"))),
        ("a sandboxed frame", send(&case.path, &whole).header("origin", "null").header("sec-fetch-site", "cross-site")),
        ("a subdomain", send(&case.path, &whole).header("sec-fetch-site", "same-site")),
        ("plain text", simple("text/plain", of(&whole))),
        ("plain text of JSON", simple("text/plain;charset=UTF-8", json.clone())),
        ("JSON", simple("application/json", json)),
        (
            "XML",
            simple(
                "text/xml",
                "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>".to_owned(),
            ),
        ),
    ]
}

/// On one engine: where a form comes from is settled before a feature is asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_elsewhere_changes_nothing() {
    walk(Engine::Sqlite, Line::acts, async |world, case, findings| {
        let token = case.rightful.csrf().await;
        let foreign = world.other_patient.browser.csrf().await;
        let method = findings.line.method.clone();
        for (what, request) in forgeries(case, &case.rightful, &method, &token, &foreign) {
            let answer = case.rightful.send(request).await;
            findings.refused(what, &answer, None);
            if !matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::UNSUPPORTED_MEDIA_TYPE) {
                findings.fault(format_args!("{what} is answered {}", answer.status));
            }
        }
        // A form of parts reads like no form at all where no file is asked for, and the other way round.
        let fields = case.form(&token);
        let request = case.rightful.request(method, &case.path);
        let other_kind = if case.file.is_some() {
            request.form(&fields)
        } else {
            let parts =
                fields.into_iter().fold(reqwest::multipart::Form::new(), |form, (name, value)| form.text(name, value));
            request.multipart(parts)
        };
        let answer = case.rightful.send(other_kind).await;
        findings.refused("a form of the other kind", &answer, None);
    })
    .await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_session_of_the_same_person_is_foreign(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::open(engine).await;
    let user = world.other_patient.user;
    let (phone, desk) = (world.clinic.signed_in(user).await, world.clinic.signed_in(user).await);
    let token = phone.csrf().await;
    assert_ne!(token, desk.csrf().await);
    assert_ne!(token, world.clinic.browser().csrf().await);
    for path in ["/notifications/read", "/logout", "/language"] {
        let fields = [("csrf_token", token.as_str()), ("lang", "en"), ("return_to", "/")];
        let fields = if path == "/language" { &fields[..] } else { &fields[..1] };
        let answer = desk.send(desk.request(Method::POST, path).form(fields)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        // The control: in the session that it was drawn for it is good.
        if path != "/logout" {
            let answer = phone.send(phone.request(Method::POST, path).form(fields)).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
        }
    }
}
