-- When a network was last known to be listened to, milliseconds since 1970: what it keeps for a while only may be lost after that.
ALTER TABLE cursors ADD COLUMN listened_at INTEGER;
