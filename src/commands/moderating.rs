//! What admins do about messages and people, on every side from where they are.

use contract::{Event, Kind, Person, Phrase, Result, Timestamp};

use super::{Answer, Asked, Commands};
use crate::store::{Place, inbox::Planned};

impl Commands {
    /// Takes a message away on every side: the word of those whose network tells nobody of deletions.
    pub(super) async fn delete(&self, asked: &Asked<'_>) -> Result<Answer> {
        let Some(target) = asked.reply_to else { return Ok(Phrase::new("delete-how").into()) };
        let here = self.store.number(asked.place).await?;
        let Some(known) = self.store.message(here, target).await? else {
            return Ok(Phrase::new("delete-unknown").into());
        };
        let own = known.author == asked.author.person;
        if !own && !asked.may_manage().await? {
            return Ok(Phrase::new("delete-no-right").into());
        }
        if !own {
            self.note(asked, "act-deleted", &self.called(asked, &known.author).await?).await?;
        }
        let mut to = self.store.linked_to(asked.place).await?;
        to.push(asked.place.clone());
        let event = Event {
            id: format!("delete.{target}").into(),
            chat: asked.place.chat.clone(),
            author: asked.author.clone(),
            at: Timestamp::now(),
            kind: Kind::Delete { target: target.clone() },
        };
        Ok(Answer { then: vec![Planned { part_of: None, event, to }], ..Answer::default() })
    }

    /// Somebody's words are not said here any more, or they are again; from a room, nowhere.
    pub(super) async fn mute(&self, asked: &Asked<'_>, muted: bool) -> Result<Answer> {
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let Some(who) = self.person_meant(asked).await? else {
            return Ok(asked.phrase("mute-how").into());
        };
        if who == asked.author.person {
            return Ok(asked.phrase("mute-self").into());
        }
        self.store.mute(asked.place, &who, muted).await?;
        let name = self.called(asked, &who).await?;
        let key = if muted { "act-muted" } else { "act-unmuted" };
        self.note(asked, key, &name).await?;
        let scope = if asked.in_room() { "everywhere" } else { "here" };
        let key = if muted { "muted" } else { "unmuted" };
        Ok(asked.phrase(key).with("name", name).with("scope", scope).into())
    }

    /// An admin of a place took somebody of another network out of it: they are not read there any more, and they are
    /// taken out where they write, as far as that can be done.
    pub async fn removed(
        &self,
        place: &Place,
        by: &contract::Author,
        who: &Person,
        banned: bool,
    ) -> Result<Answer> {
        let linked = self.store.linked_to(place).await?;
        if linked.is_empty() {
            return Ok(Answer::default());
        }
        self.store.mute(place, who, true).await?;
        let network = self.networks.get(&place.network).ok_or(contract::Fault::Unsupported)?.as_ref();
        let asked = Asked {
            place,
            network,
            author: by,
            words: Vec::new(),
            reply_to: None,
            message: None,
            sure: true,
        };
        let name = self.called(&asked, who).await?;
        let mut done = false;
        for there in linked.iter().filter(|there| there.network == who.network) {
            let Some(network) = self.networks.get(&there.network) else { continue };
            match network.remove(&there.chat, &who.user, banned).await {
                Ok(()) => done = true,
                Err(fault) => {
                    tracing::info!(network = %there.network, chat = %there.chat, %fault, "not removed there");
                }
            }
        }
        self.note(&asked, if done { "act-removed" } else { "act-muted" }, &name).await?;
        let key = if done { "removed" } else { "removed-muted" };
        Ok(asked.phrase(key).with("name", name).with("network", &who.network).into())
    }

    /// The person that a command is about: the author of the message it answers, or the one it names.
    async fn person_meant(&self, asked: &Asked<'_>) -> Result<Option<Person>> {
        if let Some(target) = asked.reply_to {
            let here = self.store.number(asked.place).await?;
            return Ok(self.store.message(here, target).await?.map(|known| known.author));
        }
        let name = asked.words.join(" ").trim_start_matches('@').to_lowercase();
        if name.is_empty() {
            return Ok(None);
        }
        let mut found = Vec::new();
        for place in self.store.linked_to(asked.place).await? {
            let seen = self.store.seen(&place, u32::MAX).await?;
            found
                .extend(seen.into_iter().filter(|one| one.name.to_lowercase() == name).map(|one| one.person));
        }
        // Of two of the same name, nobody knows which is meant.
        Ok(if found.len() == 1 { found.pop() } else { None })
    }

    /// What somebody is called in one of the places linked to this one.
    async fn called(&self, asked: &Asked<'_>, who: &Person) -> Result<String> {
        let mut places = self.store.linked_to(asked.place).await?;
        places.push(asked.place.clone());
        for place in places.iter().filter(|place| place.network == who.network) {
            let seen = self.store.seen(place, u32::MAX).await?;
            if let Some(one) = seen.into_iter().find(|one| one.person == *who) {
                return Ok(one.name);
            }
        }
        Ok(who.user.to_string())
    }

    /// Writes down for the room's animators what somebody did about somebody.
    async fn note(&self, asked: &Asked<'_>, key: &str, name: &str) -> Result<()> {
        let Some(room) = self.room_of(asked).await? else { return Ok(()) };
        let words = Phrase::new(key)
            .with("who", self.name_of(asked).await)
            .with("name", name)
            .with("network", &asked.place.network);
        Ok(self.store.note_act(&room, &words, Timestamp::now()).await?)
    }
}
