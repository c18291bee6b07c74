//! Pictures: measuring those that come, drawing plain ones.

/// A picture's measures, pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

/// Reads the header of a PNG, GIF, JPEG or WebP.
#[must_use]
pub fn measure(bytes: &[u8]) -> Option<Measures> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(Measures { width: big(bytes, 16, 4)?, height: big(bytes, 20, 4)? });
    }
    if bytes.starts_with(b"GIF8") {
        return Some(Measures { width: little(bytes, 6, 2)?, height: little(bytes, 8, 2)? });
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return webp(bytes);
    }
    if bytes.starts_with(&[0xff, 0xd8]) { jpeg(bytes) } else { None }
}

fn big(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    Some(bytes.get(at..at + count)?.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte)))
}

fn little(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    Some(bytes.get(at..at + count)?.iter().rev().fold(0, |sum, &byte| sum << 8 | u32::from(byte)))
}

fn webp(bytes: &[u8]) -> Option<Measures> {
    match bytes.get(12..16)? {
        b"VP8X" => Some(Measures { width: little(bytes, 24, 3)? + 1, height: little(bytes, 27, 3)? + 1 }),
        b"VP8L" => {
            let packed = little(bytes, 21, 4)?;
            Some(Measures { width: (packed & 0x3fff) + 1, height: (packed >> 14 & 0x3fff) + 1 })
        }
        b"VP8 " => {
            Some(Measures { width: little(bytes, 26, 2)? & 0x3fff, height: little(bytes, 28, 2)? & 0x3fff })
        }
        _ => None,
    }
}

fn jpeg(bytes: &[u8]) -> Option<Measures> {
    let mut at = 2;
    loop {
        let marker = *bytes.get(at + 1)?;
        if *bytes.get(at)? != 0xff {
            return None;
        }
        if (0xc0..=0xcf).contains(&marker) && ![0xc4, 0xc8, 0xcc].contains(&marker) {
            return Some(Measures { width: big(bytes, at + 7, 2)?, height: big(bytes, at + 5, 2)? });
        }
        at += if marker == 0xff { 1 } else { 2 + usize::try_from(big(bytes, at + 2, 2)?.max(2)).ok()? };
    }
}

/// The measures scaled down so that the longer side is `side` at most.
#[must_use]
pub fn fitted(width: u32, height: u32, side: u32) -> (u32, u32) {
    let long = width.max(height).max(1);
    if long <= side {
        return (width.max(1), height.max(1));
    }
    let scaled =
        |length: u32| u32::try_from(u64::from(length) * u64::from(side) / u64::from(long)).unwrap_or(side);
    (scaled(width).max(1), scaled(height).max(1))
}

/// A number that stands for some bytes.
#[must_use]
pub fn seed(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// An evenly grey JPEG of that size; another seed makes another file.
#[must_use]
pub fn draw(width: u32, height: u32, seed: u64) -> Vec<u8> {
    let (width, height) = (width.clamp(1, 10_000), height.clamp(1, 10_000));
    let mut bytes = vec![0xff, 0xd8];
    let mut segment = |marker: u8, body: &[u8]| {
        bytes.extend_from_slice(&[0xff, marker]);
        bytes.extend_from_slice(&u16::try_from(body.len() + 2).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend_from_slice(body);
    };
    segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    segment(0xfe, format!("{seed:016x}").as_bytes());
    let mut table = vec![0];
    table.extend_from_slice(&[16; 64]);
    segment(0xdb, &table);
    let (w, h) = (width.to_be_bytes(), height.to_be_bytes());
    segment(0xc0, &[8, h[2], h[3], w[2], w[3], 1, 1, 0x11, 0]);
    // Two tables with one code each, `0`: "no difference" for the mean, "end of block" for the rest.
    for class in [0x00, 0x10] {
        let mut code = vec![class, 1];
        code.extend_from_slice(&[0; 15]);
        code.push(0);
        segment(0xc4, &code);
    }
    segment(0xda, &[1, 1, 0, 0, 63, 0]);
    let bits = 2 * width.div_ceil(8) * height.div_ceil(8);
    bytes.resize(bytes.len() + (bits / 8) as usize, 0);
    if bits % 8 > 0 {
        bytes.push(0xff >> (bits % 8));
    }
    bytes.extend_from_slice(&[0xff, 0xd9]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_measured() {
        for (width, height) in [(1, 1), (90, 67), (1280, 720), (9, 300)] {
            assert_eq!(measure(&draw(width, height, 7)), Some(Measures { width, height }));
        }
        assert_ne!(draw(8, 8, 1), draw(8, 8, 2));
    }

    #[test]
    fn others_are_measured_or_refused() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x80";
        assert_eq!(measure(png), Some(Measures { width: 256, height: 128 }));
        assert_eq!(measure(b"GIF89a\x0a\0\x14\0"), Some(Measures { width: 10, height: 20 }));
        for bytes in [&b"not a picture"[..], b"\xff\xd8\xff", b"RIFF", b"", b"\xff\xd8\xff\xe0\0\0"] {
            assert_eq!(measure(bytes), None);
        }
    }

    #[test]
    fn scaling_keeps_the_proportions() {
        assert_eq!(fitted(1600, 1200, 320), (320, 240));
        assert_eq!(fitted(64, 32, 320), (64, 32));
    }
}
