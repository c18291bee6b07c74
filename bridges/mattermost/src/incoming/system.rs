//! What the server itself posts: what happened to the channel, as what changed of it or a quiet line; and people coming and going.
//!
//! Read from their type and props only: their words are in English or in somebody's language, at random.

use contract::{
    Author, Body, Event, EventId, Info, Kind, Membership, Person, Phrase, Result, Text, Timestamp,
};
use serde_json::Value;
use wire::people::Called;

use super::{Listener, Post};
use crate::text;

impl Listener<'_> {
    pub(super) async fn system(&self, post: Post<'_>) -> Result<Vec<Event>> {
        if post.direct {
            return Ok(Vec::new());
        }
        let at = Timestamp(post.time("create_at"));
        if let Some((user, how)) = member(post) {
            if user == self.bot.id && post.word("user_id") != self.bot.id {
                let author = Author::of(self.person(post.word("user_id")));
                let kind = Kind::Bot { came: how == Membership::Joined };
                return Ok(vec![Event { id: post.id().into(), chat: post.chat(), author, at, kind }]);
            }
            let account = self.people.user(user).await?;
            if let Some(who) = account.and_then(|account| account.stands_for.clone()) {
                return Ok(self.own_moved(post, who, how).await?.into_iter().collect());
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
        if let archived @ ("system_channel_deleted" | "system_channel_restored") = post.word("type") {
            let author = Author::of(self.person(post.word("user_id")));
            let kind = Kind::Archived(archived == "system_channel_deleted");
            return Ok(vec![Event { id: post.id().into(), chat: post.chat(), author, at, kind }]);
        }
        let Some(line) = line(post) else { return Ok(Vec::new()) };
        let author: Author = match self.reacting(post.word("user_id")).await? {
            Some(author) => author,
            // What our own bot did is known here; on the other sides it is news all the same.
            None => return Ok(Vec::new()),
        };
        let kind = match line {
            News::Info(info) => Kind::Info(info),
            News::Line(line) => {
                Kind::Message { ids: vec![post.id().into()], body: Body::notice(Text::from(line)) }
            }
        };
        Ok(vec![Event { id: post.id().into(), chat: post.chat(), author, at, kind }])
    }

    /// An account of ours came or went by itself, or somebody took it out.
    async fn own_moved(&self, post: Post<'_>, who: Person, how: Membership) -> Result<Option<Event>> {
        if how != Membership::Removed {
            self.hush(post).await;
            return Ok(None);
        }
        let by = self.reacting(post.word("user_id")).await?;
        Ok(by.map(|author| Event {
            id: post.id().into(),
            chat: post.chat(),
            author,
            at: Timestamp(post.time("create_at")),
            kind: Kind::Removed { who, banned: false },
        }))
    }

    /// Our bot was taken out of a channel (WebSocket, `user_removed`, as only the one who goes is told it).
    pub(super) fn taken_out(&self, channel: &str, data: &Value) -> Event {
        let now = Timestamp::now();
        Event {
            id: EventId(format!("{channel}.gone.{}", now.0)),
            chat: channel.into(),
            author: Author::of(self.person(data["remover_id"].as_str().unwrap_or_default())),
            at: now,
            kind: Kind::Bot { came: false },
        }
    }

    /// Takes away what the server posts for each account of ours that comes or goes: nobody new is there to be greeted.
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
enum News {
    /// It is called otherwise, or is about something else.
    Info(Info),
    /// Anything else, in words.
    Line(Phrase),
}

fn line(post: Post<'_>) -> Option<News> {
    // Markdown, in which nobody is called.
    let words = |prop: &str| text::read(post.prop(prop), &Called::default()).words().trim().to_owned();
    Some(match post.word("type") {
        "system_header_change" => {
            News::Info(Info::Topic(Some(words("new_header")).filter(|header| !header.is_empty())))
        }
        "system_displayname_change" => News::Info(Info::Name(post.prop("new_displayname").to_owned())),
        "system_purpose_change" => News::Line(match words("new_purpose") {
            purpose if purpose.is_empty() => Phrase::new("chat-topic-removed"),
            purpose => Phrase::new("chat-topic-changed").with("topic", Text::plain(&purpose).excerpt(200)),
        }),
        // Public channels become private and back; older servers knew one way only.
        "system_convert_channel" | "system_change_chan_privacy" => {
            News::Line(Phrase::new("chat-privacy-changed"))
        }
        _ => return None,
    })
}
