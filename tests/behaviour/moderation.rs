//! Admins moderate from where they are, and learn what could not be done.

use serde_json::json;

use crate::{
    corner::{Corner, SIDES},
    house::run,
    square::Side,
};

/// Everybody sees these words, said by somebody of that side.
async fn said_everywhere(corner: &Corner, by: Side, words: &str) {
    corner.say(by, words).await;
    for side in SIDES {
        corner.told(side, words).await;
    }
}

async fn gone_everywhere(corner: &Corner, words: &str) {
    for side in SIDES {
        corner.gone(side, words).await;
    }
}

async fn journal_says(corner: &Corner, words: &str) {
    corner.say(Side::Matrix, "!passerelle journal").await;
    corner.told(Side::Matrix, words).await;
}

#[test]
fn an_admin_of_any_side_takes_a_message_away_on_all_sides() {
    run(async {
        let corner = Corner::linked("retirer").await;
        let (mattermost, breton) = (&corner.square.mattermost, &corner.square.breton);
        for side in SIDES {
            corner.promote(side);
        }
        // On Telegram messages of others fall to those who may; so may the bot in the room, by the room's own rules.
        let levels = corner.anne.state(&corner.room, "m.room.power_levels", "").await;
        let mut users = levels["users"].clone();
        users["@passerelle:t.test"] = json!(50);
        let mut levels = levels;
        levels["users"] = users;
        corner.anne.set_state(&corner.room, "m.room.power_levels", "", levels).await;

        said_everywhere(&corner, Side::Telegram, "réclame de Bob").await;
        let there = corner.told(Side::Matrix, "réclame de Bob").await;
        corner.anne.redact(&corner.room, &there).await;
        gone_everywhere(&corner, "réclame de Bob").await;
        journal_says(&corner, "Anne (Matrix) a retiré un message de Bob").await;

        said_everywhere(&corner, Side::Matrix, "réclame d’Anne").await;
        let there = corner.told(Side::Mattermost, "réclame d’Anne").await;
        mattermost.delete(&corner.emma, &there).unwrap();
        gone_everywhere(&corner, "réclame d’Anne").await;
        journal_says(&corner, "Sur Mattermost, un message d’Anne a été retiré").await;

        said_everywhere(&corner, Side::Mattermost, "réclame d’Emma").await;
        let there = corner.told(Side::Breton, "réclame d’Emma").await;
        breton.server.delete(&corner.chloe, &there).unwrap();
        for side in [Side::Matrix, Side::Telegram, Side::Breton] {
            corner.gone(side, "réclame d’Emma").await;
        }
        // The bot is no admin there.
        corner.told(Side::Breton, "Je n’ai pas pu retirer ce message sur Mattermost").await;
        journal_says(&corner, "Sur Rocket.Chat «\u{a0}Bretagne\u{a0}», un message d’Emma a été retiré").await;

        said_everywhere(&corner, Side::Breton, "réclame de Chloé").await;
        let there = corner.told(Side::Telegram, "réclame de Chloé").await;
        corner.reply(Side::Telegram, &there, "/supprimer").await;
        for side in [Side::Matrix, Side::Telegram, Side::Mattermost] {
            corner.gone(side, "réclame de Chloé").await;
        }
        corner
            .told(Side::Telegram, "Je n’ai pas pu retirer ce message sur Rocket.Chat «\u{a0}Bretagne\u{a0}»")
            .await;
        journal_says(&corner, "Bob (Telegram) a retiré un message de Chloé").await;
    });
}

#[test]
fn what_could_not_be_taken_away_is_told_with_the_reason() {
    run(async {
        let corner = Corner::open("pas-le-droit").await;
        corner.link(Side::Telegram).await;
        let house = &corner.square.house;
        house.telegram.demote(corner.group, house.bot).unwrap();
        corner.say(Side::Telegram, "je reste").await;
        let there = corner.told(Side::Matrix, "je reste").await;
        corner.anne.redact(&corner.room, &there).await;
        let refusal = "Je n’ai pas pu retirer ce message sur Telegram\u{a0}: Telegram ne laisse pas";
        corner.told(Side::Matrix, refusal).await;
        corner.told(Side::Telegram, "je reste").await;
        // The room did not give the bot the right to take away what others say.
        corner.promote(Side::Telegram);
        corner.say(Side::Matrix, "moi aussi").await;
        let there = corner.told(Side::Telegram, "moi aussi").await;
        corner.reply(Side::Telegram, &there, "/delete").await;
        let refusal = "Je n’ai pas pu retirer ce message sur Matrix\u{a0}: Le robot n’a pas le droit";
        corner.told(Side::Telegram, refusal).await;
        corner.gone(Side::Telegram, "Anne: moi aussi").await;
        corner.told(Side::Matrix, "moi aussi").await;
    });
}

/// Takes a ghost out of the room, or bans it.
async fn put_out(corner: &Corner, how: &str, ghost: &str) {
    let path = format!("/rooms/{}/{how}", corner.room);
    let who = json!({ "user_id": ghost });
    corner.anne.ask(reqwest::Method::POST, &path, Some(who)).await.unwrap();
}

async fn ghost_of(corner: &Corner, words: &str) -> String {
    corner.anne.wait_for(&corner.room, words).await.sender
}

