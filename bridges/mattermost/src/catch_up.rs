//! Filling a gap over REST, when no connection remembers it.
//!
//! `since` gives every post that changed, without pages and in no order, and cuts at a thousand: then the posts are paged
//! back instead, and what changed in older ones is out of reach. (API v4, `GET /channels/{id}/posts`)

use std::{
    collections::{HashMap, HashSet},
    pin::pin,
};

use contract::{Author, Body, ChatId, Cursor, Event, Heard, Inbox, Kind, Phrase, Result, Timestamp};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use crate::{
    Mattermost,
    client::repeatable,
    incoming::{Listener, Post},
    listen::{OVERLAP, newest},
};

/// Posts that `since` gives at most.
const CUT: usize = 1000;
/// Posts on a page.
const PAGE: usize = 200;
/// Channels asked about at a time.
const AT_A_TIME: usize = 4;
/// Events put at once.
const AT_ONCE: usize = 250;

/// A channel our bot is in.
#[derive(Debug)]
struct Channel {
    id: String,
    direct: bool,
    /// When something was last said in it, ms; what is deleted counts on.
    last: i64,
}

impl Mattermost {
    /// Puts what happened since then in every channel of ours. Returns the newest time of it.
    pub(crate) async fn catch_up(
        &self,
        listener: &Listener<'_>,
        inbox: &dyn Inbox,
        since: i64,
    ) -> Result<i64> {
        let from = since - OVERLAP;
        let channels = self.own_channels().await?;
        let channels = channels.iter().filter_map(|channel| {
            let (id, direct) = (channel["id"].as_str()?.to_owned(), channel["type"] == "D");
            Some(Channel { id, direct, last: channel["last_post_at"].as_i64().unwrap_or(0) })
        });
        let missed = stream::iter(channels.collect::<Vec<_>>())
            .map(|channel| async move { self.missed(listener, &channel, from).await })
            .buffered(AT_A_TIME);
        let (mut missed, mut reached) = (pin!(missed), since);
        while let Some(events) = missed.try_next().await? {
            reached = reached.max(newest(&events, Timestamp::now()));
            // The parts of what is to be said again belong together.
            let (swept, events): (Vec<Event>, Vec<Event>) =
                events.into_iter().partition(|event| matches!(event.kind, Kind::Swept { .. }));
            for some in events.chunks(AT_ONCE).chain([swept.as_slice()]) {
                inbox.put(Heard { events: some.to_vec(), missed: true, ..Heard::default() }).await?;
            }
        }
        // Only when all is put: a crash before begins again from the same place.
        inbox.put(Heard { cursor: Some(Cursor(reached.to_string())), ..Heard::default() }).await?;
        Ok(reached)
    }

    /// The last of what was said in a channel since then, while our bot was not in it.
    pub(crate) async fn missed_in(&self, chat: &ChatId, since: i64, most: usize) -> Result<Vec<Event>> {
        let channel = Channel { id: chat.to_string(), direct: false, last: 0 };
        let mut events = self.missed(&self.listener().await?, &channel, since).await?;
        events.retain(|event| event.kind.is_speech());
        events.drain(..events.len().saturating_sub(most));
        Ok(events)
    }

    async fn missed(&self, listener: &Listener<'_>, channel: &Channel, from: i64) -> Result<Vec<Event>> {
        self.know_pins(listener, channel, from).await?;
        let mut posts = self.changed_since(channel, from).await?;
        // Within one millisecond, what begins a thread before what is in one.
        posts.sort_by_key(|post| {
            (post["create_at"].as_i64(), post["root_id"] != "", post["update_at"].as_i64())
        });
        let gone: HashMap<&str, i64> = posts
            .iter()
            .filter(|post| post["delete_at"].as_i64() > Some(0) && !is_old_version(post))
            .filter_map(|post| Some((post["id"].as_str()?, post["delete_at"].as_i64()?)))
            .collect();
        let mut events = Vec::new();
        for raw in &posts {
            let post = Post { raw, direct: channel.direct };
            if is_old_version(raw) {
                continue;
            }
            if post.time("delete_at") > 0 {
                let root = raw["root_id"].as_str().unwrap_or_default();
                match gone.get(root) == Some(&post.time("delete_at")) {
                    true => events.extend(listener.went_along(post).await?),
                    false => events.extend(listener.deleted(post)),
                }
                continue;
            }
            match post.time("create_at") > from {
                true => events.extend(listener.posted(post).await?),
                false => events.extend(listener.edited(post).await?),
            }
            if post.time("update_at") > post.time("create_at") {
                events.push(listener.standing(post).await?);
                events.extend(listener.pins.news(post));
            }
        }
        let newest = posts.iter().filter_map(|post| post["create_at"].as_i64()).max();
        if channel.last > from + OVERLAP && newest < Some(channel.last) {
            events.push(lost(listener, channel));
        }
        Ok(events)
    }

