//! What the routes of channels do.

use serde_json::{Value, json};

use super::{
    super::{
        error::Refusal,
        history::Page,
        model::Channel,
        users::named,
        world::{World, is_id},
    },
    Asked, Told,
};

/// A channel of a team by its name.
pub fn by_name(world: &World, me: &str, team: &str, name: &str) -> Result<Value, Refusal> {
    let message = "Channel does not exist.";
    let missing = || Refusal::new(404, "app.channel.get_by_name.missing.app_error", message);
    let named = |channel: &&Channel| channel.team == team && channel.name == name && channel.delete_at == 0;
    let channel = world.channels.values().find(named).ok_or_else(missing)?;
    // What is private to others is not there.
    world.readable_channel(me, &channel.id).map(|channel| channel.json()).map_err(|_| missing())
}

/// `/channels`
pub fn channels(world: &mut World, method: &str, path: &[&str], asked: &Asked<'_>) -> Told {
    let me = asked.user;
    let no_member = || {
        let message = "No channel member found for that user ID and channel ID.";
        Refusal::new(404, "app.channel.get_member.missing.app_error", message)
    };
    Some(match (method, path) {
        ("GET", ["channels"]) => Err(Refusal::permissions()),
        ("POST", ["channels"]) => asked.json("channel").cloned().and_then(|body| world.create_channel(me, &body)),
        ("GET", ["channels", id]) => world.readable_channel(me, id).map(|channel| channel.json()),
        ("PUT", ["channels", id, "privacy"]) => world.change_privacy(me, id, &asked.word("privacy")),
        ("POST", ["channels", id, "convert"]) => world.change_privacy(me, id, "P"),
        ("PUT", ["channels", id, "patch"]) => {
            asked.json("channel").cloned().and_then(|body| world.patch_channel(me, id, &body))
        }
        ("DELETE", ["channels", id]) => world.archive_channel(me, id, true),
        ("POST", ["channels", id, "restore"]) => world.archive_channel(me, id, false),
        ("GET", ["channels", id, "members"]) => world.readable_channel(me, id).map(|channel| {
            asked.page(channel.members.keys()).filter_map(|user| channel.member(user)).collect()
        }),
        ("POST", ["channels", id, "members"]) => world.add_member(me, id, &asked.word("user_id")),
        ("GET", ["channels", id, "members", who]) => world
            .readable_channel(me, id)
            .and_then(|channel| named(me, who).and_then(|user| channel.member(&user).ok_or_else(no_member))),
        ("DELETE", ["channels", id, "members", who]) => {
            named(me, who).and_then(|user| world.remove_member(me, id, &user))
        }
        // For its members alone, unlike what it is called.
        ("GET", ["channels", id, "stats"]) => world.may_read(me, id).and_then(|()| world.readable_channel(me, id)).map(|channel| {
            json!({ "channel_id": id, "member_count": channel.members.len(), "guest_count": 0, "pinnedpost_count": 0 })
        }),
        ("GET", ["channels", id, "pinned"]) => world.pinned(me, id),
        ("GET", ["channels", id, "posts"]) => {
            let since = asked.query.get("since").map(|since| since.parse::<i64>());
            if matches!(since, Some(Err(_))) {
                return Some(Err(Refusal::body_param("since")));
            }
            for key in ["after", "before"] {
                if asked.query.get(key).is_some_and(|id| !is_id(id)) {
                    return Some(Err(Refusal::body_param(key)));
                }
            }
            let page = Page {
                since: asked.query.get("since").and_then(|since| since.parse().ok()).unwrap_or(0),
                before: asked.query.get("before").cloned(),
                after: asked.query.get("after").cloned(),
                number: asked.number("page"),
                size: asked.number("per_page"),
                skip_threads: asked.query.get("skipFetchThreads").is_some_and(|skip| skip == "true"),
            };
            world.page(me, id, &page)
        }
        _ => return few(world, method, path, asked),
    })
}

/// Channels of a few people, and what somebody has seen.
fn few(world: &mut World, method: &str, path: &[&str], asked: &Asked<'_>) -> Told {
    let me = asked.user;
    Some(match (method, path) {
        ("POST", ["channels", "direct"]) => world.direct(me, &asked.list()),
        ("POST", ["channels", "group"]) => world.group(me, &asked.list()),
        ("POST", ["channels", "members", who, "view"]) => {
            let id = asked.word("channel_id");
            named(me, who).and_then(|user| world.may_read(&user, &id)).map(|()| {
                let last = world.channels.get(&id).map_or(0, |channel| channel.last_post_at);
                json!({ "status": "OK", "last_viewed_at_times": { id: last } })
            })
        }
        _ => return None,
    })
}
