//! Ten thousand requests, half of them on each engine, made from the route table: right ones, and right ones with
//! something changed. None may be answered 5xx. The seed is printed; `PRAKTIK_FUZZ_SEED` sets it, and
//! `PRAKTIK_FUZZ_REQUESTS` how many there are.

use std::{
    collections::BTreeMap,
    fmt::{Display, Formatter},
};

use futures::future::join_all;
use praktik::{
    router::routes,
    web::{limits::Rate, route::Who},
};
use reqwest::{Method, RequestBuilder};
use rstest::rstest;

use crate::support::{
    Answer, Browser, Engine,
    matrix::Line,
    routes::{Case, World},
};

/// Of one engine.
const REQUESTS: u64 = 5_000;
/// Requests that are under way at once.
const AT_ONCE: usize = 16;
/// Hashing a password costs a hundred times what another request does.
const MOST_PASSWORDS: u32 = 60;

/// `SplitMix64`, so that a seed means the same for ever.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// A route with an object and the token of its rightful person.
struct Target {
    line: Line,
    credential: bool,
    case: Case,
    token: String,
    /// Whether its act was carried out already, so that the same form would be refused.
    spent: bool,
}

/// One request, written down so that it can be sent again.
#[derive(Clone)]
struct Shot {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    browser: Browser,
}

impl Display for Shot {
    fn fmt(&self, to: &mut Formatter<'_>) -> std::fmt::Result {
        write!(to, "curl -X {} -H 'cookie: {}'", self.method, self.browser.every_cookie().unwrap_or_default())?;
        for (name, value) in &self.headers {
            write!(to, " -H {:?}", format!("{name}: {value}"))?;
        }
        write!(to, " --data-binary $'{}' '$CLINIC{}'", self.body.escape_ascii(), self.path)
    }
}

