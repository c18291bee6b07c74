//! The table as the README shows it.

use std::{fmt::Write, fs, path::Path};

use super::{Cell, rows};

const BEGIN: &str = "<!-- What crosses: written by the tests from the rows that they walk. -->\n";
const END: &str = "<!-- What crosses: end. -->";

/// The table, and below it why what is not native is not.
fn table() -> String {
    let mut out =
        "| | Matrix → Telegram | Telegram → Matrix | Matrix → Rocket.Chat | Rocket.Chat → Matrix | Matrix → \
                   Mattermost | Mattermost → Matrix |\n|---|---|---|---|---|---|---|\n"
            .to_owned();
    let mut reasons: Vec<&str> = Vec::new();
    let mut why = |reason| {
        let at = reasons.iter().position(|known| *known == reason).unwrap_or_else(|| {
            reasons.push(reason);
            reasons.len() - 1
        });
        at + 1
    };
    for row in rows::all() {
        let cells = row.cells.iter().map(|cell| match cell {
            Cell::Native(_) => "native".to_owned(),
            Cell::Words(_, reason) => format!("as text ({})", why(reason)),
            Cell::File(_, reason) => format!("as file ({})", why(reason)),
            Cell::Never(reason) => format!("not possible ({})", why(reason)),
            Cell::Absent => "—".to_owned(),
        });
        let _ = writeln!(out, "| {} | {} |", row.what, cells.collect::<Vec<_>>().join(" | "));
    }
    out.push_str("\n— : there is none on the side it would come from, or nobody is told of it.\n\n");
    for (n, reason) in reasons.iter().enumerate() {
        let _ = writeln!(out, "{}. {reason}", n + 1);
    }
    out
}

/// The README says what the rows say. With `WRITE_TABLE` in the environment it is made to.
#[test]
fn the_readme_shows_the_table_that_is_walked() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    if std::env::var_os("WRITE_TABLE").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
        return;
    }
    assert!(
        shown == table(),
        "write it anew: WRITE_TABLE=1 cargo test -p passerelle --test behaviour crossing::table"
    );
}
