//! What others said, as events of a room.

use contract::{Body, Copy, Fault, MessageId, Network, Parcel, Phrase, Receipt, Result, Text};
use ruma::{OwnedUserId, UserId};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    Matrix,
    client::{Call, Refusal},
    text::Pictures,
};

mod compose;

use compose::{Part, parts, relation};

/// So many emoji of a message are shown by their pictures.
const MOST_EMOJI: usize = 32;
/// So many of the newest events are looked at for one that may have been made already.
const NEWEST: &str = "100";

/// An event of ours that a room has.
pub(super) struct Sent {
    id: MessageId,
    /// Whether it was there before this attempt.
    found: bool,
}

impl Matrix {
    /// Says one part of a message.
    pub(super) async fn say(&self, parcel: &Parcel<'_>, body: &Body) -> Result<Receipt> {
        let parts = parts(body);
        let step = parcel.step as usize;
        let Some(part) = parts.get(step) else { return Ok(Receipt::done()) };
        let speaker = self.dress(parcel.author, parcel.source, parcel.from).await?;
        let (kind, mut content) = self.compose(parcel, body, part).await?;
        if let Some(relation) = relation(body, step == 0) {
            content["m.relates_to"] = relation;
        }
        let sent = match self.try_send(parcel, &speaker, kind, &content, true).await? {
            // No thread begins within a thread: it is in that one.
            Err(refusal) if body.thread.is_some() && refusal.error.contains("start threads") => {
                let root = self.thread_of(parcel, &content["m.relates_to"]["event_id"]).await?;
                content["m.relates_to"]["event_id"] = root;
                self.send(parcel, &speaker, kind, &content, true).await?
            }
            sent => sent?,
        };
        Ok(Receipt { found: sent.found, more: step + 1 < parts.len(), ..Receipt::made(sent.id) })
    }

    /// The first message of the thread that an event is in.
    async fn thread_of(&self, parcel: &Parcel<'_>, event: &Value) -> Result<Value> {
        let event = event.as_str().unwrap_or_default();
        let path = ["client", "v3", "rooms", parcel.chat.as_str(), "event", event];
        let event = self.client.call(Call::get(&path)).await.map_err(Fault::from)?;
        Ok(event["content"]["m.relates_to"]["event_id"].clone())
    }

    /// Changes one part of a message; says what is more of it now, and takes away what is less.
    pub(super) async fn edit(&self, parcel: &Parcel<'_>, copies: &[Copy], body: &Body) -> Result<Receipt> {
        let parts = parts(body);
        let step = parcel.step as usize;
        let Some(part) = parts.get(step) else { return Ok(Receipt::done()) };
        let speaker = self.dress(parcel.author, parcel.source, parcel.from).await?;
        let (kind, mut content) = self.compose(parcel, body, part).await?;
        let mut receipt = Receipt { more: step + 1 < parts.len(), ..Receipt::default() };
        if matches!(part, Part::Poll(_)) {
            // What was asked cannot be changed.
            return Ok(receipt);
        }
        if let Some(copy) = copies.iter().find(|copy| copy.step == parcel.step) {
            let content = replacing(&copy.id, &content);
            // Without the time of the edit: one that looks older than another would lose against it.
            self.send(parcel, &speaker, kind, &content, false).await?;
        } else {
            if let Some(relation) = relation(body, false) {
                content["m.relates_to"] = relation;
            }
            receipt.made.push(self.send(parcel, &speaker, kind, &content, true).await?.id);
        }
        if !receipt.more {
            let less = copies.iter().filter(|copy| copy.step as usize >= parts.len());
            for (n, copy) in less.enumerate() {
                self.redact(parcel, &speaker, &copy.id, n).await?;
                receipt.gone.push(copy.id.clone());
            }
        }
        Ok(receipt)
    }

