//! Rooms: what they are called, and the address of a message in one.

use std::{collections::BTreeMap, sync::Arc};

use contract::{Access, ChatInfo, Fault, Phrase, Result, Timestamp};
use moka::sync::Cache;
use serde_json::Value;
use wire::Failure;

use crate::{
    RocketChat,
    client::{is_absent, repeatable},
    times::ms,
};

/// Rooms or people of a page: the most that a server gives.
const PAGE: usize = 100;
/// So many pages are asked for: more than this are nobody's to look through.
const MOST_PAGES: usize = 10;

/// A room our bot is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// Its id.
    pub id: String,
    /// `c` public, `p` private, `d` direct.
    pub kind: String,
    /// What it is called in addresses; nothing in a private conversation.
    pub name: String,
    /// What people read.
    pub shown: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// What changes with its picture, where it has one.
    pub picture: Option<String>,
    /// Whether only its members' own devices read it.
    pub encrypted: bool,
    /// How many are in it.
    pub members: Option<u64>,
    /// When something was last said in it, ms.
    pub active: i64,
}

impl Room {
    /// Reads a room, or a subscription to one.
    pub(crate) fn read(room: &Value) -> Option<Self> {
        let word = |key: &str| room[key].as_str().filter(|word| !word.is_empty()).map(str::to_owned);
        let name = word("name");
        Some(Self {
            id: word("rid").or_else(|| word("_id"))?,
            kind: word("t")?,
            shown: word("fname").or_else(|| name.clone()),
            name: name.unwrap_or_default(),
            topic: word("topic"),
            picture: word("avatarETag"),
            encrypted: room["encrypted"] == true,
            members: room["usersCount"].as_u64(),
            active: ms(&room["lm"]),
        })
    }

    /// What it is to others.
    pub(crate) fn described(&self) -> ChatInfo {
        let access = match self.kind.as_str() {
            "c" => Access::Public,
            "d" => Access::Direct,
            _ => Access::Private,
        };
        ChatInfo {
            handle: Some(self.name.clone()).filter(|name| !name.is_empty()),
            topic: self.topic.clone(),
            access,
            encrypted: self.encrypted,
            members: self.members,
            active: Some(self.active).filter(|at| *at > 0).map(Timestamp),
            ..ChatInfo::new(self.id.as_str(), self.shown.clone())
        }
    }

    /// Whether it is a private conversation with our bot.
    pub(crate) fn is_direct(&self) -> bool {
        self.kind == "d"
    }

    /// The family of REST methods that are about it.
    pub(crate) fn family(&self) -> &'static str {
        match self.kind.as_str() {
            "c" => "channels",
            "d" => "im",
            _ => "groups",
        }
    }

    /// The address of a message in it, which quotes the message when it is posted.
    pub(crate) fn address(&self, site: &str, message: &str) -> String {
        let site = site.trim_end_matches('/');
        match self.kind.as_str() {
            "c" => format!("{site}/channel/{}?msg={message}", self.name),
            "d" => format!("{site}/direct/{}?msg={message}", self.id),
            _ => format!("{site}/group/{}?msg={message}", self.name),
        }
    }
}

/// The rooms that are known.
pub(crate) type Rooms = Cache<String, Arc<Room>>;

impl RocketChat {
    /// The rooms our bot is in (REST, `subscriptions.get`).
    pub(crate) async fn own_rooms(&self) -> Result<Vec<Arc<Room>>> {
        let answer = self.client.get("subscriptions.get", &[]).await.map_err(repeatable)?;
        let rooms = answer["update"].as_array().into_iter().flatten();
        let rooms = rooms.filter_map(Room::read).map(Arc::new).filter(|room| "cpd".contains(&room.kind));
        Ok(rooms.inspect(|room| self.rooms.insert(room.id.clone(), room.clone())).collect())
    }

