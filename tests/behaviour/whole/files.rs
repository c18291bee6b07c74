//! A file with its words: each can be changed, and the file becomes another one.

use serde_json::json;
use simulators::Fault;
use simulators::{
    draw_jpeg,
    telegram::{Act, Given, MediaKind, Speech},
};

use super::{
    others,
    pictures::{in_group, in_room, on_mattermost, on_rocketchat, until},
    until_count,
};
use crate::{
    house::{PATIENCE, run},
    square::{Said, Side, Square},
};

#[test]
fn a_file_keeps_its_words_and_its_place_when_it_is_changed() {
    run(async {
        let mut square = Square::build().await;
        let sides = [Side::Matrix, Side::Telegram, Side::Breton, Side::Mattermost];
        let mut said = Vec::new();
        for from in sides {
            said.push((from, square.send_file(from, &format!("photo de {from:?}")).await));
        }
        let mut before = Vec::new();
        for (from, _) in &said {
            for to in others(*from) {
                let words = format!("photo de {from:?}");
                let is_it = |said: &Said| said.text.contains(&words) && said.files == 1;
                before.push((*from, to, square.find(to, &words, is_it).await.id));
            }
        }
        square.house.daemon.kill().unwrap();
        square.house.daemon.start().await.unwrap();
        square.until_heard().await;
        for (from, id) in &said {
            let words = format!("légende de {from:?}");
            if *from != Side::Matrix {
                square.edit(*from, id, &words).await;
                continue;
            }
            let path = format!("/rooms/{}/event/{id}", square.room);
            let event = square.anne.ask(reqwest::Method::GET, &path, None).await.unwrap();
            let mut content = event["content"].clone();
            content["body"] = json!(words);
            content["m.new_content"] = content.clone();
            content["m.relates_to"] = json!({ "rel_type": "m.replace", "event_id": id });
            square.anne.send(&square.room, "m.room.message", content).await;
        }
        for (from, to, id) in before {
            let words = format!("légende de {from:?}");
            let is_it = |said: &Said| said.id == id && said.text.contains(&words) && said.files == 1;
            square.find(to, &format!("{words} under the same picture"), is_it).await;
        }
        exchange(&square, &said[0].1, &said[1].1).await;
        for (from, id) in &said {
            square.delete(*from, id).await;
        }
        for (from, _) in &said {
            for to in others(*from) {
                until_count(&square, to, &format!("légende de {from:?}"), 0).await;
            }
        }
    });
}

/// The pictures of Matrix and of Telegram become others, under the same words.
async fn exchange(square: &Square, on_matrix: &str, on_telegram: &str) {
    let url = square.anne.upload(draw_jpeg(120, 62, 3), "image/jpeg").await;
    let words = format!("légende de {:?}", Side::Matrix);
    let mut content = json!({ "msgtype": "m.image", "body": words, "filename": "62.jpg", "url": url });
    content["m.new_content"] = content.clone();
    content["m.relates_to"] = json!({ "rel_type": "m.replace", "event_id": on_matrix });
    square.anne.send(&square.room, "m.room.message", content).await;
    until("the other picture in the group", || in_group(square) == [(62, format!("Anne: {words}"))]).await;
    until("the other picture in the room", || on_rocketchat(square).contains(&"62.jpg".to_owned())).await;
    until("the other picture in the channel", || on_mattermost(square).contains(&"62.jpg".to_owned())).await;
    let photo = Given::of(MediaKind::Photo, draw_jpeg(120, 61, 3));
    let speech = Speech { media: Some(photo), ..Speech::of(&format!("légende de {:?}", Side::Telegram)) };
    let message = on_telegram.parse().unwrap();
    let act = Act::Edit { message, speech: Box::new(speech) };
    square.house.telegram.act(square.group, square.bob, act).unwrap();
    let end = tokio::time::Instant::now() + PATIENCE;
    while !in_room(square).await.contains(&61) {
        assert!(tokio::time::Instant::now() < end, "the room shows {:?}", in_room(square).await);
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    for side in [Side::Matrix, Side::Telegram] {
        for to in others(side) {
            let said = until_count(square, to, &format!("légende de {side:?}"), 1).await;
            assert_eq!(said[0].files, 1, "{side:?} on {to:?}");
        }
    }
}

/// Where a file cannot be changed its message is another from then on: that the old one goes is no news to anybody.
#[test]
fn a_file_that_is_said_anew_is_taken_back_nowhere_else() {
    run(async {
        let square = Square::build().await;
        let id = square.send_file(Side::Matrix, "la photo").await;
        for to in others(Side::Matrix) {
            square.find(to, "the photo", |said| said.text == "la photo" && said.files == 1).await;
        }
        // The old one is gone, which the server tells, and the answer to us is lost.
        square.order(Side::Breton, "chat.delete", Fault::BreakAfter);
        let url = square.anne.upload(draw_jpeg(120, 52, 3), "image/jpeg").await;
        let mut content =
            json!({ "msgtype": "m.image", "body": "l’autre", "filename": "autre.jpg", "url": url });
        content["m.new_content"] = content.clone();
        content["m.relates_to"] = json!({ "rel_type": "m.replace", "event_id": id });
        square.anne.send(&square.room, "m.room.message", content).await;
        until("the other photo", || on_rocketchat(&square) == ["autre.jpg"]).await;
        square.say(Side::Breton, "bien reçu").await;
        for to in others(Side::Breton) {
            square.find(to, "what is said after it", |said| said.text == "bien reçu").await;
        }
        assert_eq!(on_mattermost(&square), ["autre.jpg"]);
        assert_eq!(in_group(&square), [(52, "Anne: l’autre".to_owned())]);
        let kept = square.anne.timeline(&square.room).await.into_iter().find(|line| line.id == id);
        assert!(kept.is_some_and(|line| line.body == "l’autre"));
    });
}
