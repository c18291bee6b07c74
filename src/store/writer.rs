//! The one connection that writes.
//!
//! Making a write durable costs a disk flush, whatever its size. So jobs that wait are run together in one
//! transaction, each within a savepoint of its own, and all callers are answered after its commit. The flush is left to
//! the next transaction where none of them needs it.

use std::{panic::AssertUnwindSafe, pin::Pin};

use futures_util::FutureExt;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{mpsc, oneshot};

use super::{Result, StoreError};

/// At most this many jobs share a transaction, so that no caller waits for long.
const TOGETHER: usize = 256;
/// As many jobs may wait before their callers do.
const WAITING: usize = 1024;

pub(super) type Answered<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// What is done within one transaction.
pub trait Job<T>:
    for<'c> FnOnce(&'c mut SqliteConnection) -> Answered<'c, Result<T>> + Send + 'static
{
}
impl<T, F> Job<T> for F where
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> Answered<'c, Result<T>> + Send + 'static
{
}

/// Tells the caller how it went, once the commit is known: `Err` when there was none.
type Answer = Box<dyn FnOnce(std::result::Result<(), String>) + Send>;
type AnyJob = Box<dyn for<'c> FnOnce(&'c mut SqliteConnection) -> Answered<'c, (bool, Answer)> + Send>;

/// When what was written must survive a power cut. A daemon that is killed loses nothing of either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flush {
    /// With the next write that is flushed: were it lost, it would be found out or done again at no harm. Nothing
    /// that comes later survives without it.
    Later,
    /// Before its caller goes on.
    Now,
}

/// Where jobs are sent to.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<(Flush, AnyJob)>,
    flush: Flush,
}

impl Writer {
    /// Starts writing on this connection.
    pub(super) fn start(connection: SqliteConnection, options: SqliteConnectOptions) -> Self {
        let (jobs, waiting) = mpsc::channel(WAITING);
        tokio::spawn(run(connection, options, waiting));
        Self { jobs, flush: Flush::Now }
    }

    /// The same, for writes that need to be flushed at another time.
    pub(super) fn flushing(&self, flush: Flush) -> Self {
        Self { jobs: self.jobs.clone(), flush }
    }

    /// Runs `job`; returns when it is committed, and flushed if it is to be now.
    pub(super) async fn write<T: Send + 'static>(&self, job: impl Job<T>) -> Result<T> {
        let (tell, told) = oneshot::channel();
        let any: AnyJob = Box::new(move |connection| {
            Box::pin(async move {
                // A mistake of ours in one job must not end what writes for all.
                let outcome = AssertUnwindSafe(job(connection)).catch_unwind().await;
                let outcome = outcome.unwrap_or(Err(StoreError::Panicked));
                let done = outcome.is_ok();
                let answer: Answer = Box::new(move |commit| {
                    let outcome = match commit {
                        Err(why) if outcome.is_ok() => Err(StoreError::NotDurable(why)),
                        _ => outcome,
                    };
                    // The caller may have gone, when the daemon ends.
                    let _ = tell.send(outcome);
                });
                (done, answer)
            })
        });
        self.jobs.send((self.flush, any)).await.map_err(|_| StoreError::Closed)?;
        told.await.map_err(|_| StoreError::NotDurable("the transaction did not begin".to_owned()))?
    }

    /// Waits until every job sent so far is answered.
    pub(super) async fn close(self) {
        let _ = self.write(|_: &mut SqliteConnection| Box::pin(async { Ok(()) })).await;
    }
}

async fn run(
    connection: SqliteConnection,
    options: SqliteConnectOptions,
    mut waiting: mpsc::Receiver<(Flush, AnyJob)>,
) {
    let mut jobs = Vec::with_capacity(TOGETHER);
    let mut open = Some(connection);
    while waiting.recv_many(&mut jobs, TOGETHER).await > 0 {
        let mut answers = Vec::with_capacity(jobs.len());
        let commit = write_all(&mut open, &options, &mut jobs, &mut answers).await.map_err(|e| e.to_string());
        if let Err(why) = &commit {
            tracing::error!(%why, "the database could not commit");
            // What it holds of the failed transaction goes with it: it could begin no other.
            if let Some(broken) = open.take() {
                let _ = broken.close().await;
            }
        }
        for answer in answers {
            answer(commit.clone());
        }
    }
    // Lets SQLite tidy up its log; there is nobody left to tell if it cannot.
    if let Some(connection) = open {
        let _ = connection.close().await;
    }
}

