package dev.scalableapi.examples.shop.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.examples.shop.database.Database;
import dev.scalableapi.examples.shop.database.DatabaseException;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import dev.scalableapi.messaging.jdbc.JdbcIdempotencyStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.Executor;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The catalog service below HTTP: its database, filled, and what reads it. Thread-safe. */
public final class Catalog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);
    static final long SEED = 20_250_101;
    private static final ObjectWriter JSON = JsonMapper.builder().build().writer();

    private final Database database;

    private Catalog(Database database) {
        this.database = database;
    }

    /**
     * Opens the catalog. Where it was never filled, or was filled with another number of products or by another edition
     * of the generator, all products are made anew, and those that clients made or changed are gone; otherwise it is
     * left as it is.
     *
     * @param url of its database
     * @param products how many products to make
     * @return the catalog, to be closed by the caller
     * @throws DatabaseException if the database can't be reached or filled
     */
    public static Catalog open(DatabaseUrl url, int products) {
        Database database = Database.open("catalog", url);
        try {
            if (database.slowTransaction(connection -> fill(connection, products))) {
                database.query(Catalog::analyse);
            }
            return new Catalog(database);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static boolean fill(Connection connection, int products) throws SQLException {
        try (var statement = connection.createStatement()) {
            // Instances that start together: the first one fills, the others find it done.
            statement.execute("LOCK TABLE generated");
            statement.execute(JdbcIdempotencyStore.schema());
            if (isFilled(connection, products)) {
                return false;
            }
            long begin = System.nanoTime();
            statement.execute("TRUNCATE product, category, generated, idempotency_key");
            ProductGenerator generator = ProductGenerator.seeded(SEED);
            insertCategories(connection, generator);
            copy(connection, generator.products(products).iterator());
            statement.execute("INSERT INTO generated VALUES ('" + ProductGenerator.EDITION + "', " + products + ")");
            LOG.atInfo()
                    .addKeyValue("products", products)
                    .addKeyValue(
                            "ms", Duration.ofNanos(System.nanoTime() - begin).toMillis())
                    .log("The catalog is filled");
            return true;
        }
    }

    private static boolean isFilled(Connection connection, int products) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT 1 FROM generated WHERE edition = ? AND products = ?")) {
            select.setString(1, ProductGenerator.EDITION);
            select.setInt(2, products);
            try (var rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void insertCategories(Connection connection, ProductGenerator generator) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO category (name, title) VALUES (?, ?)")) {
            for (Category category : generator.categories()) {
                insert.setString(1, category.name());
                insert.setString(2, category.title());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void copy(Connection connection, Iterator<Product> products) throws SQLException {
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY product (id, name, description, category, price, currency, images, version, updated_at)"
                        + " FROM STDIN");
        try {
            while (products.hasNext()) {
                byte[] line = line(products.next()).getBytes(StandardCharsets.UTF_8);
                copy.writeToCopy(line, 0, line.length);
            }
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** A row in the text format of COPY. */
    private static String line(Product product) {
        return String.join(
                        "\t",
                        String.valueOf(product.id()),
                        escaped(product.name()),
                        escaped(product.description()),
                        product.category(),
                        product.price().amount().toPlainString(),
                        product.price().currency(),
                        escaped(json(product)),
                        String.valueOf(product.version()),
                        product.updatedAt().toString())
                + "\n";
    }

    private static String json(Product product) {
        try {
            return JSON.writeValueAsString(product.images());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(new IOException("Images could not be written as JSON", e));
        }
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    /** Makes scans of the index alone possible, and tells the planner how large the table is. */
    private static boolean analyse(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.execute("VACUUM ANALYZE product");
        }
    }

    /** {@return what reads the products} */
    public ProductRepository products() {
        return new ProductRepository(database);
    }

    /**
     * {@return the keys of the requests that make products, in the same database}
     *
     * @param executor where it blocks
     */
    public JdbcIdempotencyStore idempotency(Executor executor) {
        return JdbcIdempotencyStore.create(database.dataSource(), executor);
    }

    /** {@return whether its database answers, for the readiness probe; blocks} */
    public boolean isReady() {
        return database.answers(Duration.ofSeconds(1));
    }

    /** Closes the connections. */
    @Override
    public void close() {
        database.close();
    }
}