    /// Takes messages or reactions away.
    pub(super) async fn redact_all(&self, parcel: &Parcel<'_>, copies: &[Copy]) -> Result<Receipt> {
        let speaker = self.dress(parcel.author, parcel.source, parcel.from).await?;
        for (n, copy) in copies.iter().enumerate() {
            self.redact(parcel, &speaker, &copy.id, n).await?;
        }
        Ok(Receipt { gone: copies.iter().map(|copy| copy.id.clone()).collect(), ..Receipt::default() })
    }

    /// Reacts to a message.
    pub(super) async fn react(
        &self,
        parcel: &Parcel<'_>,
        target: &MessageId,
        emoji: &str,
    ) -> Result<Receipt> {
        let speaker = self.dress(parcel.author, parcel.source, parcel.from).await?;
        let relation = json!({ "rel_type": "m.annotation", "event_id": target.as_str(), "key": emoji });
        let content = json!({ "m.relates_to": relation });
        match self.try_send(parcel, &speaker, "m.reaction", &content, true).await? {
            Err(refusal) if refusal.errcode == "M_DUPLICATE_ANNOTATION" => Ok(Receipt::done()),
            Err(refusal) => Err(refusal.into()),
            Ok(sent) => Ok(Receipt { found: sent.found, ..Receipt::made(sent.id) }),
        }
    }

    async fn send(
        &self,
        parcel: &Parcel<'_>,
        speaker: &OwnedUserId,
        kind: &str,
        content: &Value,
        timed: bool,
    ) -> Result<Sent> {
        Ok(self.try_send(parcel, speaker, kind, content, timed).await??)
    }

    /// Sends an event as one of ours, joining them first, and once more when they turn out not to be in the room.
    /// The parcel's key is the transaction id: the homeserver makes nothing twice, as long as it does not restart.
    pub(super) async fn try_send(
        &self,
        parcel: &Parcel<'_>,
        speaker: &OwnedUserId,
        kind: &str,
        content: &Value,
        timed: bool,
    ) -> Result<std::result::Result<Sent, Refusal>> {
        let path = ["client", "v3", "rooms", parcel.chat.as_str(), "send", kind, &parcel.key];
        let call = || {
            let call = Call::put(&path, content.clone()).by(speaker);
            if timed { call.at(parcel.at) } else { call }
        };
        self.join(parcel.chat, speaker).await?;
        if parcel.unclear
            && timed
            && let Some(id) = self.already_there(parcel, speaker, kind, content).await?
        {
            return Ok(Ok(Sent { id, found: true }));
        }
        let _sending = Sending::one_more(&self.sending);
        let mut answer = self.client.call(call()).await;
        if answer.as_ref().is_err_and(Refusal::is_forbidden) {
            self.joined.remove(&(parcel.chat.clone(), speaker.clone()));
            self.join(parcel.chat, speaker).await?;
            answer = self.client.call(call()).await;
        }
        match answer {
            Err(refusal) if refusal.leaves_doubt() => Err(Fault::unclear(refusal.to_string())),
            answer => Ok(answer.map(|answer| {
                let id = answer["event_id"].as_str().unwrap_or_default().into();
                Sent { id, found: false }
            })),
        }
    }

    /// What may have been said already: a homeserver that restarts forgets transaction ids (Synapse keeps those of an
    /// application service in memory), but not the event, which has its author, its time and its content.
    async fn already_there(
        &self,
        parcel: &Parcel<'_>,
        speaker: &OwnedUserId,
        kind: &str,
        content: &Value,
    ) -> Result<Option<MessageId>> {
        let path = ["client", "v3", "rooms", parcel.chat.as_str(), "messages"];
        let newest = Call::get(&path).with("dir", "b").with("limit", NEWEST);
        let page = self.client.call(newest).await.map_err(Fault::from)?;
        let is_it = |event: &&Value| {
            event["sender"] == speaker.as_str()
                && event["type"] == kind
                && event["origin_server_ts"] == parcel.at.0
                && event["content"] == *content
        };
        let found = page["chunk"].as_array().and_then(|events| events.iter().find(is_it));
        Ok(found.and_then(|event| event["event_id"].as_str()).map(MessageId::from))
    }

