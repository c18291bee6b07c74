//! What happens to a room and its polls: pins, the name, the topic, the picture, votes and ends.
//! (client-server API, `m.room.*`; MSC3381 in the form that clients know)

use contract::{Fault, Info, MessageId, Parcel, PollChange, Receipt, Result, Tally};
use ruma::{OwnedUserId, UserId};
use serde_json::{Value, json};

use super::{Matrix, client::Call};

impl Matrix {
    /// Pins a message, or no longer, as the bot. `Refused` where it may not.
    pub(super) async fn pin(&self, parcel: &Parcel<'_>, target: &MessageId, pinned: bool) -> Result<Receipt> {
        let now = match self.state(parcel.chat, "m.room.pinned_events", "").await {
            Ok(content) => content,
            Err(refusal) if refusal.is_missing() => Value::Null,
            Err(refusal) => return Err(refusal.into()),
        };
        let all = now["pinned"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut all: Vec<&str> = all.filter(|id| *id != target.as_str()).collect();
        if pinned {
            all.push(target.as_str());
        }
        self.put_state(parcel, "m.room.pinned_events", json!({ "pinned": all })).await
    }

    /// Changes the room itself, as the bot. `Refused` where it may not.
    pub(super) async fn change_room(&self, parcel: &Parcel<'_>, info: &Info) -> Result<Receipt> {
        let (kind, content) = match info {
            Info::Name(name) => ("m.room.name", json!({ "name": name })),
            Info::Topic(topic) => ("m.room.topic", json!({ "topic": topic.as_deref().unwrap_or_default() })),
            Info::Picture(Some(picture)) => {
                let uploaded = self.upload(parcel.source, picture, parcel.largest_file).await?;
                ("m.room.avatar", json!({ "url": uploaded.uri, "info": uploaded.about }))
            }
            Info::Picture(None) => ("m.room.avatar", json!({})),
        };
        self.put_state(parcel, kind, content).await
    }

    async fn put_state(&self, parcel: &Parcel<'_>, kind: &str, content: Value) -> Result<Receipt> {
        let path = ["client", "v3", "rooms", parcel.chat.as_str(), "state", kind, ""];
        self.client.call(Call::put(&path, content)).await?;
        Ok(Receipt::done())
    }

    /// Votes as the author, or ends a poll as whoever asked it: clients believe nobody else.
    pub(super) async fn change_poll(
        &self,
        parcel: &Parcel<'_>,
        target: &MessageId,
        change: &PollChange,
        tally: &Tally,
    ) -> Result<Receipt> {
        let relation = json!({ "rel_type": "m.reference", "event_id": target.as_str() });
        let (speaker, kind, content) = match change {
            PollChange::Voted(positions) => {
                let chosen = positions.iter().filter_map(|at| tally.poll.answers.get(*at as usize));
                let answers: Vec<&str> = chosen.map(|answer| answer.id.as_str()).collect();
                let content = json!({
                    "m.relates_to": relation, "org.matrix.msc3381.poll.response": { "answers": answers },
                });
                let speaker = self.dress(parcel.author, parcel.source, parcel.from).await?;
                (speaker, "org.matrix.msc3381.poll.response", content)
            }
            PollChange::Closed => {
                let content = json!({
                    "m.relates_to": relation, "org.matrix.msc3381.poll.end": {},
                    "org.matrix.msc1767.text": result(tally),
                });
                let speaker = self.sender(parcel, target).await?;
                (speaker, "org.matrix.msc3381.poll.end", content)
            }
        };
        self.try_send(parcel, &speaker, kind, &content, true).await??;
        Ok(Receipt::done())
    }

    /// Who of ours sent an event; the bot where it was nobody of ours.
    async fn sender(&self, parcel: &Parcel<'_>, event: &MessageId) -> Result<OwnedUserId> {
        let path = ["client", "v3", "rooms", parcel.chat.as_str(), "event", event.as_str()];
        let event = self.client.call(Call::get(&path)).await.map_err(Fault::from)?;
        let sender = event["sender"].as_str().and_then(|sender| UserId::parse(sender).ok());
        Ok(sender
            .filter(|sender| self.people.is_ours(sender))
            .unwrap_or_else(|| self.people.bot().to_owned()))
    }
}

/// How a poll ended, for clients that know no polls.
fn result(tally: &Tally) -> String {
    let lines = tally
        .poll
        .answers
        .iter()
        .zip(&tally.votes)
        .map(|(answer, votes)| format!("{}: {votes}", answer.text));
    lines.collect::<Vec<_>>().join("\n")
}
