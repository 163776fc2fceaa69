//! What every answer carries, whoever asks and whatever comes of it; and the cookies of a session from before its
//! beginning to after its end.

use std::collections::BTreeMap;

use reqwest::{Method, StatusCode, header::HeaderMap};
use rstest::rstest;

use crate::support::{
    Answer, Browser, Engine, PASSWORD, TestClinic,
    matrix::{lines, snapshot},
    routes::World,
};

/// Directives that a page's policy has to have, each with the only value that it may.
const POLICY: [(&str, &str); 7] = [
    ("default-src", "'none'"),
    ("script-src", "'self'"),
    ("connect-src", "'self'"),
    ("object-src", "'none'"),
    ("base-uri", "'none'"),
    ("form-action", "'self'"),
    ("frame-ancestors", "'none'"),
];

const EXACT: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// What would tell who made the program, or let others in.
const ABSENT: [&str; 6] = [
    "server",
    "x-powered-by",
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "x-xss-protection",
    "via",
];

fn faults_of(answer: &Answer) -> Vec<String> {
    let text = |name: &str| answer.headers.get(name).map_or("", |value| value.to_str().unwrap());
    let mut faults = Vec::new();
    let policy: BTreeMap<&str, &str> =
        text("content-security-policy").split(';').filter_map(|part| part.trim().split_once(' ')).collect();
    // A picture that somebody sent is shut altogether, and its owner's browser may keep it.
    let picture = text("content-type").starts_with("image/") && !policy.contains_key("script-src");
    for (name, value) in POLICY {
        let needless = picture && matches!(name, "script-src" | "connect-src" | "object-src" | "form-action");
        if policy.get(name) != Some(&value) && !needless {
            faults.push(format!("policy: {name} is {:?}", policy.get(name)));
        }
    }
    if policy.values().any(|value| value.contains("unsafe") || value.contains('*') || value.contains("http")) {
        faults.push(format!("policy: {policy:?}"));
    }
    for (name, value) in EXACT {
        // A socket is no document, and is kept by nobody.
        let needless = answer.status == StatusCode::SWITCHING_PROTOCOLS || (picture && name == "cache-control");
        if text(name) != value && !needless {
            faults.push(format!("{name} is \"{}\"", text(name)));
        }
    }
    for feature in ["camera=(self)", "microphone=(self)", "geolocation=()", "usb=()"] {
        if !text("permissions-policy").contains(feature) {
            faults.push(format!("permissions: no {feature}"));
        }
    }
    faults.extend(ABSENT.iter().filter(|name| answer.headers.contains_key(**name)).map(|name| format!("has {name}")));
    let kind = text("content-type");
    let charset = !kind.starts_with("text/") || kind.to_ascii_lowercase().contains("charset=utf-8");
    if !answer.body.is_empty() && (kind.is_empty() || !charset) {
        faults.push(format!("content-type is \"{kind}\""));
    }
    faults.extend(cookies_of(&answer.headers, false));
    faults
}

/// What is wrong with the cookies that an answer sets.
fn cookies_of(headers: &HeaderMap, secure: bool) -> Vec<String> {
    let mut faults = Vec::new();
    for cookie in headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        let has = |attribute: &str| cookie.split("; ").any(|part| part == attribute);
        let fine = has("HttpOnly")
            && has("Path=/")
            && (has("SameSite=Lax") || has("SameSite=Strict"))
            && !cookie.to_ascii_lowercase().contains("domain=")
            && has("Secure") == secure
            && cookie.starts_with("__Host-") == secure;
        if !fine {
            faults.push(format!("the cookie {cookie}"));
        }
    }
    faults
}

