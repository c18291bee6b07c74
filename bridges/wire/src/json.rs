//! JSON with halves of characters in it: JavaScript cuts characters in two and writes each half down as it stands.

use serde_json::Value;

/// Reads JSON. Half a character, which is no text anywhere else, is read as U+FFFD.
///
/// # Errors
/// When it is no JSON.
pub fn read(json: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(json).or_else(|_| serde_json::from_slice(&mended(json)))
}

/// The same JSON, with a replacement for each half of a character that stands alone.
fn mended(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        let length = match (byte, unit(json, at)) {
            (b'\\', Some(0xd800..0xdc00)) if matches!(unit(json, at + 6), Some(0xdc00..0xe000)) => 12,
            (b'\\', Some(0xd800..0xe000)) => {
                out.extend_from_slice(b"\\ufffd");
                at += 6;
                continue;
            }
            (b'\\', _) => 2,
            _ => 1,
        };
        let end = json.len().min(at + length);
        out.extend_from_slice(&json[at..end]);
        at = end;
    }
    out
}

/// The UTF-16 unit that is escaped at a place.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_character_costs_only_itself() {
        for (json, words) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""a\udc00b""#, "a\u{fffd}b"),
            (r#""\ud83d\ud83d\ude80""#, "\u{fffd}🚀"),
            (r#""\ud83dx\\ud83d\\\ud83d""#, "\u{fffd}x\\ud83d\\\u{fffd}"),
            (r#""\ude80\ud83d\ude80\n""#, "\u{fffd}🚀\n"),
        ] {
            assert_eq!(read(json.as_bytes()).unwrap(), words, "{json}");
        }
        for nonsense in ["", "\"\\ud8", "{\"a\":\"\\", "\\ud83d"] {
            assert!(read(nonsense.as_bytes()).is_err());
        }
    }
}
