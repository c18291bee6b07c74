//! Everything people do in a chat beside speaking.

use serde_json::{Value, json};

use super::{Act, Given};
use crate::telegram::{
    chats::{Chat, ChatKind, Key, Member, Status, Topic},
    media::MediaKind,
    messages::{ANONYMOUS, Message},
    methods::allowed_reaction,
    refusal::Refusal,
    world::World,
};

/// What an administrator may do when nothing else is said.
const USUAL: [&str; 11] = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_post_messages",
    "can_edit_messages",
    "can_manage_tags",
];

impl World {
    /// Does it. Answers the ids of the messages that it made.
    pub fn live(&mut self, key: Key, person: i64, act: Act) -> Result<Vec<i64>, Refusal> {
        match act {
            Act::Delete { message } => self.erase(key, message).map(|()| Vec::new()),
            Act::React { message, emoji } => self.react(key, person, message, &emoji).map(|()| Vec::new()),
            Act::Join => self.add(key, person, &[person]),
            Act::Add { who } => self.add(key, person, &who),
            Act::Leave => self.depart(key, person, person, Status::Left).map(|()| Vec::new()),
            Act::Kick { who } => self.depart(key, person, who, Status::Kicked).map(|()| Vec::new()),
            Act::Block => self.block(key, person, Status::Kicked),
            Act::Unblock => self.block(key, person, Status::Member),
            Act::Pin { message } => self.pin(key, person, message).map(|id| vec![id]),
            Act::Unpin { message } => {
                self.at_mut(key)?.pinned.retain(|pinned| *pinned != message);
                Ok(Vec::new())
            }
            Act::EndPoll { message } => self.end_poll(key, person, message),
            Act::Vote { message, options } => self.vote(key, person, message, options),
            Act::Press { message, data } => self.press(key, person, message, &data),
            Act::Promote { who, rights, title, anonymous } => {
                self.promote(key, person, who, rights, title, anonymous)
            }
            Act::Demote { who } => self.stand(key, person, who, |member| {
                *member = Member { sees_all: member.sees_all, ..Member::default() };
            }),
            Act::Restrict { who, denied } => self.stand(key, person, who, |member| {
                member.status = if denied.is_empty() { Status::Member } else { Status::Restricted };
                member.denied = denied.into_iter().collect();
            }),
            act => self.arrange(key, person, act),
        }
    }

    /// Changes the chat itself.
    fn arrange(&mut self, key: Key, person: i64, act: Act) -> Result<Vec<i64>, Refusal> {
        match act {
            Act::Permissions { denied } => self.at_mut(key)?.denied = denied.into_iter().collect(),
            Act::Reactions { allowed } => self.at_mut(key)?.reactions = allowed,
            Act::Forum { on } => self.at_mut(key)?.forum = on,
            Act::Link { group } => {
                self.at_mut(Key::of(group))?.linked = Some(key.chat);
                self.at_mut(key)?.linked = Some(group);
            }
            Act::Rename { title } => {
                self.at_mut(key)?.title.clone_from(&title);
                return self.tell(key, person, &json!({"new_chat_title": title}), None).map(|id| vec![id]);
            }
            Act::Picture { picture } => return self.picture(key, person, picture).map(|id| vec![id]),
            Act::Migrate => return self.migrate(key, person).map(|id| vec![id]),
            Act::OpenTopic { name } => {
                let topic = Topic { name, icon_color: 7_322_096, ..Topic::default() };
                return self.open_topic(key, person, topic).map(|id| vec![id]);
            }
            Act::CloseTopic { topic: 1 } => self.at_mut(key)?.general_closed = true,
            Act::ReopenTopic { topic: 1 } => self.at_mut(key)?.general_closed = false,
            Act::CloseTopic { topic } => {
                return self.close_topic(key, person, topic, true).map(|id| vec![id]);
            }
            Act::ReopenTopic { topic } => {
                return self.close_topic(key, person, topic, false).map(|id| vec![id]);
            }
            Act::RenameTopic { topic, name } => {
                return self.rename_topic(key, person, topic, Some(name)).map(|id| vec![id]);
            }
            Act::DeleteTopic { topic } => {
                let chat = self.at_mut(key)?;
                chat.topics.remove(&topic).ok_or_else(|| Refusal::bad("message thread not found"))?;
                chat.messages.retain(|_, message| message.thread != Some(topic));
            }
            _ => return Err(Refusal::bad("that cannot be done here")),
        }
        Ok(Vec::new())
    }

