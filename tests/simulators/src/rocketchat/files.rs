//! Files. (REST, `rooms.media`, `rooms.mediaConfirm`, `rooms.upload`, `/file-upload/`)

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    error::Refusal,
    world::{World, new_id, rest},
};

type Made<T> = Result<T, Refusal>;

/// A file that was uploaded.
#[derive(Clone, Debug)]
pub struct Upload {
    pub id: String,
    pub room: String,
    pub user: String,
    pub name: String,
    pub mime: String,
    pub bytes: Bytes,
    /// Whether a message has it.
    pub is_posted: bool,
}

impl Upload {
    fn address(&self) -> String {
        format!("/file-upload/{}/{}", self.id, encoded(&self.name))
    }

    fn json(&self) -> Value {
        json!({
            "_id": self.id, "name": self.name, "type": self.mime, "size": self.bytes.len(),
            "format": self.name.rsplit_once('.').map_or("", |(_, end)| end),
        })
    }

    /// As a message carries it.
    fn attachment(&self, description: Option<&str>) -> Value {
        let address = self.address();
        let mut told = json!({
            "type": "file", "title": self.name, "title_link": address, "title_link_download": true,
        });
        if let Some(words) = description {
            told["description"] = json!(words);
        }
        let kind = self.mime.split('/').next().unwrap_or_default();
        match kind {
            "image" | "audio" | "video" => {
                told[format!("{kind}_url")] = json!(address);
                told[format!("{kind}_type")] = json!(self.mime);
                told[format!("{kind}_size")] = json!(self.bytes.len());
            }
            _ => told["size"] = json!(self.bytes.len()),
        }
        told
    }
}

impl World {
    /// `rooms.media`: nothing is posted yet.
    pub fn upload(&mut self, user: &str, room: &str, name: &str, mime: &str, bytes: Bytes) -> Made<Value> {
        if self.settings.restricted {
            return Err(Refusal::restricted());
        }
        self.may_write(user, room)?;
        if self.settings.max_file >= 0
            && i64::try_from(bytes.len()).unwrap_or(i64::MAX) > self.settings.max_file
        {
            return Err(Refusal::of("error-file-too-large", "File is too large"));
        }
        if mime == "image/svg+xml" {
            return Err(Refusal::of("error-invalid-file-type", "File type is not accepted"));
        }
        let upload = Upload {
            id: new_id(),
            room: room.into(),
            user: user.into(),
            name: name.into(),
            mime: if mime.is_empty() { "application/octet-stream".into() } else { mime.into() },
            bytes,
            is_posted: false,
        };
        let told = json!({ "file": { "_id": upload.id, "url": upload.address() }, "success": true });
        self.uploads.insert(upload.id.clone(), upload);
        Ok(told)
    }

    /// `rooms.mediaConfirm`: posts it. The message's id is the server's to choose.
    pub fn confirm(&mut self, user: &str, room: &str, id: &str, given: &Value) -> Made<Value> {
        let known = self
            .uploads
            .get(id)
            .filter(|upload| upload.user == user && upload.room == room && !upload.is_posted);
        let upload = known.cloned().ok_or_else(|| Refusal::plain("invalid-file"))?;
        let mut message = json!({
            "rid": room, "msg": given["msg"].as_str().unwrap_or_default(),
            "attachments": [upload.attachment(given["description"].as_str())],
            "file": upload.json(), "files": [upload.json()], "groupable": false,
        });
        for key in ["tmid", "alias", "avatar", "emoji"] {
            if let Some(value) = given[key].as_str() {
                message[key] = json!(value);
            }
        }
        let told = self.send(user, &message)?.unwrap_or_default();
        if let Some(upload) = self.uploads.get_mut(id) {
            upload.is_posted = true;
        }
        Ok(json!({ "message": rest(&told), "success": true }))
    }

    /// A file that somebody may fetch.
    pub fn file(&self, user: Option<&str>, id: &str) -> Option<Upload> {
        let upload = self.uploads.get(id)?;
        let room = self.rooms.get(&upload.room)?;
        user.filter(|user| room.members.contains_key(*user)).map(|_| upload.clone())
    }
}

pub(super) fn encoded(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