    /// What was pinned before the gap is no news. (API v4, `GET /channels/{id}/pinned`)
    async fn know_pins(&self, listener: &Listener<'_>, channel: &Channel, from: i64) -> Result<()> {
        match self.client.get(&["channels", &channel.id, "pinned"]).await {
            Ok(pinned) => {
                for post in
                    posts(&pinned, |_| true).iter().filter(|post| post["update_at"].as_i64() <= Some(from))
                {
                    listener.pins.know(post["id"].as_str().unwrap_or_default(), true);
                }
                Ok(())
            }
            Err(failure) if matches!(failure.status(), Some(403 | 404)) => Ok(()),
            Err(failure) => Err(repeatable(failure)),
        }
    }

    /// Every post that is new or changed after `from`.
    async fn changed_since(&self, channel: &Channel, from: i64) -> Result<Vec<Value>> {
        let path = ["channels", &channel.id, "posts"];
        let answer = self.client.get_with(&path, &[("since", from.max(1).to_string())]).await;
        let answer = match answer {
            Ok(answer) => answer,
            // Archived or left meanwhile.
            Err(failure) if matches!(failure.status(), Some(403 | 404)) => return Ok(Vec::new()),
            Err(failure) => return Err(repeatable(failure)),
        };
        let mut posts = posts(&answer, |_| true);
        if answer["order"].as_array().map_or(0, Vec::len) < CUT {
            return Ok(posts);
        }
        for page in 0.. {
            let query = [
                ("page", page.to_string()),
                ("per_page", PAGE.to_string()),
                ("skipFetchThreads", "true".to_owned()),
            ];
            let answer = self.client.get_with(&path, &query).await.map_err(repeatable)?;
            let order = answer["order"].as_array().map_or(0, Vec::len);
            let known: HashSet<String> =
                posts.iter().filter_map(|post| post["id"].as_str().map(str::to_owned)).collect();
            let found = self::posts(&answer, |id| !known.contains(id));
            let oldest = found_oldest(&answer);
            // The last page reaches further back: what changed there is taken along.
            posts.extend(found.into_iter().filter(|post| post["update_at"].as_i64() > Some(from)));
            if order < PAGE || oldest <= from {
                break;
            }
        }
        Ok(posts)
    }
}

/// The last post of a channel was written meanwhile and is not there any more, not even as one that was deleted: it went by
/// retention, and what went with it is not to be had.
fn lost(listener: &Listener<'_>, channel: &Channel) -> Event {
    let line = Phrase::new("history-gone").with("network", listener.network);
    Event {
        id: format!("{}.lost.{}", channel.id, channel.last).into(),
        chat: channel.id.as_str().into(),
        author: Author::bridge(),
        at: Timestamp(channel.last),
        kind: Kind::Message { ids: Vec::new(), body: Body::notice(line.into()) },
    }
}

/// Whether it is what an edited post said before.
fn is_old_version(post: &Value) -> bool {
    post["original_id"].as_str().is_some_and(|id| !id.is_empty())
}

/// The posts of an answer that are wanted.
fn posts(answer: &Value, wanted: impl Fn(&str) -> bool) -> Vec<Value> {
    let posts = answer["posts"].as_object().into_iter().flatten();
    posts.filter(|(id, _)| wanted(id)).map(|(_, post)| post.clone()).collect()
}

/// When the oldest post of a page was written.
fn found_oldest(answer: &Value) -> i64 {
    let order = answer["order"].as_array().into_iter().flatten().filter_map(Value::as_str);
    order.filter_map(|id| answer["posts"][id]["create_at"].as_i64()).min().unwrap_or(0)
}