/// Runs the jobs on the connection, or on a new one where the last had failed. Those that do not run are dropped, which
/// tells their callers.
async fn write_all(
    open: &mut Option<SqliteConnection>,
    options: &SqliteConnectOptions,
    jobs: &mut Vec<(Flush, AnyJob)>,
    answers: &mut Vec<Answer>,
) -> sqlx::Result<()> {
    let jobs = std::mem::take(jobs);
    let connection = match open.take() {
        Some(connection) => connection,
        None => options.connect().await?,
    };
    together(open.insert(connection), jobs, answers).await
}

/// In words and not by sqlx's own transactions: `SQLite` ends one by itself when the disk is full, and sqlx would count it
/// as open for ever.
async fn together(
    connection: &mut SqliteConnection,
    jobs: Vec<(Flush, AnyJob)>,
    answers: &mut Vec<Answer>,
) -> sqlx::Result<()> {
    let outcome = within(connection, jobs, answers).await;
    if outcome.is_err() {
        // Refused where SQLite has ended it already.
        let _ = sqlx::query("ROLLBACK").execute(connection).await;
    }
    outcome
}

async fn within(
    connection: &mut SqliteConnection,
    jobs: Vec<(Flush, AnyJob)>,
    answers: &mut Vec<Answer>,
) -> sqlx::Result<()> {
    // Immediate: a transaction that first reads and then finds another writer could not wait for it. The first job's
    // savepoint is made along with it: each trip to the connection costs more than what is done there.
    let begin = match jobs.iter().map(|(flush, _)| flush).max() {
        Some(Flush::Now) => "PRAGMA synchronous = FULL; BEGIN IMMEDIATE; SAVEPOINT job",
        _ => "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE; SAVEPOINT job",
    };
    // SQLite obeys this pragma when it prepares it.
    sqlx::query(begin).persistent(false).execute(&mut *connection).await?;
    for (n, (_, job)) in jobs.into_iter().enumerate() {
        if n > 0 {
            sqlx::query("RELEASE job; SAVEPOINT job").execute(&mut *connection).await?;
        }
        let (done, answer) = job(connection).await;
        answers.push(answer);
        if !done {
            sqlx::query("ROLLBACK TO job").execute(&mut *connection).await?;
        }
    }
    // It releases the last one too.
    sqlx::query("COMMIT").execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Place, tests::store};

    /// How safe the transaction of this job is: 2 is flushed, 1 is not yet.
    fn safety() -> impl Job<i64> {
        |db: &mut SqliteConnection| {
            Box::pin(async move {
                Ok(sqlx::query_scalar("PRAGMA synchronous").persistent(false).fetch_one(db).await?)
            })
        }
    }

    #[tokio::test]
    async fn a_transaction_is_flushed_if_one_of_its_jobs_needs_it() {
        let store = store().await;
        let later = store.writer.flushing(Flush::Later);
        assert_eq!(store.write(safety()).await.unwrap(), 2);
        assert_eq!(later.write(safety()).await.unwrap(), 1);
        let (now, along) = tokio::join!(store.write(safety()), later.write(safety()));
        assert_eq!((now.unwrap(), along.unwrap()), (2, 2));
        assert_eq!(later.write(safety()).await.unwrap(), 1);
    }

    /// As `SQLite` ends one when the disk is full.
    #[tokio::test]
    async fn a_transaction_that_ends_by_itself_is_not_the_last() {
        let store = store().await;
        let ended = store.write(|db: &mut SqliteConnection| {
            Box::pin(async move {
                sqlx::query("ROLLBACK").execute(db).await?;
                Ok(())
            })
        });
        assert!(ended.await.is_err());
        store.number(&Place::room("!a")).await.unwrap();
    }

    #[tokio::test]
    async fn a_job_that_panics_undoes_itself_alone() {
        let store = store().await;
        let panics = store.write(|db: &mut SqliteConnection| {
            Box::pin(async move {
                sqlx::query("INSERT INTO chats (network, chat) VALUES ('n', 'c')").execute(&mut *db).await?;
                let nothing: Vec<i64> = sqlx::query_scalar("SELECT 1 WHERE FALSE").fetch_all(db).await?;
                Ok(nothing[0])
            })
        });
        let room = Place::room("!a");
        let (panicked, wrote) = tokio::join!(panics, store.number(&room));
        assert!(matches!(panicked, Err(StoreError::Panicked)));
        assert_eq!(wrote.unwrap(), 1);
        assert_eq!(store.number(&Place { network: "n".into(), chat: "c".into() }).await.unwrap(), 2);
    }
}
