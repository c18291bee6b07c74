//! Wires everything together, runs it, and ends it gracefully.

use std::{collections::HashMap, net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use contract::{Fault, Network, NetworkName, Phrase, Timestamp};
use futures_util::FutureExt;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    absence,
    commands::{self, Commands},
    config::{Config, LinkConfig},
    faces::Faces,
    health::Health,
    matrix::Matrix,
    outbox::{self, Networks, Outbox},
    router::Router,
    store::{OpenError, Place, Store, chats::Linked},
    words::{Called, Language, say},
};

/// How long what is in flight may take to finish once we are told to stop.
const GRACE: Duration = Duration::from_secs(8);
/// How often we look whether somebody else wrote to the database: `passerelle dead-letters replay`.
const LOOK: Duration = Duration::from_secs(2);
/// How long a room of the configuration that could not be linked waits.
const LINK_AGAIN: Duration = Duration::from_secs(30);
/// How often workspaces that have not told what they are called are asked again, and all are asked anew.
const TITLES_AGAIN: Duration = Duration::from_secs(30);
const TITLES_ANEW: Duration = Duration::from_hours(1);
/// A network that listened so long without a fault listens well.
const STEADY: Duration = Duration::from_mins(1);
/// How often what is old is forgotten.
const DAY: Duration = Duration::from_hours(24);

/// What keeps the daemon from starting.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The address to listen on.
    #[error("cannot listen on {address}: {why}; is another program using it? (appservice.listen)")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's words.
        why: std::io::Error,
    },
    /// A network's configuration.
    #[error("the network {name} cannot work as configured: {why}")]
    Network {
        /// Its name.
        name: NetworkName,
        /// Why.
        why: Fault,
    },
}

impl StartError {
    /// The same in the words of the hoster.
    #[must_use]
    pub fn told(&self, language: Language) -> String {
        let phrase = match self {
            Self::Store(error) => error.phrase(),
            Self::Listen { address, why } => {
                Phrase::new("start-not-listening").with("address", address).with("why", why)
            }
            Self::Network { name, why } => Phrase::new("start-network").with("name", name).with("why", why),
        };
        say(&phrase, language)
    }
}

/// The daemon, ready to run.
#[derive(Debug)]
pub struct App {
    store: Store,
    matrix: Arc<Matrix>,
    networks: Networks,
    called: Arc<Called>,
    outbox: Arc<Outbox>,
    faces: Arc<Faces>,
    listener: TcpListener,
    links: Vec<LinkConfig>,
    remember_days: u32,
    stop: CancellationToken,
}

impl App {
    /// Opens the store, builds every network and takes the address; speaks to nobody yet.
    pub async fn build(config: Config, stop: CancellationToken) -> Result<Self, StartError> {
        let store = Store::open(&config.database).await?;
        let (matrix, networks) = networks(&config, &store)?;
        let secret = config.appservice.as_token.clone();
        let faces = Faces::new(config.public_url.clone(), secret, networks.clone());
        let called = Arc::new(Called::new(&networks));
        let commands =
            Commands::new(store.clone(), networks.clone(), config.permissions.hosters, called.clone());
        for network in networks.values() {
            network.offer(commands::menu(config.language));
        }
        let (language, halt) = (config.language, stop.clone());
        let (words, pictures) = (called.clone(), faces.clone());
        let outbox = Outbox::new(store.clone(), networks.clone(), commands, language, words, pictures, halt);
        let address = config.appservice.listen;
        let listener = TcpListener::bind(address).await.map_err(|why| StartError::Listen { address, why })?;
        let (links, remember_days) = (config.links, config.remember_days);
        Ok(Self { store, matrix, networks, called, outbox, faces, listener, links, remember_days, stop })
    }

