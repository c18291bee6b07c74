//! What is neither words nor a file: places, contacts, throws, polls and what becomes of those.

use contract::{Answer, Author, Card, ChatId, Event, Kind, Location, MessageId, Poll, Timestamp};
use serde_json::Value;

use super::{Listener, full_name};

/// What a message holds. A venue is a location as well: it comes first.
pub(super) fn card(message: &Value) -> Option<Card> {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let get = |key: &str| message.get(key);
    if let Some(venue) = get("venue") {
        let place = location(&venue["location"])?;
        let (name, address) = (text(&venue["title"]), text(&venue["address"]));
        return Some(Card::Location(Location { name, address, ..place }));
    }
    if let Some(place) = get("location") {
        return location(place).map(Card::Location);
    }
    if let Some(contact) = get("contact") {
        return Some(Card::Contact { name: full_name(contact) });
    }
    if let Some(dice) = get("dice") {
        let value = dice["value"].as_i64().unwrap_or_default();
        return Some(Card::Dice { emoji: text(&dice["emoji"])?, value });
    }
    get("poll").and_then(poll).map(Card::Poll)
}

fn location(location: &Value) -> Option<Location> {
    Some(Location {
        latitude: location["latitude"].as_f64()?,
        longitude: location["longitude"].as_f64()?,
        name: None,
        address: None,
        live: location.get("live_period").is_some(),
        ended: false,
    })
}

/// A place as a message says it after a change. Only those that move change; at their end they have no `live_period`.
pub(super) fn moved(card: Card) -> Card {
    match card {
        Card::Location(place) => Card::Location(Location { ended: !place.live, live: true, ..place }),
        other => other,
    }
}

fn poll(poll: &Value) -> Option<Poll> {
    let options = poll["options"].as_array().into_iter().flatten().take(100).enumerate();
    let answer = |(n, option): (usize, &Value)| Answer {
        id: n.to_string(),
        text: option["text"].as_str().unwrap_or("?").to_owned(),
    };
    let answers: Vec<Answer> = options.map(answer).collect();
    let several = poll["allows_multiple_answers"] == true;
    let most = if several { u32::try_from(answers.len()).unwrap_or(1) } else { 1 };
    Some(Poll { question: poll["question"].as_str()?.to_owned(), answers, most })
}

/// The second id of a message that holds a poll: votes name the poll and not the message.
pub(crate) fn poll_id(poll: &Value) -> Option<MessageId> {
    Some(format!("poll:{}", poll["id"].as_str()?).into())
}

/// The poll that an update is about, which does not say in which chat it is.
pub(crate) fn poll_of(update: &Value) -> Option<MessageId> {
    match update.get("poll_answer") {
        Some(answer) => Some(format!("poll:{}", answer["poll_id"].as_str()?).into()),
        None => poll_id(update.get("poll")?),
    }
}

impl Listener {
    /// What became of a poll in a chat: somebody's vote, where the bot asked; else only its end, with the sums.
    pub(crate) fn poll_changed(&self, update: &Value, poll: MessageId, chat: ChatId) -> Option<Event> {
        let id = format!("{}.{}", self.bot, update["update_id"].as_i64()?);
        let (author, kind) = match update.get("poll_answer") {
            Some(answer) => {
                let author = match answer.get("voter_chat") {
                    Some(chat) => self.chat_author(chat, None),
                    None => self.user_author(&answer["user"]),
                };
                let chosen = answer["option_ids"].as_array().into_iter().flatten();
                let answers = chosen.filter_map(|id| Some(id.as_u64()?.to_string())).collect();
                (author?, Kind::Vote { target: poll, answers })
            }
            None if update["poll"]["is_closed"] == true => {
                let options = update["poll"]["options"].as_array().into_iter().flatten();
                let votes = options.map(|option| u32::try_from(option["voter_count"].as_u64()?).ok());
                let unseen = votes.map(Option::unwrap_or_default).collect();
                (Author::bridge(), Kind::PollClosed { target: poll, unseen })
            }
            None => return None,
        };
        Some(Event { id: id.into(), chat, author, at: Timestamp::now(), kind })
    }
}
