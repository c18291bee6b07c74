//! What the paths under `users` do. (API v4, "Users")

use axum::{
    body::Bytes,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    super::{
        error::Refusal,
        model::{Channel, Team, User},
        users::named,
        world::World,
    },
    Asked, Told,
};

/// Does what is asked; `None` when the path leads nowhere.
pub(super) fn users(world: &mut World, method: &str, path: &[&str], asked: Asked<'_>) -> Told {
    let me = asked.user;
    Some(match (method, path) {
        ("POST", ["users", "group_channels"]) => Ok(world.in_groups(me, &asked.list())),
        ("POST", ["users", "status", "ids"]) => Ok(asked
            .list()
            .iter()
            .filter(|id| world.users.contains_key(*id))
            .map(|id| world.status(id))
            .collect()),
        ("POST", ["users", "search"]) => {
            Ok(called(world, &asked.word("term"), Some(&asked.word("team_id")), None))
        }
        ("GET", ["users", "autocomplete"]) => {
            let asked = |key: &str| asked.query.get(key).map(String::as_str);
            let name = asked("name").unwrap_or_default();
            Ok(json!({ "users": called(world, name, asked("in_team"), asked("in_channel")) }))
        }
        _ => return directory(world, method, path, asked),
    })
}

/// What is asked of accounts, and of one of them by its name.
fn directory(world: &mut World, method: &str, path: &[&str], asked: Asked<'_>) -> Told {
    let me = asked.user.to_owned();
    let found = |user: Option<&User>| user.map(|user| user.json(user.id == me)).ok_or_else(Refusal::no_user);
    Some(match (method, path) {
        ("GET", ["users"]) => Ok(listed(world, &asked)),
        ("POST", ["users"]) => asked.json("user").cloned().and_then(|body| world.create_user(&body)),
        ("POST", ["users", "ids"]) => Ok(asked
            .list()
            .iter()
            .filter_map(|id| world.users.get(id))
            .map(|user| user.json(false))
            .collect()),
        ("POST", ["users", "usernames"]) => {
            let names = asked.list();
            let named = world.users.values().filter(|user| names.contains(&user.username));
            Ok(named.map(|user| user.json(false)).collect())
        }
        ("POST", ["users", "logout"]) => {
            // A program's token outlives its session.
            world.tokens.retain(|secret, token| secret != asked.token || !token.is_session);
            Ok(json!({ "status": "OK" }))
        }
        ("POST", ["users", "tokens", "revoke"]) => world.revoke(&me, &asked.word("token_id")),
        ("GET", ["users", "username", name]) => {
            let user = world.users.values().find(|user| user.username == *name);
            let message = "Unable to find an existing account matching your username for this team.";
            let missing = || Refusal::new(404, "app.user.get_by_username.app_error", message);
            user.map(|user| user.json(user.id == me)).ok_or_else(missing)
        }
        ("GET", ["users", "email", email]) => {
            let user = world.users.values().find(|user| user.email == *email);
            user.map(|user| user.json(false)).ok_or_else(|| {
                Refusal::new(404, "app.user.missing_account.const", "Unable to find the user.")
            })
        }
        ("GET", ["users", who]) => named(&me, who).and_then(|id| found(world.users.get(&id))),
        ("PUT", ["users", who, "patch"]) => {
            let id = match named(&me, who) {
                Ok(id) => id,
                Err(refusal) => return Some(Err(refusal)),
            };
            asked.json("user").cloned().and_then(|body| world.patch_user(&me, &id, &body))
        }
        ("PUT", ["users", who, "roles"]) => match (world.is_admin(&me), world.users.get_mut(*who)) {
            (true, Some(user)) => {
                user.roles = asked.word("roles");
                Ok(json!({ "status": "OK" }))
            }
            _ => Err(Refusal::permissions()),
        },
        _ => return account(world, method, path, asked),
    })
}

/// Who there is, in a team or a channel if one is named.
fn listed(world: &World, asked: &Asked<'_>) -> Value {
    let (team, channel) = (asked.query.get("in_team"), asked.query.get("in_channel"));
    let wanted = |user: &&User| {
        let in_team =
            |team: &String| world.teams.get(team).is_some_and(|team| team.members.contains_key(&user.id));
        let in_channel = |channel: &String| {
            world.channels.get(channel).is_some_and(|channel| channel.members.contains_key(&user.id))
        };
        team.is_none_or(in_team) && channel.is_none_or(in_channel)
    };
    let mut users: Vec<&User> = world.users.values().filter(wanted).collect();
    users.sort_by(|a, b| a.username.cmp(&b.username));
    asked.page(users.into_iter()).map(|user| user.json(false)).collect()
}

