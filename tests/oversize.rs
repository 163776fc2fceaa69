//! Requests that are too large, too slow, too deep or no text at all: refused in good order, and the clinic goes on.

use std::time::Duration;

use praktik::{infra::config::Waits, web::limits::Limits};
use reqwest::{
    Method, StatusCode,
    multipart::{Form, Part},
};

use crate::support::{
    Browser, Engine, PASSWORD, Raw, TestClinic,
    matrix::{Fields, changed, lines, snapshot},
    routes::World,
};

/// Waits that a test can sit out.
const SHORT: Waits = Waits {
    head: Duration::from_millis(400),
    body: Duration::from_millis(400),
    slowest: usize::MAX,
    reading: Duration::from_millis(400),
};

async fn impatient() -> TestClinic {
    TestClinic::open_shaped(Engine::Sqlite, |config| config.waits = SHORT).await
}

fn head(clinic: &TestClinic, line: &str, rest: &str) -> String {
    format!("{line}\r\nHost: {}\r\n{rest}", clinic.address.trim_start_matches("http://"))
}

async fn still_answers(clinic: &TestClinic) {
    assert_eq!(clinic.browser().get("/").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_too_large_is_refused() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let thousand: String = (0..1_000).fold(String::new(), |all, number| all + &format!("X-{number}: a\r\n"));
    let heads = [
        ("a header of 64 KB", head(&clinic, "GET / HTTP/1.1", &format!("Cookie: a={}\r\n\r\n", "a".repeat(64 * 1024)))),
        ("a thousand headers", head(&clinic, "GET / HTTP/1.1", &format!("{thousand}\r\n"))),
        ("an address of 70 KB", head(&clinic, &format!("GET /{} HTTP/1.1", "a".repeat(70_000)), "\r\n")),
        ("a megabyte without an end", head(&clinic, "GET / HTTP/1.1", &"a".repeat(1024 * 1024))),
    ];
    for (what, bytes) in heads {
        let mut raw = Raw::connect(&clinic.address).await;
        let _ = raw.say(bytes).await;
        let status = raw.status().await;
        // Who goes on sending may be cut off before the answer is read.
        assert!(matches!(status, 400 | 414 | 431 | 0), "{what} is answered {status}");
    }
    // The control: what browsers send at most is taken.
    let mut raw = Raw::connect(&clinic.address).await;
    let usual = format!("Cookie: a={}\r\n{}\r\n", "a".repeat(8 * 1024), "X-A: b\r\n".repeat(60));
    assert!(raw.say(head(&clinic, "GET / HTTP/1.1", &usual)).await);
    assert_eq!(raw.status().await, 200);
    still_answers(&clinic).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_is_refused() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let garbage: [&[u8]; 8] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhallo",
        b"POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    ];
    for bytes in garbage {
        let mut raw = Raw::connect(&clinic.address).await;
        let _ = raw.say(bytes).await;
        let status = raw.status().await;
        assert!(
            status == 0 || (400..500).contains(&status),
            "{:?} is answered {status}",
            String::from_utf8_lossy(bytes)
        );
    }
    // A length beside chunks is the tool of smuggling: whichever is read, the connection ends with the request.
    let mut raw = Raw::connect(&clinic.address).await;
    let two =
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    let _ = raw.say(head(&clinic, "POST /login HTTP/1.1", two)).await;
    let rest = raw.rest().await.unwrap_or_default();
    assert!(rest.matches("HTTP/1.1 ").count() <= 1, "{rest}");
    still_answers(&clinic).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_trickles_is_not_waited_for() {
    let clinic = impatient().await;
    // Nothing at all, half a head, a head that goes on and on: each connection ends.
    for begin in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\n"] {
        let mut raw = Raw::connect(&clinic.address).await;
        let _ = raw.say(begin).await;
        let mut sent = 0;
        while !begin.is_empty() && sent < 40 && raw.say(b"X").await {
            tokio::time::sleep(Duration::from_millis(50)).await;
            sent += 1;
        }
        assert!(raw.rest().await.is_some(), "{begin:?} keeps a connection");
    }
    // A body that was announced and does not come.
    for framing in ["Content-Length: 100\r\n\r\ncsrf_", "Transfer-Encoding: chunked\r\n\r\n5\r\ncsrf_\r\n"] {
        let mut raw = Raw::connect(&clinic.address).await;
        let form = format!("Content-Type: application/x-www-form-urlencoded\r\n{framing}");
        assert!(raw.say(head(&clinic, "POST /login HTTP/1.1", &form)).await);
        let answer = raw.rest().await.expect("the connection is kept");
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(answer.contains("terlalu lama"), "no words: {answer}");
    }
    still_answers(&clinic).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_not_read_where_its_sender_is_refused() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    // Ten gigabytes announced and none sent: the answer comes at once, not after the wait for them.
    let huge = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10737418240\r\n\r\n";
    for (path, status) in [("/login", 413), ("/consultations", 401), ("/admin/products/import", 401), ("/nowhere", 404)]
    {
        let mut raw = Raw::connect(&clinic.address).await;
        assert!(raw.say(head(&clinic, &format!("POST {path} HTTP/1.1"), huge)).await);
        assert_eq!(raw.status().await, status, "{path}");
    }
    // Chunks without an end.
    let mut raw = Raw::connect(&clinic.address).await;
    let endless = "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert!(raw.say(head(&clinic, "POST /login HTTP/1.1", endless)).await);
    let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
    let mut chunks = 0;
    while chunks < 1_000 && raw.say(&chunk).await {
        chunks += 1;
    }
    assert!(chunks < 1_000, "64 MB were taken");
    still_answers(&clinic).await;
}

/// The heads of requests that are refused before their body is read, and with what. Of the last there are too many.
fn refusals(clinic: &TestClinic, patient: &Browser) -> Vec<(u16, String)> {
    let session = format!("Cookie: {}\r\n", patient.every_cookie().unwrap());
    let line = |path: &str, more: &str| head(clinic, &format!("POST {path} HTTP/1.1"), more);
    let elsewhere = "Origin: https://evil.test\r\n";
    let unknown = "POST /login HTTP/1.1\r\nHost: evil.test\r\nHost: evil.test\r\n".to_owned();
    let mut refusals = vec![
        (401, line("/consultations", "")),
        (403, line("/login", elsewhere)),
        (403, line("/admin/doctors/new", &session)),
        (404, line("/nowhere", "")),
        (405, line("/healthz", "")),
        (405, line("/dashboard", &session)),
        (421, unknown),
        (429, line("/login", elsewhere)),
    ];
    for (_, head) in &mut refusals {
        head.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
    }
    refusals
}

/// A proxy sends what others ask on the same connection: it goes on after a refusal, or says that it does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_goes_on_after_a_refusal_or_says_that_it_ends() {
    let clinic = TestClinic::open_with(Engine::Sqlite, Limits::standard()).await;
    let patient = clinic.patient("Siti").await.browser;
    for (status, head) in refusals(&clinic, &patient) {
        let mut seen = Vec::new();
        let mut heard = |answer: Option<String>| {
            let answer = answer.unwrap_or_default();
            seen.push(answer.split(' ').nth(1).unwrap_or_default().parse().unwrap_or(0));
            answer
        };
        come_too_often(&clinic, status).await;
        // A form of 20 kB, which comes a moment after its head.
        let mut raw = Raw::connect(&clinic.address).await;
        for _ in 0..3 {
            assert!(raw.say(format!("{head}Content-Length: 20000\r\n\r\n")).await);
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert!(raw.say("a".repeat(20_000)).await);
            assert!(!heard(raw.answer().await).contains("connection: close"), "{status}");
            assert!(raw.say("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await);
            let next = raw.answer().await.unwrap_or_default();
            assert!(next.starts_with("HTTP/1.1 200"), "after {status}: {next:?}");
        }
        // More than anybody takes in, announced or not.
        for body in ["Content-Length: 90000000\r\n\r\n".to_owned(), chunks(200_000)] {
            let mut raw = Raw::connect(&clinic.address).await;
            let _ = raw.say(format!("{head}{body}")).await;
            assert!(
                heard(raw.answer().await).contains("connection: close"),
                "{status} does not say that it is the last"
            );
            assert!(raw.rest().await.is_some(), "{status}: the connection is kept");
        }
        // One more try may be allowed meanwhile, which is foreign.
        let expected = |found: &u16| *found == status || (status == 429 && *found == 403);
        assert!(seen.iter().all(expected) && seen.contains(&status), "{status}: {seen:?}");
    }
    // A body that was read leaves the connection as it was, and so does a page that is only looked at.
    let mut raw = Raw::connect(&clinic.address).await;
    for request in ["POST /nowhere HTTP/1.1\r\nContent-Length: 0\r\n", "GET /login HTTP/1.1\r\n"] {
        assert!(raw.say(format!("{request}Host: {}\r\n\r\n", clinic.address.trim_start_matches("http://"))).await);
        assert!(!raw.answer().await.unwrap().contains("connection: close"), "{request}");
    }
}

/// Uses up, where that is what is refused, how often one may try to log in.
async fn come_too_often(clinic: &TestClinic, refused: u16) {
    let browser = clinic.browser();
    while refused == 429 && browser.post("/login", &[]).await.status != StatusCode::TOO_MANY_REQUESTS {}
}

/// A body of `length` bytes that does not say how long it is.
fn chunks(length: usize) -> String {
    let chunk = format!("1000\r\n{}\r\n", "a".repeat(0x1000));
    format!("Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(length / 0x1000))
}

/// Values that no field of ours expects.
fn strange() -> Vec<(&'static str, String)> {
    vec![
        ("100 KB", "a".repeat(100_000)),
        ("a huge number", "9".repeat(400)),
        ("a negative number", "-1".to_owned()),
        ("not a number", "NaN".to_owned()),
        ("infinity", "1e999".to_owned()),
        ("a fraction", "1.5".to_owned()),
        ("the largest number and one", "9223372036854775808".to_owned()),
        ("an old day", "-9999-01-01".to_owned()),
        ("a day that is not", "2026-02-30".to_owned()),
        ("a byte order mark", "\u{feff}a".to_owned()),
        ("a turned direction", "Andi\u{202e}idnA".to_owned()),
        ("nothing that is seen", "\u{200b}\u{200b}".to_owned()),
        ("control characters", "a\u{1b}[2Jb\u{7}".to_owned()),
        ("line breaks", "a\r\nSet-Cookie: a=b\r\n\r\n<b>".to_owned()),
        ("marks upon marks", "a\u{301}".repeat(2_000)),
        ("other digits", "\u{661}\u{662}\u{663}".to_owned()),
        ("beyond the first plane", "\u{1f600}\u{10ffff}".to_owned()),
        ("a query", "'; DROP TABLE users; --".to_owned()),
        ("a template", "{{7*7}}{% raw %}${7*7}{ $name }".to_owned()),
        ("an address of files", "../../../../etc/passwd".to_owned()),
        ("an address", "javascript:alert(1)//\u{2028}".to_owned()),
    ]
}

/// Every field of every form takes strange values, or says why not; none breaks. On the engine that is the stricter about
/// what a column takes.
#[tokio::test(flavor = "multi_thread")]
async fn no_value_of_any_field_breaks_a_form() {
    let world = World::open(Engine::Postgres).await;
    let mut faults = Vec::new();
    for line in lines().iter().filter(|line| line.acts() && line.path != "/login") {
        let Some(case) = world.case(&line.method, line.path).await else { continue };
        let (rightful, mut tried) = (case.rightful.clone(), 0);
        let token = rightful.csrf().await;
        for (at, (name, _)) in case.fields.iter().enumerate().filter(|(_, (name, _))| !name.contains("password")) {
            for (what, value) in strange() {
                let mut fields = case.form(&token);
                fields[at + 1].1 = value;
                tried += 1;
                let answer = rightful.send(case.sending(&rightful, line.method.clone(), &case.path, &fields)).await;
                let breaks =
                    answer.status.is_server_error() || answer.headers.get_all("set-cookie").iter().any(|c| c == "a=b");
                let fault = breaks.then(|| format!("{} {}: {name} of {what}", line.method, line.path));
                faults.extend(fault.map(|fault| format!("{fault}: {}", answer.status)));
            }
        }
        assert!(tried == 0 || tried >= strange().len());
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// The shapes of a form that are no form of ours.
fn misshapen(fields: &Fields) -> Vec<(&'static str, String)> {
    let whole = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let also = |more: &str| format!("{whole}&{more}");
    let twice = fields.iter().skip(1).map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let mut shapes = vec![
        ("deep", also(&format!("items[0]{}=1", "[a]".repeat(5_000)))),
        ("a hundred thousand fields", also(&"a=1&".repeat(50_000))),
        ("a far item", also("items[4294967295][dosage]=1")),
        ("an item below none", also("items[-1][dosage]=1")),
        ("brackets", also("items[[0]=1&]=2&[=3&[]=4")),
        ("bytes that are no text", also("complaint=%ff%fe")),
        ("a broken escape", also("%=1&%zz=2")),
        ("a NUL", also("name=a%00b")),
        ("a field without a name", also("=1")),
        ("a name of 100 KB", also(&format!("{}=1", "a".repeat(100_000)))),
    ];
    if !twice.is_empty() {
        shapes.push(("every field twice", also(&twice)));
    }
    shapes
}

/// On one engine: a form is read before a database is.
#[tokio::test(flavor = "multi_thread")]
async fn a_misshapen_form_is_unreadable() {
    let world = World::open(Engine::Sqlite).await;
    let mut faults = Vec::new();
    for line in lines().iter().filter(|line| line.acts()) {
        let Some(case) = world.case(&line.method, line.path).await else { continue };
        if case.file.is_some() {
            continue;
        }
        let (rightful, before) = (case.rightful.clone(), snapshot(&world.clinic).await);
        for (what, body) in misshapen(&case.form(&rightful.csrf().await)) {
            let request = rightful.request(line.method.clone(), &case.path);
            let kind = "application/x-www-form-urlencoded";
            let answer = rightful.send(request.header("content-type", kind).body(body)).await;
            if !matches!(answer.status, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::PAYLOAD_TOO_LARGE) {
                faults.push(format!("{} {}: {what}: {}", line.method, line.path, answer.status));
            }
        }
        for table in changed(&before, &snapshot(&world.clinic).await) {
            faults.push(format!("{} {}: {table} was changed", line.method, line.path));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Where files are taken, a form of parts that is none is refused, however it is made.
#[tokio::test(flavor = "multi_thread")]
async fn a_misshapen_form_of_parts_is_refused() {
    let world = World::open(Engine::Sqlite).await;
    let mut tried = 0;
    for line in lines().iter().filter(|line| line.acts()) {
        let Some(case) = world.case(&line.method, line.path).await else { continue };
        if case.file.is_none() {
            continue;
        }
        tried += 1;
        let token = case.rightful.csrf().await;
        let with_token = || Form::new().text("csrf_token", token.clone());
        let twice = with_token()
            .part("file", Part::text("a").file_name("a.csv"))
            .part("file", Part::text("b").file_name("b.csv"));
        let named = with_token().part("file", Part::bytes(vec![0; 64]).file_name("../../praktik.db"));
        for (what, form) in [("two files", twice), ("a file named upwards", named)] {
            let request = case.rightful.request(line.method.clone(), &case.path);
            let answer = case.rightful.send(request.multipart(form)).await;
            assert!(answer.status.is_client_error(), "{} {what}: {}", line.path, answer.status);
        }
        let part = |name: &str, value: &str| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let many: String = (0..10_000).map(|number| part(&format!("part{number}"), "a")).collect();
        let many = format!("{}{many}--x--\r\n", part("csrf_token", &token));
        let endless =
            format!("--x\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n{token}\r\n--x\r\nContent-");
        for (what, body) in [
            ("10,000 parts", many),
            ("no end", endless),
            ("no part", "--x--\r\n".to_owned()),
            ("nothing", String::new()),
        ] {
            let request = case.rightful.request(line.method.clone(), &case.path);
            let request = request.header("content-type", "multipart/form-data; boundary=x").body(body);
            let answer = case.rightful.send(request).await;
            assert!(answer.status.is_client_error(), "{} {what}: {}", line.path, answer.status);
        }
    }
    assert!(tried > 0, "no route takes a file");
}

/// More answers than lie between two programs before one of them reads.
const ASKED: usize = 200;

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_no_answer_is_not_waited_for_and_who_reads_slowly_is() {
    let clinic = impatient().await;
    let page = clinic.browser().get("/login").await;
    let style = page.attributes("link[rel=stylesheet]", "href").remove(0);
    let ask = head(&clinic, &format!("GET {style} HTTP/1.1"), "\r\n").repeat(ASKED);
    let answers = |heard: &[u8]| String::from_utf8_lossy(heard).matches("HTTP/1.1 200").count();
    for (reads, pause) in [(false, SHORT.reading * 5), (true, SHORT.reading / 8)] {
        let mut raw = Raw::connect(&clinic.address).await;
        assert!(raw.say(&ask).await);
        tokio::time::sleep(pause).await;
        let mut heard = Vec::new();
        while raw.part(&mut heard).await {
            if reads && heard.len() < 8 * 1024 * 1024 {
                tokio::time::sleep(pause).await;
            }
        }
        assert_eq!(answers(&heard) == ASKED, reads, "{} of {ASKED}, {} bytes", answers(&heard), heard.len());
    }
    still_answers(&clinic).await;
}

/// A password is bounded before it is hashed, and a name before it is looked up.
#[tokio::test(flavor = "multi_thread")]
async fn strange_logins_are_wrong_logins() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let patient = clinic.patient("Siti").await;
    let browser: Browser = clinic.browser();
    let long = "a".repeat(100_000);
    let tries = [
        (patient.email.as_str(), long.as_str()),
        (long.as_str(), PASSWORD),
        ("' OR '1'='1", PASSWORD),
        ("\u{202e}a@b.test", PASSWORD),
        (patient.email.as_str(), "\u{202e}"),
    ];
    for (email, password) in tries {
        let answer = browser.post("/login", &[("email", email), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let twice = [("email", patient.email.as_str()), ("email", "b@b.test"), ("password", PASSWORD)];
    assert_eq!(browser.post("/login", &twice).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.log_in(&patient.email, PASSWORD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_domain_other_hosts_are_not_answered() {
    let clinic = TestClinic::open_shaped(Engine::Sqlite, |config| {
        config.domain = Some("klinik.test".to_owned());
        config.secure = true;
    })
    .await;
    let browser = clinic.browser();
    let ask = async |host: &str| browser.send(browser.request(Method::GET, "/login").header("host", host)).await;
    for host in ["evil.test", "klinik.test.evil.test", "a.klinik.test", "klinik.test@evil.test"] {
        let answer = ask(host).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!answer.body.contains(host), "{host} is shown");
    }
    let answer = ask("evil.test").await;
    assert!(answer.body.contains("header Host"), "the operator is not told: {}", answer.body);
    let main = answer.body.split("<main").nth(1).and_then(|rest| rest.split("</main>").next());
    assert!(main.is_some_and(|main| !main.contains("<a ")), "a link that is refused like this one: {main:?}");
    for host in ["klinik.test", "KLINIK.TEST", "klinik.test:443"] {
        assert_eq!(ask(host).await.status, StatusCode::OK, "{host}");
    }
    // What a proxy says of another host is not listened to.
    let forwarded =
        browser.request(Method::GET, "/login").header("host", "klinik.test").header("x-forwarded-host", "evil.test");
    assert!(!browser.send(forwarded).await.body.contains("evil.test"));
    let mut raw = Raw::connect(&clinic.address).await;
    assert!(raw.say("GET /login HTTP/1.1\r\nHost: klinik.test\r\nHost: evil.test\r\n\r\n").await);
    assert_eq!(raw.status().await, 421);
}

/// A clinic at a port of its own, behind a proxy that passes its name on without the port, or another name.
#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_that_leaves_the_port_out_forms_are_taken_and_otherwise_it_is_said_what_to_do() {
    for domain in ["klinik.test:8443", "klinik.test"] {
        let clinic = TestClinic::open_shaped(Engine::Sqlite, |config| {
            config.domain = Some(domain.to_owned());
            config.origin = format!("https://{domain}");
        })
        .await;
        let browser = clinic.browser();
        let token = browser.csrf().await;
        let send = async |host: &str, site: &str| {
            let request = browser.request(Method::POST, "/language").header("host", host);
            let request = request.header("origin", "https://klinik.test:8443").header("sec-fetch-site", site);
            browser.send(request.form(&[("csrf_token", token.as_str()), ("lang", "id"), ("return_to", "/")])).await
        };
        for host in ["klinik.test", "klinik.test:8443", "127.0.0.1:8080"] {
            assert_eq!(send(host, "same-origin").await.status, StatusCode::SEE_OTHER, "{host} of {domain}");
        }
        assert_eq!(send("klinik.test", "same-site").await.status, StatusCode::FORBIDDEN);
    }
    // Without a domain the host is all that is known: that of a proxy's own making is named as the cause.
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let browser = clinic.browser();
    let request = browser.request(Method::POST, "/language").header("origin", "http://klinik.test:8080");
    let refused = browser.send(request.form(&[("lang", "id")])).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("header Host"), "{}", refused.body);
}
