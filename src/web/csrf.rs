//! Only our own pages change anything: every unsafe request proves its origin and carries the visit's token.

use std::time::Duration;

use axum::{
    body::{Body, Bytes, HttpBody as _, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};
use subtle::ConstantTimeEq as _;

use super::{
    Error, Visit,
    forms::{FORM_TOKEN, read_pairs},
};
use crate::infra::config::Waits;

const TOKEN_HEADER: &str = "x-csrf-token";
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What an unsafe request has to be.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// The name under which people reach the clinic over TLS, if it has one.
    pub domain: Option<&'a str>,
    /// The most that its body may hold, in bytes.
    pub largest: usize,
    /// How long it may take to arrive.
    pub waits: Waits,
}

/// The request with its body read, if it is safe or proves to be from a page of ours. Nothing of a body is read before
/// its origin is known, no more of it than `terms` allow, and not for longer.
pub async fn prove(request: Request, terms: Terms<'_>) -> Result<Request, Error> {
    if request.method().is_safe() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    if !same_origin(&parts.headers, terms.domain) {
        return Err(foreign(&parts.headers));
    }
    let body = read(body, terms).await?;
    let visit = parts.extensions.get::<Visit>().ok_or_else(|| Error::broken("a request without a visit"))?;
    let token = sent_token(&parts, &body).await?.ok_or(Error::ForeignForm)?;
    let ours: bool = token.as_bytes().ct_eq(visit.csrf.as_bytes()).into();
    if ours { Ok(Request::from_parts(parts, Body::from(body))) } else { Err(Error::ForeignForm) }
}

async fn read(body: Body, terms: Terms<'_>) -> Result<Bytes, Error> {
    if body.size_hint().lower() > u64::try_from(terms.largest).unwrap_or(u64::MAX) {
        return Err(Error::TooLarge);
    }
    let pace = terms.waits.slowest.max(1);
    let seconds = u64::try_from(terms.largest / pace).unwrap_or(u64::MAX);
    let patience = terms.waits.body.saturating_add(Duration::from_secs(seconds));
    match tokio::time::timeout(patience, to_bytes(body, terms.largest)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(Error::TooLarge),
        Err(_) => Err(Error::TooSlow),
    }
}

/// Whether the browser says that the request comes from a page of ours: of the host that it was sent to, or of the
/// clinic's `domain`, which a proxy may keep to itself. Programs that are no browsers send neither header and are held
/// to the token.
pub fn same_origin(headers: &HeaderMap, domain: Option<&str>) -> bool {
    let site = text(headers, &SEC_FETCH_SITE);
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Some((scheme, authority)) = origin.to_str().ok().and_then(|origin| origin.split_once("://")) else {
        return false;
    };
    // A proxy may leave the port out of `Host`. A browser that compared the two origins itself has compared ports.
    let compared = site == Some("same-origin");
    let is = |ours: &str| {
        authority.eq_ignore_ascii_case(ours)
            || (compared && without_port(authority).eq_ignore_ascii_case(without_port(ours)))
    };
    let of_host = host(headers).is_some_and(is);
    match domain {
        Some(domain) => scheme == "https" && (of_host || is(domain)),
        // Without a domain nothing is known of TLS in front, but a browser that compared schemes says so.
        None => of_host && (scheme == "http" || compared),
    }
}

/// What a request is refused as that is not [`same_origin`]. Where no browser calls it another site's, a proxy in front
/// may have changed `Host`: then every form is refused, and the log and the page say what to do.
fn foreign(headers: &HeaderMap) -> Error {
    if matches!(text(headers, &SEC_FETCH_SITE), Some("cross-site" | "same-site")) {
        return Error::ForeignForm;
    }
    let (origin, host) = (text(headers, &header::ORIGIN), text(headers, &header::HOST));
    tracing::warn!(
        origin,
        host,
        "a form came from another address than it was sent to; if that is the clinic's own, let the proxy in front pass \
         the header Host on as it comes, with its port"
    );
    Error::ForeignOrigin
}

/// Whether a request is addressed to this clinic: once it has a `domain`, to that name, or to the bare address that
/// proxies and probes use. A name that others chose ends here, before anything could be made of it.
pub fn addressed_to_us(headers: &HeaderMap, domain: Option<&str>) -> bool {
    let Some(host) = host(headers) else { return domain.is_none() && !headers.contains_key(header::HOST) };
    let Some(domain) = domain else { return true };
    let name = without_port(host);
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    name.eq_ignore_ascii_case(without_port(domain)) || name == "localhost" || address.is_ok()
}

/// The name or address in `host`; an address of IPv6 keeps its brackets.
fn without_port(host: &str) -> &str {
    host.rsplit_once(':').map_or(host, |(name, port)| if port.contains(']') { host } else { name })
}

/// The one host that a request names.
fn host(headers: &HeaderMap) -> Option<&str> {
    let mut named = headers.get_all(header::HOST).into_iter();
    let host = named.next()?;
    if named.next().is_some() { None } else { host.to_str().ok() }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok())
}

