package dev.scalableapi.examples.shop.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.page.Filters;
import dev.scalableapi.core.page.Keyset;
import dev.scalableapi.core.page.Slice;
import dev.scalableapi.core.page.SqlCondition;
import dev.scalableapi.core.page.SqlDialect;
import dev.scalableapi.examples.shop.database.Database;
import dev.scalableapi.examples.shop.database.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The products in the catalog's database. Every method blocks on it, and throws a {@link DatabaseException} if it
 * fails. Thread-safe.
 */
public final class ProductRepository {
    /** All that a product has. */
    private static final List<String> COLUMNS = List.of(
            "p.id",
            "p.name",
            "p.description",
            "p.category",
            "p.price",
            "p.currency",
            "p.images",
            "p.version",
            "p.updated_at");

    /** What lies before the offset is skipped in an index, where there is one; only the page's own rows are read. */
    private static final String PAGE =
            "SELECT %1$s FROM (SELECT p.id FROM product AS p WHERE %2$s ORDER BY %3$s LIMIT ? OFFSET ?) AS key"
                    + " JOIN product AS p ON p.id = key.id ORDER BY %3$s";

    private static final String SLICE = "SELECT %s FROM product AS p WHERE %s ORDER BY %s LIMIT ?";
    private static final String COUNT = "SELECT coalesce(sum(p.products), 0)"
            + " FROM (SELECT name AS category, products FROM category) AS p WHERE %s";
    private static final String FIND = "SELECT " + String.join(", ", COLUMNS) + " FROM product AS p WHERE p.id = ?";
    private static final SqlDialect POSTGRES = SqlDialect.postgres();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final ObjectReader IMAGES = JSON.readerFor(new TypeReference<List<Image>>() {});

    private final Database database;

    ProductRepository(Database database) {
        this.database = database;
    }

    /**
     * {@return the product with this id}
     *
     * @param id any number
     */
    public Optional<Product> find(int id) {
        return database.query(connection -> find(connection, FIND, id));
    }

