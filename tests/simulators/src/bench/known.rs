//! What a daemon knows before it is measured: links, ghosts, messages said long ago; written into the schema that the
//! daemon itself made.

use std::{io, path::Path, str::FromStr};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteSynchronous},
};

use crate::synapse::SERVER_NAME;

/// The configured name of the network in every benchmark.
pub const NETWORK: &str = "mattermost";

/// How much is known.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The room that each channel is linked to, by the channel's number.
    pub rooms: Vec<String>,
    /// People who were met.
    pub ghosts: usize,
    /// Messages said before, evenly in all channels, and known on both sides.
    pub messages: usize,
}

impl Known {
    /// That many links, to rooms that only an instant homeserver has.
    #[must_use]
    pub fn links(links: usize) -> Self {
        let rooms = (0..links).map(|n| format!("!room{n}:{SERVER_NAME}")).collect();
        Self { rooms, ghosts: links, messages: 0 }
    }
}

/// The id of a channel by its number: 26 letters and digits, as the server makes them.
#[must_use]
pub fn channel(n: usize) -> String {
    format!("c{n:0>25}")
}

/// The id of somebody by their number.
#[must_use]
pub fn person(n: usize) -> String {
    format!("p{n:0>25}")
}

/// What somebody is called.
#[must_use]
pub fn name(n: usize) -> String {
    format!("Personne {n}")
}

/// Their Matrix user.
#[must_use]
pub fn ghost(n: usize) -> String {
    format!("@passerelle_{NETWORK}_{}:{SERVER_NAME}", person(n))
}

/// Writes into a database that its daemon has made, and ended with.
pub async fn write(database: &Path, known: &Known, now_ms: i64) -> io::Result<()> {
    let options = SqliteConnectOptions::from_str("sqlite:").map_err(io::Error::other)?;
    let options = options.filename(database).create_if_missing(false).foreign_keys(true);
    // A million messages with random ids are written in memory, and a power cut costs nothing here.
    let options = options.synchronous(SqliteSynchronous::Off).pragma("cache_size", "-400000");
    let mut connection = options.connect().await.map_err(io::Error::other)?;
    fill(&mut connection, known, now_ms).await.map_err(io::Error::other)?;
    connection.close().await.map_err(io::Error::other)
}

async fn fill(connection: &mut SqliteConnection, known: &Known, now: i64) -> sqlx::Result<()> {
    let mut transaction = connection.begin().await?;
    // One portal for each channel n: the room is chat 2n+1, the channel chat 2n+2.
    let statements = [
        "INSERT INTO portals (id, opened_at) SELECT key + 1, $3 FROM json_each($1)",
        "INSERT INTO chats (id, network, chat) SELECT 2 * key + 1, 'matrix', value FROM json_each($1)",
        "INSERT INTO chats (id, network, chat)
         SELECT 2 * key + 2, $4, 'c' || substr('0000000000000000000000000' || key, -25) FROM json_each($1)",
        "INSERT INTO links (chat, portal, linked_at) SELECT id, (id + 1) / 2, $3 FROM chats WHERE id <= 2 * json_array_length($1)",
        "INSERT INTO ghosts (network, person, name, looked_at)
         WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
         SELECT $4, 'p' || substr('0000000000000000000000000' || i, -25), 'Personne ' || i, $3 FROM n WHERE i < $2",
    ];
    let (rooms, ghosts) = (serde_json::json!(known.rooms).to_string(), i64::try_from(known.ghosts));
    let ghosts = ghosts.unwrap_or(i64::MAX);
    for statement in statements {
        sqlx::query(statement)
            .bind(&rooms)
            .bind(ghosts)
            .bind(now)
            .bind(NETWORK)
            .execute(&mut *transaction)
            .await?;
    }
    remember(&mut transaction, known, now).await?;
    transaction.commit().await
}

/// Messages that were heard on the network and delivered to the room, with ids as random as the servers make them.
async fn remember(db: &mut SqliteConnection, known: &Known, now: i64) -> sqlx::Result<()> {
    let (messages, links) = (i64::try_from(known.messages), i64::try_from(known.rooms.len()));
    let (messages, links) = (messages.unwrap_or(i64::MAX), links.unwrap_or(i64::MAX));
    let statements = [
        "INSERT INTO messages (id, network, author, fingerprint)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
         SELECT i, $4, 'p' || substr('0000000000000000000000000' || (i % $2), -25), lower(hex(randomblob(12)))
         FROM n WHERE $1 > 0",
        "INSERT INTO copies (chat, id, message, step)
         SELECT 2 * (id % $2) + 2, lower(hex(randomblob(13))), id, 0 FROM messages WHERE $1 > 0",
        "INSERT INTO copies (chat, id, message, step)
         SELECT 2 * (id % $2) + 1, '$' || hex(randomblob(21)), id, 0 FROM messages WHERE $1 > 0",
        "INSERT INTO events (chat, event, message, heard_at)
         SELECT c.chat, c.id, c.message, $3 FROM copies c WHERE c.chat % 2 = 0",
    ];
    for statement in statements {
        sqlx::query(statement).bind(messages).bind(links).bind(now).bind(NETWORK).execute(&mut *db).await?;
    }
    Ok(())
}
