//! What is done to messages.

use super::{native, text};
use crate::crossing::{Cell::Absent, Made::Deed as Does, Row, deeds::Deed};

const IN_A_THREAD: &str = "Mattermost has no answers but threads.";
const NO_THREADS: &str = "Telegram has topics, opened by its people, and no threads: an answer.";
const PART: &str = "Only Telegram answers a part of a message: the part stands before the words.";
const ONE_REACTION: &str =
    "A bot has one reaction on a message: where there are several, one line below says who has which.";
const ORIGIN: &str = "Nobody else can show where words come from: a line before them says it.";

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
        what: "Topic of a forum",
        made: Does(Deed::InTopic),
        cells: [
            native(&["thread={base}", "{t}"]),
            native(&["rel_type=m.thread", "m.relates_to.event_id={base}", "{t}"]),
            Absent,
            Absent,
            Absent,
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
        what: "Forwarded words, with whose they are",
        made: Does(Deed::Forward),
        cells: [Absent, text(&["Transféré de Bob", "loin {t}"], ORIGIN), Absent, Absent, Absent, Absent],
    },
];
