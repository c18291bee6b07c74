//! Building the square: everything is started and linked.

use std::path::Path;

use serde_json::json;
use simulators::{Account, Homeserver, mattermost::Mattermost, rocketchat::RocketChat};

use super::{Hall, SIDES, Side, Square};
use crate::house::{BOT, House};

impl Square {
    /// Starts it all, on a real Synapse, and links it from the room.
    pub async fn build() -> Self {
        let mut square = Self::furnish(&SIDES).await;
        square.house.synapse.start(&[square.house.daemon.registration()]).await.unwrap();
        square.house.daemon.start().await.unwrap();
        (square.anne, square.room) = square.house.room(json!({})).await;
        square.link(&SIDES).await;
        square
    }

    /// These sides of it on a real Synapse, with a clock that can be turned.
    pub async fn of(sides: &[Side], clock: &Path) -> Self {
        let mut square = Self::furnish(sides).await;
        square.house.daemon.preload(clock);
        square.house.synapse.start(&[square.house.daemon.registration()]).await.unwrap();
        square.house.daemon.start().await.unwrap();
        (square.anne, square.room) = square.house.room(json!({})).await;
        square.link(sides).await;
        square
    }

    /// The same on a homeserver in this process.
    pub async fn on(homeserver: &Homeserver, sides: &[Side], clock: &Path) -> Self {
        let mut square = Self::furnish(sides).await;
        let house = &mut square.house;
        let (prepared, real) = (house.synapse.url(), homeserver.url());
        house.daemon.edit_config(|config| config.replace(&prepared, &real)).unwrap();
        house.daemon.preload(clock);
        homeserver.register_service(&house.daemon.registration()).unwrap();
        house.daemon.start().await.unwrap();
        square.anne = homeserver.account("anne");
        square.anne.set_name("Anne").await;
        square.room = square.anne.create_room("Le salon", &[BOT], json!({})).await;
        square.house.until_joined(&square.anne, &square.room, BOT).await;
        square.link(sides).await;
        square
    }

    /// Everything but what is on Matrix, with nothing started yet; the daemon knows of these sides, and of Telegram.
    async fn furnish(sides: &[Side]) -> Self {
        let house = House::furnish().await;
        let (breton, breton_block) = hall("rocket-bretagne", "Bretagne", "chloe", "Chloé").await;
        let (alsatian, alsatian_block) = hall("rocket-alsace", "Alsace", "david", "David").await;
        let mattermost = Mattermost::start("127.0.0.1:0").await.unwrap();
        let (bot, bot_token) = mattermost.bot("passerelle").unwrap();
        let emma = mattermost.person("emma", "Emma").unwrap();
        let channel = mattermost.channel("le-lieu", "Le lieu").unwrap();
        for who in [&bot, &emma] {
            mattermost.join(&channel, who).unwrap();
        }
        let mattermost_block = format!(
            "  mattermost:\n    kind: mattermost\n    url: {}\n    token: \"{bot_token}\"\n",
            mattermost.url()
        );
        let mut networks = format!("public_url: {}\nnetworks:\n", house.daemon.url());
        for (side, block) in [
            (Side::Breton, breton_block),
            (Side::Alsatian, alsatian_block),
            (Side::Mattermost, mattermost_block),
        ] {
            if sides.contains(&side) {
                networks.push_str(&block);
            }
        }
        house.daemon.edit_config(|config| config.replacen("networks:\n", &networks, 1)).unwrap();
        let (anne, room) = (Account::new("", "", ""), String::new());
        let (bob, group) = house.group();
        Self { house, anne, room, bob, group, breton, alsatian, mattermost, channel, emma, bot, bot_token }
    }

    /// Links the room to these sides.
    async fn link(&self, sides: &[Side]) {
        for (n, side) in sides.iter().filter(|side| **side != Side::Matrix).enumerate() {
            let link = match side {
                Side::Telegram => format!("telegram {}", self.group),
                Side::Breton => "rocket-bretagne le-lieu".to_owned(),
                Side::Alsatian => "rocket-alsace le-lieu".to_owned(),
                _ => "mattermost le-lieu".to_owned(),
            };
            self.anne.say(&self.room, &format!("!passerelle link {link}")).await;
            self.anne
                .wait(&self.room, "the answer to the link", |lines| {
                    lines.iter().filter(|line| line.body.starts_with("C’est relié")).count() == n + 1
                })
                .await;
        }
        self.until_heard_on(sides).await;
    }
}

/// A Rocket.Chat workspace with a room, and its block of the configuration.
async fn hall(network: &str, title: &str, username: &str, name: &str) -> (Hall, String) {
    let server = RocketChat::start("127.0.0.1:0").await.unwrap();
    server.set(|settings| title.clone_into(&mut settings.site_name));
    let (bot, token) = server.bot("passerelle");
    let person = server.person(username, name);
    let room = server.channel("le-lieu");
    for who in [&bot, &person] {
        server.join(&room, who).unwrap();
    }
    let block = format!(
        "  {network}:\n    kind: rocketchat\n    url: {}\n    user_id: {}\n    token: {}\n",
        server.url(),
        json!(bot),
        json!(token)
    );
    (Hall { server, room, person, bot, token }, block)
}
