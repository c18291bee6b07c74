//! Reads a text and its entities.

use contract::{Block, NetworkName, Person, Span, Style, Text};

use super::Entity;
use crate::incoming::Usernames;

/// Entities that are heeded; a message has a hundred.
const MOST_ENTITIES: usize = 1000;

/// What a message says. Entities may lie about where they are; what nobody knows is plain.
pub(crate) fn read(text: &str, entities: &[Entity], own: &NetworkName, usernames: &Usernames) -> Text {
    let units: Vec<u16> = text.encode_utf16().collect();
    let entities: Vec<Entity> =
        entities.iter().take(MOST_ENTITIES).map(|entity| whole(&units, entity)).collect();
    let reader = Reader { units, entities: &entities, own, usernames };
    let mut blocks = Vec::new();
    let mut at = 0;
    for entity in reader.standing_alone() {
        reader.paragraphs(at, entity.offset, &mut blocks);
        at = entity.end().min(reader.units.len());
        match entity.kind.as_str() {
            "pre" => blocks.push(Block::Code {
                language: entity.language.clone(),
                code: reader.slice(entity.offset, at),
            }),
            _ => {
                let mut inner = Vec::new();
                reader.paragraphs(entity.offset, at, &mut inner);
                blocks.push(Block::Quote(inner));
            }
        }
    }
    reader.paragraphs(at, reader.units.len(), &mut blocks);
    Text(blocks).normal()
}

/// The same entity, within the text and not cutting a character in two.
fn whole(units: &[u16], entity: &Entity) -> Entity {
    let second_half = |at: &usize| units.get(*at).is_some_and(|unit| (0xdc00..0xe000).contains(unit));
    let start = entity.offset.min(units.len());
    let end = entity.end().min(units.len());
    let start = if second_half(&start) { start - 1 } else { start };
    let end = if second_half(&end) { end + 1 } else { end };
    Entity { offset: start, length: end.saturating_sub(start), ..entity.clone() }
}

struct Reader<'a> {
    units: Vec<u16>,
    entities: &'a [Entity],
    own: &'a NetworkName,
    usernames: &'a Usernames,
}

impl Reader<'_> {
    /// Quotes and blocks of code, in order, none within another.
    fn standing_alone(&self) -> Vec<&Entity> {
        let mut found: Vec<&Entity> = self
            .entities
            .iter()
            .filter(|e| matches!(e.kind.as_str(), "pre" | "blockquote" | "expandable_blockquote"))
            .filter(|e| e.length > 0 && e.offset < self.units.len())
            .collect();
        found.sort_by_key(|e| (e.offset, std::cmp::Reverse(e.length)));
        let mut end = 0;
        found.retain(|e| {
            let free = e.offset >= end;
            if free {
                end = e.end();
            }
            free
        });
        found
    }

    fn paragraphs(&self, from: usize, to: usize, blocks: &mut Vec<Block>) {
        if from >= to {
            return;
        }
        let mut cuts: Vec<usize> = vec![from, to];
        for entity in self.entities {
            cuts.extend([entity.offset, entity.end()].iter().filter(|cut| (from..to).contains(cut)));
        }
        cuts.sort_unstable();
        cuts.dedup();
        let spans = cuts.windows(2).map(|cut| self.span(cut[0], cut[1])).collect();
        blocks.push(Block::Paragraph(spans));
    }

    /// The words between two cuts, which wear the same everywhere.
    fn span(&self, from: usize, to: usize) -> Span {
        let words = self.slice(from, to);
        let over: Vec<&Entity> =
            self.entities.iter().filter(|e| e.offset <= from && e.end() > from).collect();
        let find = |kind: &str| over.iter().find(|e| e.kind == kind);
        let mut span = if find("code").is_some() {
            Span::Code(words)
        } else if let Some(user) = find("text_mention").and_then(|e| e.user.as_ref()) {
            let person = Person { network: self.own.clone(), user: user.id.to_string().into() };
            Span::Mention { person, name: words }
        } else if let Some(person) = find("mention").and_then(|_| self.usernames.person(&words, self.own)) {
            Span::Mention { person, name: words }
        } else {
            Span::Plain(words)
        };
        if let Some(url) = find("text_link").and_then(|e| e.url.clone()) {
            span = Span::Link { url, spans: vec![span] };
        }
        for entity in over {
            let style = match entity.kind.as_str() {
                "bold" => Style::Bold,
                "italic" => Style::Italic,
                "underline" => Style::Underline,
                "strikethrough" => Style::Strike,
                "spoiler" => Style::Spoiler,
                _ => continue,
            };
            span = Span::Styled(style, vec![span]);
        }
        span
    }

    fn slice(&self, from: usize, to: usize) -> String {
        String::from_utf16_lossy(&self.units[from..to.min(self.units.len())])
    }
}
