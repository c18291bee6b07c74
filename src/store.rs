//! The store: what must survive. `SQLite` in one file; nothing else in passerelle is the truth.
//!
//! # Layout
//! - [`chats`]: places and the links between them. - [`routes`]: who hears whom. - [`presence`]: where our bot is, and who talks with it alone. - [`openings`]: rooms that are made.
//! - [`codes`]: codes that link. - [`linking`]: links made with what is said of them. - [`questions`]: what waits for a word more. - [`people`]: who writes where, who is not to be read, what animators did. - [`settings`]: what was chosen for each link. - [`messages`]: what was said and its copies.
//! - [`joined`]: short messages said together. - [`polls`]: who voted for what. - [`lines`]: lines of our own below messages. - [`names`]: who looks like whom. [`titles`]: what chats are called.
//! - [`inbox`]: accepting what was heard; [`news`] and [`said`] learn from it. - [`outbox`]: what is still to be delivered. - [`dead_letters`]: what was given up.
//! - [`unsaid`]: what edits came too late to say. - [`beside`]: what another process does with the file, a backup above all. - [`memory`]: how long all this stays.
//! - [`ghosts`], [`uploads`]: what the Matrix side did once and need not do again.
//! - [`receipts`]: deliveries that begin and end, written [`together`].
//! - [`writer`]: the one connection that writes, and its group commit.
//!
//! One writer, any number of readers. A write is durable at power loss before its caller goes on, except where doing it
//! again changes nothing. No network is spoken to from here.

use std::{
    fs::{File, TryLockError},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    str::FromStr,
    time::Duration,
};

use contract::Phrase;
use sqlx::{
    ConnectOptions, QueryBuilder, Sqlite, SqliteConnection, SqlitePool,
    migrate::MigrateError,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

mod beside;
pub mod chats;
pub mod codes;
pub mod dead_letters;
mod files;
pub mod ghosts;
mod handles;
pub mod inbox;
pub mod joined;
pub mod lines;
pub mod linking;
mod memory;
pub mod messages;
mod names;
mod news;
pub mod openings;
pub mod outbox;
pub mod people;
pub mod polls;
mod presence;
pub mod questions;
mod reactions;
mod receipts;
pub mod routes;
mod said;
pub mod settings;
mod titles;
mod together;
pub mod unsaid;
pub mod uploads;
mod writer;

pub use beside::BackupError;
pub use chats::Place;
pub use ghosts::Ghost;
pub use settings::{LinkSettings, Threads};
pub use uploads::Upload;
pub use writer::Job;

/// Rows written by one statement: `SQLite` takes 32,766 values in one.
const ROWS: usize = 1000;
/// Statements for at most so many rows are kept prepared, since they come again as they are.
const KEPT_ROWS: usize = 4;
/// So many ghosts are remembered; the others are read when they speak.
const MOST_GHOSTS: u64 = 5000;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("src/store/migrations");

/// What keeps the store from being opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another daemon has it.
    #[error("another passerelle is running on this database (it holds {0}); stop it first")]
    Locked(String),
    /// A newer passerelle wrote it.
    #[error(
        "this database was written by a newer passerelle (schema {0}); run that one, or restore the copy from \
         before the upgrade"
    )]
    Newer(i64),
    /// The file cannot be written.
    #[error("the database {path} cannot be opened for writing: {why}")]
    Unwritable {
        /// The file.
        path: String,
        /// The system's words.
        why: String,
    },
    /// An older passerelle wrote it, and this is not the moment to bring it up to date.
    #[error("this database was written by an older passerelle (schema {0}); start this one on it first")]
    Older(i64),
    /// `SQLite` refused.
    #[error("the database cannot be used: {0}")]
    Sql(#[from] sqlx::Error),
}

impl OpenError {
    /// The same in the words of hosters.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Locked(lock) => Phrase::new("store-locked").with("lock", lock),
            Self::Newer(schema) => Phrase::new("store-newer").with("schema", schema),
            Self::Unwritable { path, why } => {
                Phrase::new("store-unwritable").with("file", path).with("why", why)
            }
            Self::Older(schema) => Phrase::new("store-older").with("schema", schema),
            Self::Sql(why) => Phrase::new("store-unusable").with("why", why),
        }
    }
}

/// What keeps the store from being read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `SQLite` refused.
    #[error("the database refused: {0}")]
    Sql(#[from] sqlx::Error),
    /// A row holds what this version cannot read.
    #[error("what is stored cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// What these deliveries are of cannot be read by this version: their numbers, and where each cannot.
    #[error("what waits cannot be read: {0:?}")]
    Spoiled(Vec<(i64, String)>),
    /// What was written with others could not be made durable.
    #[error("the database could not commit: {0}")]
    NotDurable(String),
    /// Something that was asked together with it could not be done.
    #[error("what was asked of the database together with it failed")]
    Together,
    /// A mistake of ours, in what was to be done.
    #[error("what was to be written panicked")]
    Panicked,
    /// The daemon is ending.
    #[error("the store is closed")]
    Closed,
}

impl From<StoreError> for contract::Fault {
    fn from(error: StoreError) -> Self {
        Self::retry(error.to_string())
    }
}

