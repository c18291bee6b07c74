//! Calling everybody at once.

use std::time::Duration;

use serde_json::json;
use simulators::mattermost::{Line, Mattermost};

use crate::house::{BOT, House, PATIENCE, run};

#[test]
fn a_crowd_is_called_across_the_links_that_say_so_and_no_other() {
    run(async {
        let mut house = House::furnish().await;
        let (server, channel, emma, block) = {
            let server = Mattermost::start("127.0.0.1:0").await.unwrap();
            let (bot, token) = server.bot("passerelle").unwrap();
            let emma = server.person("emma", "Emma").unwrap();
            let channel = server.channel("le-lieu", "Le lieu").unwrap();
            for who in [&bot, &emma] {
                server.join(&channel, who).unwrap();
            }
            let url = server.url();
            let block =
                format!("  mattermost:\n    kind: mattermost\n    url: {url}\n    token: \"{token}\"\n");
            (server, channel, emma, block)
        };
        house.synapse.start(&[house.daemon.registration()]).await.unwrap();
        let anne = house.synapse.register("anne").await.unwrap();
        let room = anne.create_room("Le salon", &[BOT], json!({})).await;
        let link = format!(
            "links:\n  - room: \"{room}\"\n    mass_mentions: true\n    chats:\n      \
             - {{ network: mattermost, chat: \"{channel}\" }}\n"
        );
        house
            .daemon
            .edit_config(|config| {
                config.replacen("networks:\n", &format!("networks:\n{block}"), 1) + "\n" + &link
            })
            .unwrap();
        house.daemon.start().await.unwrap();
        house.until_joined(&anne, &room, BOT).await;
        let said = json!({ "msgtype": "m.text", "body": "@room, venez !", "m.mentions": { "room": true } });
        let called = |lines: &[Line]| lines.iter().any(|line| line.text == "@all, venez !");
        for n in 0.. {
            assert!(n < 60, "never called");
            anne.send(&room, "m.room.message", said.clone()).await;
            if server.wait(&channel, Duration::from_secs(1), called).await.0 {
                break;
            }
        }
        // Words that only look like it call nobody.
        anne.say(&room, "dire @room ne suffit pas").await;
        let quiet = |lines: &[Line]| lines.iter().any(|line| line.text == "dire @\u{200b}room ne suffit pas");
        let (quiet, lines) = server.wait(&channel, PATIENCE, quiet).await;
        assert!(quiet, "{lines:#?}");
        server.say(&channel, &emma, "@channel, on arrive").unwrap();
        anne.wait_for(&room, "@room, on arrive").await;
        let events = anne.raw_timeline(&room).await;
        let event = events.iter().find(|event| event["content"]["body"] == "@room, on arrive").unwrap();
        assert_eq!(event["content"]["m.mentions"]["room"], true);
    });
}
