-- What asked for a link: the same again, after a crash, changes nothing.
ALTER TABLE links ADD COLUMN request TEXT;

-- What used a code up.
ALTER TABLE codes ADD COLUMN used_by TEXT;

-- What somebody asked that waits for a word more of theirs, as JSON; and the message that said it.
CREATE TABLE questions (
    chat INTEGER NOT NULL REFERENCES chats (id),
    network TEXT NOT NULL,
    person TEXT NOT NULL,
    question TEXT NOT NULL,
    until INTEGER NOT NULL,
    answered_by TEXT,
    PRIMARY KEY (chat, network, person)
) STRICT, WITHOUT ROWID;
