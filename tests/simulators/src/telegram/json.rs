//! JSON that comes in a parameter, and what the server says of it where it is not as it should be.

use serde_json::{Map, Value};

use super::refusal::Refusal;

/// What is wrong in an object; what it belongs to is said by whoever reads it.
pub type Wrong = String;

/// An object whose fields are read one by one.
#[derive(Clone, Copy)]
pub struct Object<'a>(&'a Map<String, Value>);

impl<'a> Object<'a> {
    /// An item of a list, which must be an object.
    pub fn item(value: &'a Value) -> Result<Self, Wrong> {
        value.as_object().map(Self).ok_or_else(|| "expected an Object".into())
    }

    fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn needs<T>(name: &str, value: Option<T>) -> Result<T, Wrong> {
        value.ok_or_else(|| format!("Can't find field \"{name}\""))
    }

    /// A string; numbers are as they are written.
    pub fn text(self, name: &str) -> Result<Option<String>, Wrong> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(format!("Field \"{name}\" must be of type String")),
        }
    }

    /// A string that must be there.
    pub fn needed_text(self, name: &str) -> Result<String, Wrong> {
        Self::needs(name, self.text(name)?)
    }

    /// A whole number, as such or in a string.
    pub fn int(self, name: &str) -> Result<Option<i64>, Wrong> {
        let number = match self.get(name) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.parse().ok(),
            Some(_) => return Err(format!("Field \"{name}\" must be of type Number")),
        };
        number.map(Some).ok_or_else(|| format!("Field \"{name}\" must be a valid Number"))
    }

    /// A whole number that must be there.
    pub fn needed_int(self, name: &str) -> Result<i64, Wrong> {
        Self::needs(name, self.int(name)?)
    }

    /// Yes or no; no, when it is missing.
    pub fn flag(self, name: &str) -> Result<bool, Wrong> {
        match self.get(name) {
            None => Ok(false),
            Some(value) => value.as_bool().ok_or_else(|| format!("Field \"{name}\" must be of type Boolean")),
        }
    }

    /// An object that must be there.
    pub fn needed_object(self, name: &str) -> Result<Self, Wrong> {
        let object = Self::needs(name, self.get(name))?.as_object().map(Self);
        object.ok_or_else(|| format!("Field \"{name}\" must be of type Object"))
    }

    /// A list, if there is one.
    pub fn list(self, name: &str) -> Result<Option<&'a [Value]>, Wrong> {
        let wrong = || format!("Field \"{name}\" must be of type Array");
        self.get(name).map(|value| value.as_array().map(Vec::as_slice).ok_or_else(wrong)).transpose()
    }

    /// Whether there is a field of that name, `null` too.
    pub fn has(self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A field as it is.
    pub fn raw(self, name: &str) -> Option<&'a Value> {
        self.0.get(name)
    }
}

impl<'a> From<&'a Map<String, Value>> for Object<'a> {
    fn from(fields: &'a Map<String, Value>) -> Self {
        Self(fields)
    }
}

/// What is wrong as a sentence of its own: it begins with a small letter, unless it shouts.
pub fn sentence(wrong: &str) -> Refusal {
    let mut letters = wrong.chars();
    let first = letters.next().map(char::to_lowercase).into_iter().flatten();
    Refusal::bad(first.chain(letters).collect::<String>())
}
