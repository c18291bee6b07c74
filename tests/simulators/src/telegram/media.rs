//! Media: what a file is sent as, and what the server makes of it.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{
    files::{FileNo, Files, StoredFile},
    params::Upload,
    refusal::Refusal,
};
use crate::pictures;

/// What a file is sent as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A picture, in several sizes.
    Photo,
    /// Any file.
    #[default]
    Document,
    /// A film.
    Video,
    /// A film without sound.
    Animation,
    /// Music.
    Audio,
    /// A voice message.
    Voice,
    /// A round film.
    VideoNote,
    /// A sticker.
    Sticker,
}

impl MediaKind {
    /// The parameter and the field that hold it.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Document => "document",
            Self::Video => "video",
            Self::Animation => "animation",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::VideoNote => "video_note",
            Self::Sticker => "sticker",
        }
    }

    /// As error texts name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Photo => "Photo",
            Self::Document => "Document",
            Self::Video => "Video",
            Self::Animation => "Animation",
            Self::Audio => "Audio",
            Self::Voice => "VoiceNote",
            Self::VideoNote => "VideoNote",
            Self::Sticker => "Sticker",
        }
    }

    /// The beginning of its file ids.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Photo => "AgAC",
            Self::Document => "BQAC",
            Self::Video => "BAAC",
            Self::Animation => "CgAC",
            Self::Audio => "CQAC",
            Self::Voice => "AwAC",
            Self::VideoNote => "DQAC",
            Self::Sticker => "CAAC",
        }
    }

    /// The first part of its file paths.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Photo => "photos",
            Self::Document => "documents",
            Self::Video => "videos",
            Self::Animation => "animations",
            Self::Audio => "music",
            Self::Voice => "voice",
            Self::VideoNote => "video_notes",
            Self::Sticker => "stickers",
        }
    }

    /// Whether its name and MIME type are shown.
    #[must_use]
    pub fn named(self) -> bool {
        matches!(self, Self::Document | Self::Video | Self::Animation | Self::Audio)
    }

    /// Whether its duration is shown.
    #[must_use]
    pub fn timed(self) -> bool {
        matches!(self, Self::Video | Self::Animation | Self::Audio | Self::Voice | Self::VideoNote)
    }

    /// Whether its width and height are shown.
    #[must_use]
    pub fn sized(self) -> bool {
        matches!(self, Self::Video | Self::Animation | Self::Sticker)
    }

    /// Whether it can have a caption.
    #[must_use]
    pub fn captioned(self) -> bool {
        !matches!(self, Self::VideoNote | Self::Sticker)
    }

    /// The permission to send it.
    #[must_use]
    pub fn permission(self) -> &'static str {
        match self {
            Self::Photo => "can_send_photos",
            Self::Document => "can_send_documents",
            Self::Video => "can_send_videos",
            Self::Audio => "can_send_audios",
            Self::Voice => "can_send_voice_notes",
            Self::VideoNote => "can_send_video_notes",
            Self::Animation | Self::Sticker => "can_send_other_messages",
        }
    }
}

/// The file of a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Media {
    /// What it is sent as.
    pub kind: MediaKind,
    /// The file; a photo's sizes in ascending order.
    pub sizes: Vec<FileNo>,
    /// Its small picture.
    pub thumbnail: Option<FileNo>,
    /// Whether it is hidden until asked for.
    pub spoiler: bool,
}

impl Media {
    /// The file itself, a photo's largest size.
    #[must_use]
    pub fn file(&self) -> Option<FileNo> {
        self.sizes.last().copied()
    }
}

const MEGABYTE: u64 = 1 << 20;

/// What is known of a file beside its bytes.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Pixels, as the sender says.
    pub width: Option<u32>,
    /// Pixels, as the sender says.
    pub height: Option<u32>,
    /// Seconds, as the sender says.
    pub duration: Option<u32>,
    /// `performer`, `title`, `emoji`, `set_name`.
    pub more: serde_json::Map<String, serde_json::Value>,
    /// Its size, when that is only pretended.
    pub size: Option<u64>,
}

impl Files {
    /// Takes a new file as `kind`, or as what it turns out to be.
    pub fn take(&mut self, kind: MediaKind, upload: Upload, about: About) -> Result<Media, Refusal> {
        let size = about.size.unwrap_or(0).max(upload.bytes.len() as u64);
        if size == 0 {
            return Err(Refusal::bad("file must be non-empty"));
        }
        if kind == MediaKind::Photo {
            return self.take_photo(&upload, size);
        }
        let kind = settled_kind(kind, &upload);
        let mime = mime(kind, &upload);
        let picture = pictures::measure(&upload.bytes);
        let side = if kind == MediaKind::VideoNote { 384 } else { 512 };
        let (width, height) = picture.map_or((side, side), |picture| (picture.width, picture.height));
        let file = StoredFile {
            kind,
            size,
            name: upload.name.filter(|_| kind.named()),
            mime,
            width: about.width.unwrap_or(width),
            height: about.height.unwrap_or(height),
            duration: about.duration.unwrap_or(0),
            more: about.more,
            bytes: upload.bytes,
            ..StoredFile::default()
        };
        let (width, height) = pictures::fitted(file.width, file.height, 320);
        let no = self.keep(file);
        let moves = self.get(no).mime.as_deref().is_some_and(|mime| mime != "image/webp");
        let drawn =
            matches!(kind, MediaKind::Video | MediaKind::VideoNote) || (kind == MediaKind::Sticker && moves);
        let thumbnail = drawn.then(|| self.keep_size(width, height, no as u64, true));
        Ok(self.remember(Media { kind, sizes: vec![no], thumbnail, spoiler: false }))
    }

