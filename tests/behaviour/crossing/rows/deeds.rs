//! What is done to messages, to polls and to chats.

use super::{native, text};
use crate::crossing::{
    Cell::{Absent, Never},
    Made::{self, Deed as Does},
    Row,
    deeds::Deed,
};

const IN_A_THREAD: &str = "Mattermost has no answers but threads.";
const NO_THREADS: &str = "Telegram has topics and no threads: an answer.";
const PART: &str = "Only Telegram answers a part of a message: the part stands before the words.";
const ONE_REACTION: &str =
    "A bot has one reaction on a message: where there are several, one line below says who has which.";
const NO_POLLS: &str =
    "There are no polls there: the question and the answers, and one line below that follows the votes.";
const NOT_SEEN: &str =
    "The bot's poll shows Telegram's votes; those of others stand in one line below, which follows them.";
const ORIGIN: &str = "Nobody else can show where words come from: a line before them says it.";
const NAMES: &str = "Told in a line, with the picture: the chat there keeps its own.";
const MEMBERS: &str =
    "People of elsewhere are no members there: told in a quiet line, unless the configuration says not to.";

const RECEIPTS: &str = "No bot is told who has read what, nor can it say so for somebody.";
const TYPING: &str = "For a bot it would count as a message on Telegram, and it has few.";
const OWN_TYPING: &str = "Only an account of one's own writes there (`admin_token`).";

