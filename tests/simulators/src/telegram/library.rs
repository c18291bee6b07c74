//! The control side for tests in Rust. What cannot be done is a [`Refusal`].

use std::time::Duration;

use serde_json::{Map, Value};

use super::{
    Act, Call, Deed, Fault, Given, Line, MediaKind, NewBot, NewChat, NewPerson, Refusal, Speech, Telegram,
    world::World,
};

type Made = Result<i64, Refusal>;
type Done = Result<(), Refusal>;

impl Telegram {
    fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        self.shared.with(work)
    }

    /// Makes a bot with privacy mode off, which sees everything people write.
    pub fn bot(&self, token: &str, username: &str) -> Made {
        self.new_bot(NewBot {
            token: Some(token.into()),
            username: username.into(),
            name: None,
            privacy: false,
        })
    }

    /// Makes a bot.
    pub fn new_bot(&self, new: NewBot) -> Made {
        self.with(|world| world.make_bot(new))
    }

    /// Turns a bot's privacy mode on or off; in chats where it is already, nothing changes.
    pub fn privacy(&self, bot: i64, on: bool) {
        self.with(|world| world.bots.get_mut(&bot).map(|bot| bot.privacy = on));
    }

    /// Makes a person of that first name.
    pub fn person(&self, name: &str) -> Made {
        self.new_person(NewPerson { first_name: Some(name.into()), ..NewPerson::default() })
    }

    /// Makes a person.
    pub fn new_person(&self, new: NewPerson) -> Made {
        self.with(|world| world.make_person(new))
    }

    /// Changes a person's names or picture.
    pub fn change_person(&self, person: i64, new: NewPerson) -> Done {
        self.with(|world| world.change_person(person, new))
    }

    /// Makes a chat.
    pub fn new_chat(&self, new: NewChat) -> Made {
        self.with(|world| world.make_chat(new))
    }

    fn chat(&self, kind: &str, title: &str) -> Made {
        self.new_chat(NewChat { kind: kind.into(), title: title.into(), ..NewChat::default() })
    }

    /// Makes a basic group.
    pub fn group(&self, title: &str) -> Made {
        self.chat("group", title)
    }

    /// Makes a supergroup.
    pub fn supergroup(&self, title: &str) -> Made {
        self.chat("supergroup", title)
    }

    /// Makes a supergroup with topics.
    pub fn forum(&self, title: &str) -> Made {
        self.chat("forum", title)
    }

    /// Makes a bot's token worth nothing, and gives a new one.
    #[must_use]
    pub fn revoke(&self, bot: i64) -> String {
        self.with(|world| {
            world.last_serial += 1;
            let token = format!("{bot}:another-token-for-tests-{:010}", world.last_serial);
            if let Some(bot) = world.bots.get_mut(&bot) {
                bot.token.clone_from(&token);
            }
            token
        })
    }

    /// Makes a channel.
    pub fn channel(&self, title: &str) -> Made {
        self.chat("channel", title)
    }

    /// Somebody does something; `person` 0 is the chat's owner.
    pub fn act(&self, chat: i64, person: i64, act: Act) -> Result<Vec<i64>, Refusal> {
        self.with(|world| world.act(Deed { chat, bot: 0, person, act }))
    }

    /// The same, in the private chat with one of several bots.
    pub fn act_with(&self, bot: i64, person: i64, act: Act) -> Result<Vec<i64>, Refusal> {
        self.with(|world| world.act(Deed { chat: person, bot, person, act }))
    }

    fn made(&self, chat: i64, person: i64, act: Act) -> Made {
        let ids = self.act(chat, person, act)?;
        ids.first().copied().ok_or_else(|| Refusal::bad("that made no message"))
    }

    /// Somebody comes in, person or bot.
    pub fn join(&self, chat: i64, who: i64) -> Done {
        self.act(chat, who, Act::Join).map(drop)
    }

    /// Somebody goes.
    pub fn leave(&self, chat: i64, who: i64) -> Done {
        self.act(chat, who, Act::Leave).map(drop)
    }

    /// The owner removes somebody.
    pub fn kick(&self, chat: i64, who: i64) -> Done {
        self.act(chat, 0, Act::Kick { who }).map(drop)
    }

    /// The owner makes somebody an administrator with the usual rights.
    pub fn promote(&self, chat: i64, who: i64) -> Done {
        self.act(chat, 0, Act::Promote { who, rights: None, title: None, anonymous: false }).map(drop)
    }

    /// The owner makes an administrator a member again.
    pub fn demote(&self, chat: i64, who: i64) -> Done {
        self.act(chat, 0, Act::Demote { who }).map(drop)
    }

    /// Somebody says plain words. For a private chat, `chat` is the person.
    pub fn say(&self, chat: i64, person: i64, text: &str) -> Made {
        self.speak(chat, person, Speech::of(text))
    }

    /// Somebody says something formatted.
    pub fn say_html(&self, chat: i64, person: i64, html: &str) -> Made {
        let mut speech = Speech::default();
        speech.words.html = Some(html.into());
        self.speak(chat, person, speech)
    }

    /// Somebody answers a message.
    pub fn reply(&self, chat: i64, person: i64, to: i64, text: &str) -> Made {
        self.speak(chat, person, Speech { reply_to: Some(to), ..Speech::of(text) })
    }

    /// Somebody says anything.
    pub fn speak(&self, chat: i64, person: i64, speech: Speech) -> Made {
        self.made(chat, person, Act::Say(Box::new(speech)))
    }

    /// Somebody sends a file, with a caption or without.
    pub fn send(&self, chat: i64, person: i64, media: Given, caption: &str) -> Made {
        self.speak(chat, person, Speech { media: Some(media), ..Speech::of(caption) })
    }

    /// Somebody sends a made-up photo.
    pub fn photo(&self, chat: i64, person: i64, caption: &str) -> Made {
        self.send(chat, person, Given::made(MediaKind::Photo), caption)
    }

    /// Somebody sends an album; the caption goes with the first file.
    pub fn album(
        &self,
        chat: i64,
        person: i64,
        files: Vec<Given>,
        caption: &str,
    ) -> Result<Vec<i64>, Refusal> {
        let speech =
            |(n, media)| Speech { media: Some(media), ..Speech::of(if n == 0 { caption } else { "" }) };
        self.act(chat, person, Act::Album { items: files.into_iter().enumerate().map(speech).collect() })
    }

    /// Somebody changes the words or the caption of their message.
    pub fn edit(&self, chat: i64, person: i64, message: i64, text: &str) -> Done {
        self.act(chat, person, Act::Edit { message, speech: Box::new(Speech::of(text)) }).map(drop)
    }

    /// Somebody deletes a message; bots are not told.
    pub fn delete(&self, chat: i64, person: i64, message: i64) -> Done {
        self.act(chat, person, Act::Delete { message }).map(drop)
    }

    /// Somebody reacts with these emoji and no others.
    pub fn react(&self, chat: i64, person: i64, message: i64, emoji: &[&str]) -> Done {
        let emoji = emoji.iter().map(|emoji| String::from(*emoji)).collect();
        self.act(chat, person, Act::React { message, emoji }).map(drop)
    }

    /// The owner makes the basic group a supergroup. Answers the new chat's id.
    pub fn migrate(&self, chat: i64) -> Made {
        self.made(chat, 0, Act::Migrate)
    }

    /// Somebody opens a topic. Answers its id.
    pub fn topic(&self, chat: i64, person: i64, name: &str) -> Made {
        self.made(chat, person, Act::OpenTopic { name: name.into() })
    }

    /// Puts an update as it is into a bot's queue, with its own `update_id` or the next one. Answers that id.
    pub fn inject(&self, bot: i64, update: Map<String, Value>) -> Made {
        self.with(|world| world.enqueue(bot, update, None)).ok_or_else(Refusal::not_found)
    }

    /// A chat as its members see it.
    pub fn transcript(&self, chat: i64) -> Result<Vec<Line>, Refusal> {
        self.with_quiet(|world| world.transcript(world.place_of(chat, 0)))
    }

    /// A person's private chat with one of several bots.
    pub fn private_transcript(&self, person: i64, bot: i64) -> Result<Vec<Line>, Refusal> {
        self.with_quiet(|world| world.transcript(world.place_of(person, bot)))
    }

    fn with_quiet<T>(&self, work: impl FnOnce(&World) -> T) -> T {
        work(&self.shared.world())
    }

    /// What bots called, oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.calls(|_| true)
    }

    /// What bots called of one method.
    #[must_use]
    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        self.shared.calls(|call| call.method.eq_ignore_ascii_case(method))
    }

    /// Makes the next `times` calls of a method go wrong; `*` is every method but `getUpdates`, `file` a download.
    pub fn fault(&self, method: &str, times: u32, fault: Fault) {
        self.fault_after(method, 0, times, fault);
    }

    /// The same, after so many calls that go well.
    pub fn fault_after(&self, method: &str, after: u32, times: u32, fault: Fault) {
        self.shared.fault_after(method, after, times, fault);
    }

    /// Forgets all faults that were ordered.
    pub fn clear_faults(&self) {
        self.shared.clear_faults();
    }

    /// Keeps the published limits on sending, or not.
    pub fn floods(&self, on: bool) {
        self.with(|world| world.floods = on);
    }

    /// Puts the clock forward.
    pub fn advance(&self, seconds: i64) {
        self.with(|world| world.clock.advance(seconds));
    }

    /// Waits until a chat looks as wanted, at most that long. Answers its last look, and whether it was as wanted.
    pub async fn wait(
        &self,
        chat: i64,
        most: Duration,
        wanted: impl Fn(&[Line]) -> bool,
    ) -> (bool, Vec<Line>) {
        self.shared
            .wait(
                most,
                |world| world.transcript(world.place_of(chat, 0)).unwrap_or_default(),
                |lines| wanted(lines),
            )
            .await
    }
}
