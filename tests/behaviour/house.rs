//! The house that tests live in: Synapse, Telegram and the daemon between them.

use std::{
    future::Future,
    path::Path,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use simulators::{
    Account, Daemon, Synapse,
    telegram::{Line, Telegram},
};
use tokio::{runtime::Runtime, sync::OnceCell};

/// The bot's token on Telegram.
pub const TOKEN: &str = "4242:a-token-for-tests-0123456789-abcdefgh";
/// The bot on Matrix.
pub const BOT: &str = "@passerelle:t.test";
/// How long anything may take to arrive on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Everything that runs.
pub struct House {
    pub synapse: Synapse,
    pub telegram: Telegram,
    pub daemon: Daemon,
    /// The bot's id on Telegram.
    pub bot: i64,
}

/// A room and a group that are linked, with one person in each.
pub struct Pair {
    pub anne: Account,
    pub room: String,
    pub bob: i64,
    pub group: i64,
}

impl House {
    /// A house of one's own, for tests that break things.
    pub async fn build() -> Self {
        let mut house = Self::furnish().await;
        house.synapse.start(&[house.daemon.registration()]).await.unwrap();
        house.daemon.start().await.unwrap();
        house
    }

    /// The same with nothing started yet but Telegram.
    pub async fn furnish() -> Self {
        let synapse = Synapse::prepare().unwrap();
        let telegram = Telegram::start("127.0.0.1:0").await.unwrap();
        let bot = telegram.bot(TOKEN, "passerelle_bot").unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_passerelle"));
        let daemon = {
            let networks = ["--telegram-token", TOKEN, "--telegram-api-url", &telegram.url()];
            let no_limits = ["--telegram-messages-per-minute", "0", "--telegram-messages-per-second", "0"];
            Daemon::set_up(program, &synapse.url(), &[&networks[..], &no_limits].concat()).unwrap()
        };
        Self { synapse, telegram, daemon, bot }
    }

    /// A new room and a new group, linked from the room by its command.
    pub async fn pair(&self) -> Pair {
        self.pair_in(json!({})).await
    }

    /// The same, with more of what `createRoom` takes.
    pub async fn pair_in(&self, more: Value) -> Pair {
        let (anne, room) = self.room(more).await;
        let (bob, group) = self.group();
        anne.say(&room, &format!("!passerelle link telegram {group}")).await;
        anne.wait(&room, "the answer to the link", |lines| {
            lines.iter().any(|line| line.body.starts_with("C’est relié"))
        })
        .await;
        Pair { anne, room, bob, group }
    }

    /// A room with somebody in it, and the bot.
    pub async fn room(&self, more: Value) -> (Account, String) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let anne =
            self.synapse.register(&format!("anne{}", NEXT.fetch_add(1, Ordering::Relaxed))).await.unwrap();
        anne.set_name("Anne").await;
        let room = anne.create_room("Le salon", &[BOT], more).await;
        self.until_joined(&anne, &room, BOT).await;
        (anne, room)
    }

    /// A group with somebody in it, and the bot as an admin.
    pub fn group(&self) -> (i64, i64) {
        let bob = self.telegram.person("Bob").unwrap();
        let group = self.telegram.supergroup("Le groupe").unwrap();
        self.telegram.join(group, bob).unwrap();
        self.telegram.join(group, self.bot).unwrap();
        self.telegram.promote(group, self.bot).unwrap();
        (bob, group)
    }

    /// Waits until somebody is in a room.
    pub async fn until_joined(&self, who: &Account, room: &str, user: &str) {
        for _ in 0..600 {
            if who.state(room, "m.room.member", user).await["membership"] == "join" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{user} never joined {room}; the log:\n{}", self.daemon.log());
    }

    /// Waits until the group shows such a line, and returns it.
    pub async fn in_group(&self, group: i64, what: &str, wanted: impl Fn(&Line) -> bool) -> Line {
        let (found, lines) = self.telegram.wait(group, PATIENCE, |lines| lines.iter().any(&wanted)).await;
        assert!(found, "the group waits in vain for {what}; it shows {:#?}", texts(&lines));
        lines.into_iter().find(|line| wanted(line)).unwrap()
    }

    /// Waits until the group shows these words, whoever said them.
    pub async fn said_in_group(&self, group: i64, words: &str) -> Line {
        self.in_group(group, words, |line| line.text == words).await
    }
}

/// The words of every line.
pub fn texts(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

/// Runs a test in the one runtime that outlives them all.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap()).block_on(test)
}

/// The house that tests share which break nothing; each takes a pair of its own.
pub async fn shared() -> &'static House {
    static SHARED: OnceCell<House> = OnceCell::const_new();
    SHARED.get_or_init(House::build).await
}
