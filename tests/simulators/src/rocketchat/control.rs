//! The control side, under `/_sim/`: what people do, what was called, and faults to order. README.md documents it.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    response::Response,
    routing::{get, post},
};
use base64::Engine;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Shared,
    error::Refusal,
    world::{Settings, World},
};
use crate::shared;

type Held = shared::Held<World>;

/// The routes.
pub fn routes() -> Router<Arc<Shared>> {
    shared::routes()
        .route("/_sim/people", post(make_person))
        .route("/_sim/rooms", post(make_room).get(rooms))
        .route("/_sim/rooms/{id}", get(transcript))
        .route("/_sim/act", post(act))
        .route("/_sim/cut", post(cut))
        .route("/_sim/settings", post(settings))
}

#[derive(Deserialize)]
struct NewPerson {
    username: String,
    #[serde(default)]
    name: String,
    /// Such as `["bot", "user"]`.
    #[serde(default)]
    roles: Vec<String>,
}

async fn make_person(State(shared): Held, Json(new): Json<NewPerson>) -> Response {
    shared.within(|world| {
        let roles: Vec<&str> = new.roles.iter().map(String::as_str).collect();
        let roles = if roles.is_empty() { vec!["user"] } else { roles };
        let id = world.add_user(&new.username, &new.name, &roles);
        let token = world.add_token(&id);
        Ok(json!({ "id": id, "token": token }))
    })
}

#[derive(Deserialize)]
struct NewRoom {
    name: String,
    #[serde(default)]
    private: bool,
    #[serde(default)]
    members: Vec<String>,
}

async fn make_room(State(shared): Held, Json(new): Json<NewRoom>) -> Response {
    shared.within(|world| {
        let admin = world.admin();
        let id = world.add_room(if new.private { "p" } else { "c" }, &new.name, &admin);
        for member in &new.members {
            world.join_room(&admin, &id, member)?;
        }
        Ok(json!({ "id": id }))
    })
}

async fn rooms(State(shared): Held) -> Response {
    shared.within(|world| {
        let told = world.rooms.values().map(|room| {
            json!({ "id": room.id, "name": room.name, "members": room.members.keys().collect::<Vec<_>>() })
        });
        Ok(told.collect::<Value>())
    })
}

async fn transcript(State(shared): Held, Path(id): Path<String>) -> Response {
    shared.within(|world| Ok(json!(world.transcript(&id, false)?)))
}

/// What somebody does.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Deed {
    Say {
        #[serde(default)]
        text: String,
        #[serde(default)]
        thread: String,
        #[serde(default)]
        file: Option<GivenFile>,
        #[serde(default)]
        more: Value,
    },
    Edit {
        message: String,
        text: String,
    },
    Delete {
        message: String,
    },
    React {
        message: String,
        emoji: String,
    },
    Unreact {
        message: String,
        emoji: String,
    },
    Pin {
        message: String,
    },
    Unpin {
        message: String,
    },
    Prune {
        #[serde(default)]
        usernames: Vec<String>,
        #[serde(default)]
        by_ids: bool,
    },
    Rename {
        username: String,
        name: String,
    },
    Join,
    Leave,
    Add {
        who: String,
    },
    Kick {
        who: String,
    },
    Change {
        what: String,
        value: String,
    },
    Typing {
        on: bool,
    },
}

#[derive(Deserialize)]
struct GivenFile {
    name: String,
    #[serde(default)]
    mime: String,
    base64: String,
}

#[derive(Deserialize)]
struct Act {
    room: String,
    /// The administrator, when nobody is named.
    #[serde(default)]
    person: String,
    #[serde(flatten)]
    deed: Deed,
}

async fn act(State(shared): Held, Json(act): Json<Act>) -> Response {
    shared.within(|world| {
        let person = if act.person.is_empty() { world.admin() } else { act.person };
        world.perform(&act.room, &person, act.deed)
    })
}

impl World {
    fn perform(&mut self, room: &str, person: &str, deed: Deed) -> Result<Value, Refusal> {
        let done = json!({});
        match deed {
            Deed::Say { text, file: Some(file), .. } => {
                let bytes = base64::engine::general_purpose::STANDARD.decode(&file.base64);
                let bytes = bytes.map_err(|why| Refusal::plain(&why.to_string()))?;
                let uploaded = self.upload(person, room, &file.name, &file.mime, bytes.into())?;
                let id = uploaded["file"]["_id"].as_str().unwrap_or_default().to_owned();
                self.confirm(person, room, &id, &json!({ "msg": text }))
            }
            Deed::Say { text, thread, more, .. } => {
                let mut message = if more.is_object() { more } else { json!({}) };
                message["rid"] = json!(room);
                message["msg"] = json!(text);
                if !thread.is_empty() {
                    message["tmid"] = json!(thread);
                }
                Ok(self.send(person, &message)?.unwrap_or_default())
            }
            Deed::Edit { message, text } => self.update(person, room, &message, &text),
            Deed::Delete { message } => self.delete(person, room, &message),
            Deed::React { message, emoji } => self.react(person, &message, &emoji, Some(true)),
            Deed::Unreact { message, emoji } => self.react(person, &message, &emoji, Some(false)),
            Deed::Pin { message } => self.pin(person, &message, true),
            Deed::Unpin { message } => self.pin(person, &message, false),
            Deed::Prune { usernames, by_ids } => {
                Ok(json!({ "deleted": self.prune(room, &usernames, by_ids) }))
            }
            Deed::Rename { username, name } => {
                self.rename(person, &username, &name);
                Ok(done)
            }
            Deed::Join => self.join_room(person, room, person).map(|()| done),
            Deed::Leave => self.leave_room(person, room, person).map(|()| done),
            Deed::Add { who } => self.join_room(person, room, &who).map(|()| done),
            Deed::Kick { who } => self.leave_room(person, room, &who).map(|()| done),
            Deed::Change { what, value } => self.change_room(person, room, &what, &value).map(|()| done),
            Deed::Typing { on } => {
                self.write(person, room, on);
                Ok(done)
            }
        }
    }
}

async fn cut(State(shared): Held) -> Response {
    shared.within(|world| {
        world.connections.values().for_each(|one| one.cut.cancel());
        Ok(json!({ "cut": world.connections.len() }))
    })
}

async fn settings(State(shared): Held, Json(change): Json<Value>) -> Response {
    shared.within(|world| {
        let mut all = json!(world.settings);
        for (key, value) in change.as_object().into_iter().flatten() {
            all[key] = value.clone();
        }
        let settings: Settings =
            serde_json::from_value(all).map_err(|why| Refusal::plain(&why.to_string()))?;
        world.set(|held| *held = settings);
        Ok(json!(world.settings))
    })
}
