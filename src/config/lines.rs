//! Where a key stands in the file. YAML values do not say; a configuration in block style is easily followed.

use std::collections::HashMap;

/// The line of each key path, such as `networks.telegram.token` or `links[0].room`; the first line is 1.
pub(super) fn lines(source: &str) -> HashMap<String, usize> {
    let mut found = HashMap::new();
    let mut open: Vec<(usize, String)> = Vec::new();
    let mut items: HashMap<(String, usize), usize> = HashMap::new();
    for (n, line) in source.lines().enumerate() {
        let mut rest = line.trim_start();
        let mut indent = line.len() - rest.len();
        if rest.is_empty() || rest.starts_with('#') {
            continue;
        }
        while let Some(item) = rest.strip_prefix("- ") {
            // A list may stand as far out as the key it belongs to.
            open.retain(|(at, path)| *at < indent || (*at == indent && !path.ends_with(']')));
            let list = open.last().map_or(String::new(), |(_, path)| path.clone());
            let count = items.entry((list.clone(), indent)).or_default();
            let path = format!("{list}[{count}]");
            *count += 1;
            found.entry(path.clone()).or_insert(n + 1);
            open.push((indent, path));
            let inner = item.trim_start();
            indent += rest.len() - inner.len();
            rest = inner;
        }
        let Some((key, _)) = rest.split_once(':') else { continue };
        open.retain(|(at, _)| *at < indent);
        let key = key.trim().trim_matches(['"', '\'']);
        let path = match open.last() {
            Some((_, path)) => format!("{path}.{key}"),
            None => key.to_owned(),
        };
        found.entry(path.clone()).or_insert(n + 1);
        open.push((indent, path));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_sections_and_lists() {
        let source = "a:\n  # words\n  b: 1\nc:\n- d: 1\n  e: 2\n- d: 3\nf:\n  - g\n  - h: { i: 1 }\n";
        let lines = lines(source);
        for (path, line) in
            [("a.b", 3), ("c[0].d", 5), ("c[0].e", 6), ("c[1].d", 7), ("f[0]", 9), ("f[1].h", 10)]
        {
            assert_eq!(lines.get(path), Some(&line), "{path}");
        }
    }
}
