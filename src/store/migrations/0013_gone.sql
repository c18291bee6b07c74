-- Since when our bot is not in a linked chat, milliseconds since 1970: what is said meanwhile is out of reach.
ALTER TABLE links ADD COLUMN gone_at INTEGER;
