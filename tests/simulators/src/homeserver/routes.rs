//! The client-server API, as far as an application service and its people use it.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use serde_json::{Value, json};

use super::{
    Shared,
    rooms::{self, New, Refusal, forbidden, missing},
    service,
};

pub(super) type Held = State<Arc<Shared>>;
pub(super) type Asked = Query<HashMap<String, String>>;

/// All of them.
pub fn routes() -> Router<Arc<Shared>> {
    let v3 = "/_matrix/client/v3";
    let room = "/_matrix/client/v3/rooms/{room}";
    Router::new()
        .route("/_matrix/client/versions", get(|| async { Json(json!({ "versions": ["v1.11", "v1.13"] })) }))
        .route(&format!("{v3}/account/whoami"), get(whoami))
        .route(&format!("{v3}/register"), post(register))
        .route(&format!("{v3}/profile/{{user}}"), get(profile))
        .route(&format!("{v3}/profile/{{user}}/{{field}}"), get(profile_field).put(set_profile))
        .route(&format!("{v3}/createRoom"), post(create_room))
        .route(&format!("{v3}/join/{{room}}"), post(join))
        .route(&format!("{room}/join"), post(join))
        .route(&format!("{room}/invite"), post(invite))
        .route(&format!("{room}/leave"), post(leave))
        .route(&format!("{room}/send/{{kind}}/{{txn}}"), put(send))
        .route(&format!("{room}/redact/{{event}}/{{txn}}"), put(redact))
        .route(&format!("{room}/state/{{kind}}/"), get(state).put(set_state))
        .route(&format!("{room}/state/{{kind}}/{{key}}"), get(state).put(set_state))
        .route(&format!("{room}/event/{{event}}"), get(event))
        .route(&format!("{room}/messages"), get(messages))
        .route("/_matrix/media/v3/upload", post(service::upload))
        .route(
            "/_matrix/client/v1/media/config",
            get(|| async { Json(json!({ "m.upload.size": 50_000_000 })) }),
        )
        .route("/_matrix/client/v1/media/download/{server}/{id}", get(service::download))
        .route("/_matrix/client/v1/appservice/{id}/ping", post(service::ping))
        .layer(DefaultBodyLimit::max(60_000_000))
}

pub(super) fn answer(outcome: Result<Value, Refusal>) -> Response {
    match outcome {
        Ok(body) => Json(body).into_response(),
        Err((status, errcode, error)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Json(json!({ "errcode": errcode, "error": error }))).into_response()
        }
    }
}

/// Who asks: by their own token, or the application service as one of its own.
pub(super) fn who(
    shared: &Shared,
    headers: &HeaderMap,
    asked: &HashMap<String, String>,
) -> Result<String, Refusal> {
    let token =
        headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let token = token.ok_or((401, "M_MISSING_TOKEN", "Missing access token".to_owned()))?;
    let world = shared.world();
    if let Some(user) = world.tokens.get(token) {
        return Ok(user.clone());
    }
    let service = world.service.as_ref().filter(|service| service.as_token == token);
    let service = service.ok_or((401, "M_UNKNOWN_TOKEN", "Unknown access token".to_owned()))?;
    let Some(user) = asked.get("user_id") else { return Ok(service.bot.clone()) };
    if !service.owns(user) {
        return Err(forbidden(&format!("Application service cannot masquerade as this user ({user}).")));
    }
    if user != &service.bot && !world.users.contains_key(user) {
        return Err(forbidden(&format!("Application service has not registered this user ({user})")));
    }
    Ok(user.clone())
}

async fn whoami(State(shared): Held, headers: HeaderMap, Query(asked): Asked) -> Response {
    answer(who(&shared, &headers, &asked).map(|user| json!({ "user_id": user })))
}

async fn register(
    State(shared): Held,
    headers: HeaderMap,
    Query(asked): Asked,
    Json(body): Json<Value>,
) -> Response {
    answer(who(&shared, &headers, &asked).and_then(|_| {
        let user =
            format!("@{}:{}", body["username"].as_str().unwrap_or_default(), crate::synapse::SERVER_NAME);
        let mut world = shared.world();
        if !world.service.as_ref().is_some_and(|service| service.owns(&user)) {
            return Err((
                400,
                "M_EXCLUSIVE",
                "Invalid user localpart for this application service.".to_owned(),
            ));
        }
        if world.users.contains_key(&user) {
            return Err((400, "M_USER_IN_USE", "User ID already taken.".to_owned()));
        }
        world.users.insert(user.clone(), json!({}));
        Ok(json!({ "user_id": user }))
    }))
}

