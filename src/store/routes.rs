//! Where what is said goes: who hears whom, and what stands between them.
//!
//! What was read is remembered until a link, its settings, or who is not to be read changes.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use contract::{NetworkName, Person, Timestamp};
use tokio::sync::{RwLock, RwLockReadGuard};

use super::{Job, LinkSettings, Place, Result, Store};

/// So many places are remembered before all are forgotten and read again.
const MOST_PLACES: usize = 50_000;

/// A place that hears what is said in another, and what stands between the two.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The place that hears.
    pub place: Place,
    /// What was chosen for the link of the place where it is said, and for that of the one that hears.
    pub links: [LinkSettings; 2],
    /// Whether the author is not to be read there.
    pub muted: bool,
    /// Since when both are linked, by our clock.
    pub since: Timestamp,
}

impl Route {
    /// Whether what the author says goes this way now.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let [from, to] = &self.links;
        !self.muted && !from.rests() && !to.rests() && !from.one_way
    }

    /// Whether what happened then may go this way, though it is heard only `now`: what was before the link is not ours to
    /// tell. A link of the future tells that our clock was turned back, and not what was before it.
    #[must_use]
    pub fn reaches_back_to(&self, then: Timestamp, now: Timestamp) -> bool {
        self.since <= then || self.since > now
    }

    /// Whether a change of name, topic or picture goes this way too.
    #[must_use]
    pub fn shares_titles(&self) -> bool {
        // Several chats in one room are called each as it is.
        self.links.iter().all(|link| !link.keeps_titles && link.mark.is_none())
    }
}

/// What routes are found by.
#[derive(Debug, Default)]
pub(super) struct Routes {
    known: Mutex<Known>,
    hasher: RandomState,
    /// Held for reading from the planning of an event to its acceptance, and for writing while routes change.
    changing: RwLock<()>,
}

#[derive(Debug, Default)]
struct Known {
    changes: u64,
    /// By the hashes of their places: small, and whoever finds one looks whether the place is in it.
    portals: HashMap<u64, Arc<Portal>>,
    private: Option<Arc<HashSet<Person>>>,
}

/// Places that hear each other; a place that is linked to nothing is alone.
#[derive(Debug)]
struct Portal {
    places: Box<[Link]>,
    /// Who is muted in which of its places.
    muted: Box<[(Person, Place)]>,
}

/// A place of a portal, as it is linked.
#[derive(Debug)]
struct Link {
    place: Place,
    /// Its number; `None` as long as nothing was kept of it.
    number: Option<i64>,
    /// What was chosen for it; `None` where nothing was.
    settings: Option<Box<LinkSettings>>,
    /// Since when it is linked.
    since: Timestamp,
}

impl Link {
    fn settings(&self) -> LinkSettings {
        self.settings.as_deref().cloned().unwrap_or_default()
    }
}

impl Portal {
    fn find(&self, place: &Place) -> Option<&Link> {
        self.places.iter().find(|linked| linked.place == *place)
    }

    /// All but this place.
    fn others(&self, here: &Place) -> impl Iterator<Item = &Link> {
        self.places.iter().filter(move |linked| linked.place != *here)
    }

    fn is_muted(&self, author: &Person, place: &Place) -> bool {
        // From the side of the room somebody is muted everywhere.
        self.muted
            .iter()
            .any(|(who, at)| who == author && (at == place || at.network == NetworkName::matrix()))
    }
}

