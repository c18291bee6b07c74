//! Several networks in one room: what is said in one place is said in all the others.

use crate::house::{House, PATIENCE, run};

/// The token of the second bot.
const OTHER: &str = "4343:another-token-for-tests-0123456789-abcde";

#[test]
fn two_bots_under_two_names_share_a_room() {
    run(async {
        let mut house = House::furnish().await;
        let other = house.telegram.bot(OTHER, "autre_bot").unwrap();
        let block = format!(
            "networks:\n  telegram-sud:\n    kind: telegram\n    token: \"{OTHER}\"\n    api_url: {}\n",
            house.telegram.url()
        );
        house.daemon.edit_config(|config| config.replacen("networks:\n", &block, 1)).unwrap();
        house.synapse.start(&[house.daemon.registration()]).await.unwrap();
        house.daemon.start().await.unwrap();
        let north = house.pair().await;
        let max = house.telegram.person("Max").unwrap();
        let south = house.telegram.supergroup("Le Sud").unwrap();
        for who in [max, other] {
            house.telegram.join(south, who).unwrap();
        }
        house.telegram.promote(south, other).unwrap();
        north.anne.say(&north.room, &format!("!passerelle link telegram-sud {south}")).await;
        house.in_group(south, "the link", |line| line.text.contains("reliée")).await;

        let asked = north.anne.say(&north.room, "qui est là ?").await;
        let in_north = house.said_in_group(north.group, "Anne: qui est là ?").await;
        let in_south = house.said_in_group(south, "Anne: qui est là ?").await;

        // An answer given in one group is an answer in the room and in the other group.
        house.telegram.reply(north.group, north.bob, in_north.id, "moi").unwrap();
        let line = north.anne.wait_for(&north.room, "moi").await;
        assert_eq!((line.reply_to, line.name.as_str()), (Some(asked), "Bob"));
        let relayed = house.said_in_group(south, "Bob: moi").await;
        assert_eq!(relayed.reply_to, Some(in_south.id));

        // A reaction given in the other finds it too, and so does taking the message back.
        house.telegram.react(south, max, relayed.id, &["🔥"]).unwrap();
        let reacted =
            |lines: &[simulators::account::Line]| lines.iter().any(|line| line.reactions.contains_key("🔥"));
        north.anne.wait(&north.room, "the reaction", reacted).await;
        let shown = |lines: &[simulators::telegram::Line]| {
            lines.iter().any(|line| line.text == "moi" && !line.reactions.is_empty())
        };
        assert!(house.telegram.wait(north.group, PATIENCE, shown).await.0);
        let lines = house.telegram.transcript(north.group).unwrap();
        let said = lines.iter().find(|line| line.text == "moi").unwrap().id;
        house.telegram.reply(north.group, north.bob, said, "/delete").unwrap();
        let gone = |lines: &[simulators::telegram::Line]| !lines.iter().any(|line| line.text == "Bob: moi");
        assert!(house.telegram.wait(south, PATIENCE, gone).await.0);
    });
}
