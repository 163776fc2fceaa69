//! The table of contents of what open pages hear: one WebSocket a page, its topics, and who may listen to them.
//!
//! Who may listen is settled when a page subscribes; what a hint means is read and drawn by the feature it belongs to.

use std::{collections::HashMap, time::Duration};

use axum::{
    body::Bytes,
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::App,
    clinic::{
        accounts::{SignedIn, sessions},
        calls,
        conversations::{self, Party},
        doctors::{self, presence},
        notifications,
    },
    infra::{
        bus::{Hint, Listener},
        clock::Instant,
        ids,
    },
    web::{Error, Page, csrf},
};

/// Every browser is pinged so often; one that is silent for as many ticks as [`SILENT_TICKS`] is gone (P7).
const TICK: Duration = Duration::from_secs(5);
const SILENT_TICKS: u32 = 4;
/// A session that could not be looked at is looked at again after this.
const LOOKED_AT_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// Session descriptions are the longest that a page sends.
const LARGEST_FRAME: usize = 64 * 1024;
const MOST_TOPICS: usize = 64;
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
    Beat,
    Signal {
        call: Uuid,
        data: Value,
    },
}

/// What a subscription is to.
enum Topic {
    /// The page reads again what it declared to be live.
    Changes { page_topic: String },
    /// Messages after the number `seen` are drawn for this party.
    Messages { party: Box<Party>, seen: i64 },
}

struct OpenPage {
    app: App,
    signed_in: SignedIn,
    page: Page,
    doctor: Option<Uuid>,
    connection: Uuid,
    listener: Listener,
    topics: HashMap<String, Topic>,
    /// For each call that rings or runs: whom its signals go to.
    calls: HashMap<Uuid, Uuid>,
}

/// What goes back to the page, and whether the socket stays.
struct Answer {
    frames: Vec<Value>,
    stays: bool,
}

impl From<Vec<Value>> for Answer {
    fn from(frames: Vec<Value>) -> Self {
        Self { frames, stays: true }
    }
}

