-- What people in a portal look like by name, the first of a look first: so that no two are taken for one another.
CREATE TABLE names (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    portal INTEGER NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
    network TEXT NOT NULL,
    person TEXT NOT NULL,
    -- The same for names that look the same.
    look TEXT NOT NULL,
    UNIQUE (network, person, portal)
) STRICT;
CREATE INDEX names_by_look ON names (portal, look);
