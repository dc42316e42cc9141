-- Where a passkey is, as the app says that made it, and the serial number of the certificate by which that app
-- proved its model.
ALTER TABLE passkey ADD COLUMN device TEXT;
ALTER TABLE passkey ADD COLUMN profile TEXT;
ALTER TABLE passkey ADD COLUMN certificate TEXT;

CREATE INDEX passkey_by_certificate ON passkey (certificate);

-- Authorities that certify installations of Authenticator; the one that ends last certifies. Keys are sealed.
CREATE TABLE attestation_authority (
    id TEXT NOT NULL PRIMARY KEY,
    certificate BLOB NOT NULL,
    pkcs8 BLOB NOT NULL,
    created INTEGER NOT NULL,
    ends INTEGER NOT NULL
) STRICT;

-- Certificates that they issued. A row stays when its person is gone: what is not here is not believed.
CREATE TABLE attestation_certificate (
    serial TEXT NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    person TEXT NOT NULL,
    platform TEXT NOT NULL,
    issued INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    revoked INTEGER
) STRICT;

CREATE INDEX attestation_certificate_by_time ON attestation_certificate (issued, serial);
