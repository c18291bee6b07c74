//! The parts a message becomes, and the content of each. Pure.

use contract::{Author, Block, Body, Card, Location, Media, MediaKind, Poll, Text, Tone};
use serde_json::{Value, json};

use wire::files;

use crate::{
    matrix::{
        people::People,
        text::{self, Pictures},
    },
    store::Upload,
};

/// Bytes of words in one event: half of what an event may hold, since HTML says them again.
/// (An event holds 65,536 bytes; see "Size limits" in the client-server API.)
const LARGEST: usize = 24_000;

/// One event of a message.
#[derive(Debug, PartialEq)]
pub(super) enum Part {
    /// Words.
    Words(Text),
    /// A file, perhaps with words under it.
    File {
        /// The file.
        media: Media,
        /// The words.
        caption: Text,
    },
    /// A place on the map.
    Place(Location),
    /// A poll.
    Poll(Poll),
}

/// The events a message becomes: always the same for the same message.
pub(super) fn parts(body: &Body) -> Vec<Part> {
    let mut words = split(&body.text);
    // Stickers have no caption; and only one event's worth of words fits under a file.
    let captioned =
        body.media.first().is_some_and(|media| media.kind != MediaKind::Sticker) && words.len() == 1;
    let mut caption = if captioned { words.remove(0) } else { Text::default() };
    let mut parts: Vec<Part> = words.into_iter().map(Part::Words).collect();
    for media in &body.media {
        parts.push(Part::File { media: media.clone(), caption: std::mem::take(&mut caption) });
    }
    match &body.card {
        Some(Card::Location(place)) => parts.push(Part::Place(place.clone())),
        Some(Card::Poll(poll)) => parts.push(Part::Poll(poll.clone())),
        _ => {}
    }
    parts
}

/// The content of a place, in the form that all clients know and with the newer description (MSC3488).
pub(super) fn place(place: &Location) -> Value {
    let uri = format!("geo:{},{}", place.latitude, place.longitude);
    let words = place.place();
    json!({
        "msgtype": "m.location", "body": words, "geo_uri": uri, "m.mentions": {},
        "org.matrix.msc3488.location": { "uri": uri, "description": words },
        "org.matrix.msc3488.asset": { "type": "m.pin" },
        "org.matrix.msc1767.text": words,
    })
}

/// The content of a poll (MSC3381), in the form that clients know. Answers are known by their positions.
pub(super) fn poll(poll: &Poll) -> Value {
    let answer = |(at, answer): (usize, &contract::Answer)| json!({ "id": at.to_string(), "org.matrix.msc1767.text": answer.text });
    let answers: Vec<Value> = poll.answers.iter().enumerate().map(answer).collect();
    let lines = poll.answers.iter().enumerate().map(|(at, answer)| format!("{}. {}", at + 1, answer.text));
    let fallback = std::iter::once(poll.question.clone()).chain(lines).collect::<Vec<_>>().join("\n");
    json!({
        "m.mentions": {},
        "org.matrix.msc1767.text": fallback,
        "org.matrix.msc3381.poll.start": {
            "kind": "org.matrix.msc3381.poll.disclosed", "max_selections": poll.most,
            "question": { "org.matrix.msc1767.text": poll.question, "body": poll.question, "msgtype": "m.text" },
            "answers": answers,
        },
    })
}

/// What the first part is to others: an answer, a part of a thread. Later parts only stay in the thread.
pub(super) fn relation(body: &Body, first: bool) -> Option<Value> {
    let reply = body.reply_to.as_ref().filter(|_| first).map(|id| json!({ "event_id": id.as_str() }));
    match (&body.thread, reply) {
        (Some(root), reply) => {
            let falling_back = reply.is_none();
            let reply = reply.unwrap_or_else(|| json!({ "event_id": root.as_str() }));
            Some(json!({
                "rel_type": "m.thread", "event_id": root.as_str(),
                "is_falling_back": falling_back, "m.in_reply_to": reply,
            }))
        }
        (None, Some(reply)) => Some(json!({ "m.in_reply_to": reply })),
        (None, None) => None,
    }
}

