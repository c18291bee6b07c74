//! What the routes of one kind of room do: `channels.*`, `groups.*`, `im.*` and `dm.*`.

use serde_json::{Value, json};

use super::{
    super::{
        error::Refusal,
        history,
        world::{Room, User, World, rest},
    },
    Asked, Told, named_room, page,
};

/// `channels.list`: the public channels that there are, archived ones among them; without the right, none.
fn list(world: &World, asked: &Asked<'_>) -> Told {
    asked.only(&["offset", "count", "sort", "query", "fields", "_id"])?;
    if !world.may(asked.user, "view-c-room", None) {
        return Err(Refusal::unauthorized());
    }
    let mut all: Vec<&Room> = world.rooms.values().filter(|room| room.kind == "c").collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(page("channels", asked.query, all.into_iter().map(|room| rest(&world.room_json(room)))))
}

/// The rooms of a kind that somebody is in.
fn own(world: &World, asked: &Asked<'_>, kind: &str, what: &str) -> Value {
    let own = |room: &&Room| room.kind == kind && room.members.contains_key(asked.user);
    let mut own: Vec<&Room> = world.rooms.values().filter(own).collect();
    own.sort_by(|a, b| a.name.cmp(&b.name));
    page(what, asked.query, own.into_iter().map(|room| rest(&world.room_json(room))))
}

/// A room with those in it who are named; they are not told of by messages.
fn create(world: &mut World, asked: &Asked<'_>, kind: &str) -> Told {
    let name = asked.body["name"].as_str().unwrap_or_default().to_owned();
    if name.is_empty() {
        return Err(Refusal::plain("Param \"name\" is required"));
    }
    if !is_slug(&name) {
        return Err(Refusal::of("error-invalid-room-name", &format!("{name} is not a valid room name")));
    }
    if let Some(known) = world.rooms.values().find(|room| room.kind != "d" && room.name == name) {
        return Err(match known.archived {
            true => {
                let reason = format!("There's an archived channel with name {name}");
                Refusal::of("error-archived-duplicate-name", &reason)
            }
            false => {
                Refusal::of("error-duplicate-channel-name", &format!("A channel with name '{name}' exists"))
            }
        });
    }
    let id = world.add_room(kind, &name, asked.user);
    let members: Vec<String> = serde_json::from_value(asked.body["members"].clone()).unwrap_or_default();
    let named = |user: &&User| members.contains(&user.username) && user.id != asked.user;
    let named: Vec<String> = world.users.values().filter(named).map(|user| user.id.clone()).collect();
    for user in named {
        world.put_into(&id, &user);
    }
    let room = world.rooms.get(&id).cloned().unwrap_or_default();
    let key = if kind == "c" { "channel" } else { "group" };
    Ok(json!({ key: rest(&world.room_json(&room)), "success": true }))
}

/// `rename`, `setTopic`, `archive`, `unarchive`.
fn change(world: &mut World, asked: &Asked<'_>, room: &Room, what: &str) -> Told {
    let right = if what == "archive" || what == "unarchive" { "archive-room" } else { "edit-room" };
    if !world.may(asked.user, right, Some(&room.id)) {
        return Err(Refusal::not_allowed());
    }
    let (what, value) = match what {
        "rename" => ("name", asked.word("name")?),
        "setTopic" => ("topic", asked.word("topic")?),
        "archive" if room.archived => {
            let reason = format!("The channel, {}, is already archived", room.name);
            return Err(Refusal::of("error-room-archived", &reason));
        }
        "archive" => ("archived", "true".to_owned()),
        "unarchive" if !room.archived => {
            return Err(Refusal::plain(&format!("The channel, {}, is not archived", room.name)));
        }
        _ => ("archived", "false".to_owned()),
    };
    if what == "name" && !is_slug(&value) {
        return Err(Refusal::of("error-invalid-room-name", &format!("{value} is not a valid room name")));
    }
    world.change_room(asked.user, &room.id, what, &value)?;
    let room = world.rooms.get(&room.id).cloned().unwrap_or_default();
    Ok(match what {
        "topic" => json!({ "topic": value, "success": true }),
        "name" => {
            let key = if room.kind == "c" { "channel" } else { "group" };
            json!({ key: rest(&world.room_json(&room)), "success": true })
        }
        _ => json!({ "success": true }),
    })
}

/// Whether a room can be called that.
pub(super) fn is_slug(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// Does what is asked; `None` when there is no such route.
pub(super) fn call(world: &mut World, method: &str, route: &str, asked: &Asked<'_>) -> Option<Told> {
    let (family, what) = route.split_once('.')?;
    let kind = match family {
        "channels" => "c",
        "groups" => "p",
        "im" | "dm" => "d",
        _ => return None,
    };
    let user = asked.user;
    let found = |world: &World| {
        let room = named_room(world, asked)?;
        if room.kind == kind { Ok(room) } else { Err(Refusal::no_room()) }
    };
    Some(match (method, what) {
        ("POST", "create") if kind == "d" => asked.word("username").and_then(|name| {
            let id = world.direct_room(user, &name)?;
            let room = world.rooms.get(&id).cloned().unwrap_or_default();
            Ok(json!({ "room": rest(&world.room_json(&room)), "success": true }))
        }),
        ("POST", "create") => create(world, asked, kind),
        ("GET", "list") if kind == "c" => list(world, asked),
        ("GET", "list.joined") if kind == "c" => Ok(own(world, asked, kind, "channels")),
        ("GET", "list") => Ok(own(world, asked, kind, if kind == "p" { "groups" } else { "ims" })),
        ("GET", "info") => found(world).map(|room| {
            let key = if kind == "c" { "channel" } else { "group" };
            json!({ key: rest(&world.room_json(&room)), "success": true })
        }),
        ("GET", "members") => found(world).map(|room| {
            let members = room.members.keys().filter_map(|id| world.users.get(id));
            page("members", asked.query, members.map(User::json))
        }),
        ("GET", "roles") => found(world).map(|room| {
            let led = room.members.iter().filter(|(_, roles)| !roles.is_empty());
            let roles: Vec<Value> = led
                .map(|(user, roles)| json!({ "_id": format!("{}{user}", room.id), "rid": room.id, "u": world.short(user), "roles": roles }))
                .collect();
            json!({ "roles": roles, "success": true })
        }),
        ("GET", "history") => found(world).map(|room| {
            json!({ "messages": history::newest(world, &room, asked.query), "success": true })
        }),
        ("POST", "join") if kind == "c" => found(world).and_then(|room| {
            world.join_room(user, &room.id, user)?;
            Ok(json!({ "channel": rest(&world.room_json(&room)), "success": true }))
        }),
        ("POST", "rename" | "setTopic" | "archive" | "unarchive") if kind != "d" => {
            found(world).and_then(|room| change(world, asked, &room, what))
        }
        ("POST", "leave") => {
            found(world).and_then(|room| world.leave_room(user, &room.id, user).map(|()| json!({ "success": true })))
        }
        ("POST", "kick") => found(world)
            .and_then(|room| world.kick(user, &room.id, &asked.word("userId")?))
            .map(|()| json!({ "success": true })),
        ("POST", "invite") => found(world).and_then(|room| {
            world.join_room(user, &room.id, &asked.word("userId")?)?;
            Ok(json!({ "success": true }))
        }),
        _ => return None,
    })
}
