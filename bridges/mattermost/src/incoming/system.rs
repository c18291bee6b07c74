//! What the server itself posts: what happened to the channel, as quiet lines; and people coming and going.
//!
//! Read from their type and props only: their words are in English or in somebody's language, at random.

use contract::{Author, Body, Event, Kind, Membership, Phrase, Result, Text, Timestamp};

use super::{Listener, Post};

impl Listener<'_> {
    pub(super) async fn system(&self, post: Post<'_>) -> Result<Vec<Event>> {
        if post.direct {
            return Ok(Vec::new());
        }
        let at = Timestamp(post.time("create_at"));
        if let Some((user, how)) = member(post) {
            let joined = how == Membership::Joined;
            if joined && self.people.user(user).await?.is_some_and(|user| user.stands_for.is_some()) {
                self.hush(post).await;
                return Ok(Vec::new());
            }
            let who = if self.announce_members { self.reacting(user).await? } else { None };
            let event = |author| Event {
                id: post.id().into(),
                chat: post.chat(),
                author,
                at,
                kind: Kind::Membership(how),
            };
            return Ok(who.map(event).into_iter().collect());
        }
        let Some(line) = line(post) else { return Ok(Vec::new()) };
        let author: Author = match self.reacting(post.word("user_id")).await? {
            Some(author) => author,
            // What our own bot did is known here; on the other sides it is news all the same.
            None => return Ok(Vec::new()),
        };
        let body = Body::notice(Text::from(line));
        let kind = Kind::Message { ids: vec![post.id().into()], body };
        Ok(vec![Event { id: post.id().into(), chat: post.chat(), author, at, kind }])
    }

    /// Takes away what the server posts for each account of ours that comes: nobody new is there to be greeted.
    async fn hush(&self, post: Post<'_>) {
        if let Some(admin) = self.admin
            && let Err(failure) = admin.delete(&["posts", post.id()]).await
        {
            tracing::debug!(why = failure.words(), "the coming of an account of ours stays said");
        }
    }
}

/// Who came or went.
fn member(post: Post<'_>) -> Option<(&str, Membership)> {
    let (user, how) = match post.word("type") {
        // Who comes to a team comes to its two first channels, and the post in them says so.
        "system_join_channel" | "system_guest_join_channel" | "system_join_team" => {
            (post.word("user_id"), Membership::Joined)
        }
        "system_add_to_channel" | "system_add_guest_to_chan" | "system_add_to_team" => {
            (post.prop("addedUserId"), Membership::Joined)
        }
        "system_leave_channel" | "system_leave_team" => (post.word("user_id"), Membership::Left),
        "system_remove_from_team" => (post.word("user_id"), Membership::Removed),
        "system_remove_from_channel" => (post.prop("removedUserId"), Membership::Removed),
        _ => return None,
    };
    (!user.is_empty()).then_some((user, how))
}

/// What happened to the channel.
fn line(post: Post<'_>) -> Option<Phrase> {
    let changed = |key: &str, prop: &str| match post.prop(prop).trim() {
        "" => Phrase::new("chat-topic-removed"),
        words => Phrase::new(key).with("topic", Text::plain(words).excerpt(200)),
    };
    Some(match post.word("type") {
        "system_header_change" => changed("chat-topic-changed", "new_header"),
        "system_purpose_change" => changed("chat-topic-changed", "new_purpose"),
        "system_displayname_change" => Phrase::new("chat-renamed").with("name", post.prop("new_displayname")),
        "system_channel_deleted" => Phrase::new("chat-archived"),
        "system_channel_restored" => Phrase::new("chat-unarchived"),
        // Public channels become private and back; older servers knew one way only.
        "system_convert_channel" | "system_change_chan_privacy" => Phrase::new("chat-privacy-changed"),
        _ => return None,
    })
}
