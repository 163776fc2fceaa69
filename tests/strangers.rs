//! Every route of the clinic meets strangers: nobody, the wrong role, the wrong person, forged forms, wrong methods and
//! addresses of what is not there. Each refusal changes nothing; then the rightful person is let in, as the control.

use std::collections::BTreeSet;

use praktik::{
    clinic::audit::entity::audit_row,
    web::{
        Lang, Role,
        route::{Asker, Step, Who},
    },
};
use reqwest::{
    Method, RequestBuilder, StatusCode,
    multipart::{Form, Part},
};
use rstest::rstest;
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use crate::support::{
    Answer, Browser, Engine, TestClinic,
    matrix::{Line, answers_elsewhere, changed, lines, snapshot},
    routes::{Case, World},
};

/// One request, and what is wrong with its answers so far.
struct Probe<'a> {
    line: &'a Line,
    case: &'a Case,
    address: &'a str,
    faults: Vec<String>,
}

/// What a request carries beside the form.
#[derive(Default, Clone)]
struct Carried<'a> {
    token: Option<&'a str>,
    headers: Vec<(&'static str, String)>,
}

impl<'a> Probe<'a> {
    fn new(line: &'a Line, case: &'a Case, clinic: &'a TestClinic) -> Self {
        Self { line, case, address: &clinic.address, faults: Vec::new() }
    }

    fn fault(&mut self, what: impl std::fmt::Display) {
        self.faults.push(format!("{} {}: {what}", self.line.method, self.line.path));
    }

    /// The route's request to `path`, with the case's form.
    fn request(&self, browser: &Browser, method: &Method, path: &str, carried: &Carried<'_>) -> RequestBuilder {
        let mut request = browser.request(method.clone(), path);
        if self.line.path == "/live" {
            for (name, value) in [
                ("connection", "Upgrade"),
                ("upgrade", "websocket"),
                ("sec-websocket-version", "13"),
                ("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA=="),
            ] {
                request = request.header(name, value);
            }
            if !carried.headers.iter().any(|(name, _)| *name == "origin") {
                request = request.header("origin", self.address);
            }
        }
        for (name, value) in &carried.headers {
            request = request.header(*name, value);
        }
        if method.is_safe() {
            return request;
        }
        if let Some(file) = self.case.file.clone() {
            let mut form = Form::new().part("file", Part::bytes(file).file_name("file.csv"));
            if let Some(token) = carried.token {
                form = form.text("csrf_token", token.to_owned());
            }
            return request.multipart(form);
        }
        let mut fields: Vec<(&str, &str)> =
            self.case.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.extend(carried.token.map(|token| ("csrf_token", token)));
        request.form(&fields)
    }

    async fn send(&mut self, browser: &Browser, carried: &Carried<'_>) -> Answer {
        let (method, path) = (self.line.method.clone(), self.case.path.clone());
        self.send_to(browser, &method, &path, carried).await
    }

    async fn send_to(&mut self, browser: &Browser, method: &Method, path: &str, carried: &Carried<'_>) -> Answer {
        let answer = browser.send(self.request(browser, method, path, carried)).await;
        if answer.status.is_server_error() {
            self.fault(format_args!("{} at {method} {}", answer.status, shortened(path)));
        }
        answer
    }

    /// Expects `answer` to be `status` and to hold nothing of what only the rightful person reads.
    fn refused(&mut self, who: &str, answer: &Answer, status: StatusCode) {
        if answer.status != status {
            self.fault(format_args!("{who} gets {} instead of {status}", answer.status));
        }
        let leaked: Vec<String> =
            self.case.words.iter().filter(|word| answer.body.contains(word.as_str())).cloned().collect();
        for word in leaked {
            self.fault(format_args!("{who} reads \"{word}\""));
        }
    }

    async fn nobody(&mut self, browser: &Browser) {
        if self.line.who == Who::Anyone {
            return;
        }
        let token = browser.csrf().await;
        let answer = self.send(browser, &Carried { token: Some(&token), ..Carried::default() }).await;
        if self.line.method.is_safe() {
            self.refused("nobody", &answer, StatusCode::SEE_OTHER);
            if !answer.location().starts_with("/login") {
                self.fault(format_args!("nobody is led to {}", answer.location()));
            }
            let headers = vec![("accept", "application/json".to_owned())];
            let answer = self.send(browser, &Carried { token: None, headers }).await;
            self.refused("nobody's script", &answer, StatusCode::UNAUTHORIZED);
        } else {
            self.refused("nobody", &answer, StatusCode::UNAUTHORIZED);
        }
    }