    /// What a route lists under a name, page by page, up to so many pages.
    pub(crate) async fn listed(
        &self,
        route: &str,
        query: &[(&str, &str)],
        what: &str,
    ) -> std::result::Result<Vec<Value>, Failure> {
        let mut all = Vec::new();
        for page in 0..MOST_PAGES {
            let (offset, count) = ((page * PAGE).to_string(), PAGE.to_string());
            let paged = [query, &[("offset", offset.as_str()), ("count", count.as_str())]].concat();
            let listed = self.client.get(route, &paged).await?;
            let listed = listed[what].as_array().cloned().unwrap_or_default();
            let is_last = listed.len() < PAGE;
            all.extend(listed);
            if is_last {
                break;
            }
        }
        Ok(all)
    }

    /// The rooms our bot is in and the public ones, but private conversations, discussions and what is archived.
    /// (REST, `rooms.get`, `channels.list`)
    pub(crate) async fn visible_rooms(&self) -> Result<Vec<ChatInfo>> {
        let own = self.client.get("rooms.get", &[]).await.map_err(repeatable)?;
        let mut rooms = own["update"].as_array().cloned().unwrap_or_default();
        match self.listed("channels.list", &[], "channels").await {
            Ok(listed) => rooms.extend(listed),
            // The bot may see its own rooms alone.
            Err(failure) if is_absent(&failure) => {}
            Err(failure) => return Err(repeatable(failure)),
        }
        let rooms = rooms.iter().filter(|room| room["prid"].is_null() && room["archived"] != true);
        let rooms = rooms.filter_map(Room::read).filter(|room| "cp".contains(&room.kind));
        let known: BTreeMap<String, Room> = rooms.map(|room| (room.id.clone(), room)).collect();
        Ok(known.values().map(Room::described).collect())
    }

    /// A room by its id.
    pub(crate) async fn room(&self, id: &str) -> Result<Arc<Room>> {
        if let Some(room) = self.rooms.get(id) {
            return Ok(room);
        }
        let room = Arc::new(self.ask_room("roomId", id).await?);
        self.rooms.insert(room.id.clone(), room.clone());
        Ok(room)
    }

    /// A room by its id or its name, with or without `#`.
    pub(crate) async fn find_room(&self, named: &str) -> Result<Room> {
        let named = named.trim().trim_start_matches('#');
        match self.ask_room("roomId", named).await {
            Err(Fault::Refused { .. }) => self.ask_room("roomName", named).await,
            found => found,
        }
    }

    async fn ask_room(&self, key: &str, value: &str) -> Result<Room> {
        match self.client.get("rooms.info", &[(key, value)]).await {
            Ok(answer) => Room::read(&answer["room"]).ok_or_else(|| outside("no such room")),
            Err(failure) if is_absent(&failure) => Err(outside(failure.words())),
            Err(failure) => Err(repeatable(failure)),
        }
    }

    /// Whether our bot is in a room.
    pub(crate) async fn is_in(&self, room: &Room) -> Result<bool> {
        Ok(self.own_rooms().await?.iter().any(|own| own.id == room.id))
    }

    /// Makes sure that our bot is in a room; public ones it enters by itself.
    pub(crate) async fn come_into(&self, room: &Room) -> Result<()> {
        if self.is_in(room).await? {
            return Ok(());
        }
        if room.kind != "c" {
            return Err(outside("not a member of this private room"));
        }
        match self.client.post(&["channels.join"], &serde_json::json!({ "roomId": room.id })).await {
            Ok(_) => Ok(()),
            Err(failure) if is_absent(&failure) => Err(outside(failure.words())),
            Err(failure) => Err(repeatable(failure)),
        }
    }
}

/// There is no such room, or our bot is not in it.
pub(crate) fn outside(why: impl Into<String>) -> Fault {
    Fault::refused(Phrase::new("not-in-chat"), why)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_has_an_address_by_the_kind_of_its_room() {
        let address = |room: Value| Room::read(&room).unwrap().address("https://chat.exemple.fr/", "M");
        assert_eq!(
            address(json!({ "_id": "R", "t": "c", "name": "general" })),
            "https://chat.exemple.fr/channel/general?msg=M"
        );
        assert_eq!(
            address(json!({ "_id": "S", "rid": "R", "t": "p", "name": "secret" })),
            "https://chat.exemple.fr/group/secret?msg=M"
        );
        assert_eq!(address(json!({ "_id": "R", "t": "d" })), "https://chat.exemple.fr/direct/R?msg=M");
    }
}
