//! Rooms that we make: for a chat of another network, or the space of them all.
//!
//! None is more public than what it stands for: who is invited comes in; into the room of a public channel also who is
//! in the space of its workspace. A room bears the key it was made by, and its alias leads to it, so that trying again
//! after a crash finds it. (client-server API, `POST /createRoom`; "Spaces"; "Restricted rooms")

use contract::{Access, ChatId, ChatInfo, Fault, Network, Opening, Phrase, Result, one_line};
use ruma::OwnedUserId;
use serde_json::{Value, json};

use super::{
    Matrix,
    client::{Call, Refusal},
};

/// Where a room's creation holds the key it was made by. It never changes, and nobody else can write it.
const MARK: &str = "fr.passerelle.opening";
/// Letters of an alias that come from the name.
const LONGEST_SLUG: usize = 60;
/// The power to change everything, and to change most things.
const OWNER: i64 = 100;
const HELPER: i64 = 50;

impl Matrix {
    /// Makes a room or a space, or finds the one that was made before; gives those their power who are to have it, and
    /// invites them.
    pub(super) async fn open_room(&self, opening: &Opening<'_>) -> Result<ChatId> {
        let room = match opening.known {
            Some(room) => room.clone(),
            None => self.make_or_find(opening).await?,
        };
        if opening.chat.is_some() && self.state(&room, "m.room.encryption", "").await.is_ok() {
            return Err(self.give_up(&room).await?);
        }
        let owner = ruma::UserId::parse(opening.owner.as_str())
            .map_err(|why| Fault::refused(Phrase::new("not-possible"), why.to_string()))?;
        let helpers = self.animators(opening.asked_in).await?;
        self.empower(&room, &owner, &helpers).await?;
        if let Some(space) = opening.space {
            self.put_into_space(space, &room).await?;
        }
        self.let_in(&room, &owner).await?;
        for helper in helpers.iter().filter(|helper| **helper != owner) {
            if let Err(fault) = self.let_in(&room, helper).await {
                tracing::info!(room = %room, %fault, "an animator could not be invited");
            }
        }
        Ok(room)
    }

    async fn make_or_find(&self, opening: &Opening<'_>) -> Result<ChatId> {
        self.register(self.people.bot()).await?;
        let slug = format!("{}{}", self.people.prefix(), slug(opening));
        // Another channel may have the name already, or an older room of this one.
        let names = [slug.clone(), format!("{slug}-{}", &opening.key[..opening.key.len().min(8)])];
        for name in names {
            if let Some(room) = self.room_of_alias(&name).await? {
                if self.bears(&room, opening.key).await? {
                    return Ok(room);
                }
                continue;
            }
            let wanted = self.description(opening, &name).await;
            match self.client.call(Call::post(&["client", "v3", "createRoom"], wanted)).await {
                Ok(made) => {
                    let room = made["room_id"].as_str();
                    return room.map(ChatId::from).ok_or_else(|| Fault::retry("the homeserver gave no room"));
                }
                Err(refusal) if refusal.errcode == "M_ROOM_IN_USE" => {}
                Err(refusal) => return Err(refusal.into()),
            }
        }
        Err(Fault::retry("no alias is free"))
    }

    /// Leaves a new room that the homeserver encrypted by itself, before anybody is invited: trying again makes another. Says
    /// why. (Synapse, `encryption_enabled_by_default_for_room_type`)
    async fn give_up(&self, room: &ChatId) -> Result<Fault> {
        let alias = self.state(room, "m.room.canonical_alias", "").await;
        if let Some(alias) = alias.ok().as_ref().and_then(|content| content["alias"].as_str()) {
            self.client.call(Call::delete(&["client", "v3", "directory", "room", alias])).await?;
        }
        self.client.call(Call::post(&["client", "v3", "rooms", room.as_str(), "leave"], json!({}))).await?;
        self.joined.remove(&(room.clone(), self.people.bot().to_owned()));
        Ok(Fault::refused(Phrase::new("born-encrypted"), "the homeserver encrypts new rooms by itself"))
    }

