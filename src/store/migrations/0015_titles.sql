-- What a chat was called when it last told: for when it tells no more.
ALTER TABLE chats ADD COLUMN title TEXT;
