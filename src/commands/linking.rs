//! Linking a chat to a room, and undoing it.
//!
//! A link needs somebody with the right on each side. A code carries the right of the one who asked for it to where the
//! other one uses it; a hoster has, on every network, the right of the bot.

use contract::{
    Access, Author, Block, ChatId, Event, Fault, Kind, NetworkName, Phrase, Result, Span, Text, Timestamp,
};

use super::{Answer, Asked, Commands, codes};
use crate::store::{Place, chats::Linked, codes::Code, inbox::Planned};

/// How long a code is good, minutes.
pub(super) const GOOD_FOR: i64 = 15;
/// What leaves out the notice of who reads whom, after a code.
const QUIETLY: [&str; 2] = ["quiet", "discret"];
/// What lets those who stand for the other side's people leave, when a link is undone.
const LEAVE: [&str; 4] = ["leave", "depart", "départ", "partir"];

impl Commands {
    /// Gives a code, takes one, or links by a chat's id.
    pub(super) async fn link(&self, asked: &Asked<'_>) -> Result<Answer> {
        match asked.words.as_slice() {
            [] => self.give_code(asked).await,
            [code, rest @ ..] if rest.iter().all(|word| QUIETLY.contains(word)) => {
                self.take_code(asked, code, rest.is_empty()).await
            }
            [network, chat] if asked.in_room() => self.link_by_id(asked, network, chat).await,
            _ => Ok(self.about_networks(asked, "link-how")),
        }
    }

    /// A code by which the other side links itself to this place.
    pub(super) async fn give_code(&self, asked: &Asked<'_>) -> Result<Answer> {
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let info = asked.network.chat(&asked.place.chat).await?;
        if let Some(obstacle) = obstacle(asked, &info) {
            return Ok(obstacle);
        }
        let (code, now) = (codes::new()?, Timestamp::now());
        let mut by = asked.author.clone();
        by.name = Some(self.name_of(asked.place, asked.author).await);
        let kept = Code { place: asked.place.clone(), by, wanted: None };
        let digest = codes::digest(&code).ok_or(Fault::Unsupported)?;
        self.store.keep_code(digest, &kept, now, Timestamp(now.0 + GOOD_FOR * 60_000)).await?;
        let title = asked.phrase("code-given").with("code", &code).with("minutes", GOOD_FOR);
        let mut sides: Vec<_> = self
            .networks
            .iter()
            .filter(|(name, _)| asked.in_room() != (**name == NetworkName::matrix()))
            .collect();
        sides.sort_by_key(|(name, _)| *name);
        let how = sides.into_iter().map(|(name, network)| {
            let calling = network.calling();
            let key = if asked.in_room() { "code-there" } else { "code-in-room" };
            let line = Phrase::new(key)
                .with("network", name)
                .with("bot", calling.bot)
                .with("call", calling.prompt)
                .with("code", &code);
            vec![Block::Paragraph(vec![Span::Phrase(line)])]
        });
        let list = Block::List { start: None, items: how.collect() };
        Ok(Text(vec![Block::Paragraph(vec![Span::Phrase(title)]), list]).into())
    }

    /// Links this place to the one that a code was asked for in.
    async fn take_code(&self, asked: &Asked<'_>, code: &str, noted: bool) -> Result<Answer> {
        // The right first: without it, nothing is told of any code.
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let (who, now) = (&asked.author.person, Timestamp::now());
        if !self.store.may_try(who, now).await? {
            return Ok(asked.phrase("code-too-many").into());
        }
        let digest = codes::digest(code);
        let known = match &digest {
            Some(digest) => self.store.code(digest, now).await?,
            None => None,
        };
        let (Some(digest), Some(known)) = (digest, known) else {
            self.store.note_wrong(who, now).await?;
            return Ok(self.about_networks(asked, "code-wrong"));
        };
        if asked.in_room() == (known.place.network == NetworkName::matrix()) {
            return Ok(asked.phrase(if asked.in_room() { "code-of-room" } else { "code-of-chat" }).into());
        }
        let there = self.networks.get(&known.place.network).ok_or(Fault::Unsupported)?;
        // Who asked for it may have lost the right since.
        if !there.may_manage(&known.place.chat, &known.by.person.user).await? {
            return Ok(asked.phrase("code-void").with("who", known.by.shown()).into());
        }
        if let Some(wanted) = &known.wanted {
            return self.open_by_code(asked, &digest, &known, wanted).await;
        }
        let here = asked.network.chat(&asked.place.chat).await?;
        if let Some(obstacle) = obstacle(asked, &here) {
            return Ok(obstacle);
        }
        let (room, chat) = match asked.in_room() {
            true => (asked.place, &known.place),
            false => (&known.place, asked.place),
        };
        match self.store.redeem(&digest, room, chat, now).await? {
            None => Ok(self.about_networks(asked, "code-wrong")),
            Some(linked) => self.told(asked, room, chat, linked, noted).await,
        }
    }

