//! What Bot API libraries count on: asked by teloxide, and by bare requests where it would hide the answer.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use simulators::telegram::{Act, Fault, Given, MediaKind, NewBot, Telegram};
use teloxide::{
    Bot,
    payloads::{GetUpdatesSetters, SendMessageSetters, SetMessageReactionSetters},
    requests::Requester,
    types::{ChatId, InputFile, MessageId, ParseMode, ReactionType},
};

const TOKEN: &str = "77:a-token-of-the-tests-of-the-simulator-itself";

struct World {
    telegram: Telegram,
    bot: i64,
    anne: i64,
    group: i64,
}

async fn world() -> World {
    let telegram = Telegram::start("127.0.0.1:0").await.unwrap();
    let bot = telegram.bot(TOKEN, "strict_bot").unwrap();
    let anne = telegram.person("Anne").unwrap();
    let group = telegram.supergroup("Le groupe").unwrap();
    telegram.join(group, anne).unwrap();
    telegram.join(group, bot).unwrap();
    World { telegram, bot, anne, group }
}

impl World {
    fn teloxide(&self) -> Bot {
        Bot::new(TOKEN).set_api_url(self.telegram.url().parse().unwrap())
    }

    /// Calls a method with a JSON body; the status and the answer.
    async fn call(&self, method: &str, params: Value) -> (u16, Value) {
        let url = format!("{}/bot{TOKEN}/{method}", self.telegram.url());
        let answer = simulators::http().post(url).json(&params).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn refusal(&self, method: &str, params: Value) -> String {
        let (status, answer) = self.call(method, params).await;
        assert_eq!(
            (status, &answer["ok"]),
            (u16::try_from(answer["error_code"].as_u64().unwrap()).unwrap(), &json!(false))
        );
        answer["description"].as_str().unwrap().to_owned()
    }

    async fn updates(&self, params: Value) -> Vec<Value> {
        self.call("getUpdates", params).await.1["result"].as_array().cloned().unwrap_or_default()
    }
}

#[tokio::test]
async fn teloxide_reads_what_it_says() {
    let world = world().await;
    let bot = world.teloxide();
    assert_eq!(bot.get_me().await.unwrap().username(), "strict_bot");
    let sent =
        bot.send_message(ChatId(world.group), "<b>gras</b>").parse_mode(ParseMode::Html).await.unwrap();
    assert_eq!((sent.text(), sent.entities().unwrap().len()), (Some("gras"), 1));
    let id = world.telegram.say(world.group, world.anne, "salut 🎉 https://exemple.fr").unwrap();
    let updates = bot.get_updates().timeout(1).await.unwrap();
    let text = |update: &teloxide::types::Update| match &update.kind {
        teloxide::types::UpdateKind::Message(message) => message.text().map(str::to_owned),
        _ => None,
    };
    assert!(updates.iter().any(|update| text(update).as_deref() == Some("salut 🎉 https://exemple.fr")));
    let heart = ReactionType::Emoji { emoji: "❤".to_owned() };
    let message = MessageId(i32::try_from(id).unwrap());
    bot.set_message_reaction(ChatId(world.group), message).reaction([heart]).await.unwrap();
    let file = InputFile::memory(b"bonjour".to_vec()).file_name("a.txt");
    let sent = bot.send_document(ChatId(world.group), file).await.unwrap();
    let document = sent.document().unwrap();
    assert_eq!((document.file_name.as_deref(), document.file.size), (Some("a.txt"), 7));
}

#[tokio::test]
async fn an_offset_acknowledges_and_a_poll_waits() {
    let world = world().await;
    world.telegram.say(world.group, world.anne, "un").unwrap();
    let first = world.updates(json!({ "timeout": 0 })).await;
    assert_eq!(world.updates(json!({})).await, first, "nothing is forgotten without an offset");
    let next = first.last().unwrap()["update_id"].as_i64().unwrap() + 1;
    assert_eq!(world.updates(json!({ "offset": next })).await.len(), 0);
    let began = Instant::now();
    let (waited, ()) = tokio::join!(world.updates(json!({ "offset": next, "timeout": 10 })), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        world.telegram.say(world.group, world.anne, "deux").unwrap();
    });
    assert_eq!(waited.len(), 1);
    assert!(began.elapsed() >= Duration::from_millis(300));
    world.telegram.say(world.group, world.anne, "trois").unwrap();
    let last = world.updates(json!({ "offset": -1 })).await;
    assert_eq!(last[0]["message"]["text"], "trois", "a negative offset drops the rest");
}

#[tokio::test]
async fn there_is_one_consumer() {
    let world = world().await;
    let next =
        world.updates(json!({})).await.last().map_or(0, |last| last["update_id"].as_i64().unwrap() + 1);
    let (first, _) = tokio::join!(world.call("getUpdates", json!({ "offset": next, "timeout": 5 })), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        world.call("getUpdates", json!({ "offset": next, "timeout": 0 })).await
    });
    assert_eq!(first.0, 409);
    assert!(first.1["description"].as_str().unwrap().starts_with("Conflict: terminated by other getUpdates"));
    world.call("setWebhook", json!({ "url": "https://exemple.fr/crochet" })).await;
    assert!(
        world
            .refusal("getUpdates", json!({}))
            .await
            .contains("can't use getUpdates method while webhook is active")
    );
}

