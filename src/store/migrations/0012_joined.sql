-- Short messages that were joined to one in a chat, where each would have waited too long for its turn.
CREATE TABLE joined (
    chat INTEGER NOT NULL REFERENCES chats (id),
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    -- The last of them that is not taken back: the copies of all are its own.
    whole INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    -- What its line says, as JSON; nothing once it is taken back.
    text TEXT,
    PRIMARY KEY (chat, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX joined_of_whole ON joined (whole, chat);
CREATE INDEX joined_of_message ON joined (message);
