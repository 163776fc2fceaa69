//! Scripts, styles and icons, built by `build.rs` into the program.

use std::{collections::HashMap, path::Path, sync::LazyLock};

use axum::{
    extract,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use serde::Deserialize;

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/assets/"]
struct Assets;

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/icons/"]
struct Icons;

#[derive(Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    css: Vec<String>,
    #[serde(default, rename = "isEntry")]
    is_entry: bool,
}

static NAMES: LazyLock<HashMap<&'static str, String>> = LazyLock::new(|| {
    let manifest = Assets::get(".vite/manifest.json").map(|file| file.data).unwrap_or_default();
    let chunks: HashMap<String, Chunk> = serde_json::from_slice(&manifest).unwrap_or_default();
    let mut names = HashMap::new();
    for chunk in chunks.into_values().filter(|chunk| chunk.is_entry) {
        for file in chunk.css.into_iter().chain([chunk.file]) {
            let style = Path::new(&file).extension().is_some_and(|kind| kind == "css");
            let name = if style { "app.css" } else { "app.js" };
            names.insert(name, format!("/assets/{file}"));
        }
    }
    names
});

/// The address of `app.css` or `app.js`, which changes with its content.
pub fn address(name: &str) -> &'static str {
    NAMES.get(name).map_or("", String::as_str)
}

/// The drawing inside the lucide icon `name`; nothing if the page asks for one that was not built in.
pub fn icon(name: &str) -> Option<String> {
    let file = Icons::get(&format!("{name}.svg"))?;
    let text = String::from_utf8_lossy(&file.data).into_owned();
    let from = text.find("<svg").and_then(|at| text.get(at..)?.find('>').map(|end| at + end + 1))?;
    let to = text.rfind("</svg>")?;
    text.get(from..to).map(|inner| inner.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `GET /assets/{file}`: for a year, since the name changes with the content; packed as small as the browser can take it.
pub async fn serve(extract::Path(path): extract::Path<String>, asked: HeaderMap) -> Response {
    let packed = PACKED.iter().any(|(_, end)| path.ends_with(end));
    let Some(plain) = Assets::get(&path).filter(|_| !path.starts_with('.') && !packed) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = mime_guess::from_path(&path).first_or_octet_stream();
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, kind.as_ref())
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(header::VARY, "accept-encoding");
    let mut content = plain.data;
    let mut taken = PACKED.iter().filter(|(coding, _)| takes(&asked, coding));
    let smallest = taken.find_map(|(coding, end)| Some((coding, Assets::get(&format!("{path}{end}"))?)));
    if let Some((coding, file)) = smallest {
        response = response.header(header::CONTENT_ENCODING, *coding);
        content = file.data;
    }
    response.body(content.into_owned().into()).unwrap_or_else(|_| StatusCode::NOT_FOUND.into_response())
}

/// The codings in which `web/pack.mjs` packs a file, and how the packed one's name ends; the smaller first.
const PACKED: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Whether what was asked takes an answer in `coding`.
fn takes(asked: &HeaderMap, coding: &str) -> bool {
    let lists = asked.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|entry| {
        let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case(coding) && !refused
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asking(encodings: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(encodings))])
    }

    #[test]
    fn a_coding_is_taken_where_it_is_named_and_not_refused() {
        for named in ["br", "gzip, deflate, br, zstd", "gzip;q=0.5, BR;q=1", "br;q=0.001"] {
            assert!(takes(&asking(named), "br"), "{named}");
        }
        for not in ["", "gzip", "br;q=0", "br;q=0.000", "brotli", "*;q=0"] {
            assert!(!takes(&asking(not), "br"), "{not}");
        }
        assert!(!takes(&HeaderMap::new(), "gzip"));
    }

    #[tokio::test]
    async fn scripts_and_styles_come_packed_and_what_they_are_packed_from() {
        for name in ["app.css", "app.js"] {
            let path = address(name).trim_start_matches("/assets/").to_owned();
            let ask = async |encodings| serve(extract::Path(path.clone()), asking(encodings)).await;
            let length = async |response: Response| {
                axum::body::to_bytes(response.into_body(), usize::MAX).await.map_or(0, |bytes| bytes.len())
            };
            let plain = ask("identity").await;
            assert_eq!(plain.headers().get(header::CONTENT_ENCODING), None);
            let mut longer = length(plain).await;
            for (encodings, coding) in [("gzip, deflate", "gzip"), ("gzip, deflate, br, zstd", "br")] {
                let packed = ask(encodings).await;
                assert_eq!(packed.headers()[header::CONTENT_ENCODING], coding);
                assert_eq!(packed.headers()[header::VARY], "accept-encoding");
                let shorter = length(packed).await;
                assert!(0 < shorter && shorter < longer, "{name} as {coding}: {shorter} of {longer}");
                longer = shorter;
            }
            let itself = serve(extract::Path(format!("{path}.br")), asking("br")).await;
            assert_eq!(itself.status(), StatusCode::NOT_FOUND);
        }
    }
}
