//! Stickers that are drawings which move: no browser shows them, so they become GIFs.
//!
//! (Telegram, "Animated stickers": Lottie of 512 × 512 pixels, at most 3 s long and 60 frames a second, gzipped into at
//! most 64 KB)

use std::{
    io::Read,
    sync::{Arc, LazyLock},
    time::Duration,
};

use contract::{Download, Media, MediaKind, Result};
use flate2::read::GzDecoder;
use futures_util::{TryStreamExt, stream};
use rasterlottie::{Animation, GifRenderConfig, Renderer};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::{Telegram, client::missing};

/// Bytes of the largest that is drawn, and of what it may unfold to.
const LARGEST: u64 = 64 << 10;
const UNFOLDED: u64 = 4 << 20;
/// Pixels of the side that they have, and of the one that is drawn.
const CANVAS: u32 = 512;
const SIDE: f32 = 256.0;
/// Frames a second that are drawn, and seconds.
const FRAMES: f32 = 20.0;
const LONGEST: f32 = 3.0;
/// How long one is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// One at a time: they are somebody else's, and one that never ends shall take no more than one thread.
static AT_A_TIME: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(1)));

/// Begins the locator of an animation; its still picture's file stands behind a bar, which no `file_id` has.
const MARK: &str = "moves|";

/// An animated sticker (Bot API, `Sticker`), as the GIF that it will be.
pub(crate) fn media(sticker: &Value) -> Option<Media> {
    let still = sticker["thumbnail"]["file_id"].as_str().unwrap_or_default();
    let locator = format!("{MARK}{}|{still}", sticker["file_id"].as_str()?);
    let unique = format!("{MARK}{}", sticker["file_unique_id"].as_str()?);
    Some(Media { mime: Some("image/gif".to_owned()), ..Media::new(MediaKind::Sticker, locator, unique) })
}

/// The files of an animation and of its still picture, where a locator is of one.
pub(crate) fn parts(locator: &str) -> Option<(&str, Option<&str>)> {
    let (animation, still) = locator.strip_prefix(MARK)?.split_once('|')?;
    Some((animation, Some(still).filter(|still| !still.is_empty())))
}

impl Telegram {
    /// An animation as a GIF; its still picture where it cannot be drawn, or the bare animation where it has none.
    pub(crate) async fn sticker(
        &self,
        media: &Media,
        animation: &str,
        still: Option<&str>,
    ) -> Result<Download> {
        let of = |file: &str, mime: &str| Media {
            locator: file.to_owned(),
            mime: Some(mime.to_owned()),
            ..media.clone()
        };
        let file = self.client.download(&of(animation, "application/gzip")).await?;
        if file.size <= LARGEST {
            let tgs: Vec<bytes::Bytes> = file.bytes.try_collect().await.map_err(|_| missing())?;
            if let Some(gif) = draw(tgs.concat()).await {
                let size = gif.len() as u64;
                let bytes = Box::pin(stream::once(async { Ok(gif.into()) }));
                return Ok(Download { size, mime: media.mime.clone(), bytes });
            }
            tracing::info!(network = %self.name, "an animated sticker cannot be drawn: its still picture stands for it");
        }
        match still {
            Some(still) => self.client.download(&of(still, "image/webp")).await,
            None => self.client.download(&of(animation, "application/gzip")).await,
        }
    }
}

/// Draws an animation. Nothing comes of what is no such animation, of what the library cannot draw right, and of what
/// takes too long.
async fn draw(tgs: Vec<u8>) -> Option<Vec<u8>> {
    let drawn = async {
        let one = AT_A_TIME.clone().acquire_owned().await.ok()?;
        let draw = move || {
            let _one = one;
            gif(&tgs)
        };
        tokio::task::spawn_blocking(draw).await.ok().flatten()
    };
    tokio::time::timeout(PATIENCE, drawn).await.ok().flatten()
}

fn gif(tgs: &[u8]) -> Option<Vec<u8>> {
    let mut json = String::new();
    GzDecoder::new(tgs).take(UNFOLDED).read_to_string(&mut json).ok()?;
    let animation = Animation::from_json_str(&json).ok()?;
    if (animation.width, animation.height) != (CANVAS, CANVAS) {
        return None;
    }
    let mut config = GifRenderConfig::default();
    #[expect(clippy::cast_precision_loss, reason = "512 is exact")]
    let scale = SIDE / CANVAS as f32;
    (config.render.scale, config.max_fps, config.max_duration_seconds) = (scale, FRAMES, LONGEST);
    Renderer::default().render_gif(&animation, config).ok()
}

#[cfg(test)]
mod tests {
    use flate2::read::GzEncoder;
    use simulators::telegram::draw_tgs;

    use super::*;

    #[test]
    fn an_animation_is_drawn_as_a_gif_that_moves() {
        let gif = gif(&draw_tgs(512, 1)).unwrap();
        assert!(gif.starts_with(b"GIF89a"));
        assert_eq!((gif[6..8].to_vec(), gif[8..10].to_vec()), (vec![0, 1], vec![0, 1]), "256 × 256 pixels");
        // Each frame begins with a block of this kind.
        let frames = gif.windows(3).filter(|bytes| bytes == b"\x21\xf9\x04").count();
        assert!(frames > 1, "{frames} frames");
    }

    #[test]
    fn nothing_comes_of_what_is_no_such_animation() {
        assert_eq!(gif(b""), None);
        assert_eq!(gif(b"\x1f\x8b\x08\0nonsense"), None);
        assert_eq!(gif(&draw_tgs(100_000, 1)), None, "no canvas but the one they have");
        let mut bomb = GzEncoder::new(std::io::repeat(b' ').take(64 << 20), flate2::Compression::best());
        let mut zipped = Vec::new();
        bomb.read_to_end(&mut zipped).unwrap();
        assert_eq!(gif(&zipped), None);
    }
}
