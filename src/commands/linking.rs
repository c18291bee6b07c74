//! Linking a chat to a room.
//!
//! A link needs somebody with the right on each side. A code carries the right of the one who asked for it to where the
//! other one uses it; a hoster has, on every network, the right of the bot.

use contract::{
    Access, Block, ChatId, Fault, Kind, Network, NetworkName, Phrase, Result, Span, Text, Timestamp,
};

use super::{Answer, Asked, Commands, codes, names::bare};
use crate::store::{LinkSettings, Place, chats::Linked, codes::Code, inbox::Planned, linking::Linking};

/// How long a code is good, minutes.
pub(super) const GOOD_FOR: i64 = 15;
/// What leaves out the notice of who reads whom, after a code.
const QUIETLY: [&str; 2] = ["quiet", "discret"];

/// What somebody wants linked.
pub(super) struct Wish {
    pub room: Place,
    pub chat: Place,
    /// The code that is used up by it, by what it hashes to.
    pub code: Option<String>,
    pub settings: LinkSettings,
}

/// How a new link is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telling {
    /// With who reads whom from now on.
    Whole,
    /// Without that.
    Quiet,
    /// As one that is there again.
    Again,
}

impl Commands {
    /// Gives a code, takes one, or links by a chat's id.
    pub(super) async fn link(&self, asked: &Asked<'_>) -> Result<Answer> {
        if asked.in_room()
            && let Some((network, rest)) = self.network_named(&asked.words)
        {
            return match rest {
                [] => self.give_code(asked, Some(network)).await,
                chat => self.link_by_id(asked, Some(network), &chat.join(" ")).await,
            };
        }
        match asked.words.as_slice() {
            [] => self.give_code(asked, None).await,
            [code, rest @ ..] if rest.iter().all(|word| QUIETLY.contains(word)) => {
                self.take_code(asked, code, if rest.is_empty() { Telling::Whole } else { Telling::Quiet })
                    .await
            }
            // As it is read aloud, in two.
            [one, two] if codes::digest(&[*one, *two].concat()).is_some() => {
                self.take_code(asked, &[*one, *two].concat(), Telling::Whole).await
            }
            [_, chat] if asked.in_room() => self.link_by_id(asked, None, chat).await,
            _ => Ok(self.about_networks(asked, "link-how")),
        }
    }

    /// A code by which the other side links itself to this place, and what to do with it there: on every network, or `on`
    /// the one that is meant.
    pub(super) async fn give_code(&self, asked: &Asked<'_>, on: Option<&dyn Network>) -> Result<Answer> {
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
            .filter(|(name, _)| on.is_none_or(|on| on.name() == *name))
            .collect();
        sides.sort_by_key(|(name, _)| *name);
        let mut how = Vec::new();
        for (name, network) in &sides {
            let calling = network.calling();
            let key = if asked.in_room() { "code-there" } else { "code-in-room" };
            let line = Phrase::new(key)
                .with("app", calling.app)
                .with("network", name)
                .with("bot", calling.bot)
                .with("call", calling.prompt)
                .with("code", &code);
            how.push(vec![Block::Paragraph(vec![Span::Phrase(line)])]);
        }
        let list = Block::List { start: None, items: how };
        Ok(Text(vec![Block::Paragraph(vec![Span::Phrase(title)]), list]).into())
    }