impl Store {
    /// While this is held no route changes: what was planned along them can be accepted.
    pub async fn steady_routes(&self) -> RwLockReadGuard<'_, ()> {
        self.routes.changing.read().await
    }

    /// Changes links, their settings or who is read, and forgets what was known of them.
    pub(super) async fn reroute<T: Send + 'static>(&self, job: impl Job<T>) -> Result<T> {
        let _changing = self.routes.changing.write().await;
        let outcome = self.write(job).await;
        let mut known = self.known_routes();
        *known = Known { changes: known.changes + 1, ..Known::default() };
        self.names.forget();
        outcome
    }

    /// All the other places that hear what is said in this one.
    pub async fn linked_to(&self, place: &Place) -> Result<Vec<Place>> {
        Ok(self.portal_around(place).await?.others(place).map(|linked| linked.place.clone()).collect())
    }

    /// All the other places that would hear what `author` says here.
    pub async fn routes(&self, here: &Place, author: &Person) -> Result<Vec<Route>> {
        let portal = self.portal_around(here).await?;
        let Some(from) = portal.find(here) else { return Ok(Vec::new()) };
        let route = |linked: &Link| Route {
            place: linked.place.clone(),
            links: [from.settings(), linked.settings()],
            muted: portal.is_muted(author, &linked.place),
            since: from.since.max(linked.since),
        };
        Ok(portal.others(here).map(route).collect())
    }

    /// Whether somebody does not want to be read elsewhere.
    pub async fn is_private(&self, who: &Person) -> Result<bool> {
        let changes = {
            let known = self.known_routes();
            if let Some(private) = &known.private {
                return Ok(private.contains(who));
            }
            known.changes
        };
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT network, person FROM private_people").fetch_all(&self.read).await?;
        let person =
            |(network, user): (String, String)| Person { network: network.into(), user: user.into() };
        let private: HashSet<Person> = rows.into_iter().map(person).collect();
        let is_private = private.contains(who);
        self.remember_routes(changes, |known| known.private = Some(Arc::new(private)));
        Ok(is_private)
    }

    /// The number of a place, if it is linked and its portal known.
    pub(super) fn known_number(&self, place: &Place) -> Option<i64> {
        self.known_routes().portals.get(&self.hash(place))?.find(place)?.number
    }

    async fn portal_around(&self, place: &Place) -> Result<Arc<Portal>> {
        let changes = {
            let known = self.known_routes();
            let portal = known.portals.get(&self.hash(place));
            if let Some(portal) = portal.filter(|portal| portal.find(place).is_some()) {
                return Ok(portal.clone());
            }
            known.changes
        };
        let portal = Arc::new(self.read_portal(place).await?);
        self.remember_routes(changes, |known| {
            if known.portals.len() >= MOST_PLACES {
                known.portals.clear();
            }
            let hashes = portal.places.iter().map(|linked| self.hash(&linked.place));
            known.portals.extend(hashes.map(|hash| (hash, portal.clone())));
        });
        Ok(portal)
    }

    async fn read_portal(&self, here: &Place) -> Result<Portal> {
        let rows: Vec<(i64, String, String, String, i64)> = sqlx::query_as(
            "SELECT c.id, c.network, c.chat, o.settings, o.linked_at FROM chats s
             JOIN links l ON l.chat = s.id
             JOIN links o ON o.portal = l.portal
             JOIN chats c ON c.id = o.chat
             WHERE s.network = $1 AND s.chat = $2 ORDER BY c.id",
        )
        .bind(here.network.as_str())
        .bind(here.chat.as_str())
        .fetch_all(&self.read)
        .await?;
        let linked = |(number, network, chat, settings, since): (i64, String, String, String, i64)| {
            let settings = LinkSettings::read(Some(&settings));
            Link {
                place: Place { network: network.into(), chat: chat.into() },
                number: Some(number),
                settings: (settings != LinkSettings::default()).then(|| Box::new(settings)),
                since: Timestamp(since),
            }
        };
        let places: Box<[Link]> = rows.into_iter().map(linked).collect();
        if places.is_empty() {
            let alone = Link { place: here.clone(), number: None, settings: None, since: Timestamp(0) };
            return Ok(Portal { places: [alone].into(), muted: [].into() });
        }
        let rows: Vec<(String, String, String, String)> = sqlx::query_as(
            "SELECT m.network, m.person, mc.network, mc.chat FROM chats s
             JOIN links l ON l.chat = s.id
             JOIN links ml ON ml.portal = l.portal
             JOIN muted m ON m.chat = ml.chat
             JOIN chats mc ON mc.id = m.chat
             WHERE s.network = $1 AND s.chat = $2",
        )
        .bind(here.network.as_str())
        .bind(here.chat.as_str())
        .fetch_all(&self.read)
        .await?;
        let muted = rows.into_iter().map(|(network, user, at, chat)| {
            let who = Person { network: network.into(), user: user.into() };
            (who, Place { network: at.into(), chat: chat.into() })
        });
        Ok(Portal { places, muted: muted.collect() })
    }

    fn hash(&self, place: &Place) -> u64 {
        self.routes.hasher.hash_one(place)
    }

    fn known_routes(&self) -> MutexGuard<'_, Known> {
        self.routes.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what was read when there had been so many changes, unless there are more by now.
    fn remember_routes(&self, changes: u64, remember: impl FnOnce(&mut Known)) {
        let mut known = self.known_routes();
        if known.changes == changes {
            remember(&mut known);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::store;

    fn group() -> Place {
        Place { network: "telegram".into(), chat: "-1".into() }
    }

    fn other() -> Place {
        Place { network: "rocket".into(), chat: "r".into() }
    }

    #[tokio::test]
    async fn a_link_is_open_both_ways_unless_somebody_chose_otherwise() {
        let store = store().await;
        let room = Place::room("!a");
        for chat in [group(), other()] {
            store.link(&room, &chat, Timestamp(0)).await.unwrap();
        }
        let anne = Person { network: NetworkName::matrix(), user: "@anne:t".into() };
        let bob = Person { network: "telegram".into(), user: "7".into() };
        let open = async |here: &Place, who: &Person| -> Vec<String> {
            let routes = store.routes(here, who).await.unwrap();
            routes.into_iter().filter(Route::is_open).map(|route| route.place.network.0).collect()
        };
        assert_eq!(open(&room, &anne).await, ["telegram", "rocket"]);
        // From the side of the group: she is not read there. From the room: he is read nowhere.
        store.mute(&group(), &anne, true).await.unwrap();
        assert_eq!(open(&room, &anne).await, ["rocket"]);
        store.mute(&room, &bob, true).await.unwrap();
        assert_eq!(open(&group(), &bob).await, [""; 0]);
        store.mute(&room, &bob, false).await.unwrap();
        assert_eq!(open(&group(), &bob).await, ["matrix", "rocket"]);
        let announced = LinkSettings { one_way: true, ..LinkSettings::default() };
        store.set_link_settings(&group(), &announced).await.unwrap();
        assert_eq!(open(&group(), &bob).await, [""; 0]);
        assert_eq!(open(&other(), &anne).await, ["matrix"], "she is still not read in the group");
        let paused = LinkSettings { paused: true, ..LinkSettings::default() };
        store.set_link_settings(&other(), &paused).await.unwrap();
        assert_eq!(open(&room, &bob).await, ["telegram"]);
        assert_eq!(open(&other(), &bob).await, [""; 0]);
    }

    #[tokio::test]
    async fn what_was_before_either_link_goes_nowhere() {
        let store = store().await;
        let room = Place::room("!a");
        store.link(&room, &group(), Timestamp(1000)).await.unwrap();
        store.link(&room, &other(), Timestamp(2000)).await.unwrap();
        let bob = Person { network: "telegram".into(), user: "7".into() };
        let reached = async |then: i64, now: i64| -> Vec<String> {
            let routes = store.routes(&group(), &bob).await.unwrap();
            let reached = routes.into_iter().filter(|r| r.reaches_back_to(Timestamp(then), Timestamp(now)));
            reached.map(|route| route.place.network.0).collect()
        };
        assert_eq!(reached(999, 3000).await, [""; 0]);
        assert_eq!(reached(1000, 3000).await, ["matrix"]);
        assert_eq!(reached(2000, 3000).await, ["matrix", "rocket"]);
        assert_eq!(reached(500, 900).await, ["matrix", "rocket"], "our clock was turned back");
    }

    #[tokio::test]
    async fn a_place_has_one_number_whether_its_portal_is_known_or_not() {
        let store = store().await;
        let (room, number) = (Place::room("!a"), store.number(&group()).await.unwrap());
        assert_eq!(store.linked_to(&group()).await.unwrap(), []);
        assert_eq!(store.known_number(&group()), None, "it is alone");
        store.link(&room, &group(), Timestamp(0)).await.unwrap();
        assert_eq!(store.linked_to(&room).await.unwrap(), [group()]);
        assert_eq!(store.known_number(&group()), Some(number));
        assert_eq!(store.number(&group()).await.unwrap(), number);
        assert_eq!(store.known_number(&other()), None);
    }
}