#[tokio::test]
async fn refusals_are_in_its_words() {
    let world = world().await;
    let group = world.group;
    let said = world.telegram.say(group, world.anne, "de Anne").unwrap();
    let expected = [
        ("sendMessage", json!({ "chat_id": -5, "text": "a" }), "Bad Request: chat not found"),
        ("sendMessage", json!({ "chat_id": group, "text": " " }), "Bad Request: text must be non-empty"),
        (
            "sendMessage",
            json!({ "chat_id": group, "text": "é".repeat(4097) }),
            "Bad Request: message is too long",
        ),
        (
            "sendMessage",
            json!({ "chat_id": world.anne, "text": "a" }),
            "Forbidden: bot can't initiate conversation with a user",
        ),
        (
            "editMessageText",
            json!({ "chat_id": group, "message_id": said, "text": "a" }),
            "Bad Request: message can't be edited",
        ),
        (
            "editMessageText",
            json!({ "chat_id": group, "message_id": 999, "text": "a" }),
            "Bad Request: message to edit not found",
        ),
        (
            "deleteMessage",
            json!({ "chat_id": group, "message_id": 999 }),
            "Bad Request: message to delete not found",
        ),
        (
            "deleteMessage",
            json!({ "chat_id": group, "message_id": said }),
            "Bad Request: message can't be deleted",
        ),
        (
            "setMessageReaction",
            json!({ "chat_id": group, "message_id": said, "reaction": [{ "type": "emoji", "emoji": "🦀" }] }),
            "Bad Request: REACTION_INVALID",
        ),
        (
            "sendMessage",
            json!({ "chat_id": group, "text": "a", "message_thread_id": 9 }),
            "Bad Request: message thread not found",
        ),
        ("nonsense", json!({}), "Not Found: method not found"),
    ];
    for (method, params, words) in expected {
        assert_eq!(world.refusal(method, params.clone()).await, words, "{method} {params}");
    }
}

