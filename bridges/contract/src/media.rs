//! A file that goes with a message, and the stream of its bytes.

use std::{fmt, io, pin::Pin};

use bytes::Bytes;
use futures_util::Stream;
use serde::{Deserialize, Serialize};

/// A file that goes with a message. Its bytes stay on its network until [`crate::Network::download`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Media {
    /// What it is to be shown as.
    pub kind: MediaKind,
    /// How its own network finds it (a `file_id`, an `mxc://` address).
    pub locator: String,
    /// The same for the same file on its network, whoever sends it.
    pub unique: String,
    /// The file's name, as its sender named it: hostile.
    pub name: Option<String>,
    /// The MIME type, as its sender claims.
    pub mime: Option<String>,
    /// Bytes, as its sender claims.
    pub size: Option<u64>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Milliseconds.
    pub duration: Option<u64>,
    /// Loudness over time, 0 to 1024, for voice messages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waveform: Vec<u16>,
    /// Whether it is to be hidden until asked for.
    #[serde(default)]
    pub spoiler: bool,
}

impl Media {
    /// A file of which nothing more is known.
    #[must_use]
    pub fn new(kind: MediaKind, locator: impl Into<String>, unique: impl Into<String>) -> Self {
        Self {
            kind,
            locator: locator.into(),
            unique: unique.into(),
            name: None,
            mime: None,
            size: None,
            width: None,
            height: None,
            duration: None,
            waveform: Vec::new(),
            spoiler: false,
        }
    }
}

/// Megabytes, a million bytes each, as people write them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Megabytes(pub u64);

impl Megabytes {
    /// `bytes`, or less where that was chosen.
    #[must_use]
    pub fn bound(chosen: Option<Self>, bytes: u64) -> u64 {
        chosen.map_or(bytes, |chosen| bytes.min(chosen.0.saturating_mul(1_000_000)))
    }
}

/// What a file is to be shown as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A picture.
    Photo,
    /// A film with sound.
    Video,
    /// A short film without sound that repeats.
    Gif,
    /// Music or other sound.
    Audio,
    /// A voice message.
    Voice,
    /// A round film, spoken into the camera.
    VideoNote,
    /// A sticker.
    Sticker,
    /// Anything, as a file.
    File,
}

/// The bytes of a file, streamed.
pub struct Download {
    /// Bytes in all; known before the first one.
    pub size: u64,
    /// The MIME type that its network names.
    pub mime: Option<String>,
    /// The bytes.
    pub bytes: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("size", &self.size).field("mime", &self.mime).finish_non_exhaustive()
    }
}
