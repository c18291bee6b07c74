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
        .route("/_sim/bots", post(make_bot))
        .route("/_sim/people", post(make_person))
        .route("/_sim/channels", post(make_channel).get(channels))
        .route("/_sim/channels/{id}", get(transcript))
        .route("/_sim/admin", post(admin))
        .route("/_sim/act", post(act))
        .route("/_sim/cut", post(cut))
        .route("/_sim/deafen", post(deafen))
        .route("/_sim/settings", post(settings))
}

#[derive(Deserialize)]
struct Named {
    username: String,
    #[serde(default)]
    nickname: String,
}

async fn make_bot(State(shared): Held, Json(new): Json<Named>) -> Response {
    shared.within(|world| {
        let (admin, team) = (world.admin(), world.first_team());
        let asked = json!({ "username": new.username, "display_name": new.nickname });
        let id = world.create_bot(&admin, &asked)?["user_id"].as_str().unwrap_or_default().to_owned();
        world.add_team_member(&admin, &team, &id)?;
        let (token, _) = world.add_token(&id, "bot", false);
        Ok(json!({ "id": id, "token": token }))
    })
}

async fn make_person(State(shared): Held, Json(new): Json<Named>) -> Response {
    shared.within(|world| {
        let (admin, team) = (world.admin(), world.first_team());
        let email = format!("{}@tierslieux.example", new.username);
        let asked = json!({
            "username": new.username, "nickname": new.nickname, "email": email, "password": "secret",
        });
        let id = world.create_user(&asked)?["id"].as_str().unwrap_or_default().to_owned();
        world.add_team_member(&admin, &team, &id)?;
        let (token, _) = world.add_token(&id, "person", false);
        Ok(json!({ "id": id, "token": token }))
    })
}

async fn admin(State(shared): Held) -> Response {
    shared.within(|world| {
        let id = world.admin();
        let (token, _) = world.add_token(&id, "admin", false);
        Ok(json!({ "id": id, "token": token, "team": world.first_team() }))
    })
}

#[derive(Deserialize)]
struct NewChannel {
    name: String,
    display_name: String,
    #[serde(default)]
    private: bool,
    #[serde(default)]
    members: Vec<String>,
}

async fn make_channel(State(shared): Held, Json(new): Json<NewChannel>) -> Response {
    shared.within(|world| {
        let (admin, team) = (world.admin(), world.first_team());
        let kind = if new.private { "P" } else { "O" };
        let asked =
            json!({ "team_id": team, "type": kind, "name": new.name, "display_name": new.display_name });
        let id = world.create_channel(&admin, &asked)?["id"].as_str().unwrap_or_default().to_owned();
        for member in &new.members {
            world.add_member(&admin, &id, member)?;
        }
        Ok(json!({ "id": id }))
    })
}

async fn channels(State(shared): Held) -> Response {
    shared.within(|world| {
        let told = world.channels.values().map(|channel| {
            json!({ "id": channel.id, "name": channel.name, "members": channel.members.keys().collect::<Vec<_>>() })
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
        root: String,
        #[serde(default)]
        files: Vec<GivenFile>,
        #[serde(default)]
        props: Value,
    },
    Edit {
        post: String,
        text: String,
    },
    Delete {
        post: String,
    },
    React {
        post: String,
        emoji: String,
    },
    Unreact {
        post: String,
        emoji: String,
    },
    Pin {
        post: String,
    },
    Unpin {
        post: String,
    },
    Join,
    Leave,
    Change {
        channel_change: Value,
    },
    Archive,
    Restore,
    Purge,
    Typing,
}

#[derive(Deserialize)]
struct GivenFile {
    name: String,
    base64: String,
}

#[derive(Deserialize)]
struct Act {
    channel: String,
    /// The administrator, when nobody is named.
    #[serde(default)]
    person: String,
    #[serde(flatten)]
    deed: Deed,
}

async fn act(State(shared): Held, Json(act): Json<Act>) -> Response {
    shared.within(|world| {
        let person = if act.person.is_empty() { world.admin() } else { act.person };
        world.perform(&act.channel, &person, act.deed)
    })
}

impl World {
    fn perform(&mut self, channel: &str, person: &str, deed: Deed) -> Result<Value, Refusal> {
        match deed {
            Deed::Say { text, root, files, props } => {
                let mut ids = Vec::new();
                for file in files {
                    let bytes = base64::engine::general_purpose::STANDARD.decode(&file.base64);
                    let bytes = bytes.map_err(|why| Refusal::new(400, "base64", why.to_string()))?;
                    ids.push(self.add_file(person, &file.name, "", bytes.into())?["id"].clone());
                }
                let post = json!({
                    "channel_id": channel, "message": text, "root_id": root, "file_ids": ids, "props": props,
                });
                self.create_post(person, &post)
            }
            Deed::Edit { post, text } => self.patch_post(person, &post, &json!({ "message": text })),
            Deed::Delete { post } => self.delete_post(person, &post),
            Deed::React { post, emoji } => {
                self.react(person, &json!({ "user_id": person, "post_id": post, "emoji_name": emoji }))
            }
            Deed::Unreact { post, emoji } => self.unreact(person, person, &post, &emoji),
            Deed::Pin { post } => self.pin_post(person, &post, true),
            Deed::Unpin { post } => self.pin_post(person, &post, false),
            Deed::Join => self.add_member(person, channel, person),
            Deed::Leave => self.remove_member(person, channel, person),
            Deed::Change { channel_change } => self.patch_channel(person, channel, &channel_change),
            Deed::Archive => self.archive_channel(person, channel, true),
            Deed::Restore => self.archive_channel(person, channel, false),
            Deed::Purge => self.purge(channel),
            Deed::Typing => self.typing(person, person, channel, ""),
        }
    }
}

async fn cut(State(shared): Held) -> Response {
    shared.within(|world| {
        let wires: Vec<_> = world.connections.values().filter_map(|one| one.wire.clone()).collect();
        for wire in &wires {
            wire.cut.cancel();
        }
        Ok(json!({ "cut": wires.len() }))
    })
}

async fn deafen(State(shared): Held) -> Response {
    shared.within(|world| Ok(json!({ "deaf": world.deafen() })))
}

async fn settings(State(shared): Held, Json(change): Json<Value>) -> Response {
    shared.within(|world| {
        let mut all = json!(world.settings);
        for (key, value) in change.as_object().into_iter().flatten() {
            all[key] = value.clone();
        }
        let settings: Settings =
            serde_json::from_value(all).map_err(|why| Refusal::new(400, "settings", why.to_string()))?;
        world.settings = settings;
        Ok(json!(world.settings))
    })
}
