//! Pictures that browsers show: of people, of rooms, custom emoji. (`/avatar/`, `/emoji-custom/`)

use std::collections::HashMap;

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{wire::cookie, world::World};

/// A custom emoji.
pub fn custom_emoji(world: &World, file: &str) -> Response {
    match world.emoji_image(file) {
        Some((mime, image)) => (StatusCode::OK, [(header::CONTENT_TYPE, mime)], image).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What somebody or a room looks like.
pub fn avatar(
    world: &World,
    path: &[&str],
    headers: &HeaderMap,
    query: &HashMap<String, String>,
) -> Response {
    if world.settings.block_avatars && !by_cookie(world, headers, query) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if let ["room", id] = path {
        let picture = world.rooms.get(*id).and_then(|room| room.picture.clone());
        return match picture {
            Some((_, bytes)) => ([(header::CONTENT_TYPE, "image/png")], bytes).into_response(),
            None => svg("#"),
        };
    }
    let [name] = path else { return svg("#") };
    let user = world.users.values().find(|user| user.username == *name);
    match user.and_then(|user| user.picture.clone()) {
        Some((_, bytes)) => ([(header::CONTENT_TYPE, "image/png")], bytes).into_response(),
        None if query.get("format").is_some_and(|format| format == "png") => {
            ([(header::CONTENT_TYPE, "image/png")], crate::BLANK).into_response()
        }
        None => svg(&name.chars().next().unwrap_or('?').to_uppercase().to_string()),
    }
}

fn svg(letter: &str) -> Response {
    let picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 200 200\"><text>{letter}</text></svg>"
    );
    ([(header::CONTENT_TYPE, "image/svg+xml")], picture).into_response()
}

/// Whether a member asks, by cookies or by words in the query: headers are not looked at for pictures.
fn by_cookie(world: &World, headers: &HeaderMap, query: &HashMap<String, String>) -> bool {
    let word = |name: &str| query.get(name).cloned().or_else(|| cookie(headers, name));
    let (Some(user), Some(token)) = (word("rc_uid"), word("rc_token")) else { return false };
    world.signed_in(&user, &token).is_ok()
}
