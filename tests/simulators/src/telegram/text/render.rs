//! A text as HTML, for reading a transcript.

use super::{Entity, Formatted};

/// The text with its entities as the HTML that would make them.
#[must_use]
pub fn to_html(formatted: &Formatted) -> String {
    let units: Vec<u16> = formatted.text.encode_utf16().collect();
    let mut html = String::new();
    let mut open: Vec<&Entity> = Vec::new();
    let mut waiting = formatted.entities.iter().peekable();
    let mut at = 0;
    loop {
        let here = i64::try_from(at).unwrap_or(i64::MAX);
        while let Some(entity) = open.pop_if(|entity| entity.end() <= here) {
            html.push_str(end(entity));
        }
        while let Some(entity) = waiting.next_if(|entity| entity.offset <= here) {
            html.push_str(&start(entity));
            open.push(entity);
        }
        if at >= units.len() {
            break;
        }
        let wide = (0xd800..0xdc00).contains(&units[at]) && at + 1 < units.len();
        let next = at + 1 + usize::from(wide);
        escape(&String::from_utf16_lossy(&units[at..next]), &mut html);
        at = next;
    }
    while let Some(entity) = open.pop() {
        html.push_str(end(entity));
    }
    html
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(c),
        }
    }
}

fn attribute(value: &str) -> String {
    let mut escaped = String::new();
    escape(value, &mut escaped);
    escaped
}

fn start(entity: &Entity) -> String {
    match entity.kind.as_str() {
        "bold" => "<b>".into(),
        "italic" => "<i>".into(),
        "underline" => "<u>".into(),
        "strikethrough" => "<s>".into(),
        "spoiler" => "<tg-spoiler>".into(),
        "code" => "<code>".into(),
        "blockquote" => "<blockquote>".into(),
        "expandable_blockquote" => "<blockquote expandable>".into(),
        "pre" => match &entity.language {
            Some(language) => format!("<pre><code class=\"language-{}\">", attribute(language)),
            None => "<pre>".into(),
        },
        "text_link" => format!("<a href=\"{}\">", attribute(entity.url.as_deref().unwrap_or(""))),
        "text_mention" => {
            let id = entity.user.as_ref().and_then(|user| user["id"].as_i64()).unwrap_or(0);
            format!("<a href=\"tg://user?id={id}\">")
        }
        "custom_emoji" => {
            format!("<tg-emoji emoji-id=\"{}\">", attribute(entity.custom_emoji_id.as_deref().unwrap_or("")))
        }
        _ => String::new(),
    }
}

fn end(entity: &Entity) -> &'static str {
    match entity.kind.as_str() {
        "bold" => "</b>",
        "italic" => "</i>",
        "underline" => "</u>",
        "strikethrough" => "</s>",
        "spoiler" => "</tg-spoiler>",
        "code" => "</code>",
        "blockquote" | "expandable_blockquote" => "</blockquote>",
        "pre" if entity.language.is_some() => "</code></pre>",
        "pre" => "</pre>",
        "text_link" | "text_mention" => "</a>",
        "custom_emoji" => "</tg-emoji>",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_html;
    use super::*;

    #[test]
    fn what_was_read_is_written_again() {
        for html in [
            "<b>a <i>👋</i></b> &lt;x&gt;",
            "<pre><code class=\"language-rust\">fn</code></pre>",
            "<blockquote expandable>q <a href=\"https://x.org/y\">z</a></blockquote>",
        ] {
            assert_eq!(to_html(&parse_html(html).unwrap()), html);
        }
    }
}
