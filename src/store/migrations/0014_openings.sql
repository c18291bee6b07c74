-- Rooms that are made for chats: until one is linked, trying again finds the same one; and the request that made it is known.
CREATE TABLE openings (
    chat INTEGER PRIMARY KEY REFERENCES chats (id),
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The space that groups the rooms of a network.
CREATE TABLE spaces (
    network TEXT PRIMARY KEY,
    room TEXT NOT NULL
) STRICT;

-- Of a code for rooms that are to be made: the chats they are to be made for, as they were named; JSON.
ALTER TABLE codes ADD COLUMN wanted TEXT;
