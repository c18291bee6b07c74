//! What is not played, and what is not compared, each with its reason where it is not plain.

/// Scenarios that are not played, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("bulk_import", "jobs and import files are not simulated"),
    ("collapsed_threads", "threads of their own are not simulated"),
    ("gzip", "answers are not compressed"),
    ("since_limit", "begins with 1100 posts that the recording does not hold"),
    ("rate_limit", "its clock goes on within it: the figures of it are in the simulator's own tests"),
    ("ws_reconnect_overflow", "its hundreds of posts were not recorded one by one"),
];

/// Paths that lead to what is not simulated: what follows `/api/v4/`, with `*` for an id.
pub const NOT_THERE: &[&str] = &[
    "uploads",
    "jobs",
    "imports",
    "commands",
    "roles",
    "threads",
    "preferences",
    "unread",
    "link",
    "public",
    "schemeRoles",
    "default",
    "following",
    "read",
    "custom",
    "active",
    "config",
];

/// Steps that are answered otherwise, and why.
pub const STEPS: &[(&str, &[u64], &str)] = &[
    ("auth", &[13, 20], "by the cookie of a browser"),
    ("auth", &[50, 52], "by a role that is given to make tokens for oneself"),
    ("auth", &[15], "no token in an address"),
    ("auth", &[54, 62, 64], "tokens are not shown, nor told apart by their ids, after they were made"),
    ("auth", &[91, 93], "nobody is locked out"),
    ("bot_puppets", &[61], "bots are not disabled"),
    ("channel_lifecycle", &[86], "the change of a channel's kind before it is not simulated"),
    ("delete", &[28], "shows what was said before the scenario"),
    ("direct_and_group", &[76], "shows channels from before the scenario"),
    ("direct_and_group", &[58], "in whatever order the database had them"),
    ("incoming_webhook", &[76, 77], "only those who were online are called by @here"),
    ("directory", &[13, 35, 37], "shows channels and people from before the scenario"),
    ("edit", &[74], "about a message from before the scenario"),
    ("errors", &[114], "a role that does not exist"),
    ("files", &[104, 106], "their bytes were not recorded"),
    ("files_multiple", &[21, 25, 68, 72], "in whatever order the database had them"),
    ("files_multiple", &[83, 96], "uploads in parts are not simulated"),
    ("membership", &[128, 137], "nobody is deactivated, nobody leaves a team"),
    ("pending_post_id", &[30, 31, 38, 39, 46, 47, 54], "were asked all at once"),
    ("pending_post_id", &[89], "was asked half a minute later"),
    ("post", &[76], "shows what was said before the scenario"),
    ("posts_paging", &[78], "answers are not cached"),
    ("posts_paging", &[91], "threads of older posts on a page"),
    ("posts_paging", &[114], "old versions, in no order"),
    ("posts_paging", &[124, 127, 135, 137, 144, 151], "ask by a time that nothing in the recording has"),
    ("puppets", &[164], "nobody is deactivated"),
    ("whoami", &[23, 25, 27], "memberships of everything, and channels from before the scenario"),
    ("auth", &[56, 60], "tokens are not switched off and on"),
    (
        "bot_puppets",
        &[10, 11, 25, 26, 27, 28, 30, 31, 32, 33, 58, 59, 64, 65],
        "who makes a bot is not greeted by it, and a team has no first channels that tell who comes",
    ),
    ("channel_lifecycle", &[133], "what an archived channel tells, in no order"),
    (
        "create_at",
        &[60, 62, 63, 68, 93, 96],
        "pins that come along, and a root that an old answer does not touch",
    ),
    ("directory", &[9, 11, 55], "no statistics, no picture of a team, and accounts in no order"),
    (
        "files_multiple",
        &[22, 23, 70, 71, 84, 85, 97, 98],
        "files in whatever order the database had them, and none in parts",
    ),
    (
        "membership",
        &[104, 105, 106, 107, 108, 109, 111, 112, 121, 122, 123, 124, 131, 132, 133, 134, 138, 139, 140, 141],
        "a team has no first channels that tell who comes, and nobody is deactivated",
    ),
    ("pending_post_id", &[90, 92], "were asked half a minute later"),
    (
        "post",
        &[52, 54, 55, 57, 59, 60, 64, 65, 67, 68, 70, 71, 73, 74, 87, 88, 91, 92],
        "were posted all at once",
    ),
    ("post_markdown", &[42, 43], "a crowd that is called in the middle of marks"),
    ("post_overrides", &[60, 61], "an empty name is shown as such"),
    (
        "puppets",
        &[15, 16, 17, 18, 19, 20, 21, 22, 152, 153, 159, 160, 161, 162],
        "a team has no first channels that tell who comes, and nobody is deactivated",
    ),
    ("user_updated", &[41, 42, 43, 51, 52, 56, 57], "no status, and pictures are not taken away"),
    ("ws_auth", &[10, 66, 69], "by the cookie of a browser; who was online before"),
    ("ws_server_restart", &[28], "an account from before the scenario"),
    (
        "ws_reconnect",
        &[67, 79, 80],
        "a number that is too high makes 5.37 say hello, and everything after, twice",
    ),
    ("ws_auth", &[100], "asks for a WebSocket without the headers of one"),
];

/// What is beside the point of a recording: what the machine counted, and words in somebody's language.
pub const ASIDE: &[&str] = &[
    "request_id",
    "last_activity_at",
    "failed_attempts",
    "last_password_update",
    "locale",
    "mini_preview",
    "has_preview_image",
    "message",
    "detailed_error",
    "timezone",
    "notify_props",
    "invite_id",
    "last_post_at",
    "total_msg_count",
    "total_msg_count_root",
    "hashtags",
    "last_picture_update",
    "auth_data",
    "reply_count",
    "mention_count",
    "mention_count_root",
    "msg_count",
    "msg_count_root",
    "next_post_id",
    "prev_post_id",
    "shared",
    "props",
    "roles",
    "remote_id",
    "server_version",
    "server_time",
    "set_online",
];

/// What the real server adds and nobody needs.
pub const MAY_MISS: &[&str] = &[
    "failed_attempts",
    "has_reactions",
    "width",
    "height",
    "last_picture_update",
    "embeds",
    "emojis",
    "props",
];

/// Events that are beside the point, and why.
pub const NOT_TOLD: &[(&str, &str)] = &[
    ("status_change", "depends on who was there just before"),
    ("channel_viewed", "what somebody has read is not simulated"),
    ("config_changed", "settings are changed by the control side"),
    ("user_role_updated", "roles in the system are given, and not told of"),
];
