//! Files cross whole, as what they are.

use simulators::telegram::{Fault, Given, MediaKind, draw_jpeg};

use crate::house::{PATIENCE, run, shared};

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
        let house = shared().await;
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
        let house = shared().await;
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
