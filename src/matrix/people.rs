//! Who is who: people of every network and the Matrix ids that stand for them.

use contract::{NetworkName, Person};
use ruma::{OwnedUserId, UserId};
use sha2::{Digest, Sha256};

/// The longest Matrix id, in bytes (client-server API, "User identifiers").
const LONGEST: usize = 255;

/// Turns people into Matrix ids and back.
///
/// A ghost is `@<prefix><network>_<id>:<server>`. A network's name has no `_`; what the id holds besides
/// `[a-z0-9.-]` is written `=xx`, so that the way back is unique.
#[derive(Clone, Debug)]
pub struct People {
    server: String,
    prefix: String,
    bot: OwnedUserId,
}

impl People {
    /// The people of a homeserver, by our prefix and the localpart of our bot.
    ///
    /// # Errors
    /// When the bot's id is no Matrix id.
    pub fn new(server: &str, prefix: &str, bot: &str) -> Result<Self, ruma::IdParseError> {
        let bot = UserId::parse(format!("@{bot}:{server}"))?;
        Ok(Self { server: server.to_owned(), prefix: prefix.to_owned(), bot })
    }

    /// The bot.
    #[must_use]
    pub fn bot(&self) -> &UserId {
        &self.bot
    }

    /// What the names of our ghosts and aliases begin with.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The Matrix id of somebody: their own, or their ghost's. The bot's for ids that Matrix would refuse.
    #[must_use]
    pub fn mxid(&self, person: &Person) -> OwnedUserId {
        if person.network == NetworkName::matrix() {
            return UserId::parse(person.user.as_str()).unwrap_or_else(|_| self.bot.clone());
        }
        let localpart = |id: &str| format!("{}{}_{id}", self.prefix, person.network);
        let mut id = format!("@{}:{}", localpart(&escape(person.user.as_str())), self.server);
        if id.len() > LONGEST {
            let digest = Sha256::digest(person.user.as_str());
            let short = digest.iter().take(16).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            id = format!("@{}:{}", localpart(&format!("=-{short}")), self.server);
        }
        UserId::parse(id).unwrap_or_else(|_| self.bot.clone())
    }

    /// Who a Matrix id stands for. A ghost whose id was cut short stands for itself.
    #[must_use]
    pub fn person(&self, mxid: &UserId) -> Person {
        let ghost = self.ghost_localpart(mxid).and_then(|rest| rest.split_once('_'));
        match ghost.and_then(|(network, id)| Some((network, unescape(id)?))) {
            Some((network, user)) => Person { network: network.into(), user: user.into() },
            None => Person { network: NetworkName::matrix(), user: mxid.as_str().into() },
        }
    }

    /// Whether this is the bot or a ghost: their events are our own, coming back.
    #[must_use]
    pub fn is_ours(&self, mxid: &UserId) -> bool {
        mxid == self.bot || self.ghost_localpart(mxid).is_some()
    }

    /// Whether this is a ghost.
    #[must_use]
    pub fn is_ghost(&self, mxid: &UserId) -> bool {
        mxid != self.bot && self.ghost_localpart(mxid).is_some()
    }

    fn ghost_localpart<'a>(&self, mxid: &'a UserId) -> Option<&'a str> {
        (mxid.server_name().as_str() == self.server)
            .then(|| mxid.localpart().strip_prefix(&self.prefix))
            .flatten()
    }
}

fn escape(id: &str) -> String {
    let mut out = String::new();
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' => out.push(char::from(byte)),
            _ => out.push_str(&format!("={byte:02x}")),
        }
    }
    out
}

fn unescape(id: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = id.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            let hex = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn people() -> People {
        People::new("exemple.fr", "passerelle_", "passerelle").unwrap()
    }

    proptest! {
        #[test]
        fn every_ghost_leads_back_to_its_person(user in "[ -~éà🎉]{1,60}", network in "[a-z][a-z0-9-]{0,9}") {
            prop_assume!(network != "matrix");
            let person = Person { network: network.into(), user: user.into() };
            let ghost = people().mxid(&person);
            prop_assert!(people().is_ours(&ghost));
            prop_assert!(ghost.as_str().len() <= LONGEST);
            if escape(person.user.as_str()).len() < 200 {
                prop_assert_eq!(people().person(&ghost), person);
            }
        }
    }

    #[test]
    fn people_of_the_homeserver_are_themselves() {
        let anne = UserId::parse("@anne:exemple.fr").unwrap();
        let person = people().person(&anne);
        assert_eq!(person.user.as_str(), "@anne:exemple.fr");
        assert_eq!(people().mxid(&person), anne);
        assert!(!people().is_ours(&anne));
        let foreign = UserId::parse("@passerelle_telegram_7:ailleurs.fr").unwrap();
        assert!(!people().is_ours(&foreign), "another server's user only looks like a ghost");
    }
}
