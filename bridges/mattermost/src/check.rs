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
        findings.extend(self.look_at_names().await);
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
    async fn look_at_names(&self) -> Vec<Finding> {
        let subject = format!("{}.names", self.name);
        let phrase = |key: &str| Phrase::new(key).with("network", &self.name);
        let wrong =
            |subject: &str, what: &str, mend: &str| Finding::wrong(subject, phrase(what), Phrase::new(mend));
        let limits = self.learn_limits().await.ok().map(|()| self.limits());
        if let Some(admin) = self.admin() {
            let allowed = limits.is_none_or(|limits| limits.accounts[self.kind_of_accounts()]);
            return vec![match (is_admin(admin).await, allowed) {
                (true, true) => Finding::right(subject, phrase("mattermost-puppets-right")),
                (true, false) => wrong(&subject, "mattermost-accounts-off", "mattermost-accounts-mend"),
                (false, _) => wrong(&subject, "mattermost-puppets-wrong", "mattermost-puppets-mend"),
            }];
        }
        let Some(limits) = limits.filter(|limits| limits.overrides) else {
            return vec![wrong(&subject, "mattermost-overrides-wrong", "mattermost-overrides-mend")];
        };
        let mut findings = vec![Finding::right(subject, phrase("mattermost-overrides-right"))];
        if !limits.icons {
            let subject = format!("{}.faces", self.name);
            findings.push(wrong(&subject, "mattermost-icons-off", "mattermost-icons-mend"));
        }
        findings
    }
}

async fn is_admin(admin: &Client) -> bool {
    let me = admin.get(&["users", "me"]).await;
    me.is_ok_and(|me| me["roles"].as_str().is_some_and(|roles| roles.contains("system_admin")))
}
