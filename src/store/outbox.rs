//! What is still to be delivered.

use std::collections::{BTreeMap, HashMap};

use contract::{Event, Kind, MessageId, NetworkName, Phrase, Timestamp};
use sqlx::{QueryBuilder, SqliteConnection};

use super::{LinkSettings, Place, ROWS, Result, Store, StoreError, is_kept, receipts::finish};

/// A delivery waiting in its lane.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its number; a lane is in the order of these.
    pub id: i64,
    /// What happened.
    pub event: Event,
    /// The network that heard it.
    pub source: NetworkName,
    /// The number of the chat it was heard in.
    pub from: i64,
    /// The message it is about.
    pub message: Option<i64>,
    /// Where it is to go.
    pub place: Place,
    /// The number of that place.
    pub chat: i64,
    /// How many steps are done.
    pub step: u32,
    /// Whether the next step may have been done already.
    pub unclear: bool,
    /// If so, the newest messages known in the place before it was first tried.
    pub after: Vec<MessageId>,
    /// What was chosen for the links that it crosses: the one it was heard on, and the one it goes to.
    pub links: [LinkSettings; 2],
    /// Whether the network refused it as what it is, so that it is said in words.
    pub in_words: bool,
}

/// How a link is.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkState {
    /// Since when it is.
    pub since: Timestamp,
    /// How many deliveries wait for it.
    pub waiting: i64,
    /// When the oldest of them was heard.
    pub oldest: Option<Timestamp>,
    /// Why the last delivery was given up, and when.
    pub last_error: Option<(Phrase, Timestamp)>,
}

/// The first so many deliveries of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Head {
    chat: i64,
    most: u32,
}

/// A delivery as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Row {
    id: i64,
    body: String,
    source: String,
    came_from: i64,
    message: Option<i64>,
    network: String,
    place: String,
    chat: i64,
    step: u32,
    unclear: bool,
    after: Option<String>,
    source_settings: Option<String>,
    settings: Option<String>,
}

impl Row {
    fn read(self, event: Event) -> Result<Waiting> {
        Ok(Waiting {
            id: self.id,
            event,
            source: self.source.into(),
            from: self.came_from,
            message: self.message,
            place: Place { network: self.network.into(), chat: self.place.into() },
            chat: self.chat,
            step: self.step,
            unclear: self.unclear,
            after: newest(self.after.as_deref())?,
            links: [
                LinkSettings::read(self.source_settings.as_deref()),
                LinkSettings::read(self.settings.as_deref()),
            ],
            in_words: false,
        })
    }
}

/// The messages in a list that may hold nothing in their places.
pub(super) fn newest(json: Option<&str>) -> Result<Vec<MessageId>> {
    let ids: Vec<Option<MessageId>> = json.map_or(Ok(Vec::new()), serde_json::from_str)?;
    Ok(ids.into_iter().flatten().collect())
}

