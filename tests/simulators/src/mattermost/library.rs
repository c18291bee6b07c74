//! The control side for tests in Rust. What cannot be done is a [`Refusal`].

use std::time::Duration;

use serde_json::{Value, json};

use super::{Adopted, Call, Fault, Line, Mattermost, Refusal, Settings, world::World};

type Made<T> = Result<T, Refusal>;

impl Mattermost {
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        self.shared.with(work)
    }

    /// Becomes a world as somebody else has it.
    pub fn adopt(&self, adopted: Adopted) {
        self.with(|world| world.adopt(adopted));
    }

    /// Makes a person in the first team.
    pub fn person(&self, username: &str, nickname: &str) -> Made<String> {
        self.with(|world| {
            let asked = json!({
                "username": username, "email": format!("{username}@tierslieux.example"), "password": "secret",
                "nickname": nickname,
            });
            let id = world.create_user(&asked)?["id"].as_str().unwrap_or_default().to_owned();
            let (admin, team) = (world.admin(), world.first_team());
            world.add_team_member(&admin, &team, &id)?;
            Ok(id)
        })
    }

    /// Makes a bot in the first team, with a token.
    pub fn bot(&self, username: &str) -> Made<(String, String)> {
        self.with(|world| {
            let (admin, team) = (world.admin(), world.first_team());
            let asked = json!({ "username": username, "display_name": username });
            let id = world.create_bot(&admin, &asked)?["user_id"].as_str().unwrap_or_default().to_owned();
            world.add_team_member(&admin, &team, &id)?;
            let (token, _) = world.add_token(&id, "bot", false);
            Ok((id, token))
        })
    }

    /// A token of the administrator.
    #[must_use]
    pub fn admin_token(&self) -> String {
        self.with(|world| {
            let admin = world.admin();
            world.add_token(&admin, "admin", false).0
        })
    }

    /// A token of somebody.
    #[must_use]
    pub fn token(&self, user: &str) -> String {
        self.with(|world| world.add_token(user, "program", false).0)
    }

    /// Makes every token of somebody worth nothing, and gives a new one.
    #[must_use]
    pub fn revoke(&self, user: &str) -> String {
        self.with(|world| {
            world.tokens.retain(|_, token| token.user != user);
            world.add_token(user, "program", false).0
        })
    }

    /// Makes a public channel of the first team, with nobody in it but the administrator.
    pub fn channel(&self, name: &str, display_name: &str) -> Made<String> {
        self.new_channel("O", name, display_name)
    }

    /// Makes a private channel of the first team.
    pub fn private_channel(&self, name: &str, display_name: &str) -> Made<String> {
        self.new_channel("P", name, display_name)
    }

    fn new_channel(&self, kind: &str, name: &str, display_name: &str) -> Made<String> {
        self.with(|world| {
            let (admin, team) = (world.admin(), world.first_team());
            let asked = json!({ "team_id": team, "type": kind, "name": name, "display_name": display_name });
            Ok(world.create_channel(&admin, &asked)?["id"].as_str().unwrap_or_default().to_owned())
        })
    }

    /// The administrator puts somebody into a channel.
    pub fn join(&self, channel: &str, user: &str) -> Made<()> {
        self.with(|world| {
            let admin = world.admin();
            world.add_member(&admin, channel, user).map(drop)
        })
    }

    /// Somebody goes.
    pub fn leave(&self, channel: &str, user: &str) -> Made<()> {
        self.with(|world| world.remove_member(user, channel, user).map(drop))
    }

    /// Somebody takes another out of a channel.
    pub fn kick(&self, channel: &str, by: &str, user: &str) -> Made<()> {
        self.with(|world| world.remove_member(by, channel, user).map(drop))
    }

    /// The id of the account of that username.
    #[must_use]
    pub fn user_named(&self, username: &str) -> Option<String> {
        self.with(|world| {
            world.users.values().find(|user| user.username == username).map(|user| user.id.clone())
        })
    }

    /// Who is in a channel, by their usernames.
    pub fn members(&self, channel: &str) -> Vec<String> {
        self.with(|world| {
            let members = world.channels.get(channel).map(|channel| channel.members.keys().cloned());
            members.into_iter().flatten().map(|user| world.username(&user)).collect()
        })
    }

    /// Makes somebody an admin of a channel.
    pub fn promote(&self, channel: &str, user: &str) {
        self.with(|world| {
            if let Some(channel) = world.channels.get_mut(channel) {
                channel.members.insert(user.into(), true);
            }
        });
    }

    /// The private conversation of two.
    pub fn direct(&self, one: &str, other: &str) -> Made<String> {
        self.with(|world| {
            let told = world.direct(one, &[one.into(), other.into()])?;
            Ok(told["id"].as_str().unwrap_or_default().to_owned())
        })
    }

    /// Somebody posts; `post` is what the API takes, without the channel.
    pub fn post(&self, channel: &str, user: &str, mut post: Value) -> Made<String> {
        post["channel_id"] = json!(channel);
        self.with(|world| {
            let told = world.create_post(user, &post)?;
            Ok(told["id"].as_str().unwrap_or_default().to_owned())
        })
    }

    /// Somebody says words.
    pub fn say(&self, channel: &str, user: &str, text: &str) -> Made<String> {
        self.post(channel, user, json!({ "message": text }))
    }

    /// Somebody answers in a thread.
    pub fn reply(&self, channel: &str, user: &str, root: &str, text: &str) -> Made<String> {
        self.post(channel, user, json!({ "message": text, "root_id": root }))
    }

    /// Somebody uploads a file, to be posted. Returns its id.
    pub fn add_file(&self, user: &str, name: &str, bytes: Vec<u8>) -> Made<String> {
        let file = self.with(|world| world.add_file(user, name, "", bytes.into()))?;
        Ok(file["id"].as_str().unwrap_or_default().to_owned())
    }

    /// Somebody posts a file.
    pub fn say_file(
        &self,
        channel: &str,
        user: &str,
        text: &str,
        name: &str,
        bytes: Vec<u8>,
    ) -> Made<String> {
        let file = self.add_file(user, name, bytes)?;
        self.post(channel, user, json!({ "message": text, "file_ids": [file] }))
    }

    /// Somebody changes a post.
    pub fn edit(&self, user: &str, post: &str, text: &str) -> Made<()> {
        self.with(|world| world.patch_post(user, post, &json!({ "message": text })).map(drop))
    }

    /// Somebody deletes a post.
    pub fn delete(&self, user: &str, post: &str) -> Made<()> {
        self.with(|world| world.delete_post(user, post).map(drop))
    }

    /// Somebody makes an emoji of the server's own.
    pub fn custom_emoji(&self, user: &str, name: &str, image: Vec<u8>) -> Made<()> {
        self.with(|world| world.add_emoji(user, name, image.into()).map(drop))
    }

    /// Somebody reacts.
    pub fn react(&self, user: &str, post: &str, emoji: &str) -> Made<()> {
        let asked = json!({ "user_id": user, "post_id": post, "emoji_name": emoji });
        self.with(|world| world.react(user, &asked).map(drop))
    }

    /// Somebody takes a reaction back.
    pub fn unreact(&self, user: &str, post: &str, emoji: &str) -> Made<()> {
        self.with(|world| world.unreact(user, user, post, emoji).map(drop))
    }

    /// Somebody pins a post.
    pub fn pin(&self, user: &str, post: &str) -> Made<()> {
        self.with(|world| world.pin_post(user, post, true).map(drop))
    }

    /// Somebody takes a pin away.
    pub fn unpin(&self, user: &str, post: &str) -> Made<()> {
        self.with(|world| world.pin_post(user, post, false).map(drop))
    }

    /// The administrator changes a channel (`display_name`, `header`, `purpose`).
    pub fn change_channel(&self, channel: &str, change: &Value) -> Made<()> {
        self.with(|world| {
            let admin = world.admin();
            world.patch_channel(&admin, channel, change).map(drop)
        })
    }

    /// The administrator archives a channel, or restores it.
    pub fn archive(&self, channel: &str, gone: bool) -> Made<()> {
        self.with(|world| {
            let admin = world.admin();
            world.archive_channel(&admin, channel, gone).map(drop)
        })
    }

    /// Retention takes everything that was said in a channel until now.
    pub fn purge(&self, channel: &str) -> Made<()> {
        self.with(|world| world.purge(channel).map(drop))
    }

    /// Somebody writes.
    pub fn typing(&self, channel: &str, user: &str) -> Made<()> {
        self.with(|world| world.typing(user, user, channel, "").map(drop))
    }

    /// What people said in a channel, oldest first.
    pub fn transcript(&self, channel: &str) -> Made<Vec<Line>> {
        self.with(|world| world.transcript(channel, true))
    }

    /// What stands in a channel, with what the server itself posted.
    pub fn everything(&self, channel: &str) -> Made<Vec<Line>> {
        self.with(|world| world.transcript(channel, false))
    }

    /// Changes how the server is set up.
    pub fn set(&self, change: impl FnOnce(&mut Settings)) {
        self.with(|world| change(&mut world.settings));
    }

    /// What was called, oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.calls(|_| true)
    }

    /// What was called of a route.
    #[must_use]
    pub fn calls_of(&self, route: &str) -> Vec<Call> {
        self.shared.calls(|call| call.route == route)
    }

    /// Makes the next `times` calls of a route go wrong; `*` is every one but the WebSocket.
    pub fn fault(&self, route: &str, times: u32, fault: Fault) {
        self.fault_after(route, 0, times, fault);
    }

    /// The same, after so many calls that go well.
    pub fn fault_after(&self, route: &str, after: u32, times: u32, fault: Fault) {
        self.shared.fault_after(route, after, times, fault);
    }

    /// Forgets all faults that were ordered.
    pub fn clear_faults(&self) {
        self.shared.clear_faults();
        self.deliver_late(0);
    }

    /// On every open `WebSocket` the next posts come behind the events that follow them.
    pub fn deliver_late(&self, posts: u32) {
        self.with(|world| world.connections.values_mut().for_each(|one| one.out_of_order(posts, 0)));
    }

    /// On every open `WebSocket` the next events come twice, as on one that was resumed from its beginning.
    pub fn deliver_twice(&self, events: u32) {
        self.with(|world| world.connections.values_mut().for_each(|one| one.out_of_order(0, events)));
    }

    /// Makes every open `WebSocket` deaf for ever, as a panic in the server does.
    pub fn deafen(&self) {
        self.with(World::deafen);
    }

    /// The administrator deactivates somebody, or brings them back.
    pub fn deactivate(&self, username: &str, gone: bool) {
        self.with(|world| {
            let now = world.now();
            for user in world.users.values_mut().filter(|user| user.username == username) {
                user.delete_at = if gone { now } else { 0 };
            }
        });
    }

    /// Somebody's id by their username.
    #[must_use]
    pub fn id_of(&self, username: &str) -> Option<String> {
        self.with(|world| {
            world.users.values().find(|user| user.username == username).map(|user| user.id.clone())
        })
    }

    /// How many `WebSockets` are open.
    #[must_use]
    pub fn listening(&self) -> usize {
        self.with(|world| world.connections.values().filter(|one| one.wire.is_some()).count())
    }

    /// Waits until a channel looks as wanted, at most that long. Answers its last look, and whether it was as wanted.
    pub async fn wait(
        &self,
        channel: &str,
        most: Duration,
        wanted: impl Fn(&[Line]) -> bool,
    ) -> (bool, Vec<Line>) {
        self.shared
            .wait(most, |world| world.transcript(channel, true).unwrap_or_default(), |lines| wanted(lines))
            .await
    }
}
