//! What is changed or taken back on one side is on the other.

use crate::house::{PATIENCE, run, shared};

#[test]
fn corrections_cross_both_ways() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let message = pair.anne.say(&pair.room, "fote").await;
        let there = house.said_in_group(pair.group, "Anne: fote").await;
        pair.anne.edit(&pair.room, &message, "faute").await;
        let edited = house.said_in_group(pair.group, "Anne: faute").await;
        assert_eq!(edited.id, there.id);

        let message = house.telegram.say(pair.group, pair.bob, "un").unwrap();
        pair.anne.wait_for(&pair.room, "un").await;
        // Twice within a second: the later one counts.
        house.telegram.edit(pair.group, pair.bob, message, "deux").unwrap();
        house.telegram.edit(pair.group, pair.bob, message, "trois").unwrap();
        let edited = pair.anne.wait_for(&pair.room, "trois").await;
        assert!(edited.edited);
    });
}

#[test]
fn a_long_text_made_short_leaves_nothing_behind() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let long = "mot ".repeat(1500);
        let message = pair.anne.say(&pair.room, long.trim()).await;
        let parts = |lines: &[simulators::telegram::Line]| {
            lines.iter().filter(|line| line.text.contains("mot mot")).count()
        };
        assert!(house.telegram.wait(pair.group, PATIENCE, |lines| parts(lines) == 2).await.0);
        pair.anne.edit(&pair.room, &message, "court").await;
        house.said_in_group(pair.group, "Anne: court").await;
        assert!(house.telegram.wait(pair.group, PATIENCE, |lines| parts(lines) == 0).await.0);
    });
}

#[test]
fn what_is_taken_back_on_matrix_is_gone_on_telegram() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let message = pair.anne.say(&pair.room, "oups").await;
        house.said_in_group(pair.group, "Anne: oups").await;
        pair.anne.redact(&pair.room, &message).await;
        let gone = house
            .telegram
            .wait(pair.group, PATIENCE, |lines| !lines.iter().any(|l| l.text.contains("oups")))
            .await;
        assert!(gone.0);
    });
}

#[test]
fn delete_on_telegram_is_for_authors_and_admins() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let eve = house.telegram.person("Eve").unwrap();
        house.telegram.join(pair.group, eve).unwrap();
        let message = house.telegram.say(pair.group, pair.bob, "à retirer").unwrap();
        pair.anne.wait_for(&pair.room, "à retirer").await;
        house.telegram.reply(pair.group, eve, message, "/delete").unwrap();
        house.in_group(pair.group, "the refusal", |line| line.text.starts_with("Seuls son auteur")).await;
        pair.anne.wait_for(&pair.room, "à retirer").await;
        house.telegram.reply(pair.group, pair.bob, message, "/delete").unwrap();
        pair.anne
            .wait(&pair.room, "the deletion", |lines| !lines.iter().any(|line| line.body == "à retirer"))
            .await;
        let gone =
            house.telegram.wait(pair.group, PATIENCE, |lines| !lines.iter().any(|l| l.id == message)).await;
        assert!(gone.0, "and in the group itself");
    });
}
