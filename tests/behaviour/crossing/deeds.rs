//! What people do to messages and to chats.

use serde_json::{Value, json};
use simulators::{
    draw_jpeg,
    telegram::{Act, Given, MediaKind, Speech},
};

use super::{Walk, bases, chats, make::bytes};
use crate::square::{Side, Square};

/// Something that people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Reply,
    Quote,
    Thread,
    ReplyInThread,
    Edit,
    EditCaption,
    EditSplit,
    EditFile,
    Delete,
    React,
    ReactTogether,
    Read,
    Typing,
    Album,
    Several,
    Long,
    Pin,
    Unpin,
    Vote,
    VoteElsewhere,
    EditPoll,
    EndPoll,
    InTopic,
    Move,
    Forward,
    Name,
    Topic,
    Picture,
    Join,
    Leave,
    Kick,
    Ban,
}

impl Deed {
    /// Whether it is about a message.
    pub fn has_base(self) -> bool {
        use Deed::{Album, Ban, Join, Kick, Leave, Long, Move, Name, Picture, Several, Topic, Typing};
        !matches!(
            self,
            Album | Ban | Join | Kick | Leave | Long | Move | Name | Picture | Several | Topic | Typing
        )
    }
}

/// Does it; `false` where that side has none.
pub async fn act(square: &Square, side: Side, deed: Deed, walk: &Walk<'_>) -> bool {
    let mark = walk.mark(side);
    let base = walk.bases.iter().find(|(from, _)| *from == side).map_or("", |(_, id)| id.as_str());
    match deed {
        Deed::Reply => drop(square.reply(side, base, &mark).await),
        Deed::Edit => square.edit(side, base, &mark).await,
        Deed::EditSplit => square.edit(side, base, &format!("court {mark}")).await,
        Deed::Delete => square.delete(side, base).await,
        Deed::React => square.react(side, base).await,
        Deed::Long => drop(square.say(side, &format!("{}fin {mark}", "mot ".repeat(900))).await),
        Deed::Pin
        | Deed::Unpin
        | Deed::Name
        | Deed::Topic
        | Deed::Picture
        | Deed::Join
        | Deed::Leave
        | Deed::Kick
        | Deed::Ban => {
            return chats::act(square, side, deed, base, walk).await;
        }
        _ => match side {
            Side::Matrix => return on_matrix(square, deed, base, walk).await,
            Side::Telegram => return on_telegram(square, deed, base, walk),
            _ => return elsewhere(square, side, deed, base, &mark).await,
        },
    }
    true
}

async fn on_matrix(square: &Square, deed: Deed, base: &str, walk: &Walk<'_>) -> bool {
    let (anne, room, mark) = (&square.anne, square.room.as_str(), walk.mark(Side::Matrix));
    let mark = mark.as_str();
    let about = |kind: &str, content: Value| {
        let mut all = json!({ "m.relates_to": { "rel_type": "m.reference", "event_id": base } });
        all[kind] = content;
        all
    };
    match deed {
        Deed::Thread | Deed::InTopic => drop(anne.say_in_thread(room, base, mark).await),
        Deed::ReplyInThread => {
            let within = anne.say_in_thread(room, base, &format!("fil {mark}")).await;
            // As a client that knows no threads.
            anne.reply(room, &within, mark).await;
        }
        Deed::EditCaption | Deed::EditFile => edit_file(square, deed, base, mark).await,
        Deed::Read => {
            let path = format!("/rooms/{room}/receipt/m.read/{base}");
            anne.ask(reqwest::Method::POST, &path, Some(json!({}))).await.unwrap();
        }
        Deed::Typing => {
            let path = format!("/rooms/{room}/typing/{}", anne.user);
            let body = json!({ "typing": true, "timeout": 30_000 });
            anne.ask(reqwest::Method::PUT, &path, Some(body)).await.unwrap();
        }
        Deed::ReactTogether => {
            let zoe = square.house.synapse.register("zoe-reagit").await.unwrap();
            zoe.set_name("Zoé").await;
            anne.invite(room, &zoe.user).await;
            zoe.join(room).await;
            anne.react(room, base, "🎉").await;
            zoe.react(room, base, "🔥").await;
        }
        Deed::Album => gallery(square, mark, walk.number(Side::Matrix), 3).await,
        Deed::Several => gallery(square, mark, walk.number(Side::Matrix), 2).await,
        Deed::Move => moves(square, walk.number(Side::Matrix)).await,
        Deed::EditPoll => {
            let mut content = bases::poll(mark, &walk.base(Side::Matrix));
            content["m.new_content"] = content.clone();
            content["m.relates_to"] = json!({ "rel_type": "m.replace", "event_id": base });
            anne.send(room, "org.matrix.msc3381.poll.start", content).await;
        }
        Deed::VoteElsewhere => {
            // Answers of elsewhere are known by their places.
            let vote = about("org.matrix.msc3381.poll.response", json!({ "answers": ["0"] }));
            anne.send(room, "org.matrix.msc3381.poll.response", vote).await;
        }
        Deed::Vote => {
            let vote = about("org.matrix.msc3381.poll.response", json!({ "answers": ["oui"] }));
            anne.send(room, "org.matrix.msc3381.poll.response", vote).await;
        }
        Deed::EndPoll => {
            anne.send(room, "org.matrix.msc3381.poll.end", about("org.matrix.msc3381.poll.end", json!({})))
                .await;
        }
        _ => return false,
    }
    true
}

