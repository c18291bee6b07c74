//! What was written while nobody listened, and what is too large to be held.

use std::time::Duration;

use crate::{
    house::{PATIENCE, run},
    square::{Side, Square},
};

/// Posts written while the daemon is down, on Mattermost and on Rocket.Chat.
const MISSED: [(Side, char, usize); 2] = [(Side::Mattermost, 'm', 3000), (Side::Breton, 'r', 600)];

#[test]
fn thousands_of_messages_written_meanwhile_are_all_there_afterwards() {
    run(async {
        let mut square = Square::build().await;
        // Something was heard before, so that there is a place to go on from.
        for (side, ..) in MISSED {
            let text = format!("avant {side:?}");
            square.say(side, &text).await;
            square.find(Side::Matrix, "what was before", |said| said.text == text).await;
        }
        square.house.daemon.kill().unwrap();
        for (side, sign, count) in MISSED {
            for n in 0..count {
                square.say(side, &format!("{sign}{n}")).await;
                // Nobody says two things in one millisecond.
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        square.house.daemon.start().await.unwrap();
        let started = tokio::time::Instant::now();
        let mut left: Vec<String> =
            MISSED.iter().map(|(_, sign, count)| format!("{sign}{}", count - 1)).collect();
        while !left.is_empty() {
            assert!(started.elapsed() < PATIENCE * 6, "{left:?} never came\n{}", square.house.daemon.log());
            tokio::time::sleep(Duration::from_millis(500)).await;
            // The last page only: the room is long.
            let path = format!("/rooms/{}/messages?dir=b&limit=100", square.room.replace('!', "%21"));
            let page = square.anne.ask(reqwest::Method::GET, &path, None).await.unwrap().to_string();
            left.retain(|words| !page.contains(&format!("\"{words}\"")));
        }
        let seen = square.seen(Side::Matrix).await;
        for (side, sign, count) in MISSED {
            let heard: Vec<&str> = seen
                .iter()
                .filter(|said| said.who == side.person())
                .filter_map(|said| said.text.strip_prefix(sign).filter(|rest| rest.parse::<usize>().is_ok()))
                .collect();
            let all: Vec<String> = (0..count).map(|n| n.to_string()).collect();
            assert!(heard == all, "{side:?}: {} heard of {count}", heard.len());
        }
    });
}

/// Bytes of a large photo.
const LARGE: usize = 20_000_000;
/// Kibibytes that the daemon may grow by while it crosses.
const GROWTH: u64 = 16 * 1024;

#[test]
fn a_large_photo_crosses_without_being_held() {
    run(async {
        let mut square = Square::build().await;
        // Everything has been done once.
        let small = simulators::telegram::draw_jpeg(40, 30, 3);
        send(&square, "petite.jpg", small.clone()).await;
        let before = square.house.daemon.memory().unwrap();
        let mut photo = small;
        photo.resize(LARGE, 7);
        send(&square, "grande.jpg", photo.clone()).await;
        let after = square.house.daemon.memory().unwrap();
        println!("a photo of {LARGE} bytes to four networks: from {before} KiB to {after} KiB");
        assert!(after < before + GROWTH, "from {before} KiB to {after} KiB");

        // One that is too large for a side is a line there, and its author is told.
        square.alsatian.server.set(|settings| settings.max_file = 1_000_000);
        square.house.daemon.kill().unwrap();
        square.house.daemon.start().await.unwrap();
        square.until_heard().await;
        photo.truncate(3_000_000);
        square.anne.send_file(&square.room, "m.image", "trop.jpg", "image/jpeg", photo, "").await;
        let line = |said: &crate::square::Said| said.text.contains("trop.jpg") && said.text.contains('3');
        square.find(Side::Alsatian, "a line in its place", line).await;
        let told = |said: &crate::square::Said| {
            said.text.contains("rocket-alsace") && said.text.contains("trop.jpg")
        };
        square.find(Side::Matrix, "why it did not cross", told).await;
        assert!(!files(&square, Side::Alsatian).iter().any(|(name, _)| name == "trop.jpg"));
    });
}

/// Sends a picture from the room, and waits until it is on every side.
async fn send(square: &Square, name: &str, bytes: Vec<u8>) {
    let whole = (name.to_owned(), bytes.len());
    square.anne.send_file(&square.room, "m.image", name, "image/jpeg", bytes, "").await;
    for side in [Side::Breton, Side::Alsatian, Side::Mattermost] {
        let end = tokio::time::Instant::now() + PATIENCE;
        while !files(square, side).contains(&whole) {
            assert!(
                tokio::time::Instant::now() < end,
                "{side:?} waits in vain for {name}\n{}",
                square.house.daemon.log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The files of a side, with their sizes.
fn files(square: &Square, side: Side) -> Vec<(String, usize)> {
    match side {
        Side::Breton | Side::Alsatian => {
            let hall = if side == Side::Breton { &square.breton } else { &square.alsatian };
            let lines = hall.server.transcript(&hall.room).unwrap();
            lines.into_iter().flat_map(|line| line.files).map(|file| (file.name, file.size)).collect()
        }
        Side::Mattermost => {
            let lines = square.mattermost.transcript(&square.channel).unwrap();
            lines.into_iter().flat_map(|line| line.files).map(|file| (file.name, file.size)).collect()
        }
        Side::Matrix | Side::Telegram => Vec::new(),
    }
}
