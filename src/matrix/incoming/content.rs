//! The content of a message (client-server API, "`m.room.message` msgtypes").

use contract::{Body, Card, Location, Media, MediaKind, MessageId, Phrase, Text, Tone};
use serde::Deserialize;
use serde_json::Value;

use crate::matrix::{appservice::kind_of, people::People, text};

/// Files of a gallery.
const MOST_FILES: usize = 20;
/// Characters of a place's name.
const LONGEST_NAME: usize = 200;

/// What somebody said, as far as it is needed.
#[derive(Debug, Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    msgtype: String,
    body: String,
    format: Option<String>,
    formatted_body: Option<String>,
    url: Option<String>,
    file: Option<Value>,
    filename: Option<String>,
    geo_uri: Option<String>,
    #[serde(default, rename = "org.matrix.msc3488.location", alias = "m.location")]
    place: Value,
    /// What is shown of the links (MSC4095); an empty list is the wish that nothing is.
    #[serde(default, rename = "com.beeper.linkpreviews", alias = "m.url_previews")]
    previews: Option<Vec<Value>>,
    /// The files of a gallery (MSC4274).
    #[serde(default)]
    itemtypes: Vec<Value>,
    #[serde(default)]
    info: Value,
    #[serde(default, rename = "m.relates_to")]
    relates_to: Value,
    #[serde(default, rename = "m.mentions")]
    mentions: Value,
    #[serde(rename = "org.matrix.msc3245.voice")]
    voice: Option<Value>,
    #[serde(default, rename = "org.matrix.msc1767.audio")]
    audio: Value,
}

impl Said {
    /// Reads the content of an `m.room.message` or an `m.sticker`.
    pub(super) fn read(kind: &str, content: Value) -> Result<Self, String> {
        let mut said: Self = serde_json::from_value(content).map_err(|why| kind_of(&why))?;
        match kind {
            "m.sticker" => "m.sticker".clone_into(&mut said.msgtype),
            _ if said.msgtype.is_empty() => return Err("a message without a msgtype".to_owned()),
            _ => {}
        }
        Ok(said)
    }

    /// The words, if they are just that: what a command is written in.
    pub(super) fn plain_text(&self) -> Option<&str> {
        let body =
            if self.reply_to().is_some() { text::strip_reply_fallback(&self.body) } else { &self.body };
        (self.msgtype == "m.text").then_some(body.trim())
    }

    /// Whether it is a file of some sort.
    pub(super) fn is_file(&self) -> bool {
        matches!(self.msgtype.as_str(), "m.image" | "m.file" | "m.video" | "m.audio" | "m.sticker")
    }

    /// The message that this one changes.
    pub(super) fn edited(&self) -> Option<MessageId> {
        (self.relates_to["rel_type"] == "m.replace")
            .then(|| self.relates_to["event_id"].as_str())?
            .map(Into::into)
    }

    /// The message answered. What a thread names for clients that know no threads is no answer.
    pub(super) fn reply_to(&self) -> Option<MessageId> {
        if self.relates_to["rel_type"] == "m.thread" && self.relates_to["is_falling_back"] == true {
            return None;
        }
        self.relates_to["m.in_reply_to"]["event_id"].as_str().map(Into::into)
    }

    fn thread(&self) -> Option<MessageId> {
        (self.relates_to["rel_type"] == "m.thread")
            .then(|| self.relates_to["event_id"].as_str())?
            .map(Into::into)
    }

    /// What it says.
    pub(super) fn body(self, people: &People) -> Body {
        let tone = match self.msgtype.as_str() {
            "m.emote" => Tone::Emote,
            "m.notice" => Tone::Notice,
            _ => Tone::Said,
        };
        let (reply_to, thread) = (self.reply_to(), self.thread());
        let media: Vec<Media> =
            if self.is_gallery() { self.gallery() } else { self.media().into_iter().collect() };
        let card = if self.msgtype == "m.location" { self.location() } else { None };
        let no_preview = self.previews.as_ref().is_some_and(Vec::is_empty);
        let text = match self.msgtype.as_str() {
            _ if card.is_some() => Text::default(),
            _ if self.file.is_some() => Phrase::new("encrypted-message").into(),
            _ if !media.is_empty() && !self.has_caption() => Text::default(),
            _ => self.words(people),
        };
        Body { media, reply_to, thread, tone, card, no_preview, ..Body::of(text) }
    }

