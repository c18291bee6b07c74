//! Files and the ids that bots know them by.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{
    media::{Media, MediaKind},
    refusal::Refusal,
};

/// Finds a file.
pub type FileNo = usize;

/// A file.
#[derive(Clone, Debug, Default)]
pub struct StoredFile {
    /// What it was sent as.
    pub kind: MediaKind,
    /// Its bytes; empty when only its size is pretended.
    pub bytes: Bytes,
    /// Its size.
    pub size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its name.
    pub name: Option<String>,
    /// Its MIME type.
    pub mime: Option<String>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Seconds.
    pub duration: u32,
    /// Whether it is the small picture of another file.
    pub thumbnail: bool,
    /// More about it that answers show: `performer`, `title`, `emoji`, `set_name`.
    pub more: Map<String, Value>,
}

/// All files.
#[derive(Debug, Default)]
pub struct Files {
    all: Vec<StoredFile>,
    /// What each file was sent as, with its other sizes.
    media: BTreeMap<FileNo, Media>,
}

impl Files {
    /// Keeps a file.
    pub fn keep(&mut self, mut file: StoredFile) -> FileNo {
        file.sha256 = hex(&Sha256::digest(&file.bytes));
        file.size = file.size.max(file.bytes.len() as u64);
        self.all.push(file);
        self.all.len() - 1
    }

    /// A file.
    #[must_use]
    pub fn get(&self, no: FileNo) -> &StoredFile {
        &self.all[no]
    }

    /// Remembers what its files were sent as.
    pub fn remember(&mut self, media: Media) -> Media {
        for no in &media.sizes {
            self.media.insert(*no, media.clone());
        }
        media
    }

    /// What a file was sent as, to be sent again.
    #[must_use]
    pub fn media(&self, no: FileNo) -> Option<Media> {
        self.media.get(&no).cloned()
    }

    /// The id by which that bot, and no other, may use a file.
    #[must_use]
    pub fn id(&self, no: FileNo, bot: i64) -> String {
        let mut seed = Vec::from(bot.to_be_bytes());
        seed.extend_from_slice(&(no as u64).to_be_bytes());
        let check = Sha256::digest(&seed);
        seed.extend_from_slice(&check[..14]);
        let hidden: Vec<u8> =
            seed.iter().enumerate().map(|(n, b)| if n < 16 { b ^ check[n % 14] } else { *b }).collect();
        let prefix = if self.all[no].thumbnail { "AAMC" } else { self.all[no].kind.prefix() };
        format!("{prefix}AgADGQ{}", URL_SAFE_NO_PAD.encode(hidden))
    }

    /// The file that a bot means by an id.
    #[must_use]
    pub fn find(&self, id: &str, bot: i64) -> Option<FileNo> {
        let hidden = URL_SAFE_NO_PAD.decode(id.get(10..)?).ok().filter(|hidden| hidden.len() == 30)?;
        let no: Vec<u8> = (8..16).map(|n| hidden[n] ^ hidden[16 + n % 14]).collect();
        let no = usize::try_from(u64::from_be_bytes(no.try_into().ok()?)).ok()?;
        (no < self.all.len() && self.id(no, bot) == id).then_some(no)
    }

    /// The id that is the same for the same content, whoever looks.
    #[must_use]
    pub fn unique(&self, no: FileNo) -> String {
        let file = &self.all[no];
        let mut seed = Sha256::new();
        seed.update(file.sha256.as_bytes());
        seed.update(file.size.to_be_bytes());
        format!("AQAD{}", URL_SAFE_NO_PAD.encode(&seed.finalize()[..8]))
    }

    /// The path below `/file/bot<TOKEN>/`.
    #[must_use]
    pub fn path(&self, no: FileNo) -> String {
        let file = &self.all[no];
        let folder = if file.thumbnail { "thumbnails" } else { file.kind.folder() };
        format!("{folder}/file_{no}{}", file.extension())
    }

