-- Who is called how by `@`, on networks whose messages name people by that alone.
CREATE TABLE handles (
    network TEXT NOT NULL,
    handle TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (network, handle)
) STRICT, WITHOUT ROWID;
