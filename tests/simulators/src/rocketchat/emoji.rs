//! The names of emoji that the server has besides those of its workspace.

use std::{collections::HashSet, sync::LazyLock};

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