/// Each route as its people, as nobody, as somebody of the wrong role, by a wrong method and with a wrong form. On one
/// engine: no header comes from a database.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_every_route_carries_its_headers() {
    let world = World::open(Engine::Sqlite).await;
    let mut faults = Vec::new();
    let mut statuses = std::collections::BTreeSet::new();
    for line in &lines() {
        let Some(case) = world.case(&line.method, line.path).await else { continue };
        let nobody = world.clinic.browser();
        let mut answers = Vec::new();
        for browser in [&nobody, &world.pharmacist, &world.other_patient.browser, &case.rightful] {
            let json = browser.request(line.method.clone(), &case.path).header("accept", "application/json");
            answers.push(browser.send(json).await);
            answers.push(browser.send(browser.request(Method::DELETE, &case.path)).await);
            let token = browser.csrf().await;
            let wrong = [("csrf_token", token.as_str()), ("role", "admin")];
            answers.push(browser.send(browser.request(line.method.clone(), &case.path).form(&wrong)).await);
            let request = if line.acts() {
                case.sending(browser, line.method.clone(), &case.path, &case.form(&token))
            } else {
                browser.request(line.method.clone(), &case.path)
            };
            answers.push(browser.send(request).await);
        }
        for answer in answers {
            statuses.insert(answer.status.as_u16());
            let wrong = faults_of(&answer).into_iter();
            faults.extend(wrong.map(|fault| format!("{} {} ({}): {fault}", line.method, line.path, answer.status)));
        }
    }
    for path in
        ["/nowhere", "/assets/nowhere.js", "/healthz", "/readyz", "/%ff", "//evil.test", "/..%2f..%2fetc/passwd"]
    {
        let answer = world.clinic.browser().get(path).await;
        faults.extend(faults_of(&answer).into_iter().map(|fault| format!("{path} ({}): {fault}", answer.status)));
    }
    faults.dedup();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    for status in [200, 303, 401, 403, 405, 415, 422] {
        assert!(statuses.contains(&status), "no answer was {status}: {statuses:?}");
    }
}

/// The control: a page that has none of it is seen to.
#[test]
fn an_answer_without_headers_is_seen() {
    let bare = Answer { status: StatusCode::OK, headers: HeaderMap::new(), body: "<p>".to_owned() };
    assert!(faults_of(&bare).len() > POLICY.len() + EXACT.len());
    let cookie = |text: &str| HeaderMap::from_iter([("set-cookie".parse().unwrap(), text.parse().unwrap())]);
    for wrong in
        ["a=b", "a=b; Path=/; HttpOnly", "a=b; Path=/; SameSite=Lax", "__Host-a=b; Path=/; SameSite=Lax; HttpOnly"]
    {
        assert_eq!(cookies_of(&cookie(wrong), false).len(), 1, "{wrong}");
    }
}

async fn at_home() -> TestClinic {
    TestClinic::open_shaped(Engine::Sqlite, |config| {
        config.domain = Some("klinik.test".to_owned());
        "https://klinik.test".clone_into(&mut config.origin);
        config.secure = true;
    })
    .await
}

/// With a domain every cookie is bound to the host and to TLS, and browsers come back over TLS alone.
#[tokio::test(flavor = "multi_thread")]
async fn with_a_domain_cookies_are_bound_to_it_and_tls_is_kept() {
    let clinic = at_home().await;
    let patient = clinic.patient("Siti").await;
    let browser = clinic.browser();
    let page = browser.get("/login").await;
    let token = page.attributes("meta[name=csrf-token]", "content").remove(0);
    let send = async |path: &str, fields: &[(&str, &str)]| {
        let request = browser.request(Method::POST, path).header("cookie", browser.every_cookie().unwrap());
        browser.send(request.header("origin", "https://klinik.test").form(fields)).await
    };
    let language = send("/language", &[("csrf_token", &token), ("lang", "en"), ("return_to", "/")]).await;
    let login = [("csrf_token", token.as_str()), ("email", &patient.email), ("password", PASSWORD)];
    let login = send("/login", &login).await;
    let mut set = 0;
    for answer in [&page, &language, &login] {
        assert!(answer.status.is_success() || answer.status.is_redirection(), "{}: {}", answer.status, answer.body);
        let kept = answer.headers["strict-transport-security"].to_str().unwrap();
        let seconds: u64 = kept.split(['=', ';']).nth(1).unwrap().parse().unwrap();
        assert!(seconds >= 31_536_000, "{kept}");
        assert_eq!(cookies_of(&answer.headers, true), Vec::<String>::new());
        set += answer.headers.get_all("set-cookie").iter().count();
    }
    assert!(set >= 3, "visitor, language and session: {set}");
    assert!(!clinic.browser().get("/login").await.location().starts_with("http"));
}

