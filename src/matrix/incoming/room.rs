//! What happens to a room itself: its name, topic, picture and pinned messages (client-server API, `m.room.*`).

use contract::{Info, Kind, Media, MediaKind};
use serde_json::Value;

use super::Envelope;

/// So many pins are told of at once.
const MOST_PINS: usize = 20;

/// What a change of state is to the others; nothing when it says the same as before.
pub(super) fn changes(envelope: &Envelope) -> Vec<Kind> {
    let (now, before) = (&envelope.content, &envelope.unsigned["prev_content"]);
    let word = |key: &str| {
        let word = now[key].as_str().map(str::trim).filter(|word| !word.is_empty());
        (now[key] != before[key]).then_some(word)
    };
    let info = match envelope.kind.as_str() {
        "m.room.name" => word("name").flatten().map(|name| Info::Name(name.to_owned())),
        "m.room.topic" => word("topic").map(|topic| Info::Topic(topic.map(str::to_owned))),
        "m.room.avatar" => word("url").map(|url| {
            let url = url.filter(|url| url.starts_with("mxc://") && url.len() < 1024);
            Info::Picture(url.map(|url| Media::new(MediaKind::Photo, url, url)))
        }),
        "m.room.pinned_events" => return pins(now, before),
        _ => None,
    };
    info.map(Kind::Info).into_iter().collect()
}

fn pins(now: &Value, before: &Value) -> Vec<Kind> {
    let list = |content: &Value| -> Vec<String> {
        let all = content["pinned"].as_array().into_iter().flatten();
        all.filter_map(|id| id.as_str().map(str::to_owned)).collect()
    };
    let (now, before) = (list(now), list(before));
    let gone = before.iter().filter(|id| !now.contains(id)).map(|id| (id, false));
    let come = now.iter().filter(|id| !before.contains(id)).map(|id| (id, true));
    let pin = |(id, pinned): (&String, bool)| Kind::Pin { target: id.as_str().into(), pinned };
    gone.chain(come).take(MOST_PINS).map(pin).collect()
}
