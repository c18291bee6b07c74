//! Files cross whole, as what they are.

use serde_json::json;
use simulators::{
    draw_jpeg,
    telegram::{Fault, Given, MediaKind},
};

use crate::{
    house::{House, PATIENCE, run, shared},
    square::{Side, Square},
};

#[test]
fn a_photo_from_telegram_is_a_picture_with_its_caption() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        house.telegram.photo(pair.group, pair.bob, "le jardin").unwrap();
        let line = pair.anne.wait_for(&pair.room, "le jardin").await;
        let file = line.file.unwrap();
        assert_eq!((line.kind.as_str(), file.mime.as_str()), ("m.image", "image/jpeg"));
        let bytes = pair.anne.download(&file.url).await.unwrap();
        assert_eq!(bytes.len() as u64, file.size);
        assert_eq!(bytes[..2], [0xff, 0xd8], "a JPEG");
    });
}

#[test]
fn every_kind_of_file_from_telegram_is_shown_as_what_it_is() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let kinds = [
            (MediaKind::Document, "m.file"),
            (MediaKind::Video, "m.video"),
            (MediaKind::Audio, "m.audio"),
            (MediaKind::Voice, "m.audio"),
            (MediaKind::Sticker, "m.sticker"),
            (MediaKind::Animation, "m.video"),
            (MediaKind::VideoNote, "m.video"),
        ];
        for (n, (kind, shown)) in kinds.into_iter().enumerate() {
            house.telegram.send(pair.group, pair.bob, Given::made(kind), "").unwrap();
            let files =
                |lines: &[simulators::account::Line]| lines.iter().filter(|line| line.file.is_some()).count();
            let lines = pair.anne.wait(&pair.room, "a file", |lines| files(lines) == n + 1).await;
            assert_eq!(lines.iter().rfind(|line| line.file.is_some()).unwrap().kind, shown, "{kind:?}");
        }
    });
}

#[test]
fn a_file_that_is_fetched_while_the_token_changes_is_fetched_again() {
    run(async {
        // Of its own: faults strike whoever comes first.
        let house = House::build().await;
        let pair = house.pair().await;
        house.telegram.fault("file", 1, Fault::Unauthorized);
        house.telegram.photo(pair.group, pair.bob, "le potager").unwrap();
        let line = pair.anne.wait_for(&pair.room, "le potager").await;
        assert_eq!(line.kind, "m.image");
    });
}

#[test]
fn an_album_is_one_message_with_its_caption_once() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let album = (0..3).map(|_| Given::made(MediaKind::Photo)).collect();
        let ids = house.telegram.album(pair.group, pair.bob, album, "la fête").unwrap();
        let pictures =
            |lines: &[simulators::account::Line]| lines.iter().filter(|line| line.kind == "m.image").count();
        let lines = pair.anne.wait(&pair.room, "three pictures", |lines| pictures(lines) == 3).await;
        assert_eq!(lines.iter().filter(|line| line.body == "la fête").count(), 1);
        // An answer to the second picture is an answer to the second picture.
        house.telegram.reply(pair.group, pair.bob, ids[1], "celle-ci !").unwrap();
        let answer = pair.anne.wait_for(&pair.room, "celle-ci !").await;
        let second = lines.iter().filter(|line| line.kind == "m.image").nth(1).unwrap();
        assert_eq!(answer.reply_to.as_ref(), Some(&second.id));
    });
}

/// One that says it is a picture and is none, and one that Telegram will not show.
#[test]
fn an_album_of_which_one_cannot_be_shown_is_one_of_files() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let program = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff".to_vec();
        for (words, other) in [("deux", program), ("trop large", draw_jpeg(3000, 20, 1))] {
            let mut items = Vec::new();
            for (n, bytes) in [draw_jpeg(64, 48, 1), other].into_iter().enumerate() {
                let url = pair.anne.upload(bytes, "image/jpeg").await;
                let info = json!({ "mimetype": "image/jpeg" });
                let name = format!("{n}.jpg");
                items.push(json!({ "itemtype": "m.image", "body": name, "url": url, "info": info }));
            }
            let content = json!({ "msgtype": "dm.filament.gallery", "body": words, "itemtypes": items });
            pair.anne.send(&pair.room, "m.room.message", content).await;
            let first = house.said_in_group(pair.group, &format!("Anne: {words}")).await;
            let lines = house.telegram.transcript(pair.group).unwrap();
            let album: Vec<_> = lines.iter().filter(|line| line.album == first.album).collect();
            let kinds: Vec<_> = album.iter().filter_map(|line| Some(line.media.as_ref()?.kind)).collect();
            assert_eq!(kinds, [MediaKind::Document; 2], "{words}");
            assert!(first.album.is_some(), "{words}");
        }
    });
}

