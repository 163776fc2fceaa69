//! As much of S3 as the file store speaks, in memory.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use regex::Regex;

/// What a bucket holds, by the path of each object.
pub type Bucket = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// As much of S3's protocol as one object at a time needs: PUT, GET, list and the deletion of several.
async fn serve(State(bucket): State<Bucket>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 10 * 1024 * 1024).await.unwrap();
    if !is_signed(&parts.headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    answer(&mut bucket.lock().unwrap(), &parts.method, &parts.uri, &body)
}

fn is_signed(headers: &HeaderMap) -> bool {
    let signed = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    signed.starts_with("AWS4-HMAC-SHA256 Credential=klinik/")
}

fn answer(bucket: &mut BTreeMap<String, Vec<u8>>, method: &Method, uri: &Uri, body: &Bytes) -> Response {
    let query = uri.query().unwrap_or_default();
    let Some(key) = uri.path().strip_prefix("/berkas").map(|key| key.trim_start_matches('/').to_owned()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match method.as_str() {
        "PUT" => {
            bucket.insert(key, body.to_vec());
            [("etag", "\"1\"")].into_response()
        }
        "GET" if query.contains("list-type=2") => {
            let objects: String = bucket.iter().map(|(key, content)| entry(key, content.len())).collect();
            xml(&format!("<ListBucketResult><IsTruncated>false</IsTruncated>{objects}</ListBucketResult>"))
        }
        "GET" => match bucket.get(&key) {
            Some(content) => {
                let head = [("etag", "\"1\""), ("last-modified", "Fri, 20 Nov 2026 02:00:00 GMT")];
                (head, content.clone()).into_response()
            }
            None => (StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>").into_response(),
        },
        "POST" if query.contains("delete") => {
            let text = String::from_utf8_lossy(body).into_owned();
            let keys = Regex::new("<Key>(.*?)</Key>").unwrap();
            let wanted = keys.captures_iter(&text).map(|found| found[1].to_owned());
            let gone = wanted.map(|key| {
                bucket.remove(&key);
                format!("<Deleted><Key>{key}</Key></Deleted>")
            });
            let deleted: String = gone.collect();
            xml(&format!("<DeleteResult>{deleted}</DeleteResult>"))
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

fn entry(key: &str, size: usize) -> String {
    format!(
        "<Contents><Key>{key}</Key><Size>{size}</Size><LastModified>2026-11-20T02:00:00.000Z</LastModified><ETag>1</ETag></Contents>"
    )
}

fn xml(text: &str) -> Response {
    ([("content-type", "application/xml")], format!("<?xml version=\"1.0\"?>{text}")).into_response()
}

/// A bucket `berkas` at an address of its own.
pub async fn s3() -> (Bucket, String) {
    let bucket = Bucket::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(serve).with_state(Arc::clone(&bucket));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (bucket, address)
}

/// The settings by which the owner of `key` reaches the bucket at `address`.
pub fn options(address: &str, key: &str) -> Vec<(String, String)> {
    let named = [
        ("AWS_ACCESS_KEY_ID", key),
        ("AWS_SECRET_ACCESS_KEY", "sebuah-rahasia"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", address),
        ("AWS_ALLOW_HTTP", "true"),
        ("HOME", "/nowhere"),
    ];
    named.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}
