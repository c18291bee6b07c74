//! Comparing two answers, whatever ids and times are in them.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::aside::{ASIDE, MAY_MISS};

/// What the recording calls things, and what we call them.
#[derive(Default)]
pub struct Ids {
    pub names: HashMap<String, String>,
    times: HashMap<i64, i64>,
}

fn is_id(words: &str) -> bool {
    words.len() == 26 && words.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

impl Ids {
    /// Words with every known id as ours.
    pub fn ours(&self, words: &str) -> String {
        self.names.iter().fold(words.to_owned(), |words, (theirs, ours)| words.replace(theirs, ours))
    }

    /// A query with every known time as ours, those just beside one too.
    pub fn query(&self, query: &str) -> String {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((key, value)) => {
                let time = value
                    .parse::<i64>()
                    .ok()
                    .and_then(|time| (-1..=1).find_map(|step| Some(self.times.get(&(time - step))? + step)));
                format!("{key}={}", time.map_or_else(|| value.to_owned(), |time| time.to_string()))
            }
            None => pair.to_owned(),
        });
        self.ours(&pairs.collect::<Vec<_>>().join("&"))
    }

    fn same(&mut self, theirs: &str, ours: &str) -> bool {
        if (is_id(theirs) || theirs.starts_with('<')) && is_id(ours) {
            return self.names.entry(theirs.to_owned()).or_insert_with(|| ours.to_owned()) == ours;
        }
        theirs == ours
    }

    /// Where two answers differ, ids and times aside.
    pub fn differ(&mut self, path: &str, theirs: &Value, ours: &Value, found: &mut Vec<String>) {
        let key = path.rsplit('.').next().unwrap_or_default();
        let is_time = key.ends_with("_at") || path.contains("last_viewed_at_times.");
        if let (Some(theirs), Some(ours), true) = (theirs.as_i64(), ours.as_i64(), is_time) {
            if (theirs == 0) != (ours == 0) && ["edit_at", "delete_at"].contains(&key) {
                found.push(format!("{path}: {theirs}, ours {ours}"));
            }
            self.times.insert(theirs, ours);
        }
        if is_time || (ASIDE.contains(&key) && path != "message") {
            return;
        }
        match (theirs, ours) {
            (Value::Object(theirs), Value::Object(ours)) => self.objects(path, theirs, ours, found),
            (Value::Array(theirs), Value::Array(ours)) => {
                if theirs.len() != ours.len() {
                    found.push(format!("{path}: {} entries, ours {}", theirs.len(), ours.len()));
                }
                for (n, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
                    self.differ(&format!("{path}[{n}]"), theirs, ours, found);
                }
            }
            (Value::String(theirs), Value::String(ours)) => {
                if !self.same(theirs, ours) {
                    found.push(format!("{path}: {theirs:?}, ours {ours:?}"));
                }
            }
            (theirs, ours) => {
                if theirs != ours {
                    found.push(format!("{path}: {theirs}, ours {ours}"));
                }
            }
        }
    }

    fn objects(
        &mut self,
        path: &str,
        theirs: &Map<String, Value>,
        ours: &Map<String, Value>,
        found: &mut Vec<String>,
    ) {
        for (key, value) in theirs {
            let own = if is_id(key) {
                self.names.get(key).cloned().unwrap_or_else(|| key.clone())
            } else {
                key.clone()
            };
            match ours.get(&own) {
                Some(ours) => self.differ(&format!("{path}.{key}"), value, ours, found),
                None if value.is_null() || key.ends_with("_at") || *value == "" => {}
                None if MAY_MISS.contains(&key.as_str()) => {}
                None => found.push(format!("{path}.{key}: missing")),
            }
        }
    }
}
