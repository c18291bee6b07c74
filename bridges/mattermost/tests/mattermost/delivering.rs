//! What is said once and by whom, whatever becomes of answers, accounts and rights.

use contract::{Body, Content, Copy, Fault, Info, MessageId, Text, Tone};
use mattermost::Puppets;
use serde_json::json;
use simulators::mattermost::Fault as Mishap;

use crate::place::{Channel, edit, message};

fn told(fault: &Result<contract::Receipt, Fault>) -> String {
    match fault {
        Err(Fault::Refused { reason, .. }) => format!("{reason:?}"),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn what_is_in_doubt_is_found_by_its_mark_when_the_server_has_forgotten_it() {
    let channel = Channel::new(true, None).await;
    channel.server.fault("posts", 1, Mishap::BreakAfter);
    let lost = channel.deliver("1", &message("une fois"), false).await;
    assert!(matches!(lost, Err(Fault::Unclear { .. })), "{lost:?}");
    // Somebody else's mark counts for nothing.
    let forged = json!({ "message": "autre", "props": { "passerelle_key": format!("{:0>32}", "2") } });
    channel.server.post(&channel.id, &channel.emma, forged).unwrap();
    channel.server.pause().await;
    channel.server.resume().await.unwrap();
    let receipt = channel.deliver("1", &message("une fois"), true).await.unwrap();
    let line = &channel.server.transcript(&channel.id).unwrap()[0];
    assert_eq!(receipt.made, [MessageId::from(line.id.as_str())]);
    channel.deliver("2", &message("deux fois"), true).await.unwrap();
    assert_eq!(channel.words(), ["une fois", "autre", "deux fois"]);
}

#[tokio::test]
async fn what_was_taken_away_in_the_meantime_is_not_said_again() {
    let channel = Channel::new(true, None).await;
    let made = channel.deliver("1", &message("à peine dit"), false).await.unwrap().made;
    channel.server.delete(&channel.server.id_of("admin").unwrap(), made[0].as_str()).unwrap();
    let again = channel.deliver("1", &message("à peine dit"), true).await.unwrap();
    assert_eq!((again.made, again.more), (vec![], false));
    assert!(channel.words().is_empty());
}

#[tokio::test]
async fn a_post_of_somebody_else_is_not_taken_for_ours() {
    let channel = Channel::new(true, None).await;
    let stolen = json!({ "message": "autre chose", "pending_post_id": format!("{:0>32}", "1") });
    channel.server.post(&channel.id, &channel.emma, stolen).unwrap();
    let fault = channel.deliver("1", &message("bonjour"), false).await;
    assert!(matches!(fault, Err(Fault::Retry { after: Some(_), .. })), "{fault:?}");
}

#[tokio::test]
async fn an_account_of_ours_gets_back_what_it_lost_but_not_what_was_taken_from_it() {
    let channel = Channel::new(false, Some(Puppets::Users)).await;
    channel.deliver("1", &message("un"), false).await.unwrap();
    let puppet = channel.server.id_of("anne.elsewhere").unwrap();

    drop(channel.server.revoke(&puppet));
    assert!(matches!(channel.deliver("2", &message("deux"), false).await, Err(Fault::Retry { .. })));
    channel.deliver("2", &message("deux"), false).await.unwrap();

    channel.server.leave(&channel.id, &puppet).unwrap();
    assert!(matches!(channel.deliver("3", &message("trois"), false).await, Err(Fault::Retry { .. })));
    channel.deliver("3", &message("trois"), false).await.unwrap();
    let lines = channel.server.transcript(&channel.id).unwrap();
    assert!(lines.iter().all(|line| line.author == "anne.elsewhere"), "{lines:#?}");

    channel.server.deactivate("anne.elsewhere", true);
    assert!(told(&channel.deliver("4", &message("quatre"), false).await).contains("no-right-to-write"));
    assert_eq!(channel.words(), ["un", "deux", "trois"]);
}

#[tokio::test]
async fn an_account_that_does_not_say_it_is_ours_is_left_alone() {
    let mut channel = Channel::new(true, Some(Puppets::Users)).await;
    channel.deliver("1", &message("un"), false).await.unwrap();
    let account = channel.server.id_of("anne.elsewhere").unwrap();
    let patch = reqwest::Client::new()
        .put(format!("{}/api/v4/users/{account}/patch", channel.server.url()))
        .bearer_auth(channel.server.admin_token())
        .json(&json!({ "position": "Boulangère" }));
    assert!(patch.send().await.unwrap().status().is_success());
    channel.begin_anew(None);
    channel.deliver("2", &message("deux"), false).await.unwrap();
    let lines = channel.server.transcript(&channel.id).unwrap();
    let by: Vec<&str> = lines.iter().map(|line| line.author.as_str()).collect();
    assert_eq!(by, ["anne.elsewhere", "passerelle"]);
}

#[tokio::test]
async fn where_nobody_may_have_a_token_the_bot_speaks() {
    let channel = Channel::new(true, Some(Puppets::Users)).await;
    channel.server.set(|settings| settings.user_access_tokens = false);
    channel.deliver("1", &message("bonjour"), false).await.unwrap();
    let line = &channel.server.transcript(&channel.id).unwrap()[0];
    assert_eq!((line.author.as_str(), line.shown.as_str()), ("passerelle", "Anne"));
}

#[tokio::test]
async fn where_the_team_is_full_the_bot_speaks() {
    let channel = Channel::new(true, Some(Puppets::Bots)).await;
    channel.server.set(|settings| settings.max_users_per_team = 3);
    channel.deliver("1", &message("bonjour"), false).await.unwrap();
    let line = &channel.server.transcript(&channel.id).unwrap()[0];
    assert_eq!((line.author.as_str(), line.shown.as_str()), ("passerelle", "Anne"));
}

#[tokio::test]
async fn what_cannot_be_changed_is_said_not_to_be_and_what_is_gone_is_no_loss() {
    let channel = Channel::new(true, None).await;
    let theirs = MessageId(channel.say("à moi"));
    assert!(told(&channel.deliver("1", &edit(&theirs, "à toi"), false).await).contains("no-right-to-edit"));
    let copies = vec![Copy { id: theirs.clone(), step: 0 }];
    let delete = Content::Delete { copies };
    assert!(told(&channel.deliver("2", &delete, false).await).contains("no-right-to-delete"));
    channel.server.delete(&channel.emma, theirs.as_str()).unwrap();
    channel.deliver("3", &edit(&theirs, "à toi"), false).await.unwrap();
    channel.deliver("4", &delete, false).await.unwrap();
    channel.server.archive(&channel.id, true).unwrap();
    assert!(told(&channel.deliver("5", &message("trop tard"), false).await).contains("chat-archived"));
}

#[tokio::test]
async fn a_post_that_was_answered_is_emptied_and_takes_no_answer_along() {
    let channel = Channel::new(true, None).await;
    let mut copies = Vec::new();
    for (key, words) in [("1", "qui vient ?"), ("2", "personne ?")] {
        let made = channel.deliver(key, &message(words), false).await.unwrap().made;
        copies.push(Copy { id: made[0].clone(), step: 0 });
    }
    channel.server.reply(&channel.id, &channel.emma, copies[0].id.as_str(), "moi").unwrap();
    let receipt = channel.deliver("3", &Content::Delete { copies: copies.clone() }, false).await.unwrap();
    assert_eq!(receipt.gone, copies.iter().map(|copy| copy.id.clone()).collect::<Vec<_>>());
    assert_eq!(channel.words(), ["🗑️", "moi"]);
}

#[tokio::test]
async fn an_action_is_the_servers_own() {
    let channel = Channel::new(true, None).await;
    let wave = Body { tone: Tone::Emote, ..Body::of(Text::plain("salue la foule")) };
    channel.deliver("1", &Content::Message(wave), false).await.unwrap();
    let line = &channel.server.transcript(&channel.id).unwrap()[0];
    assert_eq!((line.kind.as_str(), line.text.as_str()), ("me", "*salue la foule*"));
}

/// A post of the bot's with a file, and an edit that leaves the file out.
fn plan(channel: &Channel) -> (MessageId, Content) {
    let file = channel.server.add_file(&channel.bot, "plan.txt", b"ici".to_vec()).unwrap();
    let post = json!({ "message": "le plan", "file_ids": [file] });
    let id = MessageId(channel.server.post(&channel.id, &channel.bot, post).unwrap());
    let copies = vec![Copy { id: id.clone(), step: 0 }];
    (id, Content::Edit { copies, body: Body::of(Text::plain("sans plan")), refiled: true })
}

/// The words that stand in the channel, with how many files each has.
fn words_and_files(channel: &Channel) -> Vec<(String, usize)> {
    let lines = channel.server.transcript(&channel.id).unwrap();
    lines.into_iter().map(|line| (line.text, line.files.len())).collect()
}

#[tokio::test]
async fn a_post_whose_files_are_others_stays_where_they_can_be_exchanged_and_is_posted_anew_elsewhere() {
    let channel = Channel::new(true, None).await;
    let (old, edit) = plan(&channel);
    let receipt = channel.deliver("1", &edit, false).await.unwrap();
    assert_eq!((receipt.gone, receipt.made.len()), (vec![old], 1));
    assert_eq!(words_and_files(&channel), [("sans plan".to_owned(), 0)]);

    channel.server.set(|settings| settings.exchanges_files = true);
    let (_, edit) = plan(&channel);
    assert_eq!(channel.deliver("2", &edit, false).await.unwrap(), contract::Receipt::done());
    assert_eq!(words_and_files(&channel)[1..], [("sans plan".to_owned(), 0)]);
}

#[tokio::test]
async fn no_answer_goes_because_files_change() {
    let channel = Channel::new(true, None).await;
    let of = |words: &str, files| (words.to_owned(), files);
    let (root, edit) = plan(&channel);
    channel.server.reply(&channel.id, &channel.emma, root.as_str(), "merci").unwrap();
    let receipt = channel.deliver("1", &edit, false).await.unwrap();
    assert_eq!((receipt.gone, receipt.made.len()), (vec![], 1));
    assert_eq!(words_and_files(&channel), [of("sans plan", 1), of("merci", 0), of("sans plan", 0)]);
    let lines = channel.server.transcript(&channel.id).unwrap();
    assert_eq!(lines[2].root.as_deref(), Some(root.as_str()), "what cannot be exchanged is below");
}

#[tokio::test]
async fn what_was_answered_goes_alone_where_files_can_be_exchanged() {
    let channel = Channel::new(true, None).await;
    channel.server.set(|settings| settings.exchanges_files = true);
    let (root, _) = plan(&channel);
    channel.server.reply(&channel.id, &channel.emma, root.as_str(), "merci").unwrap();
    let copies = vec![Copy { id: root, step: 0 }];
    channel.deliver("1", &Content::Delete { copies }, false).await.unwrap();
    assert_eq!(words_and_files(&channel), [("🗑️".to_owned(), 0), ("merci".to_owned(), 0)]);
}

#[tokio::test]
async fn a_channel_gets_a_name_and_a_header_but_no_picture() {
    let channel = Channel::new(true, None).await;
    for (key, info) in [
        ("1", Info::Name("Le potager".to_owned())),
        ("2", Info::Topic(Some("Arroser @all *le soir*".to_owned()))),
    ] {
        channel.deliver(key, &Content::Info(info), false).await.unwrap();
    }
    let lines = channel.server.everything(&channel.id).unwrap();
    let said: Vec<&str> = lines.iter().rev().take(2).map(|line| line.text.as_str()).collect();
    assert!(said[1].ends_with("to: Le potager"), "{said:?}");
    assert!(said[0].ends_with("to: Arroser @\u{200b}all \\*le soir\\*"), "nobody is called by it: {said:?}");
    let long = Content::Info(Info::Name("x".repeat(65)));
    for (key, content) in [("3", long), ("4", Content::Info(Info::Picture(None)))] {
        assert!(matches!(channel.deliver(key, &content, false).await, Err(Fault::Unsupported)));
    }
}
