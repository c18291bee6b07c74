//! Files too large to be held in memory, and files too large to cross.

use serde_json::json;
use simulators::{mattermost, rocketchat, telegram};

use crate::{
    house::{PATIENCE, run},
    square::{SIDES, Said, Side, Square},
};

/// Bytes of a large photo.
const LARGE: usize = 20_000_000;
/// Kibibytes that the daemon may grow by while it crosses.
const GROWTH: u64 = 16 * 1024;

/// A picture of so many bytes.
fn picture(bytes: usize) -> Vec<u8> {
    let mut picture = simulators::draw_jpeg(40, 30, 3);
    picture.resize(bytes.max(picture.len()), 7);
    picture
}

/// Somebody on that side sends a picture.
async fn send(square: &Square, from: Side, name: &str, bytes: Vec<u8>) {
    match from {
        Side::Matrix => {
            square.anne.send_file(&square.room, "m.image", name, "image/jpeg", bytes, "").await;
        }
        Side::Telegram => {
            let file = telegram::Given {
                name: Some(name.to_owned()),
                mime: Some("image/jpeg".to_owned()),
                ..telegram::Given::of(telegram::MediaKind::Document, bytes)
            };
            square.house.telegram.send(square.group, square.bob, file, "").unwrap();
        }
        Side::Breton | Side::Alsatian => {
            let hall = if from == Side::Breton { &square.breton } else { &square.alsatian };
            hall.server.say_file(&hall.room, &hall.person, "", name, "image/jpeg", bytes).unwrap();
        }
        Side::Mattermost => {
            square.mattermost.say_file(&square.channel, &square.emma, "", name, bytes).unwrap();
        }
    }
}

/// The files of a side, with their sizes.
async fn files(square: &Square, side: Side) -> Vec<(String, u64)> {
    let of_hall = |file: rocketchat::File| (file.name, file.size as u64);
    let of_channel = |file: mattermost::File| (file.name, file.size as u64);
    match side {
        Side::Matrix => {
            let lines = square.anne.timeline(&square.room).await;
            lines.into_iter().filter_map(|line| line.file).map(|file| (file.name, file.size)).collect()
        }
        Side::Telegram => {
            let lines = square.house.telegram.transcript(square.group).unwrap();
            let files = lines.into_iter().filter_map(|line| line.media);
            files.map(|file| (file.name.unwrap_or_default(), file.size)).collect()
        }
        Side::Breton | Side::Alsatian => {
            let hall = if side == Side::Breton { &square.breton } else { &square.alsatian };
            let lines = hall.server.transcript(&hall.room).unwrap();
            lines.into_iter().flat_map(|line| line.files).map(of_hall).collect()
        }
        Side::Mattermost => {
            let lines = square.mattermost.transcript(&square.channel).unwrap();
            lines.into_iter().flat_map(|line| line.files).map(of_channel).collect()
        }
    }
}

