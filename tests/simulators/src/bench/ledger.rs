//! What was said and what arrived, by the number that each message carries in its words.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{Notify, Semaphore};

/// How long the last message of a stretch may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// What stands before a message's number.
const MARK: char = '№';

/// Every message there was, and when. A message that is lost, doubled or out of its chat's order fails the benchmark.
#[derive(Debug)]
pub struct Ledger {
    kept: Mutex<Kept>,
    /// As many messages may be on their way.
    window: Semaphore,
    complete: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    messages: Vec<Message>,
    missing: usize,
    /// The last that arrived in each chat.
    last: HashMap<usize, usize>,
    mistake: Option<String>,
}

#[derive(Debug)]
struct Message {
    chat: usize,
    said: Instant,
    arrived: Option<Instant>,
}

/// What was said between two moments, all of it arrived.
#[derive(Debug)]
pub struct Stretch {
    /// How many arrived after the first, until one chat had nothing left on its way: as long as all of them talk.
    arrived: usize,
    /// In that time, which begins with the first arrival: how long that one is on its way is latency.
    took: Duration,
    /// How long each message was on its way, shortest first.
    pub latencies: Vec<Duration>,
}

impl Stretch {
    fn of(messages: &[Message]) -> Self {
        let mut last: HashMap<usize, Instant> = HashMap::new();
        let (mut arrivals, mut latencies) = (Vec::new(), Vec::new());
        for message in messages {
            let Some(arrived) = message.arrived else { continue };
            arrivals.push(arrived);
            latencies.push(arrived - message.said);
            let last = last.entry(message.chat).or_insert(arrived);
            *last = arrived.max(*last);
        }
        latencies.sort();
        let (first, end) = (arrivals.iter().min(), last.values().min());
        let took = first.zip(end).map(|(first, end)| *end - *first).unwrap_or_default();
        let arrived = arrivals.iter().filter(|arrived| Some(*arrived) <= end).count().saturating_sub(1);
        Self { arrived, took, latencies }
    }

    /// Messages a second.
    pub fn rate(&self) -> f64 {
        count(self.arrived) / self.took.as_secs_f64()
    }
}

impl Ledger {
    /// An empty ledger that lets `window` messages be on their way.
    pub fn new(window: usize) -> Arc<Self> {
        let (kept, complete) = (Mutex::default(), Notify::new());
        Arc::new(Self { kept, window: Semaphore::new(window), complete })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the next message.
    pub fn next(&self) -> usize {
        self.kept().messages.len()
    }

    /// Waits for room in the window, and notes that a message is said in a chat now. Returns its number.
    pub async fn say(&self, chat: usize) -> usize {
        if let Ok(permit) = self.window.acquire().await {
            permit.forget();
        }
        let mut kept = self.kept();
        kept.missing += 1;
        kept.messages.push(Message { chat, said: Instant::now(), arrived: None });
        kept.messages.len() - 1
    }

    /// Notes that what says these words has arrived.
    pub fn arrived(&self, words: &str) {
        let Some(number) = number(words) else { return };
        let mut kept = self.kept();
        let kept = &mut *kept;
        let Some(message) = kept.messages.get_mut(number) else { return };
        if message.arrived.replace(Instant::now()).is_some() {
            kept.mistake = Some(format!("message {number} arrived twice"));
            return;
        }
        let before = kept.last.insert(message.chat, number);
        if before.is_some_and(|before| before > number) {
            kept.mistake = Some(format!("message {number} arrived after {before:?}"));
        }
        kept.missing -= 1;
        self.window.add_permits(1);
        if kept.missing == 0 {
            self.complete.notify_waiters();
        }
    }

    /// Waits until everything has arrived; returns the stretch that began with message `first`.
    pub async fn stretch(&self, first: usize) -> io::Result<Stretch> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let complete = self.complete.notified();
            if self.kept().missing == 0 {
                break;
            }
            if tokio::time::timeout_at(deadline, complete).await.is_err() {
                let missing = self.kept().missing;
                return Err(io::Error::other(format!("{missing} messages did not arrive")));
            }
        }
        let kept = self.kept();
        if let Some(mistake) = &kept.mistake {
            return Err(io::Error::other(mistake.clone()));
        }
        Ok(Stretch::of(&kept.messages[first..]))
    }
}

/// What message `number` says.
pub fn words(number: usize) -> String {
    format!(
        "{MARK}{number} : on se retrouve mardi à 18 h à la Fabrique, il reste à préparer la salle et le repas"
    )
}

/// The number of a message in its words, whatever stands around it.
fn number(words: &str) -> Option<usize> {
    let (_, rest) = words.split_once(MARK)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// Of sorted durations, the one that `percent` of them do not exceed.
pub fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

/// A count, to be divided.
pub fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_arrives_twice_or_out_of_order_is_noticed() {
        for arrivals in [&[0, 1][..], &[1, 0], &[0, 0, 1]] {
            let ledger = Ledger::new(9);
            for _ in 0..2 {
                ledger.say(0).await;
            }
            for number in arrivals {
                ledger.arrived(&format!("**Anne**: {}", words(*number)));
            }
            assert_eq!(ledger.stretch(0).await.is_ok(), arrivals == [0, 1], "{arrivals:?}");
        }
    }

    #[test]
    fn the_rate_is_of_the_time_in_which_every_chat_talks() {
        let began = Instant::now();
        let after = |seconds| began + Duration::from_secs(seconds);
        let message = |chat, arrived| Message { chat, said: began, arrived: Some(after(arrived)) };
        let messages = [message(0, 1), message(1, 2), message(0, 3), message(1, 4), message(1, 9)];
        let stretch = Stretch::of(&messages);
        assert_eq!((stretch.arrived, stretch.took), (2, Duration::from_secs(2)));
        assert_eq!(stretch.latencies.last(), Some(&Duration::from_secs(9)));
    }

    #[test]
    fn percentiles_are_of_what_there_is() {
        let sorted: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(percentile(&sorted, 50), Duration::from_millis(50));
        assert_eq!(percentile(&sorted, 99), Duration::from_millis(99));
        assert_eq!(percentile(&sorted[..1], 99), Duration::from_millis(1));
        assert_eq!(percentile(&[], 50), Duration::ZERO);
    }
}
