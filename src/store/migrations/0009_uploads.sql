-- What was seen of a file on its way: type, pixels, a small picture of it.
ALTER TABLE uploads ADD COLUMN about TEXT;
