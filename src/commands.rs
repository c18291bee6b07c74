//! What people ask of the bot, and its answers.
//!
//! # Layout
//! - [`names`]: what each command is called. - [`linking`], [`codes`]: linking, and the codes it is done by.
//! - [`running`]: how links are, and what is chosen for them. - [`choosing`]: what is chosen of several.
//! - [`moderating`]: what admins do about messages and people.
//! - [`workspace`]: the chats of a network; [`opening`]: rooms made for them; [`merging`]: several in one room.
//! - [`presence`]: what happens to a place itself. - [`who`]: who writes where.
//! - [`talking`]: a conversation with the bot alone.
//! - [`privacy`]: what people decide about their own words. - [`dead_letters`]: what could not be delivered.

use std::time::Duration;

use contract::{
    Author, Body, ChatInfo, Event, Fault, Kind, MessageId, Network, NetworkName, Offer, Person, Phrase,
    Result, Text, Timestamp,
};
use moka::sync::Cache;

use crate::{
    outbox::Networks,
    store::{Place, Store, inbox::Planned},
    words::{Language, say},
};

mod choosing;
mod codes;
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
mod who;
mod workspace;

use names::Command;

/// How long somebody may think before they say yes.
const THINK: Duration = Duration::from_mins(5);

/// Answers commands.
pub struct Commands {
    store: Store,
    networks: Networks,
    hosters: Vec<String>,
    /// What was asked and waits for a word more. Lost at a restart: it is asked again.
    waiting: Cache<(Place, Person), Pending>,
}

/// What was asked and waits for a word more.
#[derive(Clone)]
enum Pending {
    /// For a yes.
    Yes {
        /// What was asked, the command first.
        words: Vec<String>,
        /// The place it is about.
        about: Place,
        /// The message it is about.
        reply_to: Option<MessageId>,
    },
    /// For the number of a room.
    Room {
        /// What was asked, the command first.
        words: Vec<String>,
        /// The rooms to choose from.
        rooms: Vec<ChatInfo>,
    },
}

/// What somebody asks.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The message that asks.
    pub message: &'a MessageId,
    /// Its words, the command first.
    pub words: &'a [String],
    /// The message it answers.
    pub reply_to: Option<&'a MessageId>,
}

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
            what: key.map(|key| say(&Phrase::new(key), language)),
        })
    });
    offered.collect()
}

/// Who asks, where, and the words after the command.
#[derive(Clone)]
struct Asked<'a> {
    /// What it is about.
    place: &'a Place,
    /// Where they asked: there, or in a conversation with the bot alone.
    heard_in: &'a Place,
    /// Whether it is such a conversation.
    in_talk: bool,
    network: &'a dyn Network,
    author: &'a Author,
    words: Vec<&'a str>,
    reply_to: Option<&'a MessageId>,
    /// The message that asks, where one does.
    message: Option<&'a MessageId>,
    /// Whether it was asked before and they said yes.
    sure: bool,
}

