//! What the workspace allows, and which version it is (REST, `settings.public` and `/api/info`).

use std::{sync::PoisonError, time::Duration};

use contract::Result;
use reqwest::Method;
use serde_json::Value;

use crate::{
    RocketChat,
    client::{Answer, repeatable},
};

/// Settings on a page, and pages that are read.
const PAGE: usize = 100;
const MOST_PAGES: usize = 50;
/// The settings that matter here.
const WANTED: [&str; 12] = [
    "Site_Url",
    "Site_Name",
    "Message_MaxAllowedSize",
    "FileUpload_MaxFileSize",
    "UI_Use_Real_Name",
    "RetentionPolicy_Enabled",
    "RetentionPolicy_AppliesToChannels",
    "RetentionPolicy_AppliesToGroups",
    // Milliseconds; days on older servers.
    "RetentionPolicy_TTL_Channels",
    "RetentionPolicy_TTL_Groups",
    "RetentionPolicy_MaxAge_Channels",
    "RetentionPolicy_MaxAge_Groups",
];
/// A day, ms.
const DAY: u64 = 86_400_000;
/// The first version where who is writing is told as an activity.
const ACTIVITIES: u32 = 6;

/// What the workspace allows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Settings {
    /// The address that messages are quoted by.
    pub site: String,
    /// What the workspace is called.
    pub title: Option<String>,
    /// UTF-16 units of a message.
    pub message: usize,
    /// Bytes of a file.
    pub file: u64,
    /// Whether people are called by their full names where others see who is writing.
    pub real_names: bool,
    /// What becomes of old messages.
    pub retention: Retention,
    /// The major version, where the server tells.
    pub major: Option<u32>,
}

/// Whether old messages are deleted, in public channels and in private ones, and after how long.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Retention {
    on: bool,
    applies: [bool; 2],
    after: [Option<u64>; 2],
}

impl Retention {
    /// How long messages are kept wherever we may be; `None` when nothing is deleted.
    pub(crate) fn keeps(&self) -> Option<Duration> {
        let applying = self.applies.iter().zip(self.after).filter(|(applies, _)| self.on && **applies);
        applying.filter_map(|(_, after)| after).min().map(Duration::from_millis)
    }
}

impl Settings {
    /// The server's own defaults, until it has told.
    pub(crate) fn of(base: &str) -> Self {
        Self {
            site: base.to_owned(),
            title: None,
            message: 5000,
            file: 104_857_600,
            real_names: false,
            retention: Retention::default(),
            major: None,
        }
    }

    /// Whether the server only knows the older way to say that somebody is writing.
    pub(crate) fn tells_typing_as_of_old(&self) -> bool {
        self.major.is_some_and(|major| major < ACTIVITIES)
    }

    /// Reads a setting; whether it is one of those that matter.
    fn read(&mut self, setting: &Value) -> bool {
        let value = &setting["value"];
        match setting["_id"].as_str().unwrap_or_default() {
            "Site_Url" => {
                if let Some(site) = value.as_str().filter(|site| !site.is_empty()) {
                    site.trim_end_matches('/').clone_into(&mut self.site);
                }
            }
            "Site_Name" => {
                self.title = value.as_str().map(contract::one_line).filter(|title| !title.is_empty());
            }
            "Message_MaxAllowedSize" => {
                let size = value.as_u64().and_then(|size| usize::try_from(size).ok());
                self.message = size.filter(|size| *size >= 100).unwrap_or(self.message);
            }
            // -1 is no limit.
            "FileUpload_MaxFileSize" if value.as_i64().is_some() => {
                self.file = value.as_u64().unwrap_or(u64::MAX);
            }
            "UI_Use_Real_Name" => self.real_names = *value == true,
            "RetentionPolicy_Enabled" => self.retention.on = *value == true,
            "RetentionPolicy_AppliesToChannels" => self.retention.applies[0] = *value == true,
            "RetentionPolicy_AppliesToGroups" => self.retention.applies[1] = *value == true,
            "RetentionPolicy_TTL_Channels" => self.retention.after[0] = value.as_u64(),
            "RetentionPolicy_TTL_Groups" => self.retention.after[1] = value.as_u64(),
            "RetentionPolicy_MaxAge_Channels" => {
                self.retention.after[0] = value.as_u64().map(|days| days * DAY);
            }
            "RetentionPolicy_MaxAge_Groups" => {
                self.retention.after[1] = value.as_u64().map(|days| days * DAY);
            }
            _ => return false,
        }
        true
    }
}

