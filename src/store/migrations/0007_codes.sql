-- Codes that link a chat to a room. Kept by what they hash to: who reads the database learns none.
CREATE TABLE codes (
    digest TEXT PRIMARY KEY,
    -- The place it was asked in, and by whom.
    chat INTEGER NOT NULL REFERENCES chats (id),
    network TEXT NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Codes that were none, by who tried them: so that nobody finds one by trying.
CREATE TABLE wrong_codes (
    network TEXT NOT NULL,
    person TEXT NOT NULL,
    tried_at INTEGER NOT NULL
) STRICT;

-- Links undone, with what was chosen for them: they can be had back for a day.
CREATE TABLE unlinked (
    chat INTEGER PRIMARY KEY REFERENCES chats (id),
    room INTEGER NOT NULL REFERENCES chats (id),
    settings TEXT NOT NULL,
    unlinked_at INTEGER NOT NULL
) STRICT;
