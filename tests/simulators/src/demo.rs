//! A room with a Telegram group, a Rocket.Chat channel and a Mattermost channel, linked from the room, and a
//! conversation between them.

use std::{io, path::Path, time::Duration};

use serde_json::json;

use crate::{
    Account, Daemon, Synapse,
    account::Line,
    mattermost::Mattermost,
    rocketchat::RocketChat,
    telegram::{self, Telegram},
};

mod others;
mod show;

use others::{Channel, Hall};

/// The bot's token on the simulated Telegram.
const TOKEN: &str = "4242:demo-token-of-nobody-at-all-0123456789";
/// How long a line may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that runs, and those who talk.
pub struct Demo {
    synapse: Synapse,
    telegram: Telegram,
    daemon: Daemon,
    /// Somebody on Matrix.
    camille: Account,
    room: String,
    /// Somebody on Telegram.
    lou: i64,
    group: i64,
    hall: Hall,
    channel: Channel,
}

impl Demo {
    /// Starts everything, and makes a room, a group and two channels.
    pub async fn start(program: &Path) -> io::Result<Self> {
        let mut synapse = Synapse::prepare()?;
        let telegram = Telegram::start("127.0.0.1:0").await?;
        let bot = telegram.bot(TOKEN, "passerelle_bot").map_err(refused)?;
        let lou = telegram.person("Lou").map_err(refused)?;
        let group = telegram.supergroup("La Fabrique").map_err(refused)?;
        telegram.join(group, lou).map_err(refused)?;
        telegram.join(group, bot).map_err(refused)?;
        telegram.promote(group, bot).map_err(refused)?;
        let hall = Hall::open().await?;
        let channel = Channel::open().await?;
        let telegram_url = telegram.url();
        let mut networks = vec!["--telegram-token", TOKEN, "--telegram-api-url", &telegram_url];
        networks.extend(hall.options());
        networks.extend(channel.options());
        let mut daemon = Daemon::set_up(program, &synapse.url(), &networks)?;
        synapse.start(&[daemon.registration()]).await?;
        daemon.start().await?;
        let camille = synapse.register("camille").await?;
        camille.set_name("Camille").await;
        let room = camille.create_room("La Fabrique", &["@passerelle:t.test"], json!({})).await;
        Ok(Self { synapse, telegram, daemon, camille, room, lou, group, hall, channel })
    }

    /// Links everything from the room, and plays the conversation. Returns what did not arrive.
    pub async fn converse(&self) -> io::Result<Vec<String>> {
        let (camille, room) = (&self.camille, self.room.as_str());
        let mut missing = Vec::new();
        let bot_is_in = |lines: &[Line]| lines.iter().any(|line| line.name == "passerelle");
        self.bot_joined().await;
        camille.say(room, &format!("!passerelle link telegram {}", self.group)).await;
        missing.extend(self.in_room("the bot's answer to the link", bot_is_in).await.err());
        self.link_the_others(&mut missing).await;

        let words = "Bonjour à tout le monde, on se voit mardi ?";
        let html = "<b>Bonjour</b> à tout le monde, on se voit <i>mardi</i> ?";
        let hello = camille.say_html(room, words, html).await;
        let seen = self.in_group("Camille's first words", |line| line.text.ends_with(words)).await;
        let seen = self.note(seen, &mut missing);
        if let Some(seen) = &seen
            && !seen.html.contains("<i>mardi</i>")
        {
            missing.push("the formatting of Camille's first words".to_owned());
        }

        let answer =
            self.telegram.reply(self.group, self.lou, seen.map_or(0, |seen| seen.id), "Oui, mardi !");
        let answer = answer.map_err(refused)?;
        let replied = |lines: &[Line]| {
            lines
                .iter()
                .any(|l| l.body == "Oui, mardi !" && l.name == "Lou" && l.reply_to.as_ref() == Some(&hello))
        };
        missing.extend(self.in_room("Lou's answer, as a reply", replied).await.err());

        self.telegram.edit(self.group, self.lou, answer, "Oui, mardi à 18 h !").map_err(refused)?;
        let edited =
            |lines: &[Line]| lines.iter().any(|line| line.body == "Oui, mardi à 18 h !" && line.edited);
        missing.extend(self.in_room("Lou's correction", edited).await.err());

        let lines = camille.timeline(room).await;
        if let Some(line) = lines.iter().find(|line| line.name == "Lou") {
            camille.react(room, &line.id, "👍").await;
            let reacted =
                self.in_group("Camille's reaction", |line| line.id == answer && !line.reactions.is_empty());
            let reacted = reacted.await;
            self.note(reacted, &mut missing);
        }
        self.pictures(&mut missing).await?;
        self.second_thoughts(&mut missing).await?;
        self.all_together(&mut missing).await?;
        Ok(missing)
    }