    fn react(&mut self, key: Key, person: i64, id: i64, emoji: &[String]) -> Result<(), Refusal> {
        let chat = self.at(key)?;
        let message = chat.messages.get(&id).filter(|message| !message.service);
        let message = message.ok_or_else(|| Refusal::bad("message to react not found"))?;
        if emoji.len() > 3 {
            return Err(Refusal::bad("REACTIONS_TOO_MANY"));
        }
        let given: Option<Vec<Value>> = emoji
            .iter()
            .map(|name| match name.strip_prefix("custom:") {
                Some(id) => Some(json!({"type": "custom_emoji", "custom_emoji_id": id})),
                None if name == "paid" => Some(json!({"type": "paid"})),
                None => allowed_reaction(chat, message, &json!({"type": "emoji", "emoji": name})),
            })
            .collect();
        let given = given.ok_or_else(|| Refusal::bad("REACTION_INVALID"))?;
        // A reaction to an album counts on its first message.
        let first =
            chat.messages.values().find(|other| message.album.is_some() && other.album == message.album);
        let id = first.map_or(id, |first| first.id);
        let Some(message) = self.message_mut(key, id) else { return Ok(()) };
        let old = message.reactions.remove(&person).unwrap_or_default();
        if !given.is_empty() {
            message.reactions.insert(person, given.clone());
        }
        if old != given {
            self.announce_reaction(key, id, person, &old);
        }
        Ok(())
    }

    fn block(&mut self, key: Key, person: i64, status: Status) -> Result<Vec<i64>, Refusal> {
        if key.bot == 0 {
            return Err(Refusal::bad("only the bot of a private chat can be blocked"));
        }
        self.place(key, person, key.bot, |chat| {
            chat.members.insert(key.bot, Member { status, ..Member::default() });
        })?;
        Ok(Vec::new())
    }

    fn stand(
        &mut self,
        key: Key,
        actor: i64,
        who: i64,
        change: impl FnOnce(&mut Member),
    ) -> Result<Vec<i64>, Refusal> {
        let member = self.at(key)?.member(who);
        if !member.present() || member.status == Status::Creator {
            return Err(Refusal::bad("that cannot be done to this member"));
        }
        self.place(key, actor, who, |chat| {
            if let Some(member) = chat.members.get_mut(&who) {
                change(member);
            }
        })?;
        Ok(Vec::new())
    }

    /// Makes somebody an administrator.
    pub fn promote(
        &mut self,
        key: Key,
        actor: i64,
        who: i64,
        rights: Option<Vec<String>>,
        title: Option<String>,
        anonymous: bool,
    ) -> Result<Vec<i64>, Refusal> {
        let usual = || USUAL.iter().map(|right| String::from(*right)).collect();
        let rights = rights.unwrap_or_else(usual).into_iter().collect();
        let owner = self.at(key)?.member(who).status == Status::Creator;
        if owner {
            if let Some(member) = self.at_mut(key)?.members.get_mut(&who) {
                member.anonymous = anonymous;
                member.title = title;
            }
            return Ok(Vec::new());
        }
        self.stand(key, actor, who, |member| {
            *member = Member {
                status: Status::Administrator,
                rights,
                title,
                anonymous,
                sees_all: member.sees_all,
                ..Member::default()
            };
        })
    }

    fn picture(&mut self, key: Key, person: i64, picture: Option<Given>) -> Result<i64, Refusal> {
        let Some(given) = picture else {
            self.at_mut(key)?.picture.clear();
            return self.tell(key, person, &json!({"delete_chat_photo": true}), None);
        };
        let media = self.given(&Given { kind: MediaKind::Photo, ..given })?;
        self.at_mut(key)?.picture.clone_from(&media.sizes);
        self.tell(key, person, &json!({"new_chat_photo": {"$files": media.sizes}}), None)
    }

