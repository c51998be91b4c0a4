CREATE TABLE account (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username      text NOT NULL CHECK (char_length(username) BETWEEN 1 AND 64),
    password_hash text NOT NULL,
    roles         text[] NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now()
);

-- Alice and alice are one name; a login looks it up here, too.
CREATE UNIQUE INDEX account_username ON account (lower(username));
