//! One lane: reads what waits, a few deliveries at a time, and attempts each until it is out of the lane.

use std::{collections::VecDeque, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use contract::{Phrase, Timestamp};
use futures_util::FutureExt;

use super::{Outbox, Outcome, backoff};
use crate::store::{self, StoreError, outbox::Waiting};

/// A lane reads so many deliveries at a time; and so many where it has to wait, or others do: what waits waits on disk.
const AT_A_TIME: u32 = 32;
const FEW: u32 = 2;
/// How soon a lane that could not be read is read again.
const READ_AGAIN: Duration = Duration::from_secs(1);

/// How a delivery left the lane, or why the lane is to be read anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cleared {
    /// It is out of the lane; the next one follows.
    Smoothly,
    /// It is out of the lane, but had to wait: what was read with it was let go.
    Late,
    /// Its turn came only now.
    Behind,
    /// The lane went elsewhere, or the daemon ends.
    Elsewhere,
}

impl Outbox {
    /// Delivers what waits in a lane, until nothing does.
    pub(super) async fn run(self: Arc<Self>, lane: i64) {
        let (mut most, mut behind) = (FEW, false);
        loop {
            self.lanes.looks(lane);
            let Some((mut waiting, mut all)) = self.read(lane, most, behind).await else { return };
            (most, behind) = (if self.slots.are_short() { FEW } else { AT_A_TIME }, false);
            while let Some(delivery) = waiting.pop_front() {
                match self.clear(delivery, &mut waiting).await {
                    Cleared::Smoothly => continue,
                    Cleared::Late => most = FEW,
                    Cleared::Behind => behind = true,
                    Cleared::Elsewhere => {}
                }
                all = false;
                waiting.clear();
            }
            let ends = self.stop.is_cancelled();
            if (all || ends) && self.lanes.rest(lane, ends) {
                return;
            }
        }
    }

    /// The head of a lane, as soon as it can be read, and whether that is all of it; `None` at the stop. What may be said
    /// together is, where it is behind.
    async fn read(&self, lane: i64, most: u32, behind: bool) -> Option<(VecDeque<Waiting>, bool)> {
        loop {
            match self.try_read(lane, most, behind).await {
                Ok((waiting, all)) => return Some((waiting.into(), all)),
                Err(StoreError::Spoiled(spoiled)) if self.give_up(&spoiled).await => continue,
                Err(error) => tracing::error!(%error, "cannot read what waits"),
            }
            self.stop.run_until_cancelled(tokio::time::sleep(READ_AGAIN)).await?;
        }
    }

    /// Buries deliveries that this version cannot read: reading them again would not help, and would block their lane.
    /// Whether it could.
    async fn give_up(&self, spoiled: &[(i64, String)]) -> bool {
        for (delivery, why) in spoiled {
            tracing::error!(delivery, %why, "what waits cannot be read; it is kept as a dead letter");
            let buried = self.store.bury(*delivery, &Phrase::new("unreadable"), why, Timestamp::now()).await;
            if buried.is_err() {
                return false;
            }
        }
        true
    }

    async fn try_read(&self, lane: i64, most: u32, behind: bool) -> store::Result<(Vec<Waiting>, bool)> {
        if behind && self.join(&self.store.head(lane, AT_A_TIME).await?).await? {
            // What else waits may be joined too by the time of the next turn.
            return Ok((self.store.head(lane, 1).await?, false));
        }
        let waiting = self.store.head(lane, most).await?;
        let all = waiting.len() < most as usize;
        Ok((waiting, all))
    }

    /// Attempts a delivery until it is out of the lane. The `others` that were read with it are let go where it has to wait.
    async fn clear(self: &Arc<Self>, mut waiting: Waiting, others: &mut VecDeque<Waiting>) -> Cleared {
        let (mut attempts, mut cleared) = (0, Cleared::Smoothly);
        while !self.stop.is_cancelled() {
            let delay = match self.attempt_safely(&mut waiting, attempts).await {
                Some(Outcome::Done) => return cleared,
                Some(Outcome::Moved) | None => return Cleared::Elsewhere,
                Some(Outcome::Next) => {
                    waiting.step += 1;
                    waiting.unclear = false;
                    attempts = 0;
                    continue;
                }
                Some(Outcome::NotYet(delay)) => {
                    cleared = Cleared::Behind;
                    delay
                }
                Some(Outcome::Later(delay)) => {
                    attempts += 1;
                    cleared = Cleared::Late;
                    delay
                }
            };
            others.clear();
            let _ = self.stop.run_until_cancelled(tokio::time::sleep(delay)).await;
            if cleared == Cleared::Behind {
                return cleared;
            }
        }
        Cleared::Elsewhere
    }

    /// One attempt, in its turn among those of its networks. `None` at the stop.
    async fn attempt_safely(self: &Arc<Self>, waiting: &mut Waiting, attempts: u32) -> Option<Outcome> {
        let slot = self.slots.take(&waiting.source, &waiting.place.network);
        let _slot = self.stop.run_until_cancelled(slot).await?;
        self.lanes.begins(waiting.chat, (waiting.id, waiting.step));
        // On the heap: a lane that waits is small.
        let attempt = Box::pin(self.attempt(waiting, attempts));
        // A mistake of ours in one delivery must not end its lane.
        let attempt = match AssertUnwindSafe(attempt).catch_unwind().await {
            Ok(attempt) => attempt,
            Err(_) => self.refused(waiting, &Phrase::new("went-wrong"), "panicked").await,
        };
        // Without the store, what was done has no receipt either.
        let unclear = waiting.unclear || attempt.is_err();
        let outcome = attempt.unwrap_or_else(|error| {
            tracing::error!(%error, "the outbox cannot use the store");
            Outcome::Later(backoff(attempts))
        });
        let is_over = matches!(outcome, Outcome::Done | Outcome::Next | Outcome::Moved);
        self.lanes.tried(waiting.chat, is_over, unclear);
        Some(outcome)
    }
}
