//! Links that people ask for. Each is made in one transaction with what is said of it, which so stands in every lane
//! before what crosses; and what asked for it is known, so that a crash says nothing twice.

use contract::{NetworkName, Phrase, Timestamp};
use sqlx::SqliteConnection;

use super::{
    LinkSettings, Place, Result, Store,
    chats::{Linked, link, number},
    codes::use_up,
    inbox::{Planned, accept_all},
    people::insert_act,
};

/// How long an unlinking can be taken back, milliseconds.
const A_DAY: i64 = 24 * 3_600_000;

/// A chat that is to be linked to a room.
#[derive(Clone, Debug)]
pub struct Linking {
    /// The room.
    pub room: Place,
    /// The chat.
    pub chat: Place,
    /// What asks for it.
    pub request: String,
    /// The code that is used up by it, by what it hashes to.
    pub code: Option<String>,
    /// What is chosen for it.
    pub settings: LinkSettings,
    /// What the room's animators read of it, once it is made.
    pub act: Phrase,
}

impl Store {
    /// Links a chat to a room and accepts what is said of it in the name of a network; nothing where they are linked
    /// already, unless the same request did it, or the mark that the chat is to have is new. Returns also the lanes in
    /// which something waits now. `None` when the code is used up.
    pub async fn link_and_say(
        &self,
        linking: Linking,
        network: &NetworkName,
        said: Vec<Planned>,
        now: Timestamp,
    ) -> Result<Option<(Linked, Vec<i64>)>> {
        let said = self.numbered(network, said).await?;
        let network = network.clone();
        self.reroute(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                match make(db, &linking, now).await? {
                    Some(Linked::New) => {
                        let lanes = accept_all(db, &network, said, now).await?;
                        Ok(Some((Linked::New, lanes)))
                    }
                    other => Ok(other.map(|linked| (linked, Vec::new()))),
                }
            })
        })
        .await
    }

    /// The last link of a place, a room or a chat, that was undone within a day, with what was chosen for it; `None` when
    /// another request than this linked it again.
    pub async fn unlinked(
        &self,
        place: &Place,
        request: &str,
        now: Timestamp,
    ) -> Result<Option<(Place, Place, LinkSettings)>> {
        let row: Option<(String, String, String, String, String)> = sqlx::query_as(
            "SELECT u.settings, r.network, r.chat, c.network, c.chat
             FROM unlinked u JOIN chats r ON r.id = u.room JOIN chats c ON c.id = u.chat
             WHERE ((r.network = $1 AND r.chat = $2) OR (c.network = $1 AND c.chat = $2)) AND u.unlinked_at > $3
             AND NOT EXISTS (SELECT 1 FROM links l WHERE l.chat = u.chat AND l.request IS NOT $4)
             ORDER BY u.unlinked_at DESC LIMIT 1",
        )
        .bind(place.network.as_str())
        .bind(place.chat.as_str())
        .bind(now.0 - A_DAY)
        .bind(request)
        .fetch_optional(&self.read)
        .await?;
        let Some((settings, of_room, room, of_chat, chat)) = row else { return Ok(None) };
        let room = Place { network: of_room.into(), chat: room.into() };
        let chat = Place { network: of_chat.into(), chat: chat.into() };
        Ok(Some((room, chat, LinkSettings::read(Some(&settings)))))
    }
}

/// Links as is wished, unless it is so. `None` when the code is used up.
async fn make(db: &mut SqliteConnection, linking: &Linking, now: Timestamp) -> Result<Option<Linked>> {
    let chat = number(db, &linking.chat).await?;
    if let Some(code) = &linking.code
        && !use_up(db, code, &linking.request, now).await?
    {
        return Ok(None);
    }
    let known: Option<(Option<String>, String)> =
        sqlx::query_as("SELECT request, settings FROM links WHERE chat = $1")
            .bind(chat)
            .fetch_optional(&mut *db)
            .await?;
    let (by, settings) = known.unzip();
    let linked = link(db, &linking.room, &linking.chat, now).await?;
    let settings = LinkSettings::read(settings.as_deref());
    let settings = match linked {
        Linked::New => {
            let room = number(db, &linking.room).await?;
            insert_act(db, room, &linking.act, now).await?;
            linking.settings.clone()
        }
        Linked::Already if by.flatten().as_ref() == Some(&linking.request) => return Ok(Some(Linked::New)),
        Linked::Already if linking.settings.mark.is_some() && settings.mark.is_none() => {
            LinkSettings { mark: linking.settings.mark.clone(), ..settings }
        }
        Linked::Already | Linked::Elsewhere => return Ok(Some(linked)),
    };
    sqlx::query("UPDATE links SET settings = $2, request = $3 WHERE chat = $1")
        .bind(chat)
        .bind(serde_json::to_string(&settings)?)
        .bind(&linking.request)
        .execute(&mut *db)
        .await?;
    sqlx::query("UPDATE openings SET done = 1 WHERE chat = $1").bind(chat).execute(db).await?;
    Ok(Some(Linked::New))
}

