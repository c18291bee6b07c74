-- Chats that our bot came to and was not taken out of: some networks tell a bot of each, and never of all.
CREATE TABLE bot_chats (
    chat INTEGER PRIMARY KEY REFERENCES chats (id)
) STRICT;
INSERT INTO bot_chats (chat) SELECT chat FROM links;
