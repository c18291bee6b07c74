//! What people do to messages and to chats.

use serde_json::{Value, json};
use simulators::telegram::{Act, Given, MediaKind, Speech};

use super::{Walk, chats, make::bytes};
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
    Long,
    Pin,
    Vote,
    EndPoll,
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
        use Deed::{Album, Ban, Join, Kick, Leave, Long, Name, Picture, Topic, Typing};
        !matches!(self, Album | Ban | Join | Kick | Leave | Long | Name | Picture | Topic | Typing)
    }
}

/// Says the message that a deed is about.
pub async fn base(square: &Square, side: Side, deed: Deed, words: &str) -> String {
    match (deed, side) {
        (Deed::EditCaption | Deed::EditFile, Side::Matrix) => {
            square
                .anne
                .send_file(
                    &square.room,
                    "m.file",
                    "avant.pdf",
                    "application/pdf",
                    bytes("application/pdf"),
                    words,
                )
                .await
        }
        (Deed::EditCaption | Deed::EditFile, Side::Telegram) => {
            let given = Given { name: Some("avant.pdf".to_owned()), ..Given::made(MediaKind::Document) };
            square.house.telegram.send(square.group, square.bob, given, words).unwrap().to_string()
        }
        (Deed::EditCaption | Deed::EditFile, Side::Mattermost) => {
            let bytes = bytes("application/pdf");
            square.mattermost.say_file(&square.channel, &square.emma, words, "avant.pdf", bytes).unwrap()
        }
        (Deed::EditCaption | Deed::EditFile, _) => {
            let (breton, bytes) = (&square.breton, bytes("application/pdf"));
            breton
                .server
                .say_file(&breton.room, &breton.person, words, "avant.pdf", "application/pdf", bytes)
                .unwrap()
        }
        (Deed::EditSplit, side) => {
            // As long as people can, there.
            let many = if side == Side::Matrix { 1500 } else { 900 };
            square.say(side, &format!("{words} {}fin{words}", "mot ".repeat(many))).await
        }
        (Deed::Vote | Deed::EndPoll, Side::Matrix) => {
            let answer = |id: &str| json!({ "id": id, "org.matrix.msc1767.text": format!("{id}{words}") });
            let content = json!({ "org.matrix.msc3381.poll.start": {
                "question": { "org.matrix.msc1767.text": words }, "kind": "org.matrix.msc3381.poll.disclosed",
                "max_selections": 1, "answers": [answer("oui"), answer("non")],
            } });
            square.anne.send(&square.room, "org.matrix.msc3381.poll.start", content).await
        }
        (Deed::Vote | Deed::EndPoll, _) => {
            let poll = json!({ "poll": { "question": words, "options": ["oui", "non"] } });
            let speech: Speech = serde_json::from_value(poll).unwrap();
            square.house.telegram.speak(square.group, square.bob, speech).unwrap().to_string()
        }
        (_, side) => square.say(side, words).await,
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
        | Deed::Name
        | Deed::Topic
        | Deed::Picture
        | Deed::Join
        | Deed::Leave
        | Deed::Kick
        | Deed::Ban => {
            return chats::act(square, side, deed, base, &mark).await;
        }
        _ => match side {
            Side::Matrix => return on_matrix(square, deed, base, &mark).await,
            Side::Telegram => return on_telegram(square, deed, base, &mark),
            _ => return elsewhere(square, side, deed, base, &mark).await,
        },
    }
    true
}

async fn on_matrix(square: &Square, deed: Deed, base: &str, mark: &str) -> bool {
    let (anne, room) = (&square.anne, square.room.as_str());
    let about = |kind: &str, content: Value| {
        let mut all = json!({ "m.relates_to": { "rel_type": "m.reference", "event_id": base } });
        all[kind] = content;
        all
    };
    match deed {
        Deed::Thread => drop(anne.say_in_thread(room, base, mark).await),
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

fn on_telegram(square: &Square, deed: Deed, base: &str, mark: &str) -> bool {
    let (telegram, group, bob) = (&square.house.telegram, square.group, square.bob);
    let message: i64 = base.parse().unwrap_or_default();
    match deed {
        Deed::Quote => {
            let quote = Some(mark.replace("Telegram", "baseTelegram"));
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
            let photos = (0..2).map(|_| Given::made(MediaKind::Photo)).collect();
            telegram.album(group, bob, photos, mark).unwrap();
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
        (Deed::Album, Side::Mattermost) => {
            // Two files in one post.
            let files: Vec<String> = (0..2)
                .map(|n| mattermost.add_file(emma, &format!("{n}.jpg"), bytes("image/jpeg")).unwrap())
                .collect();
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
