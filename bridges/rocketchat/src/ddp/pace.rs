//! How fast subscriptions may be asked for.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// Subscriptions to one stream that the server takes in so long a time, with some to spare.
const MOST_AT_ONCE: usize = 35;
const WINDOW: Duration = Duration::from_secs(42);

/// Keeps the number of subscriptions to a stream within what the server takes.
#[derive(Debug)]
pub(crate) struct Pace {
    /// What is still to be asked for: events of `stream-notify-room`.
    wanted: VecDeque<String>,
    asked: VecDeque<Instant>,
}

impl Pace {
    pub(crate) fn new() -> Self {
        Self { wanted: VecDeque::new(), asked: VecDeque::new() }
    }

    /// Wants an event, once.
    pub(crate) fn want(&mut self, event: String) {
        if !self.wanted.contains(&event) {
            self.wanted.push_back(event);
        }
    }

    /// The server turned this away: a whole window passes before anything more is asked for.
    pub(crate) fn turned_away(&mut self, event: String, now: Instant) {
        self.wanted.push_front(event);
        self.asked = std::iter::repeat_n(now, MOST_AT_ONCE).collect();
    }

    /// When something may be asked for; never when nothing is wanted.
    pub(crate) fn when(&self) -> Option<Instant> {
        if self.wanted.is_empty() {
            return None;
        }
        match self.asked.len() < MOST_AT_ONCE {
            true => Some(Instant::now()),
            false => self.asked.front().map(|first| *first + WINDOW),
        }
    }

    /// The next that may be asked for at that time.
    pub(crate) fn take(&mut self, now: Instant) -> Option<String> {
        while self.asked.front().is_some_and(|first| *first + WINDOW <= now) {
            self.asked.pop_front();
        }
        if self.asked.len() >= MOST_AT_ONCE {
            return None;
        }
        let event = self.wanted.pop_front()?;
        self.asked.push_back(now);
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscriptions_are_paced() {
        let mut pace = Pace::new();
        (0..100).for_each(|n| pace.want(format!("room{n}/deleteMessage")));
        pace.want("room3/deleteMessage".to_owned());
        let now = Instant::now();
        let taken = |pace: &mut Pace, at| std::iter::from_fn(|| pace.take(at)).count();
        assert_eq!(taken(&mut pace, now), MOST_AT_ONCE);
        assert_eq!(taken(&mut pace, now + WINDOW / 2), 0);
        assert_eq!(pace.when(), Some(now + WINDOW));
        assert_eq!(taken(&mut pace, now + WINDOW), MOST_AT_ONCE);
        assert_eq!(taken(&mut pace, now + WINDOW * 2), 30);
        assert_eq!(pace.when(), None);
    }

    #[test]
    fn what_was_turned_away_is_asked_for_again_first() {
        let mut pace = Pace::new();
        let now = Instant::now();
        pace.want("b".to_owned());
        pace.turned_away("a".to_owned(), now);
        assert_eq!((pace.take(now), pace.when()), (None, Some(now + WINDOW)));
        assert_eq!(pace.take(now + WINDOW).as_deref(), Some("a"));
        assert_eq!(pace.take(now + WINDOW).as_deref(), Some("b"));
    }
}
