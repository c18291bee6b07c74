//! Listening: updates are fetched, and acknowledged only when what they say is on disk. (Bot API, `getUpdates`)

use std::{collections::BTreeSet, sync::PoisonError, time::Duration};

use contract::{Cursor, Event, Fault, Heard, Inbox, Kind, Membership, Offer, Result};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    Telegram,
    client::{self, Failure, POLL},
    incoming::{self, Albums, Listener},
};

/// How long an album may take to arrive whole.
const ALBUM: Duration = Duration::from_millis(700);

impl Telegram {
    pub(super) async fn listener(&self) -> Result<Listener> {
        let me = self.client.call(client::GetMe(json!({}))).await.map_err(Failure::repeatable)?;
        let username = me["username"].as_str().unwrap_or_default().to_owned();
        let menu = self.menu.read().unwrap_or_else(PoisonError::into_inner);
        Ok(Listener {
            network: self.name.clone(),
            bot: self.client.bot_id(),
            username: self.username.get_or_init(|| username).clone(),
            commands: menu.iter().map(|offer| offer.name).collect(),
            usernames: self.usernames.clone(),
            announce_members: self.announce_members,
        })
    }

    async fn updates(&self, offset: Option<i64>, wait: u64) -> Result<Vec<Value>> {
        match self.client.call(client::updates_from(offset, wait)).await {
            Ok(Value::Array(updates)) => Ok(updates),
            Ok(_) => Err(Fault::retry("getUpdates gave no list")),
            Err(failure) if failure.says("webhook is active") => {
                tracing::warn!(network = %self.name, "the bot had a webhook, by which nothing would reach us; removing it");
                self.client.call(client::DeleteWebhook(json!({}))).await.map_err(Failure::repeatable)?;
                Ok(Vec::new())
            }
            Err(failure) => Err(failure.repeatable()),
        }
    }

    pub(super) async fn poll(
        &self,
        inbox: &dyn Inbox,
        listener: &Listener,
        stop: &CancellationToken,
    ) -> Result<()> {
        self.usernames.recall(inbox.handles().await?);
        let mut offset = inbox.cursor().await?.and_then(|cursor| self.offset(&cursor));
        let mut albums = Albums::default();
        let mut wait = POLL;
        while let Some(updates) = stop.run_until_cancelled(self.updates(offset, wait)).await {
            let updates = updates?;
            // What is said of a poll begins a round of its own: by then the poll is known.
            let polls = updates.iter().skip(1).position(|update| incoming::poll_of(update).is_some());
            let ready = albums.ready(&updates).min(polls.map_or(usize::MAX, |at| at + 1));
            if let Some(last) = updates[..ready].last().and_then(|update| update["update_id"].as_i64()) {
                offset = Some(last + 1);
                let mut heard = self.heard(inbox, listener, &updates[..ready], last + 1).await?;
                heard.handles = self.usernames.unkept();
                let handles = heard.handles.len();
                inbox.put(heard).await?;
                self.usernames.kept(handles);
            }
            wait = if ready == updates.len() { POLL } else { 0 };
            if wait == 0 {
                stop.run_until_cancelled(tokio::time::sleep(ALBUM)).await;
            }
        }
        Ok(())
    }

    async fn heard(
        &self,
        inbox: &dyn Inbox,
        listener: &Listener,
        updates: &[Value],
        next: i64,
    ) -> Result<Heard> {
        let cursor = Some(Cursor(format!("{}:{next}", self.client.bot_id())));
        let mut heard = Heard { cursor, ..Heard::default() };
        let mut parts = Vec::new();
        for update in updates {
            if let Some(poll) = incoming::poll_of(update) {
                let chat = inbox.chat_of_poll(&poll).await?;
                let changed = chat.and_then(|chat| listener.poll_changed(update, poll, chat));
                parts.extend(changed.map(|event| (None, event)));
                continue;
            }
            match listener.hear(update) {
                Ok(events) => parts.extend(events.into_iter().map(|event| (incoming::album(update), event))),
                Err(why) => {
                    let id = format!("{}.{}", listener.bot, update["update_id"]);
                    heard.aside.push(contract::Aside { id, raw: update.to_string(), why });
                }
            }
        }
        heard.events = incoming::join(parts);
        for event in &mut heard.events {
            self.tell_bans(event).await;
        }
        Ok(heard)
    }

    /// A group tells alike of those who are put out and of those who may not come back: whether they may is asked.
    async fn tell_bans(&self, event: &mut Event) {
        if event.kind != Kind::Membership(Membership::Removed) {
            return;
        }
        let status = self.member_status(&event.chat, event.author.person.user.as_str()).await;
        if status.is_ok_and(|member| member["status"] == "kicked") {
            event.kind = Kind::Membership(Membership::Banned);
        }
    }

    /// Where this bot resumes; another bot's offset means nothing.
    fn offset(&self, cursor: &Cursor) -> Option<i64> {
        let (bot, offset) = cursor.as_str().split_once(':')?;
        (bot == self.client.bot_id().to_string()).then(|| offset.parse().ok())?
    }

    /// Shows the commands in everybody's menu, in their language. Nobody needs it to write them.
    /// (Bot API, `setMyCommands`: a list for each language, and one for all others.)
    pub(super) async fn show_menu(&self, menu: &[Offer]) {
        let languages: BTreeSet<Option<&str>> = menu.iter().map(|offer| offer.language).collect();
        for language in languages {
            let offered = menu.iter().filter(|offer| offer.language == language);
            let commands: Vec<Value> = offered
                .filter_map(|offer| {
                    Some(json!({ "command": offer.name, "description": offer.what.as_ref()? }))
                })
                .collect();
            let params = json!({ "commands": commands, "language_code": language.unwrap_or_default() });
            if let Err(failure) = self.client.call(client::SetMyCommands(params)).await {
                tracing::warn!(network = %self.name, why = %failure.words(), "the menu of commands cannot be shown");
            }
        }
    }
}
