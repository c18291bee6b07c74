//! Teams, channels and who is in them. (API v4, "Teams", "Channels")

use serde_json::{Value, json};

use super::{
    error::Refusal,
    events::To,
    groups::is_closed,
    model::{Channel, Team},
    world::{World, is_id, new_id},
};

type Made<T> = Result<T, Refusal>;

impl World {
    /// A team, its maker the admin of it.
    pub fn add_team(&mut self, name: &str, display_name: &str, admin: &str) -> String {
        let id = new_id();
        let team = Team {
            id: id.clone(),
            name: name.into(),
            display_name: display_name.into(),
            create_at: self.now(),
            members: [(admin.to_owned(), true)].into(),
        };
        self.teams.insert(id.clone(), team);
        id
    }

    /// A channel with its maker in it, said or not.
    pub fn add_channel(
        &mut self,
        team: &str,
        kind: &str,
        name: &str,
        display_name: &str,
        creator: &str,
    ) -> String {
        let (id, now) = (new_id(), self.now());
        let channel = Channel {
            id: id.clone(),
            team: team.into(),
            kind: kind.into(),
            name: name.into(),
            display_name: display_name.into(),
            creator: creator.into(),
            create_at: now,
            update_at: now,
            members: [(creator.to_owned(), true)].into(),
            ..Channel::default()
        };
        self.channels.insert(id.clone(), channel);
        id
    }

    /// `POST /channels`.
    pub fn create_channel(&mut self, user: &str, asked: &Value) -> Made<Value> {
        let word = |key: &str| asked[key].as_str().unwrap_or_default().to_owned();
        let (team, kind, name) = (word("team_id"), word("type"), word("name"));
        if !self.teams.get(&team).is_some_and(|team| team.members.contains_key(user)) {
            return Err(Refusal::permissions());
        }
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        if !name.chars().all(plain) || name.chars().count() < 2 || name.len() > 64 {
            let message = "Channel handle must be 2 or more lowercase alphanumeric characters";
            return Err(Refusal::new(400, "model.channel.is_valid.2_or_more.app_error", message));
        }
        if word("display_name").chars().count() > 64 {
            return Err(Refusal::new(
                400,
                "model.channel.is_valid.display_name.app_error",
                "Invalid display name.",
            ));
        }
        if self.channels.values().any(|channel| channel.team == team && channel.name == name) {
            let message = "A channel with that name already exists on the same team.";
            return Err(Refusal::new(400, "store.sql_channel.save_channel.exists.app_error", message));
        }
        let id = self.add_channel(&team, &kind, &name, &word("display_name"), user);
        self.change_channel(&id, asked);
        self.post_joined(&id, user);
        let data = json!({ "channel_id": id, "team_id": team });
        self.tell("channel_created", &data, To::User(user), None);
        let mut told = self.channel_json(&id);
        told["total_msg_count"] = json!(0);
        told["last_post_at"] = json!(0);
        Ok(told)
    }

    pub fn channel_json(&self, id: &str) -> Value {
        self.channels.get(id).map(Channel::json).unwrap_or_default()
    }

    fn change_channel(&mut self, id: &str, asked: &Value) {
        let now = self.now();
        let Some(channel) = self.channels.get_mut(id) else { return };
        for (key, field) in [
            ("display_name", &mut channel.display_name),
            ("name", &mut channel.name),
            ("header", &mut channel.header),
            ("purpose", &mut channel.purpose),
        ] {
            if let Some(value) = asked[key].as_str() {
                value.clone_into(field);
            }
        }
        channel.update_at = now;
    }

    /// `PUT /channels/{id}/patch`. Each change is posted; a new name in addresses is not.
    pub fn patch_channel(&mut self, user: &str, id: &str, asked: &Value) -> Made<Value> {
        let old = self.readable_channel(user, id)?;
        self.change_channel(id, asked);
        let told = self.channel_json(id);
        self.tell("channel_updated", &json!({ "channel": told.to_string() }), To::Channel(id), None);
        let name = self.username(user);
        let new = self.channels.get(id).cloned().unwrap_or_default();
        for (kind, what, before, now) in [
            ("system_displayname_change", "displayname", &old.display_name, &new.display_name),
            ("system_header_change", "header", &old.header, &new.header),
            ("system_purpose_change", "purpose", &old.purpose, &new.purpose),
        ] {
            if before == now {
                continue;
            }
            let word = if what == "displayname" { "display name" } else { what };
            let message = match (before.is_empty(), now.is_empty()) {
                (true, _) => format!("{name} updated the channel {word} to: {now}"),
                (_, true) => format!("{name} removed the channel {word} (was: {before})"),
                _ => format!("{name} updated the channel {word} from: {before} to: {now}"),
            };
            let props = json!({
                format!("new_{what}"): now, format!("old_{what}"): before, "username": name,
            });
            self.system_post(id, user, kind, message, &props);
        }
        Ok(told)
    }

