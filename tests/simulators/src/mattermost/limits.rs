//! How fast a client may ask, where the server limits it: as the generic cell rate algorithm counts. (Configuration,
//! `RateLimitSettings`: `PerSec`, `MaxBurst`, `VaryByUser`)

use std::collections::HashMap;

use axum::{http::HeaderValue, response::Response};
use serde::{Deserialize, Serialize};

use super::{error::limited, world::World};

/// So many requests a second by each token, and so many more at once.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateLimit {
    /// Requests a second.
    pub per_second: u32,
    /// Requests at once besides one.
    pub max_burst: u32,
}

/// When the whole of its allowance is there again, by token, milliseconds since 1970.
pub type Used = HashMap<String, f64>;

/// What a client may still ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    most: u32,
    remaining: u32,
    /// Seconds until the whole of it is there again, and, where nothing is left, until something is.
    reset: u64,
    retry_after: Option<u64>,
}

impl World {
    /// Counts a request by a token; `None` where nothing is limited.
    pub fn limit(&mut self, token: &str) -> Option<Allowance> {
        let RateLimit { per_second, max_burst } = self.settings.rate_limit?;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of this century are exact")]
        let now = self.now() as f64;
        let (each, most) = (1000.0 / f64::from(per_second), max_burst + 1);
        let whole = self.used.entry(token.to_owned()).or_insert(now);
        let before = whole.max(now);
        let over = before + each - now - each * f64::from(most);
        if over <= 0.0 {
            *whole = before + each;
        }
        let used = whole.max(now) - now;
        let seconds =
            |millis: f64| std::time::Duration::from_secs_f64(millis.max(0.0) / 1000.0).as_secs_f64().ceil();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and not negative")]
        Some(Allowance {
            most,
            remaining: if over > 0.0 { 0 } else { (f64::from(most) - used / each).floor() as u32 },
            reset: seconds(used) as u64,
            retry_after: (over > 0.0).then(|| seconds(over) as u64),
        })
    }
}

impl Allowance {
    /// The refusal, where nothing is left.
    pub fn refusal(self) -> Option<Response> {
        let mut response = limited(self.retry_after?);
        response.headers_mut().remove("x-ratelimit-remaining");
        response.headers_mut().remove("x-ratelimit-reset");
        self.tell(&mut response, 1);
        Some(response)
    }

    /// Tells it in headers: once for each limit that was asked, by address and by person.
    pub fn tell(self, response: &mut Response, times: usize) {
        let told = [
            ("x-ratelimit-limit", u64::from(self.most)),
            ("x-ratelimit-remaining", u64::from(self.remaining)),
            ("x-ratelimit-reset", self.reset),
        ];
        for (name, value) in told.into_iter().cycle().take(3 * times) {
            response.headers_mut().append(name, HeaderValue::from(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a server of 5.37 was recorded with `PerSec` 2 and `MaxBurst` 5.
    #[test]
    fn eight_requests_in_a_row_are_answered_as_by_the_real_server() {
        let mut world = World::new();
        world.settings.rate_limit = Some(RateLimit { per_second: 2, max_burst: 5 });
        let told: Vec<_> = (0..8)
            .filter_map(|_| world.limit("bot"))
            .map(|left| (left.remaining, left.reset, left.retry_after))
            .collect();
        let granted =
            [(5, 1), (4, 1), (3, 2), (2, 2), (1, 3), (0, 3)].map(|(left, reset)| (left, reset, None));
        assert_eq!(told[..6], granted);
        assert_eq!(told[6..], [(0, 3, Some(1)); 2]);
        assert_eq!(world.limit("alice").unwrap().remaining, 5, "another has an allowance of their own");
        world.clock.advance(4);
        assert_eq!(world.limit("bot").unwrap().remaining, 5);
    }
}
