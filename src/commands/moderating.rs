//! What admins do about messages and people, on every side from where they are.

use contract::{Author, Event, Fault, Kind, NetworkName, Person, Phrase, Result, Timestamp};

use super::{
    Answer, Asked, Commands,
    names::{Command, bare},
};
use crate::store::{Place, inbox::Planned};

impl Commands {
    /// Takes a message away on every side: the word of those whose network tells nobody of deletions.
    pub(super) async fn delete(&self, asked: &Asked<'_>) -> Result<Answer> {
        let Some(target) = asked.reply_to else { return Ok(Phrase::new("delete-how").into()) };
        let here = self.store.number(asked.place).await?;
        let Some(known) = self.store.message(here, target).await? else {
            return Ok(Phrase::new("delete-unknown").into());
        };
        if known.author != asked.author.person && !asked.may_manage().await? {
            return Ok(Phrase::new("delete-no-right").into());
        }
        let mut to = self.store.linked_to(asked.place).await?;
        to.push(asked.place.clone());
        let name = Some(self.name_of(asked.place, asked.author).await);
        let event = Event {
            // Asked again, it is tried again.
            id: format!("delete.{target}.{}", asked.message).into(),
            chat: asked.place.chat.clone(),
            author: Author { name, ..asked.author.clone() },
            at: Timestamp::now(),
            kind: Kind::Delete { target: target.clone() },
        };
        Ok(Answer { then: vec![Planned { part_of: None, event, to }], ..Answer::default() })
    }

    /// Somebody's words are not said here any more, or they are again; from a room, nowhere.
    pub(super) async fn mute(&self, asked: &Asked<'_>, muted: bool) -> Result<Answer> {
        let who = match self.person_asked_about(asked).await? {
            Ok(who) => who,
            Err(refusal) => return Ok(refusal),
        };
        self.store.mute(asked.place, &who, muted).await?;
        let name = self.called(asked.place, &who).await?;
        let (act, key) = if muted { ("act-muted", "muted") } else { ("act-unmuted", "unmuted") };
        self.note(asked.place, asked.author, act, &name).await?;
        let scope = if asked.in_room() { "everywhere" } else { "here" };
        Ok(asked.phrase(key).with("name", name).with("scope", scope).into())
    }

    /// Somebody is to be gone: their words are not said here any more, and from a room they are also banned where they
    /// write. Who decides for one chat does not decide for the others.
    pub(super) async fn ban(&self, asked: &Asked<'_>) -> Result<Answer> {
        let who = match self.person_asked_about(asked).await? {
            Ok(who) => who,
            Err(refusal) => return Ok(refusal),
        };
        let name = self.called(asked.place, &who).await?;
        let about = |key: &str| asked.phrase(key).with("name", &name).with("network", &who.network);
        if who.network == asked.place.network {
            return Ok(about("ban-own-side").into());
        }
        let question = about("ban-sure").with("scope", if asked.in_room() { "everywhere" } else { "here" });
        if let Some(question) = self.unless_sure(asked, Command::Ban, question).await? {
            return Ok(question);
        }
        self.stop(asked.place, asked.author, &who, true).await
    }

    /// An admin of a place took one of ours out of it, who stands for somebody elsewhere.
    pub async fn removed(&self, place: &Place, by: &Author, who: &Person, banned: bool) -> Result<Answer> {
        let network = self.networks.get(&place.network).ok_or(Fault::Unsupported)?;
        // A room's own rules say who may; elsewhere any member may take out another.
        let in_room = place.network == NetworkName::matrix();
        if !in_room && !network.may_manage(&place.chat, &by.person.user).await? {
            return Ok(Answer::default());
        }
        self.stop(place, by, who, banned).await
    }

    /// Somebody of elsewhere who was banned from a room may be in it again: what they say is read again.
    pub async fn readmitted(&self, place: &Place, by: &Author, who: &Person) -> Result<Answer> {
        if self.store.linked_to(place).await?.is_empty() {
            return Ok(Answer::default());
        }
        self.store.mute(place, who, false).await?;
        let name = self.called(place, who).await?;
        self.note(place, by, "act-unmuted", &name).await?;
        Ok(Phrase::new("readmitted").with("name", name).with("network", &who.network).into())
    }

