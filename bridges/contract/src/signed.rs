//! The name before the words, where nobody can speak as somebody else.

use crate::{Author, Block, Body, Span, Style, Text, Tone};

/// Characters of a name: nobody may fill a screen with it.
const LONGEST_NAME: usize = 64;

/// The words of a body with the name of who says them in bold before them; passerelle's own without.
#[must_use]
pub fn signed(author: &Author, body: &Body) -> Text {
    if author.is_bridge() {
        return body.text.clone();
    }
    let name = Span::Styled(Style::Bold, vec![Span::Plain(one_line(author.shown()))]);
    let plain = |words: &str| Span::Plain(words.to_owned());
    let mut blocks = body.text.0.clone();
    if let Some(Block::Paragraph(first)) = blocks.first_mut() {
        let mut line = match body.tone {
            Tone::Emote => vec![plain("* "), name, plain(" ")],
            _ => vec![name, plain(": ")],
        };
        line.append(first);
        *first = line;
    } else {
        let line = if blocks.is_empty() { vec![name] } else { vec![name, plain(":")] };
        blocks.insert(0, Block::Paragraph(line));
    }
    Text(blocks)
}

/// Whether a sign in a name neither turns nor hides those after it, nor is nothing to see.
#[must_use]
pub fn is_visible(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
                | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        )
}

/// A name on one line, without what turns or hides the words after it.
#[must_use]
pub fn one_line(name: &str) -> String {
    let name: String = name.chars().filter(|c| is_visible(*c)).take(LONGEST_NAME).collect();
    if name.trim().is_empty() { "?".to_owned() } else { name.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NetworkName;

    #[test]
    fn a_name_is_one_line_that_hides_nothing() {
        assert_eq!(one_line("Anne\n\u{202e}B."), "AnneB.");
        assert_eq!(one_line("\u{200b}\n"), "?");
        assert_eq!(one_line(&"x".repeat(100)).len(), LONGEST_NAME);
    }

    #[test]
    fn passerelle_itself_needs_no_name() {
        let body = Body::of(Text::plain("voilà"));
        assert_eq!(signed(&Author::bridge(), &body), body.text);
        let anne = Author::named(&NetworkName::matrix(), "@anne:exemple.fr", "Anne");
        assert_eq!(signed(&anne, &body).excerpt(40), "Anne: voilà");
    }
}