#[tokio::test]
async fn edits_that_change_nothing_and_markup_it_does_not_know_are_refused() {
    let world = world().await;
    let group = world.group;
    let own = world.call("sendMessage", json!({ "chat_id": group, "text": "du robot" })).await.1["result"]["message_id"].clone();
    let same = json!({ "chat_id": group, "message_id": own, "text": "du robot" });
    assert!(world.refusal("editMessageText", same).await.starts_with("Bad Request: message is not modified"));
    let html = json!({ "chat_id": group, "text": "<p>a</p>", "parse_mode": "HTML" });
    assert!(
        world
            .refusal("sendMessage", html)
            .await
            .starts_with("Bad Request: can't parse entities: Unsupported start tag")
    );
    let url = format!("{}/bot1:wrong/getMe", world.telegram.url());
    assert_eq!(simulators::http().get(url).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn privacy_and_rights_decide_what_a_bot_sees() {
    let world = world().await;
    let shy = NewBot { token: Some("78:b".into()), username: "shy_bot".into(), name: None, privacy: true };
    let shy = world.telegram.new_bot(shy).unwrap();
    world.telegram.join(world.group, shy).unwrap();
    world.telegram.say(world.group, world.anne, "entre nous").unwrap();
    world.telegram.say(world.group, world.anne, "/aide@shy_bot").unwrap();
    let url = format!("{}/bot78:b/getUpdates", world.telegram.url());
    let answer: Value = simulators::http().get(url).send().await.unwrap().json().await.unwrap();
    let texts: Vec<&str> =
        answer["result"].as_array().unwrap().iter().filter_map(|u| u["message"]["text"].as_str()).collect();
    assert_eq!(texts, ["/aide@shy_bot"]);

    let wanted = json!({ "allowed_updates": ["message", "message_reaction"] });
    let message = world.telegram.say(world.group, world.anne, "bravo").unwrap();
    world.updates(wanted.clone()).await;
    world.telegram.react(world.group, world.anne, message, &["🔥"]).unwrap();
    let reactions =
        |updates: &[Value]| updates.iter().filter(|update| update.get("message_reaction").is_some()).count();
    assert_eq!(reactions(&world.updates(wanted.clone()).await), 0, "members are not told of reactions");
    world.telegram.promote(world.group, world.bot).unwrap();
    world.telegram.react(world.group, world.anne, message, &["👏"]).unwrap();
    assert_eq!(reactions(&world.updates(wanted).await), 1);
}

#[tokio::test]
async fn an_album_comes_in_two_polls_and_a_file_can_be_fetched() {
    let world = world().await;
    let old = world.updates(json!({})).await;
    let next = old.last().map_or(0, |last| last["update_id"].as_i64().unwrap() + 1);
    let album = (0..3).map(|_| Given::made(MediaKind::Photo)).collect();
    world.telegram.album(world.group, world.anne, album, "trois").unwrap();
    let first = world.updates(json!({ "offset": next, "timeout": 1 })).await;
    assert!(first.len() < 3, "nothing says which picture is the last");
    let mut all = first;
    while all.len() < 3 {
        all = world.updates(json!({ "offset": next, "timeout": 1 })).await;
    }
    let photo = all[0]["message"]["photo"].as_array().unwrap().last().unwrap().clone();
    let file = world.call("getFile", json!({ "file_id": photo["file_id"] })).await.1["result"].clone();
    let path = file["file_path"].as_str().unwrap().replace('/', "%2F");
    let url = format!("{}/file/bot{TOKEN}/{path}", world.telegram.url());
    let bytes = simulators::http().get(url).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes.len() as u64, file["file_size"].as_u64().unwrap());
}

#[tokio::test]
async fn a_group_that_moves_says_where_to() {
    let world = world().await;
    let group = world.telegram.group("Petit").unwrap();
    world.telegram.join(group, world.bot).unwrap();
    let large = world.telegram.migrate(group).unwrap();
    let (status, answer) = world.call("sendMessage", json!({ "chat_id": group, "text": "a" })).await;
    assert_eq!((status, &answer["parameters"]["migrate_to_chat_id"]), (400, &json!(large)));
    let told = world.updates(json!({})).await;
    for key in ["migrate_to_chat_id", "migrate_from_chat_id"] {
        assert!(told.iter().any(|update| update["message"].get(key).is_some()), "{key}");
    }
}

#[tokio::test]
async fn faults_strike_as_ordered() {
    let world = world().await;
    let params = json!({ "chat_id": world.group, "text": "a" });
    world.telegram.fault("sendMessage", 1, Fault::TooManyRequests { retry_after: 7 });
    let (status, answer) = world.call("sendMessage", params.clone()).await;
    assert_eq!((status, &answer["parameters"]["retry_after"]), (429, &json!(7)));
    let url = format!("{}/bot{TOKEN}/sendMessage", world.telegram.url());
    for (fault, made) in [(Fault::BreakBefore, 0), (Fault::BreakAfter, 1), (Fault::HalfBody, 2)] {
        world.telegram.fault("SENDMESSAGE", 1, fault);
        let answer = simulators::http().post(&url).json(&params).send().await;
        let broken = match answer {
            Ok(answer) => answer.bytes().await.is_err(),
            Err(_) => true,
        };
        assert!(broken, "the connection breaks");
        let lines = world.telegram.transcript(world.group).unwrap();
        assert_eq!(lines.iter().filter(|line| line.text == "a").count(), made);
    }
    world.telegram.pause().await;
    assert!(simulators::http().post(&url).json(&params).send().await.is_err_and(|error| error.is_connect()));
    world.telegram.resume().await.unwrap();
    assert_eq!(world.call("sendMessage", params).await.0, 200);
}

#[tokio::test]
async fn floods_are_refused_when_asked_for() {
    let world = world().await;
    world.telegram.floods(true);
    let params = json!({ "chat_id": world.group, "text": "a" });
    let mut last = 200;
    for _ in 0..25 {
        last = world.call("sendMessage", params.clone()).await.0;
        world.telegram.advance(1);
    }
    assert_eq!(last, 429, "more than twenty in a minute");
}

/// Every field an update has is one the Bot API has, where its description is at hand.
#[tokio::test]
async fn updates_are_as_described() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/contracts/telegram/api.json");
    let Ok(text) = std::fs::read_to_string(file) else { return };
    let api: Value = serde_json::from_str(&text).unwrap();
    let world = world().await;
    world.telegram.promote(world.group, world.bot).unwrap();
    world.telegram.say_html(world.group, world.anne, "<b>a</b> @anne https://exemple.fr").unwrap();
    for kind in
        [MediaKind::Photo, MediaKind::Video, MediaKind::Voice, MediaKind::Sticker, MediaKind::Animation]
    {
        world.telegram.send(world.group, world.anne, Given::made(kind), "légende").unwrap();
    }
    world.telegram.act(world.group, 0, Act::Rename { title: "Autre".into() }).unwrap();
    let updates =
        world.updates(json!({ "allowed_updates": ["message", "my_chat_member", "chat_member"] })).await;
    assert!(updates.len() > 6);
    for update in &updates {
        described(&api, "Update", update);
    }
}

fn described(api: &Value, kind: &str, value: &Value) {
    let fields = &api["types"][kind]["fields"];
    let (Some(fields), Some(object)) = (fields.as_array(), value.as_object()) else { return };
    for (key, inner) in object {
        let field = fields.iter().find(|field| field["name"] == key.as_str());
        let field = field.unwrap_or_else(|| panic!("{kind} has no {key}"));
        let of = field["types"][0].as_str().unwrap_or_default();
        let (of, list) = of.strip_prefix("Array of ").map_or((of, false), |of| (of, true));
        let items = if list { inner.as_array().cloned().unwrap_or_default() } else { vec![inner.clone()] };
        for item in items {
            described(api, of, &item);
        }
    }
    for field in fields.iter().filter(|field| field["required"] == true) {
        let name = field["name"].as_str().unwrap_or_default();
        assert!(object.contains_key(name), "{kind} lacks {name}: {value}");
    }
}
