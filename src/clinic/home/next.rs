//! The consultation that comes next, in the reader's words, for both of its sides.

use crate::{
    clinic::appointments::appointment,
    infra::clock::Instant,
    web::{Page, words::TimeWords},
};

/// The next consultation as the dark card shows it.
pub(super) struct Next {
    /// Its page.
    pub(super) href: String,
    /// What open pages are told of it.
    pub(super) topic: String,
    /// `waiting` or `open`.
    pub(super) state: &'static str,
    /// The page's moment, for the countdown.
    pub(super) now: String,
    pub(super) opens_at: String,
    pub(super) closes_at: String,
    /// "Hari ini", "Besok", "Senin, 23 November 2026".
    pub(super) day: String,
    /// "14.15–14.30 WITA".
    pub(super) span: TimeWords,
    /// How long it is until the room opens, in words.
    pub(super) wait: String,
}

impl Next {
    /// Puts `row` into words; its page lies under `pages`.
    pub(super) fn new(page: &Page, row: &appointment::Model, pages: &str, now: Instant) -> Option<Self> {
        let (starts, ends) = (row.starts_at?, row.ends_at?);
        Some(Self {
            href: format!("{pages}/{}", row.id),
            topic: format!("appointment:{}", row.id),
            state: if now < starts { "waiting" } else { "open" },
            now: now.rfc3339(),
            opens_at: starts.rfc3339(),
            closes_at: ends.rfc3339(),
            day: day_words(page, starts, now),
            span: page.words.span(starts, ends),
            wait: wait_words(page, starts, now),
        })
    }

    /// The same, with its page told of `topic` too.
    pub(super) fn told_of(mut self, topic: Option<String>) -> Self {
        if let Some(topic) = topic {
            self.topic = format!("{} {topic}", self.topic);
        }
        self
    }

    /// Whether its room is open now.
    pub(super) fn is_open(&self) -> bool {
        self.state == "open"
    }
}

fn day_words(page: &Page, at: Instant, now: Instant) -> String {
    let (day, today) = (at.day_in(&page.words.zone), now.day_in(&page.words.zone));
    if day == today {
        page.t("home-today")
    } else if today.tomorrow().is_ok_and(|tomorrow| day == tomorrow) {
        page.t("home-tomorrow")
    } else {
        page.words.day(day)
    }
}

fn wait_words(page: &Page, starts: Instant, now: Instant) -> String {
    let minutes = i64::try_from(starts.since(now).as_secs() / 60).unwrap_or(i64::MAX);
    let (hours, days) = (minutes / 60, minutes / (24 * 60));
    match (days, hours, minutes) {
        (1.., _, _) => page.t2("home-wait-days", "days", days, "hours", hours % 24),
        (_, 1.., _) => page.t2("home-wait-hours", "hours", hours, "minutes", minutes % 60),
        (_, _, 1..) => page.t1("home-wait-minutes", "minutes", minutes),
        _ => page.t("home-wait-moment"),
    }
}
