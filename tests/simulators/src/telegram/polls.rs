//! Polls.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{params::Params, refusal::Refusal, text::units};

/// A poll and its votes.
#[derive(Clone, Debug, Default)]
pub struct Poll {
    /// Its id.
    pub id: String,
    /// What is asked.
    pub question: String,
    /// The answers to choose from.
    pub options: Vec<String>,
    /// Whether nobody sees who chose what.
    pub anonymous: bool,
    /// Whether one may choose several.
    pub multiple: bool,
    /// Whether there is a right answer.
    pub correct: Option<Vec<i64>>,
    /// Whether it is over.
    pub closed: bool,
    /// Who chose what.
    pub votes: BTreeMap<i64, Vec<usize>>,
}

impl Poll {
    /// As a `Poll`.
    #[must_use]
    pub fn view(&self) -> Value {
        let options: Vec<Value> = self
            .options
            .iter()
            .enumerate()
            .map(|(n, text)| {
                let voters = self.votes.values().filter(|chosen| chosen.contains(&n)).count();
                json!({"persistent_id": (n + 1).to_string(), "text": text, "voter_count": voters})
            })
            .collect();
        let mut view = json!({
            "id": self.id, "question": self.question, "options": options, "total_voter_count": self.votes.len(),
            "is_closed": self.closed, "is_anonymous": self.anonymous,
            "type": if self.correct.is_some() { "quiz" } else { "regular" },
            "allows_multiple_answers": self.multiple, "allows_revoting": self.correct.is_none(), "members_only": false,
        });
        if let Some(correct) = self.correct.as_ref().filter(|_| self.closed) {
            view["correct_option_ids"] = json!(correct);
        }
        view
    }

    /// The poll that `sendPoll` asks for.
    pub fn asked(params: &Params, id: String) -> Result<Self, Refusal> {
        let question = params.text("question").unwrap_or_default().trim().to_owned();
        if question.is_empty() {
            return Err(Refusal::bad("poll question must be non-empty"));
        }
        if units(&question) > 300 {
            return Err(Refusal::bad("poll question length must not exceed 300"));
        }
        let unread = || Refusal::bad("can't parse options JSON object");
        let given = params.list("options", "options", "String as options")?.ok_or_else(unread)?;
        if given.iter().any(|option| !option.is_string() && !option["text"].is_string()) {
            return Err(Refusal::bad("expected an option to be of type String"));
        }
        let texts =
            given.iter().map(|o| o.as_str().or_else(|| o["text"].as_str()).unwrap_or("").trim().to_owned());
        let options: Vec<String> = texts.collect();
        if options.is_empty() {
            return Err(Refusal::bad("poll must have at least 1 option"));
        }
        if options.len() > 12 {
            return Err(Refusal::bad("poll can't have more than 12 options"));
        }
        if options.iter().any(String::is_empty) {
            return Err(Refusal::bad("poll options must be non-empty"));
        }
        if options.iter().any(|option| units(option) > 100) {
            return Err(Refusal::bad("poll options length must not exceed 100"));
        }
        let kind = params.text("type").unwrap_or_default();
        if !["", "regular", "quiz"].contains(&kind.as_str()) {
            return Err(Refusal::bad("unsupported poll type specified"));
        }
        let quiz = kind == "quiz";
        let correct = match params.json("correct_option_ids", "correct option ids")? {
            Some(ids) => ids.as_array().map(|ids| ids.iter().filter_map(Value::as_i64).collect()),
            None => params.int("correct_option_id").map(|id| vec![id]),
        };
        Ok(Self {
            id,
            question,
            options,
            anonymous: params.flag("is_anonymous").unwrap_or(true),
            multiple: params.flag("allows_multiple_answers").unwrap_or(false),
            correct: if quiz { Some(correct.unwrap_or_default()) } else { None },
            closed: params.flag("is_closed").unwrap_or(false),
            votes: BTreeMap::new(),
        })
    }
}
