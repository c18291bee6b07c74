//! What a room is called, who decides in it, and where it goes on after an upgrade.

use std::time::Duration;

use contract::{Access, Author, ChatId, ChatInfo, Fault, Media, MediaKind, Phrase, Profile, Result};
use ruma::UserId;
use serde_json::{Value, json};

use super::{
    Matrix,
    client::{Call, Refusal},
};

/// How long an upgraded room waits for us to be let into its successor.
const KNOCK_AGAIN: Duration = Duration::from_secs(30);

impl Matrix {
    /// Joins a room by its id or alias, and returns its id.
    ///
    /// # Errors
    /// `Refused` when the bot must be invited first.
    pub async fn join_room(&self, room: &str) -> Result<ChatId> {
        let bot = self.people.bot();
        self.register(bot).await?;
        let answer = self.client.call(Call::post(&["client", "v3", "join", room], json!({}))).await?;
        let id = answer["room_id"].as_str().ok_or_else(|| Fault::retry("the homeserver gave no room"))?;
        let id = ChatId::from(id);
        self.joined.insert((id.clone(), bot.to_owned()), ());
        Ok(id)
    }

    /// What a room is called.
    pub(super) async fn room_info(&self, room: &ChatId) -> Result<ChatInfo> {
        let name = match self.state(room, "m.room.name", "").await {
            Ok(content) => content["name"].as_str().map(str::to_owned),
            Err(refusal) if refusal.is_missing() => None,
            Err(refusal) if refusal.is_forbidden() => {
                return Err(Fault::refused(Phrase::new("not-in-room"), refusal.to_string()));
            }
            Err(refusal) => return Err(refusal.into()),
        };
        let word = |content: std::result::Result<Value, Refusal>, key: &str| {
            content.ok().and_then(|content| content[key].as_str().map(str::to_owned))
        };
        let alias = word(self.state(room, "m.room.canonical_alias", "").await, "alias");
        let name = name.filter(|name| !name.is_empty()).or_else(|| alias.clone());
        let handle = alias.map(|alias| alias.trim_start_matches('#').to_owned());
        let rule = word(self.state(room, "m.room.join_rules", "").await, "join_rule");
        let access = match rule.as_deref() {
            _ if self.talks.contains_key(room) => Access::Direct,
            Some("public") => Access::Public,
            _ => Access::Private,
        };
        let topic = word(self.state(room, "m.room.topic", "").await, "topic");
        let encrypted = self.state(room, "m.room.encryption", "").await.is_ok();
        Ok(ChatInfo { access, handle, topic, encrypted, ..ChatInfo::new(room.clone(), name) })
    }

    /// How somebody looks in a room: as they chose there, else everywhere.
    pub(super) async fn member_profile(&self, room: &ChatId, user: &contract::UserId) -> Result<Profile> {
        let content = match self.state(room, "m.room.member", user.as_str()).await {
            Ok(content) => content,
            Err(refusal) if refusal.is_missing() || refusal.is_forbidden() => {
                match self.client.call(Call::get(&["client", "v3", "profile", user.as_str()])).await {
                    Ok(profile) => profile,
                    Err(refusal) if refusal.is_missing() || refusal.is_forbidden() => Value::Null,
                    Err(refusal) => return Err(refusal.into()),
                }
            }
            Err(refusal) => return Err(refusal.into()),
        };
        let name = content["displayname"].as_str().filter(|name| !name.trim().is_empty());
        let name = name.unwrap_or_else(|| localpart(user)).to_owned();
        self.remember_name(room, user, &name);
        let avatar = content["avatar_url"].as_str().filter(|url| url.starts_with("mxc://"));
        let avatar = avatar.map(|url| Media::new(MediaKind::Photo, url, url));
        Ok(Profile { name: Some(name), avatar })
    }

