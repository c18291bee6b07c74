//! What is about a message whose receipt is late, or that is no more.

use super::*;

/// A message from the room of which nobody knows yet whether it is in the group; it is.
async fn house_in_doubt() -> (House, tempfile::TempDir) {
    let (house, dir) = house().await;
    house.telegram.fail((0..4).map(|_| Fault::unclear("the answer was lost")));
    house.hear("matrix", vec![message("matrix", "$1", "a")]).await;
    while house.telegram.attempts() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    (house, dir)
}

#[tokio::test]
async fn a_reaction_waits_for_the_message_whose_answer_was_lost() {
    let (house, _dir) = house_in_doubt().await;
    let (target, emoji) = ("made-1".into(), "🎉".to_owned());
    let reaction = Kind::Reaction { id: None, target, emoji, added: true };
    house.hear("telegram", vec![event("telegram", "r", "bob", reaction)]).await;
    assert_eq!(words(&house.telegram.said()), ["a"], "it was waited for");
    house.settled().await;
    assert_eq!(house.matrix.attempts(), 1);
}

#[tokio::test]
async fn an_answer_in_a_thread_waits_for_the_first_message_whose_answer_was_lost() {
    let (house, _dir) = house_in_doubt().await;
    let body = Body { thread: Some("made-1".into()), ..Body::of(Text::plain("b")) };
    let kind = Kind::Message { ids: vec!["2".into()], body };
    house.hear("telegram", vec![event("telegram", "e2", "bob", kind)]).await;
    house.settled().await;
    assert_eq!(house.matrix.said()[0].body.thread, Some("$1".into()));
}

#[tokio::test]
async fn nothing_is_said_in_the_place_of_what_was_taken_back() {
    let (house, _dir) = house().await;
    house.hear("telegram", vec![message("telegram", "1", "a")]).await;
    let group = house.store.number(&Place { network: "telegram".into(), chat: "g".into() }).await.unwrap();
    let known = house.store.message(group, &"1".into()).await.unwrap().unwrap();
    house.hear("telegram", vec![event("telegram", "d", "anne", Kind::Delete { target: "1".into() })]).await;
    let instead = Planned {
        event: message("telegram", "instead", "[image.jpg]"),
        to: vec![Place::room("!r")],
        part_of: Some(known.message),
    };
    house.outbox.take(&"telegram".into(), vec![instead]).await.unwrap();
    house.settled().await;
    assert_eq!(house.matrix.said(), [], "nobody would take it back");
}
