package dev.scalableapi.examples.shop.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A database's tables, made by numbered scripts: {@code /db/NAME/1.sql}, {@code /db/NAME/2.sql} and so on. Each runs once,
 * all within one transaction; instances that start together wait for each other.
 */
final class Schema {
    /** Any number does, as long as nothing else in the database locks it. */
    private static final long LOCK = 0x73686f70L;

    private Schema() {}

    /** Brings the database to the newest version; the connection must be within a transaction. */
    static Integer upgrade(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            statement.execute("CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY)");
            int version = version(statement);
            for (String script = script(name, version + 1); !script.isEmpty(); script = script(name, version + 1)) {
                version++;
                statement.execute(script);
                statement.execute("INSERT INTO schema_version VALUES (" + version + ")");
            }
            return version;
        }
    }

    private static int version(Statement statement) throws SQLException {
        try (var rows = statement.executeQuery("SELECT coalesce(max(version), 0) FROM schema_version")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static String script(String name, int version) {
        try (InputStream script = Schema.class.getResourceAsStream("/db/" + name + "/" + version + ".sql")) {
            return script == null ? "" : new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
