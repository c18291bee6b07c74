//! Making rooms for chats of a network, several at once, under one space.
//!
//! The right on Matrix is that of the one who asks. The right on the other side is a hoster's, or is lent by a code: an
//! admin of the chats writes it there. What is made is noted before, so that a crash leaves neither half a room nor two.

use contract::{
    Block, ChatId, ChatInfo, Fault, Network, NetworkName, Opening as Wish, Phrase, Result, Span, Text,
    Timestamp, UserId,
};

use super::{
    Answer, Asked, Commands, codes,
    linking::GOOD_FOR,
    merging::{Merging, merge_sure},
    names::Command,
    workspace::{address, find},
};
use crate::store::{
    LinkSettings, Place,
    codes::{Code, Wanted},
    linking::Linking,
    openings::Opening,
};

/// Rooms made at once.
const MOST: usize = 20;

/// For whom rooms are made, and where it was asked.
struct Asking<'a> {
    /// The room it was asked in.
    room: &'a Place,
    /// Who asked.
    owner: &'a UserId,
    /// What they are called.
    name: &'a str,
    /// What asked: the same again is to change nothing.
    request: &'a str,
}

impl<'a> Asking<'a> {
    /// What is wanted for the whole network, by this key.
    fn wish(&'a self, network: &'a dyn Network, key: &'a str) -> Wish<'a> {
        let (owner, asked_in) = (self.owner, &self.room.chat);
        Wish { key, network, chat: None, space: None, known: None, owner, asked_in }
    }
}

/// What is said of it, chat by chat, and where else.
#[derive(Default)]
pub(super) struct Told {
    pub lines: Vec<Phrase>,
    pub answer: Answer,
    /// Whether something is left to be done later.
    pub is_left: bool,
}

impl Commands {
    /// Makes rooms for chats: at once for a hoster, else when an admin of them agrees.
    pub(super) async fn open(&self, asked: &Asked<'_>) -> Result<Answer> {
        if !asked.in_room() {
            return Ok(asked.phrase("only-in-room").into());
        }
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let Some((network, chats)) = self.wanted(asked) else {
            return Ok(self.about_networks(asked, "open-how"));
        };
        let wanted = Wanted { network: network.name().clone(), chats, merge: false };
        if !self.is_hoster(&asked.author.person) {
            return self.ask_admin(asked, network, wanted).await;
        }
        let listed = self.chats_of(network).await?;
        let (mut chosen, mut unknown) = (Vec::new(), Vec::new());
        for name in &wanted.chats {
            match find(&listed.chats, name) {
                Some(info) => chosen.push(info),
                None => unknown.push(Phrase::new("open-unknown").with("chat", name)),
            }
        }
        let (name, request) = (self.name_of(asked.place, asked.author).await, asked.request());
        let asking =
            Asking { room: asked.place, owner: &asked.author.person.user, name: &name, request: &request };
        let mut told = self.open_all(&asking, network, &chosen).await?;
        told.lines.extend(unknown);
        Ok(Answer { text: list(told.lines), ..told.answer })
    }

    /// The network and the chats there that somebody names.
    pub(super) fn wanted(&self, asked: &Asked<'_>) -> Option<(&dyn Network, Vec<String>)> {
        let (network, names) = match self.network_named(&asked.words) {
            Some(named) => named,
            None => (self.network_meant(&[])?, asked.words.as_slice()),
        };
        let names = names.iter().flat_map(|word| word.split(',')).filter(|name| !name.is_empty());
        let names: Vec<String> = names.map(str::to_owned).collect();
        (1..=MOST).contains(&names.len()).then_some((network, names))
    }

    /// A code by which an admin of the chats agrees. Whether a private one exists is not told.
    pub(super) async fn ask_admin(
        &self,
        asked: &Asked<'_>,
        network: &dyn Network,
        wanted: Wanted,
    ) -> Result<Answer> {
        let (code, now) = (codes::new()?, Timestamp::now());
        let digest = codes::digest(&code).ok_or(Fault::Unsupported)?;
        let mut by = asked.author.clone();
        by.name = Some(self.name_of(asked.place, asked.author).await);
        let (chats, merge) = (wanted.chats.join(", "), wanted.merge);
        let kept = Code { place: asked.place.clone(), by, wanted: Some(wanted) };
        self.store.keep_code(digest, &kept, now, Timestamp(now.0 + GOOD_FOR * 60_000)).await?;
        let calling = network.calling();
        let given = Phrase::new(if merge { "merge-code" } else { "open-code" })
            .with("code", code)
            .with("minutes", GOOD_FOR)
            .with("chats", chats)
            .with("network", network.name())
            .with("bot", calling.bot)
            .with("call", calling.prompt);
        Ok(given.into())
    }

