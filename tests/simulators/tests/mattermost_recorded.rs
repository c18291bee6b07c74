//! Recorded traffic of a real Mattermost, played against the simulated one: each request is answered alike, ids and
//! times aside. Where the recordings are not at hand there is nothing to play.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use reqwest::multipart::{Form, Part};
use serde_json::{Map, Value};
use simulators::mattermost::{Adopted, AdoptedChannel, AdoptedTeam, AdoptedUser, Mattermost};

/// Scenarios that are not played, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("bulk_import", "jobs and import files are not simulated"),
    ("incoming_webhook", "no incoming webhooks"),
    ("collapsed_threads", "threads of their own are not simulated"),
    ("create_at", "nobody may choose the time of a post here"),
    ("gzip", "answers are not compressed"),
    ("ephemeral", "no messages that one person sees"),
    ("since_limit", "begins with 1100 posts that the recording does not hold"),
    ("rate_limit", "limits by faults only"),
    ("ws_ping", "lasts minutes"),
    ("ws_reconnect_timeout", "lasts half a minute"),
    ("ws_server_restart", "the server is stopped in it"),
];

/// Paths that lead to what is not simulated: what follows `/api/v4/`, with `*` for an id.
const NOT_THERE: &[&str] = &[
    "uploads",
    "jobs",
    "imports",
    "hooks",
    "commands",
    "roles",
    "threads",
    "preferences",
    "status",
    "unread",
    "group",
    "link",
    "public",
    "privacy",
    "schemeRoles",
    "default",
    "thumbnail",
    "preview",
    "enable",
    "disable",
    "search",
    "autocomplete",
    "view",
    "stats",
    "following",
    "read",
    "custom",
    "active",
    "image",
    "license",
    "config",
    "emoji",
    "logout",
    "group_channels",
    "ephemeral",
    "usernames",
];

fn recordings() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/contracts/mattermost/v5.37");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "json"));
    files.sort();
    files
}

/// The world before a scenario, as the recordings' page says it.
fn world(recording: &Value) -> Adopted {
    let id = |name: &str| recording["actors"][name]["user_id"].as_str().unwrap_or_default().to_owned();
    let names = [
        ("admin", "Régie", "Adélaïde", "Régisseuse"),
        ("alice", "Alizée", "Alizée", "Lefèvre"),
        ("bob", "", "Benoît", "Müller-Garçon"),
        ("chloe", "Cloé ✨", "Chloé", "Noël"),
        ("dora", "", "Dora", ""),
    ];
    let mut users: Vec<AdoptedUser> = names
        .iter()
        .map(|(name, nickname, first, last)| AdoptedUser {
            id: id(name),
            username: (*name).to_owned(),
            email: format!("{name}@tierslieux.test"),
            nickname: (*nickname).to_owned(),
            first_name: (*first).to_owned(),
            last_name: (*last).to_owned(),
            roles: if *name == "admin" { "system_admin system_user" } else { "system_user" }.to_owned(),
            password: format!("<{name}-password>"),
            token: format!("<{name}-token>"),
            outside: *name == "dora",
            bot: None,
        })
        .collect();
    users.push(AdoptedUser {
        id: id("bot"),
        username: "passerelle".to_owned(),
        email: "passerelle@localhost".to_owned(),
        first_name: "Passerelle Matrix".to_owned(),
        roles: "system_user system_post_all".to_owned(),
        token: "<bot-token>".to_owned(),
        bot: Some("Relie les salons Matrix et Mattermost".to_owned()),
        ..AdoptedUser::default()
    });
    let fixture =
        |name: &str| recording["fixtures"]["channels"][name].as_str().unwrap_or_default().to_owned();
    let general = AdoptedChannel {
        id: fixture("general-tl"),
        kind: "O".to_owned(),
        name: "general-tl".to_owned(),
        display_name: "Général du tiers-lieu".to_owned(),
        header: "Bienvenue à toutes et à tous".to_owned(),
        purpose: "Vie quotidienne du lieu".to_owned(),
        members: ["admin", "alice", "bob", "chloe", "bot"].map(id).to_vec(),
    };
    let private = AdoptedChannel {
        id: fixture("animateurs"),
        kind: "P".to_owned(),
        name: "animateurs".to_owned(),
        display_name: "Animateurs·rices".to_owned(),
        purpose: "Coordination".to_owned(),
        members: ["admin", "alice", "bob", "bot"].map(id).to_vec(),
        ..AdoptedChannel::default()
    };
    let team = AdoptedTeam {
        id: recording["fixtures"]["team_id"].as_str().unwrap_or_default().to_owned(),
        name: "tierslieux".to_owned(),
        display_name: "Tiers-Lieux & Écolieux".to_owned(),
    };
    Adopted { team, users, channels: vec![general, private] }
}

