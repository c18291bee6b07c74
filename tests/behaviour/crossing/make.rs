//! Making a row's content on a side, as people do there.

use serde_json::{Value, json};
use simulators::{
    draw_jpeg,
    telegram::{Given, MediaKind, Speech},
};

use super::{Made, Walk, bases, deeds};
use crate::square::{Side, Square};

/// Says the message that a row is about. Returns its id.
pub async fn base(square: &Square, side: Side, walk: &Walk<'_>) -> String {
    let words = walk.base(side);
    match walk.row.made {
        Made::Deed(deed) => bases::base(square, side, deed, &words).await,
        _ => square.say(side, &words).await,
    }
}

/// Makes a row's content; `false` where that side has none.
pub async fn make(square: &Square, side: Side, walk: &Walk<'_>) -> bool {
    let fill = |source: &str| {
        filled(square, source).replace("{t}", &walk.mark(side)).replace("{d}", &walk.number(side).to_string())
    };
    let one = |all: [&'static str; 4]| {
        let at = super::COLUMNS.iter().position(|known| *known == side).unwrap();
        Some(all[at]).filter(|source| !source.is_empty()).map(fill)
    };
    match walk.row.made {
        Made::Words(all) => match one(all) {
            Some(source) => words(square, side, &source).await,
            None => return false,
        },
        Made::Json(all) => match one(all) {
            Some(source) => raw(square, side, &source).await,
            None => return false,
        },
        Made::File { matrix, telegram, name, mime } => {
            let kinds = (matrix, telegram);
            return file(square, side, walk, kinds, (name, mime)).await;
        }
        Made::Deed(deed) => return deeds::act(square, side, deed, walk).await,
    }
    true
}

/// The people of the square, as each side names them.
fn filled(square: &Square, source: &str) -> String {
    let escaped = |id: &str| {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' => char::from(byte).to_string(),
            _ => format!("={byte:02x}"),
        };
        id.bytes().map(byte).collect::<String>()
    };
    let ghost =
        |network: &str, id: &str| format!("https://matrix.to/#/@passerelle_{network}_{}:t.test", escaped(id));
    source
        .replace("{bob}", &square.bob.to_string())
        .replace("{ghost-bob}", &ghost("telegram", &square.bob.to_string()))
        .replace("{ghost-chloe}", &ghost("rocket-bretagne", &square.breton.person))
        .replace("{ghost-emma}", &ghost("mattermost", &square.emma))
}

async fn words(square: &Square, side: Side, source: &str) {
    match side {
        Side::Matrix => {
            square.anne.say_html(&square.room, &without_tags(source), source).await;
        }
        Side::Telegram => {
            square.house.telegram.say_html(square.group, square.bob, source).unwrap();
        }
        Side::Breton | Side::Alsatian => {
            square.breton.server.say(&square.breton.room, &square.breton.person, source).unwrap();
        }
        Side::Mattermost => {
            square.mattermost.say(&square.channel, &square.emma, source).unwrap();
        }
    }
}

/// What a client that shows no HTML would show: good enough for a fallback that nobody reads here.
fn without_tags(html: &str) -> String {
    let mut out = String::new();
    let mut within = false;
    for c in html.chars() {
        match c {
            '<' => within = true,
            '>' => within = false,
            c if !within => out.push(c),
            _ => {}
        }
    }
    out
}

async fn raw(square: &Square, side: Side, source: &str) {
    if side == Side::Matrix {
        let (kind, content) = source.split_once(' ').unwrap();
        square.anne.send(&square.room, kind, serde_json::from_str(content).unwrap()).await;
        return;
    }
    let value: Value = serde_json::from_str(source).unwrap();
    match side {
        Side::Telegram => {
            let speech: Speech = serde_json::from_value(value).unwrap();
            square.house.telegram.speak(square.group, square.bob, speech).unwrap();
        }
        Side::Breton | Side::Alsatian => {
            square.breton.server.send(&square.breton.room, &square.breton.person, value).unwrap();
        }
        _ => {
            square.mattermost.post(&square.channel, &square.emma, value).unwrap();
        }
    }
}

/// The bytes that a file of that type begins with, and some more.
pub fn bytes(mime: &str) -> Vec<u8> {
    let head: &[u8] = match mime {
        "image/jpeg" => return draw_jpeg(64, 48, 3),
        "image/gif" => b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
        "video/mp4" => b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
        "audio/mpeg" => b"ID3\x03\0\0\0\0\0\0",
        "audio/ogg" => b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead",
        "application/pdf" => b"%PDF-1.4\n",
        _ => b"",
    };
    head.iter().copied().chain([7; 512]).collect()
}

async fn file(
    square: &Square,
    side: Side,
    walk: &Walk<'_>,
    (msgtype, kind): (&str, &str),
    (name, mime): (&str, &str),
) -> bool {
    let mark = walk.mark(side);
    match side {
        Side::Matrix if msgtype.is_empty() => return false,
        Side::Matrix => {
            let bytes = match msgtype {
                "m.sticker" => draw_jpeg(u32::try_from(walk.number(side)).unwrap(), 48, 3),
                _ => bytes(mime),
            };
            let size = bytes.len();
            let url = square.anne.upload(bytes, mime).await;
            let info = json!({ "mimetype": mime, "size": size, "w": walk.number(side), "h": 48 });
            let mut content = json!({ "body": mark, "filename": name, "url": url, "info": info });
            if msgtype == "m.sticker" {
                square.anne.send(&square.room, msgtype, content).await;
                return true;
            }
            if msgtype == "voice" {
                content["org.matrix.msc3245.voice"] = json!({});
                content["org.matrix.msc1767.audio"] = json!({ "duration": 3000, "waveform": [0, 512, 1024] });
            }
            content["msgtype"] = json!(if msgtype == "voice" { "m.audio" } else { msgtype });
            square.anne.send(&square.room, "m.room.message", content).await;
        }
        Side::Telegram if kind.is_empty() => return false,
        Side::Telegram => {
            let (kind, sticker) = kind.split_once(' ').unwrap_or((kind, ""));
            let media: MediaKind = serde_json::from_value(json!(kind)).unwrap();
            let number = u32::try_from(walk.number(side)).unwrap();
            let mut given = Given { name: Some(name.to_owned()), ..Given::made(media) };
            if media == MediaKind::VideoNote {
                given.duration = Some(number);
            }
            if media == MediaKind::Sticker {
                (given.width, given.height) = (Some(number), Some(48));
                given.mime = Some(sticker.to_owned()).filter(|mime| !mime.is_empty());
            }
            let captioned = !matches!(media, MediaKind::VideoNote | MediaKind::Sticker);
            let caption = if captioned { mark.as_str() } else { "" };
            square.house.telegram.send(square.group, square.bob, given, caption).unwrap();
        }
        Side::Breton | Side::Alsatian => {
            let breton = &square.breton;
            breton.server.say_file(&breton.room, &breton.person, &mark, name, mime, bytes(mime)).unwrap();
        }
        Side::Mattermost => {
            square.mattermost.say_file(&square.channel, &square.emma, &mark, name, bytes(mime)).unwrap();
        }
    }
    true
}