    /// Somebody is not read here any more, from a room nowhere; who is banned from a room is also banned where they write.
    /// Who is only taken out keeps their place there.
    async fn stop(&self, place: &Place, by: &Author, who: &Person, banned: bool) -> Result<Answer> {
        let linked = self.store.linked_to(place).await?;
        if linked.is_empty() {
            return Ok(Answer::default());
        }
        self.store.mute(place, who, true).await?;
        let name = self.called(place, who).await?;
        let in_room = place.network == NetworkName::matrix();
        let (act, key) = match banned && in_room {
            false => ("act-muted", "stopped"),
            true => match self.ban_at_home(&linked, who).await {
                Some(true) => ("act-banned", "banned"),
                Some(false) => ("act-banned", "banned-may-return"),
                None => ("act-muted", "stopped-not-banned"),
            },
        };
        self.note(place, by, act, &name).await?;
        let network = self.networks.get(&place.network).ok_or(Fault::Unsupported)?;
        let words = Phrase::new(key)
            .with("name", name)
            .with("network", &who.network)
            .with("scope", if in_room { "everywhere" } else { "here" })
            .with("call", network.calling().prompt);
        Ok(words.into())
    }

    /// Bans somebody from the chats of their own network among these. Whether they are kept out for good; `None` when
    /// they could not be taken out.
    async fn ban_at_home(&self, linked: &[Place], who: &Person) -> Option<bool> {
        let mut banned = None;
        for there in linked.iter().filter(|there| there.network == who.network) {
            let Some(network) = self.networks.get(&there.network) else { continue };
            match network.ban(&there.chat, &who.user).await {
                Ok(kept_out) => banned = Some(banned.unwrap_or(true) && kept_out),
                Err(fault) => {
                    tracing::info!(network = %there.network, chat = %there.chat, %fault, "not banned there");
                }
            }
        }
        banned
    }

    /// The person that an animator's command is about, or why there is none.
    async fn person_asked_about(&self, asked: &Asked<'_>) -> Result<std::result::Result<Person, Answer>> {
        if !asked.may_manage().await? {
            return Ok(Err(asked.no_right()));
        }
        Ok(match self.person_meant(asked).await? {
            None => Err(asked.phrase("mute-how").into()),
            Some(who) if who == asked.author.person => Err(asked.phrase("mute-self").into()),
            Some(who) => Ok(who),
        })
    }

    /// The person that a command is about: the author of the message it answers, or the one it names.
    async fn person_meant(&self, asked: &Asked<'_>) -> Result<Option<Person>> {
        if let Some(target) = asked.reply_to {
            let here = self.store.number(asked.place).await?;
            return Ok(self.store.message(here, target).await?.map(|known| known.author));
        }
        let words = asked.words.join(" ");
        let (name, plain) = (words.trim_start_matches('@').to_lowercase(), bare(&words));
        let (mut found, mut alike) = (Vec::new(), Vec::new());
        for place in self.store.linked_to(asked.place).await? {
            for one in self.store.seen(&place, u32::MAX).await? {
                if one.name.to_lowercase() == name {
                    found.push(one.person);
                } else if !plain.is_empty() && bare(&one.name) == plain {
                    alike.push(one.person);
                }
            }
        }
        // Of two of the same name, nobody knows which is meant.
        let meant = if found.is_empty() { alike } else { found };
        Ok(<[Person; 1]>::try_from(meant).ok().map(|[only]| only))
    }

    /// What somebody is called in one of the places linked to this one.
    async fn called(&self, here: &Place, who: &Person) -> Result<String> {
        let mut places = self.store.linked_to(here).await?;
        places.push(here.clone());
        for place in places.iter().filter(|place| place.network == who.network) {
            let seen = self.store.seen(place, u32::MAX).await?;
            if let Some(one) = seen.into_iter().find(|one| one.person == *who) {
                return Ok(one.name);
            }
        }
        Ok(who.user.to_string())
    }

    /// Writes down for the room's animators what somebody did about somebody.
    async fn note(&self, place: &Place, by: &Author, key: &str, name: &str) -> Result<()> {
        let Some(room) = self.room_at(place).await? else { return Ok(()) };
        let words = Phrase::new(key)
            .with("who", self.name_of(place, by).await)
            .with("name", name)
            .with("network", &place.network);
        Ok(self.store.note_act(&room, &words, Timestamp::now()).await?)
    }
}