impl OpenPage {
    fn new(app: App, signed_in: SignedIn, page: Page, doctor: Option<Uuid>) -> Self {
        let mut listener = app.bus.listen();
        listener.add(&notifications::topic(signed_in.user));
        listener.add(&sessions::topic(signed_in.session));
        let connection = ids::new(app.now());
        Self { app, signed_in, page, doctor, connection, listener, topics: HashMap::new(), calls: HashMap::new() }
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
        let mut greeting = vec![json!({ "is": "hello", "now": self.app.now().millis() })];
        greeting.extend(calls::live::ringing(&self.app, &self.page, self.signed_in.user).await.unwrap_or_default());
        let mut tick = tokio::time::interval(TICK);
        let (mut silent, mut said_often) = (0, 0_u32);
        let mut look_at_session = self.app.now();
        let mut answer = Answer::from(greeting);
        loop {
            if !send(&mut socket, &answer.frames).await || !answer.stays {
                break;
            }
            answer = tokio::select! {
                said = socket.recv() => {
                    silent = 0;
                    said_often += 1;
                    if said_often > MOST_FRAMES_A_TICK {
                        tracing::warn!(user = %self.signed_in.user, "a page said more than pages say, and was cut off");
                        break;
                    }
                    self.come();
                    match said {
                        Some(Ok(Message::Text(text))) => self.hear_page(text.as_str()).await,
                        Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                        Some(Ok(_)) => Answer::from(Vec::new()),
                    }
                }
                hint = self.listener.next() => match hint {
                    Some(hint) => self.hear_hint(hint).await,
                    None => break,
                },
                _ = tick.tick() => {
                    // A page in a hidden tab beats once a minute at best; its browser answers pings all the same.
                    (silent, said_often) = (silent + 1, 0);
                    let pinged = socket.send(Message::Ping(Bytes::new())).await.is_ok();
                    Answer { frames: Vec::new(), stays: pinged && silent <= SILENT_TICKS }
                }
                () = self.app.clock.sleep_until(look_at_session) => match self.watch_session().await {
                    Some(again) => {
                        look_at_session = again;
                        Answer::from(Vec::new())
                    }
                    None => Answer { frames: vec![json!({ "is": "bye" })], stays: false },
                },
            };
        }
        self.leave();
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
                Err(error) => {
                    let status = refusal(&error).as_u16();
                    vec![json!({ "is": "refused", "topic": topic, "status": status })]
                }
            },
            Ok(Said::Unsubscribe { topic }) => {
                self.unsubscribe(&topic);
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

    async fn subscribe(&mut self, page_topic: &str, after: i64) -> Result<Vec<Value>, Error> {
        if self.topics.len() >= MOST_TOPICS {
            return Err(Error::TooMany(60));
        }
        let (kind, rest) = page_topic.split_once(':').unwrap_or((page_topic, ""));
        let changes = || Topic::Changes { page_topic: page_topic.to_owned() };
        let mut frames = Vec::new();
        let (bus_topic, topic) = match kind {
            presence::TOPIC | "slots" => (page_topic.to_owned(), changes()),
            // Heard without asking: every page of somebody listens to what is theirs.
            "notifications" => return Ok(frames),
            "doctor-consultations" => {
                let doctor = self.doctor.ok_or(Error::NotFound)?;
                (format!("{DOCTOR_CONSULTATIONS}:{doctor}"), changes())
            }
            "appointment" => {
                Party::find(&self.app, &self.signed_in, id_in(rest)?).await?;
                (page_topic.to_owned(), changes())
            }
            "conversation" => {
                let party = Party::find(&self.app, &self.signed_in, id_in(rest)?).await?;
                party.enter(self.app.now())?;
                // Listening first: what is written between the two is then drawn twice rather than never.
                self.listener.add(page_topic);
                let missed = conversations::live::after(&self.app, &party, &self.page, after).await?;
                let seen = missed.last().map_or(after, |message| message.seq);
                frames.extend(missed.into_iter().map(|message| message_frame(rest, &message)));
                (page_topic.to_owned(), Topic::Messages { party: Box::new(party), seen })
            }
            _ => return Err(Error::NotFound),
        };
        self.listener.add(&bus_topic);
        self.topics.insert(bus_topic, topic);
        Ok(frames)
    }

    fn unsubscribe(&mut self, page_topic: &str) {
        let bus_topic = match self.doctor {
            Some(doctor) if page_topic == DOCTOR_CONSULTATIONS => format!("{DOCTOR_CONSULTATIONS}:{doctor}"),
            _ => page_topic.to_owned(),
        };
        if self.topics.remove(&bus_topic).is_some() {
            self.listener.remove(&bus_topic);
        }
    }

    async fn signal(&mut self, call: Uuid, data: &Value) {
        let to = match self.calls.get(&call) {
            Some(to) => Some(*to),
            None => calls::live::other_side(&self.app, self.signed_in.user, call).await.ok().flatten(),
        };
        if let Some(to) = to {
            self.calls.insert(call, to);
            calls::live::signal(&self.app, to, call, data);
        }
    }

    async fn hear_hint(&mut self, hint: Hint) -> Answer {
        if hint.topic == sessions::topic(self.signed_in.session) {
            return Answer { frames: vec![json!({ "is": "bye" })], stays: false };
        }
        let frames = if hint.topic == notifications::topic(self.signed_in.user) {
            self.hear_own(&hint.body).await
        } else {
            self.hear_topic(&hint).await
        };
        let frames = frames.unwrap_or_else(|error| {
            tracing::warn!(?error, topic = hint.topic, "a hint could not be followed");
            Vec::new()
        });
        frames.into()
    }

    /// Something new for the account itself: a notification, a call, a signal.
    async fn hear_own(&mut self, body: &Value) -> Result<Vec<Value>, Error> {
        let user = self.signed_in.user;
        if let Some(signal) = body.get("signal") {
            return Ok(vec![json!({ "is": "signal", "call": signal.get("call"), "data": signal.get("data") })]);
        }
        if let Some(call) = id_of(body, "call") {
            self.calls.remove(&call);
            return calls::live::frames(&self.app, &self.page, user, call).await;
        }
        let mut frames = vec![json!({ "is": "changed", "topic": "notifications" })];
        if let Some(id) = id_of(body, "notification") {
            let html = notifications::live::draw(&self.app, &self.page, user, id).await?;
            let unread = notifications::unread_count(self.app.db.read(), user).await?;
            frames.push(json!({ "is": "notification", "unread": unread, "html": html.unwrap_or_default() }));
        }
        Ok(frames)
    }

    async fn hear_topic(&mut self, hint: &Hint) -> Result<Vec<Value>, Error> {
        match self.topics.get_mut(&hint.topic) {
            None => Ok(Vec::new()),
            Some(Topic::Changes { page_topic }) => Ok(vec![json!({ "is": "changed", "topic": page_topic })]),
            // Whatever the hint was about, all that is not yet seen is drawn: a hint that was lost costs no message.
            Some(Topic::Messages { party, seen }) if hint.body.get("seq").is_some() => {
                let conversation = party.conversation().to_string();
                let new = conversations::live::after(&self.app, party, &self.page, *seen).await?;
                *seen = new.last().map_or(*seen, |message| message.seq);
                Ok(new.iter().map(|message| message_frame(&conversation, message)).collect())
            }
            Some(Topic::Messages { .. }) => {
                // The room has closed.
                self.topics.remove(&hint.topic);
                self.listener.remove(&hint.topic);
                Ok(vec![json!({ "is": "refused", "topic": hint.topic, "status": StatusCode::GONE.as_u16() })])
            }
        }
    }
}

const DOCTOR_CONSULTATIONS: &str = "doctor-consultations";

fn message_frame(conversation: &str, message: &conversations::live::Drawn) -> Value {
    json!({ "is": "message", "conversation": conversation, "seq": message.seq, "html": message.html })
}

fn id_in(text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

fn id_of(body: &Value, name: &str) -> Option<Uuid> {
    body.get(name).and_then(Value::as_str).and_then(|text| text.parse().ok())
}

fn refusal(error: &Error) -> StatusCode {
    match error {
        Error::TooEarly => StatusCode::TOO_EARLY,
        Error::Closed | Error::Gone => StatusCode::GONE,
        Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::NOT_FOUND,
    }
}

async fn send(socket: &mut WebSocket, frames: &[Value]) -> bool {
    for frame in frames {
        if socket.send(Message::Text(frame.to_string().into())).await.is_err() {
            return false;
        }
    }
    true
}
