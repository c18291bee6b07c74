//! Who writes on each side, and who was not met on Matrix yet.
//!
//! Nobody says who is who: a name that is on Matrix too is a hint, and is told as one.

use std::collections::BTreeSet;

use contract::{Block, NetworkName, Phrase, Result, Span, Text, Timestamp, one_line};

use super::{Answer, Asked, Commands, running::ago};
use crate::store::{Place, people::Seen};

/// People named of each side.
const MOST_PEOPLE: usize = 30;

impl Commands {
    /// Who wrote on each side, and when they last did; of the other networks, those who are not on Matrix by their name.
    pub(super) async fn who(&self, asked: &Asked<'_>) -> Result<Answer> {
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let now = Timestamp::now();
        let mut places = self.store.linked_to(asked.place).await?;
        places.push(asked.place.clone());
        places.sort_by_key(|place| place.network != NetworkName::matrix());
        let mut on_matrix = BTreeSet::new();
        let mut blocks = Vec::new();
        for place in places {
            let mut seen = self.store.seen(&place, u32::MAX).await?;
            let count = seen.len();
            let title = |key: &str| Phrase::new(key).with("network", &place.network).with("count", count);
            if place.network == NetworkName::matrix() {
                on_matrix = self.names_in(&place, &seen).await;
                blocks.push(line(title("who-matrix").with("chat", self.title(&place).await)));
                blocks.extend(people(&seen, now));
                continue;
            }
            let maybe: Vec<Seen> = seen.extract_if(.., |one| on_matrix.contains(&plain(&one.name))).collect();
            let there = title("who-there").with("only", seen.len()).with("chat", self.title(&place).await);
            blocks.push(line(there));
            blocks.extend(people(&seen, now));
            if !maybe.is_empty() {
                let names: Vec<String> =
                    maybe.iter().take(MOST_PEOPLE).map(|one| one_line(&one.name)).collect();
                blocks.push(line(Phrase::new("who-maybe").with("names", names.join(", "))));
            }
        }
        blocks.push(line(Phrase::new("who-note")));
        Ok(Text(blocks).into())
    }

    /// The names of a room: of its members, and of those who wrote.
    async fn names_in(&self, room: &Place, seen: &[Seen]) -> BTreeSet<String> {
        let members = match self.networks.get(&room.network) {
            // Without the members, those who wrote are still known.
            Some(network) => network.people(&room.chat).await.unwrap_or_default(),
            None => Vec::new(),
        };
        let names = members.iter().map(|member| plain(member.shown()));
        names.chain(seen.iter().map(|one| plain(&one.name))).collect()
    }
}

fn line(phrase: Phrase) -> Block {
    Block::Paragraph(vec![Span::Phrase(phrase)])
}

/// People with when they last wrote, as many as a message should name.
fn people(seen: &[Seen], now: Timestamp) -> Vec<Block> {
    let items = seen.iter().take(MOST_PEOPLE).map(|one| {
        let name = Span::Plain(format!("{}\u{a0}: ", one_line(&one.name)));
        vec![Block::Paragraph(vec![name, Span::Phrase(ago(now, one.at))])]
    });
    let mut blocks = vec![Block::List { start: None, items: items.collect() }];
    let more = seen.len().saturating_sub(MOST_PEOPLE);
    if more > 0 {
        blocks.push(line(Phrase::new("who-more").with("count", more)));
    }
    blocks
}

/// A name without accents, capitals and odd signs.
fn plain(name: &str) -> String {
    let plain = deunicode::deunicode(name).to_lowercase();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_however_it_is_written() {
        assert_eq!(plain("  Émile   ROUX "), plain("emile roux"));
        assert_ne!(plain("Anne"), plain("Anna"));
    }
}
