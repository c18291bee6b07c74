-- A place on a network, by a number: every other table names it by that.
CREATE TABLE chats (
    id INTEGER PRIMARY KEY,
    network TEXT NOT NULL,
    chat TEXT NOT NULL,
    -- The last message that we made there.
    last_made TEXT,
    UNIQUE (network, chat)
) STRICT;

-- A Matrix room with its links; the room is a link like the others, on the network `matrix`.
CREATE TABLE portals (
    id INTEGER PRIMARY KEY,
    opened_at INTEGER NOT NULL
) STRICT;

CREATE TABLE links (
    chat INTEGER PRIMARY KEY REFERENCES chats (id),
    portal INTEGER NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
    linked_at INTEGER NOT NULL
) STRICT;
CREATE INDEX links_of_portal ON links (portal);

-- What was said, wherever. A reaction is a small message about another one.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    network TEXT NOT NULL,
    author TEXT NOT NULL,
    fingerprint TEXT,
    about INTEGER REFERENCES messages (id) ON DELETE CASCADE,
    emoji TEXT,
    gone INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX reactions_of_message ON messages (about) WHERE about IS NOT NULL;

-- A message's id in each chat where it is; several where it was split.
CREATE TABLE copies (
    chat INTEGER NOT NULL REFERENCES chats (id),
    id TEXT NOT NULL,
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    PRIMARY KEY (chat, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX copies_of_message ON copies (message, chat, step);

-- What was heard. The body goes once it is delivered everywhere; the id stays, so that hearing it again changes nothing.
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    chat INTEGER NOT NULL REFERENCES chats (id),
    event TEXT NOT NULL,
    message INTEGER REFERENCES messages (id) ON DELETE SET NULL,
    body TEXT,
    heard_at INTEGER NOT NULL,
    UNIQUE (chat, event)
) STRICT;
CREATE INDEX events_of_message ON events (message) WHERE message IS NOT NULL;

-- What is still to be delivered. A lane is the rows of one chat, in order.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    chat INTEGER NOT NULL REFERENCES chats (id),
    step INTEGER NOT NULL DEFAULT 0,
    unclear INTEGER NOT NULL DEFAULT 0,
    -- The newest messages known in the chat when the step was first tried: a list, as JSON.
    after TEXT,
    UNIQUE (event, chat)
) STRICT;
CREATE INDEX outbox_lane ON outbox (chat, id);

-- Deliveries given up, with why.
CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    chat INTEGER NOT NULL REFERENCES chats (id),
    step INTEGER NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    buried_at INTEGER NOT NULL
) STRICT;
CREATE INDEX dead_letters_of_event ON dead_letters (event);

-- What was heard and could not be understood.
CREATE TABLE set_aside (
    id INTEGER PRIMARY KEY,
    network TEXT NOT NULL,
    event TEXT NOT NULL,
    raw TEXT NOT NULL,
    why TEXT NOT NULL,
    set_aside_at INTEGER NOT NULL,
    UNIQUE (network, event)
) STRICT;

-- Where each network resumes.
CREATE TABLE cursors (
    network TEXT PRIMARY KEY,
    cursor TEXT NOT NULL
) STRICT;

-- How each ghost was last dressed.
CREATE TABLE ghosts (
    network TEXT NOT NULL,
    person TEXT NOT NULL,
    name TEXT,
    avatar TEXT,
    looked_at INTEGER NOT NULL,
    PRIMARY KEY (network, person)
) STRICT, WITHOUT ROWID;

-- Files already in the homeserver's media repository.
CREATE TABLE uploads (
    network TEXT NOT NULL,
    media TEXT NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (network, media)
) STRICT, WITHOUT ROWID;