    /// Somebody whose password was right, and who has still to give or to set up a second factor, is nobody elsewhere.
    async fn half_signed_in(&mut self, step: Step, browser: &Browser) {
        if self.line.who.admits(Asker::Half(step)).is_ok() {
            return;
        }
        let who = format!("somebody at {step:?}");
        let token = browser.csrf().await;
        let answer = self.send(browser, &Carried { token: Some(&token), ..Carried::default() }).await;
        if !self.line.method.is_safe() {
            return self.refused(&who, &answer, StatusCode::UNAUTHORIZED);
        }
        self.refused(&who, &answer, StatusCode::SEE_OTHER);
        if answer.location() != step.path() {
            self.fault(format_args!("{who} is led to {}", answer.location()));
        }
        let headers = vec![("accept", "application/json".to_owned())];
        let answer = self.send(browser, &Carried { token: None, headers }).await;
        self.refused(&format!("the script of {who}"), &answer, StatusCode::UNAUTHORIZED);
    }

    async fn other_people(&mut self, world: &World) {
        let people = [
            (Role::Patient, &world.other_patient.browser),
            (Role::Doctor, &world.other_doctor.browser),
            (Role::Admin, &world.admin),
            (Role::Pharmacist, &world.pharmacist),
        ];
        for (role, browser) in people {
            let token = browser.csrf().await;
            let carried = Carried { token: Some(&token), ..Carried::default() };
            match self.line.who {
                Who::Roles(roles) if !roles.contains(&role) => {
                    let answer = self.send(browser, &carried).await;
                    self.refused(&format!("a {role:?}"), &answer, StatusCode::FORBIDDEN);
                }
                Who::Roles(_) | Who::SignedIn if self.case.owned => {
                    let answer = self.send(browser, &carried).await;
                    self.refused(&format!("another {role:?}"), &answer, StatusCode::NOT_FOUND);
                }
                _ => {}
            }
        }
    }

    async fn wrong_methods(&mut self, table: &[Line], token: &str) {
        let methods: Vec<&Method> =
            table.iter().filter(|line| line.path == self.line.path).map(|line| &line.method).collect();
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            // Forms reach by POST what scripts reach by PUT.
            if methods.contains(&&method) || (method == Method::POST && methods.contains(&&Method::PUT)) {
                continue;
            }
            let carried = Carried { token: Some(token), ..Carried::default() };
            let (browser, path) = (self.case.rightful.clone(), self.case.path.clone());
            let answer = self.send_to(&browser, &method, &path, &carried).await;
            // A page may stand at the same address as a parameter's route.
            if answer.status != StatusCode::METHOD_NOT_ALLOWED && !answers_elsewhere(table, &method, &path) {
                self.fault(format_args!("{method} is answered {}", answer.status));
            }
        }
    }

    async fn forged(&mut self, token: &str, foreign_token: &str) {
        let browser = self.case.rightful.clone();
        let host = self.address.trim_start_matches("http://");
        let origins = [
            "https://evil.test".to_owned(),
            "null".to_owned(),
            String::new(),
            "http://127.0.0.1:1".to_owned(),
            format!("http://{host}.evil.test"),
            format!("http://evil.test/{host}"),
        ];
        let mut forgeries: Vec<(String, Carried<'_>)> = origins
            .into_iter()
            .map(|origin| {
                let headers = vec![("origin", origin.clone())];
                (format!("a form from \"{origin}\""), Carried { token: Some(token), headers })
            })
            .collect();
        for site in ["cross-site", "same-site"] {
            let headers = vec![("sec-fetch-site", site.to_owned())];
            forgeries.push((format!("a {site} form"), Carried { token: Some(token), headers }));
        }
        if !self.line.method.is_safe() {
            forgeries.push(("a form without a token".to_owned(), Carried::default()));
            forgeries.push((
                "a form with another's token".to_owned(),
                Carried { token: Some(foreign_token), ..Carried::default() },
            ));
        } else if self.line.path != "/live" {
            return;
        }
        for (what, carried) in forgeries {
            let answer = self.send(&browser, &carried).await;
            self.refused(&what, &answer, StatusCode::FORBIDDEN);
        }
    }

    async fn unknown(&mut self, token: &str) {
        let Some((before, rest)) = self.line.path.split_once('{') else { return };
        let after = rest.split_once('}').map_or("", |(_, after)| after);
        let browser = self.case.rightful.clone();
        let uuid = "0199aaaa-0000-7000-8000-00000000000f";
        for id in [uuid, "abc", "%00", "%F0%9F%98%80", &"a".repeat(2_000)] {
            let carried = Carried { token: Some(token), ..Carried::default() };
            let (method, path) = (self.line.method.clone(), format!("{before}{id}{after}"));
            let answer = self.send_to(&browser, &method, &path, &carried).await;
            self.refused(&format!("who asks for {}", shortened(id)), &answer, self.case.unknown);
        }
    }

    /// The control: on the same route, with the same form, the rightful person is let in and reads their own words.
    async fn rightful(&mut self, token: &str) {
        let browser = self.case.rightful.clone();
        let answer = self.send(&browser, &Carried { token: Some(token), ..Carried::default() }).await;
        let socket = answer.status == StatusCode::SWITCHING_PROTOCOLS;
        if !(answer.status.is_success() || answer.status.is_redirection() || socket) {
            self.fault(format_args!("the rightful person gets {}: {}", answer.status, words_of(&answer)));
        }
        if answer.status.is_redirection() && answer.location().starts_with("/login?return_to") {
            self.fault("the rightful person is not known");
        }
        if self.line.method.is_safe() {
            for word in self.case.words.clone() {
                if !answer.body.contains(&word) {
                    self.fault(format_args!("the rightful person does not read \"{word}\""));
                }
            }
        }
    }
}

