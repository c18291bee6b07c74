//! What each command is called, in English and in French.

use strsim::damerau_levenshtein;

/// What can be asked of the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// What can be asked.
    Help,
    /// Links this room: gives a code, or takes one.
    Link,
    /// From a chat: gives a code for a room.
    Matrix,
    /// Undoes a link.
    Unlink,
    /// Takes the last unlinking back.
    Undo,
    /// What is linked.
    List,
    /// The chats of a network, for those who want to link some.
    Channels,
    /// Makes rooms for chats of a network.
    Open,
    /// Links several chats to one room.
    Merge,
    /// Takes a message away everywhere.
    Delete,
    /// What could not be delivered.
    DeadLetters,
    /// Sends it again.
    Replay,
    /// Gives it up.
    Discard,
    /// What was asked before is meant.
    Yes,
    /// How the links are.
    Status,
    /// Nothing crosses until it is resumed.
    Pause,
    /// It does again.
    Resume,
    /// What is said in the chat stays there.
    OneWay,
    /// It does not.
    BothWays,
    /// What becomes of threads and answers.
    Threads,
    /// The largest file that crosses.
    Limit,
    /// Whether changes of name, topic and picture cross.
    Titles,
    /// The language spoken here.
    Language,
    /// Who writes on each side.
    Who,
    /// Somebody is not to be read here any more.
    Mute,
    /// They are again.
    Unmute,
    /// Somebody is to be gone, where they write too.
    Ban,
    /// What animators did.
    Log,
    /// The one who asks is not to be read elsewhere.
    KeepPrivate,
    /// They are again.
    Relay,
    /// What they said is taken back on the other sides.
    Forget,
    /// What is left of it. Asked by ourselves, in each lane, behind what takes it back.
    Forgotten,
}

impl Command {
    /// Whether it is asked about a room and what is linked to it.
    pub fn is_about_a_room(self) -> bool {
        match self {
            Self::Link
            | Self::Matrix
            | Self::Unlink
            | Self::Undo
            | Self::List
            | Self::Merge
            | Self::DeadLetters
            | Self::Replay
            | Self::Discard
            | Self::Status
            | Self::Pause
            | Self::Resume
            | Self::OneWay
            | Self::BothWays
            | Self::Threads
            | Self::Limit
            | Self::Titles
            | Self::Language
            | Self::Who
            | Self::Ban
            | Self::Mute
            | Self::Unmute
            | Self::Log => true,
            Self::Help
            | Self::Channels
            | Self::Open
            | Self::Delete
            | Self::Yes
            | Self::KeepPrivate
            | Self::Relay
            | Self::Forget
            | Self::Forgotten => false,
        }
    }

    /// The first of its names.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|named| named.command == self).map_or("help", |named| named.names[0])
    }
}

/// A command and its names: the first is shown to those who read English, the second to those who read French; each is
/// short enough, and of plain letters, for the menus that have them.
struct Named {
    command: Command,
    names: &'static [&'static str],
    /// What menus say that it does, for those they show.
    menu: Option<&'static str>,
}

const fn named(command: Command, names: &'static [&'static str], menu: Option<&'static str>) -> Named {
    Named { command, names, menu }
}

