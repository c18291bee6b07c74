//! Files, places and what is neither.

use super::{native, text};
use crate::crossing::{
    Cell::{Absent, File},
    Made::{self, Deed as Does},
    Row,
    deeds::Deed,
};

const ORDINARY_FILM: &str = "There are no round films there: an ordinary one.";
const A_SOUND: &str = "There are no voice messages there: a file with sound.";
const A_DRAWING: &str =
    "No client but Telegram's draws it: a GIF of 256 pixels, or its still picture where it cannot be drawn.";
const FILES: &str = "Files with one name, each a message.";
const A_MAP: &str = "There are no places there: their name, and a link to a map.";
const BEGINNING: &str = "A place that moves is told once, where it began.";
const NUMBER: &str = "A number is not ours to tell: the name.";
const LUCK: &str = "What was thrown cannot be thrown again: the sign and the value.";

pub const ROWS: &[Row] = &[
    Row {
        what: "Photo with a caption",
        made: Made::File { matrix: "m.image", telegram: "photo", name: "a.jpg", mime: "image/jpeg" },
        cells: [
            native(&["media.kind=photo", "{t}"]),
            native(&["msgtype=m.image", "body={t}"]),
            native(&["files.0.mime=image/jpeg", "{t}"]),
            native(&["msgtype=m.image", "body={t}"]),
            native(&["files.0.mime=image/jpeg", "{t}"]),
            native(&["msgtype=m.image", "body={t}"]),
        ],
    },
    Row {
        what: "Album",
        made: Does(Deed::Album),
        cells: [
            Absent,
            native(&["msgtype=m.image", "body={t}"]),
            Absent,
            Absent,
            Absent,
            text(&["msgtype=m.image", "body={t}"], FILES),
        ],
    },
    Row {
        what: "Film",
        made: Made::File { matrix: "m.video", telegram: "video", name: "a.mp4", mime: "video/mp4" },
        cells: [
            native(&["media.kind=video", "{t}"]),
            native(&["msgtype=m.video", "body={t}"]),
            native(&["files.0.mime=video/mp4", "{t}"]),
            native(&["msgtype=m.video", "body={t}"]),
            native(&["files.0.mime=video/mp4", "{t}"]),
            native(&["msgtype=m.video", "body={t}"]),
        ],
    },
    Row {
        what: "Round film",
        made: Made::File { matrix: "", telegram: "video_note", name: "a.mp4", mime: "video/mp4" },
        cells: [
            Absent,
            File(&["msgtype=m.video", "info.duration={d}000"], ORDINARY_FILM),
            Absent,
            Absent,
            Absent,
            Absent,
        ],
    },
    Row {
        what: "GIF",
        made: Made::File { matrix: "m.image", telegram: "animation", name: "a.gif", mime: "image/gif" },
        cells: [
            native(&["media.kind=animation", "{t}"]),
            native(&["msgtype=m.video", "body={t}"]),
            native(&["files.0.mime=image/gif", "{t}"]),
            native(&["info.mimetype=image/gif", "body={t}"]),
            native(&["files.0.mime=image/gif", "{t}"]),
            native(&["info.mimetype=image/gif", "body={t}"]),
        ],
    },
    Row {
        what: "Music",
        made: Made::File { matrix: "m.audio", telegram: "audio", name: "a.mp3", mime: "audio/mpeg" },
        cells: [
            native(&["media.kind=audio", "{t}"]),
            native(&["msgtype=m.audio", "body={t}"]),
            native(&["files.0.mime=audio/mpeg", "{t}"]),
            native(&["msgtype=m.audio", "body={t}"]),
            native(&["files.0.mime=audio/mpeg", "{t}"]),
            native(&["msgtype=m.audio", "body={t}"]),
        ],
    },
    Row {
        what: "Voice message",
        made: Made::File { matrix: "voice", telegram: "voice", name: "a.ogg", mime: "audio/ogg" },
        cells: [
            native(&["media.kind=voice", "{t}"]),
            native(&["org.matrix.msc1767.audio.duration", "body={t}"]),
            File(&["files.0.name=a.ogg", "{t}"], A_SOUND),
            Absent,
            File(&["files.0.name=a.ogg", "{t}"], A_SOUND),
            Absent,
        ],
    },
    Row {
        what: "Document",
        made: Made::File { matrix: "m.file", telegram: "document", name: "a.pdf", mime: "application/pdf" },
        cells: [
            native(&["media.kind=document", "media.name=a.pdf", "{t}"]),
            native(&["msgtype=m.file", "filename=a.pdf", "body={t}"]),
            native(&["files.0.name=a.pdf", "{t}"]),
            native(&["msgtype=m.file", "filename=a.pdf", "body={t}"]),
            native(&["files.0.name=a.pdf", "{t}"]),
            native(&["msgtype=m.file", "filename=a.pdf", "body={t}"]),
        ],
    },
    Row {
        what: "Sticker",
        made: Made::File { matrix: "", telegram: "sticker", name: "a.webp", mime: "image/webp" },
        cells: [Absent, native(&["type=m.sticker", "info.w={d}"]), Absent, Absent, Absent, Absent],
    },
    Row {
        what: "Sticker that is a drawing which moves",
        made: Made::File {
            matrix: "",
            telegram: "sticker application/x-tgsticker",
            name: "a.tgs",
            mime: "application/x-tgsticker",
        },
        cells: [
            Absent,
            File(&["type=m.sticker", "info.mimetype=image/gif", "info.w=256"], A_DRAWING),
            Absent,
            Absent,
            Absent,
            Absent,
        ],
    },
    Row {
        what: "Sticker that is a film",
        made: Made::File { matrix: "", telegram: "sticker video/webm", name: "a.webm", mime: "video/webm" },
        cells: [Absent, native(&["type=m.sticker", "info.w={d}"]), Absent, Absent, Absent, Absent],
    },
    Row {
        what: "Place",
        made: Made::Json([
            "m.room.message {\"msgtype\":\"m.location\",\"body\":\"{t}\",\"geo_uri\":\"geo:48.1,-1.7\"}",
            "{\"venue\":{\"location\":{\"latitude\":48.1,\"longitude\":-1.7},\"title\":\"{t}\",\"address\":\"rue du Port\"}}",
            "",
            "",
        ]),
        cells: [
            native(&["venue.title={t}", "location.latitude=48.1"]),
            native(&["msgtype=m.location", "geo_uri=geo:48.1,-1.7", "{t}"]),
            text(&["📍 {t}", "openstreetmap.org"], A_MAP),
            Absent,
            text(&["📍 {t}", "openstreetmap.org"], A_MAP),
            Absent,
        ],
    },
    Row {
        what: "Place that moves",
        made: Made::Json([
            "",
            "{\"location\":{\"latitude\":48.2,\"longitude\":-1.8,\"live_period\":600}}",
            "",
            "",
        ]),
        cells: [
            Absent,
            text(&["msgtype=m.location", "geo_uri=geo:48.2,-1.8"], BEGINNING),
            Absent,
            Absent,
            Absent,
            Absent,
        ],
    },
    Row {
        what: "Somebody's card",
        made: Made::Json(["", "{\"contact\":{\"phone_number\":\"+331\",\"first_name\":\"{t}\"}}", "", ""]),
        cells: [Absent, text(&["👤", "{t}", "!+331"], NUMBER), Absent, Absent, Absent, Absent],
    },
    Row {
        what: "Dice",
        made: Made::Json(["", "{\"dice\":{\"emoji\":\"🎳\",\"value\":5}}", "", ""]),
        cells: [Absent, text(&["🎳 5"], LUCK), Absent, Absent, Absent, Absent],
    },
];
