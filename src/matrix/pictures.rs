//! What clients want to know of a picture before they have it: its pixels, a blur of it, a smaller one.
//! (client-server API, `ImageInfo`; MSC2448, "Blurhash")

use std::{
    fs::File,
    io::{self, BufReader, Cursor},
    sync::LazyLock,
};

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, imageops::FilterType};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

/// Pixels of the largest picture that is unfolded in memory: a small file can hold a field of one colour.
const MOST_PIXELS: u64 = 50_000_000;
/// Bytes that unfolding one may take.
const MOST_BYTES: u64 = 256 << 20;
/// Pictures unfolded at a time.
static AT_A_TIME: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));
/// What clients show in a timeline (client-server API, "Thumbnails").
const SMALL: (u32, u32) = (800, 600);
/// Parts of a blur, across and down.
const PARTS: (u32, u32) = (4, 3);

/// What was seen of a picture.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Seen {
    /// As it stands in an event's `info`.
    pub info: Map<String, Value>,
    /// A smaller one, where the picture is large.
    pub small: Option<Small>,
}

/// A smaller picture.
#[derive(Debug, PartialEq)]
pub(super) struct Small {
    pub mime: &'static str,
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// Whether pictures of that type are looked at.
pub(super) fn is_shown(mime: &str) -> bool {
    matches!(mime, "image/jpeg" | "image/png" | "image/gif" | "image/webp")
}

/// Looks at a picture; nothing is seen of what is none, nor more than its pixels of one that is too large.
pub(super) async fn look(file: File, mime: &str) -> Option<Seen> {
    let moves = mime == "image/gif";
    let _one = AT_A_TIME.acquire().await.ok()?;
    tokio::task::spawn_blocking(move || see(BufReader::new(file), moves)).await.ok()?.ok()
}

fn see(file: impl io::BufRead + io::Seek, moves: bool) -> image::ImageResult<Seen> {
    let mut decoder = ImageReader::new(file).with_guessed_format()?.into_decoder()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    let orientation = decoder.orientation()?;
    let (mut width, mut height) = decoder.dimensions();
    let mut seen = Seen::default();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.set_limits(limits).is_err() {
        seen.measure(width, height);
        return Ok(seen);
    }
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    (width, height) = (picture.width(), picture.height());
    seen.measure(width, height);
    let tiny = picture.resize(64, 64, FilterType::Triangle).to_rgba8();
    if let Ok(blur) = blurhash::encode(PARTS.0, PARTS.1, tiny.width(), tiny.height(), tiny.as_raw()) {
        seen.info.insert("xyz.amorgan.blurhash".to_owned(), blur.into());
    }
    if !moves && (width > SMALL.0 || height > SMALL.1) {
        seen.small = Some(small(&picture.thumbnail(SMALL.0, SMALL.1))?);
    }
    Ok(seen)
}

impl Seen {
    fn measure(&mut self, width: u32, height: u32) {
        self.info.insert("w".to_owned(), width.into());
        self.info.insert("h".to_owned(), height.into());
    }
}

fn small(picture: &DynamicImage) -> image::ImageResult<Small> {
    let mut bytes = Cursor::new(Vec::new());
    let clear = picture.color().has_alpha();
    if clear {
        picture.write_to(&mut bytes, ImageFormat::Png)?;
    } else {
        DynamicImage::from(picture.to_rgb8()).write_to(&mut bytes, ImageFormat::Jpeg)?;
    }
    let mime = if clear { "image/png" } else { "image/jpeg" };
    Ok(Small { mime, bytes: bytes.into_inner(), width: picture.width(), height: picture.height() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_large_picture_has_a_small_one_and_a_blur() {
        let seen = see(Cursor::new(png(1600, 300)), false).unwrap();
        assert_eq!((&seen.info["w"], &seen.info["h"]), (&1600.into(), &300.into()));
        assert!(seen.info["xyz.amorgan.blurhash"].as_str().is_some_and(|blur| blur.len() > 5));
        let small = seen.small.unwrap();
        assert_eq!((small.width, small.height, small.mime), (800, 150, "image/jpeg"));
        assert!(see(Cursor::new(png(100, 100)), false).unwrap().small.is_none());
    }

    #[test]
    fn a_bomb_is_measured_and_left_alone() {
        // Says that it is 60,000 by 60,000 pixels.
        let mut bomb = png(1, 1);
        let side = 60_000_u32.to_be_bytes();
        bomb[16..20].copy_from_slice(&side);
        bomb[20..24].copy_from_slice(&side);
        let crc = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        let seen = see(Cursor::new(bomb), false).unwrap();
        assert_eq!(seen.info["w"], 60_000);
        assert!(seen.small.is_none() && !seen.info.contains_key("xyz.amorgan.blurhash"));
    }

    #[test]
    fn what_is_no_picture_is_not_seen() {
        assert!(see(Cursor::new(b"\x89PNG\r\n\x1a\nbonjour".to_vec()), false).is_err());
    }

    /// The sum of a chunk (PNG, "CRC algorithm").
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8).fold(
                crc ^ u32::from(*byte),
                |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
            )
        })
    }
}
