//! A daemon between a homeserver and a Mattermost that answer at once.

use std::{
    fs, io,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    instant::{
        homeserver::{Homeserver, Pusher},
        mattermost::Mattermost,
    },
    known::{self, Known},
    ledger::{Ledger, Stretch, count},
};
use crate::{Daemon, clock::Clock};

/// Nobody else has these servers.
const TOKEN: &str = "a-token-that-an-instant-server-does-not-look-at";
/// How long the daemon may take until nothing waits in it any more.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that runs.
#[derive(Debug)]
pub struct Between {
    /// The daemon.
    pub daemon: Daemon,
    /// How long its last start took until it was ready.
    pub ready_in: Duration,
    _homeserver: Homeserver,
    mattermost: Mattermost,
    pusher: Pusher,
    ledger: Arc<Ledger>,
    rooms: Vec<String>,
}

/// What some messages cost.
#[derive(Debug)]
pub struct Cost {
    /// When they were said and arrived.
    pub stretch: Stretch,
    /// Processor time of the daemon for each, milliseconds.
    pub cpu_ms: f64,
}

impl Between {
    /// Starts a daemon that knows all this; `window` messages may be on their way through it.
    pub async fn start(program: &Path, known: &Known, window: usize) -> io::Result<Self> {
        let ledger = Ledger::new(window);
        let homeserver = Homeserver::start(ledger.clone()).await?;
        let mattermost = Mattermost::start(ledger.clone(), known.rooms.len()).await?;
        let url = mattermost.url();
        let options = ["--mattermost-url", &url, "--mattermost-token", TOKEN];
        let mut daemon = set_up(program, &homeserver.url(), &options)?;
        know(&mut daemon, known).await?;
        let began = Instant::now();
        daemon.start().await?;
        let ready_in = began.elapsed();
        let pusher = Pusher::start(&daemon.url(), &daemon.hs_token()?);
        let rooms = known.rooms.clone();
        Ok(Self { daemon, ready_in, _homeserver: homeserver, mattermost, pusher, ledger, rooms })
    }

    /// Waits until the daemon hears, and lets it say something in every chat once, so that everybody has joined.
    pub async fn warm_up(&self) -> io::Result<()> {
        while !self.mattermost.is_heard() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let chats = self.rooms.len();
        self.to_matrix(chats).await?;
        self.to_mattermost(chats).await?;
        Ok(())
    }

    /// Messages from Mattermost to Matrix, one chat after the other.
    pub async fn to_matrix(&self, messages: usize) -> io::Result<Cost> {
        self.measure(messages, |chat, number, now| self.mattermost.say(chat, number, now)).await
    }

    /// Messages from Matrix to Mattermost.
    pub async fn to_mattermost(&self, messages: usize) -> io::Result<Cost> {
        self.measure(messages, |chat, number, now| self.pusher.say(&self.rooms[chat], chat, number, now))
            .await
    }

    async fn measure(&self, messages: usize, say: impl Fn(usize, usize, i64)) -> io::Result<Cost> {
        let (first, before, clock) = (self.ledger.next(), self.daemon.cpu()?, Clock::default());
        for n in 0..messages {
            let chat = n % self.rooms.len();
            let number = self.ledger.say(chat).await;
            say(chat, number, clock.millis());
        }
        let stretch = self.ledger.stretch(first).await?;
        self.emptied().await?;
        let cpu_ms = self.daemon.cpu()?.saturating_sub(before).as_secs_f64() * 1000.0 / count(messages);
        Ok(Cost { stretch, cpu_ms })
    }

    /// Waits until the last receipts are written too.
    async fn emptied(&self) -> io::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let health = crate::http().get(format!("{}/health/ready", self.daemon.url())).send().await;
            let health: Value = health.map_err(io::Error::other)?.json().await.map_err(io::Error::other)?;
            if health["waiting"].as_object().is_some_and(serde_json::Map::is_empty) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(io::Error::other("something waits in the daemon although all has arrived"))
    }
}

/// A daemon whose database is on the disk that programs are built on: memory would be durable at no cost.
pub fn set_up(program: &Path, homeserver: &str, networks: &[&str]) -> io::Result<Daemon> {
    let folder = program.parent().unwrap_or(Path::new("."));
    Daemon::set_up_in(tempfile::tempdir_in(folder)?, program, homeserver, networks)
}

/// Lets a daemon know this: it makes its database itself, and is ended while it is filled.
pub async fn know(daemon: &mut Daemon, known: &Known) -> io::Result<()> {
    daemon.start().await?;
    daemon.stop()?;
    known::write(&daemon.database(), known, Clock::default().millis()).await?;
    // The log of a daemon that warns is worth reading; this one only began and ended.
    fs::write(daemon.log_file(), "")
}
