//! The socket of an open page.

use std::{collections::VecDeque, time::Duration};

use futures::{SinkExt as _, StreamExt as _};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _, http::HeaderValue},
};

use super::Browser;

/// A frame that is expected comes within this, in real time.
const PATIENCE: Duration = Duration::from_secs(10);
/// A frame that has not come within this does not come.
const QUIET: Duration = Duration::from_millis(250);

/// One socket, as a page opens it.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Frames that came while others were looked for, in their order.
    kept: VecDeque<Value>,
}

impl Socket {
    /// Opens a socket from a page of `browser` and is greeted.
    pub async fn open(browser: &Browser) -> Self {
        let mut socket = Self::knock(browser, Some(browser.address())).await.unwrap();
        socket.next("hello").await;
        socket
    }

    /// Tries to open a socket from a page of `origin`; the status if that is refused.
    pub async fn knock(browser: &Browser, origin: Option<&str>) -> Result<Self, StatusCode> {
        let cookies = browser.cookies();
        let cookies = cookies.as_ref().map(|cookies| cookies.to_str().unwrap());
        Self::knock_with(browser, origin, cookies).await
    }

    /// The same with cookies that a test chooses.
    pub async fn knock_with(
        browser: &Browser,
        origin: Option<&str>,
        cookies: Option<&str>,
    ) -> Result<Self, StatusCode> {
        let address = browser.address().replace("http://", "ws://");
        let mut request = format!("{address}/live").into_client_request().unwrap();
        let headers = request.headers_mut();
        if let Some(cookies) = cookies {
            headers.insert("cookie", HeaderValue::from_str(cookies).unwrap());
        }
        if let Some(origin) = origin {
            headers.insert("origin", HeaderValue::from_str(origin).unwrap());
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Self { stream, kept: VecDeque::new() }),
            Err(Error::Http(response)) => Err(StatusCode::from_u16(response.status().as_u16()).unwrap()),
            Err(error) => panic!("the socket broke: {error}"),
        }
    }

    /// Says something to the server.
    pub async fn say(&mut self, frame: Value) {
        self.stream.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// Says something that need not be JSON.
    pub async fn say_text(&mut self, text: &str) {
        assert!(self.try_say_text(text).await);
    }

    /// Says something that need not be JSON; whether the socket is still open.
    pub async fn try_say_text(&mut self, text: &str) -> bool {
        self.stream.send(Message::text(text)).await.is_ok()
    }

    /// Says something; whether the socket is still open.
    pub async fn try_say(&mut self, frame: Value) -> bool {
        self.try_say_text(&frame.to_string()).await
    }

    /// Listens to `topic`; of a conversation, to what comes after `after`. Listens when this returns, or was refused.
    pub async fn subscribe(&mut self, topic: &str, after: Option<i64>) {
        let mut frame = json!({ "do": "subscribe", "topic": topic });
        if let Some(after) = after {
            frame["after"] = after.into();
        }
        self.say(frame).await;
        self.say(json!({ "do": "beat" })).await;
        self.next("beat").await;
    }

    /// Says that the messages of `topic` up to the number `seq` have been read; noted when this returns.
    pub async fn read(&mut self, topic: &str, seq: i64) {
        self.say(json!({ "do": "read", "topic": topic, "seq": seq })).await;
        self.say(json!({ "do": "beat" })).await;
        self.next("beat").await;
    }

    /// The next frame of `kind`; what comes before it is kept.
    pub async fn next(&mut self, kind: &str) -> Value {
        self.within(PATIENCE, kind).await.unwrap_or_else(|| panic!("no {kind:?} came; there were {:?}", self.kept))
    }

    /// The next frame of `kind`, if it comes in time.
    pub async fn within(&mut self, patience: Duration, kind: &str) -> Option<Value> {
        if let Some(at) = self.kept.iter().position(|frame| frame["is"] == kind) {
            return self.kept.remove(at);
        }
        timeout(patience, async {
            loop {
                let frame = self.hear().await?;
                if frame["is"] == kind {
                    return Some(frame);
                }
                self.kept.push_back(frame);
            }
        })
        .await
        .ok()
        .flatten()
    }

    /// The next frame that says `"changed"` of `topic`.
    pub async fn changed(&mut self, topic: &str) {
        while self.next("changed").await["topic"] != topic {}
    }

    /// All frames of `kind` until it has been quiet for a while.
    pub async fn all(&mut self, kind: &str) -> Vec<Value> {
        let mut all = Vec::new();
        while let Some(frame) = self.within(QUIET, kind).await {
            all.push(frame);
        }
        all
    }

    /// The numbers of all messages that come until it is quiet.
    pub async fn numbers(&mut self) -> Vec<i64> {
        self.all("message").await.iter().map(|frame| frame["seq"].as_i64().unwrap()).collect()
    }

    /// Whether the server closes the socket.
    pub async fn is_closed(&mut self) -> bool {
        timeout(PATIENCE, async { while self.hear().await.is_some() {} }).await.is_ok()
    }

    /// The next frame; nothing once the socket is closed.
    async fn hear(&mut self) -> Option<Value> {
        loop {
            match self.stream.next().await? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(text.as_str()).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }
}
