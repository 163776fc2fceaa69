//! Hints that something changed, carried to whoever listens: ids only, never health data.
//!
//! A hint may be lost; whoever misses one reads the database at the next poll or reconnect and is whole again.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
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
type Listeners = HashMap<u64, mpsc::Sender<Hint>>;

/// Hints that one slow listener may be behind; past that it loses hints and catches up by reading.
const BACKLOG: usize = 256;

impl Bus for LocalBus {
    fn publish(&self, hint: Hint) {
        let topics = self.0.topics.lock().unwrap_or_else(PoisonError::into_inner);
        for listener in topics.get(&hint.topic).into_iter().flat_map(HashMap::values) {
            let _ = listener.try_send(hint.clone());
        }
    }

    fn listen(&self) -> Listener {
        let (sender, receiver) = mpsc::channel(BACKLOG);
        Listener {
            id: self.0.next.fetch_add(1, Ordering::Relaxed),
            registry: Arc::clone(&self.0),
            topics: HashSet::new(),
            sender,
            receiver,
        }
    }
}

/// Hears the hints of the topics it was told to listen to, until it is dropped.
pub struct Listener {
    id: u64,
    registry: Arc<Registry>,
    topics: HashSet<String>,
    sender: mpsc::Sender<Hint>,
    receiver: mpsc::Receiver<Hint>,
}

impl Listener {
    /// Listens to `topic` too.
    pub fn add(&mut self, topic: &str) {
        if self.topics.insert(topic.to_owned()) {
            let mut topics = self.registry.topics.lock().unwrap_or_else(PoisonError::into_inner);
            topics.entry(topic.to_owned()).or_default().insert(self.id, self.sender.clone());
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

    /// The next hint.
    pub async fn next(&mut self) -> Option<Hint> {
        self.receiver.recv().await
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
        assert_eq!(listener.next().await.map(|hint| hint.topic).as_deref(), Some("a"));
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