impl Shot {
    fn request(&self) -> RequestBuilder {
        let request = self.browser.request(self.method.clone(), &self.path);
        let request = self.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        if self.body.is_empty() { request } else { request.body(self.body.clone()) }
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn encoded(fields: &[(String, String)]) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

/// The right request of a target.
fn right(target: &Target) -> Shot {
    let (method, path) = (target.line.method.clone(), target.case.path.clone());
    let (mut headers, mut body) = (Vec::new(), Vec::new());
    if target.line.acts() {
        if let Some(file) = &target.case.file {
            headers.push(("content-type", "multipart/form-data; boundary=fuzz".to_owned()));
            let token = &target.token;
            let part = "--fuzz\r\nContent-Disposition: form-data; name=";
            let head = format!("{part}\"csrf_token\"\r\n\r\n{token}\r\n{part}\"file\"; filename=\"a.csv\"\r\n\r\n");
            body = [head.as_bytes(), file, b"\r\n--fuzz--\r\n"].concat();
        } else {
            headers.push(("content-type", FORM.to_owned()));
            body = encoded(&target.case.form(&target.token));
        }
    }
    Shot { method, path, headers, body, browser: target.case.rightful.clone() }
}

const VALUES: [&str; 28] = [
    "",
    " ",
    "0",
    "-1",
    "1e309",
    "NaN",
    "true",
    "null",
    "18446744073709551616",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31T23:59:60Z",
    "2026-11-20T02:00:00+99:99",
    "0199aaaa-0000-7000-8000-00000000000f",
    "00000000-0000-0000-0000-000000000000",
    "' OR 1=1 --",
    "\"><script>alert(1)</script>",
    "{{7*7}}{ $x }{% x %}",
    "../../../../etc/passwd",
    "\u{202e}abc",
    "\u{feff}",
    "\u{200b}",
    "\u{1f468}\u{200d}\u{1f469}",
    "a\r\nX-Planted: 1",
    "\u{1b}[31m",
    "%00%ff%25",
    "e\u{301}\u{301}\u{301}\u{301}",
    "\u{7f}\u{85}\u{2028}",
];

const HEADERS: [(&str, &str); 18] = [
    ("accept", "application/json"),
    ("accept", "*/*;q=0.1, application/json;q=nan"),
    ("accept-language", "en-\u{e9}"),
    ("accept-encoding", "br;q=9, gzip, zstd, x"),
    ("content-type", "application/json"),
    ("content-type", "multipart/form-data"),
    ("content-type", "multipart/form-data; boundary=\"\""),
    ("content-type", "text/plain; charset=utf-7"),
    ("content-encoding", "gzip"),
    ("origin", "null"),
    ("origin", "http://"),
    ("range", "bytes=0-0,5-,-1"),
    ("if-none-match", "*"),
    ("if-modified-since", "yesterday"),
    ("x-forwarded-for", "::1, 999.1.1.1, [a"),
    ("x-csrf-token", ""),
    ("turbo-frame", "\"><x"),
    ("user-agent", ""),
];

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"];
const QUERIES: [&str; 9] = [
    "?",
    "?q=%ff",
    "?q=%00&day=2026-99-99",
    "?page=-1&page=9999999999999999999",
    "?day=-99999999-01-01",
    "?q=%25%5F%27%22&after=1",
    "?return_to=//evil.test",
    "?status=x&tab[]=1&a[b][c]=d",
    "?new=18446744073709551615&changed=1&same=-1",
];

/// Changes one thing of a right request, as its sender or a line in between might.
fn changed(chance: &mut Chance, target: &Target, people: &[&Browser], ids: &[String]) -> Shot {
    let mut shot = right(target);
    match chance.below(12) {
        0 => shot.method = chance.one(&METHODS).parse().unwrap(),
        1 => shot.browser = chance.one(people).clone(),
        2 => shot.path = with_other_id(chance, target, ids),
        3 => shot.path.push_str(chance.one(&QUERIES)),
        4 => {
            let (name, value) = HEADERS[chance.below(HEADERS.len())];
            shot.headers.retain(|(given, _)| *given != name);
            shot.headers.push((name, value.to_owned()));
        }
        5 if !shot.body.is_empty() => {
            let at = chance.below(shot.body.len());
            shot.body[at] = u8::try_from(chance.below(256)).unwrap();
        }
        6 => shot.body.truncate(chance.below(shot.body.len() + 1)),
        7 => shot.body = (0..chance.below(600)).map(|_| u8::try_from(chance.below(256)).unwrap()).collect(),
        _ => change_fields(chance, target, &mut shot),
    }
    shot
}

fn with_other_id(chance: &mut Chance, target: &Target, ids: &[String]) -> String {
    let Some((before, rest)) = target.line.path.split_once('{') else { return format!("{}/x", target.case.path) };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    let garbage = ["%00", "%2e%2e", "..", "0", "%F0%9F%98%80", "%", "{x}", "a?b#c", "%2F%2F", ";id=1"];
    let id = if chance.percent(50) { ids[chance.below(ids.len())].clone() } else { chance.one(&garbage).to_owned() };
    format!("{before}{id}{after}")
}

fn change_fields(chance: &mut Chance, target: &Target, shot: &mut Shot) {
    if !target.line.acts() || target.case.file.is_some() {
        shot.path.push_str(chance.one(&QUERIES));
        return;
    }
    let mut fields = target.case.form(&target.token);
    for _ in 0..=chance.below(3) {
        // The token stays in most, or little else would be reached.
        let first = usize::from(chance.percent(90));
        if fields.len() <= first {
            break;
        }
        let at = first + chance.below(fields.len() - first);
        match chance.below(7) {
            0 => drop(fields.remove(at)),
            1 => fields.push(fields[at].clone()),
            2 => fields[at].0.push_str(chance.one(&["[]", "[0]", "[a][b]", "[", "\u{0}", " "])),
            3 => fields[at].1 = fields[at].1.repeat(1 + chance.below(200)),
            4 => fields
                .push((chance.one(&["role", "status", "id", "items[9][x]", "", "_method"]).to_owned(), "1".to_owned())),
            _ => chance.one(&VALUES).clone_into(&mut fields[at].1),
        }
    }
    shot.body = encoded(&fields);
}

async fn targets(world: &World) -> Vec<Target> {
    let mut targets = Vec::new();
    for route in routes() {
        let credential = route.rate == Rate::Credential;
        let line = Line { method: route.method, path: route.path, who: route.who };
        let Some(case) = world.case(&line.method, line.path).await else { continue };
        // Sockets have their own tests; a plain request there is one of the wrong ones.
        let token = case.rightful.csrf().await;
        targets.push(Target { line, credential, case, token, spent: false });
    }
    targets
}

/// Whether somebody was let in and what they asked for was done or shown.
fn accepted(answer: &Answer) -> bool {
    answer.status.is_success() || (answer.status.is_redirection() && !answer.location().starts_with("/login?return_to"))
}

/// What the requests came to.
#[derive(Default)]
struct Tally {
    sent: u64,
    let_in: u64,
    /// Requests whose malformed parts no client puts into words.
    unspeakable: u64,
    statuses: BTreeMap<u16, u32>,
    faults: Vec<String>,
}

impl Tally {
    /// Notes what became of `shot`: whatever was sent is answered, and not by a fault of ours.
    fn note(&mut self, shot: &Shot, answer: reqwest::Result<Answer>) {
        self.sent += 1;
        match answer {
            Ok(answer) => {
                *self.statuses.entry(answer.status.as_u16()).or_default() += 1;
                self.let_in += u64::from(accepted(&answer));
                if answer.status.is_server_error() || answer.headers.contains_key("x-planted") {
                    self.faults.push(format!("{}: {shot}", answer.status));
                }
            }
            Err(error) if error.is_builder() => self.unspeakable += 1,
            Err(error) => self.faults.push(format!("no answer ({error:?}): {shot}")),
        }
    }

    /// Every request was answered, and many were let in, so that what lies behind the doors was reached.
    fn judge(&self, seed: u64) {
        let Self { sent, let_in, unspeakable, statuses, faults } = self;
        println!("{sent} requests, {let_in} accepted, {unspeakable} that no client sends: {statuses:?}");
        assert!(faults.is_empty(), "seed {seed}: {} faults:\n{}", faults.len(), faults.join("\n"));
        assert!(unspeakable * 20 <= *sent, "{unspeakable} of {sent} were not sent");
        assert!(let_in * 3 >= *sent, "only {let_in} of {sent} were accepted: {statuses:?}");
        assert!(statuses.keys().filter(|status| (400..500).contains(*status)).count() >= 6, "{statuses:?}");
    }
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_request_breaks_the_clinic(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let seed = setting("PRAKTIK_FUZZ_SEED", 20_261_120);
    let requests = setting("PRAKTIK_FUZZ_REQUESTS", REQUESTS);
    println!("PRAKTIK_FUZZ_SEED={seed} on {engine:?}");
    let mut chance = Chance(seed);
    let world = World::open(engine).await;
    let room = world.room().await;
    let people = [&world.admin, &world.pharmacist, &world.other_patient.browser, &world.other_doctor.browser];
    let ids = [room.id, room.doctor.id, room.patient.patient_id, world.other_patient.user].map(|id| id.to_string());
    let mut targets = targets(&world).await;
    let reading: Vec<usize> = (0..targets.len()).filter(|at| !targets[*at].line.acts()).collect();
    let (mut tally, mut passwords) = (Tally::default(), 0);
    while tally.sent < requests {
        let mut shots = Vec::new();
        while shots.len() < AT_ONCE {
            let at =
                if chance.percent(40) { reading[chance.below(reading.len())] } else { chance.below(targets.len()) };
            if targets[at].credential {
                passwords += 1;
                if passwords > MOST_PASSWORDS {
                    continue;
                }
            }
            let acts = targets[at].line.acts();
            if chance.percent(if acts { 12 } else { 60 }) {
                if targets[at].spent {
                    targets[at].case = world.case(&targets[at].line.method, targets[at].line.path).await.unwrap();
                    targets[at].token = targets[at].case.rightful.csrf().await;
                }
                targets[at].spent = acts;
                shots.push(right(&targets[at]));
            } else {
                shots.push(changed(&mut chance, &targets[at], &people, &ids));
            }
        }
        let answers = join_all(shots.iter().map(|shot| shot.browser.try_send(shot.request()))).await;
        for (shot, answer) in shots.iter().zip(answers) {
            tally.note(shot, answer);
        }
    }
    tally.judge(seed);
    // It still answers, and what it has to do by itself it does.
    world.clinic.settle().await;
    assert!(world.admin.get("/dashboard").await.status.is_success());
    assert!(targets.iter().any(|target| target.line.who == Who::Anyone));
}

/// The control: the same walk sees a clinic that breaks.
#[tokio::test(flavor = "multi_thread")]
async fn a_clinic_that_breaks_is_seen() {
    let world = World::open(Engine::Sqlite).await;
    let mut shot = right(&targets(&world).await[0]);
    shot.browser = world.admin.clone();
    shot.path = "/dashboard".to_owned();
    world.clinic.app.db.read().clone().close().await.unwrap();
    let mut tally = Tally::default();
    tally.note(&shot, shot.browser.try_send(shot.request()).await);
    assert!(tally.faults[0].starts_with("503") && tally.faults[0].contains("curl -X GET"), "{:?}", tally.faults);
    // Nobody listens, and what nobody can send.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    shot.browser = Browser::new(&format!("http://{gone}"));
    tally.note(&shot, shot.browser.try_send(shot.request()).await);
    assert!(tally.faults[1].starts_with("no answer"), "{:?}", tally.faults);
    shot.headers.push(("accept-language", "a\nb".to_owned()));
    tally.note(&shot, shot.browser.try_send(shot.request()).await);
    assert_eq!((tally.faults.len(), tally.unspeakable), (2, 1));
}
