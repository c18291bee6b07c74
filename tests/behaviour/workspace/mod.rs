//! A whole workspace: its channels are shown, and rooms are made for them.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use simulators::{Account, account::Line, mattermost::Mattermost, rocketchat::RocketChat};

use crate::house::House;

mod listing;
mod merging;
mod opening;
mod talking;

/// A house beside a Rocket.Chat workspace and a Mattermost server, where only root is a hoster.
pub struct Workspace {
    pub house: House,
    pub root: Account,
    pub rocket: RocketChat,
    /// Our bot on Rocket.Chat.
    pub bot: String,
    pub mattermost: Mattermost,
}

impl Workspace {
    /// The one that tests share which break nothing; each takes channels of its own.
    pub async fn shared() -> &'static Self {
        static SHARED: tokio::sync::OnceCell<Workspace> = tokio::sync::OnceCell::const_new();
        SHARED.get_or_init(Self::build).await
    }

    /// One of one's own, for tests that break things.
    pub async fn build() -> Self {
        let mut house = House::furnish().await;
        let rocket = RocketChat::start("127.0.0.1:0").await.unwrap();
        rocket.set(|settings| "Les Communs".clone_into(&mut settings.site_name));
        let (bot, token) = rocket.bot("passerelle");
        let mattermost = Mattermost::start("127.0.0.1:0").await.unwrap();
        let (_, mattermost_token) = mattermost.bot("passerelle").unwrap();
        let networks = format!(
            "networks:\n  rocket:\n    kind: rocketchat\n    url: {}\n    user_id: {bot}\n    token: {}\n  \
             mattermost:\n    kind: mattermost\n    url: {}\n    token: \"{mattermost_token}\"\n",
            rocket.url(),
            json!(token),
            mattermost.url(),
        );
        let edit = |config: String| {
            let config = config.replacen("networks:\n", &networks, 1);
            config.replace("hosters: [\"*\"]", "hosters: [\"@root:t.test\"]")
        };
        house.daemon.edit_config(edit).unwrap();
        house.synapse.start(&[house.daemon.registration()]).await.unwrap();
        let root = house.synapse.register("root").await.unwrap();
        house.daemon.start().await.unwrap();
        let workspace = Self { house, root, rocket, bot, mattermost };
        workspace.until_heard().await;
        workspace
    }

    /// Waits until every network is listened to.
    async fn until_heard(&self) {
        for _ in 0..600 {
            if self.rocket.listening() > 0 && self.mattermost.listening() > 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("a network is not listened to; the log:\n{}", self.house.daemon.log());
    }

    /// A room of root's own, with the bot.
    pub async fn roots_room(&self) -> String {
        let room = self.root.create_room("Le salon de root", &[crate::house::BOT], json!({})).await;
        self.house.until_joined(&self.root, &room, crate::house::BOT).await;
        room
    }

    /// A channel with somebody in it.
    pub fn inhabited(&self, room: String) -> (String, String) {
        let person = self.rocket.person(&format!("chloe-{room}").to_lowercase(), "Chloé");
        self.rocket.join(&room, &person).unwrap();
        (room, person)
    }

    /// Waits until the channel shows these words.
    pub async fn said_there(&self, room: &str, words: &str) {
        let shows = |lines: &[simulators::rocketchat::Line]| {
            lines.iter().any(|line| line.text.replace(['\u{200b}', '\\'], "").contains(words))
        };
        let (found, lines) = self.rocket.wait(room, crate::house::PATIENCE, shows).await;
        assert!(found, "the channel waits in vain for {words}; it shows {lines:#?}");
    }
}

/// Asks in a room, and waits for the answer to it.
pub async fn ask(who: &Account, room: &str, words: &str) -> String {
    let asked = who.say(room, words).await;
    let answers = |line: &Line| line.reply_to.as_ref() == Some(&asked);
    let lines = who.wait(room, words, |lines| lines.iter().any(answers)).await;
    lines.into_iter().find(answers).unwrap().body
}

/// The rooms that somebody is invited to, by their names.
pub async fn invited_to(who: &Account) -> Vec<(String, String)> {
    // Synapse gives the same first sync for two minutes, but to another filter.
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let limit = NEXT.fetch_add(1, Ordering::Relaxed);
    let filter = format!("%7B%22room%22:%7B%22timeline%22:%7B%22limit%22:{limit}%7D%7D%7D");
    let sync =
        who.ask(reqwest::Method::GET, &format!("/sync?timeout=0&filter={filter}"), None).await.unwrap();
    let invites = sync["rooms"]["invite"].as_object().into_iter().flatten();
    let named = invites.map(|(room, about)| {
        let state = about["invite_state"]["events"].as_array().unwrap();
        let name = state.iter().find(|event| event["type"] == "m.room.name").unwrap();
        (name["content"]["name"].as_str().unwrap().to_owned(), room.clone())
    });
    named.collect()
}

/// Comes into the room of that name, once invited.
pub async fn come_into(who: &Account, name: &str) -> String {
    for _ in 0..300 {
        if let Some((_, room)) = invited_to(who).await.into_iter().find(|(invited, _)| invited == name) {
            who.join(&room).await;
            return room;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    panic!("{} is not invited to {name}", who.user);
}