impl RocketChat {
    /// What is known of the workspace's settings.
    pub(crate) fn settings(&self) -> Settings {
        let known = self.settings.read().unwrap_or_else(PoisonError::into_inner).clone();
        known.unwrap_or_else(|| Settings::of(&self.base))
    }

    pub(crate) async fn ensure_settings(&self) -> Result<()> {
        let known = self.settings.read().unwrap_or_else(PoisonError::into_inner).is_some();
        if known { Ok(()) } else { self.learn_settings().await }
    }

    /// Asks what the workspace allows.
    pub(crate) async fn learn_settings(&self) -> Result<()> {
        let mut settings = self.settings();
        settings.major = version(&self.info().await.map_err(repeatable)?);
        // Older servers do not choose: then all pages are read.
        let ids = WANTED.join(",");
        let mut found = 0;
        for page in 0..MOST_PAGES {
            let offset = (page * PAGE).to_string();
            let count = PAGE.to_string();
            let query = [("_id", ids.as_str()), ("count", &count), ("offset", &offset)];
            let answer = self.client.get("settings.public", &query).await.map_err(repeatable)?;
            let listed = answer["settings"].as_array().cloned().unwrap_or_default();
            for setting in &listed {
                found += usize::from(settings.read(setting));
            }
            if found >= WANTED.len() || listed.len() < PAGE {
                break;
            }
        }
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Some(settings);
        Ok(())
    }

    /// A setting was changed (DDP, `public-settings-changed`). Whether it matters.
    pub(crate) fn changed_setting(&self, setting: &Value) -> bool {
        let mut settings = self.settings();
        let matters = settings.read(setting);
        if matters {
            *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Some(settings);
        }
        matters
    }

    async fn info(&self) -> Answer {
        self.client.send(self.client.request(Method::GET, self.client.url(&["api", "info"]))).await
    }
}

/// The major version; some servers tell it one level deeper.
fn version(info: &Value) -> Option<u32> {
    let version = info["version"].as_str().or_else(|| info["info"]["version"].as_str())?;
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_read_and_odd_ones_leave_what_was() {
        let mut settings = Settings::of("https://chat.exemple.fr");
        for (id, value) in [
            ("Site_Url", json!("https://causer.exemple.fr/")),
            ("Message_MaxAllowedSize", json!(20)),
            ("FileUpload_MaxFileSize", json!(-1)),
            ("UI_Use_Real_Name", json!(true)),
        ] {
            assert!(settings.read(&json!({ "_id": id, "value": value })), "{id}");
        }
        assert!(!settings.read(&json!({ "_id": "API_Embed", "value": true })));
        settings.read(&json!({ "_id": "Site_Name", "value": "Les Communs" }));
        assert_eq!(settings.title.as_deref(), Some("Les Communs"));
        assert_eq!((settings.site.as_str(), settings.message), ("https://causer.exemple.fr", 5000));
        assert_eq!((settings.file, settings.real_names), (u64::MAX, true));
    }

    #[test]
    fn old_messages_are_kept_as_long_as_the_shortest_rule_that_applies() {
        let mut settings = Settings::of("https://chat.exemple.fr");
        let mut set = |id: &str, value: Value| {
            settings.read(&json!({ "_id": format!("RetentionPolicy_{id}"), "value": value }));
            settings.retention.keeps()
        };
        assert_eq!(set("TTL_Channels", json!(3_600_000)), None);
        assert_eq!(set("AppliesToChannels", json!(true)), None);
        assert_eq!(set("Enabled", json!(true)), Some(Duration::from_hours(1)));
        assert_eq!(set("MaxAge_Channels", json!(30)), Some(Duration::from_hours(720)), "in days once");
        assert_eq!(set("MaxAge_Groups", json!(1)), Some(Duration::from_hours(720)));
        assert_eq!(set("AppliesToGroups", json!(true)), Some(Duration::from_hours(24)));
    }

    #[test]
    fn the_version_is_found_in_both_places() {
        assert_eq!(version(&json!({ "version": "7.10" })), Some(7));
        assert_eq!(version(&json!({ "info": { "version": "3.18.7" } })), Some(3));
        assert_eq!(version(&json!({ "success": true })), None);
    }
}