    /// A photo each way.
    async fn pictures(&self, missing: &mut Vec<String>) -> io::Result<()> {
        self.telegram.photo(self.group, self.lou, "La salle est prête").map_err(refused)?;
        let shown = |lines: &[Line]| {
            lines.iter().any(|line| line.kind == "m.image" && line.body == "La salle est prête")
        };
        missing.extend(self.in_room("Lou's photo", shown).await.err());

        let picture = crate::draw_jpeg(320, 240, 7);
        self.camille
            .send_file(&self.room, "m.image", "affiche.jpg", "image/jpeg", picture, "L’affiche")
            .await;
        let shown =
            self.in_group("Camille's photo", |line| line.media.is_some() && line.text.ends_with("L’affiche"));
        let shown = shown.await;
        self.note(shown, missing);
        Ok(())
    }

    /// Something corrected and something taken back, from Matrix.
    async fn second_thoughts(&self, missing: &mut Vec<String>) -> io::Result<()> {
        let (camille, room) = (&self.camille, self.room.as_str());
        let message = camille.say(room, "J’apporte des crèpes").await;
        camille.edit(room, &message, "J’apporte des crêpes").await;
        let edited =
            self.in_group("Camille's correction", |line| line.text.ends_with("J’apporte des crêpes")).await;
        self.note(edited, missing);

        let mistake = camille.say(room, "Pas ici").await;
        let seen = self.in_group("what Camille then takes back", |line| line.text.ends_with("Pas ici")).await;
        self.note(seen, missing);
        camille.redact(room, &mistake).await;
        let gone = |lines: &[telegram::Line]| !lines.iter().any(|line| line.text.ends_with("Pas ici"));
        if !self.telegram.wait(self.group, PATIENCE, gone).await.0 {
            missing.push("what Camille took back is still in the group".to_owned());
        }
        Ok(())
    }

    /// Waits until the bot accepted the invitation.
    async fn bot_joined(&self) {
        for _ in 0..300 {
            let member = self.camille.state(&self.room, "m.room.member", "@passerelle:t.test").await;
            if member["membership"] == "join" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn in_room(&self, what: &str, wanted: impl Fn(&[Line]) -> bool) -> Result<(), String> {
        let deadline = std::time::Instant::now() + PATIENCE;
        while std::time::Instant::now() < deadline {
            if wanted(&self.camille.timeline(&self.room).await) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(format!("in the room: {what}"))
    }

    async fn in_group(
        &self,
        what: &str,
        wanted: impl Fn(&telegram::Line) -> bool,
    ) -> Result<telegram::Line, String> {
        let (_, lines) = self.telegram.wait(self.group, PATIENCE, |lines| lines.iter().any(&wanted)).await;
        lines.into_iter().find(|line| wanted(line)).ok_or_else(|| format!("in the group: {what}"))
    }

    #[expect(clippy::unused_self, reason = "reads like the waits it follows")]
    fn note<T>(&self, outcome: Result<T, String>, missing: &mut Vec<String>) -> Option<T> {
        outcome.map_err(|what| missing.push(what)).ok()
    }

    /// What the members of each side see, beside each other.
    pub async fn transcripts(&self) -> io::Result<String> {
        let room: Vec<String> = self.camille.timeline(&self.room).await.iter().map(show::room_line).collect();
        let group = self.telegram.transcript(self.group).map_err(refused)?;
        let group: Vec<String> = group.iter().filter(|line| !line.service).map(show::group_line).collect();
        let hall = self.hall.transcript().map_err(io::Error::other)?;
        let channel = self.channel.transcript().map_err(io::Error::other)?;
        let first = show::beside("In the Matrix room", &room, "In the Telegram group", &group);
        let second = show::beside("In the Rocket.Chat channel", &hall, "In the Mattermost channel", &channel);
        Ok(format!("{first}\n{second}"))
    }

    /// What passerelle logged.
    #[must_use]
    pub fn log(&self) -> String {
        self.daemon.log()
    }

    /// Where everything is, to try it by hand.
    #[must_use]
    pub fn addresses(&self) -> String {
        format!(
            "\nEverything stays up until Ctrl-C.\n\
             \n  Matrix    {}   log in as camille, password camille; the room is {}\
             \n  Telegram  {}   speak as Lou:\
             \n            curl {}/_sim/act -H 'content-type: application/json' \\\
             \n              -d '{{\"chat\": {}, \"person\": {}, \"do\": \"say\", \"text\": \"Bonjour\"}}'\
             \n  Rocket.Chat  {}   Mattermost  {}   their people are under /_sim/ too\
             \n  Health    {}/health/ready\
             \n  Check     passerelle --config {} check",
            self.synapse.url(),
            self.room,
            self.telegram.url(),
            self.telegram.url(),
            self.group,
            self.lou,
            self.hall.server.url(),
            self.channel.server.url(),
            self.daemon.url(),
            self.daemon.config().display(),
        )
    }
}

#[expect(clippy::needless_pass_by_value, reason = "called by map_err")]
fn refused(refusal: telegram::Refusal) -> io::Error {
    io::Error::other(format!("the Telegram simulator refuses: {refusal:?}"))
}
