//! Words that are meant to break something, from every dialect into every other: what is sent for them is what its server
//! takes, is no endless row of messages, calls no crowd, and still says what can be read of it.

use passerelle::{
    render::{Asked, Render},
    words::Language,
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

const KINDS: [&str; 4] = ["matrix", "telegram", "rocketchat", "mattermost"];
/// Stands in every message, and must be found in what is sent.
const MARK: &str = "LISEZMOI";
/// No message becomes more than this many.
const MOST: usize = 600;

/// A message of a network that says these words; `html` is what Matrix shows, `entities` is what Telegram lays over them.
fn native(kind: &str, words: &str, html: Option<&str>, entities: &Value) -> Value {
    let now = 1_764_151_200_000_u64;
    match kind {
        "matrix" => {
            let mut content = json!({ "msgtype": "m.text", "body": words });
            if let Some(html) = html {
                content["format"] = json!("org.matrix.custom.html");
                content["formatted_body"] = json!(html);
            }
            json!({
                "type": "m.room.message", "event_id": "$e:exemple.fr", "room_id": "!r:exemple.fr",
                "sender": "@anne:exemple.fr", "origin_server_ts": now, "content": content,
            })
        }
        "telegram" => json!({
            "message_id": 7, "date": now / 1000, "chat": { "id": -1, "type": "group", "title": "G" },
            "from": { "id": 42, "is_bot": false, "first_name": "Anne" }, "text": words, "entities": entities,
        }),
        "rocketchat" => json!({
            "_id": "m", "rid": "r", "msg": words, "ts": { "$date": now }, "u": { "_id": "u", "username": "anne" },
        }),
        _ => json!({ "id": "p", "channel_id": "c", "user_id": "u", "message": words, "create_at": now }),
    }
}

async fn render(from: &str, to: &str) -> Render {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (from, to) = (from.to_owned(), to.to_owned());
    Render::new(Asked { from, to, server_name: "example.org".to_owned(), language: Language::Fr })
        .await
        .unwrap()
}

/// Looks whether a server of that kind would take what is sent, and whom it would call. Returns its words.
fn judged(to: &str, body: &Value) -> String {
    match to {
        "telegram" => {
            let text = body["text"].as_str().unwrap_or_default();
            let units: Vec<u16> = text.encode_utf16().collect();
            assert!(!text.trim().is_empty() && units.len() <= 4096, "{} units", units.len());
            let entities = body["entities"].as_array().cloned().unwrap_or_default();
            assert!(entities.len() <= 100, "{} entities", entities.len());
            for entity in entities {
                let [from, length] = ["offset", "length"].map(|key| entity[key].as_u64().unwrap());
                let end = usize::try_from(from + length).unwrap();
                assert!(length > 0 && end <= units.len(), "{entity} of {}", units.len());
                let cuts = |at: usize| units.get(at).is_some_and(|unit| (0xdc00..0xe000).contains(unit));
                assert!(!cuts(usize::try_from(from).unwrap()) && !cuts(end), "{entity} cuts a character");
            }
            text.to_owned()
        }
        "matrix" => {
            assert!(body.to_string().len() < 60_000, "{} bytes", body.to_string().len());
            assert_eq!(body["m.mentions"], json!({}), "nobody is called");
            body["body"].as_str().unwrap().to_owned()
        }
        _ => {
            let words = body["message"].as_str().or_else(|| body["message"]["msg"].as_str()).unwrap();
            let (length, most) = match to {
                "mattermost" => (words.chars().count(), 16_383),
                _ => (words.encode_utf16().count(), 5_000),
            };
            assert!(!words.trim().is_empty() && length <= most, "{length} of {most}");
            let low = words.to_lowercase();
            for crowd in ["@all", "@here", "@channel", "@everyone", "@room"] {
                let mut calls = low.match_indices(crowd).map(|(at, call)| &low[at + call.len()..]);
                let called = calls.any(|rest| !rest.starts_with(char::is_alphanumeric));
                assert!(!called, "{crowd} is called in {words:.300}");
            }
            words.to_owned()
        }
    }
}

/// Whether a request says words.
fn says(to: &str, request: &Value) -> bool {
    let path = request["path"].as_str().unwrap();
    match to {
        "telegram" => path.ends_with("/SendMessage"),
        "matrix" => path.contains("/send/m.room.message/"),
        "rocketchat" => path.ends_with("/chat.sendMessage"),
        _ => path.ends_with("/posts"),
    }
}

/// Crosses from a network to all others.
async fn crosses(from: &str, others: &[(&str, Render)], native: &Value) -> Result<(), TestCaseError> {
    for (to, between) in others {
        let rendered = between.run(native.to_string().as_bytes()).await.unwrap();
        let requests = rendered.requests.iter().map(|request| serde_json::to_value(request).unwrap());
        let bodies: Vec<Value> =
            requests.filter(|request| says(to, request)).map(|mut r| r["body"].take()).collect();
        prop_assert!(bodies.len() <= MOST, "{from} to {to}: {} messages", bodies.len());
        let words: String = bodies.iter().map(|body| judged(to, body)).collect();
        prop_assert!(words.contains(MARK), "{from} to {to}: {:.300}", words);
    }
    Ok(())
}

async fn others(from: &str) -> Vec<(&'static str, Render)> {
    let mut others = Vec::new();
    for to in KINDS.into_iter().filter(|to| *to != from) {
        others.push((to, render(from, to).await));
    }
    others
}

/// Signs of all dialects, tricks of letters, calls and words, in no order.
fn soup() -> impl Strategy<Value = String> {
    let sign = prop::sample::select(vec![
        "*",
        "**",
        "_",
        "~~",
        "~",
        "`",
        "```\n",
        "\n```",
        "||",
        "> ",
        "\n> ",
        "\n- ",
        "\n1. ",
        "# ",
        "\n| a | b |\n|---|---|\n",
        "[x](",
        "](https://a.fr/@all)",
        "<b>",
        "</b>",
        "<",
        "&amp;",
        "\\",
        "$$",
        ":tada:",
        "@all",
        "@ALL ",
        "@here",
        "@Channel",
        "`@everyone`",
        "@room",
        "@\u{200b}all",
        "＠all",
        "@\u{2060}here",
        "\u{202e}",
        "\u{200b}",
        "\u{feff}",
        "\u{2067}",
        "e\u{301}\u{301}",
        "👩‍🚀",
        "🇫🇷",
        "مرحبا",
        "\u{fffd}",
        "\0",
        "\u{7}",
        "\t",
        "\n\n\n",
        "https://a.fr/b_c_d?e=1&f=(2)",
    ]);
    let part = prop_oneof![3 => sign.prop_map(str::to_owned), 2 => "[a-zé ]{1,6}"];
    prop::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

fn tags() -> impl Strategy<Value = String> {
    let tag = prop_oneof![
        3 => "</?(b|i|u|del|p|ul|ol|li|table|tr|td|th|thead|pre|code|blockquote|h1|h6|br|hr|span|div|a|font|img|details)>",
        1 => prop::sample::select(vec![
            "<a href=\"https://a.fr\">", "<a href=\"javascript:x\">", "<span data-mx-spoiler>", "<ol start=\"99999999999\">",
            "<pre><code class=\"language-@all\">", "<img alt=\"@room\" src=\"mxc://a/b\" data-mx-emoticon>", "<mx-reply>",
            "<a href=\"https://matrix.to/#/@passerelle_telegram_7:example.org\">",
        ]).prop_map(str::to_owned),
        2 => soup(),
    ];
    prop::collection::vec(tag, 0..40).prop_map(|parts| parts.concat())
}

fn entities() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec![
        "bold",
        "italic",
        "spoiler",
        "code",
        "pre",
        "blockquote",
        "text_link",
        "mention",
        "custom_emoji",
        "from_the_future",
    ]);
    let entity = (kind, prop_oneof![1 => -20i64..0, 9 => 9i64..300], -5i64..300).prop_map(
        |(kind, at, length)| json!({ "type": kind, "offset": at, "length": length, "url": "https://a.fr/@all" }),
    );
    prop::collection::vec(entity, 0..150).prop_map(Value::from)
}

