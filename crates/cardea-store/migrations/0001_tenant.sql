-- Times are microseconds since 1970. Written for SQLite; for PostgreSQL INTEGER is read as BIGINT, BLOB as
-- BYTEA, and STRICT is left out.

-- Numbers that the whole tenant shares: `revision`, `epoch`, and the last number of the audit log.
CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;

INSERT INTO counter (name, value) VALUES ('revision', 0), ('epoch', 1), ('audit', 0);

-- A sealed constant, by which a wrong sealing key is noticed.
CREATE TABLE canary (
    id TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE tenant (
    id TEXT NOT NULL PRIMARY KEY,
    sole INTEGER NOT NULL UNIQUE CHECK (sole = 1),
    display_name TEXT NOT NULL,
    default_domain TEXT NOT NULL,
    help_desk TEXT NOT NULL,
    public_url TEXT NOT NULL,
    settings TEXT NOT NULL
) STRICT;

CREATE TABLE object (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    json TEXT NOT NULL,
    changed INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;

CREATE TABLE person (
    id TEXT NOT NULL PRIMARY KEY,
    upn TEXT NOT NULL,
    upn_key TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    account TEXT NOT NULL CHECK (account IN ('enabled', 'disabled')),
    kind TEXT NOT NULL CHECK (kind IN ('member', 'guest')),
    json TEXT NOT NULL,
    changed INTEGER NOT NULL,
    sessions_valid_from INTEGER
) STRICT;

CREATE TABLE membership (
    group_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'group', 'other')),
    PRIMARY KEY (group_id, member_id)
) STRICT;

CREATE INDEX membership_by_member ON membership (member_id);

CREATE TABLE passkey (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    credential_id BLOB NOT NULL UNIQUE,
    public_key TEXT NOT NULL,
    sign_count INTEGER NOT NULL,
    aaguid TEXT NOT NULL,
    attestation TEXT NOT NULL CHECK (attestation IN ('proven', 'unproven')),
    backup TEXT NOT NULL CHECK (backup IN ('deviceBound', 'eligible', 'backedUp')),
    transports TEXT NOT NULL,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    last_used INTEGER,
    flagged INTEGER
) STRICT;

CREATE INDEX passkey_by_person ON passkey (person);

CREATE TABLE password (
    person TEXT NOT NULL PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    phc TEXT NOT NULL,
    changed INTEGER NOT NULL
) STRICT;

CREATE TABLE totp (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    seed BLOB NOT NULL,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    last_step INTEGER
) STRICT;

CREATE INDEX totp_by_person ON totp (person);

-- `closed` is when the pass was first seen to have ended; a clock that goes back does not open it again.
CREATE TABLE pass (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL UNIQUE REFERENCES person (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,
    salt BLOB NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    usable TEXT NOT NULL CHECK (usable IN ('once', 'many')),
    used_at INTEGER,
    closed INTEGER,
    issued_by TEXT NOT NULL,
    created INTEGER NOT NULL,
    epoch INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    hash BLOB NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    created INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    persistence TEXT NOT NULL CHECK (persistence IN ('browser', 'persistent')),
    state TEXT NOT NULL,
    revoked INTEGER
) STRICT;

CREATE INDEX session_by_person ON session (person);
CREATE INDEX session_by_end ON session (ends);

CREATE TABLE interaction (
    hash BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    created INTEGER NOT NULL,
    ends INTEGER NOT NULL
) STRICT;

CREATE INDEX interaction_by_end ON interaction (ends);

CREATE TABLE one_time (
    kind TEXT NOT NULL,
    hash BLOB NOT NULL,
    payload TEXT NOT NULL,
    ends INTEGER NOT NULL,
    used INTEGER,
    epoch INTEGER NOT NULL,
    PRIMARY KEY (kind, hash)
) STRICT;

CREATE INDEX one_time_by_end ON one_time (ends);

CREATE TABLE refresh_token (
    hash BLOB NOT NULL PRIMARY KEY,
    family TEXT NOT NULL,
    client TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    session BLOB,
    payload TEXT NOT NULL,
    issued INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    used INTEGER,
    revoked INTEGER,
    epoch INTEGER NOT NULL
) STRICT;

CREATE INDEX refresh_token_by_family ON refresh_token (family);
CREATE INDEX refresh_token_by_person ON refresh_token (person);
CREATE INDEX refresh_token_by_session ON refresh_token (session);
CREATE INDEX refresh_token_by_client ON refresh_token (client);
CREATE INDEX refresh_token_by_end ON refresh_token (ends);

CREATE TABLE device_code (
    hash BLOB NOT NULL PRIMARY KEY,
    user_code BLOB NOT NULL UNIQUE,
    client TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'approved', 'denied', 'redeemed')),
    claimed_by BLOB,
    created INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    last_poll INTEGER,
    wait INTEGER NOT NULL,
    epoch INTEGER NOT NULL
) STRICT;

CREATE INDEX device_code_by_end ON device_code (ends);

CREATE TABLE client_secret (
    id TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL,
    hash BLOB NOT NULL,
    hint TEXT NOT NULL,
    name TEXT NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL
) STRICT;

CREATE INDEX client_secret_by_client ON client_secret (client);

CREATE TABLE signing_key (
    kid TEXT NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL,
    pkcs8 BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('next', 'active', 'retiring')),
    created INTEGER NOT NULL,
    retires INTEGER
) STRICT;

CREATE UNIQUE INDEX signing_key_active ON signing_key (algorithm) WHERE state = 'active';

CREATE TABLE throttle (
    hash BLOB NOT NULL PRIMARY KEY,
    attempts INTEGER NOT NULL,
    since INTEGER NOT NULL,
    locked_until INTEGER,
    forget INTEGER NOT NULL
) STRICT;

CREATE INDEX throttle_by_end ON throttle (forget);

CREATE TABLE sign_in (
    id TEXT NOT NULL PRIMARY KEY,
    created INTEGER NOT NULL,
    correlation TEXT NOT NULL,
    person TEXT,
    app TEXT,
    json TEXT NOT NULL
) STRICT;

CREATE INDEX sign_in_by_time ON sign_in (created, id);
CREATE INDEX sign_in_by_correlation ON sign_in (correlation);
CREATE INDEX sign_in_by_person ON sign_in (person, created);

CREATE TABLE audit (
    number INTEGER NOT NULL PRIMARY KEY,
    created INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    json TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
