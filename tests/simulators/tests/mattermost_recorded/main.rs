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
mod world;

use aside::{LEFT_OUT, NOT_THERE, STEPS};
use ids::Ids;
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
