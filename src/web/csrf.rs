//! Only our own pages change anything: every unsafe request proves its origin and carries the visit's token.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use subtle::ConstantTimeEq as _;

use super::{
    Error, Visit,
    forms::{FORM_TOKEN, LARGEST_FORM, read_pairs},
    uploads::LARGEST_UPLOAD,
};

const TOKEN_HEADER: &str = "x-csrf-token";

/// Lets safe requests pass, and unsafe ones that prove themselves.
pub async fn guard(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, largest(&parts)).await else { return Error::TooLarge.into_response() };
    match check(&parts, &body).await {
        Ok(()) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(error) => error.into_response(),
    }
}

/// How much of a body is read: files come from people who are signed in, and from nobody else.
fn largest(parts: &Parts) -> usize {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let signed_in = parts.extensions.get::<Visit>().is_some_and(|visit| visit.viewer.is_some());
    if signed_in && multer::parse_boundary(kind).is_ok() { LARGEST_UPLOAD } else { LARGEST_FORM }
}

async fn check(parts: &Parts, body: &Bytes) -> Result<(), Error> {
    if parts.method == Method::TRACE || parts.method == Method::CONNECT {
        return Err(Error::WrongMethod);
    }
    if !same_origin(&parts.headers) {
        return Err(Error::ForeignForm);
    }
    let visit = parts.extensions.get::<Visit>().ok_or_else(|| Error::broken("a request without a visit"))?;
    let token = sent_token(&parts.headers, body).await?.ok_or(Error::ForeignForm)?;
    let ours: bool = token.as_bytes().ct_eq(visit.csrf.as_bytes()).into();
    if ours { Ok(()) } else { Err(Error::ForeignForm) }
}

/// Whether the browser says that the request comes from a page of this host. Programs that are no browsers send
/// neither header and are held to the token.
pub fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    if text(header::HeaderName::from_static("sec-fetch-site"))
        .is_some_and(|site| site != "same-origin" && site != "none")
    {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let (Ok(origin), Some(host)) = (origin.to_str(), text(header::HOST)) else { return false };
    origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
}

async fn sent_token(headers: &HeaderMap, body: &Bytes) -> Result<Option<String>, Error> {
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

    #[test]
    fn another_sites_form_is_foreign() {
        for origin in ["https://evil.test", "null", "http://klinik.test:81", "http://klinik.test.evil.test"] {
            assert!(!same_origin(&headers(&[("host", "klinik.test"), ("origin", origin)])), "{origin}");
        }
        assert!(!same_origin(&headers(&[("host", "klinik.test"), ("sec-fetch-site", "cross-site")])));
        assert!(!same_origin(&headers(&[("host", "klinik.test"), ("sec-fetch-site", "same-site")])));
    }

    #[test]
    fn a_page_of_ours_is_not() {
        let own = [("host", "klinik.test"), ("origin", "https://klinik.test"), ("sec-fetch-site", "same-origin")];
        assert!(same_origin(&headers(&own)));
    }
}
