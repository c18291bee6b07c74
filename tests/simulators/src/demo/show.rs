//! Two transcripts beside each other.

use crate::{account::Line, mattermost, rocketchat, telegram};

/// Columns of a transcript.
const WIDTH: usize = 58;

/// A line of the room.
pub(super) fn room_line(line: &Line) -> String {
    let file = line.file.as_ref().map(|file| format!("[{}] ", file.name)).unwrap_or_default();
    let reply = if line.reply_to.is_some() { "↪ " } else { "" };
    let edited = if line.edited { " (edited)" } else { "" };
    let reactions: String =
        line.reactions.iter().map(|(emoji, who)| format!(" {emoji}×{}", who.len())).collect();
    format!("{}: {reply}{file}{}{edited}{reactions}", line.name, line.body.replace('\n', " / "))
}

/// A line of the group.
pub(super) fn group_line(line: &telegram::Line) -> String {
    let file = line.media.as_ref().map(|file| format!("[{:?}] ", file.kind)).unwrap_or_default();
    let reply = if line.reply_to.is_some() { "↪ " } else { "" };
    let edited = if line.edited.is_some() { " (edited)" } else { "" };
    let reactions: String = line.reactions.values().flatten().map(|emoji| format!(" {emoji}")).collect();
    format!("{}: {reply}{file}{}{edited}{reactions}", line.author, line.text.replace('\n', " / "))
}

/// A line of the Rocket.Chat channel.
pub(super) fn hall_line(line: &rocketchat::Line) -> String {
    let files: String = line.files.iter().map(|file| format!("[{}] ", file.name)).collect();
    let reply = if line.thread.is_some() || !line.quotes.is_empty() { "↪ " } else { "" };
    let edited = if line.edited { " (edited)" } else { "" };
    let reactions: String = line.reactions.iter().map(|(emoji, _)| format!(" {emoji}")).collect();
    format!("{}: {reply}{files}{}{edited}{reactions}", line.shown, line.text.replace('\n', " / "))
}

/// A line of the Mattermost channel.
pub(super) fn channel_line(line: &mattermost::Line) -> String {
    let files: String = line.files.iter().map(|file| format!("[{}] ", file.name)).collect();
    let reply = if line.root.is_some() { "↪ " } else { "" };
    let edited = if line.edited { " (edited)" } else { "" };
    let reactions: String = line.reactions.iter().map(|(emoji, _)| format!(" :{emoji}:")).collect();
    format!("{}: {reply}{files}{}{edited}{reactions}", line.shown, line.text.replace('\n', " / "))
}

/// Both, as two columns.
pub(super) fn beside(left_title: &str, left: &[String], right_title: &str, right: &[String]) -> String {
    let rule = "─".repeat(WIDTH);
    let (mut lefts, mut rights) =
        (vec![left_title.to_owned(), rule.clone()], vec![right_title.to_owned(), rule]);
    lefts.extend(left.iter().flat_map(|line| wrap(line)));
    rights.extend(right.iter().flat_map(|line| wrap(line)));
    let mut out = String::new();
    for n in 0..lefts.len().max(rights.len()) {
        let (left, right) =
            (lefts.get(n).map_or("", String::as_str), rights.get(n).map_or("", String::as_str));
        let padding = " ".repeat(WIDTH.saturating_sub(width(left)));
        out.push_str(&format!("{left}{padding} │ {right}\n"));
    }
    out
}

fn wrap(line: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let last = lines.last().map_or(0, |last| width(last));
        if last > 0 && last + 1 + width(word) > WIDTH {
            lines.push("  ".to_owned());
        } else if last > 0
            && let Some(last) = lines.last_mut()
        {
            last.push(' ');
        }
        if let Some(last) = lines.last_mut() {
            last.push_str(word);
        }
    }
    lines
}

/// Columns a line takes: an emoji takes two, what joins characters takes none.
fn width(line: &str) -> usize {
    line.chars()
        .map(|c| match c {
            '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' | '\u{300}'..='\u{36f}' => 0,
            '\u{1f000}'..='\u{1faff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => 2,
            _ => 1,
        })
        .sum()
}