/// The result of asking the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// The open store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    read: SqlitePool,
    /// One connection that reads for all lanes, so that those that look at a time are read together.
    read_lanes: SqlitePool,
    heads: together::Together<outbox::Head, Vec<outbox::Row>>,
    writer: writer::Writer,
    /// Numbers of chats, which never change; those of places whose portal is known are with it.
    chats: std::sync::Arc<dashmap::DashMap<Place, i64>>,
    /// What is linked to places that something was heard in.
    routes: std::sync::Arc<routes::Routes>,
    names: names::Asked,
    /// Ghosts that spoke lately.
    ghosts: moka::sync::Cache<contract::Person, Ghost>,
    beginning: together::Together<i64, Vec<contract::MessageId>>,
    done: together::Together<receipts::Done, ()>,
    /// Those of what may be done again.
    done_again: together::Together<receipts::Done, ()>,
    /// Held by the daemon as long as the store is open.
    _lock: Option<std::sync::Arc<File>>,
}

impl Store {
    /// Opens the file, makes it if there is none, and brings it to this version's schema.
    ///
    /// # Errors
    /// When another daemon has it, a newer one wrote it, or it cannot be written.
    pub async fn open(path: &Path) -> std::result::Result<Self, OpenError> {
        let lock = lock(path)?;
        let options = options(path)?;
        let unwritable = |why: sqlx::Error| OpenError::Unwritable {
            path: path.display().to_string(),
            why: why.to_string(),
        };
        let mut connection = options.clone().connect().await.map_err(unwritable)?;
        migrate(&mut connection, path).await?;
        // A read-only file opens and migrates without a word when there is nothing to migrate.
        sqlx::query("UPDATE cursors SET cursor = cursor WHERE FALSE").execute(&mut connection).await?;
        Self::with(connection, options, Some(lock)).await
    }

    async fn with(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
        lock: Option<File>,
    ) -> std::result::Result<Self, OpenError> {
        Ok(Self {
            read: readers(3, &options).await?,
            read_lanes: readers(1, &options).await?,
            heads: together::Together::new(|db, heads| Box::pin(outbox::read_heads(db, heads))),
            writer: writer::Writer::start(connection, options),
            chats: std::sync::Arc::default(),
            routes: std::sync::Arc::default(),
            names: names::Asked::default(),
            ghosts: moka::sync::Cache::new(MOST_GHOSTS),
            beginning: together::Together::new(|db, deliveries| {
                Box::pin(receipts::begin_all(db, deliveries))
            }),
            done: together::Together::new(|db, done| Box::pin(receipts::finish_all(db, done))),
            done_again: together::Together::new(|db, done| Box::pin(receipts::finish_all(db, done))),
            _lock: lock.map(std::sync::Arc::new),
        })
    }

    /// Runs `job` in a transaction that is durable when this returns. Others may share it; a failing job undoes only itself.
    pub(crate) async fn write<T: Send + 'static>(&self, job: impl Job<T>) -> Result<T> {
        self.writer.write(job).await
    }

    /// Waits until everything asked for is written, then closes.
    pub async fn close(self) {
        self.writer.close().await;
        self.read.close().await;
        self.read_lanes.close().await;
    }
}

/// Whether a statement for these rows is kept prepared.
fn is_kept<T>(rows: &[T]) -> bool {
    rows.len() <= KEPT_ROWS
}

/// Runs statements, each ended by a semicolon, in one trip to the connection, and keeps them prepared if `kept`.
async fn run(db: &mut SqliteConnection, mut script: QueryBuilder<Sqlite>, kept: bool) -> Result<()> {
    if !script.sql().as_str().is_empty() {
        script.build().persistent(kept).execute(db).await?;
    }
    Ok(())
}

async fn readers(most: u32, options: &SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new()
        .max_connections(most)
        .idle_timeout(None)
        // A connection to a file does not go stale, and asking it first would double each read.
        .test_before_acquire(false)
        // In KiB. What is read often the system has in memory too.
        .connect_with(options.clone().read_only(true).create_if_missing(false).pragma("cache_size", "-500"))
        .await
}

fn options(path: &Path) -> sqlx::Result<SqliteConnectOptions> {
    Ok(SqliteConnectOptions::from_str("sqlite:")?
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledgement upstream must survive a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What a savepoint may have to undo is kept in memory: it is small, and a file for it costs as much as the log.
        .pragma("temp_store", "memory")
        // In KiB. Ids are random: each is looked for in a page of its own, and the pages above those are to stay at hand.
        .pragma("cache_size", "-4000")
        .busy_timeout(Duration::from_secs(5)))
}

/// Takes the lock that says that a daemon runs on this database. The system drops it when the process ends, however.
fn lock(path: &Path) -> std::result::Result<File, OpenError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = Path::new(&name);
    let unwritable = |why: std::io::Error| OpenError::Unwritable {
        path: path.display().to_string(),
        why: why.to_string(),
    };
    // What waits holds what people wrote: for our eyes only. SQLite gives its other files the mode of the first.
    for file in [path, name] {
        let private = File::options().create(true).truncate(false).write(true).mode(0o600).open(file);
        private.map_err(unwritable)?;
    }
    let file = File::options().write(true).open(name).map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked(name.display().to_string())),
        Err(TryLockError::Error(why)) => Err(unwritable(why)),
    }
}

async fn migrate(connection: &mut SqliteConnection, path: &Path) -> std::result::Result<(), OpenError> {
    MIGRATIONS.run(connection).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) => OpenError::Newer(version),
        other => OpenError::Unwritable { path: path.display().to_string(), why: other.to_string() },
    })
}

#[cfg(test)]
pub(crate) mod tests;
