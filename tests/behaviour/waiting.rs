//! A great deal waits: it waits on disk, and every room has its turn when it can go on.

use std::time::{Duration, Instant};

use contract::{Author, Body, Event, Kind, NetworkName, Text, Timestamp};
use passerelle::store::{Place, Store};
use serde_json::json;
use simulators::{Account, Daemon, Homeserver, mattermost::Mattermost};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::house::{BOT, PATIENCE, run};

/// Messages that wait for each room.
const EACH: i64 = 1000;
/// Their numbers in the database begin here, after those of what was said before.
const FIRST: i64 = 1_000_000_000;
/// Kibibytes that the daemon may grow by.
const GROWTH: u64 = 64 * 1024;

/// Rooms that something waits for: 20,000 messages in all, a million where `LONG` is set.
fn rooms() -> usize {
    if std::env::var_os("LONG").is_some() { 1000 } else { 20 }
}

struct Station {
    homeserver: Homeserver,
    _mattermost: Mattermost,
    daemon: Daemon,
    anne: Account,
    rooms: Vec<String>,
}

impl Station {
    /// A daemon whose bot is in so many rooms.
    async fn build() -> Self {
        let (homeserver, mattermost) =
            (Homeserver::start().await.unwrap(), Mattermost::start("127.0.0.1:0").await.unwrap());
        let (_, token) = mattermost.bot("passerelle").unwrap();
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_passerelle"));
        let options = ["--mattermost-url", &mattermost.url(), "--mattermost-token", &token];
        let mut daemon = Daemon::set_up(program, &homeserver.url(), &options).unwrap();
        homeserver.register_service(&daemon.registration()).unwrap();
        daemon.start().await.unwrap();
        let anne = homeserver.account("anne");
        let mut made = Vec::new();
        for n in 0..rooms() {
            let room = anne.create_room(&format!("Salon {n}"), &[BOT], json!({})).await;
            while anne.state(&room, "m.room.member", BOT).await["membership"] != "join" {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            made.push(room);
        }
        Self { homeserver, _mattermost: mattermost, daemon, anne, rooms: made }
    }

    /// Links each room to a channel in which so much was said, as the daemon would have kept it.
    async fn fill(&self) {
        let path = self.daemon.database();
        let store = Store::open(&path).await.unwrap();
        let mut lanes = Vec::new();
        for (n, room) in self.rooms.iter().enumerate() {
            let channel = Place { network: "mattermost".into(), chat: format!("{n:0>26}").into() };
            let room = Place::room(room.as_str());
            store.link(&room, &channel, Timestamp(0)).await.unwrap();
            lanes.push((store.number(&channel).await.unwrap(), store.number(&room).await.unwrap(), channel));
        }
        store.close().await;
        let mut db = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
        let mut all = db.begin().await.unwrap();
        for (n, lane) in (0..).zip(&lanes) {
            said(&mut all, FIRST + n * EACH, lane).await.unwrap();
        }
        all.commit().await.unwrap();
        db.close().await.unwrap();
    }

    /// The numbers said in a room, as its members see them.
    async fn heard(&self, room: &str) -> Vec<i64> {
        let lines = self.anne.timeline(room).await;
        lines.iter().filter_map(|line| line.body.strip_prefix('n')?.parse().ok()).collect()
    }
}

/// Messages from number `base` on in a channel that wait for its room.
async fn said(
    db: &mut SqliteConnection,
    base: i64,
    (channel, room, place): &(i64, i64, Place),
) -> sqlx::Result<()> {
    let event = Event {
        id: "e@N".into(),
        chat: place.chat.clone(),
        author: Author::named(&NetworkName::from("mattermost"), "emma", "Emma"),
        at: Timestamp::now(),
        kind: Kind::Message { ids: vec!["p@N".into()], body: Body::of(Text::plain("n@N")) },
    };
    let body = serde_json::to_string(&event).unwrap();
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $1 - 1)";
    for statement in [
        "INSERT INTO messages (id, network, author) NUMBERS SELECT $2 + i, 'mattermost', 'emma' FROM n",
        "INSERT INTO copies (chat, id, message, step) NUMBERS SELECT $3, 'p' || i, $2 + i, 0 FROM n",
        "INSERT INTO events (id, chat, event, message, body, heard_at)
         NUMBERS SELECT $2 + i, $3, 'e' || i, $2 + i, replace($5, '@N', i), 0 FROM n",
        "INSERT INTO outbox (event, chat) NUMBERS SELECT $2 + i, $4 FROM n",
    ] {
        let query = sqlx::query(sqlx::AssertSqlSafe(statement.replace("NUMBERS", numbers)));
        query.bind(EACH).bind(base).bind(channel).bind(room).bind(&body).execute(&mut *db).await?;
    }
    Ok(())
}

#[test]
fn what_waits_is_on_disk_and_every_room_has_its_turn() {
    run(async {
        let mut station = Station::build().await;
        let idle = station.daemon.resident().unwrap();
        station.daemon.stop().unwrap();
        station.fill().await;
        station.homeserver.away(true);
        let tries = |daemon: &Daemon| daemon.log().matches("try again").count();
        let before = tries(&station.daemon);
        let tried = |daemon: &Daemon| tries(daemon) - before;
        let began = Instant::now();
        station.daemon.launch().unwrap();
        while tried(&station.daemon) == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let first = began.elapsed();
        while tried(&station.daemon) < station.rooms.len() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let waiting = station.daemon.resident().unwrap();
        station.homeserver.away(false);
        for room in station.rooms.iter().take(20) {
            let mut heard = station.heard(room).await;
            let mut deadline = Instant::now() + PATIENCE;
            while heard.len() < 20 && Instant::now() < deadline {
                tokio::time::sleep(Duration::from_millis(100)).await;
                let before = std::mem::replace(&mut heard, station.heard(room).await);
                if heard.len() > before.len() {
                    deadline = Instant::now() + PATIENCE;
                }
            }
            assert!(heard.len() >= 20, "{room}: {heard:?}\n{}", station.daemon.log());
            assert!(heard.iter().copied().eq(0..i64::try_from(heard.len()).unwrap()), "{room}: {heard:?}");
        }
        let most = station.daemon.memory().unwrap();
        let messages = EACH * i64::try_from(station.rooms.len()).unwrap();
        println!(
            "{messages} waiting: tried first after {first:?}; {idle} KiB with nothing to do, {waiting} KiB while they wait, \
             {most} KiB at most"
        );
        assert!(waiting < idle + GROWTH, "{waiting} KiB, and {idle} KiB with nothing to do");
        assert!(most < idle + 2 * GROWTH, "{most} KiB, and {idle} KiB with nothing to do");
    });
}
