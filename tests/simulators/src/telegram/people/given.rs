//! Files that people send: their own bytes, or made up.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::{
    pictures,
    telegram::{
        animations,
        media::{About, Media, MediaKind},
        params::Upload,
        refusal::Refusal,
        world::World,
    },
};

/// Bytes that are made up at most; a larger file only pretends its size.
const MADE: u64 = 20 << 20;

/// A file as a person gives it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Given {
    /// What it is sent as.
    #[serde(default)]
    pub kind: MediaKind,
    /// Its bytes in base64; made up when left out.
    #[serde(default)]
    pub base64: Option<String>,
    /// Its bytes, in Rust.
    #[serde(skip)]
    pub bytes: Option<Bytes>,
    /// Its size, for made-up bytes.
    #[serde(default)]
    pub size: Option<u64>,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// Its MIME type.
    #[serde(default)]
    pub mime: Option<String>,
    /// Pixels.
    #[serde(default)]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(default)]
    pub height: Option<u32>,
    /// Seconds.
    #[serde(default)]
    pub duration: Option<u32>,
    /// Whether it is hidden until asked for.
    #[serde(default)]
    pub spoiler: bool,
    /// The musician.
    #[serde(default)]
    pub performer: Option<String>,
    /// The piece of music.
    #[serde(default)]
    pub title: Option<String>,
    /// A sticker's emoji.
    #[serde(default)]
    pub emoji: Option<String>,
    /// A sticker's set.
    #[serde(default)]
    pub set_name: Option<String>,
}

impl Given {
    /// A made-up file.
    #[must_use]
    pub fn made(kind: MediaKind) -> Self {
        Self { kind, ..Self::default() }
    }

    /// A file of these bytes.
    #[must_use]
    pub fn of(kind: MediaKind, bytes: impl Into<Bytes>) -> Self {
        Self { kind, bytes: Some(bytes.into()), ..Self::default() }
    }

    /// Its bytes, given or made up.
    fn contents(&self, seed: i64) -> Result<Bytes, Refusal> {
        if let Some(bytes) = &self.bytes {
            return Ok(bytes.clone());
        }
        if let Some(text) = &self.base64 {
            return STANDARD.decode(text).map(Bytes::from).map_err(|_| Refusal::bad("can't read the base64"));
        }
        let seed = seed.unsigned_abs();
        if self.kind == MediaKind::Photo {
            let (width, height) = (self.width.unwrap_or(1280), self.height.unwrap_or(960));
            return Ok(pictures::draw(width, height, seed).into());
        }
        if self.kind == MediaKind::Sticker && self.mime.as_deref() == Some("application/x-tgsticker") {
            return Ok(animations::draw(512, seed).into());
        }
        let size = self.size.unwrap_or(4096);
        if size > MADE {
            return Ok(Bytes::new());
        }
        let mut bytes = beginning(self.kind, self.mime.as_deref());
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        while (bytes.len() as u64) < size {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            bytes.push(u8::try_from(state >> 56).unwrap_or(0));
        }
        Ok(bytes.into())
    }
}

/// The first bytes that files of a kind have.
fn beginning(kind: MediaKind, mime: Option<&str>) -> Vec<u8> {
    match (kind, mime) {
        (MediaKind::Video | MediaKind::Animation | MediaKind::VideoNote, _) => {
            b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec()
        }
        (MediaKind::Voice, _) => {
            b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead".to_vec()
        }
        (MediaKind::Audio, _) => b"ID3\x03\0\0\0\0\0\0".to_vec(),
        (MediaKind::Sticker, Some("video/webm")) => vec![0x1a, 0x45, 0xdf, 0xa3],
        (MediaKind::Sticker, _) => b"RIFF\0\x10\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\xff\x01\0\xff\x01\0".to_vec(),
        _ => Vec::new(),
    }
}

impl World {
    /// Takes a person's file.
    pub fn given(&mut self, given: &Given) -> Result<Media, Refusal> {
        let seed = self.serial();
        let bytes = given.contents(seed)?;
        let mut more = Map::new();
        let words = [
            ("performer", &given.performer),
            ("title", &given.title),
            ("emoji", &given.emoji),
            ("set_name", &given.set_name),
        ];
        for (key, value) in words {
            if let Some(value) = value {
                more.insert(key.into(), value.clone().into());
            }
        }
        let size = given.size.filter(|size| bytes.is_empty() && *size > MADE);
        let upload = Upload { name: given.name.clone(), mime: given.mime.clone(), bytes };
        let (width, height, duration) = (given.width, given.height, given.duration);
        let mut media = self.files.take(given.kind, upload, About { width, height, duration, more, size })?;
        media.spoiler = given.spoiler;
        Ok(media)
    }
}
