//! Listening: one connection, and each time it begins the gap is filled, since nothing is replayed.

use contract::{
    Aside, Author, Cursor, Event, EventId, Fault, Heard, Inbox, Kind, NetworkName, Person, Result, Timestamp,
};
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wire::{http, paper::no_message};

use crate::{
    RocketChat,
    client::repeatable,
    ddp::{Ddp, News, Pace, news},
    incoming::{Listener, Message, has_changed},
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
    /// Who listens, by our bot's id.
    pub(crate) async fn listener(&self, bot: &str) -> Result<Listener<'_>> {
        self.learn_settings().await?;
        let me = self.people.user(bot).await?;
        let bot =
            me.ok_or_else(|| Fault::LoggedOut("Rocket.Chat does not know the bot's user_id".to_owned()))?;
        self.username.get_or_init(|| bot.username.clone());
        Ok(Listener {
            network: &self.name,
            bot: bot.as_ref().clone(),
            people: &self.people,
            settings: self.settings(),
            announce_members: self.announce_members,
            newest: &self.newest,
        })
    }

    /// Listens until the stop, or until the connection breaks.
    pub(crate) async fn hear(&self, inbox: &dyn Inbox, stop: &CancellationToken) -> Result<()> {
        let session = self.client.session().await?;
        let mut ddp = match Ddp::connect(&self.client.url(&["websocket"]), &session).await {
            Err(Fault::LoggedOut(why)) if self.client.ended(&session).await => return Err(Fault::retry(why)),
            connected => connected?,
        };
        self.subscribe(&mut ddp, &session.user).await?;
        // Only now, when changes are told: what was known before may have changed unheard.
        self.emoji.invalidate(&()).await;
        let listener = self.listener(&session.user).await?;
        let since = self.since(inbox).await?;
        let rooms = self.own_rooms().await?;
        let mut pace = Pace::new();
        for event in OF_A_ROOM {
            for room in &rooms {
                pace.want(format!("{}/{event}", room.id));
            }
        }
        // As much as may be asked for at once is listened to before the gap is filled; the rest is looked after then.
        while let Some(event) = pace.take(Instant::now()) {
            ddp.ask("stream-notify-room", &event).await?;
        }
        ddp.all_answered().await?;
        for event in ddp.answers().turned_away {
            pace.turned_away(event, Instant::now());
        }
        let reached = self.catch_up(&listener, inbox, &rooms, since).await?;
        let mut ear = Ear { listener, since: since - OVERLAP, caught_up: reached, reached };
        self.follow(&mut ddp, &mut ear, &mut pace, inbox, stop).await
    }

    /// Subscribes to what is heard of everything; first to messages, since nothing is replayed.
    async fn subscribe(&self, ddp: &mut Ddp, me: &str) -> Result<()> {
        if !ddp.subscribe("stream-room-messages", "__my_messages__").await? {
            return Err(Fault::retry("the server does not let the bot listen"));
        }
        for (stream, event) in [
            ("stream-notify-user", format!("{me}/subscriptions-changed").as_str()),
            ("stream-notify-logged", "updateAvatar"),
            ("stream-notify-logged", "Users:NameChanged"),
            ("stream-notify-logged", "updateEmojiCustom"),
            ("stream-notify-logged", "deleteEmojiCustom"),
            ("stream-notify-all", "public-settings-changed"),
        ] {
            ddp.subscribe(stream, event).await?;
        }
        Ok(())
    }

    /// Where we resume. The first time, now by the server's clock: what was said before is not ours to tell.
    async fn since(&self, inbox: &dyn Inbox) -> Result<i64> {
        if let Some(since) = inbox.cursor().await?.and_then(|cursor| cursor.as_str().parse().ok()) {
            return Ok(since);
        }
        let now = self.server_time().await?.0;
        inbox.put(Heard { cursor: Some(Cursor(now.to_string())), ..Heard::default() }).await?;
        Ok(now)
    }

    /// Now, by the server's clock.
    pub(crate) async fn server_time(&self) -> Result<Timestamp> {
        let url = self.client.url(&["api", "info"]);
        let request = self.client.request(reqwest::Method::GET, url);
        let answer = self.client.open(request).await.map_err(repeatable)?;
        Ok(http::server_time(&answer).unwrap_or_else(Timestamp::now))
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
            let answers = ddp.answers();
            for event in answers.turned_away {
                pace.turned_away(event, Instant::now());
            }
            let mut heard = Heard::default();
            for event in answers.granted {
                heard.events.extend(self.deleted_before(ear, &event).await?);
            }
            for news in &news {
                // It may be told for the first time, and written before the link.
                let missed =
                    news.stream == "stream-room-messages" && news.args.first().is_some_and(has_changed);
                if missed != heard.missed {
                    inbox.put(std::mem::replace(&mut heard, Heard { missed, ..Heard::default() })).await?;
                }
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
            "stream-notify-user" => {
                let how = news.args.first().and_then(Value::as_str).unwrap_or_default();
                let subscription = news.args.get(1).unwrap_or(&Value::Null);
                Ok(self.subscription_changed(pace, how, subscription).into_iter().collect())
            }
            "stream-notify-logged" if news.event.ends_with("EmojiCustom") => {
                self.emoji.invalidate(&()).await;
                Ok(Vec::new())
            }
            "stream-notify-logged" => {
                let who = news.args.first().unwrap_or(&Value::Null);
                for key in ["_id", "username"] {
                    self.people.forget(who[key].as_str().unwrap_or_default());
                }
                Ok(Vec::new())
            }
            "stream-notify-all" => {
                if self.changed_setting(news.args.get(1).unwrap_or(&Value::Null)) {
                    ear.listener.settings = self.settings();
                }
                Ok(Vec::new())
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Our bot came into a room, went, or the room is called something else.
    fn subscription_changed(&self, pace: &mut Pace, how: &str, subscription: &Value) -> Option<Event> {
        let room = Room::read(subscription)?;
        if how == "removed" {
            self.rooms.invalidate(&room.id);
            return Some(gone_from(&self.name, &room));
        }
        if how == "inserted" {
            for event in OF_A_ROOM {
                pace.want(format!("{}/{event}", room.id));
            }
        }
        self.rooms.insert(room.id.clone(), room.into());
        None
    }

    /// What was deleted in a room after the gap was filled, and before deletions there were listened to.
    async fn deleted_before(&self, ear: &Ear<'_>, event: &str) -> Result<Vec<Event>> {
        let Some(room) = event.strip_suffix("/deleteMessage") else { return Ok(Vec::new()) };
        let room = self.room(room).await?;
        self.deleted_since(&ear.listener, &room, ear.caught_up - OVERLAP).await
    }

    /// What a frame of the realtime protocol says, or a message by itself.
    pub(crate) async fn read_native(&self, native: &str) -> Result<Vec<Event>> {
        let native: Value = serde_json::from_str(native).map_err(|why| no_message(why.to_string()))?;
        let listener = self.listener(&self.client.session().await?.user).await?;
        if native["_id"].is_string() && native["rid"].is_string() {
            let room = self.room(native["rid"].as_str().unwrap_or_default()).await?;
            return listener.hear(Message { raw: &native, room: &room, since: -1, live: false }).await;
        }
        let news = news(native).ok_or_else(|| no_message("no `collection`, and no `_id` with a `rid`"))?;
        let mut ear = Ear { listener, since: -1, caught_up: 0, reached: 0 };
        self.understand(&mut ear, &mut Pace::new(), &news).await
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
    /// The newest change heard of when the gap was filled, and now.
    caught_up: i64,
    reached: i64,
}

/// Nothing more is heard of a room: our bot was taken out of it, or it was deleted.
fn gone_from(network: &NetworkName, room: &Room) -> Event {
    let now = Timestamp::now();
    Event {
        id: EventId(format!("{}.gone.{}", room.id, now.0)),
        chat: room.id.as_str().into(),
        author: Author::of(Person { network: network.clone(), user: "".into() }),
        at: now,
        kind: Kind::Bot { came: false },
    }
}

fn aside(news: &News, why: String) -> Aside {
    let id = news.args.first().and_then(|message| message["_id"].as_str()).unwrap_or("?");
    let raw = serde_json::to_string(&news.args).unwrap_or_default();
    Aside { id: format!("{}.{id}", news.event), raw, why }
}