    /// An admin of the chats agrees, by a code: rooms are made for those that they decide for.
    pub(super) async fn open_by_code(
        &self,
        asked: &Asked<'_>,
        digest: &str,
        code: &Code,
        wanted: &Wanted,
    ) -> Result<Answer> {
        let network = asked.network;
        if wanted.network != *network.name() {
            return Ok(asked.phrase("open-other-network").with("network", &wanted.network).into());
        }
        let listed = self.chats_of(network).await?;
        let (mut chosen, mut refused) = (Vec::new(), Vec::new());
        for name in &wanted.chats {
            match find(&listed.chats, name) {
                Some(info) if chosen.contains(&info) => {}
                Some(info) if network.may_manage(&info.id, &asked.author.person.user).await? => {
                    chosen.push(info);
                }
                // Whether there is one, only its admins learn.
                _ => refused.push(Phrase::new("open-not-yours").with("chat", name)),
            }
        }
        if wanted.merge && !chosen.is_empty() {
            let question = merge_sure(asked, &chosen);
            if let Some(question) = self.unless_sure(asked, Command::Link, question).await? {
                return Ok(question);
            }
        }
        let owner = &code.by.person.user;
        let asking = Asking { room: &code.place, owner, name: code.by.shown(), request: digest };
        let mut told = match wanted.merge {
            true => {
                let merging = Merging { room: &code.place, who: code.by.shown(), request: digest };
                self.merge_all(&merging, network, &listed.chats, &chosen).await?
            }
            false => self.open_all(&asking, network, &chosen).await?,
        };
        if refused.is_empty() && !told.is_left {
            self.store.use_up(digest, &asked.request(), Timestamp::now()).await?;
        }
        let who = self.name_of(asked.place, asked.author).await;
        let agreed = Phrase::new("open-agreed").with("who", who).with("network", network.name());
        let about = format!("opened.{digest}.{}", asked.message);
        let words = [Text::from(agreed).0, list(told.lines.clone()).0].concat();
        told.answer.then.push(Self::tell_once(asked.place, &code.place, &about, Text(words)));
        told.lines.extend(refused);
        Ok(Answer { text: list(told.lines), ..told.answer })
    }

    async fn open_all(
        &self,
        asking: &Asking<'_>,
        network: &dyn Network,
        chosen: &[&ChatInfo],
    ) -> Result<Told> {
        let mut told = Told::default();
        if chosen.is_empty() {
            return Ok(told);
        }
        let space = self.space_of(asking, network).await?;
        for info in chosen {
            let about =
                |key: &str| Phrase::new(key).with("chat", address(info)).with("network", network.name());
            match self.open_one(asking, network, info, space.as_ref(), &mut told.answer).await {
                Ok(line) => told.lines.push(line),
                Err(Fault::Refused { reason, .. }) => told.lines.extend([about("open-refused"), reason]),
                Err(fault) => {
                    tracing::warn!(network = %network.name(), chat = %info.id, %fault, "no room could be made");
                    told.lines.push(about("open-later"));
                    told.is_left = true;
                }
            }
        }
        Ok(told)
    }

    /// The space of a network's rooms, which those who ask come into; none where the homeserver refuses.
    async fn space_of(&self, asking: &Asking<'_>, network: &dyn Network) -> Result<Option<ChatId>> {
        let known = self.store.space(network.name()).await?;
        let key = codes::key(&["space", network.name().as_str()]);
        let wish = asking.wish(network, &key);
        let made = self.rooms()?.open(Wish { known: known.as_ref(), ..wish }).await;
        match made {
            Ok(space) => {
                self.store.save_space(network.name(), &space).await?;
                Ok(Some(space))
            }
            Err(Fault::Refused { detail, .. }) => {
                tracing::warn!(network = %network.name(), detail, "the rooms are in no space");
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }

    /// Makes a room for one chat, and links it.
    async fn open_one(
        &self,
        asking: &Asking<'_>,
        network: &dyn Network,
        info: &ChatInfo,
        space: Option<&ChatId>,
        answer: &mut Answer,
    ) -> Result<Phrase> {
        // The bot comes in where it may.
        let described = network.enter(&info.id).await?;
        let info = ChatInfo { handle: info.handle.clone(), ..described };
        let place = Place::new(network.name(), &info.id);
        let about = |key: &str| Phrase::new(key).with("chat", address(&info)).with("network", network.name());
        if info.encrypted {
            return Ok(about("open-encrypted"));
        }
        let new_key = codes::key(&[asking.request, place.network.as_str(), place.chat.as_str()]);
        let Opening::Begun(key) = self.store.begin_opening(&place, asking.request, new_key).await? else {
            return Ok(about("open-already"));
        };
        let wish = asking.wish(network, &key);
        let room = Place::room(self.rooms()?.open(Wish { chat: Some(&info), space, ..wish }).await?);
        let told = format!("opened.{key}");
        let shown = info.shown();
        let of_chat = about("linked").with("chat", shown).with("who", asking.name);
        let in_room = vec![of_chat, Phrase::new("linked-noted")];
        let call = network.calling().prompt;
        let of_room = about("linked-here").with("room", shown).with("who", asking.name);
        let in_chat = vec![of_room, Phrase::new("linked-noted-here").with("call", call)];
        let said = vec![
            Self::tell_once(asking.room, &room, &told, Text::from(in_room)),
            Self::tell_once(asking.room, &place, &told, Text::from(in_chat)),
        ];
        let settings = LinkSettings::default();
        let act = Self::act_linked("act-linked", asking.name, &place, shown);
        let linking = Linking {
            room: room.clone(),
            chat: place.clone(),
            request: key.clone(),
            code: None,
            settings,
            act,
        };
        let matrix = NetworkName::matrix();
        if let Some((_, lanes)) = self.store.link_and_say(linking, &matrix, said, Timestamp::now()).await? {
            answer.wake.extend(lanes);
        }
        self.show_link(&room, &place, true).await;
        Ok(about("opened").with("room", shown))
    }

    /// Where rooms are made.
    fn rooms(&self) -> Result<&dyn Network> {
        self.networks.get(&NetworkName::matrix()).map(AsRef::as_ref).ok_or(Fault::Unsupported)
    }
}

pub(super) fn list(lines: Vec<Phrase>) -> Text {
    let items = lines.into_iter().map(|line| vec![Block::Paragraph(vec![Span::Phrase(line)])]);
    Text(vec![Block::List { start: None, items: items.collect() }])
}
