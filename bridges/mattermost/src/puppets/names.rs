//! What an account is called and reached by: made from whom it speaks for, and always the same.

use contract::{Author, Person};
use sha2::{Digest, Sha256};

use crate::people::mark;

/// What an account may be called, in the order of what people would like: letters, digits, `.`, `-` and `_`, beginning
/// with a letter (API v4, `User.username`).
pub(super) fn usernames(author: &Author) -> impl Iterator<Item = String> {
    let person = &author.person;
    let own =
        person.user.as_str().strip_prefix('@').and_then(|id| id.split_once(':')).map(|(local, _)| local);
    let plain = deunicode::deunicode(own.unwrap_or(author.shown())).to_lowercase();
    let kept: String =
        plain.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' }).collect();
    let short: String = kept.trim_matches(|c: char| !c.is_ascii_alphabetic()).chars().take(30).collect();
    let slug = if short.is_empty() { "personne".to_owned() } else { short };
    let network: String = person.network.as_str().chars().take(20).collect();
    let base = format!("{slug}.{network}");
    let unique = hex(person)[..8].to_owned();
    (1..10)
        .map({
            let base = base.clone();
            move |n| if n == 1 { base.clone() } else { format!("{base}{n}") }
        })
        .chain(std::iter::once(format!("{base}.{unique}")))
}

/// An address that nobody has, the same for the same person.
pub(super) fn email(person: &Person) -> String {
    format!("{}@passerelle.invalid", hex(person))
}

fn hex(person: &Person) -> String {
    let digest = Sha256::digest(mark(person));
    digest.iter().take(16).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Nobody ever types it.
pub(super) fn password() -> String {
    let mut random = [0; 24];
    // Without randomness the account is not made: an empty password is refused.
    if getrandom::fill(&mut random).is_err() {
        return String::new();
    }
    random.iter().fold(String::from("Aa1!"), |hex, byte| format!("{hex}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use contract::NetworkName;

    use super::*;

    #[test]
    fn usernames_are_what_the_server_takes() {
        let first = |network: &str, user: &str, name: &str| {
            usernames(&Author::named(&NetworkName::from(network), user, name)).next().unwrap()
        };
        assert_eq!(first("matrix", "@Henri_D:exemple.fr", "Henri"), "henri_d.matrix");
        assert_eq!(first("telegram", "42", "Élodie Ça"), "elodie-ca.telegram");
        assert_eq!(first("telegram", "42", "🎉"), "tada.telegram");
        assert_eq!(first("telegram", "42", "42"), "personne.telegram");
        let anne = Author::named(&NetworkName::matrix(), "@anne:a.fr", "Anne");
        assert_eq!(usernames(&anne).count(), 10);
        let all: Vec<String> = usernames(&anne).collect();
        assert_eq!((all[0].as_str(), all[1].as_str()), ("anne.matrix", "anne.matrix2"));
    }
}