    /// A photo, in several sizes of which the largest has the bytes that were sent.
    fn take_photo(&mut self, upload: &Upload, size: u64) -> Result<Media, Refusal> {
        if size > 10 * MEGABYTE {
            return Err(Refusal::bad(format_args!(
                "file of size {size} bytes is too big for a photo; the maximum size is {} bytes",
                10 * MEGABYTE
            )));
        }
        let picture = pictures::measure(&upload.bytes).ok_or_else(|| Refusal::bad("IMAGE_PROCESS_FAILED"))?;
        let (long, short) = (picture.width.max(picture.height), picture.width.min(picture.height));
        if short == 0 || long + short > 10_000 || long > 20 * short {
            return Err(Refusal::bad("PHOTO_INVALID_DIMENSIONS"));
        }
        let bytes = upload.bytes.clone();
        let mut sizes = Vec::new();
        for side in [90, 320, 800].into_iter().filter(|&side| side < long) {
            let (width, height) = pictures::fitted(picture.width, picture.height, side);
            sizes.push(self.keep_size(width, height, pictures::seed(&bytes), false));
        }
        let (width, height) = (picture.width, picture.height);
        let whole = StoredFile { kind: MediaKind::Photo, bytes, width, height, ..StoredFile::default() };
        sizes.push(self.keep(whole));
        Ok(self.remember(Media { kind: MediaKind::Photo, sizes, ..Media::default() }))
    }

    fn keep_size(&mut self, width: u32, height: u32, seed: u64, thumbnail: bool) -> FileNo {
        let bytes = Bytes::from(pictures::draw(width, height, seed));
        self.keep(StoredFile {
            kind: MediaKind::Photo,
            bytes,
            width,
            height,
            thumbnail,
            ..StoredFile::default()
        })
    }
}

/// What the server makes of a file sent as `kind`.
fn settled_kind(kind: MediaKind, upload: &Upload) -> MediaKind {
    let begins = |magic: &[u8]| upload.bytes.starts_with(magic);
    let film = upload.bytes.get(4..8) == Some(b"ftyp");
    let music = begins(b"ID3") || begins(&[0xff, 0xfb]) || upload.bytes.get(4..11) == Some(b"ftypM4A");
    let claimed = claimed_mime(upload).unwrap_or_default();
    let fits = match kind {
        MediaKind::Voice if begins(b"OggS") || music => true,
        MediaKind::Voice if claimed.starts_with("audio/") && !claimed.ends_with("ogg") => {
            return MediaKind::Audio;
        }
        MediaKind::Video | MediaKind::VideoNote => {
            film || claimed == "video/mp4" || claimed == "video/quicktime"
        }
        MediaKind::Animation => film || begins(b"GIF8") || claimed == "video/mp4" || claimed == "image/gif",
        MediaKind::Audio => music || claimed.starts_with("audio/"),
        MediaKind::Sticker => sticker_mime(&upload.bytes).is_some(),
        MediaKind::Document if begins(b"GIF8") => return MediaKind::Animation,
        MediaKind::Document | MediaKind::Photo => true,
        MediaKind::Voice => false,
    };
    if fits { kind } else { MediaKind::Document }
}

fn sticker_mime(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some("image/webp")
    } else if bytes.starts_with(&[0x1f, 0x8b]) {
        Some("application/x-tgsticker")
    } else {
        bytes.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]).then_some("video/webm")
    }
}

/// The MIME type shown: by what the file is, then by its name, then as its sender claims.
fn mime(kind: MediaKind, upload: &Upload) -> Option<String> {
    let known = match kind {
        MediaKind::Sticker => sticker_mime(&upload.bytes).map(str::to_owned),
        MediaKind::Voice if upload.bytes.starts_with(b"OggS") => Some("audio/ogg".into()),
        MediaKind::Audio | MediaKind::Voice => Some("audio/mpeg".into()),
        MediaKind::Animation if upload.bytes.starts_with(b"GIF8") => Some("image/gif".into()),
        MediaKind::Video | MediaKind::VideoNote | MediaKind::Animation => Some("video/mp4".into()),
        _ => None,
    };
    let audio = kind == MediaKind::Audio;
    claimed_mime(upload).filter(|_| audio).or(known).or_else(|| claimed_mime(upload))
}

/// The MIME type by the file's name, else as the sender claims.
fn claimed_mime(upload: &Upload) -> Option<String> {
    let end =
        upload.name.as_deref().and_then(|name| name.rsplit_once('.')).map(|(_, end)| end.to_lowercase());
    let by_name = match end.as_deref().unwrap_or("") {
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        "gif" => "image/gif",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "wav" => "audio/x-wav",
        "flac" => "audio/flac",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "txt" => "text/plain",
        _ => return upload.mime.clone().filter(|mime| mime.contains('/')),
    };
    Some(by_name.into())
}
