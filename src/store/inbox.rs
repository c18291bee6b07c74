//! Accepting what was heard: once, whole, and before anybody upstream is told that we have it.

use std::collections::HashMap;

use contract::{Aside, Body, Card, Cursor, Event, Kind, MessageId, NetworkName, Person, Timestamp};
use sqlx::{QueryBuilder, SqliteConnection};

use super::{
    Place, ROWS, Result, Store, files,
    messages::{find, fingerprint, insert, insert_copy, insert_reaction, standing_reaction},
    people::note_seen,
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
    /// The message that this is only another form of, for what we say in the place of something said.
    pub part_of: Option<i64>,
}

impl Store {
    /// Accepts everything or nothing. Events known by their id change nothing; so do edits that say the same, and
    /// what is about messages that nobody else has. Returns the chats that something now waits for.
    pub async fn accept(&self, acceptance: Acceptance) -> Result<Vec<i64>> {
        let Acceptance { network, events, aside, cursor, now } = acceptance;
        let mut planned = Vec::with_capacity(events.len());
        for Planned { event, to, part_of } in events {
            let chat = self.number(&Place::new(&network, &event.chat)).await?;
            let mut lanes = Vec::with_capacity(to.len());
            for place in &to {
                lanes.push(self.number(place).await?);
            }
            planned.push(Numbered { chat, event, lanes, part_of });
        }
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let mut outbox = Vec::new();
                accept_events(db, &network, planned, now, &mut outbox).await?;
                let lanes = enqueue(db, &outbox).await?;
                for aside in &aside {
                    set_aside(db, &network, aside, now).await?;
                }
                if let Some(cursor) = &cursor {
                    sqlx::query(
                        "INSERT INTO cursors (network, cursor, listened_at) VALUES ($1, $2, $3)
                         ON CONFLICT (network) DO UPDATE
                         SET cursor = excluded.cursor, listened_at = excluded.listened_at",
                    )
                    .bind(network.as_str())
                    .bind(cursor.as_str())
                    .bind(now.0)
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

/// An event, the number of the chat it was heard in, and those of the chats it is to go to.
struct Numbered {
    chat: i64,
    event: Event,
    lanes: Vec<i64>,
    part_of: Option<i64>,
}

/// Learns what the events say that are not known yet, in order, and notes in `outbox` which are to go where.
async fn accept_events(
    db: &mut SqliteConnection,
    network: &NetworkName,
    heard: Vec<Numbered>,
    now: Timestamp,
    outbox: &mut Vec<(i64, i64)>,
) -> Result<()> {
    let mut new = insert_events(db, &heard, now).await?;
    for Numbered { chat, event, lanes, part_of } in heard {
        let Some(id) = new.remove(&(chat, event.id.0.clone())) else { continue };
        if let Kind::Reactions { target, standing } = &event.kind {
            let changes = reactions::changes(db, network, chat, &event, target, standing).await?;
            let changes = changes.into_iter().map(|event| Numbered {
                chat,
                event,
                lanes: lanes.clone(),
                part_of: None,
            });
            Box::pin(accept_events(db, network, changes.collect(), now, outbox)).await?;
            continue;
        }
        if matches!(event.kind, Kind::Message { .. }) && !event.author.is_bridge() {
            note_seen(db, chat, network, &event.author, event.at).await?;
        }
        let news = match part_of {
            Some(message) => News::About(message),
            None => learn(db, chat, &event).await?,
        };
        let message = match news {
            News::Nothing => continue,
            News::About(message) => Some(message),
            News::Other => None,
        };
        let body = if lanes.is_empty() { None } else { Some(serde_json::to_string(&event)?) };
        keep(db, id, chat, message, &event, body).await?;
        outbox.extend(lanes.into_iter().map(|lane| (id, lane)));
    }
    Ok(())
}

/// Remembers the ids of events. Returns the numbers of those that were not known, by chat and id.
async fn insert_events(
    db: &mut SqliteConnection,
    heard: &[Numbered],
    now: Timestamp,
) -> Result<HashMap<(i64, String), i64>> {
    let mut new = HashMap::with_capacity(heard.len());
    for some in heard.chunks(ROWS) {
        let mut query = QueryBuilder::new("INSERT INTO events (chat, event, heard_at) ");
        query.push_values(some, |mut row, numbered| {
            row.push_bind(numbered.chat).push_bind(numbered.event.id.as_str()).push_bind(now.0);
        });
        query.push(" ON CONFLICT (chat, event) DO NOTHING RETURNING id, chat, event");
        let rows: Vec<(i64, i64, String)> =
            query.build_query_as().persistent(false).fetch_all(&mut *db).await?;
        new.extend(rows.into_iter().map(|(id, chat, event)| ((chat, event), id)));
    }
    Ok(new)
}

/// Keeps what an event says until it is delivered. A message is known by its id here from now on.
async fn keep(
    db: &mut SqliteConnection,
    id: i64,
    chat: i64,
    message: Option<i64>,
    event: &Event,
    body: Option<String>,
) -> Result<()> {
    let said: &[MessageId] = if let Kind::Message { ids, .. } = &event.kind { ids } else { &[] };
    sqlx::query(
        "UPDATE events SET message = $2, body = $3 WHERE id = $1;
         INSERT INTO copies (chat, id, message, step)
         SELECT $4, $5, $2, 0 WHERE $5 IS NOT NULL ON CONFLICT (chat, id) DO NOTHING;
         UPDATE chats SET last_heard = $6 WHERE id = $4 AND $6 IS NOT NULL",
    )
    .bind(id)
    .bind(message)
    .bind(body)
    .bind(chat)
    .bind(said.first().map(MessageId::as_str))
    .bind(said.last().map(MessageId::as_str))
    .execute(db)
    .await?;
    Ok(())
}

/// Puts events, by their numbers, into lanes. Returns the lanes.
async fn enqueue(db: &mut SqliteConnection, outbox: &[(i64, i64)]) -> Result<Vec<i64>> {
    for some in outbox.chunks(ROWS) {
        let mut query = QueryBuilder::new("INSERT INTO outbox (event, chat) ");
        query.push_values(some, |mut row, (event, lane)| {
            row.push_bind(event).push_bind(lane);
        });
        query.build().persistent(false).execute(&mut *db).await?;
    }
    Ok(outbox.iter().map(|(_, lane)| *lane).collect())
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
            None => never_say(db, chat, event, target).await,
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
        | Kind::Command { .. }
        | Kind::Bot { .. }
        | Kind::Encrypted
        | Kind::Removed { .. } => Ok(News::Other),
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
    for id in ids.iter().skip(1) {
        if find(db, chat, id).await?.is_some() {
            return Ok(News::Nothing);
        }
    }
    let thread = match &body.thread {
        Some(root) => find(db, chat, root).await?,
        None => None,
    };
    let Some(message) = insert(db, author, body, thread, (chat, ids.first())).await? else {
        return Ok(News::Nothing);
    };
    if let Some(Card::Poll(poll)) = &body.card {
        polls::insert(db, message, poll).await?;
    }
    // The first is known by `keep`, in one go with the rest.
    for (step, id) in (0..).zip(ids).skip(1) {
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
    if let Some(Card::Poll(poll)) = &body.card {
        polls::ask_anew(db, message, poll).await?;
    }
    files::learn(db, (chat, message), target, body, &event.id).await?;
    Ok(News::About(message))
}

async fn take_back(db: &mut SqliteConnection, message: i64) -> Result<News> {
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

async fn set_aside(
    db: &mut SqliteConnection,
    network: &NetworkName,
    aside: &Aside,
    now: Timestamp,
) -> Result<()> {
    tracing::warn!(%network, event = %aside.id, why = %aside.why, "set aside what could not be understood");
    sqlx::query(
        "INSERT INTO set_aside (network, event, raw, why, set_aside_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (network, event) DO NOTHING",
    )
    .bind(network.as_str())
    .bind(&aside.id)
    .bind(&aside.raw)
    .bind(&aside.why)
    .bind(now.0)
    .execute(db)
    .await?;
    Ok(())
}