#[test]
fn files_from_matrix_are_shown_as_what_they_are() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let (anne, room) = (&pair.anne, pair.room.as_str());
        anne.send_file(room, "m.image", "a.jpg", "image/jpeg", draw_jpeg(300, 200, 1), "vue d’en haut").await;
        anne.send_file(room, "m.file", "compte rendu.pdf", "application/pdf", b"%PDF-1.4 rien".to_vec(), "")
            .await;
        anne.send_file(room, "m.video", "a.mp4", "video/mp4", vec![0; 2000], "le film").await;
        anne.send_file(room, "m.audio", "a.ogg", "audio/ogg", b"OggS rien".to_vec(), "").await;
        let files =
            |lines: &[simulators::telegram::Line]| lines.iter().filter(|line| line.media.is_some()).count();
        let (_, lines) = house.telegram.wait(pair.group, PATIENCE, |lines| files(lines) == 4).await;
        let shown: Vec<_> = lines
            .iter()
            .filter_map(|line| {
                Some((line.media.as_ref()?.kind, line.text.as_str(), line.media.as_ref()?.name.as_deref()))
            })
            .collect();
        assert_eq!(shown[0].0, MediaKind::Photo);
        assert_eq!(shown[0].1, "Anne: vue d’en haut");
        assert_eq!(
            (shown[1].0, shown[1].1, shown[1].2),
            (MediaKind::Document, "Anne", Some("compte rendu.pdf"))
        );
        assert_eq!((shown[2].0, shown[2].1), (MediaKind::Video, "Anne: le film"));
        assert_eq!(shown.len(), 4);
    });
}

#[test]
fn a_picture_telegram_will_not_show_is_sent_as_a_file() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let odd = draw_jpeg(3000, 20, 1);
        pair.anne.send_file(&pair.room, "m.image", "bande.jpg", "image/jpeg", odd, "trop large").await;
        let line = house.said_in_group(pair.group, "Anne: trop large").await;
        assert_eq!(line.media.unwrap().kind, MediaKind::Document);
    });
}

#[test]
fn a_file_that_cannot_be_fetched_leaves_a_line_and_its_author_is_told() {
    run(async {
        // Of its own: faults strike whoever comes first.
        let house = House::build().await;
        let pair = house.pair().await;
        house.telegram.fault(
            "getFile",
            1,
            Fault::Refuse { code: 400, description: "Bad Request: file is too big".into() },
        );
        house
            .telegram
            .send(pair.group, pair.bob, Given::made(MediaKind::Document), "le film entier")
            .unwrap();
        let left_out = |lines: &[simulators::account::Line]| {
            lines
                .iter()
                .any(|line| line.body.contains("le film entier") && line.body.contains("n’a pas pu passer"))
        };
        pair.anne.wait(&pair.room, "a line in its place", left_out).await;
        house
            .in_group(pair.group, "a word to Bob", |line| line.text.starts_with("Ceci n’a pas pu passer"))
            .await;
    });
}

#[test]
fn a_large_photo_has_a_small_one_and_a_blur() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        house.telegram.photo(pair.group, pair.bob, "en grand").unwrap();
        pair.anne.wait_for(&pair.room, "en grand").await;
        let events = pair.anne.raw_timeline(&pair.room).await;
        let event = events.iter().find(|event| event["content"]["body"] == "en grand").unwrap();
        let info = &event["content"]["info"];
        assert_eq!((&info["w"], &info["h"]), (&1280.into(), &960.into()), "{info}");
        assert!(info["xyz.amorgan.blurhash"].is_string(), "{info}");
        assert_eq!((&info["thumbnail_info"]["w"], &info["thumbnail_info"]["h"]), (&800.into(), &600.into()));
        let small = pair.anne.download(info["thumbnail_url"].as_str().unwrap()).await.unwrap();
        assert_eq!(info["thumbnail_info"]["size"], small.len());
        assert_eq!(small[..2], [0xff, 0xd8], "a JPEG");
    });
}