    /// Serves until the stop, then finishes what is in flight.
    pub async fn run(self) {
        let health = Arc::new(Health::new(self.store.clone(), &self.networks));
        let routes = self.matrix.routes().merge(health.routes()).merge(self.faces.routes());
        // Before anything is heard: that may be about what was under way when we last ended.
        if let Err(error) = self.outbox.start().await {
            tracing::error!(%error, "cannot read what waits");
        }
        let tasks = TaskTracker::new();
        let stopped = self.stop.clone().cancelled_owned();
        let server = axum::serve(self.listener, routes).with_graceful_shutdown(stopped);
        tasks.spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "the listener ended");
            }
        });
        for network in self.networks.values().cloned() {
            let (outbox, store) = (self.outbox.clone(), self.store.clone());
            tasks.spawn(supervise(network, outbox, store, health.clone(), self.stop.clone()));
        }
        tasks.spawn(learn_titles(self.called, self.networks.clone(), self.stop.clone()));
        tasks.spawn(apply_links(
            self.links,
            self.matrix,
            self.networks,
            self.store.clone(),
            self.stop.clone(),
        ));
        tasks.spawn(pause_unreadable(self.outbox.clone()));
        tasks.spawn(forget(self.store.clone(), self.remember_days, self.stop.clone()));
        tasks.spawn(wake_all(self.outbox.clone(), self.store.clone(), self.stop.clone()));
        tracing::info!("passerelle is running");
        self.stop.cancelled().await;
        tracing::info!("stopping: finishing what is in flight");
        tasks.close();
        let finished = async {
            tasks.wait().await;
            self.outbox.drain().await;
        };
        if tokio::time::timeout(GRACE, finished).await.is_err() {
            tracing::warn!(
                "something in flight did not finish in time; it will be tried again at the next start"
            );
        }
        let _ = tokio::time::timeout(Duration::from_secs(1), self.store.close()).await;
        tracing::info!("stopped");
    }
}

/// Matrix and every configured network.
pub fn networks(config: &Config, store: &Store) -> Result<(Arc<Matrix>, Networks), StartError> {
    let broken = |name: &NetworkName| {
        let name = name.clone();
        move |why| StartError::Network { name, why }
    };
    let (homeserver, appservice) = (&config.homeserver, &config.appservice);
    let matrix =
        Matrix::new(homeserver, appservice, &config.permissions, config.announce_members, store.clone())
            .map_err(broken(&NetworkName::matrix()))?;
    let matrix = Arc::new(matrix);
    let mut networks: HashMap<NetworkName, Arc<dyn Network>> = HashMap::new();
    networks.insert(NetworkName::matrix(), matrix.clone());
    for (name, network) in &config.networks {
        networks.insert(name.clone(), network.build(name.clone()).map_err(broken(name))?);
    }
    Ok((matrix, Arc::new(networks)))
}

/// Wakes every lane that something waits in, at the start and whenever another process has written to the database.
async fn wake_all(outbox: Arc<Outbox>, store: Store, stop: CancellationToken) {
    let mut known = None;
    while !stop.is_cancelled() {
        match store.version().await {
            Ok(version) if known == Some(version) => {}
            Ok(version) => match outbox.start().await {
                Ok(()) => known = Some(version),
                Err(error) => tracing::error!(%error, "cannot read what waits"),
            },
            Err(error) => tracing::error!(%error, "cannot look into the database"),
        }
        let _ = stop.run_until_cancelled(tokio::time::sleep(LOOK)).await;
    }
}

/// Listens, and notes now and then that it does.
async fn noting<T>(name: &NetworkName, store: &Store, listening: impl Future<Output = T>) -> T {
    let mut listening = std::pin::pin!(listening);
    loop {
        match tokio::time::timeout(absence::NOTED, &mut listening).await {
            Ok(ended) => return ended,
            Err(_) => {
                if let Err(error) = store.listens(name, Timestamp::now()).await {
                    tracing::error!(%error, "cannot note that a network is listened to");
                }
            }
        }
    }
}

/// Pauses, at the start, links whose settings cannot be read.
async fn pause_unreadable(outbox: Arc<Outbox>) {
    if let Err(fault) = outbox.pause_unreadable().await {
        tracing::error!(%fault, "cannot look whether every link's settings can be read");
    }
}

/// Asks now and then what the workspaces are called that only their titles tell apart.
async fn learn_titles(called: Arc<Called>, networks: Networks, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let told = stop.run_until_cancelled(called.learn(&networks)).await.unwrap_or_default();
        let rest = if told { TITLES_ANEW } else { TITLES_AGAIN };
        let _ = stop.run_until_cancelled(tokio::time::sleep(rest)).await;
    }
}

