//! Who is writing: told at once or not at all (client-server API, "Typing Notifications").

use std::collections::BTreeSet;

use contract::{Author, ChatId, Event, Kind, Result, Timestamp};
use ruma::{OwnedUserId, UserId};
use serde::Deserialize;
use serde_json::json;

use super::{Matrix, client::Call};

/// How long a room shows that a ghost writes, milliseconds, unless it is told again.
const SHOWN: u64 = 20_000;
/// So many people writing in a room at once are told of.
const MOST: usize = 32;

#[derive(Deserialize)]
struct Typing {
    #[serde(rename = "type")]
    kind: String,
    room_id: String,
    content: Typists,
}

#[derive(Deserialize)]
struct Typists {
    user_ids: Vec<String>,
}

impl Matrix {
    /// Who began and who ceased to write, by a list of all who do now.
    pub(super) fn typists(&self, raw: &str) -> Vec<Event> {
        let Ok(typing) = serde_json::from_str::<Typing>(raw) else { return Vec::new() };
        if typing.kind != "m.typing" {
            return Vec::new();
        }
        let people = typing.content.user_ids.iter().filter_map(|id| UserId::parse(id).ok());
        let now: BTreeSet<OwnedUserId> =
            people.filter(|mxid| !self.people.is_ours(mxid)).take(MOST).collect();
        let room = ChatId::from(typing.room_id);
        let before = match now.is_empty() {
            true => self.writing.remove(&room).map(|(_, before)| before),
            false => self.writing.insert(room.clone(), now.clone()),
        };
        let before = before.unwrap_or_default();
        let began = now.difference(&before).map(|mxid| (mxid, true));
        let ceased = before.difference(&now).map(|mxid| (mxid, false));
        let event = |(mxid, on): (&OwnedUserId, bool)| {
            let person = self.people.person(mxid);
            let name = self.names.get(&(room.clone(), person.user.clone())).map(|name| name.clone());
            Event {
                id: "typing".into(),
                chat: room.clone(),
                author: Author { name, ..Author::of(person) },
                at: Timestamp::now(),
                kind: Kind::Typing(on),
            }
        };
        began.chain(ceased).map(event).collect()
    }

    /// Shows that a ghost writes, where it is in the room already.
    pub(super) async fn show_typing(&self, room: &ChatId, author: &Author, on: bool) -> Result<()> {
        let mxid = self.people.mxid(&author.person);
        if !self.joined.contains_key(&(room.clone(), mxid.clone())) {
            return Ok(());
        }
        let path = ["client", "v3", "rooms", room.as_str(), "typing", mxid.as_str()];
        let body = if on { json!({ "typing": true, "timeout": SHOWN }) } else { json!({ "typing": false }) };
        self.client.call(Call::put(&path, body).by(&mxid)).await?;
        Ok(())
    }
}