/// What the recording calls things, and what we call them.
#[derive(Default)]
struct Ids {
    names: HashMap<String, String>,
    times: HashMap<i64, i64>,
}

/// Steps that are answered otherwise, and why.
const STEPS: &[(&str, &[u64], &str)] = &[
    ("auth", &[13, 20], "by the cookie of a browser"),
    ("auth", &[25], "nobody signs out"),
    ("auth", &[50, 52], "by a role that is given to make tokens for oneself"),
    ("auth", &[15], "no token in an address"),
    ("auth", &[54, 62, 64], "tokens are not shown, nor told apart by their ids, after they were made"),
    ("auth", &[91, 93], "nobody is locked out"),
    ("bot_puppets", &[61], "bots are not disabled"),
    ("channel_lifecycle", &[86], "the change of a channel's kind before it is not simulated"),
    ("delete", &[28], "shows what was said before the scenario"),
    ("direct_and_group", &[47, 52, 56, 58, 66, 68, 70], "no private groups"),
    ("direct_and_group", &[76], "shows channels from before the scenario"),
    ("directory", &[13, 35, 37], "shows channels and people from before the scenario"),
    ("edit", &[74], "about a message from before the scenario"),
    ("errors", &[114], "a role that does not exist"),
    ("files", &[104, 106], "their bytes were not recorded"),
    ("files_multiple", &[21, 25, 68, 72], "in whatever order the database had them"),
    ("files_multiple", &[83, 96], "uploads in parts are not simulated"),
    ("membership", &[128, 137], "nobody is deactivated, nobody leaves a team"),
    ("pending_post_id", &[30, 31, 38, 39, 46, 47, 54], "were asked all at once"),
    ("pending_post_id", &[89], "was asked half a minute later"),
    ("post", &[76], "shows what was said before the scenario"),
    ("posts_paging", &[78], "answers are not cached"),
    ("posts_paging", &[91], "threads of older posts on a page"),
    ("posts_paging", &[114], "old versions, in no order"),
    ("posts_paging", &[124, 127, 135, 137, 144, 151], "ask by a time that nothing in the recording has"),
    ("puppets", &[164], "nobody is deactivated"),
    ("whoami", &[23, 25, 27], "memberships of everything, and channels from before the scenario"),
    ("ws_auth", &[100], "asks for a WebSocket without the headers of one"),
];

