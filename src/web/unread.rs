//! What a refusal left unread of a request: a little is taken in, so that its connection can go on; of more the answer
//! says that nothing can follow it there (RFC 9112, 9.6).

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use futures::future::poll_fn;
use hyper::body::{Frame, SizeHint};

/// The most that is taken in of a body that nobody asked for, in bytes: any form, and no file.
const MOST: usize = 64 * 1024;
/// For so long: whoever sends it has begun already.
const PATIENCE: Duration = Duration::from_secs(2);

/// Of more so much passes by before the answer: whoever still writes when the connection ends may never read why.
const MOST_PASSING: usize = 8 * 1024 * 1024;
/// What does not come within this is not waited for.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers `request`, and sees to what is left of its body: a proxy that sends the next request of somebody else on that
/// connection would find it closed without a word.
pub async fn settle(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let rest = Shared(Arc::new(Mutex::new(body)));
    let mut response = next.run(Request::from_parts(parts, Body::new(rest.clone()))).await;
    // Who was too slow already is not waited for once more.
    let in_time = response.status() != StatusCode::REQUEST_TIMEOUT;
    let at_its_end = rest.is_end_stream() || (in_time && rest.take_in().await);
    if !at_its_end {
        if in_time {
            rest.let_pass().await;
        }
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// A body that can be read on after whoever was to read it has dropped it.
#[derive(Clone)]
struct Shared(Arc<Mutex<Body>>);

impl Shared {
    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(context)
    }

    /// Reads on while something comes, within bounds.
    async fn let_pass(&self) {
        let passing = async {
            let mut left = MOST_PASSING;
            while let Ok(Some(Ok(frame))) = tokio::time::timeout(PAUSE, poll_fn(|context| self.poll(context))).await {
                let Some(fewer) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else { return };
                left = fewer;
            }
        };
        let _ = tokio::time::timeout(PATIENCE, passing).await;
    }

    /// Reads what is left, if that is little; whether it came to its end.
    async fn take_in(&self) -> bool {
        if usize::try_from(self.size_hint().lower()).is_ok_and(|left| left > MOST) {
            return false;
        }
        let mut left = MOST;
        let reading = async {
            while let Some(frame) = poll_fn(|context| self.poll(context)).await {
                let Ok(frame) = frame else { return false };
                let Some(fewer) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else { return false };
                left = fewer;
            }
            true
        };
        tokio::time::timeout(PATIENCE, reading).await.unwrap_or(false)
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.poll(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}
