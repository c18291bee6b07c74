//! People's pictures, at addresses that only we can write.

use reqwest::{Method, StatusCode};
use serde_json::json;
use simulators::draw_jpeg;

use crate::{
    house::{PATIENCE, run},
    square::{Side, Square},
};

/// Somebody nobody saw before, with a picture, says words in the room; the address at which Mattermost shows it.
async fn face_of(square: &Square, name: &str, picture: Vec<u8>) -> String {
    let zoe = square.house.synapse.register(&name.to_lowercase()).await.unwrap();
    zoe.set_name(name).await;
    let picture = zoe.upload(picture, "image/jpeg").await;
    let path = format!("/profile/{}/avatar_url", zoe.user);
    zoe.ask(Method::PUT, &path, Some(json!({ "avatar_url": picture }))).await.unwrap();
    square.anne.invite(&square.room, &zoe.user).await;
    zoe.join(&square.room).await;
    let words = format!("voici la tête de {name}");
    zoe.say(&square.room, &words).await;
    let shown = |lines: &[simulators::mattermost::Line]| lines.iter().any(|line| line.text == words);
    let (found, lines) = square.mattermost.wait(&square.channel, PATIENCE, shown).await;
    assert!(found);
    let line = lines.into_iter().find(|line| line.text == words).unwrap();
    assert_eq!((line.author.as_str(), line.shown.as_str()), ("passerelle", name));
    square.find(Side::Breton, "the words", |said| said.text == words).await;
    let lines = square.breton.server.transcript(&square.breton.room).unwrap();
    let there = lines.into_iter().find(|line| line.text == words).and_then(|line| line.avatar);
    assert_eq!(there, line.icon, "the same address everywhere");
    line.icon.unwrap()
}

async fn status(address: &str) -> StatusCode {
    simulators::http().get(address).send().await.unwrap().status()
}

#[test]
fn people_have_their_faces_small_and_of_no_use_for_anything_else() {
    run(async {
        let square = Square::shared().await;
        let large = draw_jpeg(1600, 1200, 7);
        let face = face_of(square, "Zoe", large.clone()).await;
        let answer = simulators::http().get(&face).send().await.unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "image/jpeg");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("cache-control").contains("max-age"));
        assert!(header("content-security-policy").contains("default-src 'none'"));
        let bytes = answer.bytes().await.unwrap();
        assert_eq!(bytes[..2], [0xff, 0xd8], "a JPEG");
        assert!(bytes.len() < large.len() / 4, "{} bytes of {}", bytes.len(), large.len());
    });
}

#[test]
fn nothing_but_what_we_signed_is_public() {
    run(async {
        let square = Square::shared().await;
        let face = face_of(square, "Lila", draw_jpeg(64, 64, 3)).await;
        let other = face_of(square, "Noe", draw_jpeg(64, 64, 4)).await;
        assert_eq!(status(&face).await, StatusCode::OK);
        let part = |address: &str, n: usize| address.split('/').rev().nth(n).unwrap().to_owned();
        let (signature, picture) = (part(&face, 0), part(&face, 1));
        let base = face.strip_suffix(&format!("/matrix/{picture}/{signature}")).unwrap();
        // A file of the room, which only its members may see.
        let file = square.anne.upload(b"des notes".to_vec(), "text/plain").await;
        let hex = file.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let flipped = if signature.starts_with('0') { "1" } else { "0" };
        let forged = [
            format!("{base}/matrix/{picture}/{flipped}{}", &signature[1..]),
            format!("{base}/matrix/{picture}/{}", &signature[..2]),
            format!("{base}/matrix/{picture}/{signature}00"),
            format!("{base}/matrix/{picture}/+{}", &signature[1..]),
            format!("{base}/matrix/{picture}/{}", part(&other, 0)),
            format!("{base}/mattermost/{picture}/{signature}"),
            format!("{base}/matri/x{picture}/{signature}"),
            format!("{base}/matrix/{hex}/{signature}"),
            format!("{base}/matrix/{picture}%2f..%2f{picture}/{signature}"),
            format!("{base}/matrix/{}/{signature}", "61".repeat(3000)),
            format!("{base}/matrix/{picture}"),
            base.to_owned(),
        ];
        for address in forged {
            assert_eq!(status(&address).await, StatusCode::NOT_FOUND, "{address}");
        }
        let no_words = format!("{base}/matrix/%ff%00/{signature}");
        assert_eq!(status(&no_words).await, StatusCode::BAD_REQUEST);
        let posted = simulators::http().post(&face).send().await.unwrap().status();
        assert_eq!(posted, StatusCode::METHOD_NOT_ALLOWED);
        let media = format!("{}/_matrix/client/v1/media/download/t.test/x", square.house.daemon.url());
        assert_eq!(status(&media).await, StatusCode::NOT_FOUND);
    });
}