    /// Links this place to the one that a code was asked for in.
    async fn take_code(&self, asked: &Asked<'_>, code: &str, telling: Telling) -> Result<Answer> {
        // The right first: without it, nothing is told of any code.
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let (who, now) = (&asked.author.person, Timestamp::now());
        if !self.store.may_try(who, now).await? {
            return Ok(asked.phrase("code-too-many").into());
        }
        let digest = codes::digest(code);
        let request = asked.request();
        let known = match &digest {
            Some(digest) => self.store.code(digest, &request, now).await?,
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
        let (here, there) = (asked.place.clone(), known.place);
        let (room, chat) = if asked.in_room() { (here, there) } else { (there, here) };
        let wish = Wish { room, chat, code: Some(digest), settings: LinkSettings::default() };
        self.link_places(asked, wish, telling).await
    }

    /// Links a chat by its id: for those whom the hoster trusts with every chat that the bot is in.
    async fn link_by_id(
        &self,
        asked: &Asked<'_>,
        network: Option<&dyn Network>,
        chat: &str,
    ) -> Result<Answer> {
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        if !self.is_hoster(&asked.author.person) {
            return Ok(asked.phrase("link-by-code").into());
        }
        let Some(there) = network else { return Ok(self.about_networks(asked, "no-such-network")) };
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
        let (room, chat) = (asked.place.clone(), Place::new(there.name(), &info.id));
        let wish = Wish { room, chat, code: None, settings: LinkSettings::default() };
        self.link_places(asked, wish, Telling::Whole).await
    }

    /// Links a chat to a room. Both sides are told who did before anything crosses. Where chats of its network are merged in
    /// the room, it is marked as they are, and they are told as well.
    pub(super) async fn link_places(
        &self,
        asked: &Asked<'_>,
        wish: Wish,
        telling: Telling,
    ) -> Result<Answer> {
        let Wish { room, chat, code, mut settings } = wish;
        let who = self.name_of(asked.place, asked.author).await;
        let (of_room, of_chat) = (self.title(&room).await, self.title(&chat).await);
        let about = |key: &str| {
            let phrase = asked.phrase(key).with("network", &chat.network).with("who", &who);
            let here = key.ends_with("here");
            phrase.with(if here { "room" } else { "chat" }, if here { &of_room } else { &of_chat })
        };
        let (mut in_room, mut in_chat) = (vec![about("linked")], vec![about("linked-here")]);
        if telling == Telling::Whole {
            in_room.push(Phrase::new("linked-noted"));
            let prompt = self.networks.get(&chat.network).map(|network| network.calling().prompt);
            in_chat.push(Phrase::new("linked-noted-here").with("call", prompt.unwrap_or_default()));
        }
        let mut told = Vec::new();
        if let Some(merged) = self.merged_with(&room, &chat).await? {
            in_room.push(Phrase::new("linked-marked").with("mark", &merged.mark));
            let noted = Phrase::new("merge-noted").with("chats", &merged.all);
            in_chat.push(noted.clone());
            told.extend(merged.others.iter().map(|other| announced(asked, other, vec![noted.clone()])));
            settings.mark.get_or_insert(merged.mark);
        }
        told.extend([announced(asked, &room, in_room.clone()), announced(asked, &chat, in_chat)]);
        let act = if telling == Telling::Again { "act-relinked" } else { "act-linked" };
        let act = Self::act_linked(act, &who, &chat, &of_chat);
        let request = asked.request();
        let linking = Linking { room: room.clone(), chat: chat.clone(), request, code, settings, act };
        let made = self.store.link_and_say(linking, &asked.place.network, told, Timestamp::now()).await?;
        let wake = match made {
            None => return Ok(self.about_networks(asked, "code-wrong")),
            Some((Linked::Already, _)) => return Ok(about("linked-already").into()),
            Some((Linked::Elsewhere, _)) => return Ok(about("linked-elsewhere").into()),
            Some((Linked::New, wake)) => wake,
        };
        self.show_link(&room, &chat, true).await;
        let text = if asked.in_talk { Text::from(in_room) } else { Text::default() };
        Ok(Answer { text, wake, ..Answer::default() })
    }

    /// That somebody linked a chat, for the room's animators.
    pub(super) fn act_linked(key: &str, who: &str, chat: &Place, title: &str) -> Phrase {
        Phrase::new(key).with("who", who).with("chat", title).with("network", &chat.network)
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

    /// That nothing is linked here, or nothing of the name that was given.
    pub(super) fn none_meant(asked: &Asked<'_>, named: &[&str]) -> Answer {
        match named {
            [] => asked.phrase("list-empty").into(),
            named => asked.phrase("not-linked").with("chat", named.join(" ")).into(),
        }
    }

    /// The links that are meant: from a chat, its own; from a room, those named by network, and by id or name; all
    /// when none is named.
    pub(super) async fn links_meant(&self, asked: &Asked<'_>, named: &[&str]) -> Result<Vec<Place>> {
        let linked = self.store.linked_to(asked.place).await?;
        if !asked.in_room() {
            return Ok(if linked.is_empty() { Vec::new() } else { vec![asked.place.clone()] });
        }
        let (network, chat) = match self.network_named(named) {
            Some((network, rest)) => (Some(network.name()), rest.join(" ")),
            None => (None, named.join(" ")),
        };
        let mut meant = Vec::new();
        for place in linked {
            let right_network = network.is_none_or(|name| *name == place.network);
            let right_chat =
                || async { place.chat.as_str() == chat || is_called(&self.title(&place).await, &chat) };
            if right_network && (chat.is_empty() || right_chat().await) {
                meant.push(place);
            }
        }
        Ok(meant)
    }
}

/// Whether a chat of that title is meant, however its name is written.
fn is_called(title: &str, named: &str) -> bool {
    title == named || (!bare(named).is_empty() && bare(title) == bare(named))
}

/// What is said of a link in one of its places; where it was asked for, as an answer.
fn announced(asked: &Asked<'_>, place: &Place, words: Vec<Phrase>) -> Planned {
    let about = format!("linked.{}", asked.request());
    let mut planned = Commands::tell_once(asked.heard_in, place, &about, Text::from(words));
    if place == asked.heard_in {
        planned.event.author.language.clone_from(&asked.author.language);
        if let Kind::Message { body, .. } = &mut planned.event.kind {
            body.reply_to = Some(asked.message.clone());
        }
    }
    planned
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
