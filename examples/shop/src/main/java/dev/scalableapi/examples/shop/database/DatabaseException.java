package dev.scalableapi.examples.shop.database;

import java.sql.SQLException;

/**
 * A database that failed: it is gone, too slow, or refused a statement. Its message is safe to log: the driver is told
 * to leave the rows' values out of it.
 */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String sqlState;

    /**
     * Wraps the driver's exception.
     *
     * @param message what failed
     * @param cause from the driver or the pool
     */
    public DatabaseException(String message, SQLException cause) {
        super(message, cause);
        this.sqlState = cause.getSQLState() == null ? "" : cause.getSQLState();
    }

    /** {@return the five characters of the SQLSTATE, or an empty text where there is none, as when the pool is exhausted} */
    public String sqlState() {
        return sqlState;
    }
}
