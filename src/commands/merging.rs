//! Several small channels in one room: their members read each other, and each message says where it comes from.

use contract::{Access, ChatInfo, Fault, Network, Phrase, Result, Text, Timestamp};

use super::{
    Answer, Asked, Commands,
    linking::obstacle,
    opening::{Told, list},
    workspace::{address, find},
};
use crate::store::{Place, chats::Linked, codes::Wanted};

impl Commands {
    /// Links several chats to this room: for a hoster once they are sure, else when an admin of the chats is.
    pub(super) async fn merge(&self, asked: &Asked<'_>) -> Result<Answer> {
        if !asked.in_room() {
            return Ok(asked.phrase("only-in-room").into());
        }
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let here = asked.network.chat(&asked.place.chat).await?;
        if let Some(obstacle) = obstacle(asked, &here) {
            return Ok(obstacle);
        }
        let wanted = self.wanted(asked).filter(|(_, names)| names.len() > 1);
        let Some((network, chats)) = wanted else { return Ok(self.about_networks(asked, "merge-how")) };
        if !self.is_hoster(&asked.author.person) {
            let wanted = Wanted { network: network.name().clone(), chats, merge: true };
            return self.ask_admin(asked, network, wanted).await;
        }
        let listed = self.chats_of(network).await?;
        let mut chosen = Vec::new();
        for name in &chats {
            match find(&listed.chats, name) {
                Some(info) => chosen.push(info),
                None => return Ok(asked.phrase("open-unknown").with("chat", name).into()),
            }
        }
        if let Some(question) = self.unless_sure(asked, "merge", merge_sure(asked, &chosen)) {
            return Ok(question);
        }
        let who = self.name_of(asked.place, asked.author).await;
        let told = self.merge_all(asked.place, &who, network, &chosen).await?;
        Ok(Answer { text: list(told.lines), ..told.answer })
    }

    /// Links these chats to a room, each with its mark, and says in each who reads whom now.
    pub(super) async fn merge_all(
        &self,
        room: &Place,
        who: &str,
        network: &dyn Network,
        chosen: &[&ChatInfo],
    ) -> Result<Told> {
        let mut told = Told::default();
        let all = addresses(chosen);
        let of_room = self.title(room).await;
        for info in chosen {
            let place = Place::new(network.name(), &info.id);
            let about =
                |key: &str| Phrase::new(key).with("chat", address(info)).with("network", network.name());
            // The bot comes in where it may.
            match network.enter(&info.id).await {
                Ok(entered) if entered.encrypted => {
                    told.lines.push(about("open-encrypted"));
                    continue;
                }
                Ok(_) => {}
                Err(Fault::Refused { reason, .. }) => {
                    told.lines.extend([about("merge-refused"), reason]);
                    continue;
                }
                Err(fault) => return Err(fault),
            }
            if self.store.link(room, &place, Timestamp::now()).await? == Linked::Elsewhere {
                told.lines.push(about("merge-elsewhere"));
                continue;
            }
            let mut settings = self.store.link_settings(&place).await?;
            settings.mark = Some(address(info));
            self.store.set_link_settings(&place, &settings).await?;
            self.show_link(room, &place, true).await;
            let words = vec![
                about("linked-here").with("room", &of_room).with("who", who),
                Phrase::new("merge-noted").with("chats", &all),
                Phrase::new("linked-noted-here").with("call", network.calling().prompt),
            ];
            told.answer.then.push(Self::tell(room, &place, "merged", Text::from(words)));
            told.lines.push(about("merged"));
        }
        Ok(told)
    }
}

/// What is asked before several chats are merged: whether all may read all; a private one above all.
pub(super) fn merge_sure(asked: &Asked<'_>, chosen: &[&ChatInfo]) -> Phrase {
    let private = chosen.iter().filter(|info| info.access != Access::Public).copied().collect::<Vec<_>>();
    let names = addresses(&private);
    asked
        .phrase("merge-sure")
        .with("count", chosen.len())
        .with("chats", addresses(chosen))
        .with("private", if names.is_empty() { "none" } else { &names })
}

fn addresses(chats: &[&ChatInfo]) -> String {
    chats.iter().map(|info| address(info)).collect::<Vec<_>>().join(", ")
}
