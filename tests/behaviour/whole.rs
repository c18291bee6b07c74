//! What became several messages is changed and taken back as a whole, also when the daemon was killed in between.

use serde_json::{Value, json};
use simulators::Fault;
use simulators::telegram::{Act, Given, MediaKind, Speech, draw_jpeg};

use crate::{
    house::{PATIENCE, run},
    square::{SIDES, Said, Side, Square},
};

/// The sides that are not where something was said.
fn others(from: Side) -> impl Iterator<Item = Side> {
    SIDES.into_iter().filter(move |side| *side != from && *side != Side::Alsatian)
}

/// So many messages of a side say this.
async fn until_count(square: &Square, side: Side, words: &str, count: usize) -> Vec<Said> {
    let has = |said: &[Said]| said.iter().filter(|said| said.text.contains(words)).count() == count;
    let what = format!("{words} {count} times");
    let seen = square.until(side, &what, has).await;
    seen.into_iter().filter(|said| said.text.contains(words)).collect()
}

/// Long words, one of which stands in every part that they become.
fn long(mark: &str, parts: usize) -> String {
    // As long as no server but Mattermost's takes in one piece.
    format!("{mark} ").repeat(parts * 4000 / (mark.len() + 1))
}

#[test]
fn words_that_became_several_messages_grow_shrink_and_go() {
    run(async {
        let mut square = Square::build().await;
        let sides = [Side::Matrix, Side::Telegram, Side::Breton, Side::Mattermost];
        let mut said = Vec::new();
        for side in sides {
            // As long as people can write there.
            let words = match side {
                Side::Matrix => long("matrix", 2),
                Side::Telegram => "telegram ".repeat(440),
                _ => format!("{side:?} ").repeat(480),
            };
            let words = words.to_lowercase();
            said.push((
                side,
                square.say(side, words.trim()).await,
                square.say(side, &format!("bref {side:?}")).await,
            ));
        }
        for (from, ..) in &said {
            for to in others(*from) {
                square.find(to, "the short words", |said| said.text == format!("bref {from:?}")).await;
            }
        }
        let parts = |seen: &[Said], word: &str| seen.iter().filter(|said| said.text.contains(word)).count();
        assert_eq!(parts(&square.seen(Side::Telegram).await, "matrix matrix"), 2);
        assert_eq!(parts(&square.seen(Side::Breton).await, "matrix matrix"), 2);
        square.house.daemon.kill().unwrap();
        square.house.daemon.start().await.unwrap();
        square.until_heard().await;
        for (from, long, short) in &said {
            square.edit(*from, long, &format!("abrégé {from:?}")).await;
            let words = format!("allongé{from:?} ").repeat(230);
            square.edit(*from, short, words.trim()).await;
        }
        for (from, long, short) in &said {
            for to in others(*from) {
                until_count(&square, to, &format!("abrégé {from:?}"), 1).await;
                let word = format!("{from:?} {from:?}").to_lowercase();
                until_count(&square, to, &word, 0).await;
                let grown = square
                    .find(to, "the longer words", |said| said.text.contains(&format!("allongé{from:?} ")))
                    .await;
                assert!(!grown.text.contains("bref"), "{to:?}");
            }
            square.delete(*from, long).await;
            square.delete(*from, short).await;
        }
        for (from, ..) in &said {
            for to in others(*from) {
                until_count(&square, to, &format!("abrégé {from:?}"), 0).await;
                until_count(&square, to, &format!("allongé{from:?}"), 0).await;
            }
        }
    });
}

/// A gallery of pictures of these heights, or its change.
async fn gallery(square: &Square, words: &str, heights: [u32; 3], of: Option<&str>) -> String {
    let mut items = Vec::new();
    for height in heights {
        let url = square.anne.upload(draw_jpeg(120, height, 3), "image/jpeg").await;
        let info = json!({ "mimetype": "image/jpeg" });
        items.push(
            json!({ "itemtype": "m.image", "body": format!("{height}.jpg"), "url": url, "info": info }),
        );
    }
    let mut content = json!({ "msgtype": "dm.filament.gallery", "body": words, "itemtypes": items });
    if let Some(id) = of {
        content["m.new_content"] = content.clone();
        content["m.relates_to"] = json!({ "rel_type": "m.replace", "event_id": id });
    }
    square.anne.send(&square.room, "m.room.message", content).await
}

/// The heights of the pictures of 120 pixels that the group shows, and the words under each.
fn in_group(square: &Square) -> Vec<(u32, String)> {
    let lines = square.house.telegram.transcript(square.group).unwrap();
    let pictures = lines.into_iter().filter_map(|line| Some((line.media?, line.text)));
    pictures.filter(|(file, _)| file.width == 120).map(|(file, text)| (file.height, text)).collect()
}

/// The names of the pictures that the room of Rocket.Chat shows.
fn on_rocketchat(square: &Square) -> Vec<String> {
    let lines = square.breton.server.transcript(&square.breton.room).unwrap();
    let files = lines.into_iter().flat_map(|line| line.files);
    files.filter(|file| file.mime == "image/jpeg").map(|file| file.name).collect()
}

