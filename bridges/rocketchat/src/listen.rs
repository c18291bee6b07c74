//! Listening: one connection, and each time it begins the gap is filled, since nothing is replayed.

use contract::{Aside, Cursor, Event, Fault, Heard, Inbox, Result, Timestamp};
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wire::http;

use crate::{
    RocketChat,
    client::repeatable,
    ddp::{Ddp, News, Pace},
    incoming::{Listener, Message},
    rooms::Room,
    times::ms,
};

/// So many frames are put at once.
const AT_ONCE: usize = 100;
/// What may have come in another order than its times, milliseconds.
pub(crate) const OVERLAP: i64 = 10_000;
/// What is heard of each room besides its messages; the first matters most.
const OF_A_ROOM: [&str; 4] = ["deleteMessage", "deleteMessageBulk", "user-activity", "typing"];

impl RocketChat {
    /// Listens until the stop, or until the connection breaks.
    pub(crate) async fn hear(&self, inbox: &dyn Inbox, stop: &CancellationToken) -> Result<()> {
        let session = self.client.session().await?;
        let me = self.people.user(&session.user).await?;
        let bot =
            me.ok_or_else(|| Fault::LoggedOut("Rocket.Chat does not know the bot's user_id".to_owned()))?;
        self.learn_settings().await?;
        let listener = Listener {
            network: &self.name,
            bot: bot.as_ref().clone(),
            people: &self.people,
            site: self.settings().site,
            announce_members: self.announce_members,
        };
        let mut ddp = Ddp::connect(&self.client.url(&["websocket"]), &session).await?;
        let me = &session.user;
        for (stream, event) in [
            ("stream-notify-user", format!("{me}/subscriptions-changed")),
            ("stream-notify-logged", "updateAvatar".to_owned()),
            ("stream-notify-logged", "Users:NameChanged".to_owned()),
        ] {
            ddp.subscribe(stream, &event).await?;
        }
        if !ddp.subscribe("stream-room-messages", "__my_messages__").await? {
            return Err(Fault::retry("the server does not let the bot listen"));
        }
        let since = self.since(inbox).await?;
        let mut pace = Pace::new();
        let rooms = self.own_rooms().await?;
        for event in OF_A_ROOM {
            for room in &rooms {
                pace.want(format!("{}/{event}", room.id));
            }
        }
        let reached = self.catch_up(&listener, inbox, &rooms, since).await?;
        let mut ear = Ear { listener, since: since - OVERLAP, reached };
        self.follow(&mut ddp, &mut ear, &mut pace, inbox, stop).await
    }

    /// Where we resume. The first time, now by the server's clock: what was said before is not ours to tell.
    async fn since(&self, inbox: &dyn Inbox) -> Result<i64> {
        if let Some(since) = inbox.cursor().await?.and_then(|cursor| cursor.as_str().parse().ok()) {
            return Ok(since);
        }
        let url = self.client.url(&["api", "info"]);
        let request = self.client.request(reqwest::Method::GET, url).await.map_err(repeatable)?;
        let answer = self.client.open(request).await.map_err(repeatable)?;
        let now = http::server_time(&answer).unwrap_or_else(Timestamp::now).0;
        inbox.put(Heard { cursor: Some(Cursor(now.to_string())), ..Heard::default() }).await?;
        Ok(now)
    }