impl Asked<'_> {
    fn in_room(&self) -> bool {
        self.place.network == NetworkName::matrix()
    }

    /// Who asked where: a word more is expected of them there.
    fn who(&self) -> (Place, Person) {
        (self.heard_in.clone(), self.author.person.clone())
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
        let call = if self.in_talk { String::new() } else { self.network.calling().prompt };
        Phrase::new(key).with("call", call)
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
        let waiting = Cache::builder().max_capacity(1000).time_to_live(THINK).build();
        Self { store, networks, hosters, waiting }
    }

    /// Answers what `author` asked in `place`.
    pub async fn answer(&self, place: &Place, author: &Author, request: Request<'_>) -> Result<Answer> {
        let Request { message, words, reply_to } = request;
        let message = Some(message);
        let network = self.networks.get(&place.network).ok_or(Fault::Unsupported)?.as_ref();
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        let name = if words.is_empty() { "help" } else { words.remove(0) };
        let in_talk = self.store.is_talk(place).await?;
        let mut asked =
            Asked { place, heard_in: place, in_talk, network, author, words, reply_to, message, sure: false };
        if in_talk && let Some(answer) = self.obey_chosen(&asked, name).await {
            return answer;
        }
        match names::find(name) {
            Ok(Command::Yes) => {
                let Some(Pending::Yes { words, about, reply_to }) = self.waiting.remove(&asked.who()) else {
                    return Ok(Phrase::new("nothing-to-confirm").into());
                };
                asked.sure = true;
                asked.place = &about;
                asked.reply_to = reply_to.as_ref();
                // What is said with the yes belongs to what was asked.
                let more = std::mem::take(&mut asked.words);
                asked.words = words.iter().map(String::as_str).chain(more).collect();
                let name = asked.words.remove(0);
                match names::find(name) {
                    Ok(command) => self.obey(command, &asked).await,
                    Err(_) => Err(Fault::Unsupported),
                }
            }
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
            Command::Matrix => self.give_code(asked).await,
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

    /// Asks whether they are sure, once; `None` when they are.
    fn unless_sure(&self, asked: &Asked<'_>, name: &str, question: Phrase) -> Option<Answer> {
        if asked.sure {
            return None;
        }
        let words = asked.with_name(name).into_iter().map(str::to_owned).collect();
        let (about, reply_to) = (asked.place.clone(), asked.reply_to.cloned());
        self.waiting.insert(asked.who(), Pending::Yes { words, about, reply_to });
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

    /// The same words in all places linked to one where something happened.
    fn tell_all(place: &Place, linked: &[Place], about: &str, words: &Phrase) -> Answer {
        let tell = |to: &Place| Self::tell(place, to, about, words.clone().into());
        Answer { then: linked.iter().map(tell).collect(), ..Answer::default() }
    }

    /// passerelle's own words, said in a place because of what was asked in another.
    fn tell(from: &Place, place: &Place, about: &str, text: Text) -> Planned {
        Self::tell_once(from, place, &format!("{about}.{}", Timestamp::now().0), text)
    }

    /// The same, never said twice about the same.
    fn tell_once(from: &Place, place: &Place, about: &str, text: Text) -> Planned {
        let event = Event {
            id: format!("{about}.{}.{}", place.network, place.chat).into(),
            chat: from.chat.clone(),
            author: Author::bridge(),
            at: Timestamp::now(),
            kind: Kind::Message { ids: Vec::new(), body: Body::notice(text) },
        };
        Planned { part_of: None, event, to: vec![place.clone()] }
    }

    /// Shows in a room that a chat is linked to it, or no longer. Nothing else depends on it.
    async fn show_link(&self, room: &Place, chat: &Place, on: bool) {
        let (Some(matrix), Some(network)) =
            (self.networks.get(&room.network), self.networks.get(&chat.network))
        else {
            return;
        };
        let unknown = ChatInfo::new(chat.chat.clone(), None);
        let info = network.chat(&chat.chat).await.unwrap_or(unknown);
        if let Err(fault) = matrix.show_link(&room.chat, &chat.network, &info, on).await {
            tracing::info!(room = %room.chat, %fault, "the room's state does not show the link");
        }
    }

    /// What somebody is called in a place.
    async fn name_of(&self, place: &Place, who: &Author) -> String {
        crate::outbox::named(&self.networks, &place.chat, who.clone()).await.shown().to_owned()
    }

    /// What a place is called, or was when it last told.
    async fn title(&self, place: &Place) -> String {
        let info = match self.networks.get(&place.network) {
            Some(network) => network.chat(&place.chat).await.ok(),
            None => None,
        };
        let outcome = match &info {
            Some(info) => self.store.remember_title(place, info.shown()).await.map(|()| None),
            None => self.store.title(place).await,
        };
        let remembered = outcome.unwrap_or_else(|error| {
            tracing::warn!(%error, "what a chat is called cannot be remembered");
            None
        });
        let shown = info.map(|info| info.shown().to_owned());
        shown.or(remembered).unwrap_or_else(|| place.chat.to_string())
    }

    /// The room that a place belongs to.
    async fn room_at(&self, place: &Place) -> Result<Option<Place>> {
        let is_room = |place: &Place| place.network == NetworkName::matrix();
        if is_room(place) {
            return Ok(Some(place.clone()));
        }
        Ok(self.store.linked_to(place).await?.into_iter().find(is_room))
    }
}
