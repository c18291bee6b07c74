//! What is linked ends, rests and goes on: links undone, chats archived, the bot taken out and brought back.

use crate::{corner::Corner, house::run, square::Side};

/// A chat that nothing can be said in rests, which is said once; afterwards it goes on by itself.
async fn rests_and_goes_on(
    corner: &Corner,
    side: Side,
    (gone, why): (impl Fn(), &str),
    (back, again): (impl Fn(), &str),
) {
    corner.link(side).await;
    corner.say(side, "avant").await;
    corner.told(Side::Matrix, "avant").await;
    gone();
    corner.told(Side::Matrix, why).await;
    corner.say(Side::Matrix, "dans le vide").await;
    corner.say(Side::Matrix, "!passerelle état").await;
    corner.told(Side::Matrix, "🚪").await;
    back();
    corner.told(Side::Matrix, again).await;
    corner.told(side, again).await;
    corner.say(side, "après").await;
    corner.told(Side::Matrix, "après").await;
    corner.say(Side::Matrix, "de retour").await;
    corner.told(side, "de retour").await;
    let room = corner.seen(Side::Matrix).await;
    assert!(!room.iter().any(|one| one.text.contains("n’a pas pu passer")), "{room:#?}");
    assert_eq!(room.iter().filter(|one| one.text.contains(why)).count(), 1, "{room:#?}");
    assert!(!corner.seen(side).await.iter().any(|one| one.text.contains("dans le vide")));
}

const OUT: &str = "Le robot n’est plus dans «\u{a0}";
const IN: &str = "Le robot est de nouveau dans «\u{a0}";

#[test]
fn a_group_that_the_bot_is_taken_out_of_rests_until_it_is_back() {
    run(async {
        let corner = Corner::open("depart-telegram").await;
        let (telegram, bot) = (&corner.square.house.telegram, corner.square.house.bot);
        let out = || telegram.kick(corner.group, bot).unwrap();
        let back = || {
            telegram.join(corner.group, bot).unwrap();
            telegram.promote(corner.group, bot).unwrap();
        };
        rests_and_goes_on(&corner, Side::Telegram, (out, OUT), (back, IN)).await;
    });
}

#[test]
fn a_room_of_rocket_chat_rests_without_the_bot_and_while_it_is_archived() {
    run(async {
        let corner = Corner::open("depart-rocket").await;
        let breton = &corner.square.breton;
        let out = || breton.server.kick(&corner.hall, &breton.bot).unwrap();
        let back = || breton.server.join(&corner.hall, &breton.bot).unwrap();
        rests_and_goes_on(&corner, Side::Breton, (out, OUT), (back, IN)).await;
        let corner = Corner::open("archives-rocket").await;
        let archive = |on: &str| breton.server.change_room(&corner.hall, "archived", on).unwrap();
        let (shut, open) = (|| archive("true"), || archive("false"));
        rests_and_goes_on(&corner, Side::Breton, (shut, "a été archivée"), (open, "est rouverte")).await;
    });
}

#[test]
fn a_channel_of_mattermost_rests_without_the_bot_and_while_it_is_archived() {
    run(async {
        let corner = Corner::open("depart-mattermost").await;
        let (mattermost, emma) = (&corner.square.mattermost, &corner.emma);
        let out = || mattermost.kick(&corner.channel, emma, corner.square.bot()).unwrap();
        let back = || mattermost.join(&corner.channel, corner.square.bot()).unwrap();
        rests_and_goes_on(&corner, Side::Mattermost, (out, OUT), (back, IN)).await;
        let corner = Corner::open("archives-mattermost").await;
        let archive = |on: bool| mattermost.archive(&corner.channel, on).unwrap();
        let (shut, open) = (|| archive(true), || archive(false));
        rests_and_goes_on(&corner, Side::Mattermost, (shut, "a été archivée"), (open, "est rouverte")).await;
    });
}

#[test]
fn what_was_written_without_the_bot_follows_where_it_can_be_read() {
    run(async {
        for side in [Side::Breton, Side::Mattermost] {
            let corner = Corner::open(&format!("retour-{side:?}").to_lowercase()).await;
            let (breton, mattermost) = (&corner.square.breton, &corner.square.mattermost);
            corner.link(side).await;
            corner.say(side, "avant").await;
            corner.told(Side::Matrix, "avant").await;
            match side {
                Side::Breton => breton.server.kick(&corner.hall, &breton.bot).unwrap(),
                _ => mattermost.kick(&corner.channel, &corner.emma, corner.square.bot()).unwrap(),
            }
            corner.told(Side::Matrix, OUT).await;
            corner.say(side, "pendant l’absence").await;
            match side {
                Side::Breton => breton.server.join(&corner.hall, &breton.bot).unwrap(),
                _ => mattermost.join(&corner.channel, corner.square.bot()).unwrap(),
            }
            corner.told(Side::Matrix, "pendant l’absence").await;
            corner.say(side, "après").await;
            corner.told(Side::Matrix, "après").await;
            let room = corner.seen(Side::Matrix).await;
            let order: Vec<usize> = ["avant", OUT, IN, "pendant l’absence", "après"]
                .map(|words| room.iter().position(|one| one.text.contains(words)).unwrap())
                .to_vec();
            assert!(order.is_sorted(), "{room:#?}");
            assert!(room[order[2]].text.contains(" suit."), "{room:#?}");
            let followed = room.iter().filter(|one| one.text.contains("pendant l’absence"));
            assert_eq!(followed.count(), 1, "{room:#?}");
        }
    });
}