    /// `PUT /channels/{id}/privacy`.
    pub fn change_privacy(&mut self, user: &str, id: &str, privacy: &str) -> Made<Value> {
        let channel = self.readable_channel(user, id)?;
        if !["O", "P"].contains(&privacy) {
            return Err(Refusal::body_param("privacy"));
        }
        if !self.is_admin(user) && !self.is_channel_admin(user, id) {
            return Err(Refusal::permissions());
        }
        let now = self.now();
        if let Some(channel) = self.channels.get_mut(id) {
            (channel.kind, channel.update_at) = (privacy.to_owned(), now);
        }
        let told = self.channel_json(id);
        self.tell("channel_updated", &json!({ "channel": told.to_string() }), To::Channel(id), None);
        let to = if privacy == "P" { "private" } else { "public" };
        let message = format!("This channel has been converted to a {to} channel.");
        let props = json!({ "username": self.username(user) });
        self.system_post(id, user, "system_change_chan_privacy", message, &props);
        let data = json!({ "channel_id": id });
        self.tell("channel_converted", &data, To::Team(&channel.team), None);
        Ok(self.channel_json(id))
    }

    /// `DELETE /channels/{id}` and `POST /channels/{id}/restore`.
    pub fn archive_channel(&mut self, user: &str, id: &str, gone: bool) -> Made<Value> {
        let channel = self.readable_channel(user, id)?;
        if gone && is_closed(&channel) {
            let message = "Unable to delete direct or group message channels.";
            return Err(Refusal::new(400, "api.channel.delete_channel.type.invalid", message));
        }
        let leads = self.teams.get(&channel.team).is_some_and(|team| team.members.get(user) == Some(&true));
        if !gone && !leads && !self.is_admin(user) {
            return Err(Refusal::permissions());
        }
        let now = self.now();
        let (name, team) = (self.username(user), channel.team.clone());
        let props = json!({ "username": name });
        if gone {
            let message = format!("{name} archived the channel.");
            self.system_post(id, user, "system_channel_deleted", message, &props);
        }
        if let Some(channel) = self.channels.get_mut(id) {
            channel.delete_at = if gone { now } else { 0 };
            channel.update_at = now;
        }
        if gone {
            let data = json!({ "channel_id": id, "delete_at": now });
            self.tell("channel_deleted", &data, To::Team(&team), None);
            return Ok(json!({ "status": "OK" }));
        }
        self.tell("channel_restored", &json!({ "channel_id": id }), To::Team(&team), None);
        let message = format!("{name} unarchived the channel.");
        self.system_post(id, user, "system_channel_restored", message, &props);
        Ok(self.channel_json(id))
    }

    /// `POST /channels/{id}/members`. Twice is no harm.
    pub fn add_member(&mut self, by: &str, id: &str, user: &str) -> Made<Value> {
        let channel = self.channels.get(id).cloned().ok_or_else(Refusal::no_channel)?;
        if is_closed(&channel) {
            let message = "Can not add user to this channel type.";
            return Err(Refusal::new(400, "api.channel.add_user_to_channel.type.app_error", message));
        }
        let joins = by == user && channel.kind == "O";
        if !self.is_admin(by) && !joins && !channel.members.contains_key(by) {
            return Err(Refusal::permissions());
        }
        if !self.users.contains_key(user) {
            return Err(Refusal::no_user());
        }
        if !self.teams.get(&channel.team).is_some_and(|team| team.members.contains_key(user)) {
            let message = "No team member found for that user ID and team ID.";
            return Err(Refusal::new(404, "app.team.get_member.missing.app_error", message));
        }
        if !channel.members.contains_key(user) {
            if let Some(channel) = self.channels.get_mut(id) {
                channel.members.insert(user.into(), false);
            }
            let data = json!({ "team_id": channel.team, "user_id": user });
            self.tell("user_added", &data, To::Channel(id), None);
            if by == user { self.post_joined(id, user) } else { self.post_added(id, by, user) }
        }
        Ok(self.channels.get(id).and_then(|channel| channel.member(user)).unwrap_or_default())
    }

