//! Emoji: the names that every server knows, and those of the workspace. (REST, `emoji-custom.list`)

use std::{collections::HashSet, sync::LazyLock};

use bytes::Bytes;
use serde_json::{Value, json};

use super::world::{World, iso, new_id};

/// `JoyPixels`' names where they are not GitHub's: an emoji, its name (`=` for GitHub's own), other names.
const JOYPIXELS: &str = include_str!("../../../../bridges/wire/src/emoji/joypixels.txt");

/// Whether there is an emoji of that name.
pub fn is_known(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let own = JOYPIXELS.lines().flat_map(|line| line.split_whitespace().skip(1));
        emojis::iter().flat_map(emojis::Emoji::shortcodes).chain(own).collect()
    });
    let toneless = name.rsplit_once("_tone").map_or(name, |(name, _)| name);
    NAMES.contains(toneless) || (name.starts_with("flag_") && name.len() == 7)
}

/// An emoji of the workspace.
#[derive(Clone, Debug)]
pub struct Custom {
    id: String,
    extension: String,
    updated: i64,
    /// Its picture.
    pub image: Bytes,
}

impl World {
    /// Makes one.
    pub fn add_emoji(&mut self, name: &str, extension: &str, image: Bytes) {
        let custom = Custom { id: new_id(), extension: extension.into(), updated: self.now(), image };
        let told = json!([{ "emojiData": { "_id": custom.id, "name": name, "aliases": [], "extension": extension } }]);
        self.emoji.insert(name.into(), custom);
        self.emit("stream-notify-logged", "updateEmojiCustom", &told, None);
    }

    /// All of them, as REST tells.
    pub fn all_emoji(&self) -> Vec<Value> {
        let told = |(name, custom): (&String, &Custom)| {
            json!({
                "_id": custom.id, "name": name, "aliases": [], "extension": custom.extension,
                "_updatedAt": iso(custom.updated),
            })
        };
        self.emoji.iter().map(told).collect()
    }

    /// The picture of one, by the name of its file, and its MIME type.
    pub fn emoji_image(&self, file: &str) -> Option<(String, Bytes)> {
        let custom = self.emoji.get(file.rsplit_once('.')?.0)?;
        Some((format!("image/{}", custom.extension), custom.image.clone()))
    }
}
