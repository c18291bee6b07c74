//! What was said, and what changed since. (REST, `*.history`, `chat.syncMessages`, `chat.getDeletedMessages`)

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    error::Refusal,
    world::{Room, World, date, ms, rest},
};

type Made<T> = Result<T, Refusal>;
type Query = HashMap<String, String>;

/// Entries on a page, unless another number is asked for; and the most.
const PAGE: usize = 50;
const LARGEST_PAGE: usize = 100;

/// The newest messages of a room, newest first.
pub fn newest(world: &World, room: &Room, query: &Query) -> Vec<Value> {
    let time = |key: &str| query.get(key).and_then(|word| millis(word));
    let says = |key: &str| query.get(key).is_some_and(|word| word == "true");
    let (oldest, latest) = (time("oldest").unwrap_or(i64::MIN), time("latest").unwrap_or(i64::MAX));
    let threads = query.get("showThreadMessages").is_none_or(|word| word != "false");
    let within = |at: i64| match says("inclusive") {
        true => oldest <= at && at <= latest,
        false => oldest < at && at < latest,
    };
    let mut messages: Vec<&Value> = messages(world, room).collect();
    messages.retain(|message| within(ms(&message["ts"])) && (threads || message["tmid"].is_null()));
    messages.reverse();
    let count = number(query, "count", 20).min(LARGEST_PAGE);
    messages.into_iter().skip(number(query, "offset", 0)).take(count).map(rest).collect()
}

/// What changed in a room since a time, all of it; or page by page, by a cursor.
pub fn changes(world: &World, room: &Room, query: &Query) -> Made<Value> {
    let word = |key: &str| query.get(key).map(String::as_str);
    let (kind, next, previous) = (word("type"), word("next"), word("previous"));
    if let Some(since) = word("lastUpdate") {
        let odd = "The \"lastUpdate\" query parameter must be a valid date";
        let since = millis(since).ok_or_else(|| Refusal::of("error-lastUpdate-param-invalid", odd))?;
        if next.or(previous).is_some() {
            let odd = "The attributes \"next\", \"previous\" and \"lastUpdate\" cannot be used together";
            return Err(Refusal::of("error-cursor-and-lastUpdate-conflict", odd));
        }
        let mut updated = updated(world, room, since);
        updated.sort_by_key(|message| std::cmp::Reverse(ms(&message["ts"])));
        let deleted: Vec<Value> = gone(room, since).map(tombstone).collect();
        return Ok(json!({ "updated": updated, "deleted": deleted }));
    }
    // Cursors came with 7.
    let Some(kind) = kind.filter(|_| world.version().0 >= 7) else {
        let missing = "The \"type\" or \"lastUpdate\" parameters must be provided";
        return Err(Refusal::of("error-param-required", missing));
    };
    let since = match next {
        Some(next) => next.parse().map_err(|_| Refusal::plain("Invalid Date"))?,
        None => 0,
    };
    let count = number(query, "count", 20);
    let (mut all, key) = match kind {
        "UPDATED" => (updated(world, room, since).into_iter().cloned().collect(), "_updatedAt"),
        "DELETED" => (gone(room, since).map(tombstone).collect::<Vec<_>>(), "_deletedAt"),
        _ => {
            let odd = "The \"type\" parameter must be either \"UPDATED\" or \"DELETED\"";
            return Err(Refusal::of("error-type-param-not-supported", odd));
        }
    };
    all.sort_by_key(|entry| ms(&entry[key]));
    let more = all.len() > count;
    all.truncate(count);
    let at = |entry: Option<&Value>| entry.map(|entry| ms(&entry[key]).to_string());
    let cursor = json!({ "next": at(all.last()).filter(|_| more), "previous": at(all.first()) });
    let (updated, deleted) = if kind == "UPDATED" { (all, Vec::new()) } else { (Vec::new(), all) };
    Ok(json!({ "updated": updated, "deleted": deleted, "cursor": cursor }))
}

/// The ids of what was deleted since a time.
pub fn deleted(room: &Room, query: &Query) -> Made<Value> {
    let odd = || Refusal::invalid("must match format \"iso-date-time\" [invalid-params]");
    let since = query.get("since").and_then(|word| millis(word)).ok_or_else(odd)?;
    let all: Vec<&String> = gone(room, since).map(|(id, _)| id).collect();
    let (offset, count) = (number(query, "offset", 0), number(query, "count", PAGE).min(LARGEST_PAGE));
    let page: Vec<Value> = all.iter().skip(offset).take(count).map(|id| json!({ "_id": id })).collect();
    Ok(json!({ "messages": page, "count": page.len(), "offset": offset, "total": all.len() }))
}

/// What was said in a room within some time, oldest first (DDP, `loadHistory`).
pub fn loaded<'a>(world: &'a World, room: &'a Room, since: i64) -> Vec<&'a Value> {
    messages(world, room).filter(|message| ms(&message["ts"]) > since).collect()
}

fn messages<'a>(world: &'a World, room: &'a Room) -> impl Iterator<Item = &'a Value> {
    room.messages.iter().filter_map(|id| world.messages.get(id))
}

fn updated<'a>(world: &'a World, room: &'a Room, since: i64) -> Vec<&'a Value> {
    messages(world, room).filter(|message| ms(&message["_updatedAt"]) > since).collect()
}

fn gone(room: &Room, since: i64) -> impl Iterator<Item = &(String, i64)> {
    room.deleted.iter().filter(move |(_, at)| *at > since)
}

fn tombstone((id, at): &(String, i64)) -> Value {
    json!({ "_id": id, "_deletedAt": date(*at) })
}

fn number(query: &Query, key: &str, most: usize) -> usize {
    query.get(key).and_then(|word| word.parse().ok()).unwrap_or(most)
}

fn millis(time: &str) -> Option<i64> {
    Some(chrono::DateTime::parse_from_rfc3339(time).ok()?.timestamp_millis())
}
