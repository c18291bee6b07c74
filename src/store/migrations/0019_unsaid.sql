-- What an edit came too late to say in a chat, because the message was gone there: where that went with something else, it
-- is said again in these words.
CREATE TABLE unsaid (
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    chat INTEGER NOT NULL REFERENCES chats (id),
    event INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    PRIMARY KEY (message, chat)
) STRICT, WITHOUT ROWID;
CREATE INDEX unsaid_of_event ON unsaid (event);

-- What went along may have had several ids.
UPDATE events SET body = json_set(json_remove(body, '$.kind.swept.target'), '$.kind.swept.targets',
    json_array(json_extract(body, '$.kind.swept.target'))) WHERE body LIKE '%"swept":{"target":%';
