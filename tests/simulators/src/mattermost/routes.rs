//! What each path does. (API v4)

use std::collections::HashMap;

use axum::{
    body::Bytes,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    error::{Refusal, answer},
    model::{Channel, Team, User},
    users::named,
    wire::ok,
    world::{World, is_id},
};

mod accounts;
mod channels;
mod files;

/// A file of a form.
#[derive(Debug)]
pub struct Upload {
    pub name: String,
    pub mime: String,
    pub bytes: Bytes,
}

/// What is asked, and by whom.
#[derive(Debug)]
pub struct Asked<'a> {
    pub user: &'a str,
    pub body: Option<&'a Value>,
    pub query: &'a HashMap<String, String>,
    pub uploads: Vec<Upload>,
    /// The token it was asked with.
    pub token: &'a str,
    /// The header `Range`.
    pub range: Option<&'a str>,
}

type Done = Result<Response, Refusal>;

impl Asked<'_> {
    fn number(&self, key: &str) -> usize {
        self.query.get(key).and_then(|value| value.parse().ok()).unwrap_or(0)
    }

    /// The page that is asked for.
    fn page<T>(&self, all: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        let size = if self.query.contains_key("per_page") { self.number("per_page").min(200) } else { 60 };
        all.skip(self.number("page") * size).take(size)
    }

    fn json(&self, what: &str) -> Result<&Value, Refusal> {
        self.body.ok_or_else(|| Refusal::body_param(what))
    }

    fn word(&self, key: &str) -> String {
        self.body.and_then(|body| body[key].as_str()).unwrap_or_default().to_owned()
    }

    fn list(&self) -> Vec<String> {
        self.body.and_then(|body| serde_json::from_value(body.clone()).ok()).unwrap_or_default()
    }
}

/// What anybody may ask.
pub fn open(
    world: &mut World,
    method: &str,
    path: &[&str],
    body: Option<&Value>,
    query: &HashMap<String, String>,
) -> Option<Response> {
    match (method, path) {
        ("GET", ["system", "ping"]) => Some(ok(&json!({
            "AndroidLatestVersion": "", "AndroidMinVersion": "", "DesktopLatestVersion": "",
            "DesktopMinVersion": "", "IosLatestVersion": "", "IosMinVersion": "", "status": "OK",
        }))),
        ("GET", ["config", "client"]) if query.get("format").is_some_and(|format| format == "old") => {
            Some(ok(&config(world)))
        }
        ("GET", ["license", "client"]) => Some(ok(&json!({ "IsLicensed": "false" }))),
        ("POST", ["users", "login"]) => Some(match body {
            None => Refusal::body_param("login_id").into_response(),
            Some(body) => match world.login(body) {
                Ok((token, user)) => {
                    let mut response = ok(&user);
                    if let Ok(token) = token.parse() {
                        response.headers_mut().insert("token", token);
                    }
                    response
                }
                Err(refusal) => refusal.into_response(),
            },
        }),
        _ => None,
    }
}

fn config(world: &World) -> Value {
    let settings = &world.settings;
    let flag = |on: bool| if on { "true" } else { "false" };
    json!({
        "Version": settings.version, "BuildNumber": settings.version, "BuildEnterpriseReady": "false",
        "MaxPostSize": settings.max_post_size.to_string(), "MaxFileSize": settings.max_file_size.to_string(),
        "EnablePostUsernameOverride": flag(settings.username_override),
        "EnablePostIconOverride": flag(settings.icon_override), "EnableBotAccountCreation": "true",
        "EnableUserAccessTokens": flag(settings.user_access_tokens), "CollapsedThreads": "disabled", "SiteName": "Mattermost",
        "DataRetentionEnableMessageDeletion": flag(settings.retention_days > 0),
        "DataRetentionMessageRetentionDays": settings.retention_days.to_string(),
        "EnableCustomEmoji": "true", "DiagnosticsEnabled": "false", "DefaultClientLocale": "fr",
    })
}

