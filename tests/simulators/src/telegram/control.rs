//! The control side, under `/_sim/`: what people do, what bots did, and faults to order. README.md documents it.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::shared;

use super::{
    Shared,
    chats::Key,
    people::{Deed, NewBot, NewChat, NewPerson},
    refusal::Refusal,
    world::World,
};

type Held = shared::Held<World>;
type Given<T> = Result<Json<T>, axum::extract::rejection::JsonRejection>;

/// The routes.
pub fn routes() -> Router<Arc<Shared>> {
    shared::routes()
        .route("/_sim/bots", post(make_bot))
        .route("/_sim/bots/{id}", post(change_bot))
        .route("/_sim/people", post(make_person))
        .route("/_sim/people/{id}", post(change_person))
        .route("/_sim/chats", post(make_chat).get(chats))
        .route("/_sim/chats/{id}", get(transcript))
        .route("/_sim/act", post(act))
        .route("/_sim/update", post(update))
        .route("/_sim/settings", post(settings))
        .layer(DefaultBodyLimit::max(100 << 20))
}

fn refused(refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.code).unwrap_or(StatusCode::BAD_REQUEST);
    (status, Json(refusal.body())).into_response()
}

/// Like [`within`], with what was given, if it could be read.
fn given<G, T: serde::Serialize>(
    shared: &Shared,
    given: Given<G>,
    work: impl FnOnce(&mut World, G) -> Result<T, Refusal>,
) -> Response {
    match given {
        Ok(Json(given)) => shared.within(|world| work(world, given)),
        Err(rejection) => refused(&Refusal::bad(rejection.body_text())),
    }
}

async fn make_bot(State(shared): Held, new: Given<NewBot>) -> Response {
    given(&shared, new, |world, new| {
        let id = world.make_bot(new)?;
        Ok(json!({"id": id, "token": world.bots.get(&id).map(|bot| bot.token.clone())}))
    })
}

#[derive(Deserialize)]
struct BotChange {
    privacy: bool,
}

async fn change_bot(State(shared): Held, Path(id): Path<i64>, change: Given<BotChange>) -> Response {
    given(&shared, change, |world, change| {
        world.bots.get_mut(&id).ok_or_else(Refusal::not_found)?.privacy = change.privacy;
        Ok(json!({}))
    })
}

async fn make_person(State(shared): Held, new: Given<NewPerson>) -> Response {
    given(&shared, new, |world, new| Ok(json!({"id": world.make_person(new)?})))
}

async fn change_person(State(shared): Held, Path(id): Path<i64>, new: Given<NewPerson>) -> Response {
    given(&shared, new, |world, new| world.change_person(id, new).map(|()| json!({})))
}

async fn make_chat(State(shared): Held, new: Given<NewChat>) -> Response {
    given(&shared, new, |world, new| Ok(json!({"id": world.make_chat(new)?})))
}

async fn chats(State(shared): Held) -> Response {
    shared.within(|world| Ok(world.chats.values().map(|chat| world.describe(chat)).collect::<Vec<_>>()))
}

#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    bot: i64,
}

async fn transcript(State(shared): Held, Path(chat): Path<i64>, Query(which): Query<Which>) -> Response {
    shared.within(|world| world.transcript(world.place_of(chat, which.bot)))
}

async fn act(State(shared): Held, deed: Given<Deed>) -> Response {
    given(&shared, deed, |world, deed| {
        let migrates = matches!(deed.act, super::people::Act::Migrate);
        let made = world.act(deed)?;
        Ok(if migrates { json!({"chat": made.first()}) } else { json!({"messages": made}) })
    })
}

#[derive(Deserialize)]
struct Raw {
    bot: i64,
    update: Map<String, Value>,
}

async fn update(State(shared): Held, raw: Given<Raw>) -> Response {
    given(&shared, raw, |world, raw| {
        let id = world.enqueue(raw.bot, raw.update, None).ok_or_else(Refusal::not_found)?;
        Ok(json!({"update_id": id}))
    })
}

#[derive(Deserialize)]
struct Settings {
    #[serde(default)]
    floods: Option<bool>,
    #[serde(default)]
    advance: Option<i64>,
}

async fn settings(State(shared): Held, wanted: Given<Settings>) -> Response {
    given(&shared, wanted, |world, settings| {
        world.floods = settings.floods.unwrap_or(world.floods);
        world.clock.advance(settings.advance.unwrap_or(0));
        Ok(json!({"floods": world.floods, "now": world.clock.seconds()}))
    })
}

impl World {
    /// A chat by its id, and for a private chat its bot, or the only one there is.
    #[must_use]
    pub fn place_of(&self, chat: i64, bot: i64) -> Key {
        if chat < 0 {
            return Key::of(chat);
        }
        let first = self.bots.keys().next().copied().unwrap_or(0);
        Key { chat, bot: if bot == 0 { first } else { bot } }
    }
}
