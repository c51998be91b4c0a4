package dev.scalableapi.examples.shop.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import javax.sql.DataSource;

/**
 * One service's database: a small pool of connections to tables of the newest version. All methods block, but never
 * for long: waiting for a connection ends after 2 s, a statement after 5 s. Thread-safe.
 */
public final class Database implements AutoCloseable {
    /** How many statements run at once; more than a few a core only wait for each other. */
    public static final int POOL_SIZE = 8;

    private static final Duration CONNECTION_WAIT = Duration.ofSeconds(2);
    private static final Duration START_WAIT = Duration.ofSeconds(3);
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(5);

    private final String name;
    private final HikariDataSource pool;

    private Database(String name, HikariDataSource pool) {
        this.name = name;
        this.pool = pool;
    }

    /**
     * Connects, and brings the tables to the newest version.
     *
     * @param name of the service, as in {@code /db/NAME/1.sql}
     * @param url where the database is
     * @return the database, to be closed by the caller
     * @throws DatabaseException if it can't be reached or its tables can't be made
     */
    public static Database open(String name, DatabaseUrl url) {
        Database database = new Database(name, connect(name, url));
        try {
            database.slowTransaction(connection -> Schema.upgrade(connection, name));
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static HikariDataSource connect(String name, DatabaseUrl url) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("shop-" + name);
        config.setJdbcUrl(url.jdbcUrl());
        url.user().ifPresent(config::setUsername);
        url.password().ifPresent(config::setPassword);
        config.setMaximumPoolSize(POOL_SIZE);
        config.setConnectionTimeout(CONNECTION_WAIT.toMillis());
        config.setValidationTimeout(1000);
        config.setInitializationFailTimeout(START_WAIT.toMillis());
        config.addDataSourceProperty("ApplicationName", "shop-" + name);
        config.addDataSourceProperty("options", "-c statement_timeout=" + STATEMENT_TIMEOUT.toMillis());
        config.addDataSourceProperty("connectTimeout", "2");
        config.addDataSourceProperty("socketTimeout", String.valueOf(2 * STATEMENT_TIMEOUT.toSeconds()));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        // A refused row would otherwise stand in the exception's message, password hash and all.
        config.addDataSourceProperty("logServerErrorDetail", "false");
        try {
            return new HikariDataSource(config);
        } catch (HikariPool.PoolInitializationException e) {
            throw new DatabaseException(
                    "The " + name + " database can't be reached: see " + name.toUpperCase(Locale.ROOT)
                            + "_DATABASE_URL",
                    e.getCause() instanceof SQLException cause ? cause : new SQLException(e));
        }
    }

    /**
     * {@return what the work makes of a connection that commits each statement by itself}
     *
     * @param work statements
     * @param <T> the result's type
     * @throws DatabaseException if the database fails
     */
    public <T> T query(SqlFunction<T> work) {
        try (Connection connection = pool.getConnection()) {
            return work.apply(connection);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /**
     * {@return what the work makes of a connection, all of it or nothing}
     *
     * @param work statements, committed once the work ends, rolled back if it throws
     * @param <T> the result's type
     * @throws DatabaseException if the database fails
     */
    public <T> T transaction(SqlFunction<T> work) {
        return query(connection -> {
            connection.setAutoCommit(false);
            T result = work.apply(connection);
            connection.commit();
            return result;
        });
    }

    /**
     * {@return what the work makes of a connection whose statements may take long, all of it or nothing}
     *
     * @param work statements for the start, such as filling a table
     * @param <T> the result's type
     * @throws DatabaseException if the database fails
     */
    public <T> T slowTransaction(SqlFunction<T> work) {
        return transaction(connection -> {
            connection.setNetworkTimeout(Runnable::run, 0);
            try (var statement = connection.createStatement()) {
                statement.execute("SET LOCAL statement_timeout = 0");
            }
            return work.apply(connection);
        });
    }

    /** {@return the same pool, for a library that runs its own statements} */
    public DataSource dataSource() {
        return pool;
    }

    /**
     * {@return whether the database answers, for the readiness probe}
     *
     * @param wait how long it may take, at least a second
     */
    public boolean answers(Duration wait) {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid((int) Math.max(1, wait.toSeconds()));
        } catch (SQLException e) {
            return false;
        }
    }

    /**
     * {@return whether a text can be a value: PostgreSQL has no NUL, and half a surrogate pair has no encoding, so the
     * driver would store a question mark for it}
     *
     * @param text from outside
     */
    public static boolean canHold(String text) {
        return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private DatabaseException failure(SQLException e) {
        return new DatabaseException("The " + name + " database failed", e);
    }

    /** Closes the connections; statements that run are given up. */
    @Override
    public void close() {
        pool.close();
    }
}