#[test]
fn who_is_taken_out_of_the_room_keeps_their_group_and_who_is_banned_does_not() {
    run(async {
        let corner = Corner::linked("exclure").await;
        corner.say(Side::Telegram, "du bruit").await;
        let bob = ghost_of(&corner, "du bruit").await;
        put_out(&corner, "kick", &bob).await;
        corner.told(Side::Matrix, "Ce que Bob écrit ne se lira plus que sur Telegram").await;
        corner.say(Side::Telegram, "je suis encore là").await;
        corner.say(Side::Matrix, "!passerelle parole Bob").await;
        corner.told(Side::Matrix, "Ce que Bob écrit passe de nouveau").await;
        corner.say(Side::Telegram, "entendu").await;
        corner.told(Side::Matrix, "entendu").await;
        assert!(!corner.seen(Side::Matrix).await.iter().any(|one| one.text == "je suis encore là"));
        put_out(&corner, "ban", &bob).await;
        corner.told(Side::Matrix, "j’ai aussi banni Bob de la discussion sur Telegram").await;
        let telegram = &corner.square.house.telegram;
        assert!(telegram.say(corner.group, corner.bob, "encore").is_err(), "he is out");
        journal_says(&corner, "Anne (Matrix) a banni Bob").await;

        corner.say(Side::Mattermost, "du bruit d’Emma").await;
        put_out(&corner, "ban", &ghost_of(&corner, "du bruit d’Emma").await).await;
        corner.told(Side::Matrix, "j’ai aussi exclu Emma de la discussion sur Mattermost").await;
        assert!(!corner.square.mattermost.members(&corner.channel).contains(&"emma-exclure".to_owned()));

        // On Rocket.Chat the bot needs a right of its own.
        let breton = &corner.square.breton;
        corner.say(Side::Breton, "du bruit de Chloé").await;
        let chloe = ghost_of(&corner, "du bruit de Chloé").await;
        put_out(&corner, "ban", &chloe).await;
        corner.told(Side::Matrix, "Ce que Chloé écrit ne se lira plus nulle part").await;
        corner.say(Side::Breton, "toujours là").await;
        breton.server.promote(&corner.hall, &breton.bot);
        corner.say(Side::Matrix, "!passerelle bannir Chloé").await;
        corner.told(Side::Matrix, "Bannir Chloé (Rocket.Chat «\u{a0}Bretagne\u{a0}»)").await;
        corner.say(Side::Matrix, "!passerelle oui").await;
        corner
            .told(
                Side::Matrix,
                "j’ai aussi exclu Chloé de la discussion sur Rocket.Chat «\u{a0}Bretagne\u{a0}»",
            )
            .await;
        assert!(breton.server.say(&corner.hall, &corner.chloe, "encore").is_err(), "she is out");
    });
}

#[test]
fn an_admin_of_a_group_stops_somebody_of_elsewhere_there_and_nowhere_else() {
    run(async {
        let corner = Corner::linked("bannir-ici").await;
        corner.promote(Side::Telegram);
        corner.say(Side::Mattermost, "du bruit").await;
        let there = corner.told(Side::Telegram, "du bruit").await;
        corner.reply(Side::Telegram, &there, "/bannir").await;
        corner.told(Side::Telegram, "Bannir Emma (Mattermost)").await;
        corner.say(Side::Telegram, "/oui").await;
        corner.told(Side::Telegram, "Ce qu’Emma écrit ne se lira plus ici").await;
        corner.say(Side::Mattermost, "encore").await;
        corner.told(Side::Matrix, "encore").await;
        corner.say(Side::Matrix, "après").await;
        corner.told(Side::Telegram, "après").await;
        assert!(!corner.seen(Side::Telegram).await.iter().any(|one| one.text.contains("encore")));
        assert!(corner.square.mattermost.members(&corner.channel).contains(&"emma-bannir-ici".to_owned()));
    });
}

#[test]
fn an_admin_of_a_channel_stops_somebody_of_elsewhere_there_and_nowhere_else() {
    run(async {
        let corner = Corner::linked("bannir-canal").await;
        for side in [Side::Breton, Side::Mattermost] {
            corner.promote(side);
            let noise = format!("du bruit pour {side:?}");
            corner.say(Side::Telegram, &noise).await;
            let there = corner.told(side, &noise).await;
            corner.reply(side, &there, "@passerelle bannir").await;
            corner.told(side, "Bannir Bob (Telegram)").await;
            corner.say(side, "@passerelle oui").await;
            corner.told(side, "Ce que Bob écrit ne se lira plus ici").await;
            let more = format!("encore pour {side:?}");
            corner.say(Side::Telegram, &more).await;
            corner.told(Side::Matrix, &more).await;
            let after = format!("après pour {side:?}");
            corner.say(Side::Matrix, &after).await;
            corner.told(side, &after).await;
            assert!(!corner.seen(side).await.iter().any(|one| one.text.contains(&more)), "{side:?}");
        }
        let telegram = &corner.square.house.telegram;
        assert!(telegram.say(corner.group, corner.bob, "je reste").is_ok(), "he keeps his group");
    });
}

#[test]
fn a_ban_that_is_lifted_in_the_room_gives_the_words_back() {
    run(async {
        let corner = Corner::open("lever").await;
        corner.link(Side::Mattermost).await;
        corner.say(Side::Mattermost, "du bruit").await;
        let emma = ghost_of(&corner, "du bruit").await;
        put_out(&corner, "ban", &emma).await;
        corner.told(Side::Matrix, "j’ai aussi exclu Emma de la discussion sur Mattermost").await;
        put_out(&corner, "unban", &emma).await;
        corner.told(Side::Matrix, "Le bannissement d’Emma est levé ici").await;
        corner.square.mattermost.join(&corner.channel, &corner.emma).unwrap();
        corner.say(Side::Mattermost, "de retour").await;
        corner.told(Side::Matrix, "de retour").await;
        journal_says(&corner, "Anne (Matrix) a rendu la parole à Emma").await;
    });
}
