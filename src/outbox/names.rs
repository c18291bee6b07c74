//! Tells apart people whose names look the same, and those who would pass for somebody else.
//!
//! In a portal the first of a look keeps the plain name; on a network where somebody has that name at home, nobody else
//! does. Whoever would be taken for another has a mark behind their name, the same for ever: `Anne (Telegram 3f2a)`.

use std::{sync::Arc, time::Duration};

use contract::{Author, ChatId, Network, NetworkName, Person, one_line};
use moka::future::Cache;
use sha2::{Digest, Sha256};
use unicode_security::skeleton;

use crate::{
    store::{self, Store, outbox::Waiting},
    words::Called,
};

/// How long the people of a chat are believed to be all there are.
const KNOWN: Duration = Duration::from_mins(10);
const MOST_CHATS: u64 = 2000;
/// Characters of the longest name with a mark: what [`one_line`] leaves.
const LONGEST: usize = 64;

/// People and the looks of their names.
type Looks = Arc<Vec<(Person, String)>>;

/// Who is at home in which chat.
pub(super) struct Names {
    store: Store,
    called: Arc<Called>,
    at_home: Cache<(NetworkName, ChatId), Looks>,
}

impl Names {
    pub(super) fn new(store: Store, called: Arc<Called>) -> Self {
        Self { store, called, at_home: Cache::builder().max_capacity(MOST_CHATS).time_to_live(KNOWN).build() }
    }

    /// The author under a name that nobody else has where the delivery goes.
    pub(super) async fn tell_apart(
        &self,
        author: Author,
        waiting: &Waiting,
        there: &dyn Network,
    ) -> store::Result<Author> {
        if author.is_bridge() || author.name.is_none() {
            return Ok(author);
        }
        let look = look(author.shown());
        self.store.note_name(waiting.from, &author.person, &look).await?;
        for (person, theirs) in self.at_home(there, &waiting.place.chat).await.iter() {
            if *theirs == look && *person != author.person {
                self.store.note_name(waiting.chat, person, theirs).await?;
            }
        }
        let apart = is_reserved(author.shown(), &look)
            || self.store.is_looked_like(&author.person, &look, there.name()).await?;
        if !apart {
            return Ok(author);
        }
        let name = marked(author.shown(), &author.person, self.called.app(&author.person.network));
        Ok(Author { name: Some(name), ..author })
    }

    /// The people of a chat and the looks of their names; none where the network does not tell.
    async fn at_home(&self, network: &dyn Network, chat: &ChatId) -> Looks {
        let ask = async {
            let people = network.people(chat).await.unwrap_or_default();
            Arc::new(people.into_iter().map(|author| (author.person.clone(), look(author.shown()))).collect())
        };
        self.at_home.get_with((network.name().clone(), chat.clone()), ask).await
    }
}

/// The same for names that look the same to people (Unicode Technical Standard 39, "Confusable Detection").
fn look(name: &str) -> String {
    // A capital looks like others than its small letter: both are looked at.
    let capitals: String = skeleton(&one_line(name)).collect();
    let skeleton: String = skeleton(&capitals.to_lowercase()).collect();
    let letters: String =
        skeleton.chars().filter(|c| !c.is_whitespace() && !c.is_ascii_punctuation()).collect();
    if letters.is_empty() { skeleton } else { letters }
}

/// Whether a name is the bridge's own, or has a mark like ours.
fn is_reserved(name: &str, look: &str) -> bool {
    let mark =
        one_line(name).strip_suffix(')').and_then(|name| name.rsplit_once('(')).is_some_and(|(_, mark)| {
            mark.split_once(' ')
                .is_some_and(|(_, sign)| sign.len() == 4 && u16::from_str_radix(sign, 16).is_ok())
        });
    mark || look == self::look(Author::bridge().shown())
}

/// A name with the mark of who has it, from that app.
fn marked(name: &str, person: &Person, app: &str) -> String {
    let digest = Sha256::digest(format!("{}\0{}", person.network, person.user));
    let mark = format!(" ({app} {:02x}{:02x})", digest[0], digest[1]);
    let name: String = one_line(name).chars().take(LONGEST.saturating_sub(mark.chars().count())).collect();
    format!("{}{mark}", name.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_the_same_are_the_same() {
        // Cyrillic, full width, another case, invisible signs, a full stop.
        for other in ["Аnnе", "Ａnne", "anne", "An\u{200b}ne", "Anne.", " Anne\u{202e}"] {
            assert_eq!(look(other), look("Anne"), "{other:?}");
        }
        assert_eq!(look("ＥＭＭＡ"), look("Emma"));
        for other in ["Anna", "Anne B.", "Hanne"] {
            assert_ne!(look(other), look("Anne"), "{other:?}");
        }
        assert_ne!(look("🎉"), look("🎃"));
        assert_ne!(look("..."), look("🎃"));
    }

    #[test]
    fn nobody_has_the_name_of_the_bridge_nor_a_mark_of_their_own_making() {
        for name in ["passerelle", "Passerelle ", "раsserelle", "Anne (telegram 3f2a)"] {
            assert!(is_reserved(name, &look(name)), "{name}");
        }
        for name in ["Anne (compta)", "Anne (Le Fournil)", "Anne"] {
            assert!(!is_reserved(name, &look(name)), "{name}");
        }
    }

    #[test]
    fn a_mark_is_always_seen() {
        let person = Person { network: "telegram".into(), user: "42".into() };
        let name = marked(&"é".repeat(200), &person, "Telegram");
        assert_eq!(one_line(&name), name);
        assert!(name.contains(" (Telegram "));
        let once = marked("Anne", &person, "Telegram");
        assert_eq!(marked("Anne", &person, "Telegram"), once);
        assert!(is_reserved(&once, &look(&once)));
    }
}
