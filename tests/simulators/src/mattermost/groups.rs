//! Channels of a few people, without a name of their own. (API v4, `POST /channels/direct`, `POST /channels/group`)

use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use super::{
    error::Refusal,
    events::To,
    model::{Channel, User},
    world::World,
};

type Made<T> = Result<T, Refusal>;

/// People in a group, at least and at most.
const FEWEST: usize = 3;
const MOST: usize = 8;

impl World {
    /// The channel of two people, or of one alone. Twice is the same.
    pub fn direct(&mut self, user: &str, people: &[String]) -> Made<Value> {
        let [one, other] = people else { return Err(Refusal::body_param("user_ids")) };
        if !people.iter().any(|one| one == user) && !self.is_admin(user) {
            return Err(Refusal::permissions());
        }
        if !self.users.contains_key(one) || !self.users.contains_key(other) {
            return Err(Refusal::no_user());
        }
        let (first, second) = if one < other { (one, other) } else { (other, one) };
        let name = format!("{first}__{second}");
        if let Some(known) = self.channels.values().find(|channel| channel.name == name) {
            return Ok(known.json());
        }
        let id = self.together("D", &name, "", one, people);
        let data = json!({ "creator_id": one, "teammate_id": other });
        self.tell("direct_added", &data, To::Channel(&id), None);
        Ok(self.channel_json(&id))
    }

    /// The channel of three to eight people, the one who asks among them. Twice is the same.
    pub fn group(&mut self, user: &str, people: &[String]) -> Made<Value> {
        let mut people = people.to_vec();
        people.push(user.to_owned());
        people.sort_unstable();
        people.dedup();
        if !(FEWEST..=MOST).contains(&people.len()) {
            let message = format!(
                "Group message channels must contain at least {FEWEST} and no more than {MOST} users."
            );
            return Err(Refusal::new(400, "api.channel.create_group.bad_size.app_error", message));
        }
        if people.iter().any(|one| !self.users.contains_key(one)) {
            let message = "One of the provided users does not exist.";
            return Err(Refusal::new(400, "api.channel.create_group.bad_user.app_error", message));
        }
        let name = Sha1::digest(people.concat()).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        if let Some(known) = self.channels.values().find(|channel| channel.name == name) {
            return Ok(known.json());
        }
        let mut names: Vec<String> = people.iter().map(|one| self.username(one)).collect();
        names.sort_unstable();
        let shown: String = names.join(", ").chars().take(64).collect();
        let id = self.together("G", &name, &shown, "", &people);
        let data = json!({ "teammate_ids": json!(people).to_string() });
        self.tell("group_added", &data, To::Channel(&id), None);
        Ok(self.channel_json(&id))
    }

    fn together(&mut self, kind: &str, name: &str, shown: &str, creator: &str, people: &[String]) -> String {
        let id = self.add_channel("", kind, name, shown, creator);
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.members = people.iter().map(|one| (one.clone(), false)).collect();
        }
        id
    }

    /// `POST /users/group_channels`: who is in groups, besides the one who asks.
    pub fn in_groups(&self, user: &str, groups: &[String]) -> Value {
        let asked = groups.iter().filter_map(|id| self.channels.get(id));
        let own = asked.filter(|group| group.kind == "G" && group.members.contains_key(user));
        let told = own.map(|group| {
            let mut others: Vec<&User> = group
                .members
                .keys()
                .filter(|one| *one != user)
                .filter_map(|one| self.users.get(one))
                .collect();
            others.sort_by(|a, b| a.username.cmp(&b.username));
            (group.id.clone(), others.into_iter().map(|one| one.json(false)).collect())
        });
        told.collect::<serde_json::Map<String, Value>>().into()
    }
}

/// Whether nobody can be added to a channel, nor removed from it.
pub fn is_closed(channel: &Channel) -> bool {
    matches!(channel.kind.as_str(), "D" | "G")
}
