//! Opaque names. Each is a string that only the network it belongs to can read.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The name as its owner wrote it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<T: Into<String>> From<T> for $name {
            fn from(name: T) -> Self {
                Self(name.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

opaque! {
    /// A chat system by its configured name, such as `telegram` or `rocket-bretagne`.
    NetworkName;
    /// A place on a network: a room, a group, a channel.
    ChatId;
    /// Somebody on a network.
    UserId;
    /// A message as one network names it; unique within its chat.
    MessageId;
    /// One thing heard, unique within its network: hearing it again must change nothing.
    EventId;
    /// Where a network resumes listening.
    Cursor;
}

impl NetworkName {
    /// The Matrix side, which is a network like the others.
    #[must_use]
    pub fn matrix() -> Self {
        Self("matrix".to_owned())
    }
}

/// Somebody, wherever they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Person {
    /// The network they write on.
    pub network: NetworkName,
    /// Their id there.
    pub user: UserId,
}

/// Milliseconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The clock, for the edges only: everything else is told the time.
    #[must_use]
    pub fn now() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(now.as_millis()).unwrap_or(i64::MAX))
    }
}
