package dev.scalableapi.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class PostgresServerTest {
    @Test
    void databasesAreOnOneServerAndDoNotShareTables() throws SQLException {
        PostgresServer.Database one = PostgresServer.newDatabase();
        PostgresServer.Database other = PostgresServer.newDatabase();

        assertThat(one.url()).isNotEqualTo(other.url());
        for (PostgresServer.Database database : new PostgresServer.Database[] {one, other}) {
            try (Connection connection = database.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE same (id int)");
                try (ResultSet port = statement.executeQuery("SHOW port")) {
                    port.next();
                    assertThat(port.getInt(1)).isBetween(Ports.FIRST, Ports.END - 1);
                }
            }
        }
    }
}
