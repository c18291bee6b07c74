//! Says short messages together where each would wait too long for its turn.
//!
//! Some networks set a pace ([`contract::Network::turn`]), and all of them let one speak for all, with names before the
//! words. So what is short and plain and waits in a lane that is behind becomes one message, a line for each.

use contract::{Author, Block, Body, Content, Event, Kind, Span, Text, Timestamp, Tone, signed};

use super::Outbox;
use crate::{
    fit::Fitted,
    store::{self, outbox::Waiting},
};

/// So many lines at most, of so many characters each besides the name: Telegram's longest message holds them.
const MOST_LINES: usize = 15;
const LONGEST_LINE: usize = 200;

impl Outbox {
    /// Joins what may be said together at the head of a lane; whether there was something.
    pub(super) async fn join(&self, waiting: &[Waiting]) -> store::Result<bool> {
        let mut lines = Vec::new();
        for waiting in waiting.iter().take(MOST_LINES).take_while(|waiting| is_short(waiting)) {
            let networks = [&waiting.source, &waiting.place.network].map(|name| self.networks.get(name));
            let [Some(source), Some(network)] = networks else { break };
            let Some(fitted) = self.fitted(source.as_ref(), network.as_ref(), waiting).await? else { break };
            let Content::Message(body) = &fitted.content else { break };
            lines.push(signed(&fitted.author, body));
        }
        let joined = &waiting[..lines.len()];
        let [first, .., last] = joined else { return Ok(false) };
        tracing::debug!(network = %first.place.network, chat = %first.place.chat, messages = lines.len(), "joined");
        let body = Body {
            no_preview: joined.iter().any(wants_no_preview),
            ..Body::of(together(lines.iter().cloned()))
        };
        let event = Event {
            id: format!("joined.{}", first.id).into(),
            author: Author::bridge(),
            kind: Kind::Message { ids: Vec::new(), body },
            ..last.event.clone()
        };
        self.store.join(joined, &lines, &event, Timestamp::now()).await
    }

    /// A change to one of several messages that were joined, as the change to the whole that it is.
    pub(super) async fn among_others(&self, waiting: &Waiting, fitted: Fitted) -> store::Result<Fitted> {
        let line = match &fitted.content {
            Content::Edit { body, .. } => Some(signed(&fitted.author, body)),
            Content::Delete { .. } => None,
            _ => return Ok(fitted),
        };
        let Some(message) = waiting.message else { return Ok(fitted) };
        if self.store.joined_with(message, waiting.chat).await?.is_empty() {
            return Ok(fitted);
        }
        // Before it is said: whenever it is tried again, the whole is made of what is known by then.
        self.store.change_line(message, waiting.chat, line.as_ref()).await?;
        let lines = self.store.joined_with(message, waiting.chat).await?;
        if lines.is_empty() {
            return Ok(fitted);
        }
        let body = Body::of(together(lines.into_iter().map(|(_, line)| line)));
        let copies = self.store.copies(message, waiting.chat).await?;
        let content = Content::Edit { copies, body, refiled: false };
        Ok(Fitted { author: Author::bridge(), content, ..fitted })
    }

    /// The deliveries that one was made of: the same where it was not joined.
    pub(super) async fn parts(&self, waiting: &Waiting) -> store::Result<Vec<Waiting>> {
        let (Some(message), true) = (waiting.message, waiting.event.author.is_bridge()) else {
            return Ok(vec![waiting.clone()]);
        };
        let parts = self.store.parts(message, waiting.chat).await?;
        let part = |part: store::joined::Part| Waiting {
            event: Event {
                chat: part.place.chat,
                author: Author::of(part.author),
                kind: Kind::Message { ids: vec![part.id], body: Body::default() },
                ..waiting.event.clone()
            },
            source: part.place.network,
            ..waiting.clone()
        };
        Ok(if parts.is_empty() { vec![waiting.clone()] } else { parts.into_iter().map(part).collect() })
    }
}

/// Whether it is a few plain words, not begun, that neither answer nor carry anything.
fn is_short(waiting: &Waiting) -> bool {
    let Kind::Message { body, .. } = &waiting.event.kind else { return false };
    let Body { text, media, reply_to, thread, tone, card, forwarded_from, quote, no_preview: _ } = body;
    let is_plain = media.is_empty()
        && reply_to.is_none()
        && thread.is_none()
        && *tone != Tone::Notice
        && card.is_none()
        && forwarded_from.is_none()
        && quote.is_none();
    waiting.step == 0
        && !waiting.unclear
        && !waiting.event.author.is_bridge()
        && is_plain
        && matches!(text.0[..], [Block::Paragraph(_)])
        && text.words().chars().count() <= LONGEST_LINE
}

fn wants_no_preview(waiting: &Waiting) -> bool {
    matches!(&waiting.event.kind, Kind::Message { body, .. } if body.no_preview)
}

/// Lines below one another.
fn together(lines: impl Iterator<Item = Text>) -> Text {
    let mut blocks: Vec<Block> = Vec::new();
    for block in lines.flat_map(|line| line.0) {
        match (blocks.last_mut(), block) {
            (Some(Block::Paragraph(above)), Block::Paragraph(spans)) => {
                above.push(Span::Break);
                above.extend(spans);
            }
            (_, block) => blocks.push(block),
        }
    }
    Text(blocks)
}
