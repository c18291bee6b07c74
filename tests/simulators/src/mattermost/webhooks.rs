//! Incoming webhooks: an address at which anybody posts, in the name of who made it. (API v4, "Webhooks")

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    error::Refusal,
    model::Post,
    users::valid_username,
    world::{World, new_id},
};

type Made<T> = Result<T, Refusal>;

/// An incoming webhook.
#[derive(Clone, Debug)]
pub struct Hook {
    id: String,
    create_at: i64,
    user: String,
    channel: String,
    team: String,
    display_name: String,
    description: String,
    username: String,
    icon_url: String,
    channel_locked: bool,
}

impl Hook {
    fn json(&self) -> Value {
        json!({
            "id": self.id, "create_at": self.create_at, "update_at": self.create_at, "delete_at": 0,
            "user_id": self.user, "channel_id": self.channel, "team_id": self.team,
            "display_name": self.display_name, "description": self.description, "username": self.username,
            "icon_url": self.icon_url, "channel_locked": self.channel_locked,
        })
    }
}

/// What is posted.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    text: String,
    username: String,
    icon_url: String,
    icon_emoji: String,
    channel: String,
    props: Map<String, Value>,
    attachments: Vec<Value>,
    #[serde(rename = "type")]
    kind: String,
}

impl World {
    /// `POST /hooks/incoming`.
    pub fn create_hook(&mut self, user: &str, asked: &Value) -> Made<Value> {
        let word = |key: &str| asked[key].as_str().unwrap_or_default().to_owned();
        let channel = self.channels.get(&word("channel_id")).cloned().ok_or_else(Refusal::no_channel)?;
        if !self.may_hook(user, &channel.team) {
            return Err(Refusal::permissions());
        }
        let username = word("username");
        if !username.is_empty() && valid_username(&username).is_err() {
            let message = "Invalid username.";
            return Err(Refusal::new(400, "api.incoming_webhook.invalid_username.app_error", message));
        }
        let hook = Hook {
            id: new_id(),
            create_at: self.now(),
            user: user.to_owned(),
            channel: channel.id,
            team: channel.team,
            display_name: word("display_name"),
            description: word("description"),
            username,
            icon_url: word("icon_url"),
            channel_locked: asked["channel_locked"] == true,
        };
        let told = hook.json();
        self.hooks.insert(hook.id.clone(), hook);
        Ok(told)
    }

    fn may_hook(&self, user: &str, team: &str) -> bool {
        self.is_admin(user) || self.teams.get(team).is_some_and(|team| team.members.get(user) == Some(&true))
    }

    fn own_hook(&self, user: &str, id: &str) -> Made<&Hook> {
        let message = "Unable to get the webhook.";
        let missing = || Refusal::new(404, "app.webhooks.get_incoming.app_error", message);
        let hook = self.hooks.get(id).ok_or_else(missing)?;
        if self.may_hook(user, &hook.team) { Ok(hook) } else { Err(Refusal::permissions()) }
    }

    /// `GET /hooks/incoming/{id}`.
    pub fn hook(&self, user: &str, id: &str) -> Made<Value> {
        self.own_hook(user, id).map(Hook::json)
    }

    /// `GET /hooks/incoming`.
    pub fn all_hooks(&self, user: &str) -> Made<Vec<Value>> {
        match self.is_admin(user) {
            true => Ok(self.hooks.values().map(Hook::json).collect()),
            false => Err(Refusal::permissions()),
        }
    }

    /// `DELETE /hooks/incoming/{id}`.
    pub fn delete_hook(&mut self, user: &str, id: &str) -> Made<Value> {
        self.own_hook(user, id)?;
        self.hooks.remove(id);
        Ok(json!({ "status": "OK" }))
    }

