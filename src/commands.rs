//! What people ask of the bot, and its answers.
//!
//! # Layout
//! - [`names`]: what each command is called. - [`linking`], [`codes`]: linking, and the codes it is done by.
//! - [`moderating`]: what admins do about messages and people. - [`dead_letters`]: what could not be delivered.

use std::time::Duration;

use contract::{
    Author, Body, Event, Fault, Kind, MessageId, Network, NetworkName, Offer, Person, Phrase, Result, Text,
    Timestamp,
};
use moka::sync::Cache;

use crate::{
    outbox::Networks,
    store::{Place, Store, inbox::Planned},
    words::{Language, say},
};

mod codes;
mod dead_letters;
mod linking;
mod moderating;
mod names;

use names::Command;

/// How long somebody may think before they say yes.
const THINK: Duration = Duration::from_mins(5);

/// Answers commands.
pub struct Commands {
    store: Store,
    networks: Networks,
    hosters: Vec<String>,
    /// What was asked and waits for a yes. Lost at a restart: it is asked again.
    unsure: Cache<(Place, Person), Words>,
}

/// What was asked, and about which message.
type Words = (Vec<String>, Option<MessageId>);

/// What the bot answers, and what follows from it.
#[derive(Debug, Default)]
pub struct Answer {
    /// Its words; none when what was asked for shows by itself.
    pub text: Text,
    /// What is to happen.
    pub then: Vec<Planned>,
    /// The lanes in which something waits again.
    pub wake: Vec<i64>,
}

impl<T: Into<Text>> From<T> for Answer {
    fn from(words: T) -> Self {
        Self { text: words.into(), ..Self::default() }
    }
}

/// The commands, as networks with a menu show them: to each in their language, in the hoster's to those who read neither.
#[must_use]
pub fn menu(hoster: Language) -> Vec<Offer> {
    let languages = [(Some("fr"), Language::Fr), (Some("en"), Language::En), (None, hoster)];
    let offered = languages.into_iter().flat_map(|(tag, language)| {
        names::menu().map(move |(key, [english, french])| Offer {
            language: tag,
            name: if language == Language::Fr { french } else { english },
            what: say(&Phrase::new(key), language),
        })
    });
    offered.collect()
}

/// Who asks, where, and the words after the command.
struct Asked<'a> {
    place: &'a Place,
    network: &'a dyn Network,
    author: &'a Author,
    words: Vec<&'a str>,
    reply_to: Option<&'a MessageId>,
    /// Whether it was asked before and they said yes.
    sure: bool,
}

impl Asked<'_> {
    fn in_room(&self) -> bool {
        self.place.network == NetworkName::matrix()
    }

    /// Their words, with the command's name before them.
    fn with_name<'w>(&'w self, name: &'w str) -> Vec<&'w str> {
        std::iter::once(name).chain(self.words.iter().copied()).collect()
    }

    /// Whether they may decide for the place they ask in.
    async fn may_manage(&self) -> Result<bool> {
        self.network.may_manage(&self.place.chat, &self.author.person.user).await
    }

    /// A phrase that can say how to ask for something here.
    fn phrase(&self, key: &str) -> Phrase {
        Phrase::new(key).with("call", self.network.calling().prompt)
    }

    /// What those without the right are told.
    fn no_right(&self) -> Answer {
        self.phrase(if self.in_room() { "no-right" } else { "no-right-there" }).into()
    }
}

impl Commands {
    /// Answers for these networks. `hosters` (users, servers or `*`, as in the configuration) may do on Matrix what
    /// needs a right on another side.
    #[must_use]
    pub fn new(store: Store, networks: Networks, hosters: Vec<String>) -> Self {
        let unsure = Cache::builder().max_capacity(1000).time_to_live(THINK).build();
        Self { store, networks, hosters, unsure }
    }

