//! A room of one's own on the shared square, linked to a chat of one's own on every network: for tests that change who
//! may do what, or what is linked.

use serde_json::json;
use simulators::Account;

use crate::{
    house::PATIENCE,
    square::{Side, Square},
};

/// The sides of a corner.
pub const SIDES: [Side; 4] = [Side::Matrix, Side::Telegram, Side::Breton, Side::Mattermost];

/// The chats, with Anne in the room, Bob in the group, Chloé and Emma in the channels.
pub struct Corner {
    pub square: &'static Square,
    pub anne: Account,
    pub room: String,
    pub bob: i64,
    pub group: i64,
    /// On Rocket.Chat.
    pub hall: String,
    /// On Mattermost.
    pub channel: String,
    pub chloe: String,
    pub emma: String,
}

/// A message as it is seen on a side.
#[derive(Clone, Debug)]
pub struct Seen {
    pub id: String,
    pub text: String,
}

impl Corner {
    /// The chats, not linked yet; their names begin like this.
    pub async fn open(name: &str) -> Self {
        let square = Square::shared().await;
        let (anne, room) = square.house.room(json!({})).await;
        let (bob, group) = square.house.group();
        let breton = &square.breton;
        let hall = breton.server.channel(name);
        let chloe = breton.server.person(&format!("chloe-{name}"), "Chloé");
        for who in [&breton.bot, &chloe] {
            breton.server.join(&hall, who).unwrap();
        }
        let channel = square.mattermost.channel(name, name).unwrap();
        let emma = square.mattermost.person(&format!("emma-{name}"), "Emma").unwrap();
        for who in [square.bot(), &emma] {
            square.mattermost.join(&channel, who).unwrap();
        }
        Self { square, anne, room, bob, group, hall, channel, chloe, emma }
    }

    /// The same, linked.
    pub async fn linked(name: &str) -> Self {
        let corner = Self::open(name).await;
        for side in SIDES {
            corner.link(side).await;
        }
        corner
    }

    /// Links the chat of a side to the room.
    pub async fn link(&self, side: Side) {
        let (network, chat) = match side {
            Side::Telegram => ("Telegram", self.group.to_string()),
            Side::Breton => ("Bretagne", self.hall.clone()),
            Side::Mattermost => ("Mattermost", self.channel.clone()),
            Side::Matrix | Side::Alsatian => return,
        };
        self.anne.say(&self.room, &format!("!passerelle link {network} {chat}")).await;
        self.until(Side::Matrix, "the link", |seen| {
            seen.iter().any(|one| one.text.starts_with("C’est relié") && one.text.contains(network))
        })
        .await;
    }

    /// Somebody of that side says words there.
    pub async fn say(&self, side: Side, text: &str) -> String {
        match side {
            Side::Matrix => self.anne.say(&self.room, text).await,
            Side::Telegram => self.square.house.telegram.say(self.group, self.bob, text).unwrap().to_string(),
            Side::Mattermost => self.square.mattermost.say(&self.channel, &self.emma, text).unwrap(),
            Side::Breton | Side::Alsatian => {
                let breton = &self.square.breton;
                breton.server.say(&self.hall, &self.chloe, text).unwrap()
            }
        }
    }

    /// The same as an answer to a message.
    pub async fn reply(&self, side: Side, to: &str, text: &str) -> String {
        match side {
            Side::Matrix => self.anne.reply(&self.room, to, text).await,
            Side::Telegram => {
                let to = to.parse().unwrap();
                self.square.house.telegram.reply(self.group, self.bob, to, text).unwrap().to_string()
            }
            Side::Mattermost => self.square.mattermost.reply(&self.channel, &self.emma, to, text).unwrap(),
            Side::Breton | Side::Alsatian => {
                let breton = &self.square.breton;
                breton.server.quote(&self.hall, &self.chloe, to, text).unwrap()
            }
        }
    }

    /// How a command is asked on a side.
    pub fn call(side: Side, command: &str) -> String {
        let prompt = match side {
            Side::Matrix => "!passerelle ",
            Side::Telegram => "/",
            _ => "@passerelle ",
        };
        format!("{prompt}{command}")
    }

    /// Makes the one of that side an admin there; Anne always is.
    pub fn promote(&self, side: Side) {
        match side {
            Side::Matrix => {}
            Side::Telegram => self.square.house.telegram.promote(self.group, self.bob).unwrap(),
            Side::Mattermost => self.square.mattermost.promote(&self.channel, &self.emma),
            Side::Breton | Side::Alsatian => {
                self.square.breton.server.promote(&self.hall, &self.chloe);
            }
        }
    }

    /// What is seen on a side.
    pub async fn seen(&self, side: Side) -> Vec<Seen> {
        match side {
            Side::Matrix => {
                let lines = self.anne.timeline(&self.room).await.into_iter();
                lines.map(|line| Seen { id: line.id, text: line.body }).collect()
            }
            Side::Telegram => {
                let lines = self.square.house.telegram.transcript(self.group).unwrap().into_iter();
                lines.map(|line| Seen { id: line.id.to_string(), text: line.text }).collect()
            }
            Side::Mattermost => {
                let lines = self.square.mattermost.transcript(&self.channel).unwrap().into_iter();
                lines.map(|line| Seen { id: line.id, text: line.text }).collect()
            }
            Side::Breton | Side::Alsatian => {
                let lines = self.square.breton.server.transcript(&self.hall).unwrap().into_iter();
                lines.map(|line| Seen { id: line.id, text: line.text }).collect()
            }
        }
    }

    /// Waits until that side looks as wanted.
    pub async fn until(&self, side: Side, what: &str, wanted: impl Fn(&[Seen]) -> bool) {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let seen = self.seen(side).await;
            if wanted(&seen) {
                return;
            }
            let texts: Vec<_> = seen.iter().map(|one| &one.text).collect();
            assert!(tokio::time::Instant::now() < end, "{side:?} waits in vain for {what}: {texts:#?}");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }

    /// Waits until a message there holds these words, and returns its id.
    pub async fn told(&self, side: Side, words: &str) -> String {
        let has = |one: &Seen| one.text.contains(words);
        self.until(side, words, |seen| seen.iter().any(has)).await;
        self.seen(side).await.into_iter().rfind(has).unwrap().id
    }

    /// Waits until no message there holds these words.
    pub async fn gone(&self, side: Side, words: &str) {
        self.until(side, &format!("the end of {words}"), |seen| {
            !seen.iter().any(|one| one.text.contains(words))
        })
        .await;
    }
}
