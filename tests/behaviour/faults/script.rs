//! What happens in a storm: made of a seed alone, so that it can be had again.

use std::{fmt, str::FromStr};

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::square::{SIDES, Side};

/// Who is in a storm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cast {
    Everybody,
    /// Matrix and one network.
    Telegram,
    RocketChat,
    Mattermost,
}

impl Cast {
    pub const ALL: [Self; 4] = [Self::Everybody, Self::Telegram, Self::RocketChat, Self::Mattermost];
    /// Those with one network.
    pub const NETWORKS: [Self; 3] = [Self::Telegram, Self::RocketChat, Self::Mattermost];

    /// The sides of its room.
    pub fn sides(self) -> &'static [Side] {
        match self {
            Self::Everybody => &SIDES,
            Self::Telegram => &[Side::Matrix, Side::Telegram],
            Self::RocketChat => &[Side::Matrix, Side::Breton],
            Self::Mattermost => &[Side::Matrix, Side::Mattermost],
        }
    }
}

/// What a storm is made of. It is written `Telegram:7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub Cast, pub u64);

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}:{}", self.0, self.1)
    }
}

impl FromStr for Seed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let odd = || format!("FAULT_SEED is like Telegram:7, and not {text}");
        let (cast, number) = text.split_once(':').ok_or_else(odd)?;
        let cast = Cast::ALL.into_iter().find(|one| format!("{one:?}").eq_ignore_ascii_case(cast));
        Ok(Self(cast.ok_or_else(odd)?, number.parse().map_err(|_| odd())?))
    }
}

/// Something that happens, and the milliseconds until the next thing does.
#[derive(Clone, Debug)]
pub struct Step {
    pub what: What,
    pub pause: u64,
}

