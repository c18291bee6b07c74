-- Rooms in which somebody has a conversation with our bot alone.
CREATE TABLE talks (
    chat INTEGER PRIMARY KEY REFERENCES chats (id),
    person TEXT NOT NULL
) STRICT;
