//! What is no more: posts, and reactions.
//!
//! Deleting the first post of a thread takes its replies along, and one event tells of the first only.

use contract::{Author, Event, EventId, Kind, Result, Timestamp};
use serde_json::Value;

use super::{Listener, Post, emoji, repeatable};

impl Listener<'_> {
    /// A post that is no more, with the replies that went along, and who took it away where that is told. `from` is a time
    /// before it went.
    pub(super) async fn deleted_with_thread(
        &self,
        post: Post<'_>,
        by: &str,
        from: i64,
    ) -> Result<Vec<Event>> {
        let mut events: Vec<Event> = self.deleted(post).into_iter().collect();
        match self.reacting(by).await? {
            Some(by) => events.iter_mut().for_each(|event| event.author = by.clone()),
            // What we took away ourselves is no news.
            None if !by.is_empty() => events.clear(),
            None => {}
        }
        let replies = post.raw["reply_count"].as_u64().unwrap_or(0);
        if replies == 0 || !post.word("root_id").is_empty() {
            return Ok(events);
        }
        let (path, since) =
            (["channels", post.word("channel_id"), "posts"], from.max(post.time("update_at") - 1));
        let changed = match self.client.get_with(&path, &[("since", since.max(1).to_string())]).await {
            Ok(changed) => changed,
            Err(failure) if matches!(failure.status(), Some(403 | 404)) => return Ok(events),
            Err(failure) => return Err(repeatable(failure)),
        };
        // The event tells of the post as it was; those that went with it went within the same millisecond.
        let when = &changed["posts"][post.id()]["delete_at"];
        let posts = changed["posts"].as_object().into_iter().flatten();
        let replies = posts.map(|(_, raw)| Post { raw, direct: false }).filter(|reply| {
            let is_old_version = !reply.word("original_id").is_empty();
            reply.word("root_id") == post.id() && reply.raw["delete_at"] == *when && !is_old_version
        });
        let mut replies: Vec<Post<'_>> = replies.collect();
        replies.sort_by_key(|reply| reply.time("create_at"));
        for reply in replies {
            events.extend(self.went_along(reply).await?);
        }
        Ok(events)
    }

    /// A post that is no more.
    pub(crate) fn deleted(&self, post: Post<'_>) -> Option<Event> {
        let user = post.word("user_id");
        let author = Author::of(self.person(user));
        let at = Timestamp(post.time("delete_at").max(post.time("update_at")));
        let id = EventId(format!("{}.delete", post.id()));
        let kind = Kind::Delete { target: post.id().into() };
        (!post.id().is_empty()).then(|| Event { id, chat: post.chat(), author, at, kind })
    }

    /// A reply that went with its thread. What somebody said elsewhere is said again: they did not take it back.
    pub(crate) async fn went_along(&self, reply: Post<'_>) -> Result<Option<Event>> {
        let Some(deleted) = self.deleted(reply) else { return Ok(None) };
        if self.author(reply).await?.is_some() {
            return Ok(Some(deleted));
        }
        let kind = Kind::Swept { targets: vec![reply.id().into()], body: self.body(reply).await? };
        let author = self.spoken_for(reply).await?;
        Ok(Some(Event { id: EventId(format!("{}.swept", reply.id())), author, kind, ..deleted }))
    }

    /// The name under which a post of ours was shown; passerelle itself where the name stands in the words.
    async fn spoken_for(&self, post: Post<'_>) -> Result<Author> {
        let account = self.people.user(post.word("user_id")).await?;
        if let Some((account, person)) =
            account.and_then(|account| Some((account.clone(), account.stands_for.clone()?)))
        {
            return Ok(Author { name: Some(account.shown.clone()), ..Author::of(person) });
        }
        Ok(match post.prop("override_username") {
            "" => Author::bridge(),
            // Whose it is the store knows.
            name => Author { name: Some(name.to_owned()), ..Author::of(self.person(&self.bot.id)) },
        })
    }

    /// Whether somebody who took a reaction back has the same by another name: `+1` and `thumbsup` are two here.
    pub(super) async fn still_reacts(&self, reaction: &Value) -> Result<bool> {
        let post = reaction["post_id"].as_str().unwrap_or_default();
        match self.client.get(&["posts", post, "reactions"]).await {
            Ok(standing) => Ok(standing
                .as_array()
                .into_iter()
                .flatten()
                .any(|other| other["user_id"] == reaction["user_id"] && emoji(other) == emoji(reaction))),
            Err(failure) if matches!(failure.status(), Some(400 | 403 | 404)) => Ok(false),
            Err(failure) => Err(repeatable(failure)),
        }
    }
}
