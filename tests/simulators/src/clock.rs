//! The simulated world's clock: the real one, put forward by request so that tests need not wait 48 hours.

/// Milliseconds since 1970.
pub type Millis = i64;

/// A clock that can be put forward.
#[derive(Debug, Default)]
pub struct Clock {
    ahead: Millis,
}

impl Clock {
    /// Now.
    pub fn millis(&self) -> Millis {
        #[expect(clippy::disallowed_methods, reason = "the one place of this package that reads the clock")]
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(now.as_millis()).unwrap_or(i64::MAX).saturating_add(self.ahead)
    }

    /// Now, in seconds as the Bot API writes dates.
    pub fn seconds(&self) -> i64 {
        self.millis() / 1000
    }

    /// Puts the clock forward.
    pub fn advance(&mut self, seconds: i64) {
        self.ahead = self.ahead.saturating_add(seconds.saturating_mul(1000));
    }
}
