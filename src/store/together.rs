//! Small things of one kind that many lanes ask of the database at a time.
//!
//! Each trip to a connection costs more than what is done there. So the first that waits sends a job, and
//! when its turn comes it takes along all that wait by then.

use std::{
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use sqlx::{SqliteConnection, SqlitePool};
use tokio::sync::oneshot;

use super::{
    Job, Result, StoreError,
    writer::{Answered, Writer},
};

/// What has a connection for a job.
pub(super) trait Runs: Clone + Send + Sync + 'static {
    fn run<T: Send + 'static>(&self, job: impl Job<T>) -> impl Future<Output = Result<T>> + Send;
}

/// In a transaction, durable when it returns.
impl Runs for Writer {
    async fn run<T: Send + 'static>(&self, job: impl Job<T>) -> Result<T> {
        self.write(job).await
    }
}

/// On any connection that is free: as long as there is none, more come together.
impl Runs for SqlitePool {
    async fn run<T: Send + 'static>(&self, job: impl Job<T>) -> Result<T> {
        job(&mut *self.acquire().await?).await
    }
}

/// Those of one kind that wait, each with the one who asked.
type Waiting<T, R> = Vec<(T, oneshot::Sender<Result<R>>)>;

/// What does many of a kind, and says what came of each, in their order.
type All<T, R> = for<'c> fn(&'c mut SqliteConnection, Vec<T>) -> Answered<'c, Result<Vec<R>>>;

/// What is asked together.
#[derive(Debug)]
pub(super) struct Together<T, R> {
    waiting: Arc<Mutex<Waiting<T, R>>>,
    all: All<T, R>,
}

impl<T, R> Clone for Together<T, R> {
    fn clone(&self) -> Self {
        Self { waiting: self.waiting.clone(), all: self.all }
    }
}

impl<T: Send + 'static, R: Send + 'static> Together<T, R> {
    /// Nothing waits yet; `all` does what will.
    pub(super) fn new(all: All<T, R>) -> Self {
        Self { waiting: Arc::default(), all }
    }

    /// Does this with what else waits.
    pub(super) async fn ask(&self, of: &impl Runs, item: T) -> Result<R> {
        let (tell, told) = oneshot::channel();
        let first = {
            let mut waiting = self.waiting();
            waiting.push((item, tell));
            waiting.len() == 1
        };
        if first {
            // By a task of its own: the others wait for it even when the first has gone.
            tokio::spawn(self.clone().lead(of.clone()));
        }
        told.await.map_err(|_| StoreError::Together)?
    }

    async fn lead(self, of: impl Runs) {
        let begun = Arc::new(AtomicBool::new(false));
        let (here, begins) = (self.clone(), begun.clone());
        let done = of
            .run(move |db: &mut SqliteConnection| {
                Box::pin(async move {
                    begins.store(true, Ordering::Relaxed);
                    let (items, asked): (Vec<T>, Vec<_>) =
                        mem::take(&mut *here.waiting()).into_iter().unzip();
                    Ok(((here.all)(db, items).await?, asked))
                })
            })
            .await;
        if let Ok((outcomes, asked)) = done {
            for (outcome, tell) in outcomes.into_iter().zip(asked) {
                // The caller may have gone, when the daemon ends.
                let _ = tell.send(Ok(outcome));
            }
        } else if !begun.load(Ordering::Relaxed) {
            // Nobody else will take them: those who asked are to ask again.
            self.waiting().clear();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting<T, R>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