/// Sends a picture, and waits until it is whole on every side.
async fn cross(square: &Square, from: Side, name: &str, bytes: Vec<u8>) {
    // Telegram names no small picture.
    let (size, whole) = (bytes.len() as u64, (name.to_owned(), bytes.len() as u64));
    send(square, from, name, bytes).await;
    for to in SIDES {
        let deadline = tokio::time::Instant::now() + PATIENCE * 2;
        loop {
            let there = files(square, to).await;
            if there.contains(&whole) || to == Side::Telegram && there.iter().any(|file| file.1 == size) {
                break;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "{to:?} waits in vain for {name}; it has {there:?}\n{}",
                square.house.daemon.log()
            );
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }
}

#[test]
fn a_large_photo_crosses_from_every_side_without_being_held() {
    run(async {
        let square = Square::build().await;
        // Everything has been done once.
        for (n, from) in SIDES.into_iter().enumerate() {
            cross(&square, from, &format!("petite-{n}.jpg"), picture(1000 + n)).await;
        }
        let before = square.house.daemon.memory().unwrap();
        for (n, from) in SIDES.into_iter().enumerate() {
            cross(&square, from, &format!("grande-{n}.jpg"), picture(LARGE + n)).await;
            let after = square.house.daemon.memory().unwrap();
            println!(
                "a photo of {LARGE} bytes from {from:?} to all others: from {before} KiB to {after} KiB"
            );
            assert!(after < before + GROWTH, "from {before} KiB to {after} KiB");
        }
    });
}

/// What the daemon allows is asked for when it starts to listen.
async fn start_again(square: &mut Square) {
    square.house.daemon.kill().unwrap();
    square.house.daemon.start().await.unwrap();
    square.until_heard().await;
}

/// A file from one side is a line on another that takes none of its size, and its author is told why where they are.
async fn is_told_of(square: &Square, from: Side, to: Side, network: &str, name: &str, megabytes: &str) {
    let line =
        |said: &Said| said.text.contains(name) && said.text.contains(&format!("({megabytes}\u{a0}Mo)"));
    let line = square.find(to, &format!("a line in place of {name}"), line).await;
    assert_eq!(line.who, from.person(), "{line:?}");
    let told = |said: &Said| {
        let words = format!("{}: {}", said.who, said.text);
        [network, name, "trop lourd"].iter().all(|word| words.contains(word))
    };
    square.find(from, &format!("why {name} did not reach {to:?}"), told).await;
    assert!(!files(square, to).await.iter().any(|(there, _)| there == name), "{name} is on {to:?}");
}

#[test]
fn a_file_above_a_side_s_limit_is_a_line_there_and_its_author_is_told() {
    run(async {
        let mut square = Square::build().await;
        square.alsatian.server.set(|settings| settings.max_file = 1_000_000);
        start_again(&mut square).await;
        let writers = [Side::Matrix, Side::Telegram, Side::Breton, Side::Mattermost];
        for (n, from) in writers.into_iter().enumerate() {
            let name = format!("lourde-{n}.jpg");
            send(&square, from, &name, picture(3_000_000)).await;
            is_told_of(&square, from, Side::Alsatian, "Rocket.Chat «\u{a0}Alsace\u{a0}»", &name, "3").await;
        }
        square.alsatian.server.set(|settings| settings.max_file = 100_000_000);
        square.mattermost.set(|settings| settings.max_file_size = 1_000_000);
        start_again(&mut square).await;
        send(&square, Side::Alsatian, "lourde.jpg", picture(3_000_000)).await;
        is_told_of(&square, Side::Alsatian, Side::Mattermost, "Mattermost", "lourde.jpg", "3").await;
        // Above what the homeserver takes.
        send(&square, Side::Alsatian, "énorme.jpg", picture(60_000_000)).await;
        is_told_of(&square, Side::Alsatian, Side::Matrix, "Matrix", "énorme.jpg", "60").await;
    });
}

#[test]
fn the_smallest_of_a_networks_a_links_and_the_servers_limit_counts() {
    run(async {
        let mut square = Square::build().await;
        square.house.daemon.kill().unwrap();
        let chosen =
            |config: String| config.replacen("kind: telegram", "kind: telegram\n    largest_file_mb: 4", 1);
        square.house.daemon.edit_config(chosen).unwrap();
        square.house.daemon.start().await.unwrap();
        square.until_heard().await;
        send(&square, Side::Matrix, "cinq.jpg", picture(5_000_000)).await;
        is_told_of(&square, Side::Matrix, Side::Telegram, "Telegram", "cinq.jpg", "5").await;
        send(&square, Side::Telegram, "six.jpg", picture(6_000_000)).await;
        is_told_of(&square, Side::Telegram, Side::Mattermost, "Mattermost", "six.jpg", "6").await;
        cross_to(&square, Side::Mattermost, "sept.jpg", &[Side::Matrix, Side::Breton]).await;
        for (asked, answered) in [("limite 2 mattermost", "plus de 2"), ("limite 9 telegram", "plus de 9")] {
            square.say(Side::Matrix, &format!("!passerelle {asked}")).await;
            square.find(Side::Matrix, asked, |said| said.text.contains(answered)).await;
        }
        send(&square, Side::Mattermost, "trois.jpg", picture(3_000_000)).await;
        is_told_of(
            &square,
            Side::Mattermost,
            Side::Breton,
            "Rocket.Chat «\u{a0}Bretagne\u{a0}»",
            "trois.jpg",
            "3",
        )
        .await;
        // What its sender says of its size changes nothing.
        let body = square.anne.upload(picture(8_000_000), "image/jpeg").await;
        let info = json!({ "mimetype": "image/jpeg", "size": 10 });
        let content = json!({ "msgtype": "m.image", "body": "menteuse.jpg", "url": body, "info": info });
        square.anne.send(&square.room, "m.room.message", content).await;
        for side in [Side::Telegram, Side::Mattermost] {
            square.find(side, "a line in its place", |said| said.text.contains("menteuse.jpg")).await;
            assert!(!files(&square, side).await.iter().any(|(_, size)| *size == 8_000_000));
        }
    });
}

/// Sends a picture, and waits until it is there.
async fn cross_to(square: &Square, from: Side, name: &str, sides: &[Side]) {
    send(square, from, name, picture(2_500_000)).await;
    for side in sides {
        let is_there = async || files(square, *side).await.iter().any(|(there, _)| there == name);
        let deadline = tokio::time::Instant::now() + PATIENCE * 2;
        while !is_there().await {
            assert!(tokio::time::Instant::now() < deadline, "{side:?} waits in vain for {name}");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }
}
