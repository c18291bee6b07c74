//! Animated stickers: gzipped Lottie, as clients of Telegram draw it.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use serde_json::json;

/// A square that crosses a canvas of that side within a second; another seed makes another file.
#[must_use]
pub fn draw(side: u32, seed: u64) -> Vec<u8> {
    let still = |value: serde_json::Value| json!({ "a": 0, "k": value });
    let way = json!({ "a": 1, "k": [
        { "t": 0, "s": [100, 256, 0], "i": { "x": [1], "y": [1] }, "o": { "x": [0], "y": [0] } },
        { "t": 30, "s": [400, 256, 0] },
    ] });
    let shapes = json!([{ "ty": "gr", "nm": format!("{seed}"), "it": [
        { "ty": "rc", "p": still(json!([0, 0])), "s": still(json!([120, 120])), "r": still(json!(0)) },
        { "ty": "fl", "c": still(json!([0.9, 0.3, 0.1, 1])), "o": still(json!(100)) },
        { "ty": "tr", "p": still(json!([0, 0])), "a": still(json!([0, 0])), "s": still(json!([100, 100])),
          "r": still(json!(0)), "o": still(json!(100)) },
    ] }]);
    let layer = json!({
        "ddd": 0, "ind": 1, "ty": 4, "nm": "square", "ip": 0, "op": 30, "st": 0, "shapes": shapes,
        "ks": { "p": way, "a": still(json!([0, 0, 0])), "s": still(json!([100, 100, 100])),
                "r": still(json!(0)), "o": still(json!(100)) },
    });
    let animation = json!({
        "tgs": 1, "v": "5.5.2", "fr": 30, "ip": 0, "op": 30, "w": side, "h": side, "assets": [], "layers": [layer],
    });
    let mut zipped = GzEncoder::new(Vec::new(), Compression::default());
    // Memory takes all that is written to it.
    let _ = zipped.write_all(animation.to_string().as_bytes());
    zipped.finish().unwrap_or_default()
}