/// The content of words.
pub(super) fn words(
    words: &Text,
    author: &Author,
    tone: Tone,
    people: &People,
    pictures: &Pictures,
) -> Value {
    let msgtype = match tone {
        _ if author.is_bridge() => "m.notice",
        Tone::Notice => "m.notice",
        Tone::Emote => "m.emote",
        Tone::Said => "m.text",
    };
    let mut content = json!({ "msgtype": msgtype });
    put_words(&mut content, words, people, pictures);
    content
}

fn put_words(content: &mut Value, words: &Text, people: &People, pictures: &Pictures) {
    let written = text::write(words, people, pictures);
    content["body"] = json!(written.body);
    if let Some(html) = written.formatted {
        content["format"] = json!("org.matrix.custom.html");
        content["formatted_body"] = json!(html);
    }
    // Always there: without it, old rules look for names in the words.
    content["m.mentions"] =
        if written.mentions.is_empty() { json!({}) } else { json!({ "user_ids": written.mentions }) };
    if written.crowd {
        content["m.mentions"]["room"] = json!(true);
    }
}

/// The type and content of a file.
pub(super) fn file(
    media: &Media,
    caption: &Text,
    upload: &Upload,
    people: &People,
    pictures: &Pictures,
) -> (&'static str, Value) {
    let info = info(media, upload);
    let mime = info["mimetype"].as_str().unwrap_or_default();
    let (kind, msgtype, fallback) = match files::shown_as(media.kind, mime) {
        MediaKind::Sticker => ("m.sticker", None, "sticker.webp"),
        MediaKind::Photo => ("m.room.message", Some("m.image"), "photo.jpg"),
        MediaKind::Gif if mime.starts_with("image/") => ("m.room.message", Some("m.image"), "gif.gif"),
        MediaKind::Gif => ("m.room.message", Some("m.video"), "gif.mp4"),
        MediaKind::Video | MediaKind::VideoNote => ("m.room.message", Some("m.video"), "video.mp4"),
        MediaKind::Audio => ("m.room.message", Some("m.audio"), "audio"),
        MediaKind::Voice => ("m.room.message", Some("m.audio"), "voice.ogg"),
        MediaKind::File => ("m.room.message", Some("m.file"), "file"),
    };
    let name = match &media.name {
        Some(_) => files::name(media, mime),
        None => fallback.to_owned(),
    };
    let mut content = json!({ "body": name, "url": upload.uri, "info": info, "m.mentions": {} });
    let Some(msgtype) = msgtype else { return (kind, content) };
    content["msgtype"] = json!(msgtype);
    content["filename"] = json!(name);
    if media.spoiler {
        content["page.codeberg.everypizza.msc4193.spoiler"] = json!(true);
    }
    if media.kind == MediaKind::Voice {
        content["org.matrix.msc3245.voice"] = json!({});
        content["org.matrix.msc1767.audio"] =
            json!({ "duration": media.duration.unwrap_or(0), "waveform": media.waveform });
    }
    if !caption.is_empty() {
        put_words(&mut content, caption, people, pictures);
    }
    (kind, content)
}

/// What its sender says of a file, and over that what was seen of it.
fn info(media: &Media, upload: &Upload) -> Value {
    let mut info = json!({});
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            info[key] = value;
        }
    };
    put("mimetype", media.mime.clone().map(Value::from));
    put("size", media.size.map(Value::from));
    put("w", media.width.map(Value::from));
    put("h", media.height.map(Value::from));
    put("duration", media.duration.map(Value::from));
    for (key, value) in &upload.about {
        put(key, Some(value.clone()));
    }
    info
}

/// Words in pieces that each fit into an event, cut between blocks; a block too large for one is cut as plain words.
fn split(text: &Text) -> Vec<Text> {
    let mut pieces: Vec<Text> = Vec::new();
    let mut size = 0;
    for block in text.0.iter().cloned().flat_map(bounded) {
        let weight = weight(&block);
        match pieces.last_mut() {
            Some(piece) if size + weight <= LARGEST => {
                piece.0.push(block);
                size += weight;
            }
            _ => {
                pieces.push(Text(vec![block]));
                size = weight;
            }
        }
    }
    pieces
}

/// About as many bytes as a block takes when written; or what its tags weigh, of which an event must not hold too many
/// for those who read it, ourselves among them.
fn weight(block: &Block) -> usize {
    let bytes = serde_json::to_vec(block).map_or(LARGEST, |json| json.len());
    bytes.max(text::tags(std::slice::from_ref(block)) * LARGEST / text::MOST_TAGS)
}

