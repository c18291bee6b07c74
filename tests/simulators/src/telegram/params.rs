//! The parameters of a call, however they came: query, form, JSON or multipart.

use std::collections::BTreeMap;

use bytes::Bytes;
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
    /// A value, unless it is empty.
    fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| *value != "")
    }

    /// A string; what else JSON holds is as it is written, `null` too.
    pub fn text(&self, name: &str) -> Option<String> {
        self.fields.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }

    /// A string that must be there.
    pub fn required(&self, name: &str) -> Result<String, Refusal> {
        let missing = || Refusal::bad(format_args!("parameter \"{name}\" is required"));
        self.text(name).filter(|text| !text.is_empty()).ok_or_else(missing)
    }

    /// A whole number: the digits it begins with, 0 without any.
    pub fn int(&self, name: &str) -> Option<i64> {
        let text = self.text(name).filter(|text| !text.is_empty())?;
        let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |digits| (-1, digits));
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        Some(digits[..end].parse().map_or(0, |number: i64| sign * number))
    }

    /// A number; 0 when it is none.
    pub fn float(&self, name: &str) -> Option<f64> {
        let text = self.text(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())?;
        Some(text.parse().ok().filter(|number: &f64| number.is_finite()).unwrap_or(0.0))
    }

    /// Yes or no, as forms write it too.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.text(name).map(|text| matches!(text.to_lowercase().as_str(), "true" | "1" | "yes"))
    }

    /// JSON, or a string that holds JSON; `what` it is to be is said where it cannot be read.
    pub fn json(&self, name: &str, what: &str) -> Result<Option<Value>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| Refusal::bad(format_args!("can't parse {what} JSON object"))),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// An object.
    pub fn object(&self, name: &str, what: &str) -> Result<Option<Map<String, Value>>, Refusal> {
        match self.json(name, what)? {
            None => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(fields)),
            Some(_) => Err(Refusal::bad(format_args!("object expected as {what}"))),
        }
    }

    /// A list of such items.
    pub fn list(&self, name: &str, what: &str, of: &str) -> Result<Option<Vec<Value>>, Refusal> {
        match self.json(name, what)? {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(Refusal::bad(format_args!("expected an Array of {of}"))),
        }
    }

    /// The kinds of updates that are wanted; what is no list of names changes nothing.
    pub fn kinds(&self) -> Option<Vec<String>> {
        let kinds = self.json("allowed_updates", "").ok()??;
        serde_json::from_value(kinds).ok()
    }

    /// The id of a message; 0, which no message has, when there is none.
    pub fn message_id(&self) -> i64 {
        self.int("message_id").unwrap_or(0).max(0)
    }

    /// The id of an account.
    pub fn user_id(&self) -> Result<i64, Refusal> {
        let id = self.int("user_id").filter(|id| *id > 0);
        id.ok_or_else(|| Refusal::bad("invalid user_id specified"))
    }

    /// The same parameters, seen from inside one item of an album or an `InputMedia`.
    #[must_use]
    pub fn inside(&self, item: &Map<String, Value>) -> Self {
        let mut fields = item.clone();
        fields.retain(|_, value| !value.is_null());
        Self { fields, files: self.files.clone() }
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
            assert_eq!(params.int("n"), Some(7));
            assert_eq!(params.flag("f"), Some(true));
            assert_eq!(params.list("l", "numbers", "Number").unwrap(), Some(vec![json!(1), json!(2)]));
        }
    }

    #[test]
    fn numbers_are_read_leniently_and_lists_are_not() {
        let params = params(&json!({"n": "x", "m": "-12abc", "l": "[1,", "o": {}, "z": null}));
        assert_eq!((params.int("n"), params.int("m"), params.int("none")), (Some(0), Some(-12), None));
        let refused = |name| params.list(name, "numbers", "Number").unwrap_err().description;
        assert_eq!(refused("l"), "Bad Request: can't parse numbers JSON object");
        assert_eq!(refused("o"), "Bad Request: expected an Array of Number");
        assert_eq!(params.text("z").as_deref(), Some("null"), "what is not to be given is left out");
    }
}
