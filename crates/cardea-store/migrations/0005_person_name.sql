-- The order in which lists show people, and what is searched in. The program makes the keys of what it writes; of people
-- who are there already the database makes them, which on SQLite leaves capital letters beyond ASCII as they are until
-- the person is written again.
ALTER TABLE person ADD COLUMN name_key TEXT NOT NULL DEFAULT '';

UPDATE person SET name_key = lower(display_name);

CREATE INDEX person_by_name ON person (name_key, id, upn_key);
