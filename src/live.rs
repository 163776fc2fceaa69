//! The table of contents of what open pages hear: one WebSocket a page, its topics, and who may listen to them.
//!
//! Who may listen is settled when a page subscribes; what a hint means is read and drawn by the feature it belongs to.

mod call;
mod topics;

use std::{collections::HashMap, time::Duration};

use axum::{
    body::Bytes,
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, header},
    response::Response,
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use self::topics::{Topic, refusal};
use crate::{
    app::App,
    clinic::{
        accounts::{SignedIn, sessions},
        calls::{self, pages::Held},
        doctors, notifications,
    },
    infra::{
        bus::{Heard, Hint, Listener},
        clock::{Clock, Instant},
        ids,
    },
    web::{Error, Page, csrf},
};

/// Every browser is pinged so often; one that is silent for as many ticks as [`SILENT_TICKS`] is gone (P7).
const TICK: Duration = Duration::from_secs(5);
const SILENT_TICKS: u32 = 4;
/// What is said to a page is taken within this, or the page is gone: one that reads nothing would hold up all that is to
/// be heard for it.
const TAKEN_WITHIN: Duration = Duration::from_secs(5);
/// The same for its farewell: whoever is put out is out within a second.
const BYE_TAKEN_WITHIN: Duration = Duration::from_millis(300);
/// A session that could not be looked at is looked at again after this.
const LOOKED_AT_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// Session descriptions are the longest that a page sends.
const LARGEST_FRAME: usize = 64 * 1024;
/// Frames of a page within one tick. A page that opens says some ten, and a call that begins some hundred; whoever says
/// more keeps the database busy for nothing.
const MOST_FRAMES_A_TICK: u32 = 500;

/// `GET /live`.
pub async fn connect(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Error> {
    if !headers.contains_key(header::ORIGIN) || !csrf::same_origin(&headers, app.config.domain.as_deref()) {
        return Err(Error::ForeignForm);
    }
    let doctor = doctors::find_of_user(app.db.read(), signed_in.user).await?.map(|doctor| doctor.id);
    // Listening before the session is read once more: an end between the two is heard, or seen.
    let open = OpenPage::new(app, signed_in, page, doctor);
    if !open.session_lives().await {
        return Err(Error::SignInNeeded);
    }
    Ok(upgrade.max_message_size(LARGEST_FRAME).max_frame_size(LARGEST_FRAME).on_upgrade(move |socket| open.run(socket)))
}

/// What a page may say.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum Said {
    Subscribe {
        topic: String,
        #[serde(default)]
        after: Option<i64>,
    },
    Unsubscribe {
        topic: String,
    },
    /// Somebody has read what stands on the page, up to this number.
    Read {
        topic: String,
        seq: i64,
    },
    Beat,
    /// Which calls it may be in.
    Calls,
    /// It is in this call, or takes it over from another page of the account.
    Hold {
        call: Uuid,
        device: String,
        #[serde(default)]
        takes: bool,
    },
    LetGo,
    Signal {
        call: Uuid,
        data: Value,
    },
}

struct OpenPage {
    app: App,
    signed_in: SignedIn,
    page: Page,
    doctor: Option<Uuid>,
    connection: Uuid,
    listener: Listener,
    /// Hears the end of the session alone, so that no flood of hints drowns it and no slow page delays it.
    end: Listener,
    topics: HashMap<String, Topic>,
    /// For each call that rings or runs: where its signals go.
    calls: HashMap<Uuid, String>,
    /// The call that this page is in.
    held: Option<Held>,
    /// When the page last said anything, if only that it is there.
    heard_at: Instant,
}

/// How a page has been behaving, and when its session is looked at next.
struct Watch {
    tick: tokio::time::Interval,
    silent: u32,
    said_often: u32,
    look_at_session: Instant,
    /// When all is looked at again, after something could not be read.
    look_again: Option<Instant>,
    /// How often that failed too.
    failed: u32,
}

impl Watch {
    fn begin(now: Instant) -> Self {
        let tick = tokio::time::interval(TICK);
        Self { tick, silent: 0, said_often: 0, look_at_session: now, look_again: None, failed: 0 }
    }

    /// What could not be read is looked at again: soon at first, later and later while that fails.
    fn note(&mut self, answer: &Answer, now: Instant) {
        if answer.lacks && self.look_again.is_none() {
            self.look_again = Some(now + Duration::from_secs(1 << self.failed.min(MOST_DOUBLINGS)));
            self.failed += 1;
        }
    }
}

/// What could not be read is looked at again every half a minute at least: two to the power of this, in seconds.
const MOST_DOUBLINGS: u32 = 5;

