//! What the paths under `files` and `emoji` do. (API v4, "Files", "Emoji")

use axum::{
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde_json::{Value, json};

use super::{
    super::{
        downloads::{self, Wish},
        error::{Refusal, answer},
        wire::ok,
        world::{World, is_id},
    },
    Asked, Done,
};

pub(super) fn files(world: &mut World, method: &str, path: &[&str], asked: Asked<'_>) -> Option<Done> {
    let me = asked.user;
    Some(match (method, path) {
        ("POST", ["files"]) => {
            let channel = asked.query.get("channel_id").cloned().unwrap_or_else(|| asked.word("channel_id"));
            if !is_id(&channel) {
                return Some(Err(Refusal::url_param("channel_id")));
            }
            let posts = world.may_post(me, &channel).and_then(|()| world.may_read(me, &channel));
            if let Err(refusal) = posts {
                return Some(Err(refusal));
            }
            let client_ids = &asked.body.map(|body| body["client_ids"].clone()).unwrap_or_default();
            let count = client_ids.as_array().map_or(0, Vec::len);
            if count > 0 && count != asked.uploads.len() {
                return Some(Err(Refusal::body_param("client_ids")));
            }
            let simple = asked.query.contains_key("filename");
            let client_ids = match (count, simple) {
                (0, true) => Value::Null,
                (0, false) => json!([]),
                _ => client_ids.clone(),
            };
            let mut infos = Vec::new();
            for upload in asked.uploads {
                match world.add_file(me, &upload.name, &upload.mime, upload.bytes) {
                    Ok(info) => infos.push(info),
                    Err(refusal) => return Some(Err(refusal)),
                }
            }
            Ok(answer(201, &json!({ "file_infos": infos, "client_ids": client_ids })))
        }
        ("GET", ["files", id]) => {
            let wish = Wish {
                range: asked.range,
                keep: asked.query.get("download").is_some_and(|keep| keep == "1" || keep == "true"),
            };
            world
                .visible_file(me, id)
                .map(|file| downloads::send(&file, &file.mime, file.bytes.clone(), wish))
        }
        ("GET", ["files", id, what @ ("thumbnail" | "preview")]) => {
            world.visible_file(me, id).and_then(|file| {
                let most = if *what == "thumbnail" { 120 } else { 1920 };
                let missing = || {
                    let message = format!("File doesn't have a {what} image.");
                    Refusal::new(400, &format!("api.file.get_file_{what}.no_{what}.app_error"), message)
                };
                let small = file.small(most).ok_or_else(missing)?;
                Ok(downloads::send(&file, "image/jpeg", small, Wish { range: asked.range, keep: false }))
            })
        }
        ("GET", ["files", id, "info"]) => world.visible_file(me, id).map(|file| ok(&file.json())),
        _ => return None,
    })
}

pub(super) fn emoji(world: &mut World, method: &str, path: &[&str], mut asked: Asked<'_>) -> Option<Done> {
    Some(match (method, path) {
        ("POST", ["emoji"]) => {
            // The form says what it is in JSON of its own.
            let about: Value = serde_json::from_str(&asked.word("emoji")).unwrap_or_default();
            let Some(upload) = asked.uploads.pop() else { return Some(Err(Refusal::body_param("image"))) };
            let name = about["name"].as_str().unwrap_or_default();
            world.add_emoji(asked.user, name, upload.bytes).map(|told| ok(&told))
        }
        ("GET", ["emoji"]) => Ok(ok(&asked.page(world.all_emoji().into_iter()).collect())),
        ("GET", ["emoji", "name", name]) => world.emoji_named(name).map(|told| ok(&told)),
        ("GET", ["emoji", id, "image"]) => world.emoji_image(id).map(|image| {
            let headers =
                [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "max-age=2592000, private")];
            (StatusCode::OK, headers, image).into_response()
        }),
        _ => return None,
    })
}
