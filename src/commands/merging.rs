//! Several small channels in one room: their members read each other, and each message says where it comes from.

use contract::{Access, ChatInfo, Fault, Network, NetworkName, Phrase, Result, Text, Timestamp};

use super::{
    Answer, Asked, Commands,
    linking::obstacle,
    names::Command,
    opening::{Told, list},
    workspace::{address, find, shown},
};
use crate::store::{LinkSettings, Place, chats::Linked, codes::Wanted, linking::Linking};

/// Into which room chats are merged, and by whom.
pub(super) struct Merging<'a> {
    pub room: &'a Place,
    /// What they are called who asked.
    pub who: &'a str,
    /// What asked: the same again is to change nothing.
    pub request: &'a str,
}

/// Chats of a network that are merged in one room, and one that joins them.
pub(super) struct Merged {
    /// What its messages begin with.
    pub mark: String,
    /// What they all are called.
    pub all: String,
    /// The chats that were there before it.
    pub others: Vec<Place>,
}

impl Commands {
    /// Links several chats to this room: for a hoster once they are sure, else when an admin of the chats is.
    pub(super) async fn merge(&self, asked: &Asked<'_>) -> Result<Answer> {
        if !asked.in_room() {
            return Ok(asked.phrase("only-in-room").into());
        }
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let here = asked.network.chat(&asked.place.chat).await?;
        if let Some(obstacle) = obstacle(asked, &here) {
            return Ok(obstacle);
        }
        let wanted = self.wanted(asked).filter(|(_, names)| names.len() > 1);
        let Some((network, chats)) = wanted else { return Ok(self.about_networks(asked, "merge-how")) };
        if !self.is_hoster(&asked.author.person) {
            let wanted = Wanted { network: network.name().clone(), chats, merge: true };
            return self.ask_admin(asked, network, wanted).await;
        }
        let listed = self.chats_of(network).await?;
        let mut chosen = Vec::new();
        for name in &chats {
            match find(&listed.chats, name) {
                Some(info) if chosen.contains(&info) => {}
                Some(info) => chosen.push(info),
                None => return Ok(asked.phrase("open-unknown").with("chat", name).into()),
            }
        }
        if chosen.len() < 2 {
            return Ok(self.about_networks(asked, "merge-how"));
        }
        let question = merge_sure(asked, &chosen);
        if let Some(question) = self.unless_sure(asked, Command::Merge, question).await? {
            return Ok(question);
        }
        let (who, request) = (self.name_of(asked.place, asked.author).await, asked.request());
        let merging = Merging { room: asked.place, who: &who, request: &request };
        let told = self.merge_all(&merging, network, &listed.chats, &chosen).await?;
        Ok(Answer { text: list(told.lines), ..told.answer })
    }

    /// Links these chats, of those that are `listed`, to a room: each with its mark, and each is told who reads whom now.
    /// What else of their network is linked to the room gets a mark too.
    pub(super) async fn merge_all(
        &self,
        merging: &Merging<'_>,
        network: &dyn Network,
        listed: &[ChatInfo],
        chosen: &[&ChatInfo],
    ) -> Result<Told> {
        let mut told = Told::default();
        let before = self.linked_before(merging.room, network, listed, chosen).await?;
        let all = names(&chosen.iter().copied().chain(&before).collect::<Vec<_>>());
        let of_room = self.title(merging.room).await;
        let noted = Phrase::new("merge-noted").with("chats", &all);
        for info in chosen {
            let about =
                |key: &str| Phrase::new(key).with("chat", address(info)).with("network", network.name());
            let words = vec![
                about("linked-here").with("room", &of_room).with("who", merging.who),
                noted.clone(),
                Phrase::new("linked-noted-here").with("call", network.calling().prompt),
            ];
            match self.merge_one(merging, network, info, words).await {
                Ok((Linked::Elsewhere, _)) => told.lines.push(about("merge-elsewhere")),
                Ok((_, lanes)) => {
                    told.answer.wake.extend(lanes);
                    told.lines.push(about("merged").with("mark", shown(info)));
                }
                Err(Fault::Refused { reason, .. }) => told.lines.extend([about("merge-refused"), reason]),
                Err(fault) => {
                    tracing::warn!(network = %network.name(), chat = %info.id, %fault, "not merged yet");
                    told.lines.push(about("open-later"));
                    told.is_left = true;
                }
            }
        }
        for info in &before {
            let (_, lanes) = self.mark(merging, network, info, vec![noted.clone()]).await?;
            told.answer.wake.extend(lanes);
        }
        Ok(told)
    }

