//! Codes that people read, say aloud and type.

use contract::{Fault, Result};
use sha2::{Digest, Sha256};

/// The signs of a code: none that looks like another. As many as five bits tell apart.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Signs of a code: 30 bits, which a thousand tries a day find once in three thousand years.
const LENGTH: usize = 6;

/// A new code, such as `7KQ-42M`.
pub fn new() -> Result<String> {
    let mut random = [0; LENGTH];
    getrandom::fill(&mut random).map_err(|why| Fault::retry(format!("no randomness: {why}")))?;
    let signs: String = random.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect();
    let (one, two) = signs.split_at(LENGTH / 2);
    Ok(format!("{one}-{two}"))
}

/// What a code is kept by, however it is written; `None` when it cannot be a code.
pub fn digest(code: &str) -> Option<String> {
    let bare: String = code.chars().filter(|c| c.is_alphanumeric()).take(LENGTH + 1).collect();
    let bare = bare.to_ascii_uppercase();
    let is_code = bare.len() == LENGTH && bare.bytes().all(|sign| SIGNS.contains(&sign));
    let hash = Sha256::digest(bare.as_bytes());
    is_code.then(|| hash.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")))
}

/// The same for the same parts, unlike any other; nobody finds the parts by it.
pub fn key(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize().iter().take(16).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_itself_however_it_is_written() {
        let code = new().unwrap();
        assert_eq!((code.len(), &code[3..4]), (7, "-"));
        assert_ne!(code, new().unwrap());
        let known = digest(&code);
        assert!(known.is_some());
        assert_eq!(digest(&code.to_lowercase()), known);
        assert_eq!(digest(&code.replace('-', "")), known);
        assert_eq!(digest(&format!("«{}».", code.replace('-', "\u{2011}"))), known);
        for other in ["", "7KQ-42", "7KQ-42MM", "OIQ-42M", "-100123", "général"] {
            assert_eq!(digest(other), None, "{other}");
        }
    }
}
