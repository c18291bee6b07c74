//! The methods of the Bot API, by family.

mod about;
mod account;
mod album;
mod copying;
mod deleting;
mod editing;
mod info;
mod members;
mod pins;
mod reactions;
mod reading;
mod sending;
mod target;
mod topics;
mod written;

use serde_json::Value;

use super::{params::Params, refusal::Refusal, world::World};

pub use reactions::{EMOJI, allowed as allowed_reaction};
pub use target::follow;
pub use written::{CAPTION, TEXT};

use written::caption;

/// What a method answers.
pub type Answer = Result<Value, Refusal>;

/// A call of a method by a bot that exists.
pub struct Ask<'a> {
    /// The caller.
    pub bot: i64,
    /// What it gave.
    pub params: &'a Params,
}

type Method = fn(&mut World, &Ask<'_>) -> Answer;

/// Every method that is done at once.
const METHODS: &[(&str, Method)] = &[
    ("getMe", account::get_me),
    ("getWebhookInfo", account::get_webhook_info),
    ("setMyCommands", account::set_my_commands),
    ("getMyCommands", account::get_my_commands),
    ("deleteMyCommands", account::delete_my_commands),
    ("getMyName", about::get_my_name),
    ("setMyName", about::set_my_name),
    ("getMyDescription", about::get_my_description),
    ("setMyDescription", about::set_my_description),
    ("getMyShortDescription", about::get_my_short_description),
    ("setMyShortDescription", about::set_my_short_description),
    ("answerCallbackQuery", account::answer_callback_query),
    ("sendMessage", sending::send_message),
    ("sendPhoto", sending::send_photo),
    ("sendDocument", sending::send_document),
    ("sendVideo", sending::send_video),
    ("sendAnimation", sending::send_animation),
    ("sendAudio", sending::send_audio),
    ("sendVoice", sending::send_voice),
    ("sendVideoNote", sending::send_video_note),
    ("sendSticker", sending::send_sticker),
    ("sendLocation", sending::send_location),
    ("sendVenue", sending::send_venue),
    ("sendContact", sending::send_contact),
    ("sendDice", sending::send_dice),
    ("sendPoll", sending::send_poll),
    ("sendMediaGroup", album::send_media_group),
    ("stopPoll", editing::stop_poll),
    ("forwardMessage", copying::forward_message),
    ("copyMessage", copying::copy_message),
    ("forwardMessages", copying::forward_messages),
    ("copyMessages", copying::copy_messages),
    ("editMessageText", editing::edit_message_text),
    ("editMessageCaption", editing::edit_message_caption),
    ("editMessageMedia", editing::edit_message_media),
    ("editMessageReplyMarkup", editing::edit_message_reply_markup),
    ("editMessageLiveLocation", editing::edit_message_live_location),
    ("stopMessageLiveLocation", editing::stop_message_live_location),
    ("deleteMessage", deleting::delete_message),
    ("deleteMessages", deleting::delete_messages),
    ("setMessageReaction", reactions::set_message_reaction),
    ("sendChatAction", account::send_chat_action),
    ("getChat", reading::get_chat),
    ("getChatMember", reading::get_chat_member),
    ("getChatAdministrators", reading::get_chat_administrators),
    ("getChatMemberCount", reading::get_chat_member_count),
    // What these were called before is understood still.
    ("getChatMembersCount", reading::get_chat_member_count),
    ("kickChatMember", members::ban_chat_member),
    ("getUserProfilePhotos", reading::get_user_profile_photos),
    ("getFile", reading::get_file),
    ("leaveChat", members::leave_chat),
    ("banChatMember", members::ban_chat_member),
    ("restrictChatMember", members::restrict_chat_member),
    ("unbanChatMember", members::unban_chat_member),
    ("pinChatMessage", pins::pin_chat_message),
    ("unpinChatMessage", pins::unpin_chat_message),
    ("unpinAllChatMessages", pins::unpin_all_chat_messages),
    ("setChatTitle", info::set_chat_title),
    ("setChatDescription", info::set_chat_description),
    ("setChatPhoto", info::set_chat_photo),
    ("deleteChatPhoto", info::delete_chat_photo),
    ("createForumTopic", topics::create_forum_topic),
    ("editForumTopic", topics::edit_forum_topic),
    ("closeForumTopic", topics::close_forum_topic),
    ("reopenForumTopic", topics::reopen_forum_topic),
];

/// The methods that wait, or that concern the server more than the world.
const WAITING: [&str; 3] = ["getUpdates", "setWebhook", "deleteWebhook"];

/// The method's name as the documentation writes it; `None`: there is none.
#[must_use]
pub fn canonical(method: &str) -> Option<&'static str> {
    let mut names = METHODS.iter().map(|(name, _)| *name).chain(WAITING);
    names.find(|name| name.eq_ignore_ascii_case(method))
}

/// Does what a bot asks. The method's name is the documented one.
pub fn call(world: &mut World, method: &str, ask: &Ask<'_>) -> Answer {
    let (_, method) = METHODS.iter().find(|(name, _)| *name == method).ok_or_else(Refusal::no_method)?;
    method(world, ask)
}
