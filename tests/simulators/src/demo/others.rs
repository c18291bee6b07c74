//! The sides of the demo besides Matrix and Telegram: a Rocket.Chat channel and a Mattermost channel.

use std::io;

use super::{Demo, Line, Mattermost, PATIENCE, RocketChat, show};
use crate::{mattermost, rocketchat};

/// What both channels are called.
const NAME: &str = "la-fabrique";

/// A Rocket.Chat channel with Maël in it.
pub(super) struct Hall {
    pub server: RocketChat,
    room: String,
    mael: String,
    options: [String; 3],
}

impl Hall {
    pub(super) async fn open() -> io::Result<Self> {
        let server = RocketChat::start("127.0.0.1:0").await?;
        let (bot, token) = server.bot("passerelle");
        let mael = server.person("mael", "Maël");
        let room = server.channel(NAME);
        for who in [&bot, &mael] {
            server.join(&room, who).map_err(io::Error::other)?;
        }
        let options = [server.url(), bot, token];
        Ok(Self { server, room, mael, options })
    }

    /// What `init` is told about it.
    pub(super) fn options(&self) -> [&str; 6] {
        let [url, id, token] = &self.options;
        ["--rocketchat-url", url, "--rocketchat-user-id", id, "--rocketchat-token", token]
    }

    pub(super) fn transcript(&self) -> Result<Vec<String>, rocketchat::Refusal> {
        Ok(self.server.transcript(&self.room)?.iter().map(show::hall_line).collect())
    }
}

/// A Mattermost channel with Inès in it.
pub(super) struct Channel {
    pub server: Mattermost,
    id: String,
    ines: String,
    options: [String; 2],
}

impl Channel {
    pub(super) async fn open() -> io::Result<Self> {
        let server = Mattermost::start("127.0.0.1:0").await?;
        let (bot, token) = server.bot("passerelle").map_err(io::Error::other)?;
        let ines = server.person("ines", "Inès").map_err(io::Error::other)?;
        let id = server.channel(NAME, "La Fabrique").map_err(io::Error::other)?;
        for who in [&bot, &ines] {
            server.join(&id, who).map_err(io::Error::other)?;
        }
        let options = [server.url(), token];
        Ok(Self { server, id, ines, options })
    }

    /// What `init` is told about it.
    pub(super) fn options(&self) -> [&str; 4] {
        let [url, token] = &self.options;
        ["--mattermost-url", url, "--mattermost-token", token]
    }

    pub(super) fn transcript(&self) -> Result<Vec<String>, mattermost::Refusal> {
        Ok(self.server.transcript(&self.id)?.iter().map(show::channel_line).collect())
    }
}

impl Demo {
    /// Links both channels from the room.
    pub(super) async fn link_the_others(&self, missing: &mut Vec<String>) {
        for (n, network) in ["rocketchat", "mattermost"].into_iter().enumerate() {
            self.camille.say(&self.room, &format!("!passerelle link {network} {NAME}")).await;
            let answers =
                |lines: &[Line]| lines.iter().filter(|line| line.name == "passerelle").count() > n + 1;
            missing.extend(
                self.in_room(&format!("the bot's answer to the link of {network}"), answers).await.err(),
            );
        }
    }

    /// Somebody on each side, and everybody sees it.
    pub(super) async fn all_together(&self, missing: &mut Vec<String>) -> io::Result<()> {
        let words = "J’apporte la brioche";
        let brioche =
            self.hall.server.say(&self.hall.room, &self.hall.mael, words).map_err(io::Error::other)?;
        let said = |lines: &[Line]| lines.iter().any(|line| line.name == "Maël" && line.body == words);
        missing.extend(self.in_room("Maël's words", said).await.err());
        let seen = self.in_group("Maël's words", |line| line.text == format!("Maël: {words}")).await;
        self.note(seen, missing);
        let said =
            |lines: &[mattermost::Line]| lines.iter().any(|line| line.shown == "Maël" && line.text == words);
        let (found, lines) = self.channel.server.wait(&self.channel.id, PATIENCE, said).await;
        let Some(there) = lines.iter().find(|line| line.text == words).filter(|_| found) else {
            missing.push("in the Mattermost channel: Maël's words".to_owned());
            return Ok(());
        };
        let (channel, ines) = (&self.channel.id, &self.channel.ines);
        self.channel.server.react(ines, &there.id, "tada").map_err(io::Error::other)?;
        let answer = "Et moi le **café**";
        self.channel.server.reply(channel, ines, &there.id, answer).map_err(io::Error::other)?;
        let heard = |lines: &[rocketchat::Line]| {
            let reacted = lines.iter().any(|line| line.id == brioche && !line.reactions.is_empty());
            reacted
                && lines.iter().any(|line| line.shown == "Inès" && line.thread.as_deref() == Some(&brioche))
        };
        if !self.hall.server.wait(&self.hall.room, PATIENCE, heard).await.0 {
            missing.push("in the Rocket.Chat channel: Inès's answer and reaction".to_owned());
        }
        let said =
            |lines: &[Line]| lines.iter().any(|line| line.name == "Inès" && line.body.contains("café"));
        missing.extend(self.in_room("Inès's answer", said).await.err());
        let seen = self.in_group("Inès's answer", |line| line.text.starts_with("Inès: ")).await;
        self.note(seen, missing);
        Ok(())
    }
}
