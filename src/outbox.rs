//! Delivers what waits: one lane for each chat, in order.
//!
//! The truth is in the store; here is only which lanes are running. A lane takes the oldest delivery, translates its
//! ids, fits it to the destination, delivers it step by step and obeys the [`Fault`]. A lane that waits for a server
//! delays no other.

use std::{collections::HashMap, sync::Arc, time::Duration};

use contract::{Author, ChatId, Event, Fault, Kind, MessageId, Network, NetworkName, Phrase, Receipt};
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    commands::Commands,
    faces::Faces,
    store::{self, Place, Store, outbox::Waiting},
    words::{Called, Language},
};

mod deliver;
mod join;
mod lane;
mod lanes;
mod names;
mod notices;
mod slots;
mod translate;

pub(crate) use deliver::{is_native, named};

/// The networks by their names, Matrix among them.
pub type Networks = Arc<HashMap<NetworkName, Arc<dyn Network>>>;

/// The longest wait between two attempts, unless the server asks for more.
const LONGEST_WAIT: Duration = Duration::from_secs(15);
/// How often a network that does not know us any more is tried again.
const LOGGED_OUT_WAIT: Duration = Duration::from_mins(1);
/// How long a vote waits for its poll, while anything is being delivered.
const SETTLE: Duration = Duration::from_secs(2);

/// Delivers what waits.
pub struct Outbox {
    store: Store,
    networks: Networks,
    commands: Commands,
    language: Language,
    called: Arc<Called>,
    faces: Arc<Faces>,
    names: names::Names,
    slots: slots::Slots,
    lanes: lanes::Lanes,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbox").field("networks", &self.networks.keys()).finish_non_exhaustive()
    }
}

/// What an attempt came to.
enum Outcome {
    /// The delivery is out of the lane.
    Done,
    /// The next step is to follow.
    Next,
    /// To be tried again, after a while.
    Later(Duration),
    /// Its turn comes after a while.
    NotYet(Duration),
    /// The lane goes on elsewhere.
    Moved,
}

impl Outbox {
    /// An outbox for these networks, which speaks `language` where nobody chose another.
    #[must_use]
    pub fn new(
        store: Store,
        networks: Networks,
        commands: Commands,
        language: Language,
        called: Arc<Called>,
        faces: Arc<Faces>,
        stop: CancellationToken,
    ) -> Arc<Self> {
        let (lanes, tasks) = (lanes::Lanes::default(), TaskTracker::new());
        let names = names::Names::new(store.clone(), called.clone());
        let slots = slots::Slots::new(&networks);
        Arc::new(Self {
            store,
            networks,
            commands,
            language,
            called,
            faces,
            names,
            slots,
            lanes,
            tasks,
            stop,
        })
    }

    /// Starts every lane that something waits in.
    pub async fn start(self: &Arc<Self>) -> store::Result<()> {
        for lane in self.store.lanes().await? {
            self.begin(lane, true);
        }
        Ok(())
    }

    /// Something waits in this lane.
    pub fn wake(self: &Arc<Self>, lane: i64) {
        self.begin(lane, false);
    }

    fn begin(self: &Arc<Self>, lane: i64, left_over: bool) {
        if !self.stop.is_cancelled() && self.lanes.wake(lane, left_over) {
            let outbox = self.clone();
            self.tasks.spawn(async move { outbox.run(lane).await });
        }
    }

    /// Shows in these places that somebody writes, or no longer; once, if there is nothing better to do, and without minding
    /// what comes of it.
    pub fn show_typing(self: &Arc<Self>, author: &Author, places: &[Place], on: bool) {
        for place in places {
            let Some(network) = self.networks.get(&place.network).cloned() else { continue };
            let (author, chat, outbox) = (author.clone(), place.chat.clone(), self.clone());
            self.tasks.spawn(async move {
                let Some(_slot) = outbox.slots.try_take(&author.person.network, network.name()) else {
                    return;
                };
                if let Err(fault) = network.typing(&chat, &author, on).await {
                    tracing::debug!(network = %network.name(), %fault, "could not show that somebody writes");
                }
            });
        }
    }

    /// The author of an event, with a name to show.
    pub async fn name(&self, event: &Event) -> Author {
        named(&self.networks, &event.chat, event.author.clone()).await
    }