/// Whether a path means anything, for those whose token is wrong.
pub fn is_known(method: &str, path: &[&str]) -> bool {
    let first = path.first().copied().unwrap_or_default();
    let known = [
        "users",
        "bots",
        "teams",
        "channels",
        "posts",
        "reactions",
        "files",
        "emoji",
        "config",
        "license",
        "hooks",
    ];
    known.contains(&first) && matches!(method, "GET" | "POST" | "PUT" | "DELETE")
}

/// Does what is asked; `None` when the path leads nowhere.
pub fn call(world: &mut World, method: &str, path: &[&str], asked: Asked<'_>) -> Option<Done> {
    let done = match path.first().copied()? {
        "users" => accounts::users(world, method, path, asked),
        "bots" => bots(world, method, path, &asked),
        "teams" => teams(world, method, path, &asked),
        "channels" => channels::channels(world, method, path, &asked),
        "posts" => posts(world, method, path, &asked),
        "hooks" => hooks(world, method, path, &asked),
        "reactions" if method == "POST" && path.len() == 1 => {
            Some(asked.json("reaction").cloned().and_then(|body| world.react(asked.user, &body)))
        }
        "files" => return files::files(world, method, path, asked),
        "emoji" => return files::emoji(world, method, path, asked),
        "config" if method == "GET" && path.len() == 1 => Some(Err(Refusal::permissions())),
        _ => None,
    }?;
    Some(done.map(|body| match (method, path) {
        (
            "POST",
            ["posts" | "channels" | "users" | "bots" | "files"]
            | ["hooks", "incoming"]
            | ["channels", "direct" | "group"]
            | ["channels" | "teams", _, "members"]
            | ["posts", "ephemeral"],
        ) => answer(201, &body),
        ("GET", ["users", _, "image"]) => accounts::picture(world, &body),
        _ => ok(&body),
    }))
}

type Told = Option<Result<Value, Refusal>>;

fn bots(world: &mut World, method: &str, path: &[&str], asked: &Asked<'_>) -> Told {
    let me = asked.user;
    Some(match (method, path) {
        ("POST", ["bots"]) => asked.json("bot").cloned().and_then(|body| world.create_bot(me, &body)),
        ("GET", ["bots"]) => match world.is_admin(me) {
            true => {
                let size = asked.number("per_page").clamp(1, 200);
                let deleted = asked.query.get("include_deleted").is_some_and(|all| all == "true");
                let bots = world
                    .users
                    .values()
                    .filter(|user| user.bot.is_some() && (deleted || user.delete_at == 0));
                Ok(bots.skip(asked.number("page") * size).take(size).map(User::bot_json).collect())
            }
            false => Err(Refusal::permissions()),
        },
        ("GET", ["bots", id]) => {
            let bot = world.users.get(*id).filter(|user| user.bot.is_some() && world.is_admin(me));
            bot.map(User::bot_json).ok_or_else(Refusal::no_bot)
        }
        ("POST", ["bots", id, "disable"]) => world.enable_bot(me, id, false),
        ("POST", ["bots", id, "enable"]) => world.enable_bot(me, id, true),
        ("PUT", ["bots", id]) => asked.json("bot").cloned().and_then(|body| world.change_bot(me, id, &body)),
        _ => return None,
    })
}

