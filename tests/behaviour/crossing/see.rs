//! What the members of a side see, as lines of `key=value` for each message.

use std::time::Duration;

use serde_json::{Value, json};
use simulators::telegram::Line;

use super::{COLUMNS, Cell, DIRECTIONS, NEXT, Walk};
use crate::{
    house::PATIENCE,
    square::{Side, Square},
};

/// Everything on a side, a text for each message, which begins with its id.
pub async fn everything(square: &Square, side: Side) -> Vec<String> {
    let all: Vec<Value> = match side {
        Side::Matrix => {
            let mut events = square.anne.raw_timeline(&square.room).await;
            events.extend(square.anne.writing(&square.room).await);
            let pinned = square.anne.state(&square.room, "m.room.pinned_events", "").await;
            events.push(json!({ "id": "pinned now", "now": pinned["pinned"] }));
            events
        }
        Side::Telegram => {
            let mut all = in_albums(square.house.telegram.transcript(square.group).unwrap());
            // No message tells of a new description, nor of somebody who writes.
            for method in ["setChatDescription", "sendChatAction"] {
                all.extend(values(square.house.telegram.calls_of(method)));
            }
            all
        }
        Side::Breton | Side::Alsatian => {
            {
                let mut all = values(square.breton.server.everything(&square.breton.room).unwrap());
                // Who writes is told by a call of its own.
                all.extend(values(square.breton.server.calls_of("method.call")));
                // What previews are wished for is seen in the call alone.
                let said = values(square.breton.server.calls_of("chat.sendMessage"));
                all.extend(said.into_iter().filter(|call| call["body"]["previewUrls"].is_array()));
                all
            }
        }
        Side::Mattermost => values(square.mattermost.everything(&square.channel).unwrap()),
    };
    all.iter().map(flat).collect()
}

/// Every call that changed something on a side; on Matrix, every event.
pub async fn done(square: &Square, side: Side) -> Vec<String> {
    let reads = |name: &str| name.starts_with("get") || name == "file";
    let calls: Vec<Value> = match side {
        Side::Matrix => square.anne.raw_timeline(&square.room).await,
        Side::Telegram => {
            let calls = square.house.telegram.calls();
            values(calls.into_iter().filter(|call| !reads(&call.method)).collect())
        }
        Side::Breton | Side::Alsatian => {
            let calls = square.breton.server.calls();
            values(calls.into_iter().filter(|call| call.method != "GET").collect())
        }
        Side::Mattermost => {
            let calls = square.mattermost.calls();
            values(calls.into_iter().filter(|call| call.method != "GET").collect())
        }
    };
    calls.iter().map(flat).collect()
}

/// The messages of a group, those of an album as the one that they are.
fn in_albums(lines: Vec<Line>) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for line in lines {
        let value = json!(line);
        let Some(album) = &line.album else {
            all.push(value);
            continue;
        };
        match all.iter_mut().find(|one| one["album_of"] == album.as_str()) {
            Some(whole) => whole["album"].as_array_mut().unwrap().push(value),
            None => all.push(json!({ "id": line.id, "album_of": album, "album": [value] })),
        }
    }
    all
}

fn values<T: serde::Serialize>(lines: Vec<T>) -> Vec<Value> {
    lines.into_iter().map(|line| serde_json::to_value(line).unwrap()).collect()
}

/// A tree as lines of paths and values; its id first.
fn flat(value: &Value) -> String {
    let id = value["event_id"].as_str().map(str::to_owned);
    let id =
        id.or_else(|| value["id"].as_str().map(str::to_owned)).unwrap_or_else(|| value["id"].to_string());
    let mut out = format!("id={id}\n");
    walk("", value, &mut out);
    out
}

fn walk(path: &str, value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| walk(&below(path, key), value, out)),
        Value::Array(items) if items.is_empty() => out.push_str(&format!("{path}=[]\n")),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, value)| walk(&below(path, &n.to_string()), value, out));
        }
        Value::String(text) => out.push_str(&format!("{path}={text}\n")),
        other => out.push_str(&format!("{path}={other}\n")),
    }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The id, there, of the message that says these words.
fn id_of<'a>(seen: &'a [String], words: &str) -> Option<&'a str> {
    let said = seen.iter().find(|message| message.contains(words))?;
    said.lines().next()?.strip_prefix("id=")
}

