-- The form in which names are compared (RFC 8265). Null for an account from before that cannot have one of its own: its
-- name cannot be registered any more, or an older account has the same form.
ALTER TABLE account ADD COLUMN prepared_username text;
CREATE UNIQUE INDEX account_prepared_username ON account (prepared_username);

-- The accounts without a prepared form, which log in with the name that they have, in any case as before.
CREATE UNIQUE INDEX account_unprepared ON account (lower(username)) WHERE prepared_username IS NULL;
DROP INDEX account_username;
