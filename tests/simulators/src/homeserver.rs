//! A homeserver in this process, for what Synapse cannot be made to do.
//!
//! It speaks what an application service uses of the client-server API, keeps one room's timeline as a list, pushes
//! transactions as Synapse does (in order, one at a time, repeated until 200, waiting longer and longer, a ping ends the
//! wait), and fails as ordered. [`Account`] talks to it as to a real one.

use std::{
    io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{Router, middleware};
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{
    Account,
    listener::{Breakable, Switch, thawed},
    synapse::SERVER_NAME,
};

mod faults;
mod pushing;
mod rooms;
mod routes;
mod service;
mod world;

pub use faults::Failure;
use world::World;

/// A running homeserver. Ends when it is dropped.
pub struct Homeserver {
    shared: Arc<Shared>,
    address: std::net::SocketAddr,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

/// What its parts share.
struct Shared {
    world: Mutex<World>,
    /// Rings when something is to be pushed.
    pushed: Notify,
    /// Rings when the wait after a failure is over.
    retry: Notify,
    /// Whether the application service waits for everything in vain.
    frost: watch::Sender<bool>,
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn thawed(&self) {
        thawed(&mut self.frost.subscribe()).await;
    }
}

impl Homeserver {
    /// Listens, with no application service yet.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let world = Mutex::new(World::default());
        let shared = Arc::new(Shared {
            world,
            pushed: Notify::new(),
            retry: Notify::new(),
            frost: watch::Sender::new(false),
        });
        let stop = CancellationToken::new();
        let router: Router = routes::routes()
            .layer(middleware::from_fn_with_state(shared.clone(), faults::strike))
            .with_state(shared.clone());
        let service = router.into_make_service_with_connect_info::<Switch>();
        let all = stop.clone();
        let ended = stop.clone();
        let serving = tokio::spawn(async move {
            // People go on talking while the application service waits.
            let listener = Breakable { listener, all, frost: watch::channel(false).1 };
            let _ = ended.run_until_cancelled(axum::serve(listener, service).into_future()).await;
        });
        let pusher = tokio::spawn(pushing::run(shared.clone(), stop.clone()));
        Ok(Self { shared, address, stop, tasks: vec![serving, pusher] })
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Knows an application service by its registration.
    pub fn register_service(&self, registration: &Path) -> io::Result<()> {
        let text = std::fs::read_to_string(registration)?;
        self.shared.world().service = Some(world::Service::read(&text)?);
        Ok(())
    }

    /// Somebody's new account.
    #[must_use]
    pub fn account(&self, name: &str) -> Account {
        let user = format!("@{name}:{SERVER_NAME}");
        let token = format!("token-of-{name}");
        self.shared.world().tokens.insert(token.clone(), user.clone());
        self.shared.world().users.entry(user.clone()).or_default();
        Account::new(&self.url(), &user, &token)
    }

    /// Puts itself out of the application service's reach, or back; people reach it all the while.
    pub fn away(&self, away: bool) {
        self.shared.world().away = away;
    }

    /// Leaves the application service waiting for every answer and every transaction, or goes on.
    pub fn freeze(&self, frozen: bool) {
        self.shared.frost.send_replace(frozen);
    }

    /// Forgets every failure that was ordered.
    pub fn mend(&self) {
        let mut world = self.shared.world();
        world.orders.clear();
        (world.doubled, world.unheard, world.late) = (0, 0, 0);
    }

    /// The application service's next calls whose path contains `path` go wrong.
    pub fn fail(&self, path: &str, times: u32, failure: Failure) {
        self.shared.world().orders.push(faults::Order { path: path.to_owned(), times, failure });
    }

    /// Pushes an event as it is, in a transaction with what else waits.
    pub fn push(&self, event: Value) {
        self.shared.world().waiting.push_back(event);
        self.shared.pushed.notify_one();
    }

    /// The next events are never pushed, as what Synapse holds in memory when it is killed.
    pub fn forget(&self, events: u32) {
        self.shared.world().forgotten = events;
    }

    /// From now on it knows no transaction id of the application service again, as a Synapse that restarts: it keeps them
    /// in memory only.
    pub fn forget_what_was_done(&self) {
        self.shared.world().forgets_done = true;
    }

    /// Its next transaction has the id of its last, as when a Synapse on `SQLite` counts anew after a restart.
    pub fn count_again(&self) {
        let mut world = self.shared.world();
        world.transactions = world.transactions.saturating_sub(1);
    }

    /// Sends each of the next transactions twice, under two ids.
    pub fn deliver_twice(&self, times: u32) {
        self.shared.world().doubled = times;
    }

    /// Hears nothing of what becomes of its next transactions, and sends each again under the same id.
    pub fn lose_answers(&self, times: u32) {
        self.shared.world().unheard = times;
    }

    /// Its next transactions come once more behind a newer one, as from a proxy that held them back.
    pub fn deliver_late(&self, times: u32) {
        self.shared.world().late = times;
    }

    /// Waits until everything is pushed.
    pub async fn flushed(&self) -> bool {
        for _ in 0..600 {
            if self.shared.world().waiting.is_empty() && !self.shared.world().pushing {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    }
}

impl Drop for Homeserver {
    fn drop(&mut self) {
        self.stop.cancel();
        for task in &self.tasks {
            task.abort();
        }
    }
}