    /// `DELETE /channels/{id}/members/{user}`.
    pub fn remove_member(&mut self, by: &str, id: &str, user: &str) -> Made<Value> {
        let channel = self.channels.get(id).cloned().ok_or_else(Refusal::no_channel)?;
        if is_closed(&channel) {
            let message = "Unable to remove user from a channel.";
            return Err(Refusal::new(400, "api.channel.remove_channel_member.type.app_error", message));
        }
        if by != user && !self.is_admin(by) && !channel.members.contains_key(by) {
            return Err(Refusal::permissions());
        }
        if !channel.members.contains_key(user) {
            let message = "No channel member found for that user ID and channel ID.";
            return Err(Refusal::new(404, "app.channel.get_member.missing.app_error", message));
        }
        if let Some(channel) = self.channels.get_mut(id) {
            channel.members.remove(user);
        }
        let data = json!({ "remover_id": by, "user_id": user });
        self.tell("user_removed", &data, To::Channel(id), None);
        let own = json!({ "channel_id": id, "remover_id": by });
        self.tell("user_removed", &own, To::User(user), None);
        self.post_gone(id, by, user);
        Ok(json!({ "status": "OK" }))
    }

    /// `POST /teams/{id}/members`.
    pub fn add_team_member(&mut self, by: &str, id: &str, user: &str) -> Made<Value> {
        let most = self.settings.max_users_per_team;
        let allowed =
            self.is_admin(by) || self.teams.get(id).is_some_and(|team| team.members.get(by) == Some(&true));
        let team = self.teams.get_mut(id).ok_or_else(Refusal::no_team)?;
        if !allowed {
            return Err(Refusal::permissions());
        }
        if !team.members.contains_key(user) {
            if team.members.len() >= most {
                let message = "This team has reached the maximum number of allowed accounts. Contact your System \
                               Administrator to set a higher limit.";
                return Err(Refusal::new(400, "app.team.join_user_to_team.max_accounts.app_error", message));
            }
            team.members.insert(user.into(), false);
        }
        Ok(self.teams.get(id).and_then(|team| team.member(user)).unwrap_or_default())
    }

    /// A channel that somebody may see: theirs, or a public one of their team.
    pub fn readable_channel(&self, user: &str, id: &str) -> Made<Channel> {
        if !is_id(id) {
            return Err(Refusal::url_param("channel_id"));
        }
        let channel = self.channels.get(id).ok_or_else(Refusal::no_channel)?;
        let in_team = self.teams.get(&channel.team).is_some_and(|team| team.members.contains_key(user));
        let seen =
            channel.members.contains_key(user) || (channel.kind == "O" && in_team) || self.is_admin(user);
        if seen { Ok(channel.clone()) } else { Err(Refusal::permissions()) }
    }

    pub fn may_read(&self, user: &str, channel: &str) -> Made<()> {
        // What a channel is called is public, what is said in it is its members'.
        let known = self.channels.get(channel).is_some_and(|channel| channel.members.contains_key(user));
        let exists = self.channels.contains_key(channel);
        if known || (exists && self.is_admin(user)) { Ok(()) } else { Err(Refusal::permissions()) }
    }

    pub fn may_post(&self, user: &str, channel: &str) -> Made<()> {
        let everywhere = self.users.get(user).is_some_and(|user| user.has_role("system_post_all"));
        let channel = self.channels.get(channel).ok_or_else(Refusal::permissions)?;
        if !channel.members.contains_key(user) && !everywhere {
            return Err(Refusal::permissions());
        }
        if channel.delete_at > 0 {
            let message = "Can not post to deleted channel.";
            return Err(Refusal::new(400, "api.post.create_post.can_not_post_to_deleted.error", message));
        }
        Ok(())
    }

    pub fn is_channel_admin(&self, user: &str, channel: &str) -> bool {
        self.channels.get(channel).is_some_and(|channel| channel.members.get(user) == Some(&true))
    }
}
