//! What an event changes in what we know.

use contract::{Body, Card, Event, Kind, MessageId, Timestamp};
use sqlx::SqliteConnection;

use super::{
    Result, dead_letters, files,
    messages::{find, fingerprint, insert_copy, insert_reaction, standing_reaction},
    people::note_taken_away,
    polls, unsaid,
};

/// What an event changes in what we know.
pub(super) enum News {
    /// Nothing that anybody need be told.
    Nothing,
    /// Something about this message.
    About(i64),
    /// Something that is about no message.
    Other,
}

/// Learns what an event says. Messages are learned many at a time, by [`super::said`].
pub(super) async fn learn(
    db: &mut SqliteConnection,
    chat: i64,
    event: &Event,
    now: Timestamp,
) -> Result<News> {
    let author = &event.author.person;
    match &event.kind {
        Kind::Edit { target, body } => edited(db, chat, event, target, body).await,
        Kind::Delete { target } => match find(db, chat, target).await? {
            Some(message) => {
                note_taken_away(db, chat, &event.author, message, now).await?;
                unsaid::forget(db, message, chat).await?;
                take_back(db, message).await
            }
            None => never_say(db, chat, event, target).await,
        },
        Kind::Swept { targets, .. } => {
            for target in targets {
                if let Some(message) = find(db, chat, target).await? {
                    return in_place_of(db, message).await;
                }
            }
            Ok(News::Nothing)
        }
        Kind::Reaction { id, target, emoji, added: true } => {
            let Some(on) = find(db, chat, target).await? else { return Ok(News::Nothing) };
            let Some(reaction) = insert_reaction(db, &event.author, (on, chat), emoji).await? else {
                return Ok(News::Nothing);
            };
            if let Some(id) = id {
                insert_copy(db, chat, id, reaction, 0).await?;
            }
            Ok(News::About(reaction))
        }
        Kind::Reaction { target, emoji, added: false, .. } => {
            let Some(on) = find(db, chat, target).await? else { return Ok(News::Nothing) };
            match standing_reaction(db, author, on, emoji).await? {
                Some(reaction) => take_back(db, reaction).await,
                None => Ok(News::Nothing),
            }
        }
        Kind::Vote { target, .. } | Kind::PollClosed { target, .. } => match find(db, chat, target).await? {
            Some(poll) if polls::learn(db, poll, &event.author, &event.kind).await? => Ok(News::About(poll)),
            _ => Ok(News::Nothing),
        },
        // What is said of a pin is no part of the message.
        Kind::Pin { .. }
        | Kind::Membership(_)
        | Kind::Info(_)
        | Kind::Moved { .. }
        | Kind::Command { .. }
        | Kind::Bot { .. }
        | Kind::Encrypted
        | Kind::Archived(_)
        | Kind::Withdraw { .. }
        | Kind::Removed { .. }
        | Kind::Readmitted { .. } => Ok(News::Other),
        // What stands was taken apart before, and messages were put together; who writes is never stored.
        Kind::Message { .. } | Kind::Reactions { .. } | Kind::Typing(_) => Ok(News::Nothing),
    }
}

/// What we say in the place of a message: nothing when that was taken back meanwhile, for nobody would take this back.
pub(super) async fn in_place_of(db: &mut SqliteConnection, message: i64) -> Result<News> {
    let gone: Option<bool> = sqlx::query_scalar("SELECT gone FROM messages WHERE id = $1")
        .bind(message)
        .fetch_optional(db)
        .await?;
    Ok(if gone == Some(true) { News::Nothing } else { News::About(message) })
}

async fn edited(
    db: &mut SqliteConnection,
    chat: i64,
    event: &Event,
    target: &MessageId,
    body: &Body,
) -> Result<News> {
    let Some(message) = find(db, chat, target).await? else { return Ok(News::Nothing) };
    let changed = sqlx::query("UPDATE messages SET fingerprint = $2 WHERE id = $1 AND fingerprint IS NOT $2")
        .bind(message)
        .bind(fingerprint(body))
        .execute(&mut *db)
        .await?;
    if changed.rows_affected() == 0 {
        return Ok(News::Nothing);
    }
    if let Some(Card::Poll(poll)) = &body.card {
        polls::ask_anew(db, message, poll).await?;
    }
    files::learn(db, (chat, message), target, body, &event.id).await?;
    Ok(News::About(message))
}

async fn take_back(db: &mut SqliteConnection, message: i64) -> Result<News> {
    dead_letters::forget_about(db, message).await?;
    sqlx::query("UPDATE messages SET gone = 1 WHERE id = $1").bind(message).execute(db).await?;
    Ok(News::About(message))
}

/// What was taken back before it was heard is known by its id from now on, as if it had been heard: it is told late, or
/// again, and must not be said then.
async fn never_say(db: &mut SqliteConnection, chat: i64, event: &Event, target: &MessageId) -> Result<News> {
    sqlx::query(
        "INSERT INTO events (chat, event, heard_at) SELECT chat, $3, heard_at FROM events WHERE chat = $1 AND event = $2
         ON CONFLICT (chat, event) DO NOTHING",
    )
    .bind(chat)
    .bind(event.id.as_str())
    .bind(target.as_str())
    .execute(db)
    .await?;
    Ok(News::Nothing)
}