    /// Links one chat, once the bot has come in where it may.
    async fn merge_one(
        &self,
        merging: &Merging<'_>,
        network: &dyn Network,
        info: &ChatInfo,
        words: Vec<Phrase>,
    ) -> Result<(Linked, Vec<i64>)> {
        if network.enter(&info.id).await?.encrypted {
            return Err(Fault::refused(Phrase::new("link-encrypted"), "it is encrypted"));
        }
        let made = self.mark(merging, network, info, words).await?;
        if made.0 != Linked::Elsewhere {
            self.show_link(merging.room, &Place::new(network.name(), &info.id), true).await;
        }
        Ok(made)
    }

    /// A chat is linked and has its mark from now on, and is told so once.
    async fn mark(
        &self,
        merging: &Merging<'_>,
        network: &dyn Network,
        info: &ChatInfo,
        words: Vec<Phrase>,
    ) -> Result<(Linked, Vec<i64>)> {
        let chat = Place::new(network.name(), &info.id);
        let about = format!("merged.{}", merging.request);
        let said = vec![Self::tell_once(merging.room, &chat, &about, Text::from(words))];
        let settings = LinkSettings { mark: Some(shown(info)), ..LinkSettings::default() };
        let (room, request) = (merging.room.clone(), merging.request.to_owned());
        let act = Self::act_linked("act-linked", merging.who, &chat, &shown(info));
        let linking = Linking { room, chat, request, code: None, settings, act };
        let made = self.store.link_and_say(linking, &NetworkName::matrix(), said, Timestamp::now()).await?;
        Ok(made.unwrap_or((Linked::Already, Vec::new())))
    }

    /// What a chat joins that is linked to a room by itself: the chats of its network that are merged there, if any are.
    pub(super) async fn merged_with(&self, room: &Place, chat: &Place) -> Result<Option<Merged>> {
        let (mut others, mut marks) = (Vec::new(), Vec::new());
        for place in self.store.linked_to(room).await? {
            if place.network == chat.network && place != *chat {
                marks.extend(self.store.link_settings(&place).await?.mark);
                others.push(place);
            }
        }
        let Some(network) = self.networks.get(&chat.network).filter(|_| !marks.is_empty()) else {
            return Ok(None);
        };
        let mark = shown(&network.chat(&chat.chat).await?);
        marks.push(mark.clone());
        Ok(Some(Merged { mark, all: marks.join(", "), others }))
    }

    /// The other chats of a network that are linked to a room.
    async fn linked_before(
        &self,
        room: &Place,
        network: &dyn Network,
        listed: &[ChatInfo],
        chosen: &[&ChatInfo],
    ) -> Result<Vec<ChatInfo>> {
        let mut before = Vec::new();
        for place in self.store.linked_to(room).await? {
            let is_chosen = chosen.iter().any(|info| info.id == place.chat);
            if place.network != *network.name() || is_chosen {
                continue;
            }
            before.push(match listed.iter().find(|info| info.id == place.chat) {
                Some(info) => info.clone(),
                None => {
                    let title = self.title(&place).await;
                    ChatInfo::new(place.chat, Some(title))
                }
            });
        }
        Ok(before)
    }
}

/// What is asked before several chats are merged: whether all may read all; a private one above all.
pub(super) fn merge_sure(asked: &Asked<'_>, chosen: &[&ChatInfo]) -> Phrase {
    let private = chosen.iter().filter(|info| info.access != Access::Public).copied().collect::<Vec<_>>();
    let private = names(&private);
    asked
        .phrase("merge-sure")
        .with("count", chosen.len())
        .with("chats", names(chosen))
        .with("private", if private.is_empty() { "none" } else { &private })
}

fn names(chats: &[&ChatInfo]) -> String {
    chats.iter().map(|info| shown(info)).collect::<Vec<_>>().join(", ")
}
