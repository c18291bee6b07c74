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
async fn what_was_said_without_its_receipt_being_kept_is_looked_for_before_it_is_said_again() {
    let dir = tempfile::tempdir().unwrap();
    let (matrix, telegram) = (Arc::new(Fake::new("matrix")), Fake::new("telegram"));
    let narrow = Capabilities { idempotent: false, ..contract::Network::capabilities(&telegram) };
    let telegram = Arc::new(telegram.with(narrow));
    let house = House::open(&dir.path().join("p.db"), matrix, telegram.clone()).await;
    keep_what_waits(&house.store, true).await;
    house.hear("matrix", vec![message("matrix", "$1", "a")]).await;
    while telegram.attempts() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    keep_what_waits(&house.store, false).await;
    house.settled().await;
    assert_eq!(telegram.attempts(), telegram.unclear_attempts() + 1, "only the first was sure");
}

#[tokio::test]
async fn what_lost_its_receipt_with_the_power_is_looked_for_as_far_as_it_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let (path, copy) = (dir.path().join("p.db"), dir.path().join("copy.db"));
    let (matrix, telegram) = (Arc::new(Fake::new("matrix")), Arc::new(Fake::new("telegram")));
    let away = || {
        let matrix = Fake::new("matrix");
        matrix.fail((0..100).map(|_| Fault::retry("away")));
        Arc::new(matrix)
    };
    let say = |words: &[&str]| words.iter().map(|word| message("telegram", word, word)).collect();
    let house = House::open(&path, away(), telegram.clone()).await;
    house.hear("telegram", say(&["a", "b"])).await;
    Store::open_beside(&path).await.unwrap().backup(&copy).await.unwrap();
    house.close().await;
    // The receipts of these are not in what the other database knows.
    let house = House::open(&copy, matrix.clone(), telegram.clone()).await;
    house.settled().await;
    house.close().await;
    let house = House::open(&path, away(), telegram.clone()).await;
    house.hear("telegram", say(&["c", "d"])).await;
    house.close().await;
    let (attempts, unclear) = (matrix.attempts(), matrix.unclear_attempts());

    let house = House::open(&path, matrix.clone(), telegram).await;
    house.settled().await;
    assert_eq!(words(&matrix.said()), ["a", "b", "c", "d"]);
    assert_eq!(matrix.attempts() - attempts, 4);
    assert_eq!(
        matrix.unclear_attempts() - unclear,
        3,
        "what comes behind one that is not there is not there"
    );
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

#[tokio::test]
async fn what_went_with_somebody_elses_thread_is_said_again_and_is_known_by_its_new_copy() {
    let (house, _dir) = house().await;
    house.hear("matrix", vec![message("matrix", "$1", "a")]).await;
    house.settled().await;
    let body = Body::of(Text::plain("a, again"));
    let swept = Kind::Swept { targets: vec!["made-1".into()], body };
    let event = |id: &str, kind| event("telegram", id, "the bot", kind);
    house.hear("telegram", vec![event("swept", swept.clone())]).await;
    house.settled().await;
    let again = &house.telegram.said()[1];
    assert_eq!((again.author.person.user.as_str(), again.author.shown()), ("anne", "the bot"));

    let target = MessageId::from("$1");
    let edit = Kind::Edit { target: target.clone(), body: Body::of(Text::plain("b")) };
    house.hear("matrix", vec![super::event("matrix", "edit", "anne", edit)]).await;
    house.settled().await;
    assert_eq!(words(&house.telegram.said()), ["a", "b"], "the copy that went is none any more");

    house.hear("matrix", vec![super::event("matrix", "d", "anne", Kind::Delete { target })]).await;
    house.hear("telegram", vec![event("swept twice", swept)]).await;
    house.settled().await;
    assert_eq!(words(&house.telegram.said()), ["a"], "what was taken back is not said again");
}

/// The group tells that this message of ours, by its one id, went with something of its own.
fn swept(id: &str, words: &str) -> Event {
    let kind = Kind::Swept { targets: vec![id.into()], body: Body::of(Text::plain(words)) };
    event("telegram", &format!("swept {id}"), "the bot", kind)
}

#[tokio::test]
async fn what_is_said_again_says_what_an_edit_came_too_late_to_make_of_it() {
    let (house, _dir) = house().await;
    house.hear("matrix", vec![message("matrix", "$1", "a"), message("matrix", "$2", "A")]).await;
    house.settled().await;
    for (id, target, words) in [("made-1", "$1", "b"), ("made-2", "$2", "B")] {
        house.telegram.lose(&id.into());
        let edit = Kind::Edit { target: target.into(), body: Body::of(Text::plain(words)) };
        house.hear("matrix", vec![event("matrix", words, "anne", edit)]).await;
    }
    house.settled().await;
    let delete = Kind::Delete { target: "made-2".into() };
    house.hear("telegram", vec![swept("made-1", "a"), event("telegram", "d", "eve", delete)]).await;
    house.settled().await;
    let said = house.telegram.said();
    let [again] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((again.author.shown(), again.body.text.words().lines().last()), ("anne", Some("b")));
    assert_eq!(bodies(&house.store).await, 0, "nothing stays of what was said");
}

#[tokio::test]
async fn the_parts_of_what_went_are_said_again_as_one_message() {
    let (house, _dir) = house().await;
    house.hear("matrix", vec![message("matrix", "$1", "a b")]).await;
    house.settled().await;
    let group = house.store.number(&Place { network: "telegram".into(), chat: "g".into() }).await.unwrap();
    let known = house.store.message(group, &"made-1".into()).await.unwrap().unwrap();
    let more = Planned {
        event: message("matrix", "more", "b"),
        to: vec![Place { network: "telegram".into(), chat: "g".into() }],
        part_of: Some(known.message),
    };
    house.outbox.take(&"matrix".into(), vec![more]).await.unwrap();
    house.settled().await;
    assert_eq!(house.store.copies(known.message, group).await.unwrap().len(), 2);
    for id in ["made-1", "made-2"] {
        house.telegram.lose(&id.into());
    }
    house.hear("telegram", vec![swept("made-1", "a"), swept("made-2", "b")]).await;
    house.settled().await;
    let said = house.telegram.said();
    let [again] = said.as_slice() else { panic!("{said:?}") };
    assert!(again.body.text.words().ends_with("a\nb"), "{:?}", again.body.text.words());
    let copies = house.store.copies(known.message, group).await.unwrap();
    assert_eq!(copies.iter().map(|copy| &copy.id).collect::<Vec<_>>(), [&again.id]);
}
