//! Headers that every answer carries: what a page may load, where it may be shown, what it may use.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// SHA-256 of the style that Turbo writes for its progress bar; a test computes it from the script that we serve.
pub const TURBO_STYLE_HASH: &str = "sha256-WAyOw4V+FqDc35lQPyRADLBWbuNK8ahvYEaQIYF1+Ps=";

/// What a page may ask of the device: picture and sound of calls, and a passkey; nothing else, and no frame anything.
const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(), geolocation=(), payment=(), usb=(), \
                           serial=(), midi=(), accelerometer=(), gyroscope=(), magnetometer=(), \
                           browsing-topics=(), publickey-credentials-get=(self), publickey-credentials-create=(self)";

/// Sets the headers of every answer; `secure` says that people come over TLS, and from now on must.
pub async fn set(State(secure): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' '{TURBO_STYLE_HASH}'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; \
         form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    );
    // A file that somebody sent brings a stricter policy of its own.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&policy)
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-permitted-cross-domain-policies", "none"),
        ("permissions-policy", PERMISSIONS),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
