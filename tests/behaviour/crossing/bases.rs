//! The messages that deeds are about.

use serde_json::{Value, json};
use simulators::telegram::{Given, MediaKind, Speech};

use super::{deeds::Deed, make::bytes, see};
use crate::square::{Side, Square};

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
        (Deed::Vote | Deed::EndPoll | Deed::EditPoll, Side::Matrix) => asked_on_matrix(square, words).await,
        (Deed::Vote | Deed::EndPoll, _) => asked_on_telegram(square, words),
        // Asked on the other side.
        (Deed::VoteElsewhere, Side::Matrix) => {
            asked_on_telegram(square, words);
            see::until(square, side, &["poll.start", words]).await
        }
        (Deed::VoteElsewhere, _) => {
            asked_on_matrix(square, words).await;
            see::until(square, side, &["poll.question", words]).await
        }
        (Deed::InTopic, _) => {
            let topic = square.house.telegram.topic(square.group, 0, words).unwrap();
            match side {
                Side::Matrix => see::until(square, side, &[words]).await,
                _ => topic.to_string(),
            }
        }
        (_, side) => square.say(side, words).await,
    }
}

/// A poll as Matrix clients send it, with answers that have its words too.
pub fn poll(words: &str, base: &str) -> Value {
    let answer = |id: &str| json!({ "id": id, "org.matrix.msc1767.text": format!("{id}{base}") });
    json!({ "org.matrix.msc3381.poll.start": {
        "question": { "org.matrix.msc1767.text": words }, "kind": "org.matrix.msc3381.poll.disclosed",
        "max_selections": 1, "answers": [answer("oui"), answer("non")],
    } })
}

async fn asked_on_matrix(square: &Square, words: &str) -> String {
    square.anne.send(&square.room, "org.matrix.msc3381.poll.start", poll(words, words)).await
}

fn asked_on_telegram(square: &Square, words: &str) -> String {
    let poll = json!({ "poll": { "question": words, "options": [format!("oui{words}"), "non"] } });
    let speech: Speech = serde_json::from_value(poll).unwrap();
    square.house.telegram.speak(square.group, square.bob, speech).unwrap().to_string()
}
