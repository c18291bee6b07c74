//! What is done to chats, and who comes to them.

use super::{native, text};
use crate::crossing::{
    Cell::{Absent, Never},
    Made::Deed as Does,
    Row,
    deeds::Deed,
};

const NO_PICTURES: &str = "Channels have no picture there: told in a line, with the picture.";
const MEMBERS: &str =
    "People of elsewhere are no members there: told in a quiet line, unless the configuration says not to.";
const RECEIPTS: &str = "No bot is told who has read what, nor can it say so for somebody.";
const TYPING: &str = "For a bot it would count as a message on Telegram, and it has few.";
const OWN_TYPING: &str = "Only an account of one's own writes there (`admin_token`).";

pub const ROWS: &[Row] = &[
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
        what: "Message that is pinned no longer",
        made: Does(Deed::Unpin),
        cells: [
            native(&["id={base}\n", "pinned=false"]),
            Absent,
            native(&["pinned=false", "{said}"]),
            native(&["id=pinned now", "!={base}"]),
            native(&["pinned=false", "{said}"]),
            native(&["id=pinned now", "!={base}"]),
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
            native(&["author_id=4242\n", "new_chat_photo"]),
            native(&["type=m.room.avatar", "url=mxc://", "content.info.w={d}\n"]),
            native(&["author=passerelle\n", "kind=room_changed_avatar"]),
            native(&["type=m.room.avatar", "url=mxc://", "content.info.w={d}\n"]),
            text(&["nouvelle image"], NO_PICTURES),
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
            text(&["On a retiré {t}"], MEMBERS),
            text(&["On a retiré {t}"], MEMBERS),
            text(&["On a retiré {t}"], MEMBERS),
        ],
    },
    Row {
        what: "Somebody is banned",
        made: Does(Deed::Ban),
        cells: [
            text(&["On a banni {t}"], MEMBERS),
            text(&["On a banni {t}"], MEMBERS),
            text(&["On a banni {t}"], MEMBERS),
            text(&["On a banni {t}"], MEMBERS),
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
