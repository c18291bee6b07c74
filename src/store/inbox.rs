//! Accepting what was heard: once, whole, and before anybody upstream is told that we have it.

use std::{collections::HashMap, mem};

use contract::{Aside, Cursor, Event, Kind, NetworkName, Timestamp};
use sqlx::{QueryBuilder, SqliteConnection};

use super::{
    Place, ROWS, Result, Store, is_kept,
    news::{News, in_place_of, learn},
    reactions, run,
    said::{Said, learn_said},
    writer::Flush,
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
        let planned = self.numbered(&network, events).await?;
        if planned.is_empty() && aside.is_empty() && cursor.is_none() {
            return Ok(Vec::new());
        }
        // What says nothing may be heard again.
        let flush = if planned.is_empty() && aside.is_empty() { Flush::Later } else { Flush::Now };
        self.writer
            .flushing(flush)
            .write(move |db: &mut SqliteConnection| {
                Box::pin(async move {
                    let lanes = accept_all(db, &network, planned, now).await?;
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

    /// Events of a network with the numbers of their chats.
    pub(super) async fn numbered(
        &self,
        network: &NetworkName,
        events: Vec<Planned>,
    ) -> Result<Vec<Numbered>> {
        let mut planned = Vec::with_capacity(events.len());
        for Planned { event, to, part_of } in events {
            let chat = self.number(&Place::new(network, &event.chat)).await?;
            let mut lanes = Vec::with_capacity(to.len());
            for place in &to {
                lanes.push(self.number(place).await?);
            }
            planned.push(Numbered { chat, event, lanes, part_of });
        }
        Ok(planned)
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
pub(super) struct Numbered {
    chat: i64,
    event: Event,
    lanes: Vec<i64>,
    part_of: Option<i64>,
}

/// What is to be remembered of an event, by its number.
struct Kept {
    id: i64,
    message: Option<i64>,
    /// What it says, until it is delivered.
    body: Option<String>,
    lanes: Vec<i64>,
}

impl Kept {
    fn new(id: i64, message: Option<i64>, event: &Event, lanes: Vec<i64>) -> Result<Self> {
        let body = if lanes.is_empty() { None } else { Some(serde_json::to_string(event)?) };
        Ok(Self { id, message, body, lanes })
    }
}

/// Accepts events of a network. Returns the chats that something now waits for.
pub(super) async fn accept_all(
    db: &mut SqliteConnection,
    network: &NetworkName,
    heard: Vec<Numbered>,
    now: Timestamp,
) -> Result<Vec<i64>> {
    let mut kept = Vec::new();
    accept_events(db, network, heard, now, &mut kept).await?;
    keep(db, &kept).await
}

/// Learns what the events say that are not known yet, in order, and notes in `kept` what is to be remembered of them.
async fn accept_events(
    db: &mut SqliteConnection,
    network: &NetworkName,
    heard: Vec<Numbered>,
    now: Timestamp,
    kept: &mut Vec<Kept>,
) -> Result<()> {
    let mut new = insert_events(db, &heard, now).await?;
    let mut said = Vec::new();
    for Numbered { chat, event, lanes, part_of } in heard {
        let Some(id) = new.remove(&(chat, event.id.0.clone())) else { continue };
        if part_of.is_none()
            && let Kind::Message { body, .. } = &event.kind
        {
            if body.thread.is_some() {
                // Its first message may be among those.
                keep_said(db, network, mem::take(&mut said), kept).await?;
            }
            said.push((id, Numbered { chat, event, lanes, part_of }));
            continue;
        }
        keep_said(db, network, mem::take(&mut said), kept).await?;
        if let Kind::Reactions { target, standing } = &event.kind {
            let changes = reactions::changes(db, network, chat, &event, target, standing).await?;
            let changes = changes.into_iter().map(|event| Numbered {
                chat,
                event,
                lanes: lanes.clone(),
                part_of: None,
            });
            Box::pin(accept_events(db, network, changes.collect(), now, kept)).await?;
            continue;
        }
        let news = match part_of {
            Some(message) => in_place_of(db, message).await?,
            None => learn(db, chat, &event, now).await?,
        };
        match news {
            News::Nothing => {
                if let Kind::Delete { target } = &event.kind {
                    // What was not heard before is not to be said: it may come behind, in this very batch.
                    new.remove(&(chat, target.0.clone()));
                }
            }
            News::About(message) => kept.push(Kept::new(id, Some(message), &event, lanes)?),
            News::Other => kept.push(Kept::new(id, None, &event, lanes)?),
        }
    }
    keep_said(db, network, said, kept).await
}

/// Learns messages, by the numbers of their events.
async fn keep_said(
    db: &mut SqliteConnection,
    network: &NetworkName,
    heard: Vec<(i64, Numbered)>,
    kept: &mut Vec<Kept>,
) -> Result<()> {
    let said: Vec<Said<'_>> = heard.iter().filter_map(|(_, one)| Said::of(one.chat, &one.event)).collect();
    let messages = learn_said(db, network, &said).await?;
    for ((id, Numbered { event, lanes, .. }), message) in heard.into_iter().zip(messages) {
        if message.is_some() {
            kept.push(Kept::new(id, message, &event, lanes)?);
        }
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
            query.build_query_as().persistent(is_kept(some)).fetch_all(&mut *db).await?;
        new.extend(rows.into_iter().map(|(id, chat, event)| ((chat, event), id)));
    }
    Ok(new)
}

/// Keeps what events say until it is delivered, and puts them into their lanes. Returns the lanes.
async fn keep(db: &mut SqliteConnection, kept: &[Kept]) -> Result<Vec<i64>> {
    let mut lanes = Vec::with_capacity(kept.len());
    for some in kept.chunks(ROWS) {
        let mut script = QueryBuilder::new("UPDATE events SET message = v.column2, body = v.column3 FROM (");
        script.push_values(some, |mut row, kept| {
            row.push_bind(kept.id).push_bind(kept.message).push_bind(kept.body.as_deref());
        });
        script.push(") AS v WHERE events.id = v.column1;");
        let outbox: Vec<(i64, i64)> =
            some.iter().flat_map(|kept| kept.lanes.iter().map(|lane| (kept.id, *lane))).collect();
        for rows in outbox.chunks(ROWS) {
            script.push("INSERT INTO outbox (event, chat) ");
            script.push_values(rows, |mut row, (event, lane)| {
                row.push_bind(event).push_bind(lane);
            });
            script.push(";");
        }
        run(db, script, is_kept(some)).await?;
        lanes.extend(outbox.into_iter().map(|(_, lane)| lane));
    }
    Ok(lanes)
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