    /// Waits, after the stop, until every lane has finished what is in flight.
    pub async fn drain(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Waits for `target` to be known in `place` while it may be what we have no receipt of: people and bots can answer a
    /// message before its receipt reaches us, and long before it where the answer to it was lost.
    pub async fn settle(&self, place: &Place, target: &MessageId, deadline: Instant) -> store::Result<()> {
        let lane = self.store.number(place).await?;
        let Some(step) = self.lanes.in_doubt(lane) else { return Ok(()) };
        while self.lanes.in_doubt(lane) == Some(step)
            && self.store.message(lane, target).await?.is_none()
            && Instant::now() < deadline
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Waits while we ourselves change, in `place`, what is taken back there: it may be we who took that away, because
    /// something else stands in its place now.
    pub async fn settle_deletion(
        &self,
        place: &Place,
        target: &MessageId,
        deadline: Instant,
    ) -> store::Result<()> {
        let lane = self.store.number(place).await?;
        while self.store.is_changing(lane, target).await? && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// The chat of a network where a poll has this id, waited for a little while anything is on its way anywhere.
    pub async fn settle_poll(
        &self,
        network: &NetworkName,
        poll: &MessageId,
    ) -> store::Result<Option<ChatId>> {
        let deadline = Instant::now() + SETTLE;
        loop {
            let chat = self.store.chat_of_poll(network, poll).await?;
            if chat.is_some() || self.lanes.are_idle() || Instant::now() > deadline {
                return Ok(chat);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn attempt(self: &Arc<Self>, waiting: &mut Waiting, attempts: u32) -> store::Result<Outcome> {
        let Some(network) = self.networks.get(&waiting.place.network) else {
            // The hoster took the network out of the configuration; it may come back.
            return Ok(Outcome::Later(LOGGED_OUT_WAIT));
        };
        match &waiting.event.kind {
            Kind::Command { .. }
            | Kind::Bot { .. }
            | Kind::Encrypted
            | Kind::Archived(_)
            | Kind::Removed { .. }
            | Kind::Readmitted { .. } => self.answer(waiting).await,
            Kind::Withdraw { network: whose } => {
                match network.withdraw(&waiting.place.chat, whose.as_ref()).await {
                    Err(fault @ (Fault::Retry { .. } | Fault::LoggedOut(_))) => {
                        self.obey(fault, waiting, attempts).await
                    }
                    // Who is not let go stays: nobody misses it.
                    _ => self.done(waiting, &Receipt::done()).await,
                }
            }
            Kind::Moved { to } => match network.follow(&waiting.place.chat, to).await {
                Ok(()) => self.moved(waiting, Place::new(&waiting.place.network, to), true).await,
                Err(fault) => self.obey(fault, waiting, attempts).await,
            },
            _ => self.deliver(network.as_ref(), waiting, attempts).await,
        }
    }

    /// The language to speak: the one chosen for the link, else that of the person who is answered, else the hoster's.
    fn language_of(&self, waiting: &Waiting) -> Language {
        let chosen = waiting.links[1].language.as_deref();
        let answered = Some(&waiting.event.author).filter(|author| author.is_bridge());
        let answered = answered.and_then(|author| author.language.as_deref());
        chosen.or(answered).and_then(Language::of_tag).unwrap_or(self.language)
    }

    /// It is done, for good.
    async fn done(&self, waiting: &Waiting, receipt: &Receipt) -> store::Result<Outcome> {
        self.delivered(waiting, receipt, false).await
    }

    /// It is done; where that is `idempotent` it may be done again after a power cut.
    async fn delivered(
        &self,
        waiting: &Waiting,
        receipt: &Receipt,
        idempotent: bool,
    ) -> store::Result<Outcome> {
        self.store.delivered(waiting, receipt, idempotent).await?;
        Ok(if receipt.more { Outcome::Next } else { Outcome::Done })
    }

    async fn obey(
        self: &Arc<Self>,
        fault: Fault,
        waiting: &Waiting,
        attempts: u32,
    ) -> store::Result<Outcome> {
        let place = &waiting.place;
        match fault {
            Fault::Retry { after, why } => {
                tracing::warn!(network = %place.network, chat = %place.chat, attempts, %why, "will try again");
                Ok(Outcome::Later(
                    after.map_or_else(|| backoff(attempts), |after| after + jitter(after / 20)),
                ))
            }
            Fault::Unclear { why } => {
                tracing::warn!(network = %place.network, chat = %place.chat, attempts, %why, "will look and try again");
                Ok(Outcome::Later(backoff(attempts)))
            }
            Fault::LoggedOut(why) => {
                tracing::error!(network = %place.network, %why, "logged out: everything waits until this is mended");
                Ok(Outcome::Later(LOGGED_OUT_WAIT))
            }
            Fault::Moved(to) => self.moved(waiting, Place::new(&place.network, &to), false).await,
            Fault::Refused { reason, detail } => self.refused(waiting, &reason, &detail).await,
            Fault::InDoubt => self.hold(waiting).await,
            Fault::Unsupported => self.refused(waiting, &Phrase::new("not-possible"), "not supported").await,
        }
    }

    /// The place goes on elsewhere, with its links and all that waits for it.
    async fn moved(self: &Arc<Self>, waiting: &Waiting, to: Place, done: bool) -> store::Result<Outcome> {
        tracing::info!(network = %to.network, from = %waiting.place.chat, to = %to.chat, "a chat moved");
        self.store.move_chat(&waiting.place, &to).await?;
        if done {
            self.done(waiting, &Receipt::done()).await?;
        }
        self.wake(self.store.number(&to).await?);
        Ok(Outcome::Moved)
    }
}

/// The same for the same step of the same event to the same place, for ever; unlike any other.
fn key(waiting: &Waiting) -> String {
    let mut hash = Sha256::new();
    let event = &waiting.event;
    for part in [
        waiting.source.as_str(),
        event.chat.as_str(),
        event.id.as_str(),
        waiting.place.network.as_str(),
        waiting.place.chat.as_str(),
        &waiting.step.to_string(),
    ] {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize().iter().take(16).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Longer after each attempt, and never twice the same, so that lanes do not knock together.
pub(crate) fn backoff(attempts: u32) -> Duration {
    let longest = Duration::from_millis(500).saturating_mul(1 << attempts.min(10)).min(LONGEST_WAIT);
    longest / 2 + jitter(longest / 2)
}

fn jitter(most: Duration) -> Duration {
    let mut random = [0; 4];
    // Without randomness the wait is only less spread.
    let _ = getrandom::fill(&mut random);
    most.mul_f64(f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests;