    /// Links a chat by its id: for those whom the hoster trusts with every chat that the bot is in.
    async fn link_by_id(&self, asked: &Asked<'_>, network: &str, chat: &str) -> Result<Answer> {
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        if !self.is_hoster(&asked.author.person) {
            return Ok(asked.phrase("link-by-code").into());
        }
        let name = NetworkName::from(network);
        let Some(there) = self.networks.get(&name).filter(|_| name != NetworkName::matrix()) else {
            return Ok(self.about_networks(asked, "no-such-network"));
        };
        let here = asked.network.chat(&asked.place.chat).await?;
        if let Some(obstacle) = obstacle(asked, &here) {
            return Ok(obstacle);
        }
        let info = match there.enter(&ChatId::from(chat)).await {
            Ok(info) => info,
            Err(Fault::Refused { reason, .. }) => {
                return Ok(Text::from(vec![Phrase::new("link-refused").with("chat", chat), reason]).into());
            }
            Err(fault) => return Err(fault),
        };
        let place = Place::new(&name, &info.id);
        let linked = self.store.link(asked.place, &place, Timestamp::now()).await?;
        self.told(asked, asked.place, &place, linked, true).await
    }

    /// Says on both sides who linked what; where `noted`, also who reads whom from now on.
    async fn told(
        &self,
        asked: &Asked<'_>,
        room: &Place,
        chat: &Place,
        linked: Linked,
        noted: bool,
    ) -> Result<Answer> {
        let who = self.name_of(asked.place, asked.author).await;
        let about = |key: &str, title: String| {
            let phrase = asked.phrase(key).with("network", &chat.network).with("who", &who);
            phrase.with(if key.ends_with("here") { "room" } else { "chat" }, title)
        };
        let of_chat = self.title(chat).await;
        match linked {
            Linked::New => {}
            Linked::Already => return Ok(about("linked-already", of_chat).into()),
            Linked::Elsewhere => return Ok(about("linked-elsewhere", of_chat).into()),
        }
        self.show_link(room, chat, true).await;
        let of_room = self.title(room).await;
        let mut in_room = vec![about("linked", of_chat)];
        let mut in_chat = vec![about("linked-here", of_room)];
        if noted {
            in_room.push(Phrase::new("linked-noted"));
            let prompt = self.networks.get(&chat.network).map(|network| network.calling().prompt);
            in_chat.push(Phrase::new("linked-noted-here").with("call", prompt.unwrap_or_default()));
        }
        let (here, other, place) = match asked.in_room() {
            true => (in_room, in_chat, chat),
            false => (in_chat, in_room, room),
        };
        let then = vec![Self::tell(asked.place, place, "linked", Text::from(other))];
        Ok(Answer { text: Text::from(here), then, ..Answer::default() })
    }

    /// Undoes a link: of this chat, or of the chat that is named.
    pub(super) async fn unlink(&self, asked: &Asked<'_>) -> Result<Answer> {
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let leave = asked.words.last().is_some_and(|word| LEAVE.contains(&word.to_lowercase().as_str()));
        let named = &asked.words[..asked.words.len() - usize::from(leave)];
        let meant = self.links_meant(asked, named).await?;
        let [chat] = meant.as_slice() else {
            let key = if meant.is_empty() { "not-linked" } else { "unlink-which" };
            let chat = named.join(" ");
            return Ok(asked.phrase(key).with("chat", if chat.is_empty() { "?" } else { &chat }).into());
        };
        let title = self.title(chat).await;
        let about = |key: &str| asked.phrase(key).with("chat", &title).with("network", &chat.network);
        if let Some(question) = self.unless_sure(asked, "unlink", about("unlink-sure")) {
            return Ok(question);
        }
        let Some(room) = self.room_at(asked.place).await? else { return Ok(about("not-linked").into()) };
        let now = Timestamp::now();
        if !self.store.unlink(&room, chat, now).await? {
            return Ok(about("not-linked").into());
        }
        self.show_link(&room, chat, false).await;
        let other = if asked.in_room() { chat } else { &room };
        let told = about("unlinked-by").with("who", self.name_of(asked.place, asked.author).await);
        self.store.note_act(&room, &told, now).await?;
        let mut then = vec![Self::tell(asked.place, other, "unlinked", told.into())];
        let mut text = vec![about("unlinked")];
        if leave {
            then.extend(self.withdrawals(asked, &room, chat, now).await?);
            text.push(Phrase::new("unlinked-leaving"));
        }
        Ok(Answer { text: Text::from(text), then, ..Answer::default() })
    }

