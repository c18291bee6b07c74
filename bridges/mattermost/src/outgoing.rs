//! What others said, as posts.

use std::{collections::HashMap, time::Duration};

use contract::{
    Body, Fault, MessageId, Parcel, Person, Phrase, Receipt, Result, Text, Tone, one_line, signed,
};
use serde_json::{Value, json};

use crate::{
    Mattermost,
    client::{Client, repeatable, sending},
    text,
};

mod changes;
mod channel;
mod files;
mod find;
mod reactions;
mod steps;

use steps::{MOST_FILES, Step, steps};

/// The key of our mark in a post's `props`.
const MARK: &str = "passerelle_key";

/// How long the server remembers a `pending_post_id`.
const REMEMBERED: Duration = Duration::from_secs(30);

/// Whose account speaks, and how their name is shown.
#[derive(Clone, Debug)]
pub(crate) struct Voice {
    /// The account.
    pub client: Client,
    /// Its id.
    pub user: String,
    /// Whether it is the author's own.
    pub own: bool,
    /// Whether the server shows another name over the bot's.
    pub overridden: bool,
}

impl Mattermost {
    /// Says one step of a message.
    pub(crate) async fn say(&self, parcel: &Parcel<'_>, body: &Body) -> Result<Receipt> {
        let voice = self.voice(parcel).await?;
        let steps = self.steps(parcel, body, &voice).await?;
        let at = parcel.step as usize;
        let Some(step) = steps.get(at) else { return Ok(Receipt::done()) };
        let root = self.root(body).await?;
        let made = self.say_step(parcel, &voice, step, root.as_deref()).await?;
        Ok(Receipt { made: made.into_iter().collect(), more: at + 1 < steps.len(), ..Receipt::default() })
    }

    /// The posts a body becomes.
    async fn steps(&self, parcel: &Parcel<'_>, body: &Body, voice: &Voice) -> Result<Vec<Step>> {
        let named = voice.own || voice.overridden || parcel.author.is_bridge();
        // An action of somebody whose name is shown is the server's own `/me`.
        let emote = named && body.tone == Tone::Emote;
        let words = if named { body.text.clone() } else { signed(parcel.author, body) };
        let names = self.usernames(&words).await?;
        let call = |person: &Person, _: &str| names.get(person).cloned();
        let name =
            if named { String::new() } else { text::write(&signed(parcel.author, &Body::default()), &call) };
        let limit = self.limits().post;
        if emote
            && body.media.len() <= MOST_FILES
            && let Some(words) = in_italics(&text::write(&words, &call), limit)
        {
            return Ok(vec![Step { words, media: body.media.clone(), emote }]);
        }
        Ok(steps(&text::write(&words, &call), &name, &body.media, limit))
    }

    /// What people of this server are called by `@`, of those that a text names.
    async fn usernames(&self, words: &Text) -> Result<HashMap<Person, String>> {
        let mut names = HashMap::new();
        for person in words.mentioned() {
            if person.network == self.name
                && let Some(user) = self.people.user(person.user.as_str()).await?
            {
                names.insert(person.clone(), user.username.clone());
            }
        }
        Ok(names)
    }

    /// The first post of the thread that an answer goes to. There is one level: an answer to an answer goes to its root.
    async fn root(&self, body: &Body) -> Result<Option<String>> {
        let Some(id) = body.thread.as_ref().or(body.reply_to.as_ref()) else { return Ok(None) };
        match self.client.get(&["posts", id.as_str()]).await {
            Ok(post) => {
                let root = post["root_id"].as_str().filter(|root| !root.is_empty());
                Ok(Some(root.unwrap_or(id.as_str()).to_owned()))
            }
            // Deleted meanwhile, or not seen: it is said all the same.
            Err(failure) if matches!(failure.status(), Some(400 | 403 | 404)) => Ok(None),
            Err(failure) => Err(repeatable(failure)),
        }
    }

    /// Posts a step; `None` when it was posted before, and somebody took it away since.
    async fn say_step(
        &self,
        parcel: &Parcel<'_>,
        voice: &Voice,
        step: &Step,
        root: Option<&str>,
    ) -> Result<Option<MessageId>> {
        if parcel.unclear
            && let Some(found) = self.find(parcel, voice).await?
        {
            tracing::info!(chat = %parcel.chat, "a post whose answer was lost is there");
            return Ok(Some(found));
        }
        let files = self.send_files(parcel, voice, &step.media).await?;
        let mut post = json!({
            "channel_id": parcel.chat.as_str(),
            "message": step.words,
            "pending_post_id": parcel.key,
            "props": props(parcel, voice),
            "file_ids": files,
        });
        if let Some(root) = root {
            post["root_id"] = json!(root);
        }
        if step.emote {
            post["type"] = json!("me");
        }
        let made = match voice.client.post(&["posts"], &post).await {
            // The root went meanwhile.
            Err(failure) if root.is_some() && failure.says("id", "root_id") => {
                post["root_id"] = json!("");
                voice.client.post(&["posts"], &post).await
            }
            made => made,
        };
        let made = match made {
            Ok(made) => made,
            Err(failure) if failure.says("id", "deduplicate_create_post.failed_to_get") => return Ok(None),
            Err(failure) => {
                return Err(self
                    .given_back(parcel, voice, &failure)
                    .await
                    .unwrap_or_else(|| sending(failure)));
            }
        };
        if made["user_id"].as_str().is_some_and(|user| user != voice.user) {
            // The server does not ask whose `pending_post_id` it remembers, and it forgets it soon.
            let why = "somebody else has posted under our pending_post_id".to_owned();
            return Err(Fault::Retry { after: Some(REMEMBERED), why });
        }
        let kept = made["file_ids"].as_array().map_or(0, Vec::len);
        if kept < files.len() {
            // Dropped without a word: it is said again without them, and its author is told.
            if let Some(id) = made["id"].as_str() {
                self.delete_one(parcel, voice, &id.into()).await?;
            }
            let why = format!("the server kept {kept} of {} files", files.len());
            return Err(Fault::refused(Phrase::new("file-dropped"), why));
        }
        match made["id"].as_str() {
            Some(id) => Ok(Some(id.into())),
            None => Err(Fault::unclear("the server gave no post id")),
        }
    }
}

/// What goes with a post besides its words: our mark, and whose name and face are shown.
fn props(parcel: &Parcel<'_>, voice: &Voice) -> Value {
    let mut props = json!({ MARK: parcel.key });
    if voice.overridden && !parcel.author.is_bridge() {
        props["from_webhook"] = json!("true");
        props["override_username"] = json!(one_line(parcel.author.shown()));
        if let Some(face) = &parcel.face {
            props["override_icon_url"] = json!(face);
        }
    }
    props
}

/// An action as the server itself writes one: its line between stars. `None` for what is more than a line.
fn in_italics(words: &str, limit: usize) -> Option<String> {
    let fits = !words.is_empty() && !words.contains('\n') && words.chars().count() + 2 <= limit;
    fits.then(|| format!("*{words}*"))
}