/// Waits until a message of that side has all of this, and returns its id.
pub async fn until(square: &Square, side: Side, parts: &[&str]) -> String {
    let end = tokio::time::Instant::now() + PATIENCE * 2;
    loop {
        let seen = everything(square, side).await;
        let found = seen.iter().find(|message| parts.iter().all(|part| message.contains(part)));
        if let Some(id) = found.and_then(|message| message.lines().next()?.strip_prefix("id=")) {
            return id.to_owned();
        }
        assert!(
            tokio::time::Instant::now() < end,
            "{side:?} waits in vain for {parts:?}; the log:\n{}",
            square.house.daemon.log()
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Waits until every message that something is about is everywhere.
pub async fn until_bases(square: &Square, walks: &[Walk<'_>]) {
    let end = tokio::time::Instant::now() + PATIENCE * 2;
    for side in COLUMNS {
        loop {
            let seen = everything(square, side).await;
            let lacks = |walk: &Walk<'_>| {
                let words = walk.bases.iter().map(|(from, _)| walk.base(*from)).collect::<Vec<_>>();
                words.into_iter().find(|words| id_of(&seen, words).is_none())
            };
            let Some(missing) = walks.iter().find_map(lacks) else { break };
            assert!(
                tokio::time::Instant::now() < end,
                "{missing} never came to {side:?}; the log:\n{}",
                square.house.daemon.log()
            );
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
}

/// The cells whose content is never seen as they say, after all this time; and those that should never be seen and are.
pub async fn unseen(square: &Square, walks: &[Walk<'_>], patience: Duration) -> Vec<String> {
    let all = walks.iter().flat_map(|walk| (0..DIRECTIONS.len()).map(move |n| (walk, n)));
    let mut waiting: Vec<(&Walk<'_>, usize)> = all.filter(|(walk, n)| wanted(walk, *n).is_some()).collect();
    let end = tokio::time::Instant::now() + patience;
    let mut last = Vec::new();
    while !waiting.is_empty() && tokio::time::Instant::now() < end {
        last.clear();
        for side in COLUMNS {
            last.push((side, everything(square, side).await));
        }
        waiting.retain(|(walk, n)| !is_seen(walk, *n, &last));
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    let mut wrong: Vec<String> = waiting.iter().map(|(walk, n)| complaint(walk, *n, &last)).collect();
    for walk in walks {
        for (n, cell) in walk.row.cells.iter().enumerate() {
            let (from, to) = DIRECTIONS[n];
            let there = last.iter().find(|(side, _)| *side == to).map_or(&[][..], |(_, seen)| seen);
            if matches!(cell, Cell::Never(_)) && there.iter().any(|message| is_new(message, walk, from)) {
                wrong.push(format!("{}, {from:?} to {to:?}: it is seen", walk.row.what));
            }
        }
    }
    wrong
}

/// Whether a message is of a row, and not the one that the row is about.
fn is_new(message: &str, walk: &Walk<'_>, from: Side) -> bool {
    message.contains(&walk.mark(from)) && !message.contains(&walk.base(from))
}

fn wanted(walk: &Walk<'_>, n: usize) -> Option<&'static [&'static str]> {
    match walk.row.cells[n] {
        Cell::Native(seen) | Cell::Words(seen, _) | Cell::File(seen, _) => Some(seen),
        Cell::Never(_) | Cell::Absent => None,
    }
}

fn there(n: usize, seen: &[(Side, Vec<String>)]) -> &[String] {
    seen.iter().find(|(side, _)| *side == DIRECTIONS[n].1).map_or(&[][..], |(_, seen)| seen)
}

/// What is looked for, with what it is known by; `None` while the message that it is about is not there.
fn parts(walk: &Walk<'_>, n: usize, there: &[String]) -> Option<Vec<String>> {
    let from = DIRECTIONS[n].0;
    let base = id_of(there, &walk.base(from)).unwrap_or("gone");
    let put = |part: &&str| {
        part.replace("{t}", &walk.mark(from))
            .replace("{base}", base)
            .replace("{d}", &walk.number(from).to_string())
            .replace("{said}", &walk.base(from))
    };
    Some(wanted(walk, n)?.iter().map(put).collect())
}

fn is_seen(walk: &Walk<'_>, n: usize, seen: &[(Side, Vec<String>)]) -> bool {
    let there = there(n, seen);
    let Some(parts) = parts(walk, n, there) else { return false };
    let has = |message: &String, part: &String| match part.strip_prefix('!') {
        Some(part) => !message.contains(part),
        None => message.contains(part),
    };
    let places = |parts: &[String]| -> Vec<usize> {
        let all = there.iter().enumerate();
        all.filter(|(_, message)| parts.iter().all(|part| has(message, part))).map(|(at, _)| at).collect()
    };
    match parts.as_slice() {
        // Nothing more of it: no message has it.
        [gone] if gone.starts_with('!') => there.iter().all(|message| has(message, gone)),
        parts if parts.iter().any(|part| part == NEXT) => {
            let all: Vec<Vec<usize>> = parts.split(|part| part == NEXT).map(places).collect();
            all.iter().all(|one| one.len() == 1) && all.is_sorted()
        }
        parts => !places(parts).is_empty(),
    }
}

fn complaint(walk: &Walk<'_>, n: usize, seen: &[(Side, Vec<String>)]) -> String {
    let (from, to) = DIRECTIONS[n];
    let there = there(n, seen);
    let parts = parts(walk, n, there).unwrap_or_default();
    let near: Vec<&String> = there.iter().filter(|message| message.contains(&walk.token)).collect();
    format!("{}, {from:?} to {to:?}: no message has {parts:?}; near: {near:#?}", walk.row.what)
}
