//! Hints that something changed, carried to whoever listens: ids only, never health data.
//!
//! A hint may be lost; whoever misses one is told so, reads the database and is whole again.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use serde_json::Value;
use tokio::sync::mpsc;

/// Something changed under `topic`; `body` says what, in ids and numbers.
#[derive(Clone, Debug)]
pub struct Hint {
    /// What listeners choose by, such as `appointment:ID`.
    pub topic: String,
    /// Ids and numbers alone.
    pub body: Value,
}

impl Hint {
    /// A hint without a body: whoever listens reads again.
    pub fn changed(topic: impl Into<String>) -> Self {
        Self { topic: topic.into(), body: Value::Null }
    }

    /// A hint that carries ids or numbers.
    pub fn with(topic: impl Into<String>, body: Value) -> Self {
        Self { topic: topic.into(), body }
    }
}

/// Carries hints within a program, or between the nodes of one clinic.
pub trait Bus: Send + Sync {
    /// Tells everybody who listens to the hint's topic. Never waits.
    fn publish(&self, hint: Hint);
    /// A listener that hears nothing until it is told what to listen to.
    fn listen(&self) -> Listener;
    /// Whether anybody listens to `topic` now.
    fn is_heard(&self, topic: &str) -> bool;
}

/// The bus of one node: no copy leaves the program.
#[derive(Default)]
pub struct LocalBus(Arc<Registry>);

#[derive(Default)]
struct Registry {
    next: AtomicU64,
    topics: Mutex<HashMap<String, Listeners>>,
}

/// Who listens to one topic.
type Listeners = HashMap<u64, Ear>;

/// Where a listener's hints go in.
#[derive(Clone)]
struct Ear {
    sender: mpsc::Sender<Hint>,
    /// Whether a hint found no room.
    has_missed: Arc<AtomicBool>,
}

/// Hints that one slow listener may be behind; past that it loses hints and catches up by reading.
const BACKLOG: usize = 256;

impl Bus for LocalBus {
    fn publish(&self, hint: Hint) {
        let topics = self.0.topics.lock().unwrap_or_else(PoisonError::into_inner);
        for ear in topics.get(&hint.topic).into_iter().flat_map(HashMap::values) {
            if ear.sender.try_send(hint.clone()).is_err() {
                ear.has_missed.store(true, Ordering::Release);
            }
        }
    }

    fn listen(&self) -> Listener {
        let (sender, receiver) = mpsc::channel(BACKLOG);
        Listener {
            id: self.0.next.fetch_add(1, Ordering::Relaxed),
            registry: Arc::clone(&self.0),
            topics: HashSet::new(),
            ear: Ear { sender, has_missed: Arc::default() },
            receiver,
        }
    }

    fn is_heard(&self, topic: &str) -> bool {
        self.0.topics.lock().unwrap_or_else(PoisonError::into_inner).contains_key(topic)
    }
}

/// What a listener hears.
pub enum Heard {
    /// Something changed.
    Hint(Hint),
    /// It was too slow and hints were lost: whatever it listens to may have changed.
    Missed,
}

/// Hears the hints of the topics it was told to listen to, until it is dropped.
pub struct Listener {
    id: u64,
    registry: Arc<Registry>,
    topics: HashSet<String>,
    ear: Ear,
    receiver: mpsc::Receiver<Hint>,
}

impl Listener {
    /// Listens to `topic` too.
    pub fn add(&mut self, topic: &str) {
        if self.topics.insert(topic.to_owned()) {
            let mut topics = self.registry.topics.lock().unwrap_or_else(PoisonError::into_inner);
            topics.entry(topic.to_owned()).or_default().insert(self.id, self.ear.clone());
        }
    }

    /// Listens to `topic` no longer.
    pub fn remove(&mut self, topic: &str) {
        if self.topics.remove(topic) {
            self.registry.forget(topic, self.id);
        }
    }

    /// How many topics it listens to.
    pub fn count(&self) -> usize {
        self.topics.len()
    }

    /// The next hint, or that some were lost; then those that wait are old news too, and are dropped.
    pub async fn next(&mut self) -> Option<Heard> {
        if self.ear.has_missed.swap(false, Ordering::AcqRel) {
            while self.receiver.try_recv().is_ok() {}
            return Some(Heard::Missed);
        }
        self.receiver.recv().await.map(Heard::Hint)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        for topic in &self.topics {
            self.registry.forget(topic, self.id);
        }
    }
}

impl Registry {
    fn forget(&self, topic: &str, id: u64) {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listeners) = topics.get_mut(topic) {
            listeners.remove(&id);
            if listeners.is_empty() {
                topics.remove(topic);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_listener_hears_its_topics_alone() {
        let bus = LocalBus::default();
        let mut listener = bus.listen();
        listener.add("a");
        bus.publish(Hint::changed("b"));
        bus.publish(Hint::changed("a"));
        assert!(matches!(listener.next().await, Some(Heard::Hint(hint)) if hint.topic == "a"));
    }

    #[tokio::test]
    async fn a_listener_that_is_too_slow_learns_so_once() {
        let bus = LocalBus::default();
        let mut listener = bus.listen();
        listener.add("a");
        for _ in 0..BACKLOG {
            bus.publish(Hint::changed("a"));
        }
        for _ in 0..BACKLOG {
            assert!(
                matches!(listener.next().await, Some(Heard::Hint(_))),
                "the control: up to its backlog it hears all"
            );
        }
        for _ in 0..=BACKLOG {
            bus.publish(Hint::changed("a"));
        }
        assert!(matches!(listener.next().await, Some(Heard::Missed)));
        bus.publish(Hint::changed("a"));
        assert!(matches!(listener.next().await, Some(Heard::Hint(_))), "what comes after is heard again");
        assert!(futures::FutureExt::now_or_never(listener.next()).is_none());
    }

    #[test]
    fn a_topic_without_listeners_is_forgotten() {
        let bus = LocalBus::default();
        let mut listener = bus.listen();
        listener.add("a");
        drop(listener);
        assert!(bus.0.topics.lock().unwrap_or_else(PoisonError::into_inner).is_empty());
    }
}
