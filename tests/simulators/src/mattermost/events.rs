//! Who is told what over the WebSocket, and what is kept for those whose connection broke.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use super::{error::escaped, world::World};

/// Events kept of those sent, and of those missed, for a connection that broke; and for how long, milliseconds.
const SENT: usize = 128;
const MISSED: usize = 256;
const KEPT: i64 = 300_000;

/// The connections there are and were, by their ids.
pub type Connections = BTreeMap<String, Connection>;

/// One connection of somebody's.
#[derive(Debug)]
pub struct Connection {
    pub user: String,
    /// What it was opened with; empty when its client said who it is later.
    pub token: String,
    /// Whether the server has lost sight of it: it stays open, and nothing comes.
    pub deaf: bool,
    /// The number of the next event.
    pub next: u64,
    /// What was sent last, and what is missed since it broke.
    pub kept: VecDeque<(u64, String)>,
    pub wire: Option<Wire>,
    /// When it broke.
    pub died_at: i64,
    /// Whether more was missed than is kept.
    pub overflowed: bool,
    /// How many posts are still to come behind the next event, and how many events twice.
    late: u32,
    twice: u32,
    /// The post that comes behind the next event.
    held: Option<Held>,
}

/// A post that is told of late.
#[derive(Debug)]
struct Held {
    id: String,
    data: Value,
    broadcast: Value,
}

/// The living end of a connection.
#[derive(Clone, Debug)]
pub struct Wire {
    pub to: UnboundedSender<String>,
    pub cut: CancellationToken,
}

