-- What JdbcIdempotencyStore keeps, one row a key. A row counts until its end; after that it can be deleted.
CREATE SEQUENCE IF NOT EXISTS idempotency_number;

CREATE TABLE IF NOT EXISTS idempotency_key (
    key text PRIMARY KEY,
    -- Of the last token; greater than that of every token before, of any key.
    number bigint NOT NULL,
    fingerprint text NOT NULL,
    -- Of the lease, or of the retention once there is an answer.
    ends_at timestamptz NOT NULL,
    -- The answer: null until the work is done. Fields are lines of name, colon and value.
    status smallint,
    fields text,
    content bytea,
    CHECK ((status IS NULL) = (fields IS NULL) AND (status IS NULL) = (content IS NULL))
);

CREATE INDEX IF NOT EXISTS idempotency_key_ends_at ON idempotency_key (ends_at);