    private static Optional<Product> find(Connection connection, String sql, int id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setInt(1, id);
            return rows(select, COLUMNS).stream().findFirst().map(ProductRow::product);
        }
    }

    /**
     * {@return some products}
     *
     * @param query which, and in which order
     * @param offset how many to leave out before, not negative
     * @param limit how many to return, at the most
     */
    public List<ProductRow> page(ProductQuery query, long offset, int limit) {
        SqlCondition where = query.filters().condition(POSTGRES);
        String sql = PAGE.formatted(
                String.join(", ", query.columns()), where.text(), query.sort().orderBy(POSTGRES));
        return database.query(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                int next = bind(select, where);
                select.setInt(next, limit);
                select.setLong(next + 1, offset);
                return rows(select, query.columns());
            }
        });
    }

    /**
     * {@return some products, with the cursors of their neighbours}
     *
     * @param query what to read of each
     * @param keyset which, and in which order
     */
    public Slice<ProductRow> slice(ProductQuery query, Keyset<ProductRow> keyset) {
        SqlCondition where = keyset.condition();
        String sql = SLICE.formatted(String.join(", ", query.columns()), where.text(), keyset.orderBy());
        return database.query(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                select.setInt(bind(select, where), keyset.rows());
                return keyset.slice(rows(select, query.columns()));
            }
        });
    }

    /** The number of the parameter after those of the condition. */
    private static int bind(PreparedStatement statement, SqlCondition condition) throws SQLException {
        int next = 1;
        for (Object parameter : condition.parameters()) {
            statement.setObject(next++, parameter);
        }
        return next;
    }

    /**
     * {@return how many products there are, exactly and cheaply: the categories keep count}
     *
     * @param filters which are counted
     */
    public int count(Filters filters) {
        SqlCondition where = filters.condition(POSTGRES);
        return database.query(connection -> {
            try (PreparedStatement select = connection.prepareStatement(COUNT.formatted(where.text()))) {
                bind(select, where);
                return number(select);
            }
        });
    }

    /** {@return all categories, in the order of their names} */
    public List<Category> categories() {
        return database.query(connection -> {
            try (PreparedStatement select =
                            connection.prepareStatement("SELECT name, title, products FROM category ORDER BY name");
                    ResultSet rows = select.executeQuery()) {
                List<Category> categories = new ArrayList<>();
                while (rows.next()) {
                    categories.add(new Category(rows.getString(1), rows.getString(2), rows.getInt(3)));
                }
                return List.copyOf(categories);
            }
        });
    }

    /**
     * {@return whether there is a category of this name}
     *
     * @param category any text
     */
    boolean hasCategory(String category) {
        return Database.canHold(category)
                && database.query(connection -> {
                    try (PreparedStatement select =
                            connection.prepareStatement("SELECT count(*) FROM category WHERE name = ?")) {
                        select.setString(1, category);
                        return number(select) > 0;
                    }
                });
    }

    /**
     * Replaces a product's content, unless the check, which sees the present state under the row's lock, throws.
     *
     * @return the product before and after; empty if there is none with this id
     */
    Optional<Replaced> replace(int id, ProductContent content, Consumer<Product> check) {
        return database.transaction(connection -> {
            Optional<Product> present = find(connection, FIND + " FOR UPDATE", id);
            if (present.isEmpty()) {
                return Optional.empty();
            }
            check.accept(present.get());
            update(connection, id, content);
            return find(connection, FIND, id).map(now -> new Replaced(present.get(), now));
        });
    }

    private static void update(Connection connection, int id, ProductContent content) throws SQLException {
        write(
                connection,
                "UPDATE product SET name = ?, description = ?, category = ?, price = ?, currency = ?, images = ?::jsonb,"
                        + " version = version + 1, updated_at = now() WHERE id = ?",
                id,
                content);
    }

    private static void write(Connection connection, String sql, int id, ProductContent content) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, content.name());
            statement.setString(2, content.description());
            statement.setString(3, content.category());
            statement.setBigDecimal(4, content.price().amount());
            statement.setString(5, content.price().currency());
            statement.setString(6, json(content.images()));
            statement.setInt(7, id);
            statement.executeUpdate();
        }
    }

    /**
     * Makes a product, of the next id: there are no gaps, so one is made after the other.
     *
     * @param content its category must exist
     * @param record called in the same transaction, which is rolled back if it throws
     * @return the product
     */
    Product create(ProductContent content, Recorder record) {
        return database.transaction(connection -> {
            int id = nextId(connection);
            write(
                    connection,
                    "INSERT INTO product (name, description, category, price, currency, images, id)"
                            + " VALUES (?, ?, ?, ?, ?, ?::jsonb, ?)",
                    id,
                    content);
            Product product = find(connection, FIND, id).orElseThrow();
            record.record(connection, product);
            return product;
        });
    }

    private static int nextId(Connection connection) throws SQLException {
        try (Statement lock = connection.createStatement();
                PreparedStatement select =
                        connection.prepareStatement("SELECT coalesce(max(id), 0) + 1 FROM product")) {
            lock.execute("LOCK TABLE generated IN SHARE ROW EXCLUSIVE MODE");
            return number(select);
        }
    }

    /** Writes down what has been done, in the transaction that does it. */
    @FunctionalInterface
    public interface Recorder {
        /**
         * Writes it down.
         *
         * @param connection of the transaction
         * @param product what was made
         * @throws SQLException if the database fails
         */
        void record(Connection connection, Product product) throws SQLException;
    }

    /** {@return the secret that signs the cursors of all instances} */
    public byte[] cursorKey() {
        return database.query(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT secret FROM cursor_key");
                    ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getBytes(1);
            }
        });
    }

    private static String json(List<Image> images) {
        try {
            return JSON.writeValueAsString(images);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Images could not be written as JSON", e);
        }
    }

    private static int number(PreparedStatement select) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static List<ProductRow> rows(PreparedStatement select, List<String> read) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            List<ProductRow> products = new ArrayList<>();
            while (rows.next()) {
                products.add(row(rows, read));
            }
            return List.copyOf(products);
        }
    }

    private static ProductRow row(ResultSet row, List<String> read) throws SQLException {
        return new ProductRow(
                row.getInt("id"),
                read.contains("p.name") ? row.getString("name") : null,
                read.contains("p.description") ? row.getString("description") : null,
                read.contains("p.category") ? row.getString("category") : null,
                read.contains("p.price") ? new Price(row.getBigDecimal("price"), row.getString("currency")) : null,
                read.contains("p.images") ? images(row.getString("images")) : null,
                read.contains("p.version") ? row.getLong("version") : null,
                read.contains("p.updated_at")
                        ? row.getObject("updated_at", OffsetDateTime.class).toInstant()
                        : null);
    }

    private static List<Image> images(String json) {
        try {
            return IMAGES.readValue(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A product's images are not a list of images", e);
        }
    }
}