    fn words(&self, people: &People) -> Text {
        let html = self
            .formatted_body
            .as_deref()
            .filter(|_| self.format.as_deref() == Some("org.matrix.custom.html"));
        let body = match self.reply_to() {
            Some(_) => text::strip_reply_fallback(&self.body),
            None => &self.body,
        };
        text::read(body, html, people, self.mentions["room"] == true)
    }

    /// A body that is not the file's name is its caption (since v1.10).
    fn has_caption(&self) -> bool {
        self.is_gallery() || self.filename.as_ref().is_some_and(|name| name != &self.body)
    }

    fn is_gallery(&self) -> bool {
        matches!(self.msgtype.as_str(), "m.gallery" | "dm.filament.gallery")
    }

    /// The files of a gallery, each like a message of its own (MSC4274).
    fn gallery(&self) -> Vec<Media> {
        let item = |item: &Value| {
            let kind = item["itemtype"].as_str()?.to_owned();
            let said: Self = serde_json::from_value(item.clone()).ok()?;
            Self { msgtype: kind, ..said }.media()
        };
        self.itemtypes.iter().take(MOST_FILES).filter_map(item).collect()
    }

    fn media(&self) -> Option<Media> {
        let url = self.url.as_deref().filter(|url| url.starts_with("mxc://") && url.len() < 1024)?;
        let word = |key: &str| self.info[key].as_str().map(|word| word.chars().take(200).collect::<String>());
        let mime = word("mimetype");
        let kind = match self.msgtype.as_str() {
            "m.image" if mime.as_deref() == Some("image/gif") => MediaKind::Gif,
            "m.image" => MediaKind::Photo,
            "m.sticker" => MediaKind::Sticker,
            "m.video" => MediaKind::Video,
            "m.audio" if self.voice.is_some() => MediaKind::Voice,
            "m.audio" => MediaKind::Audio,
            _ => MediaKind::File,
        };
        let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
        let pixels = |key: &str| number(&self.info[key]).and_then(|n| u32::try_from(n).ok());
        let waveform = self.audio["waveform"].as_array().into_iter().flatten();
        let duration = number(&self.info["duration"]).or_else(|| number(&self.audio["duration"]));
        let name = self.filename.as_ref().unwrap_or(&self.body);
        Some(Media {
            name: (kind != MediaKind::Sticker).then(|| name.chars().take(200).collect()),
            mime,
            size: number(&self.info["size"]),
            width: pixels("w"),
            height: pixels("h"),
            duration,
            waveform: waveform.filter_map(|n| u16::try_from(n.as_u64()?).ok()).take(256).collect(),
            ..Media::new(kind, url, url)
        })
    }

    /// A place on the map, in the form that all clients send (RFC 5870) and with the newer description (MSC3488).
    fn location(&self) -> Option<Card> {
        let uri = self.geo_uri.as_deref().or_else(|| self.place["uri"].as_str())?;
        let (latitude, longitude) = degrees(uri)?;
        // Clients that know no name of a place write its address of the map there.
        let name = self.place["description"].as_str().unwrap_or(&self.body).trim();
        let name =
            (!name.is_empty() && !name.contains("geo:")).then(|| name.chars().take(LONGEST_NAME).collect());
        Some(Card::Location(Location { latitude, longitude, name, address: None, live: false, ended: false }))
    }
}

/// The latitude and longitude of a `geo:` address (RFC 5870), where there is such a place.
pub(super) fn degrees(uri: &str) -> Option<(f64, f64)> {
    let mut degrees = uri.strip_prefix("geo:")?.split([',', ';']).map(|n| n.parse::<f64>().ok());
    let (latitude, longitude) = (degrees.next()??, degrees.next()??);
    let exists = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    exists.then_some((latitude, longitude))
}
