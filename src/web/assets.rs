//! Scripts, styles and icons, built by `build.rs` into the program.

use std::{collections::HashMap, path::Path, sync::LazyLock};

use axum::{
    extract,
    http::{StatusCode, header},
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

/// `GET /assets/{file}`: for a year, since the name changes with the content.
pub async fn serve(extract::Path(path): extract::Path<String>) -> Response {
    let Some(file) = Assets::get(&path).filter(|_| !path.starts_with('.')) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = mime_guess::from_path(&path).first_or_octet_stream();
    let headers = [
        (header::CONTENT_TYPE, kind.as_ref().to_owned()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
    ];
    (headers, file.data.into_owned()).into_response()
}
