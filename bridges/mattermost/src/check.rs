//! What `passerelle check` looks at on Mattermost's side.

use contract::{ChatId, Finding, Phrase};

use crate::{Mattermost, client::Client};

impl Mattermost {
    /// Whether the tokens are good, under whose names we speak, and whether the bot is in each channel.
    pub(crate) async fn look_around(&self, chats: &[ChatId]) -> Vec<Finding> {
        let subject = |what: &str| format!("{}.{what}", self.name);
        let phrase = |key: &str| Phrase::new(key).with("network", &self.name);
        let me = match self.client.get(&["users", "me"]).await {
            Ok(me) => me,
            Err(failure) => {
                let (key, mend) = match failure.status() {
                    Some(401 | 403) => ("mattermost-token-wrong", "mattermost-token-mend"),
                    _ => ("server-unreachable", "server-unreachable-mend"),
                };
                let what = phrase(key).with("why", failure.words());
                return vec![Finding::wrong(subject("token"), what, Phrase::new(mend))];
            }
        };
        let bot = me["username"].as_str().unwrap_or("?");
        let mut findings =
            vec![Finding::right(subject("token"), phrase("mattermost-token-right").with("bot", bot))];
        findings.push(self.look_at_names().await);
        for chat in chats {
            let subject = subject(&format!("chat.{chat}"));
            let member = self.client.get(&["channels", chat.as_str(), "members", "me"]).await;
            findings.push(match member {
                Ok(_) => Finding::right(subject, phrase("channel-right").with("chat", chat)),
                Err(failure) => {
                    let what = phrase("channel-unseen").with("chat", chat).with("why", failure.words());
                    Finding::wrong(subject, what, Phrase::new("channel-mend").with("bot", bot))
                }
            });
        }
        findings
    }

    /// How people of other networks are shown here.
    async fn look_at_names(&self) -> Finding {
        let subject = format!("{}.names", self.name);
        let phrase = |key: &str| Phrase::new(key).with("network", &self.name);
        if let Some(admin) = self.admin() {
            return match is_admin(admin).await {
                true => Finding::right(subject, phrase("mattermost-puppets-right")),
                false => Finding::wrong(
                    subject,
                    phrase("mattermost-puppets-wrong"),
                    Phrase::new("mattermost-puppets-mend"),
                ),
            };
        }
        match self.learn_limits().await {
            Ok(()) if self.limits().overrides => {
                Finding::right(subject, phrase("mattermost-overrides-right"))
            }
            _ => Finding::wrong(
                subject,
                phrase("mattermost-overrides-wrong"),
                Phrase::new("mattermost-overrides-mend"),
            ),
        }
    }
}

async fn is_admin(admin: &Client) -> bool {
    let me = admin.get(&["users", "me"]).await;
    me.is_ok_and(|me| me["roles"].as_str().is_some_and(|roles| roles.contains("system_admin")))
}
