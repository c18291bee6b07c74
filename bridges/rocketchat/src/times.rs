//! Times: `{"$date": ms}` over DDP, ISO 8601 over REST.

use chrono::{DateTime, SecondsFormat};
use serde_json::Value;

/// Milliseconds since 1970; 0 when there is none.
pub(crate) fn ms(time: &Value) -> i64 {
    match time {
        Value::String(words) => DateTime::parse_from_rfc3339(words).map_or(0, |time| time.timestamp_millis()),
        other => other["$date"].as_i64().unwrap_or(0),
    }
}

/// As REST takes it.
pub(crate) fn iso(ms: i64) -> String {
    let time = DateTime::from_timestamp_millis(ms).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_ways_to_write_a_time_are_one() {
        let time = 1_760_000_060_000;
        assert_eq!(iso(time), "2025-10-09T08:54:20.000Z");
        assert_eq!((ms(&json!({ "$date": time })), ms(&json!(iso(time)))), (time, time));
        assert_eq!(ms(&json!({ "$date": null })), 0);
    }
}