/// What goes back to the page, and whether the socket stays.
struct Answer {
    frames: Vec<Value>,
    pings: bool,
    stays: bool,
    /// Whether something could not be read that the page should hear of.
    lacks: bool,
}

impl From<Vec<Value>> for Answer {
    fn from(frames: Vec<Value>) -> Self {
        Self { frames, pings: false, stays: true, lacks: false }
    }
}

impl Answer {
    fn gone() -> Self {
        Self { stays: false, ..Self::from(Vec::new()) }
    }

    fn bye() -> Self {
        Self { stays: false, ..Self::from(vec![json!({ "is": "bye" })]) }
    }
}

impl OpenPage {
    fn new(app: App, signed_in: SignedIn, page: Page, doctor: Option<Uuid>) -> Self {
        let mut listener = app.bus.listen();
        listener.add(&notifications::topic(signed_in.user));
        let mut end = app.bus.listen();
        end.add(&sessions::topic(signed_in.session));
        let connection = ids::new(app.now());
        let (topics, calls) = (HashMap::new(), HashMap::new());
        let heard_at = app.now();
        Self { app, signed_in, page, doctor, connection, listener, end, topics, calls, held: None, heard_at }
    }

    async fn session_lives(&self) -> bool {
        sessions::lives(self.app.db.read(), self.signed_in.session, self.app.now()).await.unwrap_or(true)
    }

    /// When the session is to be looked at again: it ends by itself too, and the telling of its end may be lost. Nothing
    /// once it has ended.
    async fn watch_session(&self) -> Option<Instant> {
        let watched = sessions::watch(&self.app, self.signed_in.session).await;
        watched.unwrap_or_else(|_| Some(self.app.now() + LOOKED_AT_AGAIN_AFTER))
    }

    async fn run(mut self, mut socket: WebSocket) {
        self.come();
        let greeting = vec![json!({ "is": "hello", "now": self.app.now().millis() })];
        let mut watch = Watch::begin(self.app.now());
        let mut answer = Answer::from(greeting);
        self.add_standing(&mut answer).await;
        watch.note(&answer, self.app.now());
        loop {
            // The end first: once it is heard nothing else is said, and nothing else is waited for.
            let taken = tokio::select! {
                biased;
                _ = self.end.next() => {
                    send(&mut socket, &Answer::bye(), BYE_TAKEN_WITHIN).await;
                    break;
                }
                taken = send(&mut socket, &answer, TAKEN_WITHIN) => taken,
            };
            if !taken || !answer.stays {
                break;
            }
            answer = self.next(&mut socket, &mut watch).await;
            watch.note(&answer, self.app.now());
        }
        self.leave();
        self.let_go().await;
    }

    /// Waits for what happens next, and what the page is to hear of it.
    async fn next(&mut self, socket: &mut WebSocket, watch: &mut Watch) -> Answer {
        tokio::select! {
            said = socket.recv() => {
                watch.silent = 0;
                self.heard_at = self.app.now();
                watch.said_often += 1;
                if watch.said_often > MOST_FRAMES_A_TICK {
                    tracing::warn!(user = %self.signed_in.user, "a page said more than pages say, and was cut off");
                    return Answer::gone();
                }
                self.come();
                match said {
                    Some(Ok(Message::Text(text))) => self.hear_page(text.as_str()).await,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => Answer::gone(),
                    Some(Ok(_)) => Answer::from(Vec::new()),
                }
            }
            _ = self.end.next() => Answer::bye(),
            heard = self.listener.next() => match heard {
                Some(Heard::Hint(hint)) => self.hear_hint(hint).await,
                Some(Heard::Missed) => self.look_again().await,
                None => Answer::gone(),
            },
            _ = watch.tick.tick() => {
                // A page in a hidden tab beats once a minute at best; its browser answers pings all the same.
                (watch.silent, watch.said_often) = (watch.silent + 1, 0);
                Answer { pings: true, stays: watch.silent <= SILENT_TICKS, ..Answer::from(Vec::new()) }
            }
            () = until(&self.app.clock, watch.look_again) => {
                watch.look_again = None;
                let answer = self.look_again().await;
                if !answer.lacks {
                    watch.failed = 0;
                }
                answer
            }
            () = self.app.clock.sleep_until(watch.look_at_session) => match self.watch_session().await {
                Some(again) => {
                    watch.look_at_session = again;
                    Answer::from(Vec::new())
                }
                None => Answer::bye(),
            },
        }
    }

    /// Adds what a page is to know whatever it shows: how much is unread, and the calls that ring here at this moment.
    async fn add_standing(&self, answer: &mut Answer) {
        let ringing = calls::live::ringing(&self.app, &self.page, self.signed_in.user, self.doctor);
        for known in [self.unread().await.map(|unread| vec![unread]), ringing.await] {
            match known {
                Ok(frames) => answer.frames.extend(frames),
                Err(_) => answer.lacks = true,
            }
        }
    }