/// Who has a name that begins so, in a team and a channel if they are named.
fn called(world: &World, term: &str, team: Option<&str>, channel: Option<&str>) -> Value {
    let term = term.trim_start_matches('@').to_lowercase();
    let wanted = |user: &&User| {
        let names = [&user.username, &user.nickname, &user.first_name, &user.last_name];
        let team = team.filter(|id| !id.is_empty()).map(|id| world.teams.get(id));
        let channel = channel.filter(|id| !id.is_empty()).map(|id| world.channels.get(id));
        user.delete_at == 0
            && names.iter().any(|name| name.to_lowercase().starts_with(&term))
            && team.is_none_or(|team| team.is_some_and(|team| team.members.contains_key(&user.id)))
            && channel.is_none_or(|one| one.is_some_and(|one| one.members.contains_key(&user.id)))
    };
    let mut users: Vec<&User> = world.users.values().filter(wanted).collect();
    users.sort_by(|a, b| a.username.cmp(&b.username));
    users.into_iter().take(100).map(|user| user.json(false)).collect()
}

/// What is done with one account.
fn account(world: &mut World, method: &str, path: &[&str], mut asked: Asked<'_>) -> Told {
    let me = asked.user.to_owned();
    Some(match (method, path) {
        ("GET", ["users", who, "image"]) => named(&me, who).map(Value::from),
        ("POST", ["users", who, "image"]) => {
            let Some(upload) = asked.uploads.pop() else { return Some(Err(Refusal::body_param("image"))) };
            named(&me, who).and_then(|id| world.picture(&me, &id, upload.bytes))
        }
        ("POST", ["users", who, "tokens"]) => {
            let description = asked.word("description");
            named(&me, who).and_then(|id| world.create_token(&me, &id, &description))
        }
        ("GET", ["users", who, "tokens"]) => named(&me, who).and_then(|id| world.tokens_of(&me, &id)),
        ("POST", ["users", who, "typing"]) => {
            let (channel, parent) = (asked.word("channel_id"), asked.word("parent_id"));
            named(&me, who).and_then(|id| world.typing(&me, &id, &channel, &parent))
        }
        ("GET", ["users", who, "teams"]) => named(&me, who).map(|id| {
            world.teams.values().filter(|team| team.members.contains_key(&id)).map(Team::json).collect()
        }),
        ("GET", ["users", who, "teams", team, "channels"]) => named(&me, who).map(|id| {
            let own = |channel: &&Channel| {
                channel.members.contains_key(&id)
                    && (channel.team.is_empty() || channel.team == *team)
                    && channel.delete_at == 0
            };
            world.channels.values().filter(own).map(Channel::json).collect()
        }),
        ("GET", ["users", who, "status"]) => named(&me, who).map(|id| world.status(&id)),
        ("PUT", ["users", who, "status"]) => {
            named(&me, who).and_then(|id| world.set_status(&me, &id, &asked.word("status")))
        }
        ("GET", ["users", who, "teams", "members"]) => {
            named(&me, who).map(|id| world.teams.values().filter_map(|team| team.member(&id)).collect())
        }
        ("GET", ["users", who, "teams", team, "channels", "members"]) => named(&me, who).map(|id| {
            let here = |channel: &&Channel| channel.team.is_empty() || channel.team == *team;
            world.channels.values().filter(here).filter_map(|channel| channel.member(&id)).collect()
        }),
        ("DELETE", ["users", who, "posts", post, "reactions", name]) => {
            named(&me, who).and_then(|id| world.unreact(&me, &id, post, name))
        }
        ("DELETE", ["users", who]) => match world.is_admin(&me) {
            true => {
                let now = world.now();
                let user = world.users.get_mut(*who).ok_or_else(Refusal::no_user);
                user.map(|user| {
                    user.delete_at = now;
                    json!({ "status": "OK" })
                })
            }
            false => Err(Refusal::permissions()),
        },
        _ => return None,
    })
}

/// Somebody's picture, or one with nothing on it.
pub(super) fn picture(world: &World, id: &Value) -> Response {
    let user = id.as_str().and_then(|id| world.users.get(id));
    let Some(user) = user else { return Refusal::no_user().into_response() };
    let bytes = user.picture.clone().unwrap_or_else(|| Bytes::from_static(crate::BLANK));
    (StatusCode::OK, [(header::CONTENT_TYPE, "image/png")], bytes).into_response()
}
