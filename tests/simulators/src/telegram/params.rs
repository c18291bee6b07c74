//! The parameters of a call, however they came: query, form, JSON or multipart.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// A file that came with a call.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its MIME type, as the sender claims.
    pub mime: Option<String>,
    /// Its bytes.
    pub bytes: Bytes,
}

/// The parameters of a call.
#[derive(Clone, Debug, Default)]
pub struct Params {
    /// Values by name: strings, or any JSON when the body was JSON.
    pub fields: Map<String, Value>,
    /// Files by the name of their part.
    pub files: BTreeMap<String, Upload>,
}

impl Params {
    /// A value that is there: not missing, not null.
    fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// A string; numbers and booleans as they are written.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.get(name) {
            None => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => Some(other.to_string()),
        }
    }

    /// A whole number.
    pub fn int(&self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(value) => value
                .as_i64()
                .or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
                .map(Some)
                .ok_or_else(|| Refusal::bad(format_args!("invalid {name} specified"))),
        }
    }

    /// A number.
    pub fn float(&self, name: &str) -> Result<Option<f64>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value
                .as_f64()
                .or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
                .filter(|number: &f64| number.is_finite())
                .map(Some)
                .ok_or_else(|| Refusal::bad(format_args!("invalid {name} specified"))),
        }
    }

    /// Yes or no, as forms write it too.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.text(name).map(|text| matches!(text.to_lowercase().as_str(), "true" | "1" | "yes"))
    }

    /// An object or a list: JSON, or a string that holds JSON.
    pub fn json(&self, name: &str) -> Result<Option<Value>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text).map(Some).map_err(|_| {
                Refusal::bad(format_args!("can't parse {} JSON object", name.replace('_', " ")))
            }),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// Like [`Params::json`], as a type.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Refusal> {
        let Some(value) = self.json(name)? else { return Ok(None) };
        serde_json::from_value(value)
            .map(Some)
            .map_err(|error| Refusal::bad(format_args!("can't parse {}: {error}", name.replace('_', " "))))
    }

    /// The id of a message.
    pub fn message_id(&self) -> Result<i64, Refusal> {
        let id = self.int("message_id")?.unwrap_or(0);
        if id > 0 { Ok(id) } else { Err(Refusal::bad("message identifier is not specified")) }
    }

    /// The same parameters, seen from inside one item of an album or an `InputMedia`.
    #[must_use]
    pub fn inside(&self, item: &Map<String, Value>) -> Self {
        Self { fields: item.clone(), files: self.files.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn params(value: &Value) -> Params {
        Params { fields: value.as_object().cloned().unwrap(), files: BTreeMap::new() }
    }

    #[test]
    fn forms_and_json_say_the_same() {
        for given in [json!({"n": "7", "f": "True", "l": "[1,2]"}), json!({"n": 7, "f": true, "l": [1, 2]})] {
            let params = params(&given);
            assert_eq!(params.int("n").unwrap(), Some(7));
            assert_eq!(params.flag("f"), Some(true));
            assert_eq!(params.read::<Vec<i64>>("l").unwrap(), Some(vec![1, 2]));
        }
    }

    #[test]
    fn nonsense_is_refused() {
        let params = params(&json!({"n": "x", "l": "[1,"}));
        assert!(params.int("n").is_err());
        assert_eq!(params.json("l").unwrap_err().description, "Bad Request: can't parse l JSON object");
    }
}
