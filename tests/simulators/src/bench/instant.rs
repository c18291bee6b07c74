//! A homeserver and a Mattermost that answer at once. They check nothing and keep nothing: what the daemon costs is
//! measured, not what they do.

pub mod homeserver;
pub mod mattermost;