async fn sent_token(Parts { headers, .. }: &Parts, body: &Bytes) -> Result<Option<String>, Error> {
    if let Some(token) = headers.get(TOKEN_HEADER) {
        return Ok(token.to_str().ok().map(str::to_owned));
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if let Ok(boundary) = multer::parse_boundary(kind) {
        let stream = futures::stream::iter([Ok::<_, std::convert::Infallible>(body.clone())]);
        let mut parts = multer::Multipart::new(stream, boundary);
        while let Ok(Some(part)) = parts.next_field().await {
            if part.name() == Some(FORM_TOKEN) {
                return Ok(part.text().await.ok());
            }
        }
        return Ok(None);
    }
    if !kind.is_empty() && !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Error::WrongKind);
    }
    Ok(read_pairs(body)?.into_iter().find(|(name, _)| name == FORM_TOKEN).map(|(_, token)| token))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let named = |(name, value): &(&'static str, &'static str)| {
            (header::HeaderName::from_static(name), header::HeaderValue::from_static(value))
        };
        pairs.iter().map(named).collect()
    }

    fn ours(pairs: &[(&'static str, &'static str)], domain: Option<&str>) -> bool {
        same_origin(&headers(pairs), domain)
    }

    #[test]
    fn another_sites_form_is_foreign() {
        let foreign = [
            "https://evil.test",
            "null",
            "",
            "https://klinik.test:81",
            "https://klinik.test.evil.test",
            "https://evil.test/klinik.test",
            "https://a.klinik.test",
            "http://klinik.test",
        ];
        for origin in foreign {
            assert!(!ours(&[("host", "klinik.test"), ("origin", origin)], Some("klinik.test")), "{origin}");
        }
        assert!(!ours(&[("host", "klinik.test"), ("origin", "https://klinik.test")], None), "another scheme");
        assert!(!ours(&[("host", "klinik.test"), ("sec-fetch-site", "cross-site")], None));
        assert!(!ours(&[("host", "klinik.test"), ("sec-fetch-site", "same-site")], None));
        let two_hosts = [("host", "klinik.test"), ("host", "evil.test"), ("origin", "http://evil.test")];
        let mut named = headers(&two_hosts);
        named.append("host", HeaderValue::from_static("klinik.test"));
        assert!(!same_origin(&named, None));
    }

    #[test]
    fn a_page_of_ours_is_not() {
        let own = [("host", "klinik.test"), ("origin", "https://klinik.test"), ("sec-fetch-site", "same-origin")];
        assert!(ours(&own, None));
        assert!(ours(&own, Some("klinik.test")));
        assert!(ours(&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")], None));
        assert!(ours(&[("host", "127.0.0.1:8080"), ("origin", "https://klinik.test")], Some("klinik.test")));
    }

    #[test]
    fn a_host_that_lost_its_port_at_the_proxy_is_the_clinics_own() {
        let own = ("origin", "https://klinik.test:8443");
        assert!(ours(&[("host", "klinik.test"), own], Some("klinik.test:8443")));
        // Where the port is not known here, a browser has to have compared it.
        let compared = ("sec-fetch-site", "same-origin");
        for domain in [Some("klinik.test"), None] {
            assert!(ours(&[("host", "klinik.test"), own, compared], domain), "{domain:?}");
            assert!(!ours(&[("host", "klinik.test"), own], domain), "{domain:?}");
            assert!(!ours(&[("host", "klinik.test"), own, ("sec-fetch-site", "same-site")], domain), "{domain:?}");
        }
        assert!(!ours(&[("host", "klinik.test"), ("origin", "https://evil.test:8443"), compared], None));
        let refusal = |site| foreign(&headers(&[("host", "klinik.test"), own, ("sec-fetch-site", site)]));
        assert!(matches!(refusal("none"), Error::ForeignOrigin));
        assert!(matches!(refusal("cross-site"), Error::ForeignForm));
    }

    #[test]
    fn with_a_domain_only_that_name_and_bare_addresses_are_answered() {
        let ours = |host: &'static str, domain| addressed_to_us(&headers(&[("host", host)]), domain);
        for host in ["klinik.test", "KLINIK.test:443", "127.0.0.1:8080", "[::1]:8080", "[::1]", "localhost:8080"] {
            assert!(ours(host, Some("klinik.test")), "{host}");
        }
        for host in ["klinik.test", "klinik.test:8443", "KLINIK.test:80"] {
            assert!(ours(host, Some("klinik.test:8443")), "{host}");
        }
        for host in ["evil.test", "klinik.test.evil.test", "klinik.test@evil.test", "a.klinik.test", ""] {
            assert!(!ours(host, Some("klinik.test")), "{host}");
            assert!(!ours(host, Some("klinik.test:8443")), "{host}");
        }
        assert!(!addressed_to_us(&headers(&[]), Some("klinik.test")));
        assert!(ours("klinik.test", None) && addressed_to_us(&headers(&[]), None));
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let waits = Waits { body: Duration::from_millis(20), slowest: 1_001, ..Waits::default() };
        let terms = Terms { domain: None, largest: 1_000, waits };
        let never = Body::from_stream(futures::stream::pending::<Result<Bytes, std::convert::Infallible>>());
        assert!(matches!(read(never, terms).await, Err(Error::TooSlow)));
        assert!(matches!(read(Body::from(vec![b'a'; 1_001]), terms).await, Err(Error::TooLarge)));
        assert!(read(Body::from(vec![b'a'; 1_000]), terms).await.is_ok());
    }
}