    async fn follow(
        &self,
        ddp: &mut Ddp,
        ear: &mut Ear<'_>,
        pace: &mut Pace,
        inbox: &dyn Inbox,
        stop: &CancellationToken,
    ) -> Result<()> {
        loop {
            let when = pace.when().unwrap_or_else(|| Instant::now() + http::PATIENCE);
            let news = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep_until(when) => {
                    if let Some(event) = pace.take(Instant::now()) {
                        ddp.ask("stream-notify-room", &event).await?;
                    }
                    continue;
                }
                news = ddp.next(AT_ONCE) => news?,
            };
            for event in ddp.turned_away() {
                pace.turned_away(event, Instant::now());
            }
            let mut heard = Heard::default();
            for news in &news {
                match self.understand(ear, pace, news).await {
                    Ok(events) => heard.events.extend(events),
                    Err(Fault::Refused { detail, .. }) => heard.aside.push(aside(news, detail)),
                    // Nothing of it is lost: the connection begins again, and the gap is filled.
                    Err(fault) => return Err(fault),
                }
            }
            heard.cursor = Some(Cursor(ear.reached.to_string()));
            inbox.put(heard).await?;
        }
    }

    /// What one frame says.
    async fn understand(&self, ear: &mut Ear<'_>, pace: &mut Pace, news: &News) -> Result<Vec<Event>> {
        match news.stream.as_str() {
            "stream-room-messages" => self.message(ear, &news.args).await,
            "stream-notify-room" => {
                let Some((rid, event)) = news.event.split_once('/') else { return Ok(Vec::new()) };
                let room = self.room(rid).await?;
                self.of_a_room(ear, &room, event, &news.args).await
            }
            "stream-notify-user" if news.event.ends_with("/subscriptions-changed") => {
                let changed = news.args.first().and_then(Value::as_str).unwrap_or_default();
                if let Some(room) = news.args.get(1).and_then(Room::read) {
                    self.rooms.insert(room.id.clone(), room.clone().into());
                    if changed == "inserted" {
                        for event in OF_A_ROOM {
                            pace.want(format!("{}/{event}", room.id));
                        }
                    }
                }
                Ok(Vec::new())
            }
            "stream-notify-logged" => {
                let who = news.args.first().unwrap_or(&Value::Null);
                for key in ["_id", "username"] {
                    self.people.forget(who[key].as_str().unwrap_or_default());
                }
                Ok(Vec::new())
            }
            _ => Ok(Vec::new()),
        }
    }

    async fn message(&self, ear: &mut Ear<'_>, args: &[Value]) -> Result<Vec<Event>> {
        let (Some(raw), about) = (args.first(), args.get(1).unwrap_or(&Value::Null)) else {
            return Ok(Vec::new());
        };
        // Public rooms that the bot was never asked into are told of as well.
        if about["roomParticipant"] == false {
            return Ok(Vec::new());
        }
        let room = self.room(raw["rid"].as_str().unwrap_or_default()).await?;
        ear.reached = ear.reached.max(ms(&raw["_updatedAt"]));
        ear.listener.hear(Message { raw, room: &room, since: ear.since, live: true }).await
    }

    async fn of_a_room(&self, ear: &Ear<'_>, room: &Room, event: &str, args: &[Value]) -> Result<Vec<Event>> {
        let first = args.first().unwrap_or(&Value::Null);
        match event {
            "deleteMessage" => {
                let id = first["_id"].as_str().unwrap_or_default();
                Ok(ear.listener.deleted(room, id, ear.reached).into_iter().collect())
            }
            "deleteMessageBulk" if first["filesOnly"] != true => match first["ids"].as_array() {
                Some(ids) => {
                    let ids = ids.iter().filter_map(Value::as_str);
                    Ok(ids.filter_map(|id| ear.listener.deleted(room, id, ear.reached)).collect())
                }
                // Which ones it does not say.
                None => self.deleted_since(&ear.listener, room, ear.reached - OVERLAP).await,
            },
            "user-activity" | "typing" => Ok(ear.listener.typing(room, args).await?.into_iter().collect()),
            _ => Ok(Vec::new()),
        }
    }
}

/// What is known while listening.
struct Ear<'a> {
    listener: Listener<'a>,
    /// Messages written before this were told before.
    since: i64,
    /// The newest change heard of.
    reached: i64,
}

fn aside(news: &News, why: String) -> Aside {
    let id = news.args.first().and_then(|message| message["_id"].as_str()).unwrap_or("?");
    let raw = serde_json::to_string(&news.args).unwrap_or_default();
    Aside { id: format!("{}.{id}", news.event), raw, why }
}
