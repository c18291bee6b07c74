//! One room and what is linked to it on every network: Telegram, two Rocket.Chat workspaces, Mattermost.

use std::time::Duration;

use simulators::{Account, Fault, mattermost::Mattermost, rocketchat::RocketChat};

use crate::house::{House, PATIENCE};

mod building;

/// The sides of the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Matrix,
    Telegram,
    Breton,
    Alsatian,
    Mattermost,
}

/// All of them.
pub const SIDES: [Side; 5] = [Side::Matrix, Side::Telegram, Side::Breton, Side::Alsatian, Side::Mattermost];

impl Side {
    /// Who speaks there.
    pub fn person(self) -> &'static str {
        match self {
            Self::Matrix => "Anne",
            Self::Telegram => "Bob",
            Self::Breton => "Chloé",
            Self::Alsatian => "David",
            Self::Mattermost => "Emma",
        }
    }
}

/// A message as the members of any side see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub id: String,
    /// The name that is shown.
    pub who: String,
    pub text: String,
    /// The message it answers, or the one its thread began with.
    pub about: Option<String>,
    pub reactions: Vec<String>,
    pub files: usize,
}

/// A room of a Rocket.Chat workspace, with somebody in it.
pub struct Hall {
    pub server: RocketChat,
    pub room: String,
    pub person: String,
    pub bot: String,
    pub token: String,
}

/// Everything around one room.
pub struct Square {
    pub house: House,
    pub anne: Account,
    pub room: String,
    pub bob: i64,
    pub group: i64,
    pub breton: Hall,
    pub alsatian: Hall,
    pub mattermost: Mattermost,
    pub channel: String,
    pub emma: String,
    bot: String,
    pub bot_token: String,
}

