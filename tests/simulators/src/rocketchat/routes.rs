//! What each route of the REST API does.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    error::Refusal,
    history,
    world::{Room, User, World, ms, rest},
};

mod rooms;

/// What is asked, and by whom.
#[derive(Debug)]
pub struct Asked<'a> {
    pub user: &'a str,
    pub body: &'a Value,
    pub query: &'a HashMap<String, String>,
    /// The token it was asked with.
    pub token: &'a str,
}

type Told = Result<Value, Refusal>;

impl Asked<'_> {
    fn word(&self, key: &str) -> Result<String, Refusal> {
        let given = self.body[key].as_str().or_else(|| self.query.get(key).map(String::as_str));
        given
            .map(str::to_owned)
            .ok_or_else(|| Refusal::invalid(&format!("must have required property '{key}'")))
    }

    /// Only these may be there.
    fn only(&self, keys: &[&str]) -> Result<(), Refusal> {
        let body = self.body.as_object().into_iter().flat_map(|map| map.keys().map(String::as_str));
        let odd = body.chain(self.query.keys().map(String::as_str)).find(|key| !keys.contains(key));
        match odd {
            Some(_) => Err(Refusal::invalid("must NOT have additional properties [invalid-params]")),
            None => Ok(()),
        }
    }
}

/// Does what is asked; `None` when there is no such route in this version.
pub fn call(world: &mut World, method: &str, route: &[&str], asked: &Asked<'_>) -> Option<Told> {
    let user = asked.user;
    Some(match (method, route) {
        ("GET", ["me"]) => Ok(with_success(world.me(user))),
        ("GET", ["users.info"]) => users_info(world, asked),
        ("GET", ["users.list"]) => Ok(page("users", asked.query, world.users.values().map(User::json))),
        ("POST", ["logout"]) => {
            world.tokens.remove(asked.token);
            Ok(json!({ "status": "success", "data": { "message": "You've been logged out!" } }))
        }
        ("GET", ["subscriptions.get"]) => asked.only(&["updatedSince"]).map(|()| {
            let own = world.rooms.values().filter(|room| room.members.contains_key(user));
            let own: Vec<Value> = own.map(|room| rest(&world.subscription_json(room, user))).collect();
            json!({ "update": own, "remove": [], "success": true })
        }),
        ("GET", ["rooms.get"]) => {
            let own = world.rooms.values().filter(|room| room.members.contains_key(user));
            let own: Vec<Value> = own.map(|room| rest(&world.room_json(room))).collect();
            Ok(json!({ "update": own, "remove": [], "success": true }))
        }
        ("GET", ["rooms.info"]) => asked.only(&["roomId", "roomName"]).and_then(|()| {
            let room = named_room(world, asked)?;
            Ok(json!({ "room": rest(&world.room_json(&room)), "success": true }))
        }),
        ("POST", ["method.call", name]) => Ok(method_call(world, user, name, asked.body)),
        ("GET", ["emoji-custom.list"]) => {
            Ok(json!({ "emojis": { "update": world.all_emoji(), "remove": [] }, "success": true }))
        }
        ("POST", ["rooms.saveRoomSettings"]) => save_settings(world, asked),
        (_, [route]) if route.starts_with("chat.") => return chat(world, method, route, asked),
        (_, [route]) => return rooms::call(world, method, route, asked),
        ("POST", ["rooms.mediaConfirm", room, file]) if world.version() >= (6, 10) => {
            let known = [
                "msg",
                "description",
                "tmid",
                "alias",
                "avatar",
                "emoji",
                "groupable",
                "customFields",
                "fileName",
            ];
            asked.only(&known).and_then(|()| world.confirm(user, room, file, asked.body))
        }
        _ => return None,
    })
}

/// What a room is called, what it is about and how it looks.
fn save_settings(world: &mut World, asked: &Asked<'_>) -> Told {
    asked.only(&["rid", "roomName", "roomTopic", "roomAvatar"])?;
    let room = asked.word("rid")?;
    if !world.may(asked.user, "edit-room", Some(&room)) {
        return Err(Refusal::action_not_allowed("Editing room"));
    }
    for (key, what) in [("roomName", "name"), ("roomTopic", "topic"), ("roomAvatar", "avatar")] {
        let Ok(value) = asked.word(key) else { continue };
        if what == "name" && !rooms::is_slug(&value) {
            return Err(Refusal::of("error-invalid-room-name", &format!("{value} is not a valid room name")));
        }
        world.change_room(asked.user, &room, what, &value)?;
    }
    Ok(json!({ "rid": room, "success": true }))
}

