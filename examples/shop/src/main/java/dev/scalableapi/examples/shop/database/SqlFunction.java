package dev.scalableapi.examples.shop.database;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Work on a connection.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
public interface SqlFunction<T> {
    /**
     * {@return the work's result, never null}
     *
     * @param connection must not be kept
     * @throws SQLException if the database fails
     */
    T apply(Connection connection) throws SQLException;
}
