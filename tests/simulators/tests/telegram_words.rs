//! What the Bot API server says of parameters that are missing or are not as they should be, word for word; and what is
//! accepted although it looks odd.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use serde_json::{Value, json};
use simulators::telegram::{Act, Telegram};

const TOKEN: &str = "78:a-token-of-the-tests-of-the-simulator-itself";

struct World {
    telegram: Telegram,
    group: i64,
    own: i64,
    other: i64,
}

async fn world() -> World {
    let telegram = Telegram::start("127.0.0.1:0").await.unwrap();
    let bot = telegram.bot(TOKEN, "strict_bot").unwrap();
    let anne = telegram.person("Anne").unwrap();
    let group = telegram.supergroup("Le groupe").unwrap();
    telegram.join(group, anne).unwrap();
    telegram.join(group, bot).unwrap();
    let other = telegram.say(group, anne, "salut").unwrap();
    let mut world = World { telegram, group, own: 0, other };
    let sent = world.call("sendMessage", json!({ "chat_id": group, "text": "bonjour" })).await;
    world.own = sent["result"]["message_id"].as_i64().unwrap();
    world
}

impl World {
    async fn call(&self, method: &str, params: Value) -> Value {
        let url = format!("{}/bot{TOKEN}/{method}", self.telegram.url());
        simulators::http().post(url).json(&params).send().await.unwrap().json().await.unwrap()
    }

    /// Asks with the group as chat, the rest as given.
    async fn here(&self, method: &str, mut params: Value) -> Value {
        params["chat_id"] = json!(self.group);
        self.call(method, params).await
    }

    async fn says(&self, cases: &[(&str, Value, &str)]) {
        for (method, params, words) in cases {
            let answer = self.here(method, params.clone()).await;
            assert_eq!(answer["description"], format!("Bad Request: {words}"), "{method} {params}");
        }
    }

    async fn takes(&self, method: &str, params: Value) -> Value {
        let mut answer = self.here(method, params.clone()).await;
        assert_eq!(answer["ok"], true, "{method} {params}: {answer}");
        answer["result"].take()
    }
}

#[tokio::test]
async fn what_is_to_be_sent_is_read_strictly() {
    let world = world().await;
    let text = |more: Value| {
        let mut params = json!({ "text": "x" });
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        params
    };
    let button = json!({ "inline_keyboard": [[{ "text": "a" }]] });
    world
        .says(&[
            ("sendMessage", json!({}), "message text is empty"),
            ("sendMessage", json!({ "text": "  " }), "text must be non-empty"),
            ("sendMessage", json!({ "text": "x".repeat(32769) }), "text is too long"),
            ("sendMessage", text(json!({ "reply_parameters": [1] })), "object expected as reply parameters"),
            ("sendMessage", text(json!({ "reply_parameters": {} })), "can't find field \"message_id\""),
            (
                "sendMessage",
                text(
                    json!({ "reply_parameters": { "message_id": 9, "allow_sending_without_reply": "yes" } }),
                ),
                "field \"allow_sending_without_reply\" must be of type Boolean",
            ),
            ("sendMessage", text(json!({ "reply_markup": null })), "object expected as reply markup"),
            (
                "sendMessage",
                text(json!({ "reply_markup": button })),
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            ),
            (
                "sendMessage",
                text(json!({ "entities": [{ "type": "odd", "offset": 0, "length": 1 }] })),
                "can't parse MessageEntity: Unsupported type specified",
            ),
            (
                "sendMessage",
                json!({ "text": "[a](http://x.org", "parse_mode": "MarkdownV2" }),
                "can't parse entities: Can't find end of a URL at byte offset 4",
            ),
            ("sendVideoNote", json!({}), "there is no video note in the request"),
            ("sendPhoto", json!({ "photo": "attach://none" }), "there is no photo in the request"),
            (
                "sendPhoto",
                json!({ "photo": "nonsense" }),
                "wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
            ),
            ("sendContact", json!({ "first_name": "A" }), "parameter \"phone_number\" is required"),
            ("sendPoll", json!({ "question": "?" }), "can't parse options JSON object"),
            ("sendPoll", json!({ "question": "?", "options": {} }), "expected an Array of String as options"),
            (
                "sendPoll",
                json!({ "question": "?", "options": ["a", "b"], "type": "odd" }),
                "unsupported poll type specified",
            ),
        ])
        .await;
    world.takes("sendMessage", text(json!({ "entities": "{", "message_thread_id": "x" }))).await;
    let null = world.takes("sendMessage", json!({ "text": null })).await;
    assert_eq!(null["text"], "null", "what is not to be given is left out");
}

#[tokio::test]
async fn albums_are_read_item_by_item() {
    let world = world().await;
    let album = |items: Value| json!({ "media": items });
    world
        .says(&[
            ("sendMediaGroup", json!({}), "parameter \"media\" is required"),
            ("sendMediaGroup", json!({ "media": "{" }), "can't parse media JSON object"),
            ("sendMediaGroup", album(json!({})), "expected an Array of InputMedia"),
            ("sendMediaGroup", album(json!([1])), "can't parse InputMedia: expected an Object"),
            ("sendMediaGroup", album(json!([{ "type": "photo" }])), "can't parse InputMedia: media not found"),
            (
                "sendMediaGroup",
                album(json!([{ "media": "x" }])),
                "can't parse InputMedia: Can't find field \"type\"",
            ),
            (
                "sendMediaGroup",
                album(json!([{ "type": "animation", "media": "x" }])),
                "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup",
            ),
            (
                "sendMediaGroup",
                album(json!([{ "type": "photo", "media": "x", "caption": "<b>", "parse_mode": "HTML" }])),
                "can't parse InputMedia: Can't parse entities: Can't find end tag corresponding to start tag \"b\"",
            ),
        ])
        .await;
}