fn on_telegram(square: &Square, deed: Deed, base: &str, walk: &Walk<'_>) -> bool {
    let (telegram, group, bob) = (&square.house.telegram, square.group, square.bob);
    let mark = walk.mark(Side::Telegram);
    let mark = mark.as_str();
    let message: i64 = base.parse().unwrap_or_default();
    match deed {
        Deed::Quote => {
            let quote = Some(walk.base(Side::Telegram));
            telegram
                .speak(group, bob, Speech { quote, reply_to: Some(message), ..Speech::of(mark) })
                .unwrap();
        }
        Deed::EditCaption => telegram.edit(group, bob, message, mark).unwrap(),
        Deed::EditFile => {
            let given = Given { name: Some("après.pdf".to_owned()), ..Given::made(MediaKind::Document) };
            let speech = Box::new(Speech { media: Some(given), ..Speech::of(mark) });
            telegram.act(group, bob, Act::Edit { message, speech }).unwrap();
        }
        Deed::ReactTogether => {
            let eve = telegram.person("Ève").unwrap();
            telegram.join(group, eve).unwrap();
            telegram.react(group, bob, message, &["🎉"]).unwrap();
            telegram.react(group, eve, message, &["🔥"]).unwrap();
        }
        Deed::Album => {
            let width = u32::try_from(walk.number(Side::Telegram)).ok();
            let photo = |height| Given { width, height: Some(height), ..Given::made(MediaKind::Photo) };
            telegram.album(group, bob, [41, 42, 43].map(photo).into(), mark).unwrap();
        }
        Deed::InTopic => {
            telegram.speak(group, bob, Speech { thread: Some(message), ..Speech::of(mark) }).unwrap();
        }
        Deed::VoteElsewhere => {
            drop(telegram.act(group, bob, Act::Vote { message, options: vec![1] }).unwrap());
        }
        Deed::Move => {
            let at = |n: usize, more: &Value| {
                let mut place =
                    json!({ "latitude": latitude(walk.number(Side::Telegram), n), "longitude": -1.8 });
                if let (Some(place), Some(more)) = (place.as_object_mut(), more.as_object()) {
                    place.extend(more.clone());
                }
                Speech { location: Some(place), ..Speech::default() }
            };
            let lives = json!({ "live_period": 600 });
            let message = telegram.speak(group, bob, at(1, &lives)).unwrap();
            for speech in [at(2, &lives), at(0, &json!({}))] {
                telegram.act(group, bob, Act::Edit { message, speech: Box::new(speech) }).unwrap();
            }
        }
        Deed::EndPoll => drop(telegram.act(group, bob, Act::EndPoll { message }).unwrap()),
        Deed::Forward => {
            let channel = telegram.supergroup(&format!("D’où {mark}")).unwrap();
            telegram.join(channel, bob).unwrap();
            let said = telegram.say(channel, bob, &format!("loin {mark}")).unwrap();
            telegram.act(channel, bob, Act::Forward { message: said, hidden: false, to: group }).unwrap();
        }
        _ => return false,
    }
    true
}