    fn come(&self) {
        let Some(doctor) = self.doctor else { return };
        if self.app.presence.renew(doctor, self.connection, self.app.now()) {
            doctors::tell_presence(&self.app, doctor);
        }
    }

    fn leave(&self) {
        let Some(doctor) = self.doctor else { return };
        if self.app.presence.release(doctor, self.connection, self.app.now()) {
            doctors::tell_presence(&self.app, doctor);
        }
    }

    async fn hear_page(&mut self, text: &str) -> Answer {
        let frames = match serde_json::from_str(text) {
            Ok(Said::Beat) => vec![json!({ "is": "beat", "now": self.app.now().millis() })],
            Ok(Said::Subscribe { topic, after }) => match self.subscribe(&topic, after.unwrap_or(0)).await {
                Ok(frames) => frames,
                // It comes again, and subscribes to all anew.
                Err(Error::Unavailable) => return Answer::gone(),
                Err(error) => {
                    let status = refusal(&error).as_u16();
                    vec![json!({ "is": "refused", "topic": topic, "status": status })]
                }
            },
            Ok(Said::Unsubscribe { topic }) => {
                self.unsubscribe(&topic);
                Vec::new()
            }
            Ok(Said::Calls) => {
                calls::live::joined(&self.app, &self.page, self.signed_in.user).await.unwrap_or_default()
            }
            Ok(Said::Hold { call, device, takes }) => self.hold(call, &device, takes).await,
            Ok(Said::LetGo) => {
                self.let_go().await;
                Vec::new()
            }
            Ok(Said::Read { topic, seq }) => {
                if let Err(error) = self.read(&topic, seq).await {
                    tracing::warn!(?error, topic, "it could not be noted what was read");
                }
                Vec::new()
            }
            Ok(Said::Signal { call, data }) => {
                self.signal(call, &data).await;
                Vec::new()
            }
            Err(_) => Vec::new(),
        };
        frames.into()
    }

    async fn hear_hint(&mut self, hint: Hint) -> Answer {
        let is_own = hint.topic == notifications::topic(self.signed_in.user)
            || self.held.as_ref().is_some_and(|held| held.topic == hint.topic);
        let heard =
            if is_own { self.hear_own(&hint.body).await } else { self.hear_topic(&hint).await.map(Answer::from) };
        heard.unwrap_or_else(|error| {
            tracing::warn!(?error, topic = hint.topic, "a hint could not be followed; all is looked at again");
            Answer { lacks: true, ..Answer::from(Vec::new()) }
        })
    }

    /// Something new for the account itself: a notification, a call, a signal.
    async fn hear_own(&mut self, body: &Value) -> Result<Answer, Error> {
        let user = self.signed_in.user;
        if let Some(signal) = body.get("signal") {
            let signal = json!({ "is": "signal", "call": signal.get("call"), "data": signal.get("data") });
            return Ok(vec![signal].into());
        }
        if let Some(call) = id_of(body, "call") {
            self.settle_call(call).await?;
            return calls::live::frames(&self.app, &self.page, user, call).await.map(Answer::from);
        }
        if body.get("care_ended").is_some() {
            calls::live::leave_calls(&self.app, user).await?;
            return Ok(self.settle_anew().await);
        }
        let mut frames = vec![json!({ "is": "changed", "topic": "notifications" }), self.unread().await?];
        if let Some(id) = id_of(body, "notification") {
            let html = notifications::live::draw(&self.app, &self.page, user, id).await?;
            frames.push(json!({ "is": "notification", "html": html.unwrap_or_default() }));
        }
        Ok(frames.into())
    }

    /// How much is unread, which may have been read on another page.
    async fn unread(&self) -> Result<Value, Error> {
        let unread = notifications::unread_count(self.app.db.read(), self.signed_in.user).await?;
        Ok(json!({ "is": "unread", "unread": unread }))
    }
}

async fn until(clock: &Clock, at: Option<Instant>) {
    match at {
        Some(at) => clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}

fn id_of(body: &Value, name: &str) -> Option<Uuid> {
    body.get(name).and_then(Value::as_str).and_then(|text| text.parse().ok())
}

/// Whether the page took all of `answer`, each part `within` its time.
async fn send(socket: &mut WebSocket, answer: &Answer, within: Duration) -> bool {
    let frames = answer.frames.iter().map(|frame| Message::Text(frame.to_string().into()));
    for message in frames.chain(answer.pings.then(|| Message::Ping(Bytes::new()))) {
        if !matches!(tokio::time::timeout(within, socket.send(message)).await, Ok(Ok(()))) {
            return false;
        }
    }
    true
}
