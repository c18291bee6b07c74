//! Puts an event in the destination's own ids.
//!
//! Done at delivery and not at acceptance: a lane is in order, so what an event is about was delivered before it.

use contract::{Body, Content, Copy, Kind, MessageId, PollChange};

use super::{Networks, deliver::named};
use crate::{
    fit,
    store::{Result, Store, lines::Line, outbox::Waiting},
};

/// What is to be done in the destination, or `None` when the event is about something that never got there.
pub(super) async fn translate(
    store: &Store,
    networks: &Networks,
    waiting: &Waiting,
) -> Result<Option<Content>> {
    let content = match &waiting.event.kind {
        Kind::Message { body, .. } => Content::Message(translate_body(store, waiting, body).await?),
        Kind::Edit { body, .. } => return edited(store, waiting, body).await,
        Kind::Swept { targets, body } => return swept(store, waiting, targets, body).await,
        Kind::Delete { .. } => return taken_back(store, networks, waiting).await,
        Kind::Reaction { added, .. } => return reaction(store, networks, waiting, *added).await,
        Kind::Vote { .. } => return poll(store, waiting, false).await,
        Kind::PollClosed { .. } => return poll(store, waiting, true).await,
        Kind::Pin { target, pinned } => {
            let target = translate_id(store, waiting, Some(target.clone())).await?;
            Content::Pin { target, pinned: *pinned }
        }
        Kind::Info(info) => Content::Info(info.clone()),
        Kind::Membership(how) => Content::Membership(*how),
        Kind::Moved { .. }
        | Kind::Command { .. }
        | Kind::Reactions { .. }
        | Kind::Typing(_)
        | Kind::Bot { .. }
        | Kind::Encrypted
        | Kind::Archived(_)
        | Kind::Withdraw { .. }
        | Kind::Removed { .. }
        | Kind::Readmitted { .. } => {
            return Ok(None);
        }
    };
    Ok(Some(content))
}

async fn translate_body(store: &Store, waiting: &Waiting, body: &Body) -> Result<Body> {
    let mut body = body.clone();
    body.thread = match (&body.thread, &body.reply_to) {
        // Whoever answers without knowing of the thread is in it all the same.
        (None, Some(answered)) if waiting.from != waiting.chat => {
            store.thread_of(waiting.from, answered, waiting.chat).await?
        }
        (thread, _) => translate_id(store, waiting, thread.clone()).await?,
    };
    body.reply_to = translate_id(store, waiting, body.reply_to).await?;
    Ok(body)
}

async fn translate_id(store: &Store, waiting: &Waiting, id: Option<MessageId>) -> Result<Option<MessageId>> {
    match id {
        // Said by passerelle itself, in the chat it is about.
        Some(id) if waiting.from == waiting.chat => Ok(Some(id)),
        Some(id) => store.translate(waiting.from, &id, waiting.chat).await,
        None => Ok(None),
    }
}

/// One picture of an album is edited by itself: its body is that picture alone.
async fn edited(store: &Store, waiting: &Waiting, body: &Body) -> Result<Option<Content>> {
    let Some(message) = waiting.message else { return Ok(None) };
    let copies = store.copies(message, waiting.chat).await?;
    let Some(first) = copies.first() else { return Ok(None) };
    let mut body = translate_body(store, waiting, body).await?;
    let refiled = store.is_refiled(waiting).await?;
    let Some((part, parts)) = store.part(waiting).await? else {
        return Ok(Some(Content::Edit { copies, body, refiled }));
    };
    let own = copies.iter().filter(|copy| copy.step == part).map(|copy| Copy { step: 0, ..copy.clone() });
    let own: Vec<Copy> = own.collect();
    if !own.is_empty() {
        // The first may hold the others too.
        let refiled = refiled && (part > 0 || copies.len() == parts);
        return Ok(Some(Content::Edit { copies: own, body, refiled }));
    }
    // There it is a part of one message: what it is now answers that.
    body.reply_to = Some(first.id.clone());
    if !refiled {
        body.media.clear();
    }
    let is_said = !body.text.is_empty() || !body.media.is_empty();
    Ok(is_said.then_some(Content::Message(body)))
}

/// Nothing where something else stands in its place already.
async fn swept(
    store: &Store,
    waiting: &Waiting,
    targets: &[MessageId],
    body: &Body,
) -> Result<Option<Content>> {
    let Some(message) = waiting.message else { return Ok(None) };
    let copies = store.copies(message, waiting.chat).await?;
    let is_missed = copies.iter().any(|copy| targets.contains(&copy.id));
    Ok(is_missed.then(|| Content::Message(fit::said_again(body))))
}

async fn taken_back(store: &Store, networks: &Networks, waiting: &Waiting) -> Result<Option<Content>> {
    let Some(message) = waiting.message else { return Ok(None) };
    if store.about(message).await?.is_some() {
        return reaction(store, networks, waiting, false).await;
    }
    let mut copies = store.copies(message, waiting.chat).await?;
    copies.extend(store.lines_below(message, waiting.chat).await?);
    Ok((!copies.is_empty()).then_some(Content::Delete { copies }))
}

async fn poll(store: &Store, waiting: &Waiting, closed: bool) -> Result<Option<Content>> {
    let Some(message) = waiting.message else { return Ok(None) };
    let Some(copy) = store.copies(message, waiting.chat).await?.into_iter().next() else { return Ok(None) };
    let Some(tally) = store.tally(message, &waiting.place.network).await? else { return Ok(None) };
    let change = match closed {
        true => PollChange::Closed,
        false => PollChange::Voted(store.vote(message, &waiting.event.author.person).await?),
    };
    let line = store.line(message, Line::Votes, waiting.chat).await?;
    Ok(Some(Content::Poll { target: copy.id, change, tally, line }))
}

async fn reaction(
    store: &Store,
    networks: &Networks,
    waiting: &Waiting,
    added: bool,
) -> Result<Option<Content>> {
    let Some(reaction) = waiting.message else { return Ok(None) };
    let Some((message, emoji)) = store.about(reaction).await? else { return Ok(None) };
    let Some(target) = store.copies(message, waiting.chat).await?.into_iter().next() else { return Ok(None) };
    let mut stands = Vec::new();
    for (mut standing, chat) in store.standing(message, &waiting.place.network).await? {
        standing.author = named(networks, &chat, standing.author).await;
        stands.push(standing);
    }
    Ok(Some(Content::Reaction {
        target: target.id,
        emoji,
        added,
        copies: store.copies(reaction, waiting.chat).await?,
        standing: stands,
        line: store.line(message, Line::Reactions, waiting.chat).await?,
    }))
}