fn teams(world: &mut World, method: &str, path: &[&str], asked: &Asked<'_>) -> Told {
    let me = asked.user;
    let own = |team: Option<&Team>| match team {
        None => Err(Refusal::no_team()),
        Some(team) if team.members.contains_key(me) || world.is_admin(me) => Ok(team.clone()),
        Some(_) => Err(Refusal::permissions()),
    };
    Some(match (method, path) {
        ("GET", ["teams", "name", name]) => {
            own(world.teams.values().find(|team| team.name == *name)).map(|team| team.json())
        }
        ("GET", ["teams", "name", team, "channels", "name", name]) => {
            own(world.teams.values().find(|known| known.name == *team))
                .and_then(|team| channels::by_name(world, me, &team.id, name))
        }
        ("GET", ["teams"]) => {
            let open = world.teams.values().filter(|_| world.is_admin(me));
            Ok(asked.page(open).map(Team::json).collect())
        }
        ("GET", ["teams", id, "members"]) => own(world.teams.get(*id))
            .map(|team| asked.page(team.members.keys()).filter_map(|user| team.member(user)).collect()),
        ("GET", ["teams", id]) if is_id(id) => own(world.teams.get(*id)).map(|team| team.json()),
        ("GET", ["teams", id, "members", who]) => own(world.teams.get(*id)).and_then(|team| {
            let id = named(me, who)?;
            let message = "No team member found for that user ID and team ID.";
            let missing = || Refusal::new(404, "app.team.get_member.missing.app_error", message);
            team.member(&id).ok_or_else(missing)
        }),
        ("POST", ["teams", id, "members"]) => world.add_team_member(me, id, &asked.word("user_id")),
        ("GET", ["teams", id, "channels"]) => own(world.teams.get(*id)).map(|team| {
            let public =
                |channel: &&Channel| channel.team == team.id && channel.kind == "O" && channel.delete_at == 0;
            let mut all: Vec<&Channel> = world.channels.values().filter(public).collect();
            all.sort_by(|a, b| a.display_name.cmp(&b.display_name));
            asked.page(all.into_iter()).map(Channel::json).collect()
        }),
        ("GET", ["teams", id, "channels", "name", name]) => {
            own(world.teams.get(*id)).and_then(|team| channels::by_name(world, me, &team.id, name))
        }
        _ => return None,
    })
}

fn hooks(world: &mut World, method: &str, path: &[&str], asked: &Asked<'_>) -> Told {
    let me = asked.user;
    Some(match (method, path) {
        ("POST", ["hooks", "incoming"]) => {
            asked.json("incoming_webhook").cloned().and_then(|body| world.create_hook(me, &body))
        }
        ("GET", ["hooks", "incoming"]) => {
            world.all_hooks(me).map(|hooks| asked.page(hooks.into_iter()).collect())
        }
        ("GET", ["hooks", "incoming", id]) => world.hook(me, id),
        ("DELETE", ["hooks", "incoming", id]) => world.delete_hook(me, id),
        _ => return None,
    })
}

fn posts(world: &mut World, method: &str, path: &[&str], asked: &Asked<'_>) -> Told {
    let me = asked.user;
    Some(match (method, path) {
        ("POST", ["posts", "ephemeral"]) => {
            asked.json("post").cloned().and_then(|body| world.create_ephemeral(me, &body))
        }
        ("POST", ["posts"]) => asked.json("post").cloned().and_then(|body| world.create_post(me, &body)),
        ("POST", ["posts", "ids", "reactions"]) => {
            let told = asked.list().into_iter().map(|id| {
                let reactions = world.reactions_on(me, &id).unwrap_or_default();
                (id, if reactions.is_null() { json!([]) } else { reactions })
            });
            Ok(told.collect::<serde_json::Map<_, _>>().into())
        }
        ("GET", ["posts", id]) if !id.contains(' ') => world.get_post(me, id),
        ("PUT", ["posts", id]) => asked.json("post").cloned().and_then(|body| world.put_post(me, id, &body)),
        ("PUT", ["posts", id, "patch"]) => {
            asked.json("post").cloned().and_then(|body| world.patch_post(me, id, &body))
        }
        ("DELETE", ["posts", id]) => world.delete_post(me, id),
        ("GET", ["posts", id, "thread"]) => world.get_thread(me, id),
        ("POST", ["posts", id, "pin"]) => world.pin_post(me, id, true),
        ("POST", ["posts", id, "unpin"]) => world.pin_post(me, id, false),
        ("GET", ["posts", id, "reactions"]) => world.reactions_on(me, id),
        ("GET", ["posts", id, "files", "info"]) => world.files_of(me, id),
        _ => return None,
    })
}
