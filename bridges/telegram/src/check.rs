//! What `passerelle check` looks at on Telegram's side.

use contract::{ChatId, Finding, Phrase};
use serde_json::{Value, json};

use crate::{Telegram, client};

impl Telegram {
    /// Whether the token is good, and whether the bot sees and may do in each chat what it must.
    pub(crate) async fn look_around(&self, chats: &[ChatId]) -> Vec<Finding> {
        let name = &self.name;
        let me = match self.client.call(client::GetMe(json!({}))).await {
            Ok(me) => me,
            Err(failure) => {
                let (key, mend) = match &failure {
                    client::Failure::Refused(_) => ("telegram-token-wrong", "telegram-token-mend"),
                    _ => ("telegram-unreachable", "telegram-unreachable-mend"),
                };
                let what = Phrase::new(key).with("network", name).with("why", failure.words());
                return vec![Finding::wrong(format!("{name}.token"), what, Phrase::new(mend))];
            }
        };
        let username = me["username"].as_str().unwrap_or("?").to_owned();
        let right = Phrase::new("telegram-token-right").with("network", name).with("bot", username);
        let mut findings = vec![Finding::right(format!("{name}.token"), right)];
        let sees_all = me["can_read_all_group_messages"] == true;
        if sees_all {
            findings.push(Finding::right(format!("{name}.privacy"), Phrase::new("telegram-privacy-off")));
        } else if chats.is_empty() {
            let mend = Phrase::new("telegram-privacy-mend");
            findings.push(Finding::wrong(
                format!("{name}.privacy"),
                Phrase::new("telegram-privacy-on"),
                mend,
            ));
        }
        for chat in chats {
            findings.push(self.look_at_chat(chat, sees_all).await);
        }
        findings
    }

    async fn look_at_chat(&self, chat: &ChatId, sees_all: bool) -> Finding {
        let subject = format!("{}.chat.{chat}", self.name);
        let bot = self.client.bot_id().to_string();
        let member: Value = match self.member_status(chat, &bot).await {
            Ok(member) => member,
            Err(fault) => {
                let what = Phrase::new("telegram-chat-unseen").with("chat", chat).with("why", fault);
                return Finding::wrong(subject, what, Phrase::new("telegram-chat-mend"));
            }
        };
        let is_admin = matches!(member["status"].as_str(), Some("administrator" | "creator"));
        let phrase = |key| Phrase::new(key).with("chat", chat);
        match (member["status"].as_str(), is_admin || sees_all) {
            (Some("left" | "kicked") | None, _) => {
                let what = phrase("telegram-chat-unseen").with("why", "left");
                Finding::wrong(subject, what, Phrase::new("telegram-chat-mend"))
            }
            (_, false) => {
                Finding::wrong(subject, phrase("telegram-chat-private"), Phrase::new("telegram-privacy-mend"))
            }
            (_, true) if !is_admin => Finding::right(subject, phrase("telegram-chat-no-admin")),
            _ => Finding::right(subject, phrase("telegram-chat-right")),
        }
    }
}