fn with_success(mut value: Value) -> Value {
    value["success"] = json!(true);
    value
}

fn users_info(world: &World, asked: &Asked<'_>) -> Told {
    asked.only(&["userId", "username", "includeUserRooms", "fields"])?;
    match (asked.query.get("userId"), asked.query.get("username")) {
        (Some(id), _) => world.user_info("userId", id),
        (_, Some(name)) => world.user_info("username", name),
        _ => Err(Refusal::invalid("must have required property 'userId'")),
    }
}

/// `settings.public`, which everybody may ask for.
pub fn settings(world: &World, query: &HashMap<String, String>) -> Told {
    let asked = Asked { user: "", body: &Value::Null, query, token: "" };
    asked.only(&["_id", "count", "offset", "sort", "query"])?;
    let all = world.settings.public();
    // Servers before 7 do not choose.
    let wanted = query.get("_id").filter(|_| world.version().0 >= 7);
    let wanted = |id: &str| wanted.is_none_or(|ids| ids.split(',').any(|one| one.trim() == id));
    let chosen = all.into_iter().filter(|(id, _)| wanted(id));
    Ok(page("settings", query, chosen.map(|(id, value)| json!({ "_id": id, "value": value }))))
}

/// The page that is asked for: fifty at a time, another number up to a hundred, or all by the number 0.
fn page(what: &str, query: &HashMap<String, String>, all: impl Iterator<Item = Value>) -> Value {
    let number = |key: &str, usual: usize| query.get(key).and_then(|word| word.parse().ok()).unwrap_or(usual);
    let (offset, count) = (number("offset", 0), number("count", 50).min(100));
    let all: Vec<Value> = all.collect();
    let count = if count == 0 { all.len() } else { count };
    let page: Vec<&Value> = all.iter().skip(offset).take(count).collect();
    json!({ what: page, "count": page.len(), "offset": offset, "total": all.len(), "success": true })
}

fn named_room(world: &World, asked: &Asked<'_>) -> Result<Room, Refusal> {
    let word = |key: &str| asked.word(key).ok();
    world.find_room(asked.user, word("roomId").as_deref(), word("roomName").as_deref())
}

fn method_call(world: &mut World, user: &str, name: &str, body: &Value) -> Value {
    let frame: Value =
        body["message"].as_str().and_then(|frame| serde_json::from_str(frame).ok()).unwrap_or_default();
    let params = frame["params"].as_array().cloned().unwrap_or_default();
    let mut result = json!({ "msg": "result", "id": frame["id"] });
    match world.method(user, name, &params, None) {
        Ok(Value::Null) => {}
        Ok(value) => result["result"] = value,
        Err(refusal) => result["error"] = refusal.ddp(),
    }
    json!({ "message": result.to_string(), "success": true })
}