#[derive(Clone, Copy, Debug)]
pub enum What {
    /// Somebody on that side does something.
    Deed(Side, Deed),
    /// Something goes wrong, and is mended after so many steps.
    Trouble(Trouble, usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Deed {
    Say,
    SendFile,
    /// The others are about a message that exists: the number chooses one.
    Reply(u32),
    Edit(u32),
    React(u32),
    Delete(u32),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trouble {
    /// The daemon is killed, and started again when it is mended.
    Killed,
    /// The daemon is stopped in mid-thought.
    Stopped,
    /// A server refuses every connection.
    Away(Side),
    /// A server hangs: connections open, and nothing is answered.
    Frozen(Side),
    /// A server takes its time for the next calls: milliseconds.
    Slow(Side, u64),
    /// Every WebSocket of a server breaks.
    Cut(Side),
    /// The next calls to a server go wrong.
    Wrong(Side, Wrong, u32),
    /// The next calls by which news come from a server go wrong.
    Unheard(Side, Wrong, u32),
    /// The next news of a server come twice.
    Twice(Side),
    /// The next news of a server come behind newer ones.
    Late(Side),
    /// Nothing more fits on the daemon's disk.
    DiskFull,
    /// The daemon's clock goes back: seconds.
    ClockBack(i64),
    /// The bot's token is worth nothing any more; its hoster puts the new one in its place.
    Revoked(Side),
}

/// What a call comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wrong {
    TooMany,
    Internal,
    BadGateway,
    Unavailable,
    BreakBefore,
    BreakAfter,
    HalfBody,
    Garbage,
}

impl Wrong {
    pub const ALL: [Self; 8] = [
        Self::TooMany,
        Self::Internal,
        Self::BadGateway,
        Self::Unavailable,
        Self::BreakBefore,
        Self::BreakAfter,
        Self::HalfBody,
        Self::Garbage,
    ];
}

impl Trouble {
    /// Whether it may leave something in doubt that was just being sent to this side.
    pub fn leaves_in_doubt(self, side: Side) -> bool {
        match self {
            Self::Killed | Self::Revoked(_) | Self::DiskFull => true,
            Self::Away(at) | Self::Wrong(at, ..) => at == side,
            _ => false,
        }
    }

    /// Whether it can befall its side at all.
    fn can_be(self) -> bool {
        match self {
            // They have no WebSocket.
            Self::Cut(side) => !matches!(side, Side::Matrix | Side::Telegram),
            // What a bot fetches from Telegram comes in order, and again until it is confirmed.
            Self::Twice(side) | Self::Late(side) => side != Side::Telegram,
            // An application service's token changes with its registration only.
            Self::Revoked(side) => side != Side::Matrix,
            _ => true,
        }
    }
}

const STEPS: usize = 60;

/// The steps that a seed stands for.
pub fn steps(Seed(cast, number): Seed) -> Vec<Step> {
    let mut random = StdRng::seed_from_u64(number);
    let sides = cast.sides();
    (0..STEPS)
        .map(|_| {
            let what = match random.random_range(0..100) {
                0..65 => What::Deed(side(&mut random, sides), deed(&mut random)),
                _ => What::Trouble(trouble(&mut random, sides), random.random_range(1..6)),
            };
            Step { what, pause: random.random_range(0..120) }
        })
        .collect()
}

fn side(random: &mut StdRng, sides: &[Side]) -> Side {
    sides[random.random_range(0..sides.len())]
}

fn deed(random: &mut StdRng) -> Deed {
    let which = random.random();
    match random.random_range(0..100) {
        0..45 => Deed::Say,
        45..55 => Deed::SendFile,
        55..67 => Deed::Reply(which),
        67..80 => Deed::Edit(which),
        80..90 => Deed::React(which),
        _ => Deed::Delete(which),
    }
}

fn trouble(random: &mut StdRng, sides: &[Side]) -> Trouble {
    loop {
        let at = side(random, sides);
        let wrong = Wrong::ALL[random.random_range(0..Wrong::ALL.len())];
        let trouble = match random.random_range(0..100) {
            0..10 => Trouble::Killed,
            10..14 => Trouble::Stopped,
            14..24 => Trouble::Away(at),
            24..30 => Trouble::Frozen(at),
            30..35 => Trouble::Slow(at, random.random_range(50..800)),
            35..42 => Trouble::Cut(at),
            42..72 => Trouble::Wrong(at, wrong, random.random_range(1..4)),
            72..80 => Trouble::Unheard(at, wrong, random.random_range(1..3)),
            80..84 => Trouble::Twice(at),
            84..88 => Trouble::Late(at),
            88..91 => Trouble::DiskFull,
            91..95 => Trouble::ClockBack(random.random_range(60..100_000)),
            _ => Trouble::Revoked(at),
        };
        if trouble.can_be() {
            return trouble;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A step without its chances.
    fn name(what: What) -> String {
        match what {
            What::Deed(side, deed) => {
                let deed = format!("{deed:?}");
                format!("{side:?} {}", deed.split('(').next().unwrap_or_default())
            }
            What::Trouble(Trouble::ClockBack(_), _) => "ClockBack".to_owned(),
            What::Trouble(Trouble::Slow(side, _), _) => format!("Slow({side:?})"),
            What::Trouble(Trouble::Wrong(side, wrong, _), _) => format!("{side:?} {wrong:?}"),
            What::Trouble(Trouble::Unheard(side, wrong, _), _) => format!("{side:?} unheard {wrong:?}"),
            What::Trouble(trouble, _) => format!("{trouble:?}"),
        }
    }

    #[test]
    fn every_deed_and_every_trouble_is_drawn_on_every_side() {
        for cast in Cast::ALL {
            let drawn: BTreeSet<String> =
                (0..400).flat_map(|seed| steps(Seed(cast, seed))).map(|step| name(step.what)).collect();
            let mut all: Vec<String> =
                ["Killed", "Stopped", "DiskFull", "ClockBack"].map(str::to_owned).into();
            for side in cast.sides() {
                let (has_socket, polled) =
                    (!matches!(side, Side::Matrix | Side::Telegram), *side == Side::Telegram);
                let deeds = ["Say", "SendFile", "Reply", "Edit", "React", "Delete"];
                all.extend(deeds.map(|deed| format!("{side:?} {deed}")));
                all.extend(["Away", "Frozen", "Slow"].map(|trouble| format!("{trouble}({side:?})")));
                all.extend(Wrong::ALL.map(|wrong| format!("{side:?} {wrong:?}")));
                all.extend(Wrong::ALL.map(|wrong| format!("{side:?} unheard {wrong:?}")));
                all.extend(has_socket.then(|| format!("Cut({side:?})")));
                all.extend((*side != Side::Matrix).then(|| format!("Revoked({side:?})")));
                if !polled {
                    all.extend(["Twice", "Late"].map(|trouble| format!("{trouble}({side:?})")));
                }
            }
            let all: BTreeSet<String> = all.into_iter().collect();
            assert_eq!(drawn, all, "{cast:?}");
        }
    }

    #[test]
    fn a_seed_is_read_as_it_is_written() {
        for cast in Cast::ALL {
            assert_eq!(Seed(cast, 7).to_string().parse(), Ok(Seed(cast, 7)));
        }
        assert!("7".parse::<Seed>().is_err());
    }
}
