//! What is written within a line.

use super::{native, text};
use crate::crossing::{Cell::Absent, Made, Row};

const NO_UNDERLINE: &str = "There is no underlining there.";
const NO_SPOILER: &str = "There is nothing to hide words with there: they are readable.";
const NO_MATHS: &str = "Formulas are written as they were typed.";
const OWN_EMOJI: &str =
    "Emoji of one place's own are not elsewhere: their name, or the ordinary one they stand for.";
const OTHER_ROOMS: &str =
    "A room of one place is not in the other: its name, and its address where it has one.";
const NO_HASHTAGS: &str = "There are no hashtags there: words.";
const NO_ACTIONS: &str = "There is no `/me` for bots there: italics, or a star before the name.";
const NO_NOTICES: &str = "There are no quiet messages there: ordinary words.";

pub const ROWS: &[Row] = &[
    Row { what: "Plain text", made: Made::Words(["{t}", "{t}", "{t}", "{t}"]), cells: [native(&["{t}"]); 6] },
    Row {
        what: "Bold",
        made: Made::Words(["<strong>{t}</strong>", "<b>{t}</b>", "*{t}*", "**{t}**"]),
        cells: [
            native(&["<b>{t}</b>"]),
            native(&["<strong>{t}</strong>"]),
            native(&["text=*{t}*"]),
            native(&["<strong>{t}</strong>"]),
            native(&["text=**{t}**"]),
            native(&["<strong>{t}</strong>"]),
        ],
    },
    Row {
        what: "Italic",
        made: Made::Words(["<em>{t}</em>", "<i>{t}</i>", "_{t}_", "_{t}_"]),
        cells: [
            native(&["<i>{t}</i>"]),
            native(&["<em>{t}</em>"]),
            native(&["text=_{t}_"]),
            native(&["<em>{t}</em>"]),
            native(&["text=_{t}_"]),
            native(&["<em>{t}</em>"]),
        ],
    },
    Row {
        what: "Underline",
        made: Made::Words(["<u>{t}</u>", "<u>{t}</u>", "", ""]),
        cells: [
            native(&["<u>{t}</u>"]),
            native(&["<u>{t}</u>"]),
            text(&["text={t}"], NO_UNDERLINE),
            Absent,
            text(&["text={t}"], NO_UNDERLINE),
            Absent,
        ],
    },
    Row {
        what: "Strike",
        made: Made::Words(["<del>{t}</del>", "<s>{t}</s>", "~{t}~", "~~{t}~~"]),
        cells: [
            native(&["<s>{t}</s>"]),
            native(&["<del>{t}</del>"]),
            native(&["text=~{t}~"]),
            native(&["<del>{t}</del>"]),
            native(&["text=~~{t}~~"]),
            native(&["<del>{t}</del>"]),
        ],
    },
    Row {
        what: "Spoiler",
        made: Made::Words([
            "<span data-mx-spoiler>{t}</span>",
            "<tg-spoiler>{t}</tg-spoiler>",
            "||{t}||",
            "",
        ]),
        cells: [
            native(&["spoiler", "{t}"]),
            native(&["<span data-mx-spoiler>{t}</span>"]),
            native(&["text=||{t}||"]),
            native(&["<span data-mx-spoiler>{t}</span>"]),
            text(&["{t}"], NO_SPOILER),
            Absent,
        ],
    },
    Row {
        what: "Code in a line",
        made: Made::Words(["<code>{t}</code>", "<code>{t}</code>", "`{t}`", "`{t}`"]),
        cells: [
            native(&["<code>{t}</code>"]),
            native(&["<code>{t}</code>"]),
            native(&["`{t}`"]),
            native(&["<code>{t}</code>"]),
            native(&["`{t}`"]),
            native(&["<code>{t}</code>"]),
        ],
    },
    Row {
        what: "Link",
        made: Made::Words([
            "<a href=\"https://exemple.fr/{t}\">ici</a>",
            "<a href=\"https://exemple.fr/{t}\">ici</a>",
            "[ici](https://exemple.fr/{t})",
            "[ici](https://exemple.fr/{t})",
        ]),
        cells: [
            native(&["<a href=\"https://exemple.fr/{t}\">ici</a>"]),
            native(&["<a href=\"https://exemple.fr/{t}\">ici</a>"]),
            native(&["[ici](https://exemple.fr/{t})"]),
            native(&["<a href=\"https://exemple.fr/{t}\">ici</a>"]),
            native(&["[ici](https://exemple.fr/{t})"]),
            native(&["<a href=\"https://exemple.fr/{t}\">ici</a>"]),
        ],
    },
    Row {
        what: "Formula",
        made: Made::Words([
            "<span data-mx-maths=\"{t}^2\"><code>{t}^2</code></span>",
            "",
            "\\({t}\\)",
            "$ {t}^2 $",
        ]),
        cells: [
            text(&["{t}^2"], NO_MATHS),
            Absent,
            text(&["{t}^2"], NO_MATHS),
            text(&["{t}"], NO_MATHS),
            text(&["{t}^2"], NO_MATHS),
            text(&["{t}^2"], NO_MATHS),
        ],
    },
    Row {
        what: "Emoji",
        made: Made::Words(["🎉{t}", "🎉{t}", "🎉{t}", "🎉{t}"]),
        cells: [native(&["🎉{t}"]); 6],
    },
    Row {
        what: "Emoji of a place's own",
        made: Made::Words([
            "<img data-mx-emoticon src=\"mxc://t.test/abc\" alt=\":potager:\" title=\":potager:\" height=\"32\"> {t}",
            "<tg-emoji emoji-id=\"5368324170671202286\">👍</tg-emoji> {t}",
            ":compost: {t}",
            ":compost: {t}",
        ]),
        cells: [
            text(&["potager:", "{t}"], OWN_EMOJI),
            text(&["👍 {t}"], OWN_EMOJI),
            text(&["potager:", "{t}"], OWN_EMOJI),
            native(&["data-mx-emoticon", "{t}"]),
            text(&["potager:", "{t}"], OWN_EMOJI),
            native(&["data-mx-emoticon", "{t}"]),
        ],
    },
    Row {
        what: "Somebody called by name",
        made: Made::Words([
            "<a href=\"{ghost-bob}\">Bob</a>, <a href=\"{ghost-chloe}\">Chloé</a>, <a href=\"{ghost-emma}\">Emma</a> {t}",
            "<a href=\"tg://user?id={bob}\">Bob</a> {t}",
            "@chloe {t}",
            "@emma {t}",
        ]),
        cells: [
            native(&["tg://user?id=", "{t}"]),
            native(&["https://matrix.to/#/", "{t}"]),
            native(&["mentions.0=chloe", "{t}"]),
            native(&["https://matrix.to/#/", "{t}"]),
            native(&["notifies.0=emma", "{t}"]),
            native(&["https://matrix.to/#/", "{t}"]),
        ],
    },
    Row {
        what: "Somebody called by a name of their own (`@name`)",
        made: Made::Words(["", "{t} @bob_du_lieu", "", ""]),
        cells: [
            Absent,
            native(&["https://matrix.to/#/@passerelle_telegram_", "{t}"]),
            Absent,
            Absent,
            Absent,
            Absent,
        ],
    },
    Row {
        what: "A room or channel named",
        made: Made::Words([
            "<a href=\"https://matrix.to/#/#jardin:exemple.fr\">#jardin:exemple.fr</a> {t}",
            "@jardin_partage {t}",
            "voir #general {t}",
            "voir ~le-lieu {t}",
        ]),
        cells: [
            text(&["jardin:exemple.fr", "{t}"], OTHER_ROOMS),
            text(&["jardin_partage", "{t}"], OTHER_ROOMS),
            text(&["jardin:exemple.fr", "{t}"], OTHER_ROOMS),
            text(&["general", "{t}"], OTHER_ROOMS),
            text(&["jardin:exemple.fr", "{t}"], OTHER_ROOMS),
            text(&["le-lieu", "{t}"], OTHER_ROOMS),
        ],
    },
    Row {
        what: "Hashtag",
        made: Made::Words(["le #{t}", "le #{t}", "", "le #{t}"]),
        cells: [
            native(&["type=hashtag", "#{t}"]),
            text(&["#{t}"], NO_HASHTAGS),
            text(&["{t}"], NO_HASHTAGS),
            Absent,
            native(&["text=le #{t}"]),
            text(&["#{t}"], NO_HASHTAGS),
        ],
    },
    Row {
        what: "Action (`/me`)",
        made: Made::Json([
            "m.room.message {\"msgtype\":\"m.emote\",\"body\":\"salue {t}\"}",
            "",
            "",
            "{\"message\":\"*salue {t}*\",\"type\":\"me\"}",
        ]),
        cells: [
            text(&["text=* Anne salue {t}"], NO_ACTIONS),
            Absent,
            text(&["text=_salue {t}_"], NO_ACTIONS),
            Absent,
            native(&["kind=me", "salue {t}"]),
            native(&["msgtype=m.emote", "salue {t}"]),
        ],
    },
    Row {
        what: "Notice of a bot",
        made: Made::Json(["m.room.message {\"msgtype\":\"m.notice\",\"body\":\"{t}\"}", "", "", ""]),
        cells: [
            text(&["{t}"], NO_NOTICES),
            Absent,
            text(&["{t}"], NO_NOTICES),
            Absent,
            text(&["{t}"], NO_NOTICES),
            Absent,
        ],
    },
    Row {
        what: "Link with a preview",
        made: Made::Json([
            "m.room.message {\"msgtype\":\"m.text\",\"body\":\"https://exemple.fr/{t}\"}",
            "{\"text\":\"https://exemple.fr/{t}\"}",
            "{\"msg\":\"https://exemple.fr/{t}\"}",
            "{\"message\":\"https://exemple.fr/{t}\"}",
        ]),
        cells: [
            native(&["https://exemple.fr/{t}", "!is_disabled"]),
            native(&["https://exemple.fr/{t}", "!linkpreviews"]),
            native(&["https://exemple.fr/{t}", "!previewUrls"]),
            native(&["https://exemple.fr/{t}", "!linkpreviews"]),
            native(&["https://exemple.fr/{t}"]),
            native(&["https://exemple.fr/{t}", "!linkpreviews"]),
        ],
    },
    Row {
        what: "Link without a preview",
        made: Made::Json([
            "m.room.message {\"msgtype\":\"m.text\",\"body\":\"https://exemple.fr/{t}\",\"com.beeper.linkpreviews\":[]}",
            "{\"text\":\"https://exemple.fr/{t}\",\"link_preview_options\":{\"is_disabled\":true}}",
            "",
            "",
        ]),
        cells: [
            native(&["link_preview_options.is_disabled=true", "{t}"]),
            native(&["com.beeper.linkpreviews=[]", "{t}"]),
            native(&["previewUrls=[]", "{t}"]),
            Absent,
            text(&["https://exemple.fr/{t}"], "The server shows a preview of every link."),
            Absent,
        ],
    },
];