    /// Those who stand for others leave: all of them the chat, and the room and what else is linked to it those of the
    /// chat's network, unless another chat of theirs is still linked. In each lane behind what waits there: they would
    /// come back to say it.
    async fn withdrawals(
        &self,
        asked: &Asked<'_>,
        room: &Place,
        chat: &Place,
        now: Timestamp,
    ) -> Result<Vec<Planned>> {
        let mut rest = self.store.linked_to(room).await?;
        let mut leaving = vec![(chat.clone(), None)];
        if rest.iter().all(|place| place.network != chat.network) {
            rest.push(room.clone());
            leaving.extend(rest.into_iter().map(|place| (place, Some(chat.network.clone()))));
        }
        let planned = leaving.into_iter().enumerate().map(|(n, (place, network))| {
            let event = Event {
                id: format!("withdraw.{}.{n}", now.0).into(),
                chat: asked.place.chat.clone(),
                author: Author::bridge(),
                at: now,
                kind: Kind::Withdraw { network },
            };
            Planned { part_of: None, event, to: vec![place] }
        });
        Ok(planned.collect())
    }

    /// Takes the last unlinking back.
    pub(super) async fn undo(&self, asked: &Asked<'_>) -> Result<Answer> {
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        match self.store.link_again(asked.place, Timestamp::now()).await? {
            Some((room, chat)) => self.told(asked, &room, &chat, Linked::New, false).await,
            None => Ok(asked.phrase("nothing-to-undo").into()),
        }
    }

    /// What is linked to this place.
    pub(super) async fn list(&self, asked: &Asked<'_>) -> Result<Answer> {
        let linked = self.store.linked_to(asked.place).await?;
        if linked.is_empty() {
            return Ok(asked.phrase("list-empty").into());
        }
        let mut items = Vec::new();
        for place in linked {
            let line = Phrase::new("list-line")
                .with("network", &place.network)
                .with("id", &place.chat)
                .with("chat", self.title(&place).await);
            items.push(vec![Block::Paragraph(vec![Span::Phrase(line)])]);
        }
        let title = Block::Paragraph(vec![Span::Phrase(Phrase::new("list-title"))]);
        Ok(Text(vec![title, Block::List { start: None, items }]).into())
    }

    /// The links that are meant: from a chat, its own; from a room, those named by network, and by id or name; all
    /// when none is named.
    pub(super) async fn links_meant(&self, asked: &Asked<'_>, named: &[&str]) -> Result<Vec<Place>> {
        let linked = self.store.linked_to(asked.place).await?;
        if !asked.in_room() {
            return Ok(if linked.is_empty() { Vec::new() } else { vec![asked.place.clone()] });
        }
        let (network, chat) = match named {
            [network, rest @ ..] if self.networks.contains_key(&NetworkName::from(*network)) => {
                (Some(*network), rest.join(" "))
            }
            rest => (None, rest.join(" ")),
        };
        let mut meant = Vec::new();
        for place in linked {
            let right_network = network.is_none_or(|name| name == place.network.as_str());
            let right_chat = || async { place.chat.as_str() == chat || self.title(&place).await == chat };
            if right_network && (chat.is_empty() || right_chat().await) {
                meant.push(place);
            }
        }
        Ok(meant)
    }
}

/// Why a place cannot be linked, if so.
pub(super) fn obstacle(asked: &Asked<'_>, info: &contract::ChatInfo) -> Option<Answer> {
    let key = match info.access {
        _ if info.encrypted => "link-encrypted",
        Access::Direct => "link-direct",
        Access::Private | Access::Public => return None,
    };
    Some(asked.phrase(key).into())
}
