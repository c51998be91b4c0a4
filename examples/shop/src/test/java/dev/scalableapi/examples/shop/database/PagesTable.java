package dev.scalableapi.examples.shop.database;

import dev.scalableapi.core.page.Keyset;
import dev.scalableapi.core.page.SqlCondition;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A connection that reads what keysets say. */
final class PagesTable implements AutoCloseable {
    private final Connection connection;

    private PagesTable(Connection connection) {
        this.connection = connection;
    }

    static PagesTable in(DatabaseUrl url) throws SQLException {
        return new PagesTable(DriverManager.getConnection(
                url.jdbcUrl(), url.user().orElse(""), url.password().orElse("")));
    }

    Connection connection() {
        return connection;
    }

    void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The rows of a slice, and the one after it. */
    <T> List<T> read(String select, Keyset<T> keyset, SqlFunctionOfRow<T> row) throws SQLException {
        SqlCondition condition = keyset.condition();
        String sql =
                select + " WHERE " + condition.text() + " ORDER BY " + keyset.orderBy() + " LIMIT " + keyset.rows();
        return read(sql, condition.parameters(), row);
    }

    <T> List<T> read(String sql, List<Object> parameters, SqlFunctionOfRow<T> row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(row.of(rows));
                }
                return found;
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    interface SqlFunctionOfRow<T> {
        T of(ResultSet row) throws SQLException;
    }
}