#[cfg(test)]
mod tests {
    use contract::{Author, Body, Event, Kind, Text};

    use super::*;
    use crate::store::tests::store;

    const NOW: Timestamp = Timestamp(0);

    fn group() -> Place {
        Place { network: "telegram".into(), chat: "-1".into() }
    }

    fn linking(request: &str) -> Linking {
        Linking {
            room: Place::room("!a"),
            chat: group(),
            request: request.to_owned(),
            code: None,
            settings: LinkSettings::default(),
            act: Phrase::new("act-linked").with("who", request),
        }
    }

    /// passerelle's words about a request, in the chat.
    fn said(about: &str) -> Vec<Planned> {
        let event = Event {
            id: about.into(),
            chat: "!a".into(),
            author: Author::bridge(),
            at: NOW,
            kind: Kind::Message { ids: Vec::new(), body: Body::notice(Text::plain(about)) },
        };
        vec![Planned { part_of: None, event, to: vec![group()] }]
    }

    async fn ask(store: &Store, linking: Linking) -> Option<(Linked, usize)> {
        let said = said(&linking.request);
        let made = store.link_and_say(linking, &NetworkName::matrix(), said, NOW).await.unwrap();
        made.map(|(linked, lanes)| (linked, lanes.len()))
    }

    #[tokio::test]
    async fn what_is_said_of_a_link_is_said_once_and_only_if_it_is_made() {
        let store = store().await;
        assert_eq!(ask(&store, linking("one")).await, Some((Linked::New, 1)));
        assert_eq!(ask(&store, linking("one")).await, Some((Linked::New, 0)), "its answer was lost");
        assert_eq!(ask(&store, linking("two")).await, Some((Linked::Already, 0)));
        let elsewhere = Linking { room: Place::room("!b"), ..linking("three") };
        assert_eq!(ask(&store, elsewhere).await, Some((Linked::Elsewhere, 0)));
        let settings = LinkSettings { mark: Some("#pain".into()), ..LinkSettings::default() };
        let marked = |request| Linking { settings: settings.clone(), ..linking(request) };
        assert_eq!(ask(&store, marked("four")).await, Some((Linked::New, 1)), "it has a mark from now on");
        assert_eq!(store.link_settings(&group()).await.unwrap(), settings);
        assert_eq!(ask(&store, marked("five")).await, Some((Linked::Already, 0)));
        let acts = store.acts(&Place::room("!a"), 9).await.unwrap();
        assert_eq!(acts, [(NOW, linking("one").act)], "what animators read of it");
    }

    #[tokio::test]
    async fn unlinking_is_taken_back_for_a_day_from_either_side() {
        let store = store().await;
        let (room, one) = (Place::room("!a"), group());
        let chosen = LinkSettings { mass_mentions: true, ..LinkSettings::default() };
        store.link(&room, &one, NOW).await.unwrap();
        store.set_link_settings(&one, &chosen).await.unwrap();
        for (place, request) in [(&room, "r"), (&one, "c")] {
            store.unlink(&room, &one, NOW).await.unwrap();
            let undone =
                async |request: &str, at: i64| store.unlinked(place, request, Timestamp(at)).await.unwrap();
            assert_eq!(undone(request, A_DAY).await, None, "a day later");
            let link = (room.clone(), one.clone(), chosen.clone());
            assert_eq!(undone(request, 5).await, Some(link.clone()));
            let again = Linking { settings: chosen.clone(), ..linking(request) };
            assert_eq!(ask(&store, again).await, Some((Linked::New, 1)));
            assert_eq!(store.link_settings(&one).await.unwrap(), chosen);
            assert_eq!(undone(request, 5).await, Some(link), "its answer was lost");
            assert_eq!(undone("another", 5).await, None, "once");
        }
        store.unlink(&room, &one, NOW).await.unwrap();
        store.link(&Place::room("!b"), &one, NOW).await.unwrap();
        assert_eq!(store.unlinked(&room, "r", Timestamp(5)).await.unwrap(), None, "linked elsewhere by now");
    }
}