fn chat(world: &mut World, method: &str, route: &str, asked: &Asked<'_>) -> Option<Told> {
    let user = asked.user;
    Some(match (method, route) {
        ("POST", "chat.sendMessage") => send_message(world, asked),
        ("POST", "chat.postMessage") => post_message(world, asked),
        ("GET", "chat.getMessage") => asked.only(&["msgId"]).and_then(|()| {
            let message = world.messages.get(&asked.word("msgId")?).ok_or_else(Refusal::no_message)?;
            let room = world.rooms.get(message["rid"].as_str().unwrap_or_default());
            if room.is_none_or(|room| !room.is_seen_by(user)) {
                return Err(Refusal::no_message());
            }
            Ok(json!({ "message": rest(message), "success": true }))
        }),
        ("POST", "chat.update") => {
            asked.only(&["roomId", "msgId", "text", "previewUrls", "customFields"]).and_then(|()| {
                let (room, id, text) = (asked.word("roomId")?, asked.word("msgId")?, asked.word("text")?);
                Ok(json!({ "message": rest(&world.update(user, &room, &id, &text)?), "success": true }))
            })
        }
        ("POST", "chat.delete") => asked
            .only(&["roomId", "msgId", "fileId", "asUser"])
            .and_then(|()| world.delete(user, &asked.word("roomId")?, &asked.word("msgId")?)),
        ("POST", "chat.react") => {
            asked.only(&["emoji", "reaction", "messageId", "shouldReact"]).and_then(|()| {
                let emoji = asked.word("emoji").or_else(|_| asked.word("reaction"))?;
                world.react(user, &asked.word("messageId")?, &emoji, asked.body["shouldReact"].as_bool())
            })
        }
        ("POST", "chat.pinMessage") => asked.word("messageId").and_then(|id| world.pin(user, &id, true)),
        ("POST", "chat.unPinMessage") => asked.word("messageId").and_then(|id| world.pin(user, &id, false)),
        ("GET", "chat.syncMessages") => asked
            .only(&["roomId", "lastUpdate", "fromTs", "count", "next", "previous", "type"])
            .and_then(|()| {
                let room = named_room(world, asked)?;
                Ok(json!({ "result": rest(&history::changes(world, &room, asked.query)?), "success": true }))
            }),
        ("GET", "chat.getPinnedMessages") => {
            asked.only(&["roomId", "count", "offset", "sort"]).and_then(|()| {
                let room = named_room(world, asked)?;
                let pinned = newest_first(world, &room).filter(|message| message["pinned"] == true);
                Ok(page("messages", asked.query, pinned.map(rest)))
            })
        }
        ("GET", "chat.getThreadMessages") => {
            asked.only(&["tmid", "count", "offset", "sort", "query", "fields"]).and_then(|()| {
                let root = world.messages.get(&asked.word("tmid")?).ok_or_else(Refusal::no_message)?;
                let room = root["rid"].as_str().unwrap_or_default();
                let room = world.find_room(user, Some(room), None)?;
                let id = root["_id"].clone();
                let thread = newest_first(world, &room).filter(|message| message["tmid"] == id);
                Ok(page("messages", asked.query, thread.map(rest)))
            })
        }
        ("GET", "chat.getDeletedMessages") => {
            asked.only(&["roomId", "since", "count", "offset", "sort"]).and_then(|()| {
                let room = named_room(world, asked)?;
                Ok(with_success(history::deleted(&room, asked.query)?))
            })
        }
        _ => return None,
    })
}

fn newest_first<'a>(world: &'a World, room: &'a Room) -> impl Iterator<Item = &'a Value> {
    room.messages.iter().rev().filter_map(|id| world.messages.get(id))
}

fn send_message(world: &mut World, asked: &Asked<'_>) -> Told {
    asked.only(&["message", "previewUrls"])?;
    let message = &asked.body["message"];
    if !message.is_object() {
        return Err(Refusal::invalid("must have required property 'message'"));
    }
    for key in ["_id", "rid", "tmid", "msg", "alias", "emoji", "avatar"] {
        if !message[key].is_null() && !message[key].is_string() {
            return Err(Refusal::invalid("must be string [invalid-params]"));
        }
    }
    let mut message = message.clone();
    if let Some(urls) = asked.body["previewUrls"].as_array() {
        message["previewUrls"] = json!(urls);
    }
    match world.send(asked.user, &message)? {
        Some(message) => Ok(json!({ "message": rest(&message), "success": true })),
        None => Err(Refusal::plain("Cannot read properties of undefined (reading 'starred')")),
    }
}

fn post_message(world: &mut World, asked: &Asked<'_>) -> Told {
    let known = [
        "roomId",
        "channel",
        "text",
        "alias",
        "emoji",
        "avatar",
        "attachments",
        "tmid",
        "customFields",
        "parseUrls",
    ];
    asked.only(&known)?;
    let channel = asked.word("channel").unwrap_or_default();
    let name = channel.trim_start_matches('#');
    let id = asked.word("roomId").ok();
    let room = world.find_room(asked.user, id.as_deref().or(Some(name)), None);
    let room = room.or_else(|_| world.find_room(asked.user, None, Some(name)))?;
    if room.kind == "c" && !room.members.contains_key(asked.user) {
        world.join_room(asked.user, &room.id, asked.user)?;
    }
    let mut message = asked.body.clone();
    message["rid"] = json!(room.id);
    message["msg"] = json!(asked.word("text").unwrap_or_default());
    message["groupable"] = json!(false);
    let told = world.send(asked.user, &message)?.unwrap_or_default();
    Ok(json!({ "ts": ms(&told["ts"]), "channel": room.name, "message": rest(&told), "success": true }))
}
