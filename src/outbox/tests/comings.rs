//! Our bot is taken out of a chat, and put back.

use contract::{Kind, Timestamp};

use super::{event, house, words};

#[tokio::test]
async fn what_was_said_while_the_bot_was_out_is_told_to_be_out_of_reach() {
    let (house, _dir) = house().await;
    let bot = |id: &str, came| event("telegram", id, "anne", Kind::Bot { came });
    house.hear("telegram", vec![bot("1", true)]).await;
    house.settled().await;
    assert_eq!(house.matrix.said(), [], "it was there");
    let mut gone = bot("2", false);
    gone.at = Timestamp(1_700_000_000_000);
    house.hear("telegram", vec![gone, bot("3", true)]).await;
    house.settled().await;
    let told = words(&house.matrix.said());
    assert_eq!(told.len(), 2);
    assert!(told[0].contains("is not in “g”"), "{told:?}");
    assert!(told[1].contains("since 14 November 2023 at 22:13 (UTC) did not cross"), "{told:?}");
}
