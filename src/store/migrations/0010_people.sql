-- Who writes where, and when they last did.
CREATE TABLE seen (
    chat INTEGER NOT NULL REFERENCES chats (id),
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (chat, person)
) STRICT, WITHOUT ROWID;

-- Whose words are no longer said in a chat; in a room: from it on, nowhere.
CREATE TABLE muted (
    chat INTEGER NOT NULL REFERENCES chats (id),
    network TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (chat, network, person)
) STRICT, WITHOUT ROWID;

-- Who does not want to be read elsewhere.
CREATE TABLE private_people (
    network TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (network, person)
) STRICT, WITHOUT ROWID;

-- What animators did, for the others: words of passerelle's own, as JSON.
CREATE TABLE acts (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES chats (id),
    done_at INTEGER NOT NULL,
    words TEXT NOT NULL
) STRICT;
CREATE INDEX acts_of_room ON acts (room, id);

-- Finds what somebody said, to take it back; a reaction is no message of theirs.
CREATE INDEX messages_of_author ON messages (network, author) WHERE about IS NULL;