pub const ROWS: &[Row] = &[
    Row { what: "Long text", made: Does(Deed::Long), cells: [native(&["fin {t}"]); 6] },
    Row {
        what: "Answer",
        made: Does(Deed::Reply),
        cells: [
            native(&["reply_to={base}", "{t}"]),
            native(&["m.in_reply_to.event_id={base}", "{t}"]),
            native(&["quotes.0={base}", "{t}"]),
            native(&["m.in_reply_to.event_id={base}", "{t}"]),
            text(&["root={base}", "{t}"], IN_A_THREAD),
            native(&["m.relates_to.event_id={base}", "{t}"]),
        ],
    },
    Row {
        what: "Answer to a part of a message",
        made: Does(Deed::Quote),
        cells: [
            Absent,
            text(&["<blockquote>", "m.in_reply_to.event_id={base}", "{t}"], PART),
            Absent,
            Absent,
            Absent,
            Absent,
        ],
    },
    Row {
        what: "Thread",
        made: Does(Deed::Thread),
        cells: [
            text(&["reply_to={base}", "{t}"], NO_THREADS),
            Absent,
            native(&["thread={base}", "{t}"]),
            native(&["rel_type=m.thread", "m.relates_to.event_id={base}", "{t}"]),
            native(&["root={base}", "{t}"]),
            native(&["rel_type=m.thread", "m.relates_to.event_id={base}", "{t}"]),
        ],
    },
    Row {
        what: "Answer within a thread",
        made: Does(Deed::ReplyInThread),
        cells: [
            text(&["reply_to=", "{t}", "!fil {t}"], NO_THREADS),
            Absent,
            native(&["thread={base}", "{t}", "!fil {t}"]),
            native(&["rel_type=m.thread", "m.relates_to.event_id={base}", "{t}", "!fil {t}"]),
            native(&["root={base}", "{t}", "!fil {t}"]),
            Absent,
        ],
    },
    Row {
        what: "Edit of words",
        made: Does(Deed::Edit),
        cells: [
            native(&["{t}", "!edited=null"]),
            native(&["m.new_content.body={t}"]),
            native(&["edited=true", "text={t}"]),
            native(&["m.new_content.body={t}"]),
            native(&["edited=true", "text={t}"]),
            native(&["m.new_content.body={t}"]),
        ],
    },
    Row {
        what: "Edit of a caption",
        made: Does(Deed::EditCaption),
        cells: [
            native(&["media.kind=document", "{t}", "!edited=null"]),
            native(&["m.new_content.body={t}"]),
            native(&["edited=true", "{t}"]),
            native(&["m.new_content.body={t}"]),
            native(&["edited=true", "text={t}"]),
            native(&["m.new_content.body={t}"]),
        ],
    },
    Row {
        what: "Edit of words that became several messages",
        made: Does(Deed::EditSplit),
        cells: [
            native(&["court {t}"]),
            native(&["m.new_content.body=court {t}"]),
            native(&["edited=true", "court {t}"]),
            native(&["m.new_content.body=court {t}"]),
            native(&["edited=true", "court {t}"]),
            native(&["m.new_content.body=court {t}"]),
        ],
    },
    Row {
        what: "Edit of a file",
        made: Does(Deed::EditFile),
        cells: [
            native(&["media.name=après.pdf", "{t}"]),
            native(&["m.new_content.filename=après.pdf", "{t}"]),
            native(&["files.0.name=après.pdf", "{t}"]),
            Absent,
            native(&["files.0.name=après.pdf", "{t}"]),
            Absent,
        ],
    },
    Row { what: "Deletion", made: Does(Deed::Delete), cells: [native(&["!{said}"]); 6] },
    Row {
        what: "Reaction",
        made: Does(Deed::React),
        cells: [
            native(&["🎉", "{said}"]),
            native(&["event_id={base}", "key=🎉"]),
            native(&[":tada:", "{said}"]),
            native(&["event_id={base}", "key=🎉"]),
            native(&["tada", "{said}"]),
            native(&["event_id={base}", "key=🎉"]),
        ],
    },
    Row {
        what: "Reactions of several people",
        made: Does(Deed::ReactTogether),
        cells: [
            text(&["reply_to={base}", "🎉 Anne · 🔥 Zoé"], ONE_REACTION),
            native(&["event_id={base}", "key=🔥"]),
            native(&[":tada:", ":fire:", "{said}"]),
            native(&["event_id={base}", "key=🔥"]),
            native(&["tada", "fire", "{said}"]),
            native(&["event_id={base}", "key=🔥"]),
        ],
    },
    Row {
        what: "Poll",
        made: Made::Json([
            "org.matrix.msc3381.poll.start {\"org.matrix.msc3381.poll.start\":{\"question\":{\"org.matrix.msc1767.text\":\"{t}\"},\
             \"answers\":[{\"id\":\"a\",\"org.matrix.msc1767.text\":\"oui\"},{\"id\":\"b\",\"org.matrix.msc1767.text\":\"non\"}]}}",
            "{\"poll\":{\"question\":\"{t}\",\"options\":[\"oui\",\"non\"]}}",
            "",
            "",
        ]),
        cells: [
            native(&["poll.question=Anne: {t}"]),
            native(&["poll.start.question.org.matrix.msc1767.text={t}"]),
            text(&["📊", "{t}", "oui", "non"], NO_POLLS),
            Absent,
            text(&["📊", "{t}", "oui", "non"], NO_POLLS),
            Absent,
        ],
    },
    Row {
        what: "Vote in a poll",
        made: Does(Deed::Vote),
        cells: [
            text(&["reply_to={base}", "oui{said}\u{a0}: 1"], NOT_SEEN),
            Absent,
            text(&["oui{said}\u{a0}: 1"], NO_POLLS),
            Absent,
            text(&["oui{said}\u{a0}: 1"], NO_POLLS),
            Absent,
        ],
    },
    Row {
        what: "End of a poll",
        made: Does(Deed::EndPoll),
        cells: [
            native(&["id={base}", "poll.is_closed=true"]),
            native(&["type=org.matrix.msc3381.poll.end", "event_id={base}"]),
            text(&["📊 Le sondage est terminé", "oui{said}\u{a0}: 0"], NO_POLLS),
            Absent,
            text(&["📊 Le sondage est terminé", "oui{said}\u{a0}: 0"], NO_POLLS),
            Absent,
        ],
    },
    Row {
        what: "Forwarded words, with whose they are",
        made: Does(Deed::Forward),
        cells: [Absent, text(&["Transféré de Bob", "loin {t}"], ORIGIN), Absent, Absent, Absent, Absent],
    },
    Row {
        what: "Pinned message",
        made: Does(Deed::Pin),
        cells: [
            native(&["id={base}", "pinned=true"]),
            native(&["type=m.room.pinned_events", "={base}"]),
            native(&["pinned=true", "{said}"]),
            native(&["type=m.room.pinned_events", "={base}"]),
            native(&["pinned=true", "{said}"]),
            native(&["type=m.room.pinned_events", "={base}"]),
        ],
    },
    Row {
        what: "Name of the chat",
        made: Does(Deed::Name),
        cells: [
            native(&["new_chat_title={t}"]),
            native(&["type=m.room.name", "name={t}"]),
            native(&["kind=r", "text={t}"]),
            native(&["type=m.room.name", "name={t}"]),
            native(&["kind=system_displayname_change", "{t}"]),
            native(&["type=m.room.name", "name={t}"]),
        ],
    },
    Row {
        what: "Topic of the chat",
        made: Does(Deed::Topic),
        cells: [
            native(&["description={t}"]),
            Absent,
            native(&["kind=room_changed_topic", "text={t}"]),
            native(&["type=m.room.topic", "topic={t}"]),
            native(&["kind=system_header_change", "{t}"]),
            native(&["type=m.room.topic", "topic={t}"]),
        ],
    },
    Row {
        what: "Picture of the chat",
        made: Does(Deed::Picture),
        cells: [
            native(&["new_chat_photo"]),
            native(&["type=m.room.avatar", "url=mxc://"]),
            text(&["nouvelle image"], NAMES),
            Absent,
            text(&["nouvelle image"], NAMES),
            Absent,
        ],
    },
    Row {
        what: "Somebody comes",
        made: Does(Deed::Join),
        cells: [
            text(&["{t} a rejoint"], MEMBERS),
            text(&["{t} a rejoint"], MEMBERS),
            text(&["{t} a rejoint"], MEMBERS),
            text(&["{t} a rejoint"], MEMBERS),
            text(&["{t} a rejoint"], MEMBERS),
            text(&["{t} a rejoint"], MEMBERS),
        ],
    },
    Row {
        what: "Somebody goes",
        made: Does(Deed::Leave),
        cells: [
            text(&["{t} a quitté"], MEMBERS),
            text(&["{t} a quitté"], MEMBERS),
            text(&["{t} a quitté"], MEMBERS),
            text(&["{t} a quitté"], MEMBERS),
            text(&["{t} a quitté"], MEMBERS),
            text(&["{t} a quitté"], MEMBERS),
        ],
    },
    Row {
        what: "Somebody is removed",
        made: Does(Deed::Kick),
        cells: [
            text(&["On a retiré {t}"], MEMBERS),
            Absent,
            text(&["On a retiré {t}"], MEMBERS),
            Absent,
            text(&["On a retiré {t}"], MEMBERS),
            Absent,
        ],
    },
    Row {
        what: "Somebody is banned",
        made: Does(Deed::Ban),
        cells: [
            text(&["On a banni {t}"], MEMBERS),
            text(&["On a retiré {t}"], MEMBERS),
            text(&["On a banni {t}"], MEMBERS),
            Absent,
            text(&["On a banni {t}"], MEMBERS),
            Absent,
        ],
    },
    Row {
        what: "Read receipt",
        made: Does(Deed::Read),
        cells: [Never(RECEIPTS), Absent, Never(RECEIPTS), Absent, Never(RECEIPTS), Absent],
    },
    Row {
        what: "Somebody is writing",
        made: Does(Deed::Typing),
        cells: [
            Never(TYPING),
            Absent,
            native(&["user-activity", "user-typing"]),
            native(&["type=m.typing", "passerelle_rocket-bretagne_"]),
            Never(OWN_TYPING),
            native(&["type=m.typing", "passerelle_mattermost_"]),
        ],
    },
];
