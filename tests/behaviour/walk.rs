//! A newcomer links each network from the chats alone, by doing what she reads and nothing else.

use crate::{
    corner::{Corner, Seen},
    house::run,
    square::Side,
};

/// The last thing that the bot tells somebody to write on a side.
fn told_to_write(seen: &[Seen], prompt: &str) -> Option<String> {
    let told = seen.iter().rev().filter_map(|one| {
        let (_, rest) = one.text.split_once(&format!("«\u{a0}{prompt}"))?;
        Some(format!("{prompt}{}", rest.split("\u{a0}»").next()?))
    });
    told.into_iter().next()
}

/// What she wrote and read, in order.
struct Walk {
    corner: Corner,
    written: Vec<(Side, String)>,
    read: usize,
}

impl Walk {
    async fn write(&mut self, side: Side, words: &str) {
        self.corner.say(side, words).await;
        println!("{side:?} < {words}");
        self.written.push((side, words.to_owned()));
    }

    /// Waits until a side tells her something with these words in it.
    async fn read(&mut self, side: Side, words: &str) {
        self.corner.told(side, words).await;
        let seen = self.corner.seen(side).await;
        println!("{side:?} > {}", seen.iter().rfind(|one| one.text.contains(words)).unwrap().text);
        self.read += 1;
    }

    async fn told_to_write(&self, side: Side, prompt: &str) -> String {
        told_to_write(&self.corner.seen(side).await, prompt)
            .unwrap_or_else(|| panic!("{side:?} does not tell her what to write"))
    }
}

/// From nothing to words that are read on the other side. `prompt` is what calls the bot over there.
async fn links(name: &str, side: Side, prompt: &str) {
    let mut walk = Walk { corner: Corner::open(name).await, written: Vec::new(), read: 0 };
    walk.read(Side::Matrix, "Bonjour").await;
    let asked = walk.told_to_write(Side::Matrix, "!passerelle ").await;
    walk.write(Side::Matrix, &asked).await;
    walk.read(Side::Matrix, "Voici un code").await;
    let code = walk.told_to_write(Side::Matrix, &format!("{prompt}relier")).await;
    // She copies what the bot says there before she is an admin of the chat, is told so, and asks an admin.
    let copied = walk.told_to_write(side, "").await;
    walk.write(side, &copied).await;
    walk.read(side, "Seuls les admins de cette discussion").await;
    walk.corner.promote(side);
    walk.write(side, &code).await;
    walk.read(side, "Cette discussion est maintenant reliée au salon Matrix").await;
    walk.read(Side::Matrix, "C’est relié à").await;
    walk.write(side, "bonjour d’ici").await;
    walk.read(Side::Matrix, "bonjour d’ici").await;
    walk.write(Side::Matrix, "bienvenue").await;
    walk.read(side, "bienvenue").await;
    assert!(walk.written.len() < 10, "{:?}", walk.written);
}

#[test]
fn a_group_of_telegram() {
    run(links("venue-telegram", Side::Telegram, "/"));
}

#[test]
fn a_channel_of_rocket_chat() {
    run(links("venue-rocket", Side::Breton, "@passerelle "));
}

#[test]
fn a_channel_of_mattermost() {
    run(links("venue-mattermost", Side::Mattermost, "@passerelle "));
}