    /// The members of a room but our own, by the names they have there.
    pub(super) async fn members(&self, room: &ChatId) -> Result<Vec<Author>> {
        let path = ["client", "v3", "rooms", room.as_str(), "joined_members"];
        let answer = self.client.call(Call::get(&path)).await?;
        let joined = answer["joined"].as_object().into_iter().flatten();
        let members = joined.filter_map(|(id, member)| {
            let id = UserId::parse(id).ok().filter(|id| !self.people.is_ours(id))?;
            let name = member["display_name"].as_str().unwrap_or_else(|| id.localpart());
            Some(Author { name: Some(name.to_owned()), ..Author::of(self.people.person(&id)) })
        });
        Ok(members.collect())
    }

    /// Whether somebody has the power to change a room's state.
    /// (client-server API, `m.room.power_levels`; from room version 12 its creators always have.)
    pub(super) async fn has_power(&self, room: &ChatId, user: &UserId) -> Result<bool> {
        let levels = match self.state(room, "m.room.power_levels", "").await {
            Ok(levels) => levels,
            Err(refusal) if refusal.is_missing() => Value::Null,
            Err(refusal) => return Err(refusal.into()),
        };
        let level = |value: &Value| value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
        let needed = level(&levels["state_default"]).unwrap_or(50);
        let has =
            level(&levels["users"][user.as_str()]).or_else(|| level(&levels["users_default"])).unwrap_or(0);
        if has >= needed {
            return Ok(true);
        }
        let path = ["client", "v3", "rooms", room.as_str(), "state", "m.room.create", ""];
        let create = self.client.call(Call::get(&path).with("format", "event")).await?;
        Ok(creators(&create, levels.is_null()).any(|creator| creator == user.as_str()))
    }

    /// Whether somebody is in a room.
    pub(super) async fn is_member(&self, room: &ChatId, user: &contract::UserId) -> Result<bool> {
        match self.state(room, "m.room.member", user.as_str()).await {
            Ok(member) => Ok(member["membership"] == "join"),
            Err(refusal) if refusal.is_missing() || refusal.is_forbidden() => Ok(false),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// Goes along with a room upgrade, if the new room says too that it comes from the old one.
    pub(super) async fn follow_upgrade(&self, from: &ChatId, to: &ChatId) -> Result<()> {
        match self.join_room(to.as_str()).await {
            Err(Fault::Refused { detail, .. }) => {
                return Err(Fault::Retry {
                    after: Some(KNOCK_AGAIN),
                    why: format!("not let into the new room: {detail}"),
                });
            }
            outcome => outcome?,
        };
        let create = self.state(to, "m.room.create", "").await?;
        if create["predecessor"]["room_id"].as_str() == Some(from.as_str()) {
            return Ok(());
        }
        let detail = "the new room names another predecessor";
        Err(Fault::refused(Phrase::new("upgrade-not-linked"), detail))
    }

    pub(super) async fn state(
        &self,
        room: &ChatId,
        kind: &str,
        key: &str,
    ) -> std::result::Result<Value, Refusal> {
        let path = ["client", "v3", "rooms", room.as_str(), "state", kind, key];
        self.client.call(Call::get(&path)).await
    }
}

/// Who created a room and so decides in it: always from version 12 on, else only where no power levels are set.
fn creators(create: &Value, no_levels: bool) -> impl Iterator<Item = &str> {
    let content = &create["content"];
    let version = content["room_version"].as_str().unwrap_or("1");
    let decide = no_levels || version.parse::<u32>().is_ok_and(|version| version >= 12);
    let more = content["additional_creators"].as_array().into_iter().flatten().filter_map(Value::as_str);
    create["sender"].as_str().into_iter().chain(more).filter(move |_| decide)
}

fn localpart(user: &contract::UserId) -> &str {
    let id = user.as_str();
    id.strip_prefix('@').and_then(|id| id.split(':').next()).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn creators_decide_from_version_12_on() {
        let create = |version: &str| json!({ "sender": "@a:x", "content": { "room_version": version, "additional_creators": ["@b:x"] } });
        assert_eq!(creators(&create("12"), false).collect::<Vec<_>>(), ["@a:x", "@b:x"]);
        assert_eq!(creators(&create("11"), false).count(), 0);
        assert_eq!(creators(&create("11"), true).count(), 2);
        assert_eq!(creators(&create("org.matrix.hydra.11"), false).count(), 0);
    }
}
