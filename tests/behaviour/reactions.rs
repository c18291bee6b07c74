//! Reactions, where each side has its own rules.

use simulators::telegram::Line;

use crate::house::{House, PATIENCE, Pair, run, shared};

fn reactions(line: &Line) -> Vec<&str> {
    line.reactions.values().flatten().map(String::as_str).collect()
}

async fn shows(house: &House, pair: &Pair, message: i64, wanted: &[&str]) {
    let shown = |lines: &[Line]| lines.iter().any(|line| line.id == message && reactions(line) == wanted);
    let (found, lines) = house.telegram.wait(pair.group, PATIENCE, shown).await;
    assert!(found, "{wanted:?} never shown; {:?}", lines.iter().map(reactions).collect::<Vec<_>>());
}

#[test]
fn reactions_come_and_go_from_telegram() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        pair.anne.say(&pair.room, "bravo ?").await;
        let there = house.said_in_group(pair.group, "Anne: bravo ?").await;
        house.telegram.react(pair.group, pair.bob, there.id, &["🔥"]).unwrap();
        let has = |emoji: &'static str| {
            move |lines: &[simulators::account::Line]| lines.iter().any(|l| l.reactions.contains_key(emoji))
        };
        pair.anne.wait(&pair.room, "the fire", has("🔥")).await;
        house.telegram.react(pair.group, pair.bob, there.id, &["👏"]).unwrap();
        let lines = pair.anne.wait(&pair.room, "the applause", has("👏")).await;
        let line = lines.iter().find(|line| line.body == "bravo ?").unwrap();
        assert_eq!(line.reactions.keys().collect::<Vec<_>>(), ["👏"], "one replaced the other");
    });
}

#[test]
fn the_one_reaction_of_the_bot_is_the_newest_that_stands() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let message = house.telegram.say(pair.group, pair.bob, "on fête ça ?").unwrap();
        let here = pair.anne.wait_for(&pair.room, "on fête ça ?").await;
        pair.anne.react(&pair.room, &here.id, "👍").await;
        shows(house, &pair, message, &["👍"]).await;
        let heart = pair.anne.react(&pair.room, &here.id, "❤\u{fe0f}").await;
        shows(house, &pair, message, &["❤"]).await;
        pair.anne.redact(&pair.room, &heart).await;
        shows(house, &pair, message, &["👍"]).await;
    });
}

#[test]
fn what_the_bot_cannot_show_is_said_in_one_line_that_follows() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let message = house.telegram.say(pair.group, pair.bob, "à la mer").unwrap();
        let here = pair.anne.wait_for(&pair.room, "à la mer").await;
        let crab = pair.anne.react(&pair.room, &here.id, "🦀").await;
        let line = house.said_in_group(pair.group, "🦀 Anne").await;
        assert_eq!(line.reply_to, Some(message));
        let max = house.synapse.register("max-reagit").await.unwrap();
        max.set_name("Max").await;
        pair.anne.invite(&pair.room, &max.user).await;
        max.join(&pair.room).await;
        let fire = max.react(&pair.room, &here.id, "🔥").await;
        let same = house.said_in_group(pair.group, "🦀 Anne · 🔥 Max").await;
        assert_eq!(same.id, line.id, "the same line, and no other");
        shows(house, &pair, message, &["🔥"]).await;
        // One that the bot can show needs no line.
        pair.anne.redact(&pair.room, &crab).await;
        let gone =
            house.telegram.wait(pair.group, PATIENCE, |lines| !lines.iter().any(|l| l.id == line.id)).await;
        assert!(gone.0);
        max.redact(&pair.room, &fire).await;
        shows(house, &pair, message, &[]).await;
    });
}
