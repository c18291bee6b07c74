//! One attempt at one step: translate, fit, deliver.

use std::{sync::Arc, time::Duration};

use contract::{
    Author, Capabilities, Card, ChatId, Content, Fault, Feature, Kind, Megabytes, Network, NetworkName,
    Parcel, Receipt,
};

use super::{LOGGED_OUT_WAIT, Networks, Outbox, Outcome, key, translate::translate};
use crate::{
    fit::{self, Crossing, Fitted},
    store::{self, LinkSettings, outbox::Waiting},
};

impl Outbox {
    pub(super) async fn deliver(
        self: &Arc<Self>,
        network: &dyn Network,
        waiting: &mut Waiting,
        attempts: u32,
    ) -> store::Result<Outcome> {
        self.renew(waiting).await?;
        let Some(source) = self.networks.get(&waiting.source) else {
            return Ok(Outcome::Later(LOGGED_OUT_WAIT));
        };
        let Some(fitted) = self.fitted(source.as_ref(), network, waiting).await? else {
            return self.done(waiting, &Receipt::done()).await;
        };
        let fitted = self.among_others(waiting, fitted).await?;
        let is_native = !waiting.in_words && is_native(&fitted.content);
        let delivered = match self.attempt_step(network, source.as_ref(), waiting, &fitted).await? {
            Ok(delivered) => delivered,
            Err(wait) => return Ok(Outcome::NotYet(wait)),
        };
        match delivered {
            Ok(mut receipt) => {
                if receipt.found {
                    self.lanes.found(waiting.chat);
                }
                if let (Kind::Swept { targets, .. }, false) = (&waiting.event.kind, receipt.more) {
                    receipt.gone.extend(targets.iter().cloned());
                }
                for reason in &fitted.left_out {
                    self.tell(waiting, reason).await?;
                }
                self.delivered(waiting, &receipt, network.capabilities().idempotent).await
            }
            // What it has of its own it does not want this time: then in words.
            Err(fault @ (Fault::Refused { .. } | Fault::Unsupported)) if is_native => {
                tracing::info!(network = %network.name(), %fault, "said in words instead");
                waiting.in_words = true;
                Box::pin(self.deliver(network, waiting, attempts)).await
            }
            Err(fault) => self.obey(fault, waiting, attempts).await,
        }
    }

    /// What is to be said again is said as it was last edited, where that edit came when it was gone already.
    async fn renew(&self, waiting: &mut Waiting) -> store::Result<()> {
        let (Kind::Swept { body, .. }, Some(message)) = (&mut waiting.event.kind, waiting.message) else {
            return Ok(());
        };
        if let Some(unsaid) = self.store.unsaid(message, waiting.chat).await?
            && let Kind::Edit { body: newest, .. } = unsaid.event.kind
        {
            *body = newest;
            (waiting.event.author, waiting.event.chat) = (unsaid.event.author, unsaid.event.chat);
            (waiting.source, waiting.from, waiting.links[0]) = (unsaid.source, unsaid.from, unsaid.link);
        }
        Ok(())
    }

    /// What is to be said, as far as the network can say it; `None` when there is nothing to do.
    pub(super) async fn fitted(
        &self,
        source: &dyn Network,
        network: &dyn Network,
        waiting: &Waiting,
    ) -> store::Result<Option<Fitted>> {
        let (from, to) = (source.capabilities(), network.capabilities());
        let content = match self.is_settled(waiting, to).await? {
            true => None,
            false => translate(&self.store, &self.networks, waiting).await?,
        };
        let Some(content) = content else { return Ok(None) };
        let is_marked = !waiting.event.author.is_bridge() && waiting.from != waiting.chat;
        let mark = waiting.links[0].mark.as_deref().filter(|_| is_marked);
        let content = match mark {
            Some(mark) => fit::marked(content, mark),
            None => content,
        };
        let author = named(&self.networks, &waiting.event.chat, waiting.event.author.clone()).await;
        let author = self.names.tell_apart(author, waiting, network).await?;
        let crossing = Crossing {
            source: &waiting.source,
            from,
            to: if waiting.in_words { Capabilities { natively: &[], ..to } } else { to },
            language: self.language_of(waiting),
            called: &self.called,
            crowds: calls_crowds(waiting),
            threads: settings(waiting).threads,
            largest_file: largest_file(waiting),
        };
        Ok(Some(fit::fit(content, author, crossing)))
    }