fn is_id(words: &str) -> bool {
    words.len() == 26 && words.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

impl Ids {
    /// Words with every known id as ours.
    fn ours(&self, words: &str) -> String {
        self.names.iter().fold(words.to_owned(), |words, (theirs, ours)| words.replace(theirs, ours))
    }

    /// A query with every known time as ours, those just beside one too.
    fn query(&self, query: &str) -> String {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((key, value)) => {
                let time = value
                    .parse::<i64>()
                    .ok()
                    .and_then(|time| (-1..=1).find_map(|step| Some(self.times.get(&(time - step))? + step)));
                format!("{key}={}", time.map_or_else(|| value.to_owned(), |time| time.to_string()))
            }
            None => pair.to_owned(),
        });
        self.ours(&pairs.collect::<Vec<_>>().join("&"))
    }

    fn same(&mut self, theirs: &str, ours: &str) -> bool {
        if (is_id(theirs) || theirs.starts_with('<')) && is_id(ours) {
            return self.names.entry(theirs.to_owned()).or_insert_with(|| ours.to_owned()) == ours;
        }
        theirs == ours
    }

    /// Where two answers differ, ids and times aside.
    fn differ(&mut self, path: &str, theirs: &Value, ours: &Value, found: &mut Vec<String>) {
        let key = path.rsplit('.').next().unwrap_or_default();
        let aside = [
            "request_id",
            "last_activity_at",
            "failed_attempts",
            "last_password_update",
            "locale",
            "mini_preview",
            "has_preview_image",
            "message",
            "detailed_error",
            "timezone",
            "notify_props",
            "invite_id",
            "last_post_at",
            "total_msg_count",
            "total_msg_count_root",
            "hashtags",
            "last_picture_update",
            "auth_data",
            "reply_count",
            "mention_count",
            "mention_count_root",
            "msg_count",
            "msg_count_root",
            "next_post_id",
            "prev_post_id",
            "shared",
            "props",
            "roles",
            "remote_id",
        ];
        if let (Some(theirs), Some(ours), true) = (theirs.as_i64(), ours.as_i64(), key.ends_with("_at")) {
            if (theirs == 0) != (ours == 0) && ["edit_at", "delete_at"].contains(&key) {
                found.push(format!("{path}: {theirs}, ours {ours}"));
            }
            self.times.insert(theirs, ours);
        }
        if key.ends_with("_at") || (aside.contains(&key) && path != "message") {
            return;
        }
        match (theirs, ours) {
            (Value::Object(theirs), Value::Object(ours)) => self.objects(path, theirs, ours, found),
            (Value::Array(theirs), Value::Array(ours)) => {
                if theirs.len() != ours.len() {
                    found.push(format!("{path}: {} entries, ours {}", theirs.len(), ours.len()));
                }
                for (n, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
                    self.differ(&format!("{path}[{n}]"), theirs, ours, found);
                }
            }
            (Value::String(theirs), Value::String(ours)) => {
                if !self.same(theirs, ours) {
                    found.push(format!("{path}: {theirs:?}, ours {ours:?}"));
                }
            }
            (theirs, ours) => {
                if theirs != ours {
                    found.push(format!("{path}: {theirs}, ours {ours}"));
                }
            }
        }
    }

    fn objects(
        &mut self,
        path: &str,
        theirs: &Map<String, Value>,
        ours: &Map<String, Value>,
        found: &mut Vec<String>,
    ) {
        for (key, value) in theirs {
            let own = if is_id(key) {
                self.names.get(key).cloned().unwrap_or_else(|| key.clone())
            } else {
                key.clone()
            };
            match ours.get(&own) {
                Some(ours) => self.differ(&format!("{path}.{key}"), value, ours, found),
                None if value.is_null() || key.ends_with("_at") || *value == "" => {}
                None if [
                    "failed_attempts",
                    "has_reactions",
                    "width",
                    "height",
                    "last_picture_update",
                    "embeds",
                    "emojis",
                    "props",
                ]
                .contains(&key.as_str()) => {}
                None => found.push(format!("{path}.{key}: missing")),
            }
        }
    }
}

fn header<'a>(request: &'a Value, name: &str) -> Option<&'a str> {
    let headers = request["headers"].as_array().into_iter().flatten();
    headers.filter(|header| header[0] == name).find_map(|header| header[1].as_str())
}

/// Sends a recorded request; `None` when its body was not recorded.
async fn ask(server: &Mattermost, request: &Value, ids: &Ids) -> Option<(u16, Option<String>, Value)> {
    let path = ids.ours(request["path"].as_str()?);
    let query = ids.query(request["query"].as_str().unwrap_or_default());
    let method = request["method"].as_str()?.parse().ok()?;
    let mut asked = simulators::http().request(method, format!("{}{path}?{query}", server.url()));
    if let Some(authorization) = header(request, "Authorization") {
        asked = asked.header("authorization", ids.ours(authorization));
    }
    let body = &request["body"];
    asked = match body["kind"].as_str()? {
        "empty" => asked,
        "json" | "text" => asked.body(ids.ours(body["raw"].as_str()?)),
        "multipart" => asked.multipart(form(body, ids)?),
        _ => return None,
    };
    let answer = asked.send().await.ok()?;
    let status = answer.status().as_u16();
    let token = answer.headers().get("token").and_then(|token| token.to_str().ok()).map(str::to_owned);
    Some((status, token, answer.json().await.unwrap_or_default()))
}

