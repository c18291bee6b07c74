//! Undoing a link, and taking that back.

use contract::{Author, Event, Kind, Phrase, Result, Text, Timestamp};

use super::{
    Answer, Asked, Commands,
    linking::{Telling, Wish},
    names::Command,
};
use crate::store::{Place, inbox::Planned};

/// What lets those who stand for the other side's people leave, when a link is undone.
const LEAVE: [&str; 4] = ["leave", "depart", "départ", "partir"];

impl Commands {
    /// Undoes a link: of this chat, or of the chat that is named.
    pub(super) async fn unlink(&self, asked: &Asked<'_>) -> Result<Answer> {
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let leave = asked.words.last().is_some_and(|word| LEAVE.contains(&word.to_lowercase().as_str()));
        let named = &asked.words[..asked.words.len() - usize::from(leave)];
        let meant = self.links_meant(asked, named).await?;
        let [chat] = meant.as_slice() else {
            return Ok(match meant.as_slice() {
                [] => Self::none_meant(asked, named),
                _ => asked.phrase("unlink-which").into(),
            });
        };
        let title = self.title(chat).await;
        let about = |key: &str| asked.phrase(key).with("chat", &title).with("network", &chat.network);
        if let Some(question) = self.unless_sure(asked, Command::Unlink, about("unlink-sure")).await? {
            return Ok(question);
        }
        let Some(room) = self.room_at(asked.place).await? else { return Ok(about("not-linked").into()) };
        let now = Timestamp::now();
        if !self.store.unlink(&room, chat, now).await? {
            return Ok(about("not-linked").into());
        }
        self.show_link(&room, chat, false).await;
        let other = if asked.in_room() { chat } else { &room };
        let told = about("unlinked-by").with("who", self.name_of(asked.place, asked.author).await);
        self.store.note_act(&room, &told, now).await?;
        let mut then = vec![Self::tell(asked.place, other, "unlinked", told.into())];
        let mut text = vec![about("unlinked")];
        if leave {
            then.extend(self.withdrawals(asked, &room, chat, now).await?);
            text.push(Phrase::new("unlinked-leaving"));
        }
        Ok(Answer { text: Text::from(text), then, ..Answer::default() })
    }

    /// Those who stand for others leave: all of them the chat, and the room and what else is linked to it those of the
    /// chat's network, unless another chat of theirs is still linked. In each lane behind what waits there: they would
    /// come back to say it.
    async fn withdrawals(
        &self,
        asked: &Asked<'_>,
        room: &Place,
        chat: &Place,
        now: Timestamp,
    ) -> Result<Vec<Planned>> {
        let mut rest = self.store.linked_to(room).await?;
        let mut leaving = vec![(chat.clone(), None)];
        if rest.iter().all(|place| place.network != chat.network) {
            rest.push(room.clone());
            leaving.extend(rest.into_iter().map(|place| (place, Some(chat.network.clone()))));
        }
        let planned = leaving.into_iter().enumerate().map(|(n, (place, network))| {
            let event = Event {
                id: format!("withdraw.{}.{n}", now.0).into(),
                chat: asked.place.chat.clone(),
                author: Author::bridge(),
                at: now,
                kind: Kind::Withdraw { network },
            };
            Planned { part_of: None, event, to: vec![place] }
        });
        Ok(planned.collect())
    }

    /// Takes the last unlinking back.
    pub(super) async fn undo(&self, asked: &Asked<'_>) -> Result<Answer> {
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let request = asked.request();
        match self.store.unlinked(asked.place, &request, Timestamp::now()).await? {
            Some((room, chat, settings)) => {
                let wish = Wish { room, chat, code: None, settings };
                self.link_places(asked, wish, Telling::Again).await
            }
            None => Ok(asked.phrase("nothing-to-undo").into()),
        }
    }
}