fn words_of(answer: &Answer) -> String {
    answer.text("main").unwrap_or_default().chars().take(300).collect()
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_strangers_and_lets_the_rightful_in(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::open(engine).await;
    let table = lines();
    let mut faults = Vec::new();
    for line in &table {
        let Some(case) = world.case(&line.method, line.path).await else {
            faults.push(format!("{} {}: tests/support/routes does not know this route", line.method, line.path));
            continue;
        };
        let mut probe = Probe::new(line, &case, &world.clinic);
        let token = case.rightful.csrf().await;
        let foreign_token = world.other_patient.browser.csrf().await;
        let before = snapshot(&world.clinic).await;
        probe.nobody(&world.clinic.browser()).await;
        for (step, browser) in &world.half_signed_in {
            probe.half_signed_in(*step, browser).await;
        }
        probe.other_people(&world).await;
        probe.forged(&token, &foreign_token).await;
        probe.wrong_methods(&table, &token).await;
        probe.unknown(&token).await;
        for table in changed(&before, &snapshot(&world.clinic).await) {
            probe.fault(format_args!("a refused request changed {table}"));
        }
        probe.rightful(&token).await;
        faults.extend(probe.faults);
    }
    faults.extend(acts_without_words(&world.clinic).await);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// What the routes left in the part of the log that people read, and that no language has words for (S2).
async fn acts_without_words(clinic: &TestClinic) -> Vec<String> {
    let rows = audit_row::Entity::find().all(clinic.app.db.read()).await.unwrap();
    let shown = rows.iter().filter(|row| row.patient_id.is_some() || row.subject == "account");
    let keys: BTreeSet<String> = shown
        .flat_map(|row| {
            [format!("own-data-did-{}", row.action), format!("own-data-thing-{}", row.subject.replace('_', "-"))]
        })
        .collect();
    assert!(keys.len() > 10, "few acts were left: {keys:?}");
    keys.into_iter()
        .filter(|key| !Lang::ALL.iter().all(|lang| lang.has(key)))
        .map(|key| format!("no words for {key}"))
        .collect()
}

/// What an admin reads by sending a form, so that it stands in no address: a search, and the recovery sheet. It is
/// written down as reading.
const READ_BY_FORM: [&str; 2] = ["/admin/patients", "/admin/recovery-sheet/show"];

/// What is wrong with the rows that an act of `admin` at `path` left.
fn unwritten(rows: &[&audit_row::Model], admin: Uuid, path: &str) -> Vec<String> {
    let is_act = |row: &&&audit_row::Model| (row.action == "view") == READ_BY_FORM.contains(&path);
    let own: Vec<_> = rows.iter().filter(|row| row.actor_id == admin).filter(is_act).collect();
    if own.is_empty() {
        let left: Vec<_> = rows.iter().map(|row| format!("{} {}", row.action, row.subject)).collect();
        return vec![format!("no row says that the admin did it: {left:?}")];
    }
    let keys = own.iter().flat_map(|row| {
        [format!("audit-action-{}", row.action), format!("audit-subject-{}", row.subject.replace('_', "-"))]
    });
    keys.filter(|key| !Lang::ALL.iter().all(|lang| lang.has(key))).map(|key| format!("no words for {key}")).collect()
}

async fn audit_rows(clinic: &TestClinic) -> Vec<audit_row::Model> {
    audit_row::Entity::find().all(clinic.app.db.read()).await.unwrap()
}

/// Everything that an admin does is in the audit chain (P5): each unsafe route of the admin's adds a row, which is the
/// admin's, says more than that something was read, and has words in both languages.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whatever_an_admin_does_is_written_down(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::open(engine).await;
    let mut faults = Vec::new();
    let mut acts = 0;
    for line in lines().iter().filter(|line| line.path.starts_with("/admin/") && !line.method.is_safe()) {
        let Some(case) = world.case(&line.method, line.path).await else {
            faults.push(format!("{} {}: tests/support/routes does not know this route", line.method, line.path));
            continue;
        };
        let before: BTreeSet<Uuid> = audit_rows(&world.clinic).await.into_iter().map(|row| row.id).collect();
        let token = case.rightful.csrf().await;
        let mut probe = Probe::new(line, &case, &world.clinic);
        probe.rightful(&token).await;
        let after = audit_rows(&world.clinic).await;
        let left: Vec<_> = after.iter().filter(|row| !before.contains(&row.id)).collect();
        for fault in unwritten(&left, world.admin_id, line.path) {
            probe.fault(fault);
        }
        faults.extend(probe.faults);
        acts += 1;
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(acts >= 20, "only {acts} acts");
}

/// The control: rows that do not say that the admin did it are no proof.
#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_is_not_written_down_is_seen() {
    let world = World::open(Engine::Sqlite).await;
    let path = "/admin/people/{person}/lock";
    let case = world.case(&Method::POST, path).await.unwrap();
    let done = case.rightful.post(&case.path, &[]).await;
    assert!(done.status.is_redirection(), "{}: {}", done.status, done.body);
    let rows = audit_rows(&world.clinic).await;
    let act = rows.iter().find(|row| row.action == "lock").unwrap();
    assert_eq!(unwritten(&[act], world.admin_id, path), [""; 0]);
    let changed = |change: &dyn Fn(&mut audit_row::Model)| {
        let mut row = act.clone();
        change(&mut row);
        unwritten(&[&row], world.admin_id, path).len()
    };
    assert_eq!(unwritten(&[], world.admin_id, path).len(), 1, "no row");
    assert_eq!(changed(&|row| row.actor_id = world.other_doctor.user), 1, "somebody else's row");
    assert_eq!(changed(&|row| row.action = "view".to_owned()), 1, "a row of reading");
    assert_eq!(changed(&|row| row.action = "planted".to_owned()), 1, "an act without words");
    assert_eq!(changed(&|row| row.subject = "planted".to_owned()), 1, "a thing without words");
}

/// The control of the snapshot: it sees an act that is carried out.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_is_carried_out_is_seen_in_the_database(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::open(engine).await;
    let path = "/messages/{conversation}/send";
    let line = Line { method: Method::POST, path, who: Who::Roles(&[Role::Patient]) };
    let case = world.case(&line.method, path).await.unwrap();
    let before = snapshot(&world.clinic).await;
    assert!(changed(&before, &snapshot(&world.clinic).await).is_empty());
    let token = case.rightful.csrf().await;
    let mut probe = Probe::new(&line, &case, &world.clinic);
    probe.rightful(&token).await;
    assert!(probe.faults.is_empty(), "{:?}", probe.faults);
    assert!(changed(&before, &snapshot(&world.clinic).await).contains(&"messages".to_owned()));
    assert!(world.case(&Method::GET, "/planted").await.is_none(), "a route that nobody knows has a case");
}
