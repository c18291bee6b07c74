//! Calling everybody at once.

use std::time::Duration;

use serde_json::{Value, json};
use simulators::mattermost::{Line, Mattermost};

use crate::{
    house::{BOT, House, PATIENCE, run},
    square::{SIDES, Side, Square},
};

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

/// Everything that calls everybody somewhere.
const CALLS: &str = "@all, @channel, @here, @room et @everyone";

/// Whether anything that we said on that side calls anybody.
async fn calls(square: &Square, side: Side) -> Vec<String> {
    match side {
        Side::Matrix => {
            let events = square.anne.raw_timeline(&square.room).await;
            let said = events.iter().filter(|event| event["type"] == "m.room.message");
            // Without the key, words alone would call; an edit says it of what it puts in the place.
            let called = said.filter(|event| {
                let new = event["content"].get("m.new_content").unwrap_or(&event["content"]);
                let is_called = |content: &Value| content["m.mentions"].get("room").is_some();
                let is_ours = event["sender"].as_str().is_some_and(|who| who.starts_with("@passerelle"));
                let gone = event["content"].as_object().is_none_or(serde_json::Map::is_empty);
                is_ours
                    && !gone
                    && (!new["m.mentions"].is_object() || is_called(new) || is_called(&event["content"]))
            });
            called.map(Value::to_string).collect()
        }
        // Nothing there calls everybody.
        Side::Telegram => Vec::new(),
        Side::Breton | Side::Alsatian => {
            let hall = if side == Side::Breton { &square.breton } else { &square.alsatian };
            let lines = hall.server.transcript(&hall.room).unwrap();
            let called = lines.iter().filter(|line| line.author == "passerelle" && !line.mentions.is_empty());
            called.map(|line| format!("{line:?}")).collect()
        }
        Side::Mattermost => {
            let lines = square.mattermost.transcript(&square.channel).unwrap();
            let called = lines.iter().filter(|line| line.author == "passerelle" && !line.notifies.is_empty());
            called.map(|line| format!("{line:?}")).collect()
        }
    }
}

#[test]
fn nobody_calls_a_crowd_on_another_side_by_any_way() {
    run(async {
        let mut square = Square::build().await;
        // Names are words where no other name than the bot's is shown.
        square.mattermost.set(|settings| settings.username_override = false);
        square.house.daemon.kill().unwrap();
        square.house.daemon.start().await.unwrap();
        square.until_heard().await;
        square.anne.set_name("@room @all").await;
        let (bob, name) = (square.bob, Some("@channel @all".to_owned()));
        let named = simulators::telegram::NewPerson { first_name: name, ..Default::default() };
        square.house.telegram.change_person(bob, named).unwrap();
        for from in SIDES {
            let words = format!("{from:?} appelle {CALLS}");
            let id = square.say(from, &words).await;
            let begins = format!("{from:?} appelle");
            for to in SIDES {
                square.find(to, &words, |said| said.text.contains(&begins)).await;
            }
            square.edit(from, &id, &format!("{from:?} rappelle {CALLS}")).await;
            let begins = format!("{from:?} rappelle");
            for to in SIDES {
                square.find(to, &words, |said| said.text.contains(&begins)).await;
            }
        }
        let picture = simulators::draw_jpeg(40, 30, 3);
        let (anne, room) = (&square.anne, &square.room);
        anne.send_file(room, "m.image", "@all @room.jpg", "image/jpeg", picture, &format!("fin {CALLS}"))
            .await;
        for to in SIDES {
            square.find(to, "the caption", |said| said.text.contains("fin @")).await;
            assert_eq!(calls(&square, to).await, [""; 0], "{to:?}");
        }
    });
}
