//! Rooms of every version, private and restricted, and their upgrades; groups that move.

use serde_json::json;

use crate::house::{run, shared};

#[test]
fn rooms_of_every_version_are_linked() {
    run(async {
        let house = shared().await;
        for version in ["10", "11", "12"] {
            let pair = house.pair_in(json!({ "room_version": version })).await;
            house.telegram.say(pair.group, pair.bob, "ici").unwrap();
            pair.anne.wait_for(&pair.room, "ici").await;
            let message = pair.anne.say(&pair.room, "là").await;
            house.said_in_group(pair.group, "Anne: là").await;
            pair.anne.redact(&pair.room, &message).await;
            let gone =
                |lines: &[simulators::telegram::Line]| !lines.iter().any(|line| line.text == "Anne: là");
            assert!(
                house.telegram.wait(pair.group, crate::house::PATIENCE, gone).await.0,
                "version {version}"
            );
        }
    });
}

#[test]
fn ghosts_enter_restricted_rooms() {
    run(async {
        let house = shared().await;
        let (anne, space) = house.room(json!({ "creation_content": { "type": "m.space" } })).await;
        let rule = json!({ "join_rule": "restricted", "allow": [{ "type": "m.room_membership", "room_id": space }] });
        let state = json!([{ "type": "m.room.join_rules", "state_key": "", "content": rule }]);
        let room = anne.create_room("Réservé", &[crate::house::BOT], json!({ "initial_state": state })).await;
        house.until_joined(&anne, &room, crate::house::BOT).await;
        let (bob, group) = house.group();
        anne.say(&room, &format!("!passerelle link telegram {group}")).await;
        anne.wait(&room, "the link", |lines| lines.iter().any(|line| line.body.starts_with("C’est relié")))
            .await;
        house.telegram.say(group, bob, "je suis entré").unwrap();
        anne.wait_for(&room, "je suis entré").await;
    });
}

#[test]
fn an_upgraded_room_takes_its_link_along() {
    run(async {
        let house = shared().await;
        let pair = house.pair_in(json!({ "room_version": "10", "preset": "public_chat" })).await;
        let new = pair.anne.upgrade(&pair.room, "11").await;
        house.until_joined(&pair.anne, &new, crate::house::BOT).await;
        house.telegram.say(pair.group, pair.bob, "où êtes-vous ?").unwrap();
        pair.anne.wait_for(&new, "où êtes-vous ?").await;
        pair.anne.say(&new, "ici maintenant").await;
        house.said_in_group(pair.group, "Anne: ici maintenant").await;
    });
}

#[test]
fn a_tombstone_to_a_room_that_does_not_say_so_is_not_followed() {
    run(async {
        let house = shared().await;
        let pair = house.pair_in(json!({ "room_version": "10" })).await;
        let other =
            pair.anne.create_room("Un piège", &[crate::house::BOT], json!({ "preset": "public_chat" })).await;
        let tombstone = json!({ "body": "ailleurs", "replacement_room": other });
        pair.anne.set_state(&pair.room, "m.room.tombstone", "", tombstone).await;
        house.until_joined(&pair.anne, &other, crate::house::BOT).await;
        house.telegram.say(pair.group, pair.bob, "toujours ici").unwrap();
        pair.anne.wait_for(&pair.room, "toujours ici").await;
        assert!(!pair.anne.timeline(&other).await.iter().any(|line| line.body == "toujours ici"));
    });
}

#[test]
fn a_group_that_becomes_a_supergroup_stays_linked() {
    run(async {
        let house = shared().await;
        let (anne, room) = house.room(json!({})).await;
        let bob = house.telegram.person("Bob").unwrap();
        let group = house.telegram.group("Petit groupe").unwrap();
        house.telegram.join(group, bob).unwrap();
        house.telegram.join(group, house.bot).unwrap();
        anne.say(&room, &format!("!passerelle link telegram {group}")).await;
        anne.wait(&room, "the link", |lines| lines.iter().any(|line| line.body.starts_with("C’est relié")))
            .await;
        let large = house.telegram.migrate(group).unwrap();
        anne.say(&room, "vous me lisez ?").await;
        house.said_in_group(large, "Anne: vous me lisez ?").await;
        house.telegram.say(large, bob, "oui").unwrap();
        anne.wait_for(&room, "oui").await;
    });
}