/// Forgets, once a day, what is older than the hoster wants it known.
async fn forget(store: Store, days: u32, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let before = Timestamp::now().0 - i64::from(days) * 86_400_000;
        if let Err(error) = store.forget(Timestamp(before)).await {
            tracing::error!(%error, "cannot forget what is old");
        }
        let _ = stop.run_until_cancelled(tokio::time::sleep(DAY)).await;
    }
}

/// Keeps a network listening until the stop.
async fn supervise(
    network: Arc<dyn Network>,
    outbox: Arc<Outbox>,
    store: Store,
    health: Arc<Health>,
    stop: CancellationToken,
) {
    let inbox = Arc::new(Router::new(network.name().clone(), store.clone(), outbox.clone()));
    let name = network.name().clone();
    let mut attempts = 0;
    while !stop.is_cancelled() {
        if let Err(error) = absence::tell(network.as_ref(), &store, &outbox, Timestamp::now()).await {
            tracing::error!(%error, "cannot tell of an absence");
        }
        health.listens(&name, true);
        let began = tokio::time::Instant::now();
        let listening = AssertUnwindSafe(network.listen(inbox.clone(), stop.clone())).catch_unwind();
        let listening = noting(&name, &store, listening).await;
        let Err(fault) = listening.unwrap_or_else(|_| Err(Fault::retry("panicked"))) else { continue };
        health.listens(&name, false);
        attempts = if began.elapsed() > STEADY { 0 } else { attempts + 1 };
        let rest = match &fault {
            Fault::Retry { after: Some(after), .. } => *after,
            _ => outbox::backoff(attempts),
        };
        tracing::warn!(network = %name, %fault, "listening ended; it begins again in {} ms", rest.as_millis());
        let _ = stop.run_until_cancelled(tokio::time::sleep(rest)).await;
    }
}

/// Links the rooms of the configuration, as soon as each can be.
async fn apply_links(
    links: Vec<LinkConfig>,
    matrix: Arc<Matrix>,
    networks: Networks,
    store: Store,
    stop: CancellationToken,
) {
    let mut waiting = links;
    while !waiting.is_empty() && !stop.is_cancelled() {
        let mut again = Vec::new();
        for link in waiting {
            match apply_link(&link, &matrix, &networks, &store).await {
                Ok(()) => {}
                Err(fault) => {
                    tracing::warn!(room = %link.room, %fault, "cannot link this room yet; is the bot invited to it?");
                    again.push(link);
                }
            }
        }
        waiting = again;
        let pause = if waiting.is_empty() { Duration::ZERO } else { LINK_AGAIN };
        let _ = stop.run_until_cancelled(tokio::time::sleep(pause)).await;
    }
}

async fn apply_link(
    link: &LinkConfig,
    matrix: &Matrix,
    networks: &Networks,
    store: &Store,
) -> Result<(), Fault> {
    let room = Place { network: NetworkName::matrix(), chat: matrix.join_room(&link.room).await? };
    for chat in &link.chats {
        let network = networks.get(&chat.network).ok_or(Fault::Unsupported)?;
        let place = Place::new(&chat.network, &network.enter(&chat.chat).await?.id);
        match store.link(&room, &place, Timestamp::now()).await? {
            Linked::New => {
                tracing::info!(room = %room.chat, network = %place.network, chat = %place.chat, "linked");
            }
            Linked::Already => {}
            Linked::Elsewhere => {
                tracing::error!(room = %room.chat, network = %place.network, chat = %place.chat,
                    "this chat is linked to another room; unlink it there first");
                continue;
            }
        }
        let mut settings = store.link_settings(&place).await?;
        settings.mass_mentions = link.mass_mentions.unwrap_or(settings.mass_mentions);
        settings.threads = link.threads.unwrap_or(settings.threads);
        settings.largest_file_mb = link.largest_file_mb.or(settings.largest_file_mb);
        store.set_link_settings(&place, &settings).await?;
    }
    Ok(())
}
