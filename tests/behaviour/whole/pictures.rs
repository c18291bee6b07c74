//! The pictures that each side shows.

use serde_json::Value;

use crate::{house::PATIENCE, square::Square};

/// The heights of the pictures of 120 pixels that the group shows, and the words under each.
pub fn in_group(square: &Square) -> Vec<(u32, String)> {
    let lines = square.house.telegram.transcript(square.group).unwrap();
    let pictures = lines.into_iter().filter_map(|line| Some((line.media?, line.text)));
    pictures.filter(|(file, _)| file.width == 120).map(|(file, text)| (file.height, text)).collect()
}

/// The names of the pictures that the room of Rocket.Chat shows.
pub fn on_rocketchat(square: &Square) -> Vec<String> {
    let lines = square.breton.server.transcript(&square.breton.room).unwrap();
    let files = lines.into_iter().flat_map(|line| line.files);
    files.filter(|file| file.mime == "image/jpeg").map(|file| file.name).collect()
}

/// The same of the channel of Mattermost.
pub fn on_mattermost(square: &Square) -> Vec<String> {
    let lines = square.mattermost.transcript(&square.channel).unwrap();
    let files = lines.into_iter().flat_map(|line| line.files);
    files.filter(|file| file.mime == "image/jpeg").map(|file| file.name).collect()
}

pub async fn until(what: &str, wanted: impl Fn() -> bool) {
    let end = tokio::time::Instant::now() + PATIENCE;
    while !wanted() {
        assert!(tokio::time::Instant::now() < end, "waits in vain for {what}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

/// The heights of the pictures that the room shows as they are now.
pub async fn in_room(square: &Square) -> Vec<u64> {
    let events = square.anne.raw_timeline(&square.room).await;
    let now = |event: &Value| {
        let id = event["event_id"].as_str()?;
        let is_change = |other: &&Value| other["content"]["m.relates_to"]["event_id"] == id;
        let changed = events.iter().rfind(is_change).map(|other| &other["content"]["m.new_content"]);
        let content = changed.unwrap_or(&event["content"]);
        // What was taken back has no content any more.
        let stands = event["content"]["url"].is_string();
        let is_first = stands && event["content"]["m.relates_to"]["rel_type"] != "m.replace";
        (is_first && content["msgtype"] == "m.image").then(|| content["info"]["h"].as_u64())?
    };
    events.iter().filter_map(now).collect()
}

pub async fn until_room(square: &Square, heights: &[u64]) {
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        let now = in_room(square).await;
        if now == heights {
            return;
        }
        assert!(tokio::time::Instant::now() < end, "the room shows {now:?} and not {heights:?}");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}