const NAMES: &[Named] = &[
    named(Command::Help, &["help", "aide", "start"], Some("menu-help")),
    named(Command::Link, &["link", "relier"], Some("menu-link")),
    named(Command::Matrix, &["matrix"], Some("menu-matrix")),
    named(Command::Unlink, &["unlink", "delier"], Some("menu-unlink")),
    named(Command::Undo, &["undo", "annuler"], None),
    named(Command::List, &["list", "liste"], Some("menu-list")),
    named(Command::Channels, &["channels", "canaux"], None),
    named(Command::Open, &["bridge", "creer"], None),
    named(Command::Merge, &["merge", "reunir"], None),
    named(Command::Delete, &["delete", "supprimer"], Some("menu-delete")),
    named(Command::DeadLetters, &["deadletters", "nonremis"], None),
    named(Command::Replay, &["replay", "renvoyer"], None),
    named(Command::Discard, &["discard", "abandonner"], None),
    named(Command::Yes, &["yes", "oui"], None),
    named(Command::Status, &["status", "etat"], Some("menu-status")),
    named(Command::Pause, &["pause", "suspendre"], Some("menu-pause")),
    named(Command::Resume, &["resume", "reprendre"], Some("menu-resume")),
    named(Command::OneWay, &["oneway", "annonces"], None),
    named(Command::BothWays, &["bothways", "deuxsens"], None),
    named(Command::Threads, &["threads", "fils"], None),
    named(Command::Limit, &["limit", "limite"], None),
    named(Command::Titles, &["titles", "titres"], None),
    named(Command::Language, &["language", "langue"], None),
    named(Command::Who, &["who", "qui"], Some("menu-who")),
    named(Command::Mute, &["mute", "muet"], Some("menu-mute")),
    named(Command::Unmute, &["unmute", "parole"], None),
    named(Command::Ban, &["ban", "bannir"], None),
    named(Command::Log, &["log", "journal"], None),
    named(Command::KeepPrivate, &["optout", "nepasrelayer"], Some("menu-optout")),
    named(Command::Relay, &["optin", "relayer"], None),
    named(Command::Forget, &["forget", "oubliemoi"], Some("menu-forget")),
    named(Command::Forgotten, &["forgotten"], None),
];

/// The command of that name, or the name that is nearest to it.
pub fn find(name: &str) -> Result<Command, Option<&'static str>> {
    let name = bare(name);
    let all = || NAMES.iter().flat_map(|named| named.names.iter().map(|name| (named.command, *name)));
    if let Some((command, _)) = all().find(|(_, known)| bare(known) == name) {
        return Ok(command);
    }
    let distances = all().map(|(_, known)| (damerau_levenshtein(&name, &bare(known)), known));
    // Of two as near the one that stands first: it is asked for more often.
    let near = distances.filter(|(far, known)| *far <= 1 + known.len() / 4).min_by_key(|(far, _)| *far);
    Err(near.map(|(_, known)| known))
}

/// The commands with what menus say that they do, where they show them, and their names in English and in French.
pub fn menu() -> impl Iterator<Item = (Option<&'static str>, [&'static str; 2])> {
    NAMES.iter().map(|named| {
        let english = named.names[0];
        (named.menu, [english, named.names.get(1).copied().unwrap_or(english)])
    })
}

/// A word as people may write it: without accents, hyphens and capitals.
pub fn bare(name: &str) -> String {
    let plain = deunicode::deunicode(name).to_ascii_lowercase();
    plain.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_command_is_known_however_it_is_written() {
        assert_eq!(find("one-way"), Ok(Command::OneWay));
        assert_eq!(find("oublie-moi"), Ok(Command::Forget));
        for name in ["unlink", "Délier", "delier", "DÉLIER"] {
            assert_eq!(find(name), Ok(Command::Unlink), "{name}");
        }
    }

    #[test]
    fn the_nearest_is_proposed_and_nothing_far() {
        assert_eq!(find("lnik"), Err(Some("link")));
        assert_eq!(find("suprimer"), Err(Some("supprimer")));
        assert_eq!(find("relyer"), Err(Some("relier")));
        assert_eq!(find("bonjour"), Err(None));
        assert_eq!(find("…"), Err(None));
    }

    #[test]
    fn names_are_of_one_command_each_and_fit_into_menus() {
        let mut seen = BTreeSet::new();
        for name in NAMES.iter().flat_map(|named| named.names) {
            assert!(seen.insert(bare(name)), "{name} is there twice");
            let fits = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(name.len() <= 32 && name.chars().all(fits), "{name}");
        }
    }
}
