//! Which channels there are. (API v4, "Channels")

use std::collections::BTreeMap;

use contract::{Access, ChatInfo, Result, Timestamp};
use futures_util::{StreamExt, stream};
use serde_json::Value;

use crate::{Mattermost, client::repeatable};

/// Channels or people of a page: the most that a server gives.
const PAGE: usize = 200;
/// So many pages are asked for: more than this are nobody's to look through.
const MOST_PAGES: usize = 5;
/// Of so many channels, those where something was said last, the members are counted: each costs a request.
const MOST_COUNTED: usize = 60;
/// Channels counted at a time.
const AT_A_TIME: usize = 4;

impl Mattermost {
    /// The ids of the teams that our bot is in.
    async fn teams(&self) -> Result<Vec<String>> {
        let teams = self.client.get(&["users", "me", "teams"]).await.map_err(repeatable)?;
        let ids = teams.as_array().into_iter().flatten().filter_map(|team| team["id"].as_str());
        Ok(ids.map(str::to_owned).collect())
    }

    /// What the team of our bot is called; `None` when it is in several.
    pub(crate) async fn team_title(&self) -> Result<Option<String>> {
        let teams = self.client.get(&["users", "me", "teams"]).await.map_err(repeatable)?;
        let [team] = teams.as_array().map(Vec::as_slice).unwrap_or_default() else { return Ok(None) };
        Ok(team["display_name"].as_str().map(contract::one_line).filter(|title| !title.is_empty()))
    }

    /// The channels our bot is in, private conversations included, each once.
    pub(crate) async fn own_channels(&self) -> Result<Vec<Value>> {
        let mut own: BTreeMap<String, Value> = BTreeMap::new();
        for team in self.teams().await? {
            let listed = self.client.get(&["users", "me", "teams", &team, "channels"]).await;
            // A private conversation is listed with every team.
            own.extend(by_id(listed.map_err(repeatable)?));
        }
        Ok(own.into_values().collect())
    }

    /// Who is in a channel, page by page, up to so many pages.
    pub(crate) async fn members(&self, channel: &str) -> Result<Vec<Value>> {
        let mut members = Vec::new();
        for page in 0..MOST_PAGES {
            let query = [
                ("in_channel", channel.to_owned()),
                ("page", page.to_string()),
                ("per_page", PAGE.to_string()),
            ];
            let listed = self.client.get_with(&["users"], &query).await.map_err(repeatable)?;
            let listed = listed.as_array().cloned().unwrap_or_default();
            let is_last = listed.len() < PAGE;
            members.extend(listed);
            if is_last {
                break;
            }
        }
        Ok(members)
    }

    /// The channels our bot is in and the public ones of its teams, but private conversations.
    pub(crate) async fn visible_channels(&self) -> Result<Vec<ChatInfo>> {
        let own = self.own_channels().await?;
        let mut channels: BTreeMap<String, Value> = by_id(Value::Array(own)).collect();
        for team in self.teams().await? {
            for page in 0..MOST_PAGES {
                let query = [("page", page.to_string()), ("per_page", PAGE.to_string())];
                let listed = self.client.get_with(&["teams", &team, "channels"], &query).await;
                let listed = listed.map_err(repeatable)?;
                let is_last = listed.as_array().is_none_or(|all| all.len() < PAGE);
                channels.extend(by_id(listed));
                if is_last {
                    break;
                }
            }
        }
        let known = channels.values().filter(|channel| matches!(channel["type"].as_str(), Some("O" | "P")));
        let mut known: Vec<ChatInfo> = known.filter_map(described).collect();
        known.sort_by_key(|info| std::cmp::Reverse(info.active));
        let rest = known.split_off(known.len().min(MOST_COUNTED));
        let counted = stream::iter(known).map(async |info| {
            let stats = self.client.get(&["channels", info.id.as_str(), "stats"]).await;
            let members = stats.ok().and_then(|stats| stats["member_count"].as_u64());
            ChatInfo { members, ..info }
        });
        let mut counted: Vec<ChatInfo> = counted.buffered(AT_A_TIME).collect().await;
        counted.extend(rest);
        Ok(counted)
    }
}

fn by_id(channels: Value) -> impl Iterator<Item = (String, Value)> {
    let all = match channels {
        Value::Array(all) => all,
        _ => Vec::new(),
    };
    all.into_iter().filter_map(|channel| Some((channel["id"].as_str()?.to_owned(), channel)))
}

/// What a channel is (API v4, `Channel`).
pub(crate) fn described(channel: &Value) -> Option<ChatInfo> {
    let word = |key: &str| channel[key].as_str().filter(|word| !word.is_empty()).map(str::to_owned);
    let access = match channel["type"].as_str() {
        Some("O") => Access::Public,
        Some("D") => Access::Direct,
        _ => Access::Private,
    };
    let active = channel["last_post_at"].as_i64().filter(|at| *at > 0).map(Timestamp);
    let (handle, topic) = (word("name"), word("header").or_else(|| word("purpose")));
    let name = word("display_name").or_else(|| handle.clone());
    Some(ChatInfo { access, handle, topic, active, ..ChatInfo::new(word("id")?, name) })
}
