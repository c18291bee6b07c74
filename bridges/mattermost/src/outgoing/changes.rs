//! What is there already: made to say something else, or taken away.

use contract::{Body, Copy, Fault, MessageId, Parcel, Phrase, Receipt, Result};
use serde_json::{Value, json};
use wire::Failure;

use super::{Voice, steps::Step};
use crate::{Mattermost, client::repeatable};

/// What a post says that somebody took back and that others have answered, in every language.
const TAKEN_BACK: &str = "🗑️";

impl Mattermost {
    /// Makes what is there say something else; says what is more of it now, and takes away what is less.
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
        let there: Vec<&MessageId> =
            copies.iter().filter(|copy| copy.step == parcel.step).map(|copy| &copy.id).collect();
        let mut receipt = if there.is_empty() {
            let root = self.root(body).await?;
            let made = self.say_step(parcel, &voice, step, root.as_deref()).await?;
            Receipt { made: made.into_iter().collect(), ..Receipt::default() }
        } else if refiled {
            self.refile(parcel, &voice, &there, step, body).await?
        } else {
            let mut absent = true;
            for id in there {
                let change = json!({ "message": step.words });
                absent &= self.patch(parcel, &voice, id, &change).await?.is_none();
            }
            Receipt { absent, ..Receipt::default() }
        };
        if receipt.absent {
            return Ok(receipt);
        }
        receipt.more = at + 1 < steps.len();
        if !receipt.more {
            for copy in copies.iter().filter(|copy| copy.step as usize >= steps.len()) {
                self.delete_one(parcel, &voice, &copy.id).await?;
                receipt.gone.push(copy.id.clone());
            }
        }
        Ok(receipt)
    }

    /// Exchanges the files of a step. Older servers (5.37) keep those of a post for ever: then it is posted anew, and what
    /// was there goes; but what begins a thread stays, with the new words, for the server would take the answers along.
    async fn refile(
        &self,
        parcel: &Parcel<'_>,
        voice: &Voice,
        there: &[&MessageId],
        step: &Step,
        body: &Body,
    ) -> Result<Receipt> {
        let files = self.send_files(parcel, voice, &step.media).await?;
        let change = json!({ "message": step.words, "file_ids": files });
        let mut receipt = Receipt { absent: true, ..Receipt::default() };
        let mut root = self.root(body).await?;
        for id in there {
            let Some(post) = self.patch(parcel, voice, id, &change).await? else { continue };
            receipt.absent = false;
            if has_files(&post, &files) {
                return Ok(receipt);
            }
            match self.has_answers(voice, id).await? {
                true => root = Some(id.to_string()),
                false => receipt.gone.push((*id).clone()),
            }
        }
        if !receipt.absent {
            receipt.made = self.say_step(parcel, voice, step, root.as_deref()).await?.into_iter().collect();
            for id in &receipt.gone {
                self.delete_one(parcel, voice, id).await?;
            }
        }
        Ok(receipt)
    }

    /// Takes posts away.
    pub(crate) async fn delete(&self, parcel: &Parcel<'_>, copies: &[Copy]) -> Result<Receipt> {
        let voice = self.voice(parcel).await?;
        for copy in copies {
            // The server would take everybody's answers away with it: its words go, and it stays.
            let answered = self.has_answers(&voice, &copy.id).await?;
            if !(answered && self.empty(parcel, &voice, &copy.id).await?) {
                self.delete_one(parcel, &voice, &copy.id).await?;
            }
        }
        Ok(Receipt { gone: copies.iter().map(|copy| copy.id.clone()).collect(), ..Receipt::default() })
    }

    /// Leaves nothing of what a post said; `false` where its files stay with it for ever.
    async fn empty(&self, parcel: &Parcel<'_>, voice: &Voice, id: &MessageId) -> Result<bool> {
        let change = json!({ "message": TAKEN_BACK, "file_ids": [] });
        let post = self.patch(parcel, voice, id, &change).await?;
        Ok(post.is_none_or(|post| has_files(&post, &[])))
    }

    /// Whether a post of ours begins a thread that goes on.
    async fn has_answers(&self, voice: &Voice, id: &MessageId) -> Result<bool> {
        match self.client.get(&["posts", id.as_str()]).await {
            Ok(post) => {
                let is_ours = post["user_id"] == voice.user.as_str();
                let is_root = post["root_id"].as_str().is_none_or(str::is_empty);
                Ok(is_ours && is_root && post["reply_count"].as_i64() > Some(0))
            }
            Err(failure) if matches!(failure.status(), Some(403 | 404)) => Ok(false),
            Err(failure) => Err(repeatable(failure)),
        }
    }

    /// Changes a post. Returns it as it is then; nothing where it is no more. (API v4, `PUT /posts/{id}/patch`)
    async fn patch(
        &self,
        parcel: &Parcel<'_>,
        voice: &Voice,
        id: &MessageId,
        change: &Value,
    ) -> Result<Option<Value>> {
        let mut last = None;
        // The bot's own, when it was posted before its author had an account.
        for client in [Some(&voice.client), Some(&self.client).filter(|_| voice.own)].into_iter().flatten() {
            match client.put(&["posts", id.as_str(), "patch"], change).await {
                Ok(post) => return Ok(Some(post)),
                Err(failure) => last = Some(self.not_ours(parcel, voice, failure).await?),
            }
        }
        self.gone_or(id, Phrase::new("no-right-to-edit"), last).await?;
        Ok(None)
    }

    pub(super) async fn delete_one(&self, parcel: &Parcel<'_>, voice: &Voice, id: &MessageId) -> Result<()> {
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

/// Whether a post has these files and no others.
fn has_files(post: &Value, files: &[String]) -> bool {
    let there: Vec<&str> =
        post["file_ids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    there.len() == files.len() && files.iter().all(|id| there.contains(&id.as_str()))
}