#[tokio::test]
async fn what_is_named_is_looked_for() {
    let world = world().await;
    let reaction = |reaction: Value| json!({ "message_id": world.other, "reaction": reaction });
    world
        .says(&[
            ("editMessageText", json!({ "text": "x" }), "message to edit not found"),
            ("editMessageMedia", json!({ "message_id": world.own }), "parameter \"media\" is required"),
            (
                "editMessageMedia",
                json!({ "message_id": world.own, "media": [] }),
                "can't parse InputMedia: expected an Object",
            ),
            ("deleteMessage", json!({}), "message to delete not found"),
            ("deleteMessages", json!({}), "message identifiers are not specified"),
            ("deleteMessages", json!({ "message_ids": "x" }), "can't parse message_ids JSON object"),
            ("deleteMessages", json!({ "message_ids": {} }), "expected an Array of message identifiers"),
            ("deleteMessages", json!({ "message_ids": [0] }), "invalid message identifier specified"),
            ("setMessageReaction", json!({}), "message to react not found"),
            ("setMessageReaction", reaction(json!("x")), "can't parse reaction types JSON object"),
            ("setMessageReaction", reaction(json!({})), "expected an Array of ReactionType"),
            (
                "setMessageReaction",
                reaction(json!([{ "type": "odd" }])),
                "can't parse ReactionType: invalid reaction type specified",
            ),
            (
                "setMessageReaction",
                reaction(json!([{ "type": "emoji" }])),
                "can't parse ReactionType: Can't find field \"emoji\"",
            ),
            ("forwardMessage", json!({}), "parameter \"from_chat_id\" is required"),
            ("copyMessage", json!({ "from_chat_id": world.group }), "message to copy not found"),
            ("pinChatMessage", json!({}), "message to pin not found"),
            ("getChatMember", json!({ "user_id": "x" }), "invalid user_id specified"),
            ("setChatPhoto", json!({}), "there is no photo in the request"),
            ("setChatPhoto", json!({ "photo": "x" }), "photo must be uploaded as an InputFile"),
            ("setMyCommands", json!({ "commands": {} }), "expected an Array of BotCommand"),
            (
                "setMyCommands",
                json!({ "commands": [{ "command": "a" }] }),
                "can't parse BotCommand: Can't find field \"description\"",
            ),
        ])
        .await;
    for (method, params) in [("editMessageText", json!({ "text": "x" })), ("deleteMessage", json!({}))] {
        let nothing = world.call(method, params).await;
        assert_eq!(nothing["description"], "Bad Request: message identifier is not specified");
    }
    let lenient = json!({ "offset": "x", "allowed_updates": "x", "limit": "many" });
    assert_eq!(world.call("getUpdates", lenient).await["ok"], true);
}

#[tokio::test]
async fn what_a_small_group_was_can_be_looked_at() {
    let world = world().await;
    let small = world.telegram.group("Le petit groupe").unwrap();
    let bot = TOKEN.split(':').next().unwrap().parse().unwrap();
    world.telegram.join(small, bot).unwrap();
    let asked = json!({ "chat_id": small, "text": "x" });
    world.telegram.act(small, 0, Act::Kick { who: bot }).unwrap();
    assert_eq!(world.call("getChat", asked.clone()).await["result"]["type"], "group");
    assert_eq!(
        world.call("sendMessage", asked.clone()).await["description"],
        "Forbidden: bot was kicked from the group chat"
    );
    world.telegram.join(small, bot).unwrap();
    world.telegram.migrate(small).unwrap();
    assert_eq!(world.call("getChat", asked.clone()).await["result"]["type"], "group");
    let moved = world.call("sendMessage", asked).await;
    assert_eq!(moved["description"], "Bad Request: group chat was upgraded to a supergroup chat");
}

#[tokio::test]
async fn several_messages_are_forwarded_and_copied_at_once() {
    let world = world().await;
    let ids = json!([world.other, world.own, 9999]);
    for method in ["forwardMessages", "copyMessages"] {
        let sent = world.takes(method, json!({ "from_chat_id": world.group, "message_ids": ids })).await;
        assert_eq!(sent.as_array().unwrap().len(), 2, "{method}: what is not there is passed over");
    }
    let markup = json!({ "inline_keyboard": [[{ "text": "a", "callback_data": "b" }]] });
    let below = json!({ "message_id": world.own, "reply_markup": markup });
    let shown = world.takes("editMessageReplyMarkup", below.clone()).await;
    assert_eq!((&shown["text"], &shown["reply_markup"]), (&json!("bonjour"), &markup));
    let same = world.here("editMessageReplyMarkup", below).await;
    assert!(same["description"].as_str().unwrap().contains("message is not modified"));
    world.takes("setMyDescription", json!({ "description": "Une passerelle", "language_code": "fr" })).await;
    let words = world.takes("getMyDescription", json!({ "language_code": "fr" })).await;
    assert_eq!(words, json!({ "description": "Une passerelle" }));
    assert_eq!(world.takes("getMyDescription", json!({})).await, json!({ "description": "" }));
}
