//! Entities nest and never cross: styles are cut where they would, everything else gives way.

use super::{Entity, index};

/// More entities than this are ignored.
const MOST: usize = 100;

const STYLES: [&str; 5] = ["bold", "italic", "underline", "strikethrough", "spoiler"];

/// The entities given and those found in the text, as one sorted list without crossings. `whole` is the text's length.
pub fn nest(whole: usize, given: Vec<Entity>, found: Vec<Entity>) -> Vec<Entity> {
    let (styles, solid): (Vec<_>, Vec<_>) =
        given.into_iter().partition(|e| STYLES.contains(&e.kind.as_str()));
    let mut kept: Vec<Entity> = Vec::new();
    for entity in sorted(solid).into_iter().chain(found) {
        if kept.iter().all(|other| agree(other, &entity)) {
            kept.push(entity);
        }
    }
    kept.extend(runs(whole, &styles, &kept));
    let mut nested = cut(sorted(kept));
    nested.truncate(MOST);
    nested
}

fn quote(entity: &Entity) -> bool {
    entity.kind.ends_with("blockquote")
}

/// Whether `new` may stand beside, around or inside `old`.
fn agree(old: &Entity, new: &Entity) -> bool {
    let apart = new.offset >= old.end() || old.offset >= new.end();
    let inside = |a: &Entity, b: &Entity| a.offset >= b.offset && a.end() <= b.end();
    apart
        || (quote(old) != quote(new) && (inside(new, old) && quote(old) || inside(old, new) && quote(new)))
        || (new.kind == "custom_emoji" && inside(new, old) && !old.kind.starts_with(['c', 'p']))
}

/// Each style as its longest unbroken stretches, without those inside code.
fn runs(whole: usize, styles: &[Entity], solid: &[Entity]) -> Vec<Entity> {
    let mut runs = Vec::new();
    for style in STYLES {
        let mut on = vec![false; whole + 1];
        for entity in styles.iter().filter(|e| e.kind == style) {
            on[index(entity.offset)..index(entity.end())].fill(true);
        }
        for code in solid.iter().filter(|e| e.kind == "code" || e.kind == "pre") {
            on[index(code.offset)..index(code.end())].fill(false);
        }
        let mut begun = None;
        for (at, &on) in on.iter().enumerate() {
            match (begun, on) {
                (None, true) => begun = Some(at),
                (Some(from), false) => {
                    runs.push(Entity::new(style, from, at - from));
                    begun = None;
                }
                _ => {}
            }
        }
    }
    runs
}

/// Walks outer to inner; a style that reaches over the end of what holds it goes on after it as another one.
fn cut(entities: Vec<Entity>) -> Vec<Entity> {
    let mut waiting = entities;
    let mut nested: Vec<Entity> = Vec::new();
    let mut open: Vec<i64> = Vec::new();
    while !waiting.is_empty() {
        let mut entity = waiting.remove(0);
        while open.last().is_some_and(|&end| end <= entity.offset) {
            open.pop();
        }
        if let Some(&end) = open.last().filter(|&&end| end < entity.end()) {
            let rest = Entity { offset: end, length: entity.end() - end, ..entity.clone() };
            entity.length = end - entity.offset;
            waiting.push(rest);
            waiting = sorted(waiting);
        }
        open.push(entity.end());
        nested.push(entity);
    }
    nested
}

fn sorted(mut entities: Vec<Entity>) -> Vec<Entity> {
    entities.sort_by_key(|e| (e.offset, -e.length, rank(&e.kind)));
    entities
}

/// Of two with the same extent, the lower is the outer one.
fn rank(kind: &str) -> u8 {
    match kind {
        "blockquote" | "expandable_blockquote" => 0,
        "pre" => 10,
        "code" => 20,
        "text_link" | "text_mention" => 49,
        "bold" => 90,
        "italic" => 91,
        "underline" => 92,
        "strikethrough" => 93,
        "spoiler" => 94,
        "custom_emoji" => 99,
        _ => 50,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(entities: &[Entity]) -> Vec<(&str, i64, i64)> {
        entities.iter().map(|e| (e.kind.as_str(), e.offset, e.length)).collect()
    }

    #[test]
    fn crossing_styles_are_cut() {
        let given = vec![Entity::new("bold", 0, 6), Entity::new("italic", 3, 6)];
        assert_eq!(shape(&nest(9, given, vec![])), [("bold", 0, 6), ("italic", 3, 3), ("italic", 6, 3)]);
    }

    #[test]
    fn nothing_lives_inside_code() {
        let given = vec![Entity::new("code", 2, 3), Entity::new("bold", 0, 9)];
        assert_eq!(shape(&nest(9, given, vec![])), [("bold", 0, 2), ("code", 2, 3), ("bold", 5, 4)]);
    }

    #[test]
    fn neighbours_of_one_style_are_one() {
        let given = vec![Entity::new("bold", 0, 2), Entity::new("bold", 2, 2)];
        assert_eq!(shape(&nest(4, given, vec![])), [("bold", 0, 4)]);
    }

    #[test]
    fn what_is_found_gives_way_to_what_is_given() {
        let given = vec![Entity { url: Some("https://x.org/".into()), ..Entity::new("text_link", 0, 8) }];
        let found = vec![Entity::new("mention", 2, 4), Entity::new("hashtag", 9, 3)];
        assert_eq!(shape(&nest(12, given, found)), [("text_link", 0, 8), ("hashtag", 9, 3)]);
    }

    #[test]
    fn only_a_hundred_are_kept() {
        let given = (0..120).map(|n| Entity::new("bold", n * 2, 1)).collect();
        assert_eq!(nest(240, given, vec![]).len(), MOST);
    }
}
