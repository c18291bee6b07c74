//! How often something may be asked (settings "Rate Limiter"): fixed windows that begin anew all at once.

use std::collections::HashMap;

/// What is counted, and how often each may be in its window: a key, most, milliseconds.
#[derive(Debug, Default)]
pub struct Windows(HashMap<String, (i64, u32)>);

impl Windows {
    /// Counts one; `Err` says how long to wait, milliseconds.
    pub fn count(&mut self, key: &str, most: u32, window: i64, now: i64) -> Result<u32, i64> {
        let entry = self.0.entry(key.to_owned()).or_insert((now, 0));
        if now - entry.0 >= window {
            *entry = (now, 0);
        }
        entry.1 += 1;
        if entry.1 > most { Err(entry.0 + window - now) } else { Ok(most - entry.1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_full_and_then_new() {
        let mut windows = Windows::default();
        assert_eq!(windows.count("a", 2, 1000, 0), Ok(1));
        assert_eq!(windows.count("a", 2, 1000, 10), Ok(0));
        assert_eq!(windows.count("a", 2, 1000, 400), Err(600));
        assert_eq!(windows.count("b", 2, 1000, 400), Ok(1));
        assert_eq!(windows.count("a", 2, 1000, 1000), Ok(1));
    }
}