/// Whom an event is for.
#[derive(Clone, Copy, Debug)]
pub enum To<'a> {
    /// The members of a channel.
    Channel(&'a str),
    /// The members of a team.
    Team(&'a str),
    /// One person.
    User(&'a str),
    /// One person, in a channel.
    One { user: &'a str, channel: &'a str },
    /// Everybody.
    All,
}

impl World {
    /// Tells those whom it is for, but `omit`.
    pub fn tell(&mut self, event: &str, data: &Value, to: To<'_>, omit: Option<&str>) {
        self.tell_each(event, |_, _| data.clone(), to, omit);
    }

    /// The same, with what each of them is told.
    pub fn tell_each(
        &mut self,
        event: &str,
        data: impl Fn(&Self, &str) -> Value,
        to: To<'_>,
        omit: Option<&str>,
    ) {
        let broadcast = json!({
            "omit_users": omit.map_or(Value::Null, |user| json!({ user: true })),
            "user_id": if let To::User(user) | To::One { user, .. } = to { user } else { "" },
            "channel_id": if let To::Channel(channel) | To::One { channel, .. } = to { channel } else { "" },
            "team_id": if let To::Team(team) = to { team } else { "" },
        });
        let hears = |user: &str| {
            omit != Some(user)
                && match to {
                    To::Channel(id) => {
                        self.channels.get(id).is_some_and(|channel| channel.members.contains_key(user))
                    }
                    To::Team(id) => self.teams.get(id).is_some_and(|team| team.members.contains_key(user)),
                    To::User(id) | To::One { user: id, .. } => id == user,
                    To::All => true,
                }
        };
        let hearing = self.connections.iter().filter(|(_, one)| hears(&one.user) && !one.deaf);
        let told: Vec<(String, Value)> =
            hearing.map(|(id, one)| (id.clone(), data(self, &one.user))).collect();
        for (id, data) in told {
            if let Some(connection) = self.connections.get_mut(&id) {
                connection.push(event, &data, &broadcast);
            }
        }
    }

    /// Makes every open connection deaf, as a panic in the server does; new ones hear.
    pub fn deafen(&mut self) -> usize {
        let open = self.connections.values_mut().filter(|one| one.wire.is_some());
        open.map(|one| one.deaf = true).count()
    }

    /// Forgets connections that broke too long ago.
    pub fn reap(&mut self) {
        let now = self.now();
        self.connections.retain(|_, one| one.wire.is_some() || (now - one.died_at < KEPT && !one.overflowed));
    }
}

impl Connection {
    /// A new one.
    pub fn new(user: &str, token: &str, wire: Wire) -> Self {
        Self {
            user: user.to_owned(),
            token: token.to_owned(),
            deaf: false,
            next: 0,
            kept: VecDeque::new(),
            wire: Some(wire),
            died_at: 0,
            overflowed: false,
            late: 0,
            twice: 0,
            held: None,
        }
    }

    /// So many of the next posts come late, so many of the next events twice. What was late comes now.
    pub fn out_of_order(&mut self, late: u32, twice: u32) {
        if let Some(held) = self.held.take() {
            self.send("posted", &held.data, &held.broadcast);
        }
        (self.late, self.twice) = (late, twice);
    }

    /// Sends an event, or keeps it while nobody is there. Between servers of one Mattermost a post can take longer than
    /// the event after it, unless that is about the post.
    pub fn push(&mut self, event: &str, data: &Value, broadcast: &Value) {
        let held = self.held.take();
        if event == "posted" && held.is_none() && self.late > 0 {
            self.late -= 1;
            let id = serde_json::from_str::<Value>(data["post"].as_str().unwrap_or_default());
            let id = id.ok().and_then(|post| post["id"].as_str().map(str::to_owned)).unwrap_or_default();
            self.held = Some(Held { id, data: data.clone(), broadcast: broadcast.clone() });
            return;
        }
        let (before, behind) = match held {
            Some(held) if data.to_string().contains(&held.id) => (Some(held), None),
            held => (None, held),
        };
        if let Some(held) = before {
            self.send("posted", &held.data, &held.broadcast);
        }
        self.send(event, data, broadcast);
        if self.twice > 0 {
            self.twice -= 1;
            self.send(event, data, broadcast);
        }
        if let Some(held) = behind {
            self.send("posted", &held.data, &held.broadcast);
        }
    }

    fn send(&mut self, event: &str, data: &Value, broadcast: &Value) {
        let seq = self.next;
        let frame = json!({ "event": event, "data": data, "broadcast": broadcast, "seq": seq });
        let frame = format!("{}\n", escaped(&frame.to_string()));
        self.next += 1;
        self.kept.push_back((seq, frame.clone()));
        match &self.wire {
            Some(wire) => {
                // A receiver that is gone is noticed by its own task.
                let _ = wire.to.send(frame);
                while self.kept.len() > SENT {
                    self.kept.pop_front();
                }
            }
            None if self.kept.len() > SENT + MISSED => {
                self.overflowed = true;
                self.kept.clear();
            }
            None => {}
        }
    }

    /// What is to be sent to somebody who has everything before `from`; `None` when it is not kept any more.
    pub fn missed(&self, from: u64) -> Option<Vec<String>> {
        let first = self.kept.front().map_or(self.next, |(seq, _)| *seq);
        if self.overflowed || from < first || from > self.next {
            return None;
        }
        Some(self.kept.iter().filter(|(seq, _)| *seq >= from).map(|(_, frame)| frame.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missed_is_kept_for_a_while() {
        let (to, mut frames) = tokio::sync::mpsc::unbounded_channel();
        let mut one = Connection::new("anne", "token", Wire { to, cut: CancellationToken::new() });
        one.push("hello", &json!({}), &json!({}));
        assert!(frames.try_recv().unwrap().ends_with("\"seq\":0}\n"));
        one.wire = None;
        (0..200).for_each(|_| one.push("posted", &json!({}), &json!({})));
        assert_eq!(one.missed(1).unwrap().len(), 200);
        assert_eq!(one.missed(150).unwrap().len(), 51);
        assert_eq!(one.missed(202), None, "nobody has what was never sent");
        (0..300).for_each(|_| one.push("posted", &json!({}), &json!({})));
        assert_eq!(one.missed(1), None);
    }

    #[test]
    fn a_late_post_comes_behind_the_next_event_that_is_not_about_it() {
        let (to, mut frames) = tokio::sync::mpsc::unbounded_channel();
        let mut one = Connection::new("anne", "token", Wire { to, cut: CancellationToken::new() });
        let post = |id: &str, root: &str| json!({ "post": json!({ "id": id, "root_id": root }).to_string() });
        let mut told = |one: &mut Connection, id: &str, root: &str| {
            one.push("posted", &post(id, root), &json!({}));
            let frames = std::iter::from_fn(|| frames.try_recv().ok());
            frames
                .map(|frame| if frame.contains("\\\"id\\\":\\\"a\\\"") { 'a' } else { 'b' })
                .collect::<String>()
        };
        one.out_of_order(1, 0);
        assert_eq!([told(&mut one, "a", ""), told(&mut one, "b", "")], ["", "ba"]);
        one.out_of_order(1, 0);
        assert_eq!([told(&mut one, "a", ""), told(&mut one, "b", "a")], ["", "ab"]);
        one.out_of_order(0, 1);
        assert_eq!([told(&mut one, "b", ""), told(&mut one, "b", "")], ["bb", "b"]);
    }
}