/// The same of the channel of Mattermost.
fn on_mattermost(square: &Square) -> Vec<String> {
    let lines = square.mattermost.transcript(&square.channel).unwrap();
    let files = lines.into_iter().flat_map(|line| line.files);
    files.filter(|file| file.mime == "image/jpeg").map(|file| file.name).collect()
}

async fn until(what: &str, wanted: impl Fn() -> bool) {
    let end = tokio::time::Instant::now() + PATIENCE;
    while !wanted() {
        assert!(tokio::time::Instant::now() < end, "waits in vain for {what}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[test]
fn an_album_of_matrix_is_changed_and_taken_back_as_a_whole() {
    run(async {
        let mut square = Square::build().await;
        let id = gallery(&square, "la fête", [41, 42, 43], None).await;
        let all = |heights: [u32; 3]| heights.map(|height| format!("{height}.jpg")).to_vec();
        until("three pictures", || on_rocketchat(&square) == all([41, 42, 43])).await;
        until("one post", || on_mattermost(&square) == all([41, 42, 43])).await;
        until("one album", || in_group(&square).len() == 3).await;
        square.house.daemon.kill().unwrap();
        square.house.daemon.start().await.unwrap();
        square.until_heard().await;
        // The second picture is another, and the words are.
        gallery(&square, "la belle fête", [41, 52, 43], Some(&id)).await;
        let of = |height, text: &str| (height, text.to_owned());
        let wanted = [of(41, "Anne: la belle fête"), of(52, ""), of(43, "")];
        until("the other picture in the album", || in_group(&square) == wanted).await;
        until("the other picture in the post", || on_mattermost(&square) == all([41, 52, 43])).await;
        until("the other picture in the room", || {
            let mut names = on_rocketchat(&square);
            names.sort();
            names == all([41, 43, 52])
        })
        .await;
        for side in [Side::Telegram, Side::Breton, Side::Mattermost] {
            until_count(&square, side, "la belle fête", 1).await;
        }
        square.anne.redact(&square.room, &id).await;
        until("no picture in the group", || in_group(&square).is_empty()).await;
        until("none in the room", || on_rocketchat(&square).is_empty()).await;
        until("none in the channel", || on_mattermost(&square).is_empty()).await;
    });
}

/// The heights of the pictures that the room shows as they are now.
async fn in_room(square: &Square) -> Vec<u64> {
    let events = square.anne.raw_timeline(&square.room).await;
    let now = |event: &Value| {
        let id = event["event_id"].as_str()?;
        let is_change = |other: &&Value| other["content"]["m.relates_to"]["event_id"] == id;
        let changed = events.iter().rfind(is_change).map(|other| &other["content"]["m.new_content"]);
        let content = changed.unwrap_or(&event["content"]);
        // What was taken back has no content any more.
        let stands = event["content"]["url"].is_string();
        let is_first = stands && event["content"]["m.relates_to"]["rel_type"] != "m.replace";
        (is_first && content["msgtype"] == "m.image").then(|| content["info"]["h"].as_u64())?
    };
    events.iter().filter_map(now).collect()
}

async fn until_room(square: &Square, heights: &[u64]) {
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        let now = in_room(square).await;
        if now == heights {
            return;
        }
        assert!(tokio::time::Instant::now() < end, "the room shows {now:?} and not {heights:?}");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

#[test]
fn an_album_of_telegram_is_changed_picture_by_picture_and_taken_back_as_a_whole() {
    run(async {
        let mut square = Square::build().await;
        let (group, bob) = (square.group, square.bob);
        let photo =
            |height| Given { width: Some(120), height: Some(height), ..Given::made(MediaKind::Photo) };
        let album = [41, 42, 43].map(photo).into();
        let ids = square.house.telegram.album(group, bob, album, "la fête").unwrap();
        until_room(&square, &[41, 42, 43]).await;
        until("three pictures", || on_rocketchat(&square).len() == 3).await;
        until("one post", || on_mattermost(&square).len() == 3).await;
        square.house.daemon.kill().unwrap();
        square.house.daemon.start().await.unwrap();
        square.until_heard().await;
        let speech = Box::new(Speech { media: Some(photo(52)), ..Speech::default() });
        square.house.telegram.act(group, bob, Act::Edit { message: ids[1], speech }).unwrap();
        square.house.telegram.edit(group, bob, ids[0], "la belle fête").unwrap();
        until_room(&square, &[41, 52, 43]).await;
        for side in [Side::Matrix, Side::Breton, Side::Mattermost] {
            until_count(&square, side, "la belle fête", 1).await;
        }
        // A post keeps its files for ever: the other picture answers it.
        until("the other picture", || on_mattermost(&square).len() == 4).await;
        assert_eq!(on_rocketchat(&square).len(), 3);
        square.delete(Side::Telegram, &ids[2].to_string()).await;
        until_room(&square, &[]).await;
        until("none in the room", || on_rocketchat(&square).is_empty()).await;
        until("none in the channel", || on_mattermost(&square).is_empty()).await;
    });
}

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