fn bounded(block: Block) -> Vec<Block> {
    if weight(&block) <= LARGEST {
        return vec![block];
    }
    let words = Text(vec![block]).words();
    let mut out = Vec::new();
    let mut rest = words.as_str();
    while !rest.is_empty() {
        let mut end = rest.len().min(LARGEST / 2);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        if end < rest.len() {
            end = rest[..end].rfind([' ', '\n']).map_or(end, |space| space + 1);
        }
        out.extend(Text::plain(&rest[..end]).0);
        rest = &rest[end..];
    }
    out
}

#[cfg(test)]
mod tests {
    use contract::Span;

    use super::*;

    fn people() -> People {
        People::new("exemple.fr", "passerelle_", "passerelle").unwrap()
    }

    #[test]
    fn the_words_stand_under_the_first_file() {
        let media = vec![Media::new(MediaKind::Photo, "1", "1"), Media::new(MediaKind::Photo, "2", "2")];
        let body = Body { text: Text::plain("deux photos"), media, ..Body::default() };
        let parts = parts(&body);
        assert_eq!(parts.len(), 2);
        assert!(matches!(&parts[0], Part::File { caption, .. } if !caption.is_empty()));
        assert!(matches!(&parts[1], Part::File { caption, .. } if caption.is_empty()));
    }

    #[test]
    fn a_file_with_words_keeps_its_name() {
        let mut media = Media::new(MediaKind::File, "1", "1");
        media.name = Some("a.pdf".to_owned());
        let (_, content) =
            file(&media, &Text::plain("le compte rendu"), &Upload::default(), &people(), &Pictures::new());
        assert_eq!((&content["body"], &content["filename"]), (&json!("le compte rendu"), &json!("a.pdf")));
        let (_, content) = file(&media, &Text::default(), &Upload::default(), &people(), &Pictures::new());
        assert_eq!(content["body"], content["filename"]);
    }

    #[test]
    fn no_part_is_larger_than_an_event_and_no_word_is_lost() {
        let words: Vec<String> = (0..20_000).map(|n| format!("é{n}")).collect();
        let body = Body::of(Text(vec![Block::Paragraph(vec![Span::Plain(words.join(" "))])]));
        let parts = parts(&body);
        let mut seen = String::new();
        for part in &parts {
            let Part::Words(text) = part else { panic!("only words") };
            let content = super::words(text, &Author::bridge(), Tone::Said, &people(), &Pictures::new());
            assert!(content.to_string().len() < 60_000);
            seen.push_str(content["body"].as_str().unwrap());
            seen.push(' ');
        }
        assert_eq!(seen.split_whitespace().collect::<Vec<_>>(), words);
    }

    #[test]
    fn the_densest_formatting_is_written_as_we_read_it() {
        let bold = |n| Span::Styled(contract::Style::Bold, vec![Span::Plain(format!("m{n}"))]);
        let dense: Vec<Span> = (0..3000).flat_map(|n| [bold(n), Span::Break]).collect();
        let cells = vec![vec![Vec::new(); 90]; 90];
        let table = Block::Table { head: Vec::new(), rows: cells };
        let rules = vec![Block::Rule; 5000];
        for blocks in [vec![Block::Paragraph(dense)], vec![table], rules] {
            let parts = parts(&Body::of(Text(blocks)));
            for part in parts {
                let Part::Words(text) = part else { panic!("only words") };
                let content = super::words(&text, &Author::bridge(), Tone::Said, &people(), &Pictures::new());
                let tags = content["formatted_body"].as_str().unwrap_or_default().matches('<').count();
                assert!(tags <= text::MOST_TAGS, "{tags}");
            }
        }
    }

    #[test]
    fn a_thread_is_no_answer_but_can_hold_one() {
        let mut body = Body { thread: Some("$t".into()), ..Body::default() };
        assert_eq!(relation(&body, true).unwrap()["is_falling_back"], true);
        body.reply_to = Some("$r".into());
        let relation = relation(&body, true).unwrap();
        assert_eq!(
            (&relation["is_falling_back"], &relation["m.in_reply_to"]["event_id"]),
            (&json!(false), &json!("$r"))
        );
    }
}
