-- The last message that we heard there: beside the last that we made, it bounds where one whose answer was lost is looked for.
ALTER TABLE chats ADD COLUMN last_heard TEXT;
