//! Names as Matrix has them, and ours for networks.

/// A host, perhaps with a port (Matrix, "Server name").
pub(super) fn is_server(name: &str) -> bool {
    let host = url::Url::parse(&format!("matrix://{name}"));
    // What `Url` would write in another way is not the name that people's ids hold.
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
    plain && host.is_ok_and(|url| url.has_host() && url.path().is_empty())
}

/// What stands before the colon in a user's id (Matrix, "User identifiers").
pub(super) fn is_localpart(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._=-".contains(c);
    !name.is_empty() && name.len() <= 64 && name.chars().all(fits)
}

/// A room's id, which need not name a server, or an alias, which must.
pub(super) fn is_room(name: &str) -> bool {
    match (name.strip_prefix('!'), name.strip_prefix('#').and_then(|alias| alias.split_once(':'))) {
        (Some(id), _) => !id.is_empty() && !id.contains([' ', '/']),
        (_, Some((alias, server))) => !alias.is_empty() && is_server(server),
        _ => false,
    }
}

/// A user's id, a server's name, or `*`.
pub(super) fn is_who(who: &str) -> bool {
    let user = who.strip_prefix('@').and_then(|id| id.split_once(':'));
    who == "*" || user.map_or_else(|| is_server(who), |(name, server)| !name.is_empty() && is_server(server))
}

/// A name that ghosts' ids can hold, and that is not ours.
pub(super) fn is_network(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty()
        && name.len() <= 32
        && name.chars().all(plain)
        && !matches!(name, "matrix" | "passerelle")
}
