-- Where a reaction was made: some networks tell what stands on a message in one chat, and what is gone must be found.
ALTER TABLE messages ADD COLUMN chat INTEGER REFERENCES chats (id);
