package dev.scalableapi.examples.shop.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.examples.shop.database.Database;
import dev.scalableapi.examples.shop.database.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
    private static final String COLUMNS =
            "p.id, p.name, p.description, p.category, p.price, p.currency, p.images, p.version, p.updated_at";

    /** What lies before the offset is skipped in the index alone; only the page's own rows are read. */
    private static final String PAGE =
            "SELECT " + COLUMNS + " FROM (SELECT id FROM product %s ORDER BY id LIMIT ? OFFSET ?)"
                    + " AS key JOIN product AS p USING (id) ORDER BY p.id";

    private static final String PAGE_OF_ALL = PAGE.formatted("");
    private static final String PAGE_OF_CATEGORY = PAGE.formatted("WHERE category = ?");
    private static final String FIND = "SELECT " + COLUMNS + " FROM product AS p WHERE p.id = ?";
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
            return products(select).stream().findFirst();
        }
    }

    /**
     * {@return some of all products, in the order of their ids}
     *
     * @param offset how many to leave out before, not negative
     * @param limit how many to return, at the most
     */
    public List<Product> page(long offset, int limit) {
        return database.query(connection -> {
            try (PreparedStatement select = connection.prepareStatement(PAGE_OF_ALL)) {
                select.setInt(1, limit);
                select.setLong(2, offset);
                return products(select);
            }
        });
    }

    /**
     * {@return some of a category's products, in the order of their ids; none if there is no such category}
     *
     * @param category its name
     * @param offset how many to leave out before, not negative
     * @param limit how many to return, at the most
     */
    public List<Product> pageOf(String category, long offset, int limit) {
        if (!Database.canHold(category)) {
            return List.of();
        }
        return database.query(connection -> {
            try (PreparedStatement select = connection.prepareStatement(PAGE_OF_CATEGORY)) {
                select.setString(1, category);
                select.setInt(2, limit);
                select.setLong(3, offset);
                return products(select);
            }
        });
    }

    /** {@return how many products there are, exactly and cheaply: the categories keep count} */
    public int count() {
        return database.query(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT coalesce(sum(products), 0) FROM category")) {
                return number(select);
            }
        });
    }

    /**
     * {@return how many products a category has; 0 if there is no such category}
     *
     * @param category its name
     */
    public int countOf(String category) {
        if (!Database.canHold(category)) {
            return 0;
        }
        return database.query(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT coalesce(sum(products), 0) FROM category WHERE name = ?")) {
                select.setString(1, category);
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
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE product SET name = ?, description = ?, category = ?, price = ?, currency = ?, images = ?::jsonb,"
                        + " version = version + 1, updated_at = now() WHERE id = ?")) {
            update.setString(1, content.name());
            update.setString(2, content.description());
            update.setString(3, content.category());
            update.setBigDecimal(4, content.price().amount());
            update.setString(5, content.price().currency());
            update.setString(6, json(content.images()));
            update.setInt(7, id);
            update.executeUpdate();
        }
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

    private static List<Product> products(PreparedStatement select) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            List<Product> products = new ArrayList<>();
            while (rows.next()) {
                products.add(product(rows));
            }
            return List.copyOf(products);
        }
    }

    private static Product product(ResultSet row) throws SQLException {
        return new Product(
                row.getInt("id"),
                row.getString("name"),
                row.getString("description"),
                row.getString("category"),
                new Price(row.getBigDecimal("price"), row.getString("currency")),
                images(row.getString("images")),
                row.getLong("version"),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private static List<Image> images(String json) {
        try {
            return IMAGES.readValue(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A product's images are not a list of images", e);
        }
    }
}
