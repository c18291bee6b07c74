//! A room as its members see it.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{error::Refusal, world::World};

/// A message as it is shown.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// The username of the account that wrote it.
    pub author: String,
    /// The name that is shown over it.
    pub shown: String,
    /// The picture that is shown beside it, when it is another than the account's.
    pub avatar: Option<String>,
    /// Its Markdown, without the links that quote.
    pub text: String,
    /// What kind of system message it is.
    pub kind: Option<String>,
    /// The message that its thread began with.
    pub thread: Option<String>,
    /// The messages it quotes.
    pub quotes: Vec<String>,
    /// Its files.
    pub files: Vec<File>,
    /// The reactions on it: emoji with the usernames of those who reacted.
    pub reactions: Vec<(String, String)>,
    /// Whether its words were changed.
    pub edited: bool,
    /// Whether it is pinned.
    pub pinned: bool,
    /// The usernames that it calls.
    pub mentions: Vec<String>,
}

/// A file of a message.
#[derive(Clone, Debug, Serialize)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its MIME type.
    pub mime: String,
    /// Bytes.
    pub size: usize,
    /// What is in it.
    pub sha256: String,
}

impl World {
    /// What stands in a room, oldest first; without what the server itself says when `people` only.
    pub fn transcript(&self, room: &str, people: bool) -> Result<Vec<Line>, Refusal> {
        let room = self.rooms.get(room).ok_or_else(Refusal::no_room)?;
        let messages = room.messages.iter().filter_map(|id| self.messages.get(id));
        let lines = messages.map(|message| self.line(message));
        Ok(lines.filter(|line| !people || line.kind.is_none()).collect())
    }

    fn line(&self, message: &Value) -> Line {
        let word = |key: &str| message[key].as_str().map(str::to_owned);
        let list = |key: &str| message[key].as_array().cloned().unwrap_or_default();
        let author = message["u"]["username"].as_str().unwrap_or_default().to_owned();
        let name = message["u"]["name"].as_str().filter(|name| !name.is_empty()).map(str::to_owned);
        let attachments = list("attachments");
        let quotes = attachments
            .iter()
            .filter_map(|one| Some(one["message_link"].as_str()?.split_once("msg=")?.1.to_owned()));
        let mut text = word("msg").unwrap_or_default();
        while let Some((_, after)) = text.strip_prefix("[ ](").and_then(|rest| rest.split_once(')')) {
            text = String::from(after.trim_start());
        }
        if text.is_empty() {
            let caption = message["attachments"][0]["description"].as_str();
            text = String::from(caption.unwrap_or_default());
        }
        let file = |file: &Value| {
            let upload = self.uploads.get(file["_id"].as_str()?)?;
            let sha256 = Sha256::digest(&upload.bytes)
                .iter()
                .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            Some(File {
                name: upload.name.clone(),
                mime: upload.mime.clone(),
                size: upload.bytes.len(),
                sha256,
            })
        };
        let reactions = message["reactions"].as_object().into_iter().flatten().flat_map(|(emoji, one)| {
            let names = one["usernames"].as_array().cloned().unwrap_or_default();
            names
                .into_iter()
                .filter_map(|name| Some((emoji.clone(), name.as_str()?.to_owned())))
                .collect::<Vec<_>>()
        });
        Line {
            id: word("_id").unwrap_or_default(),
            shown: word("alias").or(name).unwrap_or_else(|| author.clone()),
            author,
            avatar: word("avatar"),
            text,
            kind: word("t"),
            thread: word("tmid"),
            quotes: quotes.collect(),
            files: list("files").iter().filter_map(file).collect(),
            reactions: reactions.collect(),
            edited: message["editedAt"].is_object(),
            pinned: message["pinned"] == true,
            mentions: list("mentions")
                .iter()
                .filter_map(|one| one["username"].as_str().map(str::to_owned))
                .collect(),
        }
    }
}