    /// A basic group goes on as a supergroup. Answers the new chat's id.
    fn migrate(&mut self, key: Key, person: i64) -> Result<i64, Refusal> {
        let old = self.at(key)?;
        if old.kind != ChatKind::Group {
            return Err(Refusal::bad("only a basic group becomes a supergroup"));
        }
        let (title, members, picture) = (old.title.clone(), old.members.clone(), old.picture.clone());
        let new = Key::of(-(1_001_000_000_000 + self.serial()));
        let kind = ChatKind::Supergroup;
        self.chats.insert(new, Chat { key: new, kind, title, members, picture, ..Chat::default() });
        self.tell(key, person, &json!({"migrate_to_chat_id": new.chat}), None)?;
        let more = json!({"migrate_from_chat_id": key.chat}).as_object().cloned().unwrap_or_default();
        let (from, sender_chat) = (Some(ANONYMOUS), Some(new.chat));
        self.post(
            new,
            Message { actor: person, from, sender_chat, more, service: true, ..Message::default() },
        )?;
        self.at_mut(key)?.migrated_to = Some(new.chat);
        Ok(new.chat)
    }

    fn vote(&mut self, key: Key, person: i64, id: i64, options: Vec<usize>) -> Result<Vec<i64>, Refusal> {
        let voter = self.account(person)?.user();
        let message = self.message_mut(key, id).ok_or_else(|| Refusal::bad("message is not a poll"))?;
        let (author, poll) = (message.actor, message.poll.as_mut());
        let poll = poll.ok_or_else(|| Refusal::bad("message is not a poll"))?;
        let known = options.iter().all(|option| *option < poll.options.len());
        if poll.closed || !known || options.len() > 1 && !poll.multiple {
            return Err(Refusal::bad("that cannot be voted for"));
        }
        let named: Vec<String> = options.iter().map(|option| (option + 1).to_string()).collect();
        let answer = json!({
            "poll_id": poll.id, "user": voter, "option_ids": options, "option_persistent_ids": named,
        });
        poll.votes.remove(&person);
        if !options.is_empty() {
            poll.votes.insert(person, options);
        }
        let (state, open) = (poll.view(), !poll.anonymous);
        self.send(author, "poll", state, None);
        if open {
            self.send(author, "poll_answer", answer, None);
        }
        Ok(Vec::new())
    }

    /// Every bot of the chat is told how a poll ended that a person stopped.
    fn end_poll(&mut self, key: Key, person: i64, id: i64) -> Result<Vec<i64>, Refusal> {
        let message = self.message_mut(key, id).filter(|message| message.actor == person);
        let message = message.ok_or_else(|| Refusal::bad("poll can't be stopped"))?;
        let poll = message.poll.as_mut().ok_or_else(|| Refusal::bad("message is not a poll"))?;
        poll.closed = true;
        let state = poll.view();
        let members = self.at(key)?.members.keys().copied().collect::<Vec<_>>();
        for bot in members.into_iter().filter(|id| self.bots.contains_key(id)).collect::<Vec<_>>() {
            self.send(bot, "poll", state.clone(), None);
        }
        Ok(Vec::new())
    }

    fn press(&mut self, key: Key, person: i64, id: i64, data: &str) -> Result<Vec<i64>, Refusal> {
        let query = format!("4382{:014}", self.serial());
        let chat = self.at(key)?;
        let message = chat.messages.get(&id).filter(|message| self.bots.contains_key(&message.actor));
        let message = message.ok_or_else(|| Refusal::bad("that message has no buttons"))?;
        let bot = message.actor;
        let callback = json!({
            "id": query, "from": self.user(person), "message": self.view(chat, message, bot),
            "chat_instance": format!("-3141592{}", key.chat.unsigned_abs()), "data": data,
        });
        if let Some(bot) = self.bots.get_mut(&bot) {
            bot.queries.insert(query);
        }
        self.send(bot, "callback_query", callback, None);
        Ok(Vec::new())
    }
}
