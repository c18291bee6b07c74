//! What happens in a storm: made of a seed alone, so that it can be had again.

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::square::{SIDES, Side};

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
    /// A server refuses every connection.
    Away(Side),
    /// A server takes its time for the next calls: milliseconds.
    Slow(Side, u64),
    /// Every WebSocket of a server breaks.
    Cut(Side),
    /// The next calls of a server go wrong.
    Wrong(Side, Wrong, u32),
    /// The homeserver sends its next transactions twice.
    Twice,
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
    const ALL: [Self; 8] = [
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
}

/// The steps that a seed stands for.
pub fn steps(seed: u64) -> Vec<Step> {
    let mut random = StdRng::seed_from_u64(seed);
    (0..STEPS)
        .map(|_| {
            let what = match random.random_range(0..100) {
                0..65 => What::Deed(side(&mut random), deed(&mut random)),
                _ => What::Trouble(trouble(&mut random), random.random_range(1..6)),
            };
            Step { what, pause: random.random_range(0..150) }
        })
        .collect()
}

const STEPS: usize = 60;

fn side(random: &mut StdRng) -> Side {
    SIDES[random.random_range(0..SIDES.len())]
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

fn trouble(random: &mut StdRng) -> Trouble {
    match random.random_range(0..100) {
        0..12 => Trouble::Killed,
        12..24 => Trouble::Away(side(random)),
        24..32 => Trouble::Slow(side(random), random.random_range(50..800)),
        32..40 => Trouble::Cut(side(random)),
        40..84 => {
            let wrong = Wrong::ALL[random.random_range(0..Wrong::ALL.len())];
            Trouble::Wrong(side(random), wrong, random.random_range(1..4))
        }
        84..88 => Trouble::Twice,
        88..92 => Trouble::DiskFull,
        92..96 => Trouble::ClockBack(random.random_range(60..100_000)),
        _ => Trouble::Revoked(side(random)),
    }
}
