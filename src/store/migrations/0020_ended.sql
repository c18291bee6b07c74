-- Whether listening ended well the last time; NULL while it goes on, and after a crash.
ALTER TABLE cursors ADD COLUMN ended INTEGER;
UPDATE cursors SET ended = 1;
