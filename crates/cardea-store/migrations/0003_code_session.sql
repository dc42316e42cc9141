-- The session in which an authorization code was issued; it changes when the session gets a new id.
ALTER TABLE one_time ADD COLUMN session BLOB;

CREATE INDEX one_time_by_session ON one_time (session);