    /// The file at a path.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<FileNo> {
        let no = path.rsplit_once("file_")?.1.split('.').next()?.parse().ok()?;
        (no < self.all.len() && self.path(no) == path).then_some(no)
    }

    /// What every kind of file shows.
    fn base(&self, no: FileNo, bot: i64) -> Map<String, Value> {
        let mut view = Map::new();
        view.insert("file_id".into(), self.id(no, bot).into());
        view.insert("file_unique_id".into(), self.unique(no).into());
        view.insert("file_size".into(), self.all[no].size.into());
        view
    }

    /// As a `PhotoSize`.
    #[must_use]
    pub fn view_size(&self, no: FileNo, bot: i64) -> Value {
        let mut view = self.base(no, bot);
        view.insert("width".into(), self.all[no].width.into());
        view.insert("height".into(), self.all[no].height.into());
        Value::Object(view)
    }

    /// A JSON list of file numbers as `PhotoSize`s.
    #[must_use]
    pub fn view_sizes(&self, numbers: &Value, bot: i64) -> Value {
        let numbers = numbers.as_array().into_iter().flatten().filter_map(Value::as_u64);
        numbers.filter_map(|no| usize::try_from(no).ok()).map(|no| self.view_size(no, bot)).collect()
    }

    /// Adds a message's file to its view, under its field's name.
    pub fn view_media(&self, media: &Media, bot: i64, view: &mut Map<String, Value>) {
        if media.spoiler {
            view.insert("has_media_spoiler".into(), true.into());
        }
        if media.kind == MediaKind::Photo {
            let sizes = media.sizes.iter().map(|&no| self.view_size(no, bot)).collect();
            view.insert("photo".into(), sizes);
            return;
        }
        let Some(no) = media.file() else { return };
        if media.kind == MediaKind::Animation {
            view.insert("document".into(), self.view_file(no, media.thumbnail, MediaKind::Document, bot));
        }
        view.insert(media.kind.field().into(), self.view_file(no, media.thumbnail, media.kind, bot));
    }

    fn view_file(&self, no: FileNo, thumbnail: Option<FileNo>, kind: MediaKind, bot: i64) -> Value {
        let file = &self.all[no];
        let mut view = self.base(no, bot);
        if let Some(thumbnail) = thumbnail.filter(|_| kind != MediaKind::Voice) {
            view.insert("thumbnail".into(), self.view_size(thumbnail, bot));
        }
        if kind.named() {
            for (key, value) in [("file_name", &file.name), ("mime_type", &file.mime)] {
                if let Some(value) = value {
                    view.insert(key.into(), value.clone().into());
                }
            }
        }
        match kind {
            MediaKind::Voice => {
                view.insert(
                    "mime_type".into(),
                    file.mime.clone().unwrap_or_else(|| "audio/ogg".into()).into(),
                );
            }
            MediaKind::VideoNote => {
                view.insert("length".into(), file.width.into());
            }
            MediaKind::Sticker => {
                view.insert("type".into(), "regular".into());
                let is = |mime: &str| file.mime.as_deref() == Some(mime);
                view.insert("is_animated".into(), is("application/x-tgsticker").into());
                view.insert("is_video".into(), is("video/webm").into());
            }
            _ => {}
        }
        if kind.timed() {
            view.insert("duration".into(), file.duration.into());
        }
        if kind.sized() {
            view.insert("width".into(), file.width.into());
            view.insert("height".into(), file.height.into());
        }
        if matches!(kind, MediaKind::Audio | MediaKind::Sticker) {
            view.extend(file.more.clone());
        }
        Value::Object(view)
    }

    /// The answer to `getFile`.
    #[must_use]
    pub fn view_path(&self, no: FileNo, bot: i64) -> Value {
        let mut view = self.base(no, bot);
        view.insert("file_path".into(), self.path(no).into());
        json!(view)
    }
}

impl StoredFile {
    fn extension(&self) -> String {
        let named = self.name.as_deref().and_then(|name| name.rsplit_once('.')).map(|(_, end)| end);
        let plain =
            |end: &&str| (1..=5).contains(&end.len()) && end.chars().all(|c| c.is_ascii_alphanumeric());
        if self.thumbnail || self.kind == MediaKind::Photo {
            return ".jpg".into();
        }
        if let Some(end) = named.filter(plain) {
            return format!(".{end}");
        }
        match (self.kind, self.mime.as_deref()) {
            (MediaKind::Voice, _) => ".oga",
            (MediaKind::Sticker, Some("application/x-tgsticker")) => ".tgs",
            (MediaKind::Sticker, Some("video/webm")) => ".webm",
            (MediaKind::Sticker, _) => ".webp",
            (MediaKind::Video | MediaKind::Animation | MediaKind::VideoNote, _) => ".mp4",
            (MediaKind::Audio, _) => ".mp3",
            _ => "",
        }
        .into()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// What the server says of an id that leads to no file of the bot's: whether it can be one at all.
#[must_use]
pub fn unknown(id: &str) -> Refusal {
    let wrong = |why| Refusal::bad(format_args!("wrong remote file identifier specified: {why}"));
    match id.trim_end_matches('=') {
        bare if !bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) => {
            wrong("Wrong character in the string")
        }
        bare if bare.len() % 4 == 1 => wrong("Wrong string length"),
        bare if bare.len() < 50 => wrong("can't unserialize it. Wrong last symbol"),
        _ => Refusal::bad("wrong file identifier/HTTP URL specified"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_belong_to_one_bot_and_content_has_one_name() {
        let mut files = Files::default();
        let file =
            |bytes: &'static [u8]| StoredFile { bytes: Bytes::from_static(bytes), ..StoredFile::default() };
        let (a, b, c) = (files.keep(file(b"x")), files.keep(file(b"x")), files.keep(file(b"y")));
        let id = files.id(a, 7);
        assert_eq!(files.find(&id, 7), Some(a));
        assert_eq!(files.find(&id, 8), None);
        assert_eq!(files.find("AgACnonsense", 7), None);
        assert_ne!(id, files.id(b, 7));
        assert_eq!(files.unique(a), files.unique(b));
        assert_ne!(files.unique(a), files.unique(c));
        assert_eq!(files.at(&files.path(c)), Some(c));
        assert_eq!(files.at("documents/file_99"), None);
    }
}