    /// `POST /hooks/{id}`: what is too long for one post becomes several.
    pub fn post_by_hook(&mut self, id: &str, body: &str) -> Made<()> {
        let message = "Invalid webhook.";
        let invalid = || Refusal::new(400, "web.incoming_webhook.invalid.app_error", message);
        let hook = self.hooks.get(id).cloned().ok_or_else(invalid)?;
        let message = "Unable to parse incoming data.";
        let unread = |_| Refusal::new(400, "model.incoming_hook.parse_data.app_error", message);
        let said: Said = serde_json::from_str(body).map_err(unread)?;
        if said.text.is_empty() && said.attachments.is_empty() {
            let message = "No text specified.";
            return Err(Refusal::new(400, "web.incoming_webhook.text.app_error", message));
        }
        let channel = self.hooked_channel(&hook, &said.channel)?;
        let kind = if said.attachments.is_empty() { said.kind.clone() } else { "slack_attachment".into() };
        let props = self.hook_props(&hook, &said);
        let letters: Vec<char> = from_slack(&said.text).chars().collect();
        let mut parts: Vec<String> =
            letters.chunks(self.settings.max_post_size).map(|part| part.iter().collect()).collect();
        if parts.is_empty() {
            parts.push(String::new());
        }
        for message in parts {
            let (channel, user) = (channel.clone(), hook.user.clone());
            let (kind, props) = (kind.clone(), props.clone());
            self.add_post(Post { user, channel, message, kind, props, ..Post::default() }, "");
        }
        Ok(())
    }

    fn hooked_channel(&mut self, hook: &Hook, named: &str) -> Made<String> {
        let missing =
            || Refusal::new(404, "web.incoming_webhook.channel.app_error", "Couldn't find the channel.");
        if named.is_empty() {
            return Ok(hook.channel.clone());
        }
        if let Some(name) = named.strip_prefix('@') {
            let user = self.users.values().find(|user| user.username == name).ok_or_else(|| {
                Refusal::new(400, "web.incoming_webhook.user.app_error", "Couldn't find the user.")
            })?;
            let people = [hook.user.clone(), user.id.clone()];
            let channel = self.direct(&hook.user, &people)?;
            return Ok(channel["id"].as_str().unwrap_or_default().to_owned());
        }
        let name = named.trim_start_matches('#');
        let found = self.channels.values().find(|one| one.team == hook.team && one.name == name);
        let channel = found.filter(|one| one.delete_at == 0).ok_or_else(missing)?;
        if hook.channel_locked && channel.id != hook.channel {
            let message = "This webhook is not permitted to post to the requested channel.";
            return Err(Refusal::new(403, "web.incoming_webhook.channel_locked.app_error", message));
        }
        Ok(channel.id.clone())
    }

    fn hook_props(&self, hook: &Hook, said: &Said) -> Map<String, Value> {
        let either = |one: &str, other: &str| if one.is_empty() { other.to_owned() } else { one.to_owned() };
        let mut props = said.props.clone();
        props.retain(|key, _| {
            !["override_icon_url", "override_username", "from_webhook"].contains(&key.as_str())
        });
        props.insert("from_webhook".into(), "true".into());
        props.insert("webhook_display_name".into(), hook.display_name.clone().into());
        if self.settings.username_override {
            let name = either(&said.username, &either(&hook.username, "webhook"));
            props.insert("override_username".into(), name.into());
        }
        let icon = either(&said.icon_url, &hook.icon_url);
        if self.settings.icon_override && !icon.is_empty() {
            props.insert("override_icon_url".into(), icon.into());
        }
        if self.settings.icon_override && !said.icon_emoji.is_empty() {
            props.insert("override_icon_emoji".into(), said.icon_emoji.clone().into());
        }
        if !said.attachments.is_empty() {
            props.insert("attachments".into(), json!(said.attachments));
        }
        props
    }
}

/// Slack's way to write links and to call everybody, in Mattermost's.
fn from_slack(text: &str) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('<') {
        written.push_str(before);
        let inside = behind.split_once('>').filter(|(inside, _)| !inside.contains(['<', '\n']));
        let marked = inside.and_then(|(inside, after)| match (inside, inside.split_once('|')) {
            ("!channel" | "!here" | "!all", _) => Some((format!("@{}", &inside[1..]), after)),
            (_, Some((url, words))) if !url.is_empty() && !words.is_empty() && !words.contains('|') => {
                Some((format!("[{words}]({url})"), after))
            }
            _ => None,
        });
        match marked {
            Some((mark, after)) => {
                written.push_str(&mark);
                rest = after;
            }
            None => {
                written.push('<');
                rest = behind;
            }
        }
    }
    written + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slack_is_understood_as_by_the_real_server() {
        let text = "<https://exemple.test|un lien> <!here> <@alice> &amp; a < b | c > d";
        assert_eq!(from_slack(text), "[un lien](https://exemple.test) @here <@alice> &amp; a [ c ]( b ) d");
    }
}
