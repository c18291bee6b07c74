//! Polls: asked, voted in, over.

use super::{native, text};
use crate::crossing::{
    Cell::Absent,
    Made::{self, Deed as Does},
    Row,
    deeds::Deed,
};

const NO_POLLS: &str =
    "There are no polls there: the question and the answers, and one line below that follows the votes.";
const NOT_SEEN: &str =
    "The bot's poll shows Telegram's votes; those of others stand in one line below, which follows them.";
const ASKED_ANEW: &str = "A poll that is there cannot be changed: another takes its place.";

pub const ROWS: &[Row] = &[
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
        what: "Poll that is asked anew",
        made: Does(Deed::EditPoll),
        cells: [
            text(&["poll.question=Anne: {t}"], ASKED_ANEW),
            Absent,
            text(&["edited=true", "📊", "{t}", "oui{said}"], NO_POLLS),
            Absent,
            text(&["edited=true", "📊", "{t}", "oui{said}"], NO_POLLS),
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
        what: "Vote in a poll of the other side",
        made: Does(Deed::VoteElsewhere),
        cells: [
            text(&["reply_to={base}", "oui{said}\u{a0}: 1"], NOT_SEEN),
            native(&["type=org.matrix.msc3381.poll.response", "event_id={base}", "answers.0=non"]),
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
];
