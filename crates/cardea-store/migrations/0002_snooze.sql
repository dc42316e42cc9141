-- How often a person has put off a registration campaign, and until when.
CREATE TABLE snooze (
    person TEXT NOT NULL PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    times INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
