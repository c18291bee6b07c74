//! Asking in a conversation with the bot alone: without a prompt, and about a room of one's choice.

use contract::{Block, ChatInfo, NetworkName, Phrase, Result, Span, Text, Timestamp};
use futures_util::{StreamExt, stream};

use super::{
    Answer, Asked, Commands,
    names::{self, Command},
    workspace::find,
};
use crate::store::{Place, questions::Question};

/// Rooms that are looked at for somebody's right in them.
const MOST_ROOMS: u32 = 500;
/// Looked at at a time.
const AT_A_TIME: usize = 8;
/// Rooms one can choose from by a number; the others are named.
const MOST_CHOICES: usize = 20;

impl Commands {
    /// Obeys somebody in a conversation: about the room they name, the only one they decide in, or the one they then choose.
    pub(super) async fn obey_in_talk(&self, command: Command, asked: &Asked<'_>) -> Result<Answer> {
        if !command.is_about_a_room() {
            return self.obey(command, asked).await;
        }
        let rooms = self.rooms_of(asked).await?;
        if let [only] = rooms.as_slice() {
            // Named all the same, it is no part of what is asked.
            let words = named(&rooms, &asked.words).map_or(asked.words.as_slice(), |(_, words)| words);
            return self.obey_about(command, asked, only, words).await;
        }
        if let Some((room, words)) = named(&rooms, &asked.words) {
            return self.obey_about(command, asked, room, words).await;
        }
        if rooms.is_empty() {
            return Ok(asked.phrase("talk-no-room").with("bot", asked.network.calling().bot).into());
        }
        let name = command.name();
        let words = asked.with_name(name).into_iter().map(str::to_owned).collect();
        let shown = &rooms[..rooms.len().min(MOST_CHOICES)];
        let items = shown
            .iter()
            .map(|room| vec![Block::Paragraph(vec![Span::Plain(contract::one_line(room.shown()))])]);
        let question = Block::Paragraph(vec![Span::Phrase(asked.phrase("talk-which"))]);
        let choice = Text(vec![question, Block::List { start: Some(1), items: items.collect() }]);
        let rooms = shown.iter().map(|room| (room.id.clone(), room.shown().to_owned())).collect();
        let which = Question::Room { words, rooms };
        self.store.ask(asked.heard_in, &asked.author.person, &which, Timestamp::now()).await?;
        Ok(choice.into())
    }

    /// What somebody chose a room for, by its number; `None` when they were not asked to.
    pub(super) async fn obey_chosen(&self, asked: &Asked<'_>, number: &str) -> Result<Option<Answer>> {
        let (place, who) = (asked.heard_in, &asked.author.person);
        let Ok(number) = number.trim_end_matches(['.', ')']).parse::<usize>() else { return Ok(None) };
        let question = self.store.question(place, who, asked.message, Timestamp::now()).await?;
        let Some(Question::Room { words, rooms }) = question else { return Ok(None) };
        let Some((room, name)) = number.checked_sub(1).and_then(|at| rooms.get(at)) else { return Ok(None) };
        self.store.note_answer(place, who, asked.message).await?;
        let mut words = words.iter().map(String::as_str);
        let command =
            names::find(words.next().unwrap_or_default()).map_err(|_| contract::Fault::Unsupported)?;
        let room = ChatInfo::new(room.clone(), Some(name.clone()));
        self.obey_about(command, asked, &room, &words.collect::<Vec<_>>()).await.map(Some)
    }

    /// Obeys as though it had been asked in the room; says first which room it is.
    async fn obey_about(
        &self,
        command: Command,
        asked: &Asked<'_>,
        room: &ChatInfo,
        words: &[&str],
    ) -> Result<Answer> {
        let place = Place::room(room.id.clone());
        let about = Asked { place: &place, words: words.to_vec(), ..asked.clone() };
        let answer = self.obey(command, &about).await?;
        if answer.text.is_empty() {
            return Ok(answer);
        }
        let title = Phrase::new("talk-about").with("room", contract::one_line(room.shown()));
        Ok(Answer { text: Text([Text::from(title).0, answer.text.0].concat()), ..answer })
    }

    /// The rooms that somebody is in with the bot and decides in, by name.
    async fn rooms_of(&self, asked: &Asked<'_>) -> Result<Vec<ChatInfo>> {
        let known = self.store.bot_chats(&NetworkName::matrix(), MOST_ROOMS).await?;
        let (network, user) = (asked.network, &asked.author.person.user);
        let looked = stream::iter(known).map(async |room| {
            let decides = room != asked.place.chat && network.may_manage(&room, user).await.unwrap_or(false);
            if decides { network.chat(&room).await.ok() } else { None }
        });
        let looked: Vec<Option<ChatInfo>> = looked.buffered(AT_A_TIME).collect().await;
        let mut rooms: Vec<ChatInfo> = looked.into_iter().flatten().collect();
        rooms.retain(|room| room.access != contract::Access::Direct);
        rooms.sort_by(|a, b| a.shown().cmp(b.shown()));
        Ok(rooms)
    }

    /// Greets somebody who wants to talk with the bot alone, and says so if it cannot read them.
    pub(super) async fn greet(&self, place: &Place) -> Result<Answer> {
        let network = self.networks.get(&place.network).ok_or(contract::Fault::Unsupported)?;
        let key = if network.chat(&place.chat).await?.encrypted { "talk-encrypted" } else { "hello-talk" };
        Ok(Phrase::new(key).with("networks", self.network_names()).into())
    }

    /// What somebody is answered in a conversation who asked for nothing that we know: the command that they may mean.
    pub(super) fn not_understood(&self, asked: &Asked<'_>, name: &str, near: Option<&str>) -> Answer {
        let within = asked.words.iter().find_map(|word| names::find(word).ok().map(|_| *word));
        match near.or(within) {
            Some(near) => asked.phrase("command-near").with("command", name).with("near", near).into(),
            None => self.about_networks(asked, "hello-talk"),
        }
    }
}

/// The room that the last words name, and the words before them.
fn named<'r, 'w>(rooms: &'r [ChatInfo], words: &'w [&'w str]) -> Option<(&'r ChatInfo, &'w [&'w str])> {
    let mut ends = (0..words.len()).map(|at| words.split_at(at));
    ends.find_map(|(before, name)| Some((find(rooms, &name.join(" "))?, before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_named_behind_what_is_asked() {
        let room = |id: &str, name: &str| ChatInfo::new(id, Some(name.to_owned()));
        let rooms = [room("!a:t", "Le salon"), room("!b:t", "Salon")];
        let named =
            |words: &[&str]| named(&rooms, words).map(|(room, words)| (room.id.to_string(), words.len()));
        assert_eq!(named(&["fr", "Le", "Salon"]), Some(("!a:t".to_owned(), 1)));
        assert_eq!(named(&["salon"]), Some(("!b:t".to_owned(), 0)));
        assert_eq!(named(&["!b:t"]), Some(("!b:t".to_owned(), 0)));
        assert_eq!(named(&["fr"]), None);
        assert_eq!(named(&[]), None);
    }
}
