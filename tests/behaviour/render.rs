//! What messages become on other networks: a corpus of each dialect, written in every other by `passerelle render`.
//!
//! A corpus is a JSON file of cases: a message, and what is sent for it. To see what a change does to them all, run with
//! `BLESS=1`, which writes down what comes out, and read the difference.

use std::{collections::BTreeMap, fs, io::Write, path::PathBuf, process::Stdio};

use contract::Timestamp;
use passerelle::{
    render::{Asked, Render, RenderError},
    words::Language,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

const KINDS: [&str; 4] = ["matrix", "telegram", "rocketchat", "mattermost"];

#[derive(Deserialize, Serialize)]
struct Corpus {
    /// What every message of it says besides.
    envelope: Map<String, Value>,
    cases: Vec<Case>,
}

#[derive(Deserialize, Serialize)]
struct Case {
    what: String,
    /// A message's own fields, over the envelope.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    says: Map<String, Value>,
    /// An update that is no message.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    update: Value,
    /// What is sent for it on each other network, and what its author is told.
    #[serde(default)]
    becomes: BTreeMap<String, Vec<Value>>,
}

async fn render(between: &Render, native: &Value) -> Vec<Value> {
    let rendered = between.run(native.to_string().as_bytes()).await.unwrap();
    let requests = rendered.requests.into_iter().map(|request| {
        let mut request = serde_json::to_value(request).unwrap();
        // What has no time of its own is of now.
        let at = request["query"]["ts"].as_str().and_then(|at| at.parse::<i64>().ok());
        if at.is_some_and(|at| Timestamp::now().0 - at < 60_000) {
            request["query"]["ts"] = "now".into();
        }
        request
    });
    requests.chain(rendered.told.into_iter().map(Value::from)).collect()
}

async fn between(from: &str, to: &str) -> Result<Render, RenderError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (from, to) = (from.to_owned(), to.to_owned());
    Render::new(Asked { from, to, server_name: "example.org".to_owned(), language: Language::Fr }).await
}

async fn is_written_as_the_corpus_says(from: &str) {
    let mut others = Vec::new();
    for to in KINDS.into_iter().filter(|to| *to != from) {
        others.push((to, between(from, to).await.unwrap()));
    }
    let bless = std::env::var_os("BLESS").is_some();
    for part in ["text", "messages"] {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join(format!("tests/behaviour/corpus/{from}-{part}.json"));
        let mut corpus: Corpus = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        for case in &mut corpus.cases {
            let mut message = corpus.envelope.clone();
            message.extend(case.says.clone());
            let native = if case.update.is_null() { message.into() } else { case.update.clone() };
            for (to, between) in &others {
                let sent = render(between, &native).await;
                if bless {
                    case.becomes.insert((*to).to_owned(), sent);
                } else {
                    assert_eq!(Some(&sent), case.becomes.get(*to), "{from} to {to}: {}", case.what);
                }
            }
        }
        if bless {
            fs::write(&file, serde_json::to_string_pretty(&corpus).unwrap() + "\n").unwrap();
        }
    }
}

#[tokio::test]
async fn telegram_is_written_as_the_corpus_says() {
    is_written_as_the_corpus_says("telegram").await;
}

#[tokio::test]
async fn rocketchat_is_written_as_the_corpus_says() {
    is_written_as_the_corpus_says("rocketchat").await;
}

#[tokio::test]
async fn mattermost_is_written_as_the_corpus_says() {
    is_written_as_the_corpus_says("mattermost").await;
}

#[tokio::test]
async fn matrix_is_written_as_the_corpus_says() {
    is_written_as_the_corpus_says("matrix").await;
}

#[tokio::test]
async fn what_is_no_message_is_said_to_be_none() {
    for from in KINDS {
        let to = if from == "matrix" { "telegram" } else { "matrix" };
        let render = between(from, to).await.unwrap();
        for nonsense in ["", "nul", "[]", "3", "{}", r#"{"a":1}"#] {
            let refused = render.run(nonsense.as_bytes()).await;
            assert!(matches!(refused, Err(RenderError::Input(_))), "{from}: {nonsense}: {refused:?}");
        }
    }
    let endless = between("telegram", "matrix").await.unwrap().run(std::io::repeat(b' ')).await;
    assert!(matches!(endless, Err(RenderError::Input(_))));
    assert!(matches!(between("telegram", "telegram").await, Err(RenderError::Input(_))));
}

/// By the program itself: standard input, standard output, exit code.
#[test]
fn the_program_prints_what_would_be_sent() {
    let run = |input: &str| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_passerelle"))
            .args(["render", "--from", "telegram", "--to", "rocketchat", "--language", "en"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        program.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        program.wait_with_output().unwrap()
    };
    let message = json!({
        "message_id": 7, "date": 1, "chat": { "id": -1, "type": "group" }, "text": "oui",
        "from": { "id": 42, "is_bot": false, "first_name": "Anne" },
    });
    let done = run(&message.to_string());
    assert!(done.status.success());
    let sent: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(sent[0]["path"], "/api/v1/chat.sendMessage");
    assert_eq!(
        (&sent[0]["body"]["message"]["msg"], &sent[0]["body"]["message"]["alias"]),
        (&json!("oui"), &json!("Anne"))
    );
    let refused = run("bonjour");
    assert_eq!(refused.status.code(), Some(2));
    assert!(refused.stdout.is_empty());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("standard input"), "it says what to do");
}
