//! Recorded traffic of a real Mattermost, played against the simulated one: each request is answered alike, ids and
//! times aside. Where the recordings are not at hand there is nothing to play.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use reqwest::multipart::{Form, Part};
use serde_json::Value;
use simulators::mattermost::Mattermost;

mod aside;
mod ids;
mod sockets;
mod world;

use aside::{LEFT_OUT, NOT_THERE, STEPS};
use ids::Ids;
use sockets::{LITTLE_PATIENCE, PATIENCE, Sockets};
use world::world;

fn recordings() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/contracts/mattermost/v5.37");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "json"));
    files.sort();
    files
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
        "json" | "text" => {
            if let Some(kind) = header(request, "Content-Type") {
                asked = asked.header("content-type", kind);
            }
            asked.body(ids.ours(body["raw"].as_str()?))
        }
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

/// A scenario that is played.
struct Play<'a> {
    name: &'a str,
    server: Mattermost,
    timeline: &'a [Value],
    ids: Ids,
    sockets: Sockets,
    /// How many requests and frames were compared.
    played: [usize; 2],
    wrong: Vec<String>,
}

impl<'a> Play<'a> {
    async fn begin(name: &'a str, recording: &'a Value) -> Self {
        let server = Mattermost::start("127.0.0.1:0").await.unwrap();
        server.set(|settings| {
            let overridden = name != "post_overrides_disabled";
            (settings.username_override, settings.icon_override) = (overridden, overridden);
            if name == "files_too_large" {
                settings.max_file_size = 1_048_576;
            }
        });
        server.adopt(world(recording));
        let timeline = recording["timeline"].as_array().unwrap();
        let (ids, sockets) = (Ids::default(), Sockets::default());
        Self { name, server, timeline, ids, sockets, played: [0, 0], wrong: Vec::new() }
    }

    async fn play(&mut self) {
        for entry in self.timeline {
            match entry["kind"].as_str().unwrap_or_default() {
                "http_request" => self.ask(entry).await,
                "ws_open" => self.sockets.open(&self.server, entry, &self.ids).await,
                "step" => self.obey(entry).await,
                "ws_tcp_abort" => self.sockets.abort(entry),
                "ws_frame" if entry["from"] == "client" => self.sockets.say(entry, &self.ids).await,
                "ws_frame" if entry["opcode"] == "text" => {
                    let mut found = Vec::new();
                    let patience = if self.is_known(entry) { LITTLE_PATIENCE } else { PATIENCE };
                    self.sockets.expect(entry, &mut self.ids, patience, &mut found).await;
                    self.played[1] += 1;
                    self.note(entry, "frame", &found);
                }
                _ => {}
            }
        }
    }

    /// Stops the server and starts it again, where the recording says so.
    async fn obey(&self, step: &Value) {
        let words = step["text"].as_str().unwrap_or_default();
        if words.starts_with("the server is stopped") {
            self.server.pause().await;
        } else if words.starts_with("the server is started again") {
            self.server.resume().await.unwrap();
        }
    }

    async fn ask(&mut self, request: &Value) {
        let same = |entry: &&Value| entry["kind"] == "http_response" && entry["id"] == request["id"];
        let (Some(answer), true) = (self.timeline.iter().find(same), is_simulated(request)) else { return };
        // No two things in one millisecond: their order would be anybody's guess.
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        let Some((status, token, body)) = ask(&self.server, request, &self.ids).await else { return };
        if let (Some(theirs), Some(ours)) = (header(answer, "Token"), token) {
            self.ids.names.insert(theirs.to_owned(), ours);
        }
        self.played[0] += 1;
        let mut found = Vec::new();
        if answer["status"] != status {
            found.push(format!("{}, ours {status} {}", answer["status"], body["id"]));
        } else if let Some(theirs) =
            answer["body"]["raw"].as_str().and_then(|raw| serde_json::from_str(raw).ok())
        {
            self.ids.differ("", &theirs, &body, &mut found);
        }
        let (method, path) = (&request["method"], &request["path"]);
        self.note(request, &format!("{method} {path}"), &found);
    }

    /// Notes where something was answered otherwise, unless it is known.
    fn note(&mut self, entry: &Value, what: &str, found: &[String]) {
        if !found.is_empty() && !self.is_known(entry) {
            self.wrong.push(format!("{} {} {what}: {}", self.name, entry["i"], found.join("; ")));
        }
    }

    /// Whether it is known to be otherwise.
    fn is_known(&self, entry: &Value) -> bool {
        let step = entry["i"].as_u64().unwrap_or(0);
        STEPS.iter().any(|(scenario, steps, _)| *scenario == self.name && steps.contains(&step))
    }
}

#[tokio::test]
async fn everything_recorded_is_answered_and_told_alike() {
    let (mut played, mut wrong) = ([0, 0], Vec::new());
    for file in recordings() {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        if LEFT_OUT.iter().any(|(left, _)| *left == name) {
            continue;
        }
        let recording: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let mut play = Play::begin(&name, &recording).await;
        play.play().await;
        played = [played[0] + play.played[0], played[1] + play.played[1]];
        wrong.extend(play.wrong);
    }
    println!("{} recorded requests and {} frames played", played[0], played[1]);
    assert!(wrong.is_empty(), "{} are answered otherwise:\n{}", wrong.len(), wrong.join("\n"));
}