    /// Redacts an event: as the one who wants it, as the one of ours who said it, or as the bot.
    async fn redact(
        &self,
        parcel: &Parcel<'_>,
        speaker: &OwnedUserId,
        event: &MessageId,
        n: usize,
    ) -> Result<()> {
        let room = parcel.chat.as_str();
        let transaction = format!("{}r{n}", parcel.key);
        let path = ["client", "v3", "rooms", room, "redact", event.as_str(), &transaction];
        let mut who = vec![speaker.clone(), self.people.bot().to_owned()];
        let sender =
            self.client.call(Call::get(&["client", "v3", "rooms", room, "event", event.as_str()])).await;
        let sender = match sender {
            Ok(event) => event["sender"].as_str().and_then(|sender| UserId::parse(sender).ok()),
            Err(refusal) if refusal.is_missing() || refusal.is_forbidden() => None,
            Err(refusal) => return Err(refusal.into()),
        };
        if let Some(sender) = sender
            && self.people.is_ours(&sender)
        {
            who.insert(0, sender);
        }
        let mut refused = None;
        for user in who {
            match self.client.call(Call::put(&path, json!({})).by(&user)).await {
                Ok(_) => return Ok(()),
                Err(refusal) if refusal.is_missing() => return Ok(()),
                Err(refusal) if refusal.is_forbidden() => refused = Some(refusal),
                Err(refusal) => return Err(refusal.into()),
            }
        }
        let detail = refused.map(|refusal| refusal.to_string()).unwrap_or_default();
        Err(Fault::refused(Phrase::new("no-right-to-delete"), detail))
    }

    /// The pictures of a text's emoji, put into the media repository; those that cannot be had are words.
    async fn pictures(&self, source: &dyn Network, text: &Text) -> Pictures {
        let mut pictures = Pictures::new();
        for name in text.own_emoji().into_iter().take(MOST_EMOJI) {
            let Ok(Some(picture)) = source.emoji(name).await else { continue };
            if let Ok(uploaded) = self.upload(source, &picture, u64::MAX).await {
                pictures.insert(name.to_owned(), uploaded.uri);
            }
        }
        pictures
    }

    async fn compose(&self, parcel: &Parcel<'_>, body: &Body, part: &Part) -> Result<(&'static str, Value)> {
        let (kind, mut content) = match part {
            Part::Words(text) => {
                let pictures = self.pictures(parcel.source, text).await;
                let content = compose::words(text, parcel.author, body.tone, &self.people, &pictures);
                ("m.room.message", content)
            }
            Part::File { media, caption } => {
                let uploaded = self.upload(parcel.source, media, parcel.largest_file).await?;
                let pictures = self.pictures(parcel.source, caption).await;
                compose::file(media, caption, &uploaded, &self.people, &pictures)
            }
            Part::Place(place) => ("m.room.message", compose::place(place)),
            Part::Poll(poll) => ("org.matrix.msc3381.poll.start", compose::poll(poll)),
        };
        if body.no_preview {
            // An empty list is the wish that nothing is shown (MSC4095).
            content["com.beeper.linkpreviews"] = json!([]);
        }
        Ok((kind, content))
    }
}

/// An event on its way to the homeserver, counted as long as this is held.
struct Sending<'a>(&'a watch::Sender<usize>);

impl<'a> Sending<'a> {
    fn one_more(counted: &'a watch::Sender<usize>) -> Self {
        counted.send_modify(|sending| *sending += 1);
        Self(counted)
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|sending| *sending -= 1);
    }
}

/// The event that makes `target` say `content` (client-server API, "Event replacements").
fn replacing(target: &MessageId, content: &Value) -> Value {
    let mut outer = content.clone();
    if let Some(body) = content["body"].as_str() {
        outer["body"] = json!(format!("* {body}"));
    }
    outer["m.new_content"] = content.clone();
    outer["m.relates_to"] = json!({ "rel_type": "m.replace", "event_id": target.as_str() });
    // Nobody is called again by a correction.
    outer["m.mentions"] = json!({});
    outer
}
