//! What has no counterpart elsewhere crosses as a short line, never as nothing.

use serde_json::{Value, json};
use simulators::telegram::{Act, Speech};

use crate::house::{run, shared};

fn speech(fields: Value) -> Speech {
    serde_json::from_value(fields).unwrap()
}

#[test]
fn what_telegram_has_and_matrix_has_not() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let said = [
            (json!({ "contact": { "phone_number": "+331", "first_name": "Zoé" } }), "👤 Contact\u{a0}: Zoé"),
            (json!({ "dice": { "emoji": "🎲", "value": 4 } }), "🎲 "),
        ];
        for (fields, start) in said {
            house.telegram.speak(pair.group, pair.bob, speech(fields)).unwrap();
            let lines = pair
                .anne
                .wait(&pair.room, start, |lines| lines.iter().any(|line| line.body.starts_with(start)))
                .await;
            assert!(!lines.iter().any(|line| line.body.contains("+331")), "a number is not ours to tell");
        }
        house.telegram.act(pair.group, 0, Act::Rename { title: "Le nouveau".into() }).unwrap();
        pair.anne
            .wait(&pair.room, "the new name", |lines| {
                lines.iter().any(|line| {
                    line.body
                        .contains("« Le nouveau »".replace("« ", "«\u{a0}").replace(" »", "\u{a0}»").as_str())
                })
            })
            .await;
    });
}

#[test]
fn an_update_nobody_understands_stops_nothing() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        for update in
            [json!({ "message": { "odd": true } }), json!({ "from_the_future": 1 }), json!({ "message": 7 })]
        {
            house.telegram.inject(house.bot, update.as_object().unwrap().clone()).unwrap();
        }
        house.telegram.say(pair.group, pair.bob, "encore là").unwrap();
        pair.anne.wait_for(&pair.room, "encore là").await;
    });
}

#[test]
fn other_bots_are_not_carried_across() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let message = json!({ "message": {
            "message_id": 9000, "date": 1_760_000_000, "text": "bip", "chat": { "id": pair.group, "type": "supergroup" },
            "from": { "id": 77, "is_bot": true, "first_name": "Autre" },
        } });
        house.telegram.inject(house.bot, message.as_object().unwrap().clone()).unwrap();
        house.telegram.say(pair.group, pair.bob, "après").unwrap();
        pair.anne.wait_for(&pair.room, "après").await;
        assert!(!pair.anne.timeline(&pair.room).await.iter().any(|line| line.body == "bip"));
    });
}

#[test]
fn what_matrix_has_and_telegram_has_not() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let url = pair.anne.upload(simulators::draw_jpeg(64, 64, 3), "image/jpeg").await;
        let sticker = json!({ "body": "un chat", "url": url, "info": { "mimetype": "image/jpeg" } });
        pair.anne.send(&pair.room, "m.sticker", sticker).await;
        house.in_group(pair.group, "the sticker", |line| line.media.is_some() && line.text == "Anne").await;
        pair.anne.send(&pair.room, "org.example.unknown", json!({ "body": "nouveau genre" })).await;
        house.in_group(pair.group, "the unknown", |line| line.text.contains("nouveau genre")).await;
    });
}