async fn profile(State(shared): Held, Path(user): Path<String>) -> Response {
    answer(shared.world().users.get(&user).cloned().ok_or_else(|| missing("profile")))
}

async fn profile_field(State(shared): Held, Path((user, field)): Path<(String, String)>) -> Response {
    let world = shared.world();
    let profile = world.users.get(&user).ok_or_else(|| missing("profile"));
    answer(profile.map(|profile| json!({ &field: profile[&field] })))
}

async fn set_profile(
    State(shared): Held,
    headers: HeaderMap,
    Query(asked): Asked,
    Path((user, field)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> Response {
    answer(who(&shared, &headers, &asked).and_then(|asker| {
        if asker != user {
            return Err(forbidden("Cannot set another user's profile"));
        }
        let rooms: Vec<String> = {
            let mut world = shared.world();
            let profile = world.users.entry(user.clone()).or_insert_with(|| json!({}));
            if !profile.is_object() {
                *profile = json!({});
            }
            profile[&field] = body[&field].clone();
            world
                .rooms
                .iter()
                .filter(|(_, room)| room.membership(&user) == "join")
                .map(|(id, _)| id.clone())
                .collect()
        };
        for room in rooms {
            enter(&shared, &room, &user, &user, "join")?;
        }
        Ok(json!({}))
    }))
}

/// Makes somebody a member, or no longer, with the name they have.
fn enter(shared: &Shared, room: &str, sender: &str, user: &str, membership: &str) -> Result<(), Refusal> {
    let mut content = json!({ "membership": membership });
    if let Some(profile) = shared.world().users.get(user).and_then(Value::as_object) {
        for (key, value) in profile.iter().filter(|(_, value)| !value.is_null()) {
            content[key] = value.clone();
        }
    }
    shared.add(New { room, sender, kind: "m.room.member", key: Some(user), content, at: None }).map(drop)
}

async fn create_room(
    State(shared): Held,
    headers: HeaderMap,
    Query(asked): Asked,
    Json(body): Json<Value>,
) -> Response {
    answer(
        who(&shared, &headers, &asked)
            .and_then(|user| rooms::create(&shared, &user, &body).map(|id| json!({ "room_id": id }))),
    )
}

async fn join(
    State(shared): Held,
    headers: HeaderMap,
    Query(asked): Asked,
    Path(room): Path<String>,
) -> Response {
    answer(who(&shared, &headers, &asked).and_then(|user| {
        let (may, is) = {
            let world = shared.world();
            let there = world.rooms.get(&room).ok_or_else(|| missing("room"))?;
            (there.may_join(&user), there.membership(&user) == "join")
        };
        if !may {
            return Err(forbidden("You are not invited to this room."));
        }
        if !is {
            enter(&shared, &room, &user, &user, "join")?;
        }
        Ok(json!({ "room_id": room }))
    }))
}

async fn invite(
    State(shared): Held,
    headers: HeaderMap,
    Query(asked): Asked,
    Path(room): Path<String>,
    Json(body): Json<Value>,
) -> Response {
    answer(who(&shared, &headers, &asked).and_then(|user| {
        let guest = body["user_id"].as_str().unwrap_or_default();
        in_room(&shared, &room, &user)?;
        if shared.world().rooms[&room].membership(guest) == "join" {
            return Err(forbidden("is already in the room."));
        }
        enter(&shared, &room, &user, guest, "invite").map(|()| json!({}))
    }))
}

async fn leave(
    State(shared): Held,
    headers: HeaderMap,
    Query(asked): Asked,
    Path(room): Path<String>,
) -> Response {
    answer(
        who(&shared, &headers, &asked)
            .and_then(|user| enter(&shared, &room, &user, &user, "leave").map(|()| json!({}))),
    )
}

fn in_room(shared: &Shared, room: &str, user: &str) -> Result<(), Refusal> {
    let world = shared.world();
    let room = world.rooms.get(room).ok_or_else(|| missing("room"))?;
    match room.membership(user) {
        "join" => Ok(()),
        _ => Err(forbidden(&format!("User {user} not in room"))),
    }
}

/// Does something once for each transaction id of a user.
fn once(
    shared: &Shared,
    user: &str,
    path: String,
    work: impl FnOnce() -> Result<String, Refusal>,
) -> Result<Value, Refusal> {
    let key = (user.to_owned(), path);
    if let Some(id) = shared.world().done.get(&key) {
        return Ok(json!({ "event_id": id }));
    }
    let id = work()?;
    let mut world = shared.world();
    if !world.forgets_done {
        world.done.insert(key, id.clone());
    }
    Ok(json!({ "event_id": id }))
}

async fn send(
    State(shared): Held,
    headers: HeaderMap,
    Query(asked): Asked,
    Path((room, kind, txn)): Path<(String, String, String)>,
    Json(content): Json<Value>,
) -> Response {
    answer(who(&shared, &headers, &asked).and_then(|user| {
        in_room(&shared, &room, &user)?;
        let at = asked.get("ts").and_then(|ts| ts.parse().ok());
        once(&shared, &user, format!("{room}/{kind}/{txn}"), || {
            shared.add(New { room: &room, sender: &user, kind: &kind, key: None, content, at })
        })
    }))
}

async fn redact(
    State(shared): Held,
    headers: HeaderMap,
    Query(asked): Asked,
    Path((room, target, txn)): Path<(String, String, String)>,
) -> Response {
    answer(who(&shared, &headers, &asked).and_then(|user| {
        in_room(&shared, &room, &user)?;
        let own = {
            let world = shared.world();
            let room = &world.rooms[&room];
            let event = room.events.iter().find(|event| event["event_id"] == target.as_str());
            event.ok_or_else(|| missing("event"))?["sender"] == user.as_str() || room.power(&user) >= 50
        };
        if !own {
            return Err(forbidden("You don't have permission to redact events"));
        }
        once(&shared, &user, format!("{room}/redact/{target}/{txn}"), || {
            let content = json!({ "redacts": target });
            shared.add(New {
                room: &room,
                sender: &user,
                kind: "m.room.redaction",
                key: None,
                content,
                at: None,
            })
        })
    }))
}

async fn state(
    State(shared): Held,
    headers: HeaderMap,
    Query(asked): Asked,
    Path(path): Path<Vec<String>>,
) -> Response {
    answer(who(&shared, &headers, &asked).and_then(|user| {
        // A room that does not exist is one that nobody is in.
        in_room(&shared, &path[0], &user)
            .map_err(|_| forbidden(&format!("User {user} not in room {}", path[0])))?;
        let world = shared.world();
        let key = path.get(2).map_or("", String::as_str);
        let event = world.rooms[&path[0]].state_event(&path[1], key).ok_or_else(|| missing("state"))?;
        let whole = asked.get("format").is_some_and(|format| format == "event");
        Ok(if whole { event.clone() } else { event["content"].clone() })
    }))
}

async fn set_state(
    State(shared): Held,
    headers: HeaderMap,
    Query(asked): Asked,
    Path(path): Path<Vec<String>>,
    Json(content): Json<Value>,
) -> Response {
    answer(who(&shared, &headers, &asked).and_then(|user| {
        in_room(&shared, &path[0], &user)?;
        if shared.world().rooms[&path[0]].power(&user) < 50 {
            return Err(forbidden("You don't have permission to post that to the room."));
        }
        let key = Some(path.get(2).map_or("", String::as_str));
        let new = New { room: &path[0], sender: &user, kind: &path[1], key, content, at: None };
        shared.add(new).map(|id| json!({ "event_id": id }))
    }))
}

async fn event(State(shared): Held, Path((room, id)): Path<(String, String)>) -> Response {
    let world = shared.world();
    let found = world
        .rooms
        .get(&room)
        .and_then(|room| room.events.iter().find(|event| event["event_id"] == id.as_str()));
    answer(found.cloned().ok_or_else(|| missing("event")))
}

/// The whole timeline in one page, newest first.
async fn messages(
    State(shared): Held,
    headers: HeaderMap,
    Query(asked): Asked,
    Path(room): Path<String>,
) -> Response {
    answer(who(&shared, &headers, &asked).and_then(|user| {
        in_room(&shared, &room, &user)?;
        let chunk: Vec<Value> = shared.world().rooms[&room].events.iter().rev().cloned().collect();
        Ok(json!({ "chunk": chunk, "start": "s" }))
    }))
}