fn form(body: &Value, ids: &Ids) -> Option<Form> {
    let mut form = Form::new();
    for part in body["parts"].as_array()? {
        let disposition = header(part, "Content-Disposition")?;
        let named =
            |key: &str| Some(disposition.split(&format!(" {key}=\"")).nth(1)?.split('"').next()?.to_owned());
        let name = named("name")?;
        let text = part["body"]["raw"].as_str().map(|words| ids.ours(words));
        let length = part["body"]["bytes"].as_u64().and_then(|size| usize::try_from(size).ok());
        form = match named("filename") {
            Some(file) => {
                let bytes = text.map_or_else(|| vec![0; length.unwrap_or(0)], String::into_bytes);
                form.part(name, Part::bytes(bytes).file_name(file))
            }
            None => form.text(name, text?),
        };
    }
    Some(form)
}

fn is_simulated(request: &Value) -> bool {
    let path = request["path"].as_str().unwrap_or_default();
    let rest = path.strip_prefix("/api/v4/").unwrap_or(path);
    if rest.starts_with("users/") && rest.ends_with("/roles") {
        return true;
    }
    !rest.split('/').any(|word| NOT_THERE.contains(&word)) && !path.contains("/files/")
}

#[tokio::test]
async fn each_request_of_the_recordings_is_answered_alike() {
    let (mut played, mut wrong) = (0, Vec::new());
    for file in recordings() {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        if LEFT_OUT.iter().any(|(left, _)| *left == name) {
            continue;
        }
        let recording: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let server = Mattermost::start("127.0.0.1:0").await.unwrap();
        server.set(|settings| {
            let overridden = name != "post_overrides_disabled";
            (settings.username_override, settings.icon_override) = (overridden, overridden);
            if name == "files_too_large" {
                settings.max_file_size = 1_048_576;
            }
        });
        server.adopt(world(&recording));
        let timeline = recording["timeline"].as_array().unwrap();
        let mut ids = Ids::default();
        for request in timeline.iter().filter(|entry| entry["kind"] == "http_request") {
            let answer = timeline
                .iter()
                .find(|entry| entry["kind"] == "http_response" && entry["id"] == request["id"]);
            let step = request["i"].as_u64().unwrap_or(0);
            let known = STEPS.iter().any(|(scenario, steps, _)| *scenario == name && steps.contains(&step));
            let (Some(answer), true) = (answer, is_simulated(request)) else { continue };
            // No two things in one millisecond: their order would be anybody's guess.
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            let Some((status, token, body)) = ask(&server, request, &ids).await else { continue };
            if let (Some(theirs), Some(ours)) = (header(answer, "Token"), token) {
                ids.names.insert(theirs.to_owned(), ours);
            }
            played += 1;
            let mut found = Vec::new();
            if answer["status"] != status {
                found.push(format!("{}, ours {status} {}", answer["status"], body["id"]));
            } else if let Some(theirs) =
                answer["body"]["raw"].as_str().and_then(|raw| serde_json::from_str(raw).ok())
            {
                ids.differ("", &theirs, &body, &mut found);
            }
            if !found.is_empty() && !known {
                let (method, path) = (&request["method"], &request["path"]);
                wrong.push(format!("{name} {} {method} {path}: {}", request["i"], found.join("; ")));
            }
        }
    }
    println!("{played} recorded requests played");
    assert!(wrong.is_empty(), "{} of {played} are answered otherwise:\n{}", wrong.len(), wrong.join("\n"));
}
