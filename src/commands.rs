//! What people ask of the bot, and its answers.
//!
//! # Layout
//! - [`asked`]: what is asked and what is answered; [`names`]: what each command is called.
//! - [`confirming`]: what is asked once more before it is done. - [`telling`]: what is said in other places.
//! - [`linking`], [`codes`]: linking, and the codes it is done by. - [`unlinking`]: undoing it.
//! - [`running`]: how links are, and what is chosen for them. - [`choosing`]: what is chosen of several.
//! - [`moderating`]: what admins do about messages and people.
//! - [`workspace`]: the chats of a network; [`opening`]: rooms made for them; [`merging`]: several in one room.
//! - [`presence`]: what happens to a place itself. - [`who`]: who writes where.
//! - [`talking`]: a conversation with the bot alone.
//! - [`privacy`]: what people decide about their own words. - [`dead_letters`]: what could not be delivered.

use std::sync::Arc;

use contract::{Author, Fault, NetworkName, Offer, Person, Phrase, Result};

use crate::{
    outbox::Networks,
    store::{Place, Store},
    words::{Called, Language, say},
};

mod asked;
mod choosing;
mod codes;
mod confirming;
mod dead_letters;
mod linking;
mod merging;
mod moderating;
mod names;
mod opening;
mod presence;
mod privacy;
mod running;
mod talking;
mod telling;
mod unlinking;
mod who;
mod workspace;

pub use asked::{Answer, Request};

use asked::Asked;
use names::Command;

/// Answers commands.
pub struct Commands {
    store: Store,
    networks: Networks,
    hosters: Vec<String>,
    called: Arc<Called>,
}

/// The commands, as networks with a menu show them: to each in their language, in the hoster's to those who read neither.
#[must_use]
pub fn menu(hoster: Language) -> Vec<Offer> {
    let languages = [(Some("fr"), Language::Fr), (Some("en"), Language::En), (None, hoster)];
    let offered = languages.into_iter().flat_map(|(tag, language)| {
        names::menu().map(move |(key, [english, french])| Offer {
            language: tag,
            name: if language == Language::Fr { french } else { english },
            what: key.map(|key| say(&Phrase::new(key), language)),
        })
    });
    offered.collect()
}

impl Commands {
    /// Answers for these networks. `hosters` (users, servers or `*`, as in the configuration) may do on Matrix what
    /// needs a right on another side.
    #[must_use]
    pub fn new(store: Store, networks: Networks, hosters: Vec<String>, called: Arc<Called>) -> Self {
        Self { store, networks, hosters, called }
    }

    /// Answers what `author` asked in `place`.
    pub async fn answer(&self, place: &Place, author: &Author, request: Request<'_>) -> Result<Answer> {
        let Request { message, words, reply_to } = request;
        let network = self.networks.get(&place.network).ok_or(Fault::Unsupported)?.as_ref();
        // A sign alone, such as a quotation mark before a space, is no word.
        let mut words: Vec<&str> =
            words.iter().map(String::as_str).filter(|word| !names::bare(word).is_empty()).collect();
        let name = if words.is_empty() { "help" } else { words.remove(0) };
        let in_talk = self.store.is_talk(place).await?;
        let asked =
            Asked { place, heard_in: place, in_talk, network, author, words, reply_to, message, sure: false };
        if in_talk && let Some(answer) = self.obey_chosen(&asked, name).await? {
            return Ok(answer);
        }
        match names::find(name) {
            Ok(Command::Yes) => self.obey_confirmed(asked).await,
            Ok(command) if in_talk => self.obey_in_talk(command, &asked).await,
            Ok(command) => self.obey(command, &asked).await,
            Err(near) if in_talk => Ok(self.not_understood(&asked, name, near)),
            Err(Some(near)) => {
                Ok(asked.phrase("command-near").with("command", name).with("near", near).into())
            }
            Err(None) => Ok(asked.phrase("command-unknown").with("command", name).into()),
        }
    }

    async fn obey(&self, command: Command, asked: &Asked<'_>) -> Result<Answer> {
        match command {
            Command::Help | Command::Yes => Ok(self.help(asked)),
            Command::Link => self.link(asked).await,
            Command::Matrix => self.give_code(asked, None).await,
            Command::Unlink => self.unlink(asked).await,
            Command::Undo => self.undo(asked).await,
            Command::List => self.list(asked).await,
            Command::Channels => self.channels(asked).await,
            Command::Open => self.open(asked).await,
            Command::Merge => self.merge(asked).await,
            Command::Delete => self.delete(asked).await,
            Command::DeadLetters => self.dead_letters(asked, &asked.words).await,
            Command::Replay => self.dead_letters(asked, &asked.with_name("replay")).await,
            Command::Discard => self.dead_letters(asked, &asked.with_name("discard")).await,
            Command::Status => self.status(asked).await,
            Command::Pause => {
                self.choose(asked, asked.phrase("paused"), &asked.words, |link| link.paused = true).await
            }
            Command::Threads => self.threads(asked).await,
            Command::Limit => self.limit(asked).await,
            Command::Titles => self.titles(asked).await,
            Command::Resume => self.resume(asked).await,
            Command::OneWay => {
                self.choose(asked, asked.phrase("one-way"), &asked.words, |link| link.one_way = true).await
            }
            Command::BothWays => {
                self.choose(asked, asked.phrase("both-ways"), &asked.words, |link| link.one_way = false).await
            }
            Command::Language => self.language(asked).await,
            Command::Who => self.who(asked).await,
            Command::Ban => self.ban(asked).await,
            Command::Mute => self.mute(asked, true).await,
            Command::Unmute => self.mute(asked, false).await,
            Command::Log => self.log(asked).await,
            Command::KeepPrivate => self.keep_private(asked, true).await,
            Command::Relay => self.keep_private(asked, false).await,
            Command::Forget => self.forget(asked).await,
            Command::Forgotten => self.forgotten(asked).await,
        }
    }

    fn help(&self, asked: &Asked<'_>) -> Answer {
        let key = match asked.in_room() {
            _ if asked.in_talk => "help-talk",
            true => "help-room",
            false => "help-chat",
        };
        self.about_networks(asked, key)
    }

    /// A phrase that can name the networks there are.
    fn about_networks(&self, asked: &Asked<'_>, key: &str) -> Answer {
        asked.phrase(key).with("networks", self.network_names()).into()
    }

    fn network_names(&self) -> String {
        let mut names: Vec<&str> =
            self.networks.keys().map(NetworkName::as_str).filter(|n| *n != "matrix").collect();
        names.sort_unstable();
        names.join(", ")
    }

    /// Whether the hoster lets somebody do what needs a right on another side.
    fn is_hoster(&self, person: &Person) -> bool {
        let user = person.user.as_str();
        let server = user.split_once(':').map(|(_, server)| server);
        person.network == NetworkName::matrix()
            && self.hosters.iter().any(|who| who == "*" || who == user || Some(who.as_str()) == server)
    }
}
