//! What the outbox itself says: to those whose words were refused, and to those who ask something of the bot.

use std::sync::Arc;

use contract::{Author, Body, Event, Fault, Kind, MessageId, NetworkName, Phrase, Receipt, Text, Timestamp};

use super::{Outbox, Outcome, key};
use crate::{
    fit,
    store::{
        self, Place,
        inbox::{Acceptance, Planned},
        outbox::Waiting,
    },
};

impl Outbox {
    pub(super) async fn refused(
        self: &Arc<Self>,
        waiting: &Waiting,
        reason: &Phrase,
        detail: &str,
    ) -> store::Result<Outcome> {
        let place = &waiting.place;
        tracing::warn!(network = %place.network, chat = %place.chat, event = %waiting.event.id, detail, "refused");
        if self.store.is_gone(waiting).await? {
            // Taken back meanwhile: nobody misses it.
            return self.done(waiting, &Receipt::done()).await;
        }
        if let Kind::Message { body, .. } = &waiting.event.kind
            && reason.key.starts_with("file-")
            && !body.media.is_empty()
        {
            self.say_without_files(waiting, body).await?;
        }
        self.tell(waiting, reason).await?;
        self.store.bury(waiting, reason, detail, Timestamp::now()).await?;
        Ok(Outcome::Done)
    }

    /// Only people can tell whether it was done: it is kept as a dead letter, and they are asked in the room.
    pub(super) async fn hold(self: &Arc<Self>, waiting: &Waiting) -> store::Result<Outcome> {
        let place = &waiting.place;
        tracing::warn!(network = %place.network, chat = %place.chat, event = %waiting.event.id, "held: it may have been sent");
        let linked = self.store.linked_to(place).await?;
        if let Some(room) = linked.into_iter().find(|place| place.network == NetworkName::matrix()) {
            let text = Phrase::new("in-doubt").with("network", &place.network).into();
            let mut asked = notice(waiting, format!("held.{}", key(waiting)), text, about(&waiting.event));
            asked.to = vec![room];
            self.accept(waiting, vec![asked]).await?;
        }
        let reason = Phrase::new("in-doubt-reason");
        self.store.bury(waiting, &reason, "its answer was lost", Timestamp::now()).await?;
        Ok(Outcome::Done)
    }

    /// A file was refused: its words, and a line in its place, cross all the same.
    async fn say_without_files(self: &Arc<Self>, waiting: &Waiting, body: &Body) -> store::Result<()> {
        let body = fit::without_files(body, waiting.step);
        let event = Event {
            id: format!("without-files.{}", key(waiting)).into(),
            kind: Kind::Message { ids: Vec::new(), body },
            ..waiting.event.clone()
        };
        self.accept(
            waiting,
            vec![Planned { part_of: waiting.message, event, to: vec![waiting.place.clone()] }],
        )
        .await
    }

    /// Tells the person who caused it, where they wrote, once for each reason and network: limits differ.
    pub(super) async fn tell(self: &Arc<Self>, waiting: &Waiting, reason: &Phrase) -> store::Result<()> {
        let said = &waiting.event;
        if said.author.is_bridge()
            || matches!(said.kind, Kind::Membership(_) | Kind::Reactions { .. } | Kind::Typing(_))
        {
            return Ok(());
        }
        let text = fit::refusal(&waiting.place.network, reason);
        let id = format!("told.{}.{}.{}", said.id, waiting.place.network, reason.key);
        self.accept(waiting, vec![notice(waiting, id, text, about(said))]).await
    }

    /// Answers somebody who asks something of the bot.
    pub(super) async fn answer(self: &Arc<Self>, waiting: &Waiting) -> store::Result<Outcome> {
        let Kind::Command { id, words, reply_to } = &waiting.event.kind else { return Ok(Outcome::Done) };
        let author = &waiting.event.author;
        let answer = match self.commands.answer(&waiting.place, author, words, reply_to.as_ref()).await {
            Ok(answer) => answer,
            Err(Fault::Retry { .. } | Fault::Unclear { .. }) => Phrase::new("try-again-later").into(),
            Err(Fault::Refused { reason, .. }) => reason.into(),
            Err(_) => Phrase::new("not-possible").into(),
        };
        let mut planned = answer.then;
        if !answer.text.is_empty() {
            let told = format!("answer.{}", waiting.event.id);
            planned.push(notice(waiting, told, answer.text, Some(id.clone())));
        }
        self.accept(waiting, planned).await?;
        for lane in answer.wake {
            self.wake(lane);
        }
        self.done(waiting, &Receipt::done()).await
    }

    async fn accept(self: &Arc<Self>, waiting: &Waiting, events: Vec<Planned>) -> store::Result<()> {
        self.take(&waiting.source, events).await
    }

    /// Takes what is to be said without having been heard, in the name of a network.
    pub async fn take(self: &Arc<Self>, network: &NetworkName, events: Vec<Planned>) -> store::Result<()> {
        let (network, now) = (network.clone(), Timestamp::now());
        let acceptance = Acceptance { network, events, aside: Vec::new(), cursor: None, now };
        for lane in self.store.accept(acceptance).await? {
            self.wake(lane);
        }
        Ok(())
    }
}

/// The message that words about an event answer.
fn about(event: &Event) -> Option<MessageId> {
    match &event.kind {
        Kind::Message { ids, .. } => ids.first().cloned(),
        Kind::Edit { target, .. }
        | Kind::Reaction { target, .. }
        | Kind::Vote { target, .. }
        | Kind::PollClosed { target, .. }
        | Kind::Pin { target, .. } => Some(target.clone()),
        _ => None,
    }
}

/// passerelle's own words, said where the event was heard.
fn notice(waiting: &Waiting, id: String, text: Text, reply_to: Option<MessageId>) -> Planned {
    let body = Body { reply_to, ..Body::notice(text) };
    let author = Author { language: waiting.event.author.language.clone(), ..Author::bridge() };
    let event = Event {
        id: id.into(),
        chat: waiting.event.chat.clone(),
        author,
        at: Timestamp::now(),
        kind: Kind::Message { ids: Vec::new(), body },
    };
    Planned { part_of: None, event, to: vec![Place::new(&waiting.source, &waiting.event.chat)] }
}
