//! What people ask of the bot, and its answers.

use contract::{
    Author, Block, Body, ChatId, Event, Fault, Kind, MessageId, Network, NetworkName, Phrase, Result, Span,
    Text, Timestamp,
};

use crate::{
    outbox::Networks,
    store::{Place, Store, chats::Linked, inbox::Planned},
};

mod dead_letters;

/// Answers commands.
pub struct Commands {
    store: Store,
    networks: Networks,
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

/// Who asks, and where.
struct Asked<'a> {
    place: &'a Place,
    network: &'a dyn Network,
    author: &'a Author,
}

impl Commands {
    /// Answers for these networks.
    #[must_use]
    pub fn new(store: Store, networks: Networks) -> Self {
        Self { store, networks }
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
        let asked = Asked { place, network, author };
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let in_room = place.network == NetworkName::matrix();
        match words.as_slice() {
            [] | ["help" | "aide", ..] if in_room => Ok(self.help("help-room")),
            [] | ["help" | "aide", ..] => Ok(self.help("help-chat")),
            ["link" | "relier", network, chat] if in_room => self.link(&asked, network, chat).await,
            ["link" | "relier", ..] if in_room => Ok(self.help("link-how")),
            ["unlink" | "délier" | "delier", network, chat] if in_room => {
                self.unlink(&asked, network, chat).await
            }
            ["unlink" | "délier" | "delier", ..] if in_room => Ok(self.help("unlink-how")),
            ["list" | "liste", ..] if in_room => self.list(&asked).await,
            ["dead-letters" | "non-remis", rest @ ..] if in_room => self.dead_letters(&asked, rest).await,
            ["replay" | "renvoyer" | "discard" | "abandonner", ..] if in_room => {
                self.dead_letters(&asked, &words).await
            }
            ["delete" | "supprimer", ..] => self.delete(&asked, reply_to).await,
            [other, ..] => Ok(Phrase::new("command-unknown").with("command", other).into()),
        }
    }

    fn help(&self, key: &str) -> Answer {
        let mut names: Vec<&str> =
            self.networks.keys().map(NetworkName::as_str).filter(|n| *n != "matrix").collect();
        names.sort_unstable();
        Phrase::new(key).with("networks", names.join(", ")).into()
    }

    async fn link(&self, asked: &Asked<'_>, network: &str, chat: &str) -> Result<Answer> {
        if !asked.network.may_manage(&asked.place.chat, &asked.author.person.user).await? {
            return Ok(Phrase::new("no-right").into());
        }
        let name = NetworkName::from(network);
        let Some(there) = self.networks.get(&name).filter(|_| name != NetworkName::matrix()) else {
            return Ok(self.help("no-such-network"));
        };
        let info = match there.chat(&ChatId::from(chat)).await {
            Ok(info) => info,
            Err(Fault::Refused { reason, .. }) => return Ok(with_reason("link-refused", chat, reason)),
            Err(fault) => return Err(fault),
        };
        let place = Place::new(&name, &info.id);
        let key = match self.store.link(asked.place, &place, Timestamp::now()).await? {
            Linked::New => "linked",
            Linked::Already => "linked-already",
            Linked::Elsewhere => "linked-elsewhere",
        };
        let title = info.name.unwrap_or_else(|| info.id.to_string());
        let mut answer: Answer = Phrase::new(key).with("chat", title).with("network", name).into();
        if key == "linked" {
            answer.then.push(self.announce(asked, place).await?);
        }
        Ok(answer)
    }

    /// Tells those in a chat who reads them from now on.
    async fn announce(&self, asked: &Asked<'_>, place: Place) -> Result<Planned> {
        let room = asked.network.chat(&asked.place.chat).await?;
        let name = room.name.unwrap_or_else(|| room.id.to_string());
        let body = Body::notice(Phrase::new("linked-here").with("room", name).into());
        let now = Timestamp::now();
        let event = Event {
            id: format!("linked.{}.{}.{}", place.network, place.chat, now.0).into(),
            chat: asked.place.chat.clone(),
            author: Author::bridge(),
            at: now,
            kind: Kind::Message { ids: Vec::new(), body },
        };
        Ok(Planned { event, to: vec![place] })
    }

    async fn unlink(&self, asked: &Asked<'_>, network: &str, chat: &str) -> Result<Answer> {
        if !asked.network.may_manage(&asked.place.chat, &asked.author.person.user).await? {
            return Ok(Phrase::new("no-right").into());
        }
        let place = Place { network: network.into(), chat: chat.into() };
        let key = if self.store.unlink(asked.place, &place).await? { "unlinked" } else { "not-linked" };
        Ok(Phrase::new(key).with("chat", chat).with("network", network).into())
    }

    async fn list(&self, asked: &Asked<'_>) -> Result<Answer> {
        let linked = self.store.linked_to(asked.place).await?;
        if linked.is_empty() {
            return Ok(Phrase::new("list-empty").into());
        }
        let mut items = Vec::new();
        for place in linked {
            let title = match self.networks.get(&place.network) {
                Some(network) => network.chat(&place.chat).await.ok().and_then(|info| info.name),
                None => None,
            };
            let line = Phrase::new("list-line")
                .with("network", &place.network)
                .with("id", &place.chat)
                .with("chat", title.unwrap_or_else(|| place.chat.to_string()));
            items.push(vec![Block::Paragraph(vec![Span::Phrase(line)])]);
        }
        let title = Block::Paragraph(vec![Span::Phrase(Phrase::new("list-title"))]);
        Ok(Text(vec![title, Block::List { start: None, items }]).into())
    }

    /// Takes a message away on every side: the word of those whose network tells nobody of deletions.
    async fn delete(&self, asked: &Asked<'_>, target: Option<&MessageId>) -> Result<Answer> {
        let Some(target) = target else { return Ok(Phrase::new("delete-how").into()) };
        let here = self.store.number(asked.place).await?;
        let Some(known) = self.store.message(here, target).await? else {
            return Ok(Phrase::new("delete-unknown").into());
        };
        let user = &asked.author.person.user;
        if known.author != asked.author.person && !asked.network.may_manage(&asked.place.chat, user).await? {
            return Ok(Phrase::new("delete-no-right").into());
        }
        let mut to = self.store.linked_to(asked.place).await?;
        to.push(asked.place.clone());
        let event = Event {
            id: format!("delete.{target}").into(),
            chat: asked.place.chat.clone(),
            author: asked.author.clone(),
            at: Timestamp::now(),
            kind: Kind::Delete { target: target.clone() },
        };
        Ok(Answer { then: vec![Planned { event, to }], ..Answer::default() })
    }
}

fn with_reason(key: &str, chat: &str, reason: Phrase) -> Answer {
    let what = Span::Phrase(Phrase::new(key).with("chat", chat));
    Text(vec![Block::Paragraph(vec![what, Span::Plain(" ".to_owned()), Span::Phrase(reason)])]).into()
}
