//! What a message says: its words, its files, and what it is about.

use contract::{Block, Body, Card, Location, Media, MediaKind, MessageId, Phrase, Span, Style, Text};
use serde_json::Value;
use wire::people::Called;

use super::{Listener, Message};
use crate::text;

/// Attachments of a message that are read.
const MOST: usize = 20;

impl Listener<'_> {
    /// What a message says: never nothing.
    pub(super) fn body(&self, message: &Message<'_>) -> Body {
        let called = self.people.called(&message.raw["mentions"]);
        let (words, _) = without_quotes(message.word("msg"));
        let mut text = text::read(words, &called);
        let (mut quotes, mut media) = (Vec::new(), Vec::new());
        let reply_to = self.answered(message, false);
        for attachment in message.raw["attachments"].as_array().into_iter().flatten().take(MOST) {
            if let Some(link) = attachment["message_link"].as_str() {
                let quoted = self.quoted(message, link);
                if quoted.is_none() || quoted != reply_to {
                    // There is one answer; what else is quoted, or said in another room, is words.
                    quotes.extend(integration(attachment, &called));
                }
                continue;
            }
            match file(attachment, &message.raw["files"], &message.raw["file"]) {
                Some(file) => {
                    let caption = attachment["description"].as_str().unwrap_or_default();
                    if text.is_empty() && !caption.trim().is_empty() {
                        text = text::read(caption, &called);
                    }
                    media.push(file);
                }
                None => text.0.extend(integration(attachment, &called)),
            }
        }
        text.0.splice(..0, quotes);
        let text = text.normal();
        let card = location(&message.raw["location"]).map(Card::Location);
        let text = match text.is_empty() && media.is_empty() && card.is_none() {
            true => Phrase::new("unknown-message").into(),
            false => text,
        };
        let thread = Some(message.word("tmid")).filter(|root| !root.is_empty());
        let thread = thread.map(MessageId::from);
        Body { media, reply_to, thread, card, ..Body::of(text) }
    }

    /// The message that this one answers: the one it quotes; or with `threads` the one its thread began with.
    pub(super) fn answered(&self, message: &Message<'_>, threads: bool) -> Option<MessageId> {
        let (_, links) = without_quotes(message.word("msg"));
        let quoted = message.raw["attachments"].as_array().into_iter().flatten();
        let mut quoted = quoted.filter_map(|attachment| attachment["message_link"].as_str());
        let own = |link: &str| self.quoted(message, link);
        let root = Some(message.word("tmid")).filter(|root| threads && !root.is_empty());
        quoted.find_map(own).or_else(|| links.into_iter().find_map(own)).or_else(|| root.map(MessageId::from))
    }

    /// The message of the same room that an address is of.
    fn quoted(&self, message: &Message<'_>, link: &str) -> Option<MessageId> {
        let (room, id) = address(link.strip_prefix(self.settings.site.trim_end_matches('/'))?)?;
        let here = [message.room.name.as_str(), message.room.id.as_str()].contains(&room);
        here.then(|| MessageId::from(id))
    }
}

/// What room an address names, and what message.
fn address(link: &str) -> Option<(&str, &str)> {
    let (path, query) = link.split_once('?')?;
    let id = query.split(['&', '#']).find_map(|part| part.strip_prefix("msg="))?;
    Some((path.rsplit('/').next()?, id)).filter(|(_, id)| !id.is_empty())
}

/// Words without the links before them that quote messages, and those links.
pub(super) fn without_quotes(words: &str) -> (&str, Vec<&str>) {
    let (mut rest, mut links) = (words, Vec::new());
    while let Some(inner) = rest.trim_start().strip_prefix("[ ](") {
        let Some((link, after)) = inner.split_once(')') else { break };
        if !link.contains("msg=") {
            break;
        }
        links.push(link);
        rest = after;
    }
    (if links.is_empty() { words } else { rest.trim_start() }, links)
}

/// A file of a message.
fn file(attachment: &Value, files: &Value, first: &Value) -> Option<Media> {
    let word = |key: &str| attachment[key].as_str().filter(|word| !word.is_empty());
    // A picture's own address may be that of a small copy of it.
    let address = word("title_link").or_else(|| {
        ["image_url", "audio_url", "video_url"]
            .into_iter()
            .find_map(word)
            .filter(|url| url.contains("/file-upload/"))
    })?;
    if attachment["type"] != "file" && !address.contains("/file-upload/") {
        return None;
    }
    let known = files.as_array().into_iter().flatten().chain([first]);
    let known = known.clone().find(|file| file["_id"].as_str().is_some_and(|id| address.contains(id)));
    let known = known.unwrap_or(&Value::Null);
    let mime = known["type"]
        .as_str()
        .or_else(|| ["image_type", "audio_type", "video_type"].into_iter().find_map(word));
    let size = known["size"].as_u64().or_else(|| {
        ["image_size", "audio_size", "video_size", "size"]
            .into_iter()
            .find_map(|key| attachment[key].as_u64())
    });
    let kind = match mime.and_then(|mime| mime.split('/').next()).unwrap_or_default() {
        _ if mime == Some("image/gif") => MediaKind::Gif,
        _ if mime == Some("image/svg+xml") => MediaKind::File,
        "image" => MediaKind::Photo,
        "video" => MediaKind::Video,
        "audio" => MediaKind::Audio,
        _ => MediaKind::File,
    };
    let pixels = |key: &str| u32::try_from(attachment["image_dimensions"][key].as_u64()?).ok();
    let unique = known["_id"].as_str().unwrap_or(address);
    // The dimensions are those of the small copy.
    let whole = word("image_url").is_none_or(|url| url == address);
    Some(Media {
        name: known["name"].as_str().or_else(|| word("title")).map(str::to_owned),
        mime: mime.map(str::to_owned),
        size,
        width: pixels("width").filter(|_| whole),
        height: pixels("height").filter(|_| whole),
        ..Media::new(kind, address, unique)
    })
}

/// What an integration adds to a message.
fn integration(attachment: &Value, called: &Called) -> Vec<Block> {
    let word = |key: &str| attachment[key].as_str().unwrap_or_default().trim();
    let mut blocks = Vec::new();
    if !word("author_name").is_empty() {
        blocks.extend(Text::plain(word("author_name")).0);
    }
    if !word("title").is_empty() {
        let title = vec![Span::Plain(word("title").split_whitespace().collect::<Vec<_>>().join(" "))];
        let link = word("title_link");
        let spans = match link.starts_with("http://") || link.starts_with("https://") {
            true => vec![Span::Link { url: link.to_owned(), spans: title }],
            false => title,
        };
        blocks.push(Block::Paragraph(vec![Span::Styled(Style::Bold, spans)]));
    }
    for key in ["pretext", "text"] {
        blocks.extend(text::read(word(key), called).0);
    }
    for field in attachment["fields"].as_array().into_iter().flatten().take(MOST) {
        let word = |key: &str| field[key].as_str().unwrap_or_default();
        blocks.extend(Text::plain(&format!("{}: {}", word("title"), word("value"))).0);
    }
    if blocks.is_empty() { Vec::new() } else { vec![Block::Quote(blocks)] }
}

/// A place on the map, as telephones send it: longitude first.
fn location(location: &Value) -> Option<Location> {
    let coordinates = &location["coordinates"];
    let (longitude, latitude) = (coordinates[0].as_f64()?, coordinates[1].as_f64()?);
    Some(Location { latitude, longitude, name: None, address: None, live: false, ended: false })
}
