-- What was chosen for a link, as JSON: what is not there was never chosen.
ALTER TABLE links ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