async fn elsewhere(square: &Square, side: Side, deed: Deed, base: &str, mark: &str) -> bool {
    let (breton, mattermost, emma) = (&square.breton, &square.mattermost, &square.emma);
    match (deed, side) {
        (Deed::Thread, Side::Mattermost) => {
            mattermost.reply(&square.channel, emma, base, mark).unwrap();
        }
        (Deed::Thread, _) => drop(breton.server.reply(&breton.room, &breton.person, base, mark).unwrap()),
        (Deed::ReplyInThread, Side::Breton) => {
            let within =
                breton.server.reply(&breton.room, &breton.person, base, &format!("fil {mark}")).unwrap();
            breton.server.quote(&breton.room, &breton.person, &within, mark).unwrap();
        }
        (Deed::EditCaption, side) => square.edit(side, base, mark).await,
        (Deed::ReactTogether, Side::Mattermost) => {
            let lea = mattermost.person("lea-reagit", "Léa").unwrap();
            mattermost.join(&square.channel, &lea).unwrap();
            mattermost.react(emma, base, "tada").unwrap();
            mattermost.react(&lea, base, "fire").unwrap();
        }
        (Deed::ReactTogether, _) => {
            let lea = breton.server.person("lea-reagit", "Léa");
            breton.server.join(&breton.room, &lea).unwrap();
            breton.server.react(&breton.person, base, ":tada:").unwrap();
            breton.server.react(&lea, base, ":fire:").unwrap();
        }
        (Deed::Typing, Side::Mattermost) => mattermost.typing(&square.channel, emma).unwrap(),
        (Deed::Typing, _) => breton.server.typing(&breton.room, &breton.person, true),
        (Deed::Several, Side::Mattermost) => {
            let add =
                |name: &str, mime| mattermost.add_file(emma, &format!("{mark}-{name}"), bytes(mime)).unwrap();
            let files =
                [add("1.jpg", "image/jpeg"), add("2.jpg", "image/jpeg"), add("3.pdf", "application/pdf")];
            mattermost.post(&square.channel, emma, json!({ "message": mark, "file_ids": files })).unwrap();
        }
        _ => return false,
    }
    true
}

/// Changes the words of a file, or the file too.
async fn edit_file(square: &Square, deed: Deed, base: &str, mark: &str) {
    let (anne, room) = (&square.anne, square.room.as_str());
    let mime = "application/pdf";
    let (name, url) = if deed == Deed::EditFile {
        let other = [bytes(mime), mark.as_bytes().to_vec()].concat();
        ("après.pdf", anne.upload(other, mime).await)
    } else {
        let path = format!("/rooms/{room}/event/{base}");
        let event = anne.ask(reqwest::Method::GET, &path, None).await.unwrap();
        ("avant.pdf", event["content"]["url"].as_str().unwrap().to_owned())
    };
    let new = json!({
        "msgtype": "m.file", "body": mark, "filename": name, "url": url, "info": { "mimetype": mime },
    });
    let relation = json!({ "rel_type": "m.replace", "event_id": base });
    let mut content = new.clone();
    content["m.new_content"] = new;
    content["m.relates_to"] = relation;
    anne.send(room, "m.room.message", content).await;
}

/// Where somebody is who moves: at last where the row's number says.
fn latitude(number: usize, before: usize) -> f64 {
    format!("{}.{number}5", 40 + before).parse().unwrap()
}

/// Somebody shares where they are, and moves (MSC3489).
async fn moves(square: &Square, number: usize) {
    let (anne, room) = (&square.anne, square.room.as_str());
    let kind = "org.matrix.msc3672.beacon_info";
    let begun = anne.set_state(room, kind, &anne.user, json!({ "live": true, "timeout": 600_000 })).await;
    for n in [1, 0] {
        let uri = format!("geo:{},-1.8;u=12", latitude(number, n));
        let content = json!({
            "m.relates_to": { "rel_type": "m.reference", "event_id": begun },
            "org.matrix.msc3488.location": { "uri": uri }, "org.matrix.msc3488.ts": 1_760_000_000_000_u64,
        });
        anne.send(room, "org.matrix.msc3672.beacon", content).await;
    }
}

/// Pictures that go together (MSC4274): all three, or so many and something to read. Their widths and names have the number.
async fn gallery(square: &Square, mark: &str, number: usize, pictures: u32) {
    let mut items = Vec::new();
    for n in 1..=3 {
        let (kind, mime, end, file) = match n <= pictures {
            true => ("m.image", "image/jpeg", "jpg", draw_jpeg(u32::try_from(number).unwrap(), 40 + n, 3)),
            false => ("m.file", "application/pdf", "pdf", bytes("application/pdf")),
        };
        let url = square.anne.upload(file, mime).await;
        let (name, info) = (format!("{number}-{n}.{end}"), json!({ "mimetype": mime }));
        items.push(json!({ "itemtype": kind, "body": name, "url": url, "info": info }));
    }
    let content = json!({ "msgtype": "dm.filament.gallery", "body": mark, "itemtypes": items });
    square.anne.send(&square.room, "m.room.message", content).await;
}