impl Store {
    /// The chats that something waits for.
    pub async fn lanes(&self) -> Result<Vec<i64>> {
        // From chat to chat along the index, however much waits in each.
        Ok(sqlx::query_scalar(
            "WITH RECURSIVE lanes (chat) AS (
                 SELECT min(chat) FROM outbox
                 UNION ALL SELECT (SELECT min(chat) FROM outbox WHERE chat > lanes.chat) FROM lanes WHERE chat IS NOT NULL)
             SELECT chat FROM lanes WHERE chat IS NOT NULL",
        )
        .fetch_all(&self.read)
        .await?)
    }

    /// How many deliveries wait, by network.
    pub async fn count_waiting(&self) -> Result<Vec<(NetworkName, i64)>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT c.network, sum(o.waiting) FROM (SELECT chat, count(*) AS waiting FROM outbox GROUP BY chat) o
             JOIN chats c ON c.id = o.chat GROUP BY c.network",
        )
        .fetch_all(&self.read)
        .await?;
        Ok(rows.into_iter().map(|(network, count)| (network.into(), count)).collect())
    }

    /// The next deliveries of a lane, oldest first. Lanes that look at a time are read together.
    ///
    /// # Errors
    /// [`StoreError::Spoiled`] when some of them cannot be read: they will never be, and are to be given up.
    pub async fn head(&self, chat: i64, most: u32) -> Result<Vec<Waiting>> {
        let rows = self.heads.ask(&self.read_lanes, Head { chat, most }).await?;
        let (mut waiting, mut spoiled) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in rows {
            match serde_json::from_str(&row.body) {
                Ok(event) => waiting.push(row.read(event)?),
                // The error itself could quote what somebody wrote.
                Err(why) => {
                    spoiled.push((row.id, format!("{:?} at column {}", why.classify(), why.column())));
                }
            }
        }
        if spoiled.is_empty() { Ok(waiting) } else { Err(StoreError::Spoiled(spoiled)) }
    }

    /// Notes that the step was certainly not done.
    pub async fn not_begun(&self, waiting: &Waiting) -> Result<()> {
        let id = waiting.id;
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                sqlx::query("UPDATE outbox SET unclear = 0 WHERE id = $1").bind(id).execute(db).await?;
                Ok(())
            })
        })
        .await
    }

    /// Whether somebody said what waits and has taken it back since.
    pub async fn is_gone(&self, waiting: &Waiting) -> Result<bool> {
        if !matches!(waiting.event.kind, Kind::Message { .. } | Kind::Edit { .. }) {
            return Ok(false);
        }
        let gone: Option<bool> = sqlx::query_scalar("SELECT gone FROM messages WHERE id = $1")
            .bind(waiting.message)
            .fetch_optional(&self.read)
            .await?;
        Ok(gone.unwrap_or(false))
    }

    /// How a link is, its lane's head left out where that is `asking` for it.
    pub async fn link_state(&self, place: &Place, asking: bool) -> Result<LinkState> {
        let (since, waiting, oldest): (Option<i64>, i64, Option<i64>) = sqlx::query_as(
            "SELECT (SELECT linked_at FROM links WHERE chat = c.id),
                    (SELECT max(count(*) - $3, 0) FROM outbox WHERE chat = c.id),
                    (SELECT e.heard_at FROM outbox o JOIN events e ON e.id = o.event WHERE o.chat = c.id
                     ORDER BY o.id LIMIT 1 OFFSET $3)
             FROM chats c WHERE c.network = $1 AND c.chat = $2",
        )
        .bind(place.network.as_str())
        .bind(place.chat.as_str())
        .bind(i64::from(asking))
        .fetch_optional(&self.read)
        .await?
        .unwrap_or_default();
        let error: Option<(String, i64)> = sqlx::query_as(
            "SELECT d.reason, d.buried_at FROM dead_letters d JOIN chats c ON c.id = d.chat
             WHERE c.network = $1 AND c.chat = $2 ORDER BY d.id DESC LIMIT 1",
        )
        .bind(place.network.as_str())
        .bind(place.chat.as_str())
        .fetch_optional(&self.read)
        .await?;
        let last_error = match error {
            Some((reason, at)) => Some((serde_json::from_str(&reason)?, Timestamp(at))),
            None => None,
        };
        let since = Timestamp(since.unwrap_or_default());
        Ok(LinkState { since, waiting, oldest: oldest.map(Timestamp), last_error })
    }

    /// A delivery is given up, by its number: it stays as a dead letter.
    pub async fn bury(&self, id: i64, reason: &Phrase, detail: &str, now: Timestamp) -> Result<()> {
        let (reason, detail) = (serde_json::to_string(reason)?, detail.to_owned());
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO dead_letters (event, chat, step, reason, detail, buried_at)
                     SELECT event, chat, step, $2, $3, $4 FROM outbox WHERE id = $1",
                )
                .bind(id)
                .bind(reason)
                .bind(detail)
                .bind(now.0)
                .execute(&mut *db)
                .await?;
                finish(db, &[id]).await
            })
        })
        .await
    }

    /// Whether something about the message that has this id in a chat is still to be done there: it may take the id away.
    pub async fn is_changing(&self, chat: i64, id: &MessageId) -> Result<bool> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM copies c CROSS JOIN events e ON e.message = c.message
             CROSS JOIN outbox o ON o.event = e.id AND o.chat = c.chat WHERE c.chat = $1 AND c.id = $2)",
        )
        .bind(chat)
        .bind(id.as_str())
        .fetch_one(&self.read)
        .await?)
    }

    /// Whether something later waits in the same lane that is about the same message, or reacts to the same one.
    pub async fn is_superseded(&self, waiting: &Waiting) -> Result<bool> {
        let Some(message) = waiting.message else { return Ok(false) };
        Ok(sqlx::query_scalar(
            // From the few messages it may be about, and not through all that waits.
            "SELECT EXISTS (SELECT 1 FROM
                 (SELECT $3 AS id UNION SELECT o.id FROM messages o JOIN messages m ON o.about = m.about WHERE m.id = $3) m
                 CROSS JOIN events e ON e.message = m.id CROSS JOIN outbox o ON o.event = e.id
             WHERE o.chat = $1 AND o.id > $2)",
        )
        .bind(waiting.chat)
        .bind(waiting.id)
        .bind(message)
        .fetch_one(&self.read)
        .await?)
    }
}

/// Reads the heads of lanes, in the order they are asked for.
pub(super) async fn read_heads(db: &mut SqliteConnection, heads: Vec<Head>) -> Result<Vec<Vec<Row>>> {
    let mut lanes: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
    for head in &heads {
        lanes.entry(head.most).or_default().push(head.chat);
    }
    let mut read: HashMap<Head, Vec<Row>> = HashMap::with_capacity(heads.len());
    for (most, lanes) in lanes {
        for some in lanes.chunks(ROWS) {
            for row in read_lanes(db, some, most).await? {
                read.entry(Head { chat: row.chat, most }).or_default().push(row);
            }
        }
    }
    Ok(heads.iter().map(|head| read.get(head).cloned().unwrap_or_default()).collect())
}

async fn read_lanes(db: &mut SqliteConnection, lanes: &[i64], most: u32) -> Result<Vec<Row>> {
    let mut query = QueryBuilder::new(
        "SELECT o.id, e.body, s.network AS source, e.chat AS came_from, e.message, d.network, d.chat AS place,
                o.chat, o.step, o.unclear, o.after, ls.settings AS source_settings, ld.settings FROM (",
    );
    query.push_values(lanes, |mut row, lane| {
        row.push_bind(lane);
    });
    query.push(
        ") AS v JOIN outbox o ON o.id IN (
             SELECT w.id FROM outbox w JOIN events b ON b.id = w.event
             WHERE w.chat = v.column1 AND b.body IS NOT NULL ORDER BY w.id LIMIT ",
    );
    query.push_bind(most);
    query.push(
        ") JOIN events e ON e.id = o.event
         JOIN chats s ON s.id = e.chat JOIN chats d ON d.id = o.chat
         LEFT JOIN links ls ON ls.chat = e.chat LEFT JOIN links ld ON ld.chat = o.chat ORDER BY o.id",
    );
    Ok(query.build_query_as().persistent(is_kept(lanes)).fetch_all(db).await?)
}
