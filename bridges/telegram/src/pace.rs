//! The pace that Telegram asks of a bot, kept before it says 429: about one message a second in one chat, so many a minute
//! in one group, so many a second over all (Bots FAQ, "My bot is hitting limits, how do I avoid this?").
//!
//! Half of what a group may be told in a minute may be told at once, and the rest evenly after it: so no minute holds more,
//! wherever it begins.

use std::{num::NonZeroU32, time::Duration};

use contract::ChatId;
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::Mutex;

/// So many chats are remembered before those that may speak at once are forgotten.
const MOST_CHATS: usize = 4096;

/// What may be said when.
#[derive(Debug)]
pub(crate) struct Pace {
    groups: Option<DefaultKeyedRateLimiter<i64>>,
    people: DefaultKeyedRateLimiter<i64>,
    all: Option<DefaultDirectRateLimiter>,
    /// Whoever waits for their turn among all; a fair lock, so first come, first served.
    queue: Mutex<()>,
}

impl Pace {
    /// So many messages a minute in one group, and a second over all; 0 for any number.
    pub(crate) fn new(per_minute: u32, per_second: u32) -> Self {
        Self {
            groups: quota(per_minute, Duration::from_mins(1)).map(RateLimiter::keyed),
            people: RateLimiter::keyed(Quota::per_second(NonZeroU32::MIN)),
            all: quota(per_second, Duration::from_secs(1)).map(RateLimiter::direct),
            queue: Mutex::new(()),
        }
    }

    /// Takes a turn for something that counts as so many messages. `Err` says how long the chat must wait.
    pub(crate) async fn turn(&self, chat: &ChatId, weight: u32) -> Result<(), Duration> {
        let (Ok(chat), Some(weight)) = (chat.as_str().parse::<i64>(), NonZeroU32::new(weight)) else {
            return Ok(());
        };
        match &self.groups {
            Some(groups) if chat < 0 => check(groups, chat, weight)?,
            None if chat < 0 => {}
            _ => check(&self.people, chat, weight)?,
        }
        if let Some(all) = &self.all {
            let _turn = self.queue.lock().await;
            for _ in 0..weight.get() {
                all.until_ready().await;
            }
        }
        Ok(())
    }
}

/// Half at once, and the other half evenly over the span.
fn quota(most: u32, span: Duration) -> Option<Quota> {
    let burst = NonZeroU32::new(most.div_ceil(2))?;
    let evenly = span / (most - burst.get()).max(1);
    Some(Quota::with_period(evenly)?.allow_burst(burst))
}

/// What weighs more than may ever be said at once takes all of that.
fn check(limiter: &DefaultKeyedRateLimiter<i64>, chat: i64, weight: NonZeroU32) -> Result<(), Duration> {
    if limiter.len() > MOST_CHATS {
        limiter.retain_recent();
    }
    let outcome = match limiter.check_key_n(&chat, weight) {
        Ok(outcome) => outcome.map(drop),
        Err(insufficient) => {
            let most = NonZeroU32::new(insufficient.0).unwrap_or(NonZeroU32::MIN);
            limiter.check_key_n(&chat, most).unwrap_or(Ok(())).map(drop)
        }
    };
    outcome.map_err(|not_until| not_until.wait_time_from(governor::clock::Clock::now(limiter.clock())))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn at_once(pace: &Pace, chat: &str) -> usize {
        let chat = chat.into();
        let mut said = 0;
        while pace.turn(&chat, 1).await.is_ok() {
            said += 1;
        }
        said
    }

    #[tokio::test]
    async fn a_burst_passes_and_a_flood_is_paced() {
        let pace = Pace::new(20, 0);
        assert_eq!(at_once(&pace, "-5").await, 10);
        let wait = pace.turn(&"-5".into(), 1).await.unwrap_err();
        assert!(wait <= Duration::from_secs(6), "the other ten are spread over the minute: {wait:?}");
        assert_eq!(at_once(&pace, "-6").await, 10, "each group has its own");
        assert_eq!(at_once(&pace, "7").await, 1, "and somebody alone one a second");
    }

    #[tokio::test]
    async fn an_album_counts_as_its_pictures_and_nothing_is_too_heavy_for_ever() {
        let pace = Pace::new(20, 0);
        pace.turn(&"-5".into(), 6).await.unwrap();
        pace.turn(&"-5".into(), 6).await.unwrap_err();
        pace.turn(&"-5".into(), 4).await.unwrap();
        pace.turn(&"-6".into(), 50).await.unwrap();
        pace.turn(&"-6".into(), 1).await.unwrap_err();
        pace.turn(&"-6".into(), 0).await.unwrap();
    }

    #[tokio::test]
    async fn without_limits_nothing_waits() {
        let pace = Pace::new(0, 0);
        for _ in 0..1000 {
            pace.turn(&"-5".into(), 1).await.unwrap();
        }
    }
}