impl Square {
    /// The one that tests share which break nothing; each takes words of its own.
    pub async fn shared() -> &'static Self {
        static SHARED: tokio::sync::OnceCell<Square> = tokio::sync::OnceCell::const_new();
        SHARED.get_or_init(Self::build).await
    }

    /// Waits until every network is listened to.
    pub async fn until_heard(&self) {
        self.until_heard_on(&SIDES).await;
    }

    /// Waits until every network of these sides is listened to.
    async fn until_heard_on(&self, sides: &[Side]) {
        let is_heard = |side: &Side| match side {
            Side::Breton | Side::Alsatian => self.hall(*side).server.listening() > 0,
            Side::Mattermost => self.mattermost.listening() > 0,
            Side::Matrix | Side::Telegram => true,
        };
        for _ in 0..600 {
            if sides.iter().all(is_heard) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("a network is not listened to; the log:\n{}", self.house.daemon.log());
    }

    /// Our bot on Mattermost.
    pub fn bot(&self) -> &str {
        &self.bot
    }

    /// A Rocket.Chat workspace.
    pub fn hall(&self, side: Side) -> &Hall {
        if side == Side::Breton { &self.breton } else { &self.alsatian }
    }

    /// Somebody on that side says words.
    pub async fn say(&self, side: Side, text: &str) -> String {
        match side {
            Side::Matrix => self.anne.say(&self.room, text).await,
            Side::Telegram => self.house.telegram.say(self.group, self.bob, text).unwrap().to_string(),
            Side::Breton | Side::Alsatian => {
                let hall = self.hall(side);
                hall.server.say(&hall.room, &hall.person, text).unwrap()
            }
            Side::Mattermost => self.mattermost.say(&self.channel, &self.emma, text).unwrap(),
        }
    }

    /// Somebody on that side sends a picture with words.
    pub async fn send_file(&self, side: Side, text: &str) -> String {
        let bytes = || simulators::draw_jpeg(40, 30, 5);
        match side {
            Side::Matrix => {
                let (name, mime) = ("image.jpg", "image/jpeg");
                self.anne.send_file(&self.room, "m.image", name, mime, bytes(), text).await
            }
            Side::Telegram => self.house.telegram.photo(self.group, self.bob, text).unwrap().to_string(),
            Side::Breton | Side::Alsatian => {
                let hall = self.hall(side);
                let (name, mime) = ("image.jpg", "image/jpeg");
                hall.server.say_file(&hall.room, &hall.person, text, name, mime, bytes()).unwrap()
            }
            Side::Mattermost => {
                self.mattermost.say_file(&self.channel, &self.emma, text, "image.jpg", bytes()).unwrap()
            }
        }
    }

    /// Somebody on that side answers a message, in the way people do there.
    pub async fn reply(&self, side: Side, to: &str, text: &str) -> String {
        match side {
            Side::Matrix => self.anne.reply(&self.room, to, text).await,
            Side::Telegram => {
                let to = to.parse().unwrap();
                self.house.telegram.reply(self.group, self.bob, to, text).unwrap().to_string()
            }
            Side::Breton | Side::Alsatian => {
                let hall = self.hall(side);
                hall.server.quote(&hall.room, &hall.person, to, text).unwrap()
            }
            Side::Mattermost => {
                let lines = self.mattermost.transcript(&self.channel).unwrap();
                let line = lines.iter().find(|line| line.id == to).unwrap();
                let root = line.root.clone().unwrap_or_else(|| to.to_owned());
                self.mattermost.reply(&self.channel, &self.emma, &root, text).unwrap()
            }
        }
    }

    /// Somebody changes what they said.
    pub async fn edit(&self, side: Side, id: &str, text: &str) {
        match side {
            Side::Matrix => {
                self.anne.edit(&self.room, id, text).await;
            }
            Side::Telegram => {
                self.house.telegram.edit(self.group, self.bob, id.parse().unwrap(), text).unwrap();
            }
            Side::Breton | Side::Alsatian => {
                let hall = self.hall(side);
                // The link that quotes stands before the words, and whoever changes them leaves it there.
                let told = hall.server.message(id).unwrap();
                let link = told["msg"].as_str().and_then(|words| words.split_once(") "));
                let link = link.map(|(link, _)| format!("{link}) ")).filter(|link| link.starts_with("[ ]("));
                hall.server.edit(&hall.person, id, &(link.unwrap_or_default() + text)).unwrap();
            }
            Side::Mattermost => self.mattermost.edit(&self.emma, id, text).unwrap(),
        }
    }

    /// Somebody reacts with a party popper.
    pub async fn react(&self, side: Side, id: &str) {
        match side {
            Side::Matrix => {
                self.anne.react(&self.room, id, "🎉").await;
            }
            Side::Telegram => {
                self.house.telegram.react(self.group, self.bob, id.parse().unwrap(), &["🎉"]).unwrap();
            }
            Side::Breton | Side::Alsatian => {
                let hall = self.hall(side);
                hall.server.react(&hall.person, id, ":tada:").unwrap();
            }
            Side::Mattermost => self.mattermost.react(&self.emma, id, "tada").unwrap(),
        }
    }

    /// Somebody takes back what they said.
    pub async fn delete(&self, side: Side, id: &str) {
        match side {
            Side::Matrix => self.anne.redact(&self.room, id).await,
            // Telegram tells bots of no deletion: there is a word for it.
            Side::Telegram => {
                let id = id.parse().unwrap();
                self.house.telegram.reply(self.group, self.bob, id, "/delete").unwrap();
            }
            Side::Breton | Side::Alsatian => {
                let hall = self.hall(side);
                hall.server.delete(&hall.person, id).unwrap();
            }
            Side::Mattermost => self.mattermost.delete(&self.emma, id).unwrap(),
        }
    }

    /// The server of that side goes away. People there go on talking, but for those whose only way in it is.
    pub async fn goes_away(&mut self, side: Side) {
        match side {
            Side::Matrix => self.house.synapse.kill().unwrap(),
            Side::Telegram => self.house.telegram.pause().await,
            Side::Breton | Side::Alsatian => self.hall(side).server.pause().await,
            Side::Mattermost => self.mattermost.pause().await,
        }
    }

    /// It is back.
    pub async fn comes_back(&mut self, side: Side) {
        match side {
            Side::Matrix => self.house.synapse.start_again().await.unwrap(),
            Side::Telegram => self.house.telegram.resume().await.unwrap(),
            Side::Breton | Side::Alsatian => self.hall(side).server.resume().await.unwrap(),
            Side::Mattermost => self.mattermost.resume().await.unwrap(),
        }
    }

    /// Breaks the connections on which news come, where there are any.
    pub fn cut(&self, side: Side) {
        match side {
            Side::Breton | Side::Alsatian => self.hall(side).server.cut(),
            Side::Mattermost => self.mattermost.cut(),
            Side::Matrix | Side::Telegram => {}
        }
    }

    /// Makes the next call of a route of that side go wrong.
    pub fn order(&self, side: Side, route: &str, fault: Fault) {
        self.fault_after(side, route, 0, fault);
    }

    /// Makes calls of a route of that side go wrong, after so many that go well.
    pub fn fault_after(&self, side: Side, route: &str, after: u32, fault: Fault) {
        match side {
            Side::Matrix => unreachable!("Synapse takes no orders"),
            Side::Telegram => self.house.telegram.fault_after(route, after, 1, fault),
            Side::Breton | Side::Alsatian => self.hall(side).server.fault_after(route, after, 1, fault),
            Side::Mattermost => self.mattermost.fault_after(route, after, 1, fault),
        }
    }

    /// What the members of that side see.
    pub async fn seen(&self, side: Side) -> Vec<Said> {
        match side {
            Side::Matrix => {
                let lines = self.anne.timeline(&self.room).await;
                let said = lines.into_iter().map(|line| Said {
                    about: line.reply_to.or(line.thread),
                    files: usize::from(line.file.is_some()),
                    id: line.id,
                    who: line.name,
                    text: line.body,
                    reactions: line.reactions.into_keys().collect(),
                });
                said.collect()
            }
            Side::Telegram => self.seen_on_telegram(),
            Side::Breton | Side::Alsatian => {
                let hall = self.hall(side);
                let said = hall.server.transcript(&hall.room).unwrap().into_iter().map(|line| Said {
                    about: line.quotes.first().cloned().or(line.thread),
                    files: line.files.len(),
                    id: line.id,
                    who: line.shown,
                    text: line.text,
                    reactions: line
                        .reactions
                        .into_iter()
                        .map(|(emoji, _)| emoji.replace(":tada:", "🎉"))
                        .collect(),
                });
                said.collect()
            }
            Side::Mattermost => {
                let lines = self.mattermost.transcript(&self.channel).unwrap();
                let said = lines.into_iter().map(|line| Said {
                    id: line.id,
                    who: line.shown,
                    text: line.text,
                    about: line.root,
                    files: line.files.len(),
                    reactions: line
                        .reactions
                        .into_iter()
                        .map(|(emoji, _)| emoji.replace("tada", "🎉"))
                        .collect(),
                });
                said.collect()
            }
        }
    }

    fn seen_on_telegram(&self) -> Vec<Said> {
        let lines = self.house.telegram.transcript(self.group).unwrap();
        let said = lines.into_iter().filter(|line| !line.service).map(|line| {
            let relayed = line.text.split_once(": ").filter(|_| line.author_id == self.house.bot);
            let relayed = relayed.map(|(who, text)| (who.to_owned(), text.to_owned()));
            let (who, text) = relayed.unwrap_or((line.author, line.text));
            Said {
                id: line.id.to_string(),
                who,
                text,
                about: line.reply_to.map(|id| id.to_string()),
                files: usize::from(line.media.is_some()),
                reactions: line.reactions.into_values().flatten().collect(),
            }
        });
        said.collect()
    }

    /// Waits until that side looks as wanted, and returns the message that does.
    pub async fn find(&self, side: Side, what: &str, wanted: impl Fn(&Said) -> bool) -> Said {
        self.until(side, what, |said| said.iter().any(&wanted))
            .await
            .into_iter()
            .find(|said| wanted(said))
            .unwrap()
    }

    /// Waits until that side looks as wanted.
    pub async fn until(&self, side: Side, what: &str, wanted: impl Fn(&[Said]) -> bool) -> Vec<Said> {
        let end = tokio::time::Instant::now() + PATIENCE * 2;
        loop {
            let seen = self.seen(side).await;
            if wanted(&seen) {
                return seen;
            }
            let shown: Vec<_> = seen.iter().rev().take(12).collect();
            assert!(
                tokio::time::Instant::now() < end,
                "{side:?} waits in vain for {what}; its last: {shown:#?}\nthe log:\n{}",
                self.house.daemon.log()
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}
