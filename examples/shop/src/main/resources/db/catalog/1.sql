CREATE TABLE category (
    name     text PRIMARY KEY,
    title    text NOT NULL,
    -- Kept by the trigger below, so that a page's total costs a look-up and no scan.
    products integer NOT NULL DEFAULT 0
);

CREATE TABLE product (
    id          integer PRIMARY KEY CHECK (id > 0),
    name        text NOT NULL,
    description text NOT NULL,
    category    text NOT NULL REFERENCES category,
    price       numeric(12, 2) NOT NULL CHECK (price >= 0),
    currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    images      jsonb NOT NULL DEFAULT '[]',
    version     bigint NOT NULL DEFAULT 1,
    updated_at  timestamptz NOT NULL DEFAULT now()
);

-- Every order ends in the id, so that equal prices and names have one order, too.
CREATE INDEX product_category ON product (category, id);
CREATE INDEX product_price ON product (price, id);
CREATE INDEX product_name ON product (name, id);

CREATE FUNCTION count_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE category SET products = products + added.number
    FROM (SELECT category, count(*) AS number FROM inserted GROUP BY category) AS added
    WHERE name = added.category;
    RETURN NULL;
END $$;

CREATE FUNCTION count_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE category SET products = products - removed.number
    FROM (SELECT category, count(*) AS number FROM deleted GROUP BY category) AS removed
    WHERE name = removed.category;
    RETURN NULL;
END $$;

CREATE FUNCTION count_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE category SET products = products + moved.number
    FROM (
        SELECT category, sum(number) AS number
        FROM (SELECT category, 1 AS number FROM inserted UNION ALL SELECT category, -1 FROM deleted) AS step
        GROUP BY category HAVING sum(number) <> 0
    ) AS moved
    WHERE name = moved.category;
    RETURN NULL;
END $$;

CREATE TRIGGER product_inserted AFTER INSERT ON product
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION count_inserted();
CREATE TRIGGER product_deleted AFTER DELETE ON product
    REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION count_deleted();
CREATE TRIGGER product_moved AFTER UPDATE ON product
    REFERENCING OLD TABLE AS deleted NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION count_moved();

-- What the generator was last asked for: products that clients made since do not look like a change.
CREATE TABLE generated (
    edition  text NOT NULL,
    products integer NOT NULL
);
