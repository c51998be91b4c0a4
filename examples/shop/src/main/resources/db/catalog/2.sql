-- The orders within a category, so that each of its pages is read from an index.
CREATE INDEX product_category_price ON product (category, price, id);
CREATE INDEX product_category_name ON product (category, name, id);

-- What signs the cursors, the same for all instances: 32 bytes of two random UUIDs, which have 244 random bits.
CREATE TABLE cursor_key (
    secret bytea NOT NULL
);

INSERT INTO cursor_key VALUES (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
