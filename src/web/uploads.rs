//! A file that a form of parts brings, and nothing beside it.

use std::convert::Infallible;

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request},
    http::header,
};

use super::{Error, forms::FORM_TOKEN};

/// The largest file that is taken, in bytes.
pub const LARGEST_FILE: usize = 5 * 1024 * 1024;
/// The largest body of a form with a file. It is more than a file may have: a browser that is cut off in the middle of a
/// photo that is somewhat too large shows no sentence, but a broken connection.
pub const LARGEST_UPLOAD: usize = 8 * 1024 * 1024;

const FILE_FIELD: &str = "file";

/// The file of a form; empty if none was chosen. Its name and kind are what somebody else's browser said, and not read.
pub struct Upload(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(kind).map_err(|_| Error::WrongKind)?;
        let body = to_bytes(request.into_body(), LARGEST_UPLOAD).await.map_err(|_| Error::TooLarge)?;
        let stream = futures::stream::iter([Ok::<_, Infallible>(body)]);
        let mut parts = multer::Multipart::new(stream, boundary);
        let mut file = None;
        while let Some(part) = parts.next_field().await.map_err(|_| Error::UnreadableForm)? {
            match part.name() {
                Some(FORM_TOKEN) => {}
                Some(FILE_FIELD) if file.is_none() => {
                    file = Some(part.bytes().await.map_err(|_| Error::UnreadableForm)?);
                }
                _ => return Err(Error::UnreadableForm),
            }
        }
        Ok(Self(file.unwrap_or_default()))
    }
}
