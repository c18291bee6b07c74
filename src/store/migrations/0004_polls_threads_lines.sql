-- A poll, so that its votes can be counted for those who see them in words.
CREATE TABLE polls (
    message INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    -- As it was heard, as JSON.
    poll TEXT NOT NULL,
    -- Votes by answer that were not told one by one: a list, as JSON.
    unseen TEXT NOT NULL DEFAULT '[]',
    closed INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE votes (
    poll INTEGER NOT NULL REFERENCES polls (message) ON DELETE CASCADE,
    network TEXT NOT NULL,
    author TEXT NOT NULL,
    -- The positions of the answers, from 0: a list, as JSON.
    answers TEXT NOT NULL,
    PRIMARY KEY (poll, network, author)
) STRICT, WITHOUT ROWID;

-- The first message of the thread that a message belongs to.
ALTER TABLE messages ADD COLUMN thread INTEGER REFERENCES messages (id) ON DELETE SET NULL;
-- The name of somebody who reacted, where it was told.
ALTER TABLE messages ADD COLUMN name TEXT;
-- What a line of our own below a message keeps current: its `reactions`, its `votes`. The message is in `about`.
ALTER TABLE messages ADD COLUMN line TEXT;

-- The files of a message as it is now, by what is unique to each: a list, as JSON. And the edit that last changed them.
ALTER TABLE messages ADD COLUMN files TEXT;
ALTER TABLE messages ADD COLUMN refiled TEXT;

-- People come and go in more than two ways.
UPDATE events SET body = replace(body, '"membership":{"joined":true}', '"membership":"joined"') WHERE body IS NOT NULL;
UPDATE events SET body = replace(body, '"membership":{"joined":false}', '"membership":"left"') WHERE body IS NOT NULL;
