//! What was written while nobody listened.

use std::time::Duration;

use serde_json::json;

use crate::{
    house::{BOT, PATIENCE, run},
    square::{Side, Square},
};

/// How many posts are written within a millisecond or little more.
const AT_ONCE: usize = 3;

/// Posts written on each side while the daemon is down: more than a server gives at once. 3,000 where `LONG` is set.
fn missed() -> usize {
    if std::env::var_os("LONG").is_some() { 3000 } else { 1200 }
}

/// A channel of one network, linked to a room of its own.
struct Archive {
    side: Side,
    room: String,
    channel: String,
}

impl Archive {
    /// Says `before` in a new channel, links it, and reacts to what was said.
    async fn open(square: &Square, side: Side, before: &str) -> Self {
        let (channel, network) = match side {
            Side::Mattermost => (square.mattermost.channel("archives", "Archives").unwrap(), "mattermost"),
            _ => (square.breton.server.channel("archives"), "rocket-bretagne"),
        };
        match side {
            Side::Mattermost => square.mattermost.join(&channel, &square.emma).unwrap(),
            _ => square.breton.server.join(&channel, &square.breton.person).unwrap(),
        }
        let room = square.anne.create_room("Archives", &[BOT], json!({})).await;
        square.house.until_joined(&square.anne, &room, BOT).await;
        let archive = Self { side, room, channel };
        let said = archive.say(square, before);
        square.anne.say(&archive.room, &format!("!passerelle link {network} archives")).await;
        archive.until(square, "C’est relié").await;
        // What changes right after it was written is as it was written.
        tokio::time::sleep(Duration::from_secs(1)).await;
        archive.react(square, &said);
        archive
    }

    /// Returns the id of what was said.
    fn say(&self, square: &Square, text: &str) -> String {
        match self.side {
            Side::Mattermost => square.mattermost.say(&self.channel, &square.emma, text).unwrap(),
            _ => square.breton.server.say(&self.channel, &square.breton.person, text).unwrap(),
        }
    }

    fn react(&self, square: &Square, to: &str) {
        match self.side {
            Side::Mattermost => square.mattermost.react(&square.emma, to, "tada").unwrap(),
            _ => square.breton.server.react(&square.breton.person, to, ":tada:").unwrap(),
        }
    }

    /// Waits until words are among the last of the room.
    async fn until(&self, square: &Square, words: &str) {
        let path = format!("/rooms/{}/messages?dir=b&limit=50", self.room.replace('!', "%21"));
        let deadline = tokio::time::Instant::now() + PATIENCE * 8;
        while tokio::time::Instant::now() < deadline {
            let page = square.anne.ask(reqwest::Method::GET, &path, None).await.unwrap();
            if page.to_string().contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        panic!("{:?}: {words} never came\n{}", self.side, square.house.daemon.log());
    }

    /// The numbers that the person on that side said, as the room shows them.
    async fn heard(&self, square: &Square) -> Vec<usize> {
        let lines = square.anne.timeline(&self.room).await;
        let theirs = lines.iter().filter(|line| line.name == self.side.person());
        theirs.filter_map(|line| line.body.strip_prefix('n')?.parse().ok()).collect()
    }
}

/// One of each, where this was said before it was linked, and something since, so that there is a place to go on from.
async fn archives(square: &Square, before: &str) -> [Archive; 2] {
    let archives = [
        Archive::open(square, Side::Mattermost, before).await,
        Archive::open(square, Side::Breton, before).await,
    ];
    for archive in &archives {
        archive.say(square, "avant");
        archive.until(square, "avant").await;
    }
    archives
}

#[test]
fn thousands_of_messages_written_meanwhile_are_all_there_afterwards() {
    run(async {
        let mut square = Square::build().await;
        let archives = archives(&square, "x").await;
        square.house.daemon.kill().unwrap();
        for n in 0..missed() {
            for archive in &archives {
                archive.say(&square, &format!("n{n}"));
            }
            if n % AT_ONCE == AT_ONCE - 1 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
        square.house.daemon.start().await.unwrap();
        for archive in &archives {
            archive.say(&square, "après");
            archive.until(&square, "après").await;
            let heard = archive.heard(&square).await;
            let mut all = heard.clone();
            all.sort_unstable();
            assert!(all == (0..missed()).collect::<Vec<_>>(), "{:?}: {} heard", archive.side, heard.len());
            // No server tells the order of what was said in the same millisecond.
            assert!(heard.is_sorted_by_key(|n| n / AT_ONCE), "{:?}: out of order", archive.side);
        }
    });
}

#[test]
fn what_was_written_before_the_link_is_told_by_no_catching_up() {
    run(async {
        let mut square = Square::build().await;
        let archives = archives(&square, "entre nous").await;
        square.house.daemon.kill().unwrap();
        for archive in &archives {
            archive.say(&square, "pendant");
        }
        square.house.daemon.start().await.unwrap();
        for archive in &archives {
            archive.say(&square, "après");
            archive.until(&square, "après").await;
            let lines = square.anne.timeline(&archive.room).await;
            let theirs = lines.iter().filter(|line| line.name == archive.side.person());
            let theirs: Vec<&str> = theirs.map(|line| line.body.as_str()).collect();
            assert_eq!(theirs, ["avant", "pendant", "après"], "{:?}", archive.side);
            let told = lines.iter().map(|line| &line.body).find(|told| told.contains("a rejoint"));
            assert_eq!(told, None, "{:?}: who was there before", archive.side);
        }
    });
}
