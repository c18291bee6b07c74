//! Puts an event in the destination's own ids.
//!
//! Done at delivery and not at acceptance: a lane is in order, so what an event is about was delivered before it.

use contract::{Body, Content, Copy, Kind, MessageId};

use crate::store::{Result, Store, outbox::Waiting};

/// What is to be done in the destination, or `None` when the event is about something that never got there.
pub(super) async fn translate(store: &Store, waiting: &Waiting) -> Result<Option<Content>> {
    let content = match &waiting.event.kind {
        Kind::Message { body, .. } => Content::Message(translate_body(store, waiting, body).await?),
        Kind::Edit { target, body } => {
            let copies = edited_copies(store, waiting, target).await?;
            if copies.is_empty() {
                return Ok(None);
            }
            Content::Edit { copies, body: translate_body(store, waiting, body).await? }
        }
        Kind::Delete { .. } => return taken_back(store, waiting).await,
        Kind::Reaction { added, .. } => return reaction(store, waiting, *added).await,
        Kind::Membership { joined } => Content::Membership { joined: *joined },
        Kind::Moved { .. } | Kind::Command { .. } | Kind::Reactions { .. } | Kind::Typing(_) => {
            return Ok(None);
        }
    };
    Ok(Some(content))
}

async fn translate_body(store: &Store, waiting: &Waiting, body: &Body) -> Result<Body> {
    let mut body = body.clone();
    body.reply_to = translate_id(store, waiting, body.reply_to).await?;
    body.thread = translate_id(store, waiting, body.thread).await?;
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

/// What an edit changes. One picture of an album has copies of its own; its body is that one picture alone.
async fn edited_copies(store: &Store, waiting: &Waiting, target: &MessageId) -> Result<Vec<Copy>> {
    let Some(message) = waiting.message else { return Ok(Vec::new()) };
    let copies = store.copies(message, waiting.chat).await?;
    let origin = store.copies(message, waiting.from).await?;
    if origin.len() < 2 {
        return Ok(copies);
    }
    let Some(step) = origin.iter().find(|copy| &copy.id == target).map(|copy| copy.step) else {
        return Ok(copies);
    };
    Ok(copies.into_iter().filter(|copy| copy.step == step).map(|copy| Copy { step: 0, ..copy }).collect())
}

async fn taken_back(store: &Store, waiting: &Waiting) -> Result<Option<Content>> {
    let Some(message) = waiting.message else { return Ok(None) };
    if store.about(message).await?.is_some() {
        return reaction(store, waiting, false).await;
    }
    let copies = store.copies(message, waiting.chat).await?;
    Ok((!copies.is_empty()).then_some(Content::Delete { copies }))
}

async fn reaction(store: &Store, waiting: &Waiting, added: bool) -> Result<Option<Content>> {
    let Some(reaction) = waiting.message else { return Ok(None) };
    let Some((message, emoji)) = store.about(reaction).await? else { return Ok(None) };
    let Some(target) = store.copies(message, waiting.chat).await?.into_iter().next() else { return Ok(None) };
    Ok(Some(Content::Reaction {
        target: target.id,
        emoji,
        added,
        copies: store.copies(reaction, waiting.chat).await?,
        standing: store.standing(message, &waiting.place.network).await?,
    }))
}
