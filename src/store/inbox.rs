//! Accepting what was heard: once, whole, and before anybody upstream is told that we have it.

use contract::{Aside, Body, Card, Cursor, Event, Kind, MessageId, NetworkName, Person, Timestamp};
use sqlx::SqliteConnection;

use super::{
    Place, Result, Store,
    chats::number,
    files,
    messages::{find, fingerprint, insert, insert_copy, insert_reaction, standing_reaction},
    polls, reactions,
};

/// What one network heard at once, with where each event is to go.
#[derive(Debug)]
pub struct Acceptance {
    /// The network that heard it.
    pub network: NetworkName,
    /// The events, in order.
    pub events: Vec<Planned>,
    /// What could not be understood.
    pub aside: Vec<Aside>,
    /// Where to resume.
    pub cursor: Option<Cursor>,
    /// When it was heard, by our clock.
    pub now: Timestamp,
}

/// An event and where it is to go.
#[derive(Debug)]
pub struct Planned {
    /// What happened.
    pub event: Event,
    /// The places to tell.
    pub to: Vec<Place>,
}

impl Store {
    /// Accepts everything or nothing. Events known by their id change nothing; so do edits that say the same, and
    /// what is about messages that nobody else has. Returns the chats that something now waits for.
    pub async fn accept(&self, acceptance: Acceptance) -> Result<Vec<i64>> {
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let mut lanes = Vec::new();
                for planned in &acceptance.events {
                    accept_event(db, &acceptance, planned, &mut lanes).await?;
                }
                for aside in &acceptance.aside {
                    set_aside(db, &acceptance, aside).await?;
                }
                if let Some(cursor) = &acceptance.cursor {
                    sqlx::query(
                        "INSERT INTO cursors (network, cursor) VALUES ($1, $2)
                         ON CONFLICT (network) DO UPDATE SET cursor = excluded.cursor",
                    )
                    .bind(acceptance.network.as_str())
                    .bind(cursor.as_str())
                    .execute(db)
                    .await?;
                }
                Ok(lanes)
            })
        })
        .await
    }

    /// Where a network resumes.
    pub async fn cursor(&self, network: &NetworkName) -> Result<Option<Cursor>> {
        let cursor: Option<String> = sqlx::query_scalar("SELECT cursor FROM cursors WHERE network = $1")
            .bind(network.as_str())
            .fetch_optional(&self.read)
            .await?;
        Ok(cursor.map(Cursor))
    }

    /// How many things of a network were set aside so far.
    pub async fn count_set_aside(&self, network: &NetworkName) -> Result<i64> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM set_aside WHERE network = $1")
            .bind(network.as_str())
            .fetch_one(&self.read)
            .await?)
    }
}

async fn accept_event(
    db: &mut SqliteConnection,
    acceptance: &Acceptance,
    Planned { event, to }: &Planned,
    lanes: &mut Vec<i64>,
) -> Result<()> {
    let chat = number(db, &Place::new(&acceptance.network, &event.chat)).await?;
    let new: Option<i64> = sqlx::query_scalar(
        "INSERT INTO events (chat, event, heard_at) VALUES ($1, $2, $3)
         ON CONFLICT (chat, event) DO NOTHING RETURNING id",
    )
    .bind(chat)
    .bind(event.id.as_str())
    .bind(acceptance.now.0)
    .fetch_optional(&mut *db)
    .await?;
    let Some(id) = new else { return Ok(()) };
    if let Kind::Reactions { target, standing } = &event.kind {
        let changes = reactions::changes(db, &acceptance.network, chat, event, target, standing).await?;
        for event in changes {
            let planned = Planned { event, to: to.clone() };
            Box::pin(accept_event(db, acceptance, &planned, lanes)).await?;
        }
        return Ok(());
    }
    let message = match learn(db, chat, event).await? {
        News::Nothing => return Ok(()),
        News::About(message) => Some(message),
        News::Other => None,
    };
    if to.is_empty() {
        return Ok(());
    }
    sqlx::query("UPDATE events SET message = $2, body = $3 WHERE id = $1")
        .bind(id)
        .bind(message)
        .bind(serde_json::to_string(event)?)
        .execute(&mut *db)
        .await?;
    for place in to {
        let lane = number(db, place).await?;
        sqlx::query("INSERT INTO outbox (event, chat) VALUES ($1, $2)")
            .bind(id)
            .bind(lane)
            .execute(&mut *db)
            .await?;
        lanes.push(lane);
    }
    Ok(())
}

/// What an event changes in what we know.
enum News {
    /// Nothing that anybody need be told.
    Nothing,
    /// Something about this message.
    About(i64),
    /// Something that is about no message.
    Other,
}

async fn learn(db: &mut SqliteConnection, chat: i64, event: &Event) -> Result<News> {
    let author = &event.author.person;
    match &event.kind {
        Kind::Message { ids, body } => said(db, chat, author, ids, body).await,
        Kind::Edit { target, body } => edited(db, chat, event, target, body).await,
        Kind::Delete { target } => match find(db, chat, target).await? {
            Some(message) => take_back(db, message).await,
            None => Ok(News::Nothing),
        },
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
        | Kind::Command { .. } => Ok(News::Other),
        // What stands was taken apart before; who writes is never stored.
        Kind::Reactions { .. } | Kind::Typing(_) => Ok(News::Nothing),
    }
}

async fn said(
    db: &mut SqliteConnection,
    chat: i64,
    author: &Person,
    ids: &[MessageId],
    body: &Body,
) -> Result<News> {
    for id in ids {
        if find(db, chat, id).await?.is_some() {
            return Ok(News::Nothing);
        }
    }
    let thread = match &body.thread {
        Some(root) => find(db, chat, root).await?,
        None => None,
    };
    let message = insert(db, author, body, thread).await?;
    if let Some(Card::Poll(poll)) = &body.card {
        polls::insert(db, message, poll).await?;
    }
    for (step, id) in (0..).zip(ids) {
        insert_copy(db, chat, id, message, step).await?;
    }
    Ok(News::About(message))
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
    files::learn(db, (chat, message), target, body, &event.id).await?;
    Ok(News::About(message))
}

async fn take_back(db: &mut SqliteConnection, message: i64) -> Result<News> {
    sqlx::query("UPDATE messages SET gone = 1 WHERE id = $1").bind(message).execute(db).await?;
    Ok(News::About(message))
}

async fn set_aside(db: &mut SqliteConnection, acceptance: &Acceptance, aside: &Aside) -> Result<()> {
    tracing::warn!(network = %acceptance.network, event = %aside.id, why = %aside.why, "set aside what could not be understood");
    sqlx::query(
        "INSERT INTO set_aside (network, event, raw, why, set_aside_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (network, event) DO NOTHING",
    )
    .bind(acceptance.network.as_str())
    .bind(&aside.id)
    .bind(&aside.raw)
    .bind(&aside.why)
    .bind(acceptance.now.0)
    .execute(db)
    .await?;
    Ok(())
}