fn cookie_of(answer: &Answer, name: &str) -> Option<String> {
    let set = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    set.filter_map(|cookie| cookie.split(';').next()?.split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

/// Nobody chooses another's session, and what a visitor's forms were bound to ends with the login.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_was_planted_before_a_login_is_nothing_after_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let planted = "A".repeat(43);
    let victim = Browser::with_session(&clinic.address, &planted);
    let before = victim.csrf().await;
    let login = victim.log_in(&patient.email, PASSWORD).await;
    let session = cookie_of(&login, "praktik_session").unwrap();
    assert_ne!(session, planted);
    assert_eq!(victim.get("/dashboard").await.status, StatusCode::OK);
    let attacker = Browser::with_session(&clinic.address, &planted);
    assert_eq!(attacker.get("/dashboard").await.status, StatusCode::SEE_OTHER);
    assert_ne!(victim.csrf().await, before, "a form from before the login is good after it");
    victim.post("/logout", &[]).await;
    let after = victim.get("/login").await;
    assert_ne!(cookie_of(&after, "praktik_visitor").unwrap(), planted, "the visitor is known from before");
    assert_ne!(victim.csrf().await, before);
}

/// A session that was logged out is over, wherever its cookie was copied to, and its pages are cleared. What the device
/// keeps of other accounts stays: their drafts are not this one's to throw away.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_of_a_session_that_ended_is_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let browser = clinic.browser();
    let login = browser.log_in(&patient.email, PASSWORD).await;
    let session = cookie_of(&login, "praktik_session").unwrap();
    let copy = Browser::with_session(&clinic.address, &session);
    let token = copy.csrf().await;
    assert_eq!(copy.get("/dashboard").await.status, StatusCode::OK, "the control");
    let out = browser.post("/logout", &[]).await;
    let before = snapshot(&clinic).await;
    let cleared = out.headers["clear-site-data"].to_str().unwrap();
    assert_eq!(cleared, "\"cache\"");
    for (method, path) in [(Method::GET, "/dashboard"), (Method::GET, "/live"), (Method::POST, "/notifications/read")] {
        let request = copy.request(method, path).header("accept", "application/json").form(&[("csrf_token", &token)]);
        let answer = copy.send(request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(snapshot(&clinic).await, before);
}

/// After a login and after a choice of language one stays in this clinic.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_elsewhere() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let patient = clinic.patient("Siti").await;
    let elsewhere = [
        "https://evil.test",
        "//evil.test",
        "///evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "/\n/evil.test",
        "/%09/evil.test/..//evil.test",
        " //evil.test",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "http:evil.test",
        "evil.test",
        "/..//evil.test",
        "/.//evil.test",
        "//evil.test/%2f..",
        "/\u{2028}/evil.test",
        "https:/evil.test",
        "?//evil.test",
        "#//evil.test",
        "@evil.test",
        "",
    ];
    let base = reqwest::Url::parse(&clinic.address).unwrap();
    for to in elsewhere {
        let visitor = clinic.browser();
        let login = [("email", patient.email.as_str()), ("password", PASSWORD), ("return_to", to)];
        for answer in [
            visitor.post("/language", &[("lang", "id"), ("return_to", to)]).await,
            visitor.post("/login", &login).await,
        ] {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{to:?}");
            let target = base.join(answer.location()).unwrap();
            assert_eq!(target.origin(), base.origin(), "{to:?} leads to {target}");
            assert!(!answer.location().starts_with("//"), "{to:?}");
        }
        let encoded: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
        let page = clinic.browser().get(&format!("/login?return_to={encoded}")).await;
        for target in page.attributes("input[name=return_to]", "value") {
            assert_eq!(base.join(&target).unwrap().origin(), base.origin(), "{to:?} is kept as {target}");
        }
    }
    // The control: a page of this clinic is gone back to.
    let login = [("email", patient.email.as_str()), ("password", PASSWORD), ("return_to", "/prescriptions")];
    assert_eq!(clinic.browser().post("/login", &login).await.location(), "/prescriptions");
}
