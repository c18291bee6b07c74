//! What others said, as posts.

use std::{collections::HashMap, time::Duration};

use contract::{
    Body, Copy, Fault, MessageId, Parcel, Person, Phrase, Receipt, Result, Text, Tone, one_line, signed,
};
use serde_json::{Value, json};
use wire::Failure;

use crate::{
    Mattermost,
    client::{Client, repeatable, sending},
    text,
};

mod channel;
mod files;
mod find;
mod reactions;
mod steps;

use steps::{MOST_FILES, Step, steps};

/// The key of our mark in a post's `props`.
const MARK: &str = "passerelle_key";

/// What a post says that somebody took back and that others have answered, in every language.
const TAKEN_BACK: &str = "🗑️";

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

    /// Makes what is there say something else; says what is more of it now, and takes away what is less. The files of a
    /// post cannot be changed: where they are others (`refiled`), it is posted anew.
    pub(crate) async fn edit(
        &self,
        parcel: &Parcel<'_>,
        copies: &[Copy],
        body: &Body,
        refiled: bool,
    ) -> Result<Receipt> {
        let voice = self.voice(parcel).await?;
        let steps = self.steps(parcel, body, &voice).await?;
        let at = parcel.step as usize;
        let Some(step) = steps.get(at) else { return Ok(Receipt::done()) };
        let mut receipt = Receipt { more: at + 1 < steps.len(), ..Receipt::default() };
        let copy = copies.iter().find(|copy| copy.step == parcel.step);
        match copy.filter(|_| !refiled) {
            Some(copy) => self.patch(parcel, &voice, &copy.id, &step.words).await?,
            None => {
                let root = self.root(body).await?;
                let made = self.say_step(parcel, &voice, step, root.as_deref()).await?;
                receipt.made = made.into_iter().collect();
                if let Some(copy) = copy {
                    self.delete_one(parcel, &voice, &copy.id).await?;
                    receipt.gone.push(copy.id.clone());
                }
            }
        }
        if !receipt.more {
            for copy in copies.iter().filter(|copy| copy.step as usize >= steps.len()) {
                self.delete_one(parcel, &voice, &copy.id).await?;
                receipt.gone.push(copy.id.clone());
            }
        }
        Ok(receipt)
    }

    /// Takes posts away.
    pub(crate) async fn delete(&self, parcel: &Parcel<'_>, copies: &[Copy]) -> Result<Receipt> {
        let voice = self.voice(parcel).await?;
        for copy in copies {
            if self.has_answers(&voice, &copy.id).await? {
                // The server would take everybody's answers away with it: its words go, and it stays.
                self.patch(parcel, &voice, &copy.id, TAKEN_BACK).await?;
            } else {
                self.delete_one(parcel, &voice, &copy.id).await?;
            }
        }
        Ok(Receipt { gone: copies.iter().map(|copy| copy.id.clone()).collect(), ..Receipt::default() })
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

    /// Whether a post of ours begins a thread that goes on, and can be emptied: files stay with their post for ever.
    async fn has_answers(&self, voice: &Voice, id: &MessageId) -> Result<bool> {
        match self.client.get(&["posts", id.as_str()]).await {
            Ok(post) => {
                let is_ours = post["user_id"] == voice.user.as_str();
                let is_root = post["root_id"].as_str().is_none_or(str::is_empty);
                let has_files = post["file_ids"].as_array().is_some_and(|files| !files.is_empty());
                Ok(is_ours && is_root && !has_files && post["reply_count"].as_i64() > Some(0))
            }
            Err(failure) if matches!(failure.status(), Some(403 | 404)) => Ok(false),
            Err(failure) => Err(repeatable(failure)),
        }
    }

    async fn patch(&self, parcel: &Parcel<'_>, voice: &Voice, id: &MessageId, words: &str) -> Result<()> {
        let body = json!({ "message": words });
        let mut last = None;
        // The bot's own, when it was posted before its author had an account.
        for client in [Some(&voice.client), Some(&self.client).filter(|_| voice.own)].into_iter().flatten() {
            match client.put(&["posts", id.as_str(), "patch"], &body).await {
                Ok(_) => return Ok(()),
                Err(failure) => last = Some(self.not_ours(parcel, voice, failure).await?),
            }
        }
        self.gone_or(id, Phrase::new("no-right-to-edit"), last).await
    }

    async fn delete_one(&self, parcel: &Parcel<'_>, voice: &Voice, id: &MessageId) -> Result<()> {
        let clients = [Some(&voice.client), Some(&self.client).filter(|_| voice.own), self.admin()];
        let mut last = None;
        for client in clients.into_iter().flatten() {
            match client.delete(&["posts", id.as_str()]).await {
                Ok(_) => return Ok(()),
                Err(failure) => last = Some(self.not_ours(parcel, voice, failure).await?),
            }
        }
        self.gone_or(id, Phrase::new("no-right-to-delete"), last).await
    }

    /// A failure that another account may not have; any other is a fault.
    async fn not_ours(&self, parcel: &Parcel<'_>, voice: &Voice, failure: Failure) -> Result<Failure> {
        match failure.status() {
            Some(401 | 403) if let Some(fault) = self.given_back(parcel, voice, &failure).await => Err(fault),
            Some(403 | 404) => Ok(failure),
            _ => Err(repeatable(failure)),
        }
    }

    /// What is deleted already is refused like what is not ours; it is no loss. Else `reason` is told.
    async fn gone_or(&self, id: &MessageId, reason: Phrase, failure: Option<Failure>) -> Result<()> {
        match self.client.get(&["posts", id.as_str()]).await {
            Ok(post) if post["delete_at"].as_i64().unwrap_or(0) == 0 => {
                Err(Fault::refused(reason, failure.map_or_else(String::new, |failure| failure.words())))
            }
            Ok(_) => Ok(()),
            Err(failure) if matches!(failure.status(), Some(403 | 404)) => Ok(()),
            Err(failure) => Err(repeatable(failure)),
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