    /// Answers what `author` asked in `place`, about the message `reply_to`.
    pub async fn answer(
        &self,
        place: &Place,
        author: &Author,
        words: &[String],
        reply_to: Option<&MessageId>,
    ) -> Result<Answer> {
        let network = self.networks.get(&place.network).ok_or(Fault::Unsupported)?.as_ref();
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        let name = if words.is_empty() { "help" } else { words.remove(0) };
        let mut asked = Asked { place, network, author, words, reply_to, sure: false };
        match names::find(name) {
            Ok(Command::Yes) => {
                let who = (place.clone(), author.person.clone());
                let Some((words, reply_to)) = self.unsure.remove(&who) else {
                    return Ok(Phrase::new("nothing-to-confirm").into());
                };
                asked.sure = true;
                asked.reply_to = reply_to.as_ref();
                asked.words = words.iter().map(String::as_str).collect();
                let name = asked.words.remove(0);
                match names::find(name) {
                    Ok(command) => self.obey(command, &asked).await,
                    Err(_) => Err(Fault::Unsupported),
                }
            }
            Ok(command) => self.obey(command, &asked).await,
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
            Command::Matrix => self.give_code(asked).await,
            Command::Unlink => self.unlink(asked).await,
            Command::Undo => self.undo(asked).await,
            Command::List => self.list(asked).await,
            Command::Delete => self.delete(asked).await,
            Command::DeadLetters => self.dead_letters(asked, &asked.words).await,
            Command::Replay => self.dead_letters(asked, &asked.with_name("replay")).await,
            Command::Discard => self.dead_letters(asked, &asked.with_name("discard")).await,
        }
    }

    fn help(&self, asked: &Asked<'_>) -> Answer {
        self.about_networks(asked, if asked.in_room() { "help-room" } else { "help-chat" })
    }

    /// A phrase that can name the networks there are.
    fn about_networks(&self, asked: &Asked<'_>, key: &str) -> Answer {
        let mut names: Vec<&str> =
            self.networks.keys().map(NetworkName::as_str).filter(|n| *n != "matrix").collect();
        names.sort_unstable();
        asked.phrase(key).with("networks", names.join(", ")).into()
    }

    /// Asks whether they are sure, once; `None` when they are.
    fn unless_sure(&self, asked: &Asked<'_>, name: &str, question: Phrase) -> Option<Answer> {
        if asked.sure {
            return None;
        }
        let words = asked.with_name(name).into_iter().map(str::to_owned).collect();
        let who = (asked.place.clone(), asked.author.person.clone());
        self.unsure.insert(who, (words, asked.reply_to.cloned()));
        let how = asked.phrase("say-yes");
        Some(Text::from(vec![question, how]).into())
    }

    /// Whether the hoster lets somebody do what needs a right on another side.
    fn is_hoster(&self, person: &Person) -> bool {
        let user = person.user.as_str();
        let server = user.split_once(':').map(|(_, server)| server);
        person.network == NetworkName::matrix()
            && self.hosters.iter().any(|who| who == "*" || who == user || Some(who.as_str()) == server)
    }

    /// passerelle's own words, said in a place because of what was asked in another.
    fn tell(asked: &Asked<'_>, place: &Place, about: &str, text: Text) -> Planned {
        let now = Timestamp::now();
        let event = Event {
            id: format!("{about}.{}.{}.{}", place.network, place.chat, now.0).into(),
            chat: asked.place.chat.clone(),
            author: Author::bridge(),
            at: now,
            kind: Kind::Message { ids: Vec::new(), body: Body::notice(text) },
        };
        Planned { part_of: None, event, to: vec![place.clone()] }
    }

    /// What a place is called.
    async fn title(&self, place: &Place) -> String {
        let info = match self.networks.get(&place.network) {
            Some(network) => network.chat(&place.chat).await.ok(),
            None => None,
        };
        info.map_or_else(|| place.chat.to_string(), |info| info.shown().to_owned())
    }
}
