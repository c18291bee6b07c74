//! Acting as somebody of ours: registered once, joined when needed.

use contract::{ChatId, Fault, NetworkName, Phrase, Result};
use ruma::UserId;
use serde_json::json;

use super::{
    Matrix,
    client::{Call, Refusal},
};

impl Matrix {
    /// Makes sure that a user of ours exists. `inhibit_login` is what servers without legacy login insist on.
    pub(super) async fn register(&self, user: &UserId) -> Result<()> {
        let body = json!({
            "type": "m.login.application_service", "username": user.localpart(), "inhibit_login": true,
        });
        match self.client.call(Call::post(&["client", "v3", "register"], body)).await {
            Err(refusal) if refusal.errcode != "M_USER_IN_USE" => Err(refusal.into()),
            _ => Ok(()),
        }
    }

    /// Makes sure that somebody of ours is in a room: by joining, or by the bot's invitation.
    pub(super) async fn join(&self, room: &ChatId, user: &UserId) -> Result<()> {
        let key = (room.clone(), user.to_owned());
        if self.joined.contains_key(&key) {
            return Ok(());
        }
        if let Err(refusal) = self.try_join(room, user).await {
            if !refusal.is_forbidden() || user == self.people.bot() {
                return Err(not_in(refusal));
            }
            self.invite(room, user).await?;
            self.try_join(room, user).await.map_err(not_in)?;
        }
        self.joined.insert(key, ());
        Ok(())
    }

    /// Lets the ghosts of a network's people, or of everybody's, leave a room.
    pub(super) async fn withdraw_ghosts(&self, room: &ChatId, network: Option<&NetworkName>) -> Result<()> {
        let path = ["client", "v3", "rooms", room.as_str(), "joined_members"];
        let answer = self.client.call(Call::get(&path)).await?;
        for id in answer["joined"].as_object().into_iter().flatten().map(|(id, _)| id) {
            let Some(ghost) = UserId::parse(id).ok().filter(|id| self.people.is_ghost(id)) else { continue };
            if network.is_some_and(|network| *network != self.people.person(&ghost).network) {
                continue;
            }
            let path = ["client", "v3", "rooms", room.as_str(), "leave"];
            match self.client.call(Call::post(&path, json!({})).by(&ghost)).await {
                Err(refusal) if !refusal.is_forbidden() => return Err(refusal.into()),
                _ => self.joined.remove(&(room.clone(), ghost)),
            };
        }
        Ok(())
    }

    async fn try_join(&self, room: &ChatId, user: &UserId) -> std::result::Result<(), Refusal> {
        let path = ["client", "v3", "rooms", room.as_str(), "join"];
        self.client.call(Call::post(&path, json!({})).by(user)).await.map(|_| ())
    }

    pub(super) async fn invite(&self, room: &ChatId, user: &UserId) -> Result<()> {
        let path = ["client", "v3", "rooms", room.as_str(), "invite"];
        let body = json!({ "user_id": user });
        self.client.call(Call::post(&path, body)).await.map(|_| ()).map_err(|refusal| {
            if refusal.is_forbidden() {
                return Fault::refused(Phrase::new("bot-cannot-invite"), refusal.to_string());
            }
            refusal.into()
        })
    }
}

/// The bot itself is not in the room, and nobody of ours can bring it there.
fn not_in(refusal: Refusal) -> Fault {
    if refusal.is_forbidden() || refusal.is_missing() {
        return Fault::refused(Phrase::new("not-in-room"), refusal.to_string());
    }
    refusal.into()
}
