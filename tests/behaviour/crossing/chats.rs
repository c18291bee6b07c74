//! What people do to a chat: its name, its members, what is pinned in it.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use simulators::{
    draw_jpeg,
    telegram::{Act, Given, MediaKind},
};

use super::{Walk, deeds::Deed, make::bytes, see};
use crate::square::{Side, Square};

/// Does it; `false` where that side has none.
pub async fn act(square: &Square, side: Side, deed: Deed, base: &str, walk: &Walk<'_>) -> bool {
    let (words, mark, number) = (walk.base(side), walk.mark(side), walk.number(side));
    let (words, mark) = (words.as_str(), mark.as_str());
    let picture = || draw_jpeg(u32::try_from(number).unwrap(), 48, 3);
    if deed == Deed::Unpin {
        return unpin(square, side, base, words).await;
    }
    match side {
        Side::Matrix => return to_the_room(square, deed, base, mark).await,
        Side::Telegram => return to_the_group(square, deed, base, mark, picture()),
        Side::Mattermost => {
            let server = &square.mattermost;
            let change = |key: &str| server.change_channel(&square.channel, &json!({ key: mark })).unwrap();
            match deed {
                Deed::Pin => server.pin(&square.emma, base).unwrap(),
                Deed::Name => change("display_name"),
                Deed::Topic => change("header"),
                Deed::Join | Deed::Leave | Deed::Kick => {
                    let somebody = server.person(&mark.to_lowercase(), mark).unwrap();
                    server.join(&square.channel, &somebody).unwrap();
                    match deed {
                        Deed::Leave => server.leave(&square.channel, &somebody).unwrap(),
                        Deed::Kick => server.kick(&square.channel, &square.emma, &somebody).unwrap(),
                        _ => {}
                    }
                }
                _ => return false,
            }
        }
        _ => {
            let breton = &square.breton;
            match deed {
                Deed::Pin => breton.server.pin(base).unwrap(),
                Deed::Name => breton.server.change_room(&breton.room, "name", mark).unwrap(),
                Deed::Topic => breton.server.change_room(&breton.room, "topic", mark).unwrap(),
                Deed::Picture => {
                    until_pictured(square).await;
                    let address = format!("data:image/jpeg;base64,{}", STANDARD.encode(picture()));
                    breton.server.change_room(&breton.room, "avatar", &address).unwrap();
                }
                Deed::Join | Deed::Leave | Deed::Kick | Deed::Ban => {
                    let somebody = breton.server.person(&mark.to_lowercase(), mark);
                    breton.server.join(&breton.room, &somebody).unwrap();
                    match deed {
                        Deed::Leave => breton.server.leave(&breton.room, &somebody).unwrap(),
                        Deed::Kick => breton.server.kick(&breton.room, &somebody).unwrap(),
                        Deed::Ban => breton.server.ban(&breton.room, &somebody).unwrap(),
                        _ => {}
                    }
                }
                _ => return false,
            }
        }
    }
    true
}

async fn to_the_room(square: &Square, deed: Deed, base: &str, mark: &str) -> bool {
    let (anne, room) = (&square.anne, square.room.as_str());
    let set = async |kind: &str, content: Value| drop(anne.set_state(room, kind, "", content).await);
    match deed {
        Deed::Pin => pin_in_room(square, base, true).await,
        Deed::Name => set("m.room.name", json!({ "name": mark })).await,
        Deed::Topic => set("m.room.topic", json!({ "topic": mark })).await,
        Deed::Picture => {
            let url = anne.upload(bytes("image/jpeg"), "image/jpeg").await;
            set("m.room.avatar", json!({ "url": url })).await;
        }
        Deed::Join | Deed::Leave | Deed::Kick | Deed::Ban => {
            let somebody = square.house.synapse.register(&mark.to_lowercase()).await.unwrap();
            somebody.set_name(mark).await;
            anne.invite(room, &somebody.user).await;
            somebody.join(room).await;
            let by_anne = async |what: &str| {
                let path = format!("/rooms/{room}/{what}");
                anne.ask(reqwest::Method::POST, &path, Some(json!({ "user_id": somebody.user })))
                    .await
                    .unwrap();
            };
            match deed {
                Deed::Leave => somebody.leave(room).await,
                Deed::Kick => by_anne("kick").await,
                Deed::Ban => by_anne("ban").await,
                _ => {}
            }
        }
        _ => return false,
    }
    true
}

fn to_the_group(square: &Square, deed: Deed, base: &str, mark: &str, picture: Vec<u8>) -> bool {
    let (telegram, group) = (&square.house.telegram, square.group);
    match deed {
        Deed::Pin => drop(telegram.act(group, 0, Act::Pin { message: base.parse().unwrap() }).unwrap()),
        Deed::Name => drop(telegram.act(group, 0, Act::Rename { title: mark.to_owned() }).unwrap()),
        Deed::Picture => {
            let picture = Some(Given::of(MediaKind::Photo, picture));
            telegram.act(group, 0, Act::Picture { picture }).unwrap();
        }
        Deed::Join | Deed::Leave | Deed::Ban => {
            let somebody = telegram.person(mark).unwrap();
            telegram.join(group, somebody).unwrap();
            match deed {
                Deed::Leave => telegram.leave(group, somebody).unwrap(),
                Deed::Ban => telegram.kick(group, somebody).unwrap(),
                _ => {}
            }
        }
        _ => return false,
    }
    true
}

/// Pins a message in the room, or no longer, beside what is pinned there already.
async fn pin_in_room(square: &Square, event: &str, pinned: bool) {
    let (kind, now) =
        ("m.room.pinned_events", square.anne.state(&square.room, "m.room.pinned_events", "").await);
    let mut all = now["pinned"].as_array().cloned().unwrap_or_default();
    all.retain(|id| id != event);
    if pinned {
        all.push(event.into());
    }
    square.anne.set_state(&square.room, kind, "", json!({ "pinned": all })).await;
}

/// Pins a message, and pins it no longer once it is pinned on the other sides.
async fn unpin(square: &Square, side: Side, base: &str, words: &str) -> bool {
    match side {
        Side::Matrix => {
            pin_in_room(square, base, true).await;
            for there in [Side::Telegram, Side::Breton, Side::Mattermost] {
                see::until(square, there, &["pinned=true", words]).await;
            }
            pin_in_room(square, base, false).await;
        }
        Side::Telegram => return false,
        _ => {
            let is_mattermost = side == Side::Mattermost;
            match is_mattermost {
                true => square.mattermost.pin(&square.emma, base).unwrap(),
                false => square.breton.server.pin(base).unwrap(),
            }
            let there = see::until(square, Side::Matrix, &[words]).await;
            see::until(square, Side::Matrix, &["id=pinned now", &there]).await;
            match is_mattermost {
                true => square.mattermost.unpin(&square.emma, base).unwrap(),
                false => square.breton.server.unpin(base).unwrap(),
            }
        }
    }
    true
}

/// Waits until the pictures of the other sides are in the room: it shows one, and tells of each that it is another.
async fn until_pictured(square: &Square) {
    let is_one = |message: &String| {
        message.contains("kind=room_changed_avatar") && message.contains("author=passerelle\n")
    };
    while see::everything(square, Side::Breton).await.iter().filter(|message| is_one(message)).count() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}