#[test]
fn what_only_says_that_it_is_a_picture_is_a_file() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let program = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff".to_vec();
        pair.anne.send_file(&pair.room, "m.image", "../photo.jpg", "image/jpeg", program, "voyez").await;
        let line = house.in_group(pair.group, "the file", |line| line.text.ends_with("voyez")).await;
        let file = line.media.unwrap();
        assert_eq!((file.kind, file.name.as_deref()), (MediaKind::Document, Some("photo.jpg")));
    });
}

/// What begins as a program does.
fn program() -> Vec<u8> {
    b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff".to_vec()
}

/// Somebody on that side sends a picture, or what they say is one, with its name as words.
fn send(square: &Square, side: Side, name: &str, bytes: Vec<u8>, words: &str) {
    match side {
        Side::Telegram => {
            let kind = if bytes.starts_with(b"MZ") { MediaKind::Document } else { MediaKind::Photo };
            let mime = Some("image/jpeg".to_owned());
            let given = Given { name: Some(name.to_owned()), mime, ..Given::of(kind, bytes) };
            square.house.telegram.send(square.group, square.bob, given, words).unwrap();
        }
        Side::Mattermost => {
            square.mattermost.say_file(&square.channel, &square.emma, words, name, bytes).unwrap();
        }
        _ => {
            let hall = square.hall(side);
            hall.server.say_file(&hall.room, &hall.person, words, name, "image/jpeg", bytes).unwrap();
        }
    }
}

#[test]
fn what_comes_from_any_network_is_looked_at_and_not_believed() {
    run(async {
        let square = Square::shared().await;
        let content = async |words: &str| {
            square.anne.wait_for(&square.room, words).await;
            let events = square.anne.raw_timeline(&square.room).await;
            events.into_iter().find(|event| event["content"]["body"] == words).unwrap()["content"].take()
        };
        for side in [Side::Telegram, Side::Breton, Side::Mattermost] {
            let words = format!("en grand, de {side:?}");
            send(square, side, "../vue\u{202e}.jpg", draw_jpeg(1200, 900, 3), &words);
            let shown = content(&words).await;
            let info = &shown["info"];
            assert_eq!((&info["w"], &info["h"]), (&1200.into(), &900.into()), "{side:?}: {info}");
            assert!(info["xyz.amorgan.blurhash"].is_string(), "{side:?}: {info}");
            let small = square.anne.download(info["thumbnail_url"].as_str().unwrap()).await.unwrap();
            assert_eq!(small[..2], [0xff, 0xd8], "{side:?}: a JPEG");
            let name = shown["filename"].as_str().unwrap();
            assert!(!name.contains(['/', '\u{202e}']), "{side:?}: {name:?}");

            let words = format!("un programme, de {side:?}");
            send(square, side, "photo.jpg", program(), &words);
            let shown = content(&words).await;
            assert_eq!(shown["msgtype"], "m.file", "{side:?}");
            let mime = shown["info"]["mimetype"].as_str().unwrap();
            assert_eq!(mime, "application/vnd.microsoft.portable-executable", "{side:?}");
        }
    });
}

#[test]
fn what_goes_to_any_network_is_looked_at_and_not_believed() {
    run(async {
        let square = Square::shared().await;
        let (anne, room, words) = (&square.anne, &square.room, "voyez ce programme");
        anne.send_file(room, "m.image", "../ph\u{202e}oto.jpg", "image/jpeg", program(), words).await;
        for side in [Side::Telegram, Side::Breton, Side::Mattermost] {
            square.find(side, words, |said| said.text == words && said.files == 1).await;
        }
        let hall = &square.breton;
        let lines = hall.server.transcript(&hall.room).unwrap();
        let file = &lines.iter().find(|line| line.text == words).unwrap().files[0];
        let mime = "application/vnd.microsoft.portable-executable";
        assert_eq!((file.name.as_str(), file.mime.as_str()), ("photo.jpg", mime));
        // Mattermost itself goes by the end of the name.
        let lines = square.mattermost.transcript(&square.channel).unwrap();
        let file = &lines.iter().find(|line| line.text == words).unwrap().files[0];
        assert_eq!(file.name, "photo.jpg");
    });
}
