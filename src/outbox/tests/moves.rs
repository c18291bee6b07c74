//! Chats that go on elsewhere.

use contract::Fault;

use super::{house, message, words};
use crate::store::Place;

#[tokio::test]
async fn a_moved_chat_takes_what_waits_along() {
    let (house, _dir) = house().await;
    house.telegram.fail([Fault::Moved("g2".into())]);
    house.hear("matrix", vec![message("matrix", "$1", "a"), message("matrix", "$2", "b")]).await;
    house.settled().await;
    let said = house.telegram.said();
    assert_eq!(words(&said), ["a", "b"]);
    assert!(said.iter().all(|said| said.chat.as_str() == "g2"));
}

#[tokio::test]
async fn what_is_heard_while_a_chat_moves_goes_along_with_it() {
    let (house, _dir) = house().await;
    // Nothing is delivered, so that it is seen where everything waits.
    house.stop.cancel();
    for n in 0..20 {
        let group = |n: usize| {
            let chat = if n == 0 { "g".to_owned() } else { format!("g{n}") };
            Place { network: "telegram".into(), chat: chat.into() }
        };
        let (from, to) = (group(n), group(n + 1));
        let (id, said) = (format!("${n}"), n + 1);
        let (moved, ()) = tokio::join!(
            house.store.move_chat(&from, &to),
            house.hear("matrix", vec![message("matrix", &id, "a")]),
        );
        moved.unwrap();
        let waits = async |place: &Place| {
            house.store.head(house.store.number(place).await.unwrap(), 100).await.unwrap().len()
        };
        assert_eq!((waits(&from).await, waits(&to).await), (0, said));
    }
}
