//! What the outbox itself says: to those whose words were refused, and to those who ask something of the bot.

use std::sync::Arc;

use contract::{Author, Body, Event, Fault, Kind, MessageId, NetworkName, Phrase, Receipt, Text, Timestamp};

use super::{Outbox, Outcome, key};
use crate::{
    commands::{Answer, Request},
    fit,
    store::{
        self, Place,
        inbox::{Acceptance, Planned},
        outbox::Waiting,
    },
    words::say_to_people,
};

/// How long somebody is not told the same thing again, milliseconds: thirty failures are one notice.
const TELL_AGAIN: i64 = 60_000;
/// Refusals after which nothing else may be said in a place either.
const LOST: [&str; 3] = ["not-in-chat", "not-in-room", "chat-archived"];

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
        if LOST.contains(&reason.key.as_str()) && !waiting.links[1].away {
            let answer = self.commands.refused_by(place, &reason.key).await;
            let answer = answer.unwrap_or_else(|fault| {
                tracing::info!(network = %place.network, chat = %place.chat, %fault, "cannot look whether the bot is there");
                Answer::default()
            });
            self.take(&place.network, answer.then).await?;
        }
        if let Kind::Message { body, .. } = &waiting.event.kind
            && reason.key.starts_with("file-")
            && !body.media.is_empty()
        {
            self.say_without_files(waiting, body).await?;
        }
        for part in self.parts(waiting).await? {
            self.tell(&part, reason).await?;
        }
        self.store.bury(waiting.id, reason, detail, Timestamp::now()).await?;
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
        self.store.bury(waiting.id, &reason, "its answer was lost", Timestamp::now()).await?;
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

    /// Tells the person who caused it, where they wrote, once for each reason and network (limits
    /// differ) in a while: thirty failures are one notice.
    pub(super) async fn tell(self: &Arc<Self>, waiting: &Waiting, reason: &Phrase) -> store::Result<()> {
        let said = &waiting.event;
        if said.author.is_bridge()
            || matches!(
                said.kind,
                Kind::Membership(_) | Kind::Reactions { .. } | Kind::Typing(_) | Kind::Bot { .. }
            )
        {
            return Ok(());
        }
        if let (Some(message), Some(source)) = (about(said), self.networks.get(&waiting.source)) {
            let why = say_to_people(reason, self.language, &self.called);
            let shown = source.show_failure(&said.chat, &message, &waiting.place.network, &why).await;
            if let Err(fault) = shown {
                tracing::debug!(network = %waiting.source, %fault, "could not show that a message did not arrive");
            }
        }
        let text = fit::refusal(&said.kind, &waiting.place.network, reason);
        let window = Timestamp::now().0 / TELL_AGAIN;
        let who = &said.author.person.user;
        let id = format!("told.{who}.{}.{}.{window}", waiting.place.network, reason.key);
        self.accept(waiting, vec![notice(waiting, id, text, about(said))]).await
    }

    /// Answers somebody who asks something of the bot, and what happened to a place that concerns the bot alone.
    pub(super) async fn answer(self: &Arc<Self>, waiting: &Waiting) -> store::Result<Outcome> {
        let (event, place) = (&waiting.event, &waiting.place);
        let mut about = None;
        let answer = match &event.kind {
            Kind::Command { id, words, reply_to } => {
                about = Some(id.clone());
                let request = Request { message: id, words, reply_to: reply_to.as_ref() };
                self.commands.answer(place, &event.author, request).await
            }
            Kind::Bot { came } => self.commands.bot_moved(place, *came, event.at).await,
            Kind::Encrypted => self.commands.encrypted(place).await,
            Kind::Archived(archived) => self.commands.archived(place, *archived).await,
            Kind::Removed { who, banned } => self.commands.removed(place, &event.author, who, *banned).await,
            Kind::Readmitted { who } => self.commands.readmitted(place, &event.author, who).await,
            _ => Ok(Answer::default()),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(fault) if about.is_none() => {
                tracing::warn!(network = %place.network, chat = %place.chat, %fault, "what happened here is not told");
                Answer::default()
            }
            Err(Fault::Retry { .. } | Fault::Unclear { .. }) => Phrase::new("try-again-later").into(),
            Err(Fault::Refused { reason, .. }) => reason.into(),
            Err(_) => Phrase::new("not-possible").into(),
        };
        let mut planned = answer.then;
        if !answer.text.is_empty() {
            let told = format!("answer.{}", event.id);
            planned.push(notice(waiting, told, answer.text, about));
        }
        self.accept(waiting, planned).await?;
        if let Kind::Bot { came } = event.kind {
            self.store.note_bot(place, came, event.at).await?;
        }
        for lane in answer.wake {
            self.wake(lane);
        }
        self.done(waiting, &Receipt::done()).await
    }

    /// Pauses the links of which cannot be read what was chosen for them, and says so in their rooms.
    pub async fn pause_unreadable(self: &Arc<Self>) -> Result<(), Fault> {
        for place in self.store.pause_unreadable().await? {
            let told = self.commands.unreadable(&place).await?;
            self.take(&place.network, told.into_iter().collect()).await?;
        }
        Ok(())
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
