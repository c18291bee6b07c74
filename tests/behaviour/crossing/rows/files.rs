//! Files, places and what is neither.

use super::{native, text};
use crate::crossing::{
    Cell::{Absent, File},
    Made::{self, Deed as Does},
    NEXT, Row,
    deeds::Deed,
};

const ORDINARY_FILM: &str = "There are no round films there: an ordinary one.";
const A_SOUND: &str = "There are no voice messages there: a file with sound.";
const A_DRAWING: &str =
    "No client but Telegram's draws it: a GIF of 256 pixels, or its still picture where it cannot be drawn.";
const NO_STICKERS: &str = "Nobody else can send a sticker in their own name: a picture.";
const FILES: &str = "Files with one name, each a message.";
const APART: &str = "An album holds pictures and films, or documents alone: what does not go with the others stands behind them.";
const A_MAP: &str = "There are no places there: their name, and a link to a map.";
const FOLLOWED: &str = "No map that is there already moves: one line with a link to a map, which follows.";
const STATE: &str = "A place that moves is state of the room, which ghosts may not set: one line with a link to a map, which follows.";
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
            native(&[
                "album.0.media.kind=photo",
                "album.0.media.width={d}\n",
                "album.0.media.height=41\n",
                "album.0.text=Anne: {t}\n",
                "album.1.media.height=42\n",
                "album.1.text=\n",
                "album.2.media.height=43\n",
                "album.2.text=\n",
                "!album.3",
            ]),
            File(
                &[
                    "content.info.w={d}\n",
                    "content.info.h=41\n",
                    "msgtype=m.image",
                    "body={t}\n",
                    NEXT,
                    "content.info.w={d}\n",
                    "content.info.h=42\n",
                    "!{t}",
                    NEXT,
                    "content.info.w={d}\n",
                    "content.info.h=43\n",
                    "!{t}",
                ],
                FILES,
            ),
            File(
                &[
                    "files.0.name={d}-1.jpg",
                    "text={t}\n",
                    NEXT,
                    "files.0.name={d}-2.jpg",
                    "text=\n",
                    NEXT,
                    "files.0.name={d}-3.jpg",
                    "text=\n",
                ],
                FILES,
            ),
            Absent,
            native(&[
                "files.0.name={d}-1.jpg",
                "files.1.name={d}-2.jpg",
                "files.2.name={d}-3.jpg",
                "text={t}\n",
                "!files.3",
            ]),
            Absent,
        ],
    },
    Row {
        what: "Several files in one message",
        made: Does(Deed::Several),
        cells: [
            File(
                &[
                    "album.0.media.width={d}\n",
                    "album.0.media.height=41\n",
                    "album.0.text=Anne: {t}\n",
                    "album.1.media.height=42\n",
                    "album.1.text=\n",
                    "!album.2",
                    NEXT,
                    "media.name={d}-3.pdf",
                    "text=Anne\n",
                ],
                APART,
            ),
            Absent,
            File(
                &[
                    "files.0.name={d}-1.jpg",
                    "text={t}\n",
                    NEXT,
                    "files.0.name={d}-2.jpg",
                    "text=\n",
                    NEXT,
                    "files.0.name={d}-3.pdf",
                    "text=\n",
                ],
                FILES,
            ),
            Absent,
            native(&[
                "files.0.name={d}-1.jpg",
                "files.1.name={d}-2.jpg",
                "files.2.name={d}-3.pdf",
                "text={t}\n",
                "!files.3",
            ]),
            File(
                &[
                    "content.filename={t}-1.jpg",
                    "content.body={t}\n",
                    NEXT,
                    "content.filename={t}-2.jpg",
                    "content.body={t}-2.jpg",
                    NEXT,
                    "content.filename={t}-3.pdf",
                    "msgtype=m.file",
                ],
                FILES,
            ),
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
        made: Made::File { matrix: "m.sticker", telegram: "sticker", name: "a.jpg", mime: "image/jpeg" },
        cells: [
            File(&["media.kind=photo", "media.width={d}", "text=Anne"], NO_STICKERS),
            native(&["type=m.sticker", "info.w={d}"]),
            File(&["files.0.name=sticker.jpg"], NO_STICKERS),
            Absent,
            File(&["files.0.name=sticker.jpg"], NO_STICKERS),
            Absent,
        ],
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
        what: "Place with a name",
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
        what: "Place",
        made: Made::Json([
            "m.room.message {\"msgtype\":\"m.location\",\"body\":\"geo:42.{d}5,-1.7\",\"geo_uri\":\"geo:42.{d}5,-1.7\"}",
            "{\"location\":{\"latitude\":42.{d}5,\"longitude\":-1.7}}",
            "{\"msg\":\"\",\"location\":{\"type\":\"Point\",\"coordinates\":[-1.7,42.{d}5]}}",
            "",
        ]),
        cells: [
            native(&["location.latitude=42.{d}5", "!venue"]),
            native(&["msgtype=m.location", "geo_uri=geo:42.{d}5,-1.7"]),
            text(&["📍 42.{d}5", "mlat=42.{d}5"], A_MAP),
            native(&["msgtype=m.location", "geo_uri=geo:42.{d}5,-1.7"]),
            text(&["📍 42.{d}5", "mlat=42.{d}5"], A_MAP),
            Absent,
        ],
    },
    Row {
        what: "Place that moves",
        made: Does(Deed::Move),
        cells: [
            native(&["location.latitude=40.{d}5", "location.live_period="]),
            text(&["rel_type=m.replace", "terminée", "mlat=40.{d}5"], STATE),
            text(&["📍 Position partagée en direct", "mlat=40.{d}5", "edited=true"], FOLLOWED),
            Absent,
            text(&["📍 Position partagée en direct", "mlat=40.{d}5", "edited=true"], FOLLOWED),
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