    /// One call, when its turn has come, with a note on disk before it where doing it twice would show. `Err` when its turn
    /// comes later.
    async fn attempt_step(
        &self,
        network: &dyn Network,
        source: &dyn Network,
        waiting: &mut Waiting,
        fitted: &Fitted,
    ) -> store::Result<Result<Result<Receipt, Fault>, Duration>> {
        let to = network.capabilities();
        // A receipt that need not be flushed can be lost with the power.
        let unclear = waiting.unclear || to.idempotent && self.lanes.is_left_over(waiting.chat);
        let face = match to.faces {
            true => self.faces.address(source, &waiting.event.chat, &fitted.author).await,
            false => None,
        };
        let mut parcel = Parcel {
            key: key(waiting),
            chat: &waiting.place.chat,
            author: &fitted.author,
            face,
            at: waiting.event.at,
            content: &fitted.content,
            largest_file: fitted.largest_file,
            step: waiting.step,
            unclear,
            after: waiting.after.clone(),
            source,
            from: &waiting.event.chat,
        };
        if let Err(wait) = network.turn(&parcel).await {
            return Ok(Err(wait));
        }
        if !to.idempotent && !unclear {
            parcel.after = self.store.begin(waiting).await?;
        }
        let after = parcel.after.clone();
        let delivered = network.deliver(parcel).await;
        waiting.after = after;
        // What may have been done before this attempt still may, whatever became of looking for it. What was done now may
        // have been until its receipt is on disk.
        waiting.unclear = unclear || matches!(delivered, Ok(_) | Err(Fault::Unclear { .. }));
        if !to.idempotent && !waiting.unclear {
            self.store.not_begun(waiting).await?;
        }
        Ok(Ok(delivered.map(|receipt| fitted.receipt(receipt))))
    }

    /// Whether nothing need be done: comings and goings that are not told there, and what a later delivery does anew.
    async fn is_settled(&self, waiting: &Waiting, to: Capabilities) -> store::Result<bool> {
        let repeated = match &waiting.event.kind {
            Kind::Membership(_) => return Ok(!to.members),
            Kind::Reaction { .. } => !to.has(Feature::Reactions),
            Kind::Vote { .. } => !to.has(Feature::Votes),
            // Somebody who moves is where they are now.
            Kind::Edit { body, .. } => matches!(&body.card, Some(Card::Location(place)) if place.live),
            _ => false,
        };
        Ok(repeated && !waiting.unclear && self.store.is_superseded(waiting).await?)
    }
}

/// Whether a network has something of its own for it, which it may refuse.
pub(crate) fn is_native(content: &Content) -> bool {
    match content {
        Content::Message(body) | Content::Edit { body, .. } => body.card.is_some() || body.quote.is_some(),
        Content::Poll { .. } | Content::Pin { .. } | Content::Info(_) => true,
        Content::Delete { .. } | Content::Reaction { .. } | Content::Membership(_) => false,
    }
}

/// What was chosen for the link that a delivery crosses: the destination's own, or for a room the one it comes from.
fn settings(waiting: &Waiting) -> &LinkSettings {
    let [source, destination] = &waiting.links;
    if waiting.place.network == NetworkName::matrix() { source } else { destination }
}

/// The largest file that crosses the links that a delivery crosses.
fn largest_file(waiting: &Waiting) -> Option<Megabytes> {
    waiting.links.iter().filter_map(|link| link.largest_file_mb).min_by_key(|chosen| chosen.0)
}

/// Whether everybody may be called at once over the links that a delivery crosses. A room is a link to nothing else.
fn calls_crowds(waiting: &Waiting) -> bool {
    let networks = [&waiting.source, &waiting.place.network];
    networks
        .into_iter()
        .zip(&waiting.links)
        .all(|(network, link)| *network == NetworkName::matrix() || link.mass_mentions)
}

/// Somebody with a name to show, as they are called in a chat of theirs.
pub(crate) async fn named(networks: &Networks, chat: &ChatId, mut author: Author) -> Author {
    if author.name.is_none()
        && let Some(network) = networks.get(&author.person.network)
    {
        author.name = network.profile(chat, &author.person.user).await.ok().and_then(|profile| profile.name);
    }
    author
}
