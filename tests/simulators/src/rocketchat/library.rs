//! The control side for tests in Rust. What cannot be done is a [`Refusal`].

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Call, Fault, Line, Refusal, RocketChat, Settings,
    disorder::Disorder,
    streams::Connection,
    world::{World, new_id},
};

type Made<T> = Result<T, Refusal>;

impl RocketChat {
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        self.shared.with(work)
    }

    /// Makes a person.
    #[must_use]
    pub fn person(&self, username: &str, name: &str) -> String {
        self.with(|world| world.add_user(username, name, &["user"]))
    }

    /// Makes a bot with the roles `bot` and `user`, and a token. Its password is `secret`.
    #[must_use]
    pub fn bot(&self, username: &str) -> (String, String) {
        self.with(|world| {
            let id = world.add_user(username, username, &["bot", "user"]);
            let token = world.add_token(&id);
            (id, token)
        })
    }

    /// Gives somebody these roles in place of the others.
    pub fn roles(&self, user: &str, roles: &[&str]) {
        self.with(|world| {
            if let Some(user) = world.users.get_mut(user) {
                user.roles = roles.iter().map(|role| (*role).to_owned()).collect();
            }
        });
    }

    /// Makes every token of somebody worth nothing, and gives a new one.
    #[must_use]
    pub fn revoke(&self, user: &str) -> String {
        self.with(|world| {
            world.tokens.retain(|_, owner| owner != user);
            world.add_token(user)
        })
    }

    /// Gives somebody a picture.
    pub fn picture(&self, user: &str, bytes: Vec<u8>) {
        self.with(|world| {
            let Some(user) = world.users.get_mut(user) else { return };
            let etag = new_id();
            user.picture = Some((etag.clone(), bytes.into()));
            let news = json!([{ "username": user.username, "etag": etag }]);
            world.emit("stream-notify-logged", "updateAvatar", &news, None);
        });
    }

    /// Gives a room a picture.
    pub fn room_picture(&self, room: &str, bytes: Vec<u8>) {
        self.with(|world| {
            if let Some(room) = world.rooms.get_mut(room) {
                room.picture = Some((new_id(), bytes.into()));
            }
        });
    }

    /// Makes an emoji of the workspace.
    pub fn custom_emoji(&self, name: &str, extension: &str, image: Vec<u8>) {
        self.with(|world| world.add_emoji(name, extension, image.into()));
    }

    /// Makes a public channel; the administrator owns it.
    #[must_use]
    pub fn channel(&self, name: &str) -> String {
        self.with(|world| {
            let admin = world.admin();
            world.add_room("c", name, &admin)
        })
    }

    /// Makes a private group; the administrator owns it.
    #[must_use]
    pub fn group(&self, name: &str) -> String {
        self.with(|world| {
            let admin = world.admin();
            world.add_room("p", name, &admin)
        })
    }

    /// The private conversation of somebody with a bot.
    pub fn direct(&self, user: &str, username: &str) -> Made<String> {
        self.with(|world| world.direct_room(user, username))
    }

    /// The administrator puts somebody into a room.
    pub fn join(&self, room: &str, user: &str) -> Made<()> {
        self.with(|world| {
            let admin = world.admin();
            world.join_room(&admin, room, user)
        })
    }

    /// Somebody goes.
    pub fn leave(&self, room: &str, user: &str) -> Made<()> {
        self.with(|world| world.leave_room(user, room, user))
    }

    /// The administrator takes somebody out of a room.
    pub fn kick(&self, room: &str, user: &str) -> Made<()> {
        self.with(|world| {
            let admin = world.admin();
            world.kick(&admin, room, user)
        })
    }

    /// The administrator takes somebody out of a room for good.
    pub fn ban(&self, room: &str, user: &str) -> Made<()> {
        self.with(|world| {
            let admin = world.admin();
            world.ban(&admin, room, user)
        })
    }

    /// Makes somebody an owner of a room.
    pub fn promote(&self, room: &str, user: &str) {
        self.with(|world| {
            if let Some(room) = world.rooms.get_mut(room) {
                room.members.insert(user.into(), vec!["owner".into()]);
            }
        });
    }

    /// Somebody sends a message as REST takes it, without the room.
    pub fn send(&self, room: &str, user: &str, mut message: Value) -> Made<String> {
        message["rid"] = json!(room);
        self.with(|world| {
            let told = world.send(user, &message)?.unwrap_or_default();
            Ok(told["_id"].as_str().unwrap_or_default().to_owned())
        })
    }

    /// Somebody says words.
    pub fn say(&self, room: &str, user: &str, text: &str) -> Made<String> {
        self.send(room, user, json!({ "msg": text }))
    }

    /// Somebody answers in a thread.
    pub fn reply(&self, room: &str, user: &str, thread: &str, text: &str) -> Made<String> {
        self.send(room, user, json!({ "msg": text, "tmid": thread }))
    }

    /// Somebody quotes a message.
    pub fn quote(&self, room: &str, user: &str, target: &str, text: &str) -> Made<String> {
        let name = self.with(|world| world.rooms.get(room).map(|room| room.name.clone()).unwrap_or_default());
        let site = self.with(|world| world.settings.site_url.clone());
        self.say(room, user, &format!("[ ]({site}/channel/{name}?msg={target}) {text}"))
    }

    /// Somebody sends a file.
    pub fn say_file(
        &self,
        room: &str,
        user: &str,
        text: &str,
        name: &str,
        mime: &str,
        bytes: Vec<u8>,
    ) -> Made<String> {
        self.with(|world| {
            let uploaded = world.upload(user, room, name, mime, bytes.into())?;
            let id = uploaded["file"]["_id"].as_str().unwrap_or_default().to_owned();
            let told = world.confirm(user, room, &id, &json!({ "msg": text }))?;
            Ok(told["message"]["_id"].as_str().unwrap_or_default().to_owned())
        })
    }

    /// Somebody changes a message.
    pub fn edit(&self, user: &str, id: &str, text: &str) -> Made<()> {
        self.with(|world| {
            let room = world.messages.get(id).and_then(|message| message["rid"].as_str().map(str::to_owned));
            world.update(user, &room.unwrap_or_default(), id, text).map(drop)
        })
    }

    /// Somebody deletes a message.
    pub fn delete(&self, user: &str, id: &str) -> Made<()> {
        self.with(|world| {
            let room = world.messages.get(id).and_then(|message| message["rid"].as_str().map(str::to_owned));
            world.delete(user, &room.unwrap_or_default(), id).map(drop)
        })
    }

    /// Somebody reacts.
    pub fn react(&self, user: &str, id: &str, emoji: &str) -> Made<()> {
        self.with(|world| world.react(user, id, emoji, Some(true)).map(drop))
    }

    /// Somebody takes a reaction back.
    pub fn unreact(&self, user: &str, id: &str, emoji: &str) -> Made<()> {
        self.with(|world| world.react(user, id, emoji, Some(false)).map(drop))
    }

    /// The administrator pins a message.
    pub fn pin(&self, id: &str) -> Made<()> {
        self.with(|world| {
            let admin = world.admin();
            world.pin(&admin, id, true).map(drop)
        })
    }

    /// The administrator takes the pin off a message.
    pub fn unpin(&self, id: &str) -> Made<()> {
        self.with(|world| {
            let admin = world.admin();
            world.pin(&admin, id, false).map(drop)
        })
    }

    /// Many messages go at once: those of some people, or all. Says how many.
    pub fn prune(&self, room: &str, usernames: &[&str], by_ids: bool) -> usize {
        let usernames: Vec<String> = usernames.iter().map(|name| (*name).to_owned()).collect();
        self.with(|world| world.prune(room, &usernames, by_ids))
    }

    /// Somebody is called something else.
    pub fn rename(&self, user: &str, username: &str, name: &str) {
        self.with(|world| world.rename(user, username, name));
    }

    /// The administrator changes a room: `name`, `topic`, `avatar`, `archived`, `ro`, `encrypted`.
    pub fn change_room(&self, room: &str, what: &str, value: &str) -> Made<()> {
        self.with(|world| {
            let admin = world.admin();
            world.change_room(&admin, room, what, value)
        })
    }

    /// Somebody writes, or no longer.
    pub fn typing(&self, room: &str, user: &str, on: bool) {
        self.with(|world| {
            world.write(user, room, on);
        });
    }

    /// What people said in a room, oldest first.
    pub fn transcript(&self, room: &str) -> Made<Vec<Line>> {
        self.with(|world| world.transcript(room, true))
    }

    /// What stands in a room, with what the server itself said.
    pub fn everything(&self, room: &str) -> Made<Vec<Line>> {
        self.with(|world| world.transcript(room, false))
    }

    /// A message as the server keeps it.
    #[must_use]
    pub fn message(&self, id: &str) -> Option<Value> {
        self.with(|world| world.messages.get(id).cloned())
    }

    /// A room as the server tells of it, and somebody's subscription to it.
    #[must_use]
    pub fn room(&self, room: &str, user: &str) -> Option<(Value, Value)> {
        self.with(|world| {
            let known = world.rooms.get(room)?;
            Some((world.room_json(known), world.subscription_json(known, user)))
        })
    }

    /// Changes how the workspace is set up.
    pub fn set(&self, change: impl FnOnce(&mut Settings)) {
        self.with(|world| world.set(change));
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
        self.with(|world| world.disorder = Disorder::default());
        self.hurry();
    }

    /// The next frames about messages come behind the ones that follow them.
    pub fn deliver_late(&self, frames: u32) {
        self.with(|world| world.disorder.late = frames);
    }

    /// The next frames about messages come twice.
    pub fn deliver_twice(&self, frames: u32) {
        self.with(|world| world.disorder.twice = frames);
    }

    /// What is on its way late is there: a person answers nothing that they have not seen.
    pub fn hurry(&self) {
        self.with(|world| world.connections.values().for_each(Connection::hurry));
    }

    /// How many connections listen to messages.
    #[must_use]
    pub fn listening(&self) -> usize {
        self.with(|world| {
            let hears = |sub: &(String, String)| sub.0 == "stream-room-messages";
            world.connections.values().filter(|one| one.subs.values().any(hears)).count()
        })
    }

    /// Waits until a room looks as wanted, at most that long. Answers its last look, and whether it was as wanted.
    pub async fn wait(
        &self,
        room: &str,
        most: Duration,
        wanted: impl Fn(&[Line]) -> bool,
    ) -> (bool, Vec<Line>) {
        self.shared
            .wait(most, |world| world.transcript(room, true).unwrap_or_default(), |lines| wanted(lines))
            .await
    }
}
