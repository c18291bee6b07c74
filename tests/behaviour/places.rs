//! A place that moves is one message on each side: it follows, and is told to be over.

use serde_json::json;
use simulators::{
    account,
    telegram::{Act, Speech},
};

use crate::{
    house::{House, run},
    square::{SIDES, Said, Side, Square},
};

/// The sides that follow a place in words.
const IN_WORDS: [Side; 3] = [Side::Breton, Side::Alsatian, Side::Mattermost];

/// Waits until that side has exactly one message about the place that begins at this latitude, and it says this.
async fn one(square: &Square, side: Side, id: Option<&str>, says: &str) -> String {
    let is_it = |said: &&Said| id.map_or(said.text.contains(says), |id| said.id == id);
    let seen =
        square.until(side, says, |said| said.iter().filter(is_it).any(|said| said.text.contains(says))).await;
    assert_eq!(seen.iter().filter(is_it).count(), 1, "{side:?}");
    seen.iter().find(is_it).unwrap().id.clone()
}

#[test]
fn a_place_that_moves_on_matrix_is_one_that_moves_on_telegram_and_one_line_elsewhere() {
    run(async {
        let square = Square::shared().await;
        let (anne, room, kind) = (&square.anne, &square.room, "org.matrix.msc3672.beacon_info");
        let share = async |live: bool| {
            anne.set_state(room, kind, &anne.user, json!({ "live": live, "timeout": 600_000 })).await
        };
        let begun = share(true).await;
        let mut there: Vec<String> = Vec::new();
        let mut on_telegram = None;
        for n in 1..=3 {
            let content = json!({
                "m.relates_to": { "rel_type": "m.reference", "event_id": begun },
                "org.matrix.msc3488.location": { "uri": format!("geo:-11.{n}25,3.5;u=12") },
            });
            anne.send(room, "org.matrix.msc3672.beacon", content).await;
            let map = format!("mlat=-11.{n}25&mlon=3.5");
            let mut now = Vec::new();
            for side in IN_WORDS {
                now.push(one(square, side, None, &map).await);
            }
            assert!(there.is_empty() || there == now, "the same line moves: {there:?} {now:?}");
            there = now;
            let latitude = format!("-11.{n}25").parse::<f64>().unwrap();
            let is_it = |line: &simulators::telegram::Line| {
                line.more
                    .get("location")
                    .is_some_and(|place| place["latitude"] == latitude && place["live_period"].is_i64())
            };
            let line = square.house.in_group(square.group, "the place", is_it).await;
            assert!(on_telegram.is_none_or(|id| id == line.id), "the same place moves");
            on_telegram = Some(line.id);
        }
        share(false).await;
        for (side, id) in IN_WORDS.into_iter().zip(&there) {
            one(square, side, Some(id), "ne l’est plus").await;
        }
        let is_gone =
            |lines: &[simulators::telegram::Line]| lines.iter().all(|line| Some(line.id) != on_telegram);
        assert!(square.house.telegram.wait(square.group, crate::house::PATIENCE, is_gone).await.0);
        let over = |line: &simulators::telegram::Line| {
            line.text.starts_with("Anne: ") && line.text.contains("ne l’est plus")
        };
        square.house.in_group(square.group, "that it is over", over).await;
    });
}

#[test]
fn a_place_that_moves_on_telegram_is_one_line_everywhere() {
    run(async {
        let square = Square::shared().await;
        let (telegram, group, bob) = (&square.house.telegram, square.group, square.bob);
        let at = |latitude: f64, live: bool| {
            let mut place = json!({ "latitude": latitude, "longitude": 4.5 });
            if live {
                place["live_period"] = json!(600);
            }
            Speech { location: Some(place), ..Speech::default() }
        };
        let message = telegram.speak(group, bob, at(-12.125, true)).unwrap();
        let sides: Vec<Side> = SIDES.into_iter().filter(|side| *side != Side::Telegram).collect();
        let mut there = Vec::new();
        for side in &sides {
            there.push(one(square, *side, None, "mlat=-12.125&mlon=4.5").await);
        }
        for (latitude, live) in [(-12.25, true), (-12.375, true), (-12.5, false)] {
            telegram.act(group, bob, Act::Edit { message, speech: Box::new(at(latitude, live)) }).unwrap();
            for (side, id) in sides.iter().zip(&there) {
                one(square, *side, Some(id), &format!("mlat={latitude}&mlon=4.5")).await;
            }
        }
        for (side, id) in sides.iter().zip(&there) {
            one(square, *side, Some(id), "terminée").await;
        }
        let shown = |line: &&account::Line| line.body.contains("mlon=4.5");
        assert_eq!(square.anne.timeline(&square.room).await.iter().filter(shown).count(), 1);
    });
}

#[test]
fn a_place_that_moves_is_looked_for_and_not_sent_again_when_the_answer_is_lost() {
    run(async {
        let house = House::build().await;
        let pair = house.pair().await;
        let (anne, room, kind) = (&pair.anne, &pair.room, "org.matrix.msc3672.beacon_info");
        let begun = anne.set_state(room, kind, &anne.user, json!({ "live": true, "timeout": 600_000 })).await;
        house.in_group(pair.group, "that it begins", |line| line.text.contains("en direct")).await;
        house.telegram.fault("sendLocation", 1, simulators::telegram::Fault::BreakAfter);
        let is_place = |line: &simulators::telegram::Line| line.more.contains_key("location");
        for latitude in ["1.5", "2.5"] {
            let content = json!({
                "m.relates_to": { "rel_type": "m.reference", "event_id": begun },
                "org.matrix.msc3488.location": { "uri": format!("geo:{latitude},3.5") },
            });
            anne.send(room, "org.matrix.msc3672.beacon", content).await;
            let latitude = latitude.parse::<f64>().unwrap();
            let is_there = |line: &simulators::telegram::Line| {
                is_place(line) && line.more["location"]["latitude"] == latitude
            };
            house.in_group(pair.group, "the place", is_there).await;
        }
        let lines = house.telegram.transcript(pair.group).unwrap();
        assert_eq!(lines.iter().filter(|line| is_place(line)).count(), 1);
    });
}
