//! What an open page listens to: who may, what is drawn of it, and what falls silent.

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, OpenPage};
use crate::{
    clinic::{
        conversations::{self, Party},
        doctors::presence,
    },
    infra::bus::Hint,
    web::Error,
};

const MOST_TOPICS: usize = 64;
/// A word, an id and a day.
const LONGEST_TOPIC: usize = 80;

/// What a subscription is to.
pub(super) enum Topic {
    /// The page reads again what it declared to be live; if that is of an appointment, its two people may listen.
    Changes { page_topic: String, appointment: Option<Uuid> },
    /// Messages after the number `seen` are drawn for this party.
    Messages { party: Box<Party>, seen: i64 },
}

impl Topic {
    /// The appointment whose two people alone may listen.
    fn appointment(&self) -> Option<Uuid> {
        match self {
            Self::Changes { appointment, .. } => *appointment,
            Self::Messages { party, .. } => Some(party.conversation()),
        }
    }
}

impl OpenPage {
    pub(super) async fn subscribe(&mut self, page_topic: &str, after: i64) -> Result<Vec<Value>, Error> {
        if self.topics.len() >= MOST_TOPICS {
            return Err(Error::TooMany(60));
        }
        if page_topic.len() > LONGEST_TOPIC {
            return Err(Error::NotFound);
        }
        let (kind, rest) = page_topic.split_once(':').unwrap_or((page_topic, ""));
        let changes = |appointment| Topic::Changes { page_topic: page_topic.to_owned(), appointment };
        let mut frames = Vec::new();
        let (bus_topic, topic) = match kind {
            presence::TOPIC | "slots" => (page_topic.to_owned(), changes(None)),
            // Heard without asking: every page of somebody listens to what is theirs.
            "notifications" => return Ok(frames),
            "doctor-consultations" => {
                let doctor = self.doctor.ok_or(Error::NotFound)?;
                (format!("{DOCTOR_CONSULTATIONS}:{doctor}"), changes(None))
            }
            "appointment" => {
                let party = Party::find(&self.app, &self.signed_in, id_in(rest)?).await?;
                (page_topic.to_owned(), changes(Some(party.conversation())))
            }
            "conversation" => {
                let party = Party::find(&self.app, &self.signed_in, id_in(rest)?).await?;
                party.enter(self.app.now())?;
                // Listening first: what is written between the two is then drawn twice rather than never.
                self.listener.add(page_topic);
                let missed = conversations::live::caught_up(&self.app, &party, &self.page, after).await?;
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

    pub(super) fn unsubscribe(&mut self, page_topic: &str) {
        let bus_topic = match self.doctor {
            Some(doctor) if page_topic == DOCTOR_CONSULTATIONS => format!("{DOCTOR_CONSULTATIONS}:{doctor}"),
            _ => page_topic.to_owned(),
        };
        if self.topics.remove(&bus_topic).is_some() {
            self.listener.remove(&bus_topic);
        }
    }

    /// Notes that this side has read the messages of `topic` up to the number `seq`, if they are drawn here.
    pub(super) async fn read(&self, topic: &str, seq: i64) -> Result<(), Error> {
        match self.topics.get(topic) {
            Some(Topic::Messages { party, .. }) => conversations::live::note_read(&self.app, party, seq).await,
            _ => Ok(()),
        }
    }

    pub(super) async fn hear_topic(&mut self, hint: &Hint) -> Result<Vec<Value>, Error> {
        match self.topics.get(&hint.topic) {
            None => Ok(Vec::new()),
            // A room says nothing but the numbers of its messages, and that it has closed.
            Some(Topic::Messages { .. }) if hint.body.get("seq").is_none() => {
                Ok(vec![self.refuse(&hint.topic, StatusCode::GONE)])
            }
            Some(_) => self.draw_topic(&hint.topic).await,
        }
    }

    /// What is new on a topic. Whatever a hint was about, all messages that are not yet seen are drawn: one that was lost
    /// costs none.
    async fn draw_topic(&mut self, topic: &str) -> Result<Vec<Value>, Error> {
        match self.topics.get_mut(topic) {
            None => Ok(Vec::new()),
            Some(Topic::Changes { page_topic, .. }) => Ok(vec![json!({ "is": "changed", "topic": page_topic })]),
            Some(Topic::Messages { party, seen }) => {
                let conversation = party.conversation().to_string();
                let new = conversations::live::after(&self.app, party, &self.page, *seen).await?;
                *seen = new.last().map_or(*seen, |message| message.seq);
                Ok(new.iter().map(|message| message_frame(&conversation, message)).collect())
            }
        }
    }

    /// Listens to `topic` no longer, and says so.
    fn refuse(&mut self, topic: &str, status: StatusCode) -> Value {
        self.topics.remove(topic);
        self.listener.remove(topic);
        json!({ "is": "refused", "topic": topic, "status": status.as_u16() })
    }

    /// Settles anew who may listen. What is no longer this page's falls silent, and a frame that shows it is read again
    /// and so goes away.
    pub(super) async fn settle_anew(&mut self) -> Answer {
        self.calls.clear();
        let settled: Vec<(String, Uuid)> =
            self.topics.iter().filter_map(|(name, topic)| Some((name.clone(), topic.appointment()?))).collect();
        let mut answer = Answer::from(Vec::new());
        for (topic, appointment) in settled {
            match Party::find(&self.app, &self.signed_in, appointment).await {
                Ok(found) => {
                    if let Some(Topic::Messages { party, .. }) = self.topics.get_mut(&topic) {
                        **party = found;
                    }
                }
                // A page that shows it asks for itself who may see it.
                Err(Error::Unavailable) => answer.lacks = true,
                Err(error) => {
                    answer.frames.push(self.refuse(&topic, refusal(&error)));
                    answer.frames.push(json!({ "is": "changed", "topic": topic }));
                }
            }
        }
        answer
    }

    /// Hints were lost, whichever: the session may have ended, care too, a room closed, a call rung. All is looked at as
    /// after a reconnect.
    pub(super) async fn look_again(&mut self) -> Answer {
        if !self.session_lives().await {
            return Answer::bye();
        }
        let mut answer = self.settle_anew().await;
        if let Some(call) = self.held.as_ref().map(|held| held.call) {
            answer.frames.extend(self.look_at_call(call).await);
        }
        answer.frames.push(json!({ "is": "changed", "topic": "notifications" }));
        self.add_standing(&mut answer).await;
        for topic in self.topics.keys().cloned().collect::<Vec<_>>() {
            match self.draw_topic(&topic).await {
                Ok(new) => answer.frames.extend(new),
                Err(Error::Unavailable) => answer.lacks = true,
                Err(error) => answer.frames.push(self.refuse(&topic, refusal(&error))),
            }
        }
        answer
    }
}

const DOCTOR_CONSULTATIONS: &str = "doctor-consultations";

fn message_frame(conversation: &str, message: &conversations::live::Drawn) -> Value {
    json!({ "is": "message", "conversation": conversation, "seq": message.seq, "html": message.html })
}

fn id_in(text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

pub(super) fn refusal(error: &Error) -> StatusCode {
    match error {
        Error::TooEarly => StatusCode::TOO_EARLY,
        Error::Closed | Error::Gone => StatusCode::GONE,
        Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::NOT_FOUND,
    }
}
