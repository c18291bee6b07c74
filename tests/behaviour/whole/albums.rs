//! Albums, changed picture by picture and taken back as one.

use serde_json::json;
use simulators::{
    draw_jpeg,
    telegram::{Act, Given, MediaKind, Speech},
};

use super::{
    pictures::{in_group, on_mattermost, on_rocketchat, until, until_room},
    until_count,
};
use crate::{
    house::run,
    square::{Side, Square},
};

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
