//! An answer finds what it answers, on both sides.

use crate::house::{run, shared};

#[test]
fn answers_find_their_message_on_the_other_side() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let asked = pair.anne.say(&pair.room, "qui vient ?").await;
        let asked_there = house.said_in_group(pair.group, "Anne: qui vient ?").await;
        house.telegram.reply(pair.group, pair.bob, asked_there.id, "moi").unwrap();
        let answer = pair.anne.wait_for(&pair.room, "moi").await;
        assert_eq!(answer.reply_to, Some(asked));

        pair.anne.reply(&pair.room, &answer.id, "parfait").await;
        let thanks = house.said_in_group(pair.group, "Anne: parfait").await;
        let lines = house.telegram.transcript(pair.group).unwrap();
        let answered = lines.iter().find(|line| line.text == "moi").unwrap();
        assert_eq!(thanks.reply_to, Some(answered.id));
    });
}

#[test]
fn a_thread_on_matrix_is_an_answer_where_there_are_none() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let root = pair.anne.say(&pair.room, "le budget").await;
        let root_there = house.said_in_group(pair.group, "Anne: le budget").await;
        pair.anne.say_in_thread(&pair.room, &root, "trop petit").await;
        let line = house.said_in_group(pair.group, "Anne: trop petit").await;
        assert_eq!(line.reply_to, Some(root_there.id));
    });
}
