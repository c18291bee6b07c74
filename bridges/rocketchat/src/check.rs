//! What `passerelle check` looks at on Rocket.Chat's side.

use contract::{ChatId, Fault, Finding, Phrase};
use serde_json::Value;

use crate::RocketChat;

impl RocketChat {
    /// Whether the bot is known, has the roles it needs, and is in each room.
    pub(crate) async fn look_around(&self, chats: &[ChatId]) -> Vec<Finding> {
        let subject = |what: &str| format!("{}.{what}", self.name);
        let phrase = |key: &str| Phrase::new(key).with("network", &self.name);
        let wrong = |key: &str, mend: &str, why: String| {
            vec![Finding::wrong(subject("token"), phrase(key).with("why", why), Phrase::new(mend))]
        };
        if let Err(Fault::LoggedOut(why)) = self.client.session().await {
            return wrong("rocketchat-token-wrong", "rocketchat-token-mend", why);
        }
        let me = match self.client.get("me", &[]).await {
            Ok(me) => me,
            Err(failure) => {
                return match failure.status() {
                    Some(401 | 403) => {
                        wrong("rocketchat-token-wrong", "rocketchat-token-mend", failure.words())
                    }
                    _ => wrong("server-unreachable", "server-unreachable-mend", failure.words()),
                };
            }
        };
        let bot = me["username"].as_str().unwrap_or("?");
        let right = phrase("rocketchat-token-right").with("bot", bot);
        let mut findings = vec![Finding::right(subject("token"), right)];
        let has = |role: &str| me["roles"].as_array().into_iter().flatten().any(|own: &Value| own == role);
        findings.push(match has("bot") {
            true => Finding::right(subject("names"), phrase("rocketchat-role-bot")),
            false => Finding::wrong(
                subject("names"),
                phrase("rocketchat-no-role-bot"),
                Phrase::new("rocketchat-role-mend").with("role", "bot"),
            ),
        });
        if !has("user") && !has("admin") {
            findings.push(Finding::wrong(
                subject("deleting"),
                phrase("rocketchat-no-role-user"),
                Phrase::new("rocketchat-role-mend").with("role", "user"),
            ));
        }
        let own = self.own_rooms().await.unwrap_or_default();
        for chat in chats {
            let subject = subject(&format!("chat.{chat}"));
            findings.push(match own.iter().any(|room| room.id == chat.as_str()) {
                true => Finding::right(subject, phrase("channel-right").with("chat", chat)),
                false => Finding::wrong(
                    subject,
                    phrase("channel-unseen").with("chat", chat).with("why", "not a member"),
                    Phrase::new("channel-mend").with("bot", bot),
                ),
            });
        }
        findings
    }
}