    async fn room_of_alias(&self, localpart: &str) -> Result<Option<ChatId>> {
        let alias = format!("#{localpart}:{}", self.server);
        match self.client.call(Call::get(&["client", "v3", "directory", "room", &alias])).await {
            Ok(found) => Ok(found["room_id"].as_str().map(ChatId::from)),
            Err(refusal) if refusal.is_missing() => Ok(None),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// Whether a room was made by this key. One that we are not in is none of ours any more.
    async fn bears(&self, room: &ChatId, key: &str) -> Result<bool> {
        match self.state(room, "m.room.create", "").await {
            Ok(create) => Ok(create[MARK] == key),
            Err(refusal) if refusal.is_missing() || refusal.is_forbidden() => Ok(false),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// What `createRoom` is asked for.
    async fn description(&self, opening: &Opening<'_>, alias: &str) -> Value {
        let mut creation = json!({ MARK: opening.key });
        let mut state = vec![
            json!({ "type": "m.room.guest_access", "content": { "guest_access": "forbidden" } }),
            json!({ "type": "m.room.join_rules", "content": join_rule(opening) }),
            json!({ "type": "m.room.history_visibility", "content": { "history_visibility": history(opening.chat) } }),
        ];
        let mut levels = json!({ "users_default": 0, "invite": HELPER });
        let mut wanted =
            json!({ "preset": "private_chat", "visibility": "private", "room_alias_name": alias });
        if let Some(chat) = opening.chat {
            wanted["name"] = json!(one_line(chat.shown()));
            if let Some(topic) = &chat.topic {
                wanted["topic"] = json!(topic);
            }
            if let Some(url) = self.picture_of(opening, chat).await {
                state.push(json!({ "type": "m.room.avatar", "content": { "url": url } }));
            }
            if let Some(space) = opening.space {
                let parent = json!({ "via": [self.server], "canonical": true });
                let kind = "m.space.parent";
                state.push(json!({ "type": kind, "state_key": space.as_str(), "content": parent }));
            }
        } else {
            wanted["name"] = json!(space_name(opening.network).await);
            creation["type"] = json!("m.space");
            // Nobody talks in a space.
            levels["events_default"] = json!(OWNER);
        }
        wanted["creation_content"] = creation;
        wanted["initial_state"] = json!(state);
        wanted["power_level_content_override"] = levels;
        wanted
    }

    /// The picture of what the room stands for; it is worth no failure.
    async fn picture_of(&self, opening: &Opening<'_>, chat: &ChatInfo) -> Option<String> {
        match self.upload(opening.network, chat.picture.as_ref()?, u64::MAX).await {
            Ok(uploaded) => Some(uploaded.uri),
            Err(fault) => {
                tracing::info!(network = %opening.network.name(), %fault, "no picture for a new room");
                None
            }
        }
    }

    /// The people who may change a room's state, by its power levels, and whom the configuration lets link.
    async fn animators(&self, room: &ChatId) -> Result<Vec<OwnedUserId>> {
        let levels = match self.state(room, "m.room.power_levels", "").await {
            Ok(levels) => levels,
            Err(refusal) if refusal.is_missing() || refusal.is_forbidden() => Value::Null,
            Err(refusal) => return Err(refusal.into()),
        };
        let needed = levels["state_default"].as_i64().unwrap_or(HELPER);
        let users = levels["users"].as_object().into_iter().flatten();
        let strong = users.filter(|(_, level)| level.as_i64() >= Some(needed));
        let mut animators = Vec::new();
        for user in strong.filter_map(|(id, _)| ruma::UserId::parse(id).ok()) {
            let is_member = || async { self.membership_of(room, &user).await.as_deref() == Some("join") };
            if !self.people.is_ours(&user) && self.is_permitted(&user) && is_member().await {
                animators.push(user);
            }
        }
        Ok(animators)
    }

    /// Raises people to the power they are to have; takes none away.
    async fn empower(&self, room: &ChatId, owner: &OwnedUserId, helpers: &[OwnedUserId]) -> Result<()> {
        let mut levels = self.state(room, "m.room.power_levels", "").await?;
        let before = levels.clone();
        for (user, level) in helpers.iter().map(|user| (user, HELPER)).chain([(owner, OWNER)]) {
            if levels["users"][user.as_str()].as_i64().unwrap_or(0) < level {
                levels["users"][user.as_str()] = json!(level);
            }
        }
        if levels != before {
            let path = ["client", "v3", "rooms", room.as_str(), "state", "m.room.power_levels", ""];
            self.client.call(Call::put(&path, levels)).await?;
        }
        Ok(())
    }

    async fn put_into_space(&self, space: &ChatId, room: &ChatId) -> std::result::Result<(), Refusal> {
        let path = ["client", "v3", "rooms", space.as_str(), "state", "m.space.child", room.as_str()];
        let content = json!({ "via": [self.server], "suggested": true });
        self.client.call(Call::put(&path, content)).await.map(drop)
    }

    /// Invites somebody who is neither in a room nor kept out of it.
    async fn let_in(&self, room: &ChatId, user: &OwnedUserId) -> Result<()> {
        match self.membership_of(room, user).await.as_deref() {
            Some("join" | "invite" | "ban") => Ok(()),
            _ => self.invite(room, user).await,
        }
    }

    async fn membership_of(&self, room: &ChatId, user: &OwnedUserId) -> Option<String> {
        let member = self.state(room, "m.room.member", user.as_str()).await.ok()?;
        member["membership"].as_str().map(str::to_owned)
    }
}

/// What people know a network by: its workspace, else such networks as a whole.
async fn space_name(network: &dyn Network) -> String {
    let title = network.title().await.unwrap_or_else(|fault| {
        tracing::info!(network = %network.name(), %fault, "what the workspace is called is not known");
        None
    });
    title.unwrap_or_else(|| network.name().to_string())
}

/// Who may come into a room without being invited: nobody; into that of a public channel, who is in its space.
fn join_rule(opening: &Opening<'_>) -> Value {
    match (opening.chat.map(|chat| chat.access), opening.space) {
        (Some(Access::Public), Some(space)) => {
            let allow = json!([{ "type": "m.room_membership", "room_id": space.as_str() }]);
            json!({ "join_rule": "restricted", "allow": allow })
        }
        _ => json!({ "join_rule": "invite" }),
    }
}

/// Since when members read: in a public channel's room from its beginning, as there; else since they were invited.
fn history(chat: Option<&ChatInfo>) -> &'static str {
    if chat.is_some_and(|chat| chat.access == Access::Public) { "shared" } else { "invited" }
}

/// The part of an alias that says what it leads to.
fn slug(opening: &Opening<'_>) -> String {
    let network = opening.network.name();
    let Some(chat) = opening.chat else { return network.to_string() };
    let name = deunicode::deunicode(chat.handle.as_deref().unwrap_or(chat.shown())).to_ascii_lowercase();
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug: String = words.collect::<Vec<_>>().join("-").chars().take(LONGEST_SLUG).collect();
    format!("{network}_{slug}")
}