#[test]
fn nothing_at_random_is_more_than_a_server_takes() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for from in KINDS {
        let others = runtime.block_on(others(from));
        let mut runner =
            TestRunner::new(Config { cases: 16, failure_persistence: None, ..Config::default() });
        runner
            .run(&(soup(), tags(), entities()), |(words, html, entities)| {
                let (words, html) = (format!("{MARK} {words}"), format!("{MARK} {html}"));
                let native = native(from, &words, Some(&html), &entities);
                runtime.block_on(crosses(from, &others, &native))
            })
            .unwrap();
    }
}

#[test]
fn what_is_made_to_be_too_much_comes_out_bounded_and_readable() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let table = format!("| a | b |\n|---|---|\n{}", "| @all | c |\n".repeat(1000));
    let rows = "<tr><td>a</td><td>@room</td></tr>".repeat(600);
    let overlapping: Value =
        (0..900).map(|n| json!({ "type": "bold", "offset": n + 9, "length": 500 })).collect();
    // `LONG=1` makes it a megabyte.
    let long = if std::env::var_os("LONG").is_some() { 900_000 } else { 100_000 };
    let hostile = [
        "a".repeat(long),
        "é ".repeat(20_000),
        "🎉".repeat(10_000),
        "\n".repeat(20_000),
        "> ".repeat(5000),
        "- ".repeat(5000),
        "**_".repeat(5000),
        "[".repeat(5000),
        "`".repeat(10_000),
        "||".repeat(5000),
        "```\n".repeat(2000),
        "@all @HERE `@channel` ".repeat(500),
        "\u{200b}".repeat(20_000),
        "\u{202e}".repeat(20_000),
        format!("e{}", "\u{301}".repeat(20_000)),
        table,
    ];
    let pages = [
        "<blockquote>".repeat(800),
        "<ul><li>".repeat(800),
        "<b><i>".repeat(2000),
        "<div>".repeat(20_000),
        format!("<table>{rows}</table>"),
        "<td><p><tr></b>".repeat(2000),
        "<a href=\"https://a.fr\">".repeat(2000),
    ];
    for from in KINDS {
        let others = runtime.block_on(others(from));
        for words in &hostile {
            let native = native(from, &format!("{MARK} {words}"), None, &overlapping);
            runtime.block_on(crosses(from, &others, &native)).unwrap();
        }
        for page in pages.iter().filter(|_| from == "matrix") {
            let native = native(from, MARK, Some(&format!("{MARK} {page}")), &json!([]));
            runtime.block_on(crosses(from, &others, &native)).unwrap();
        }
    }
}

#[test]
fn half_a_character_costs_only_itself() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for from in KINDS {
        let others = runtime.block_on(others(from));
        let whole = native(from, &format!("{MARK} MOITIÉ"), None, &json!([])).to_string();
        let broken = whole.replace("MOITIÉ", "\\ud83d x \\udc00");
        for (to, between) in &others {
            let rendered = runtime.block_on(between.run(broken.as_bytes())).unwrap();
            let sent = serde_json::to_string(&rendered.requests).unwrap();
            assert!(sent.contains(MARK) && sent.contains('\u{fffd}'), "{from} to {to}: {sent}");
        }
    }
}
