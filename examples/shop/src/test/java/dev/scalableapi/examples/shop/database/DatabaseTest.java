package dev.scalableapi.examples.shop.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.examples.shop.TestServers;
import dev.scalableapi.testkit.TestRun;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(TestServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseTest {
    private Database database;

    @BeforeAll
    void open(TestServers servers) {
        database = Database.open("user", servers.database("plain"));
    }

    @AfterAll
    void close() {
        database.close();
    }

    @Test
    void statementThatTakesTooLongIsEnded() {
        assertThatThrownBy(() -> execute("SET LOCAL statement_timeout = 50; SELECT pg_sleep(300)"))
                .isInstanceOf(DatabaseException.class)
                .extracting(failure -> ((DatabaseException) failure).sqlState())
                .isEqualTo("57014");
        assertThat(database.answers(TestRun.PATIENCE)).isTrue();
    }

    @Test
    void slowTransactionMayTakeLong() {
        assertThat(database.<String>slowTransaction(connection -> setting(connection, "statement_timeout")))
                .isEqualTo("0");
        assertThat(database.<String>query(connection -> setting(connection, "statement_timeout")))
                .isEqualTo("5s");
    }

    private static String setting(Connection connection, String name) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SHOW " + name)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void transactionThatThrowsLeavesNothing() {
        assertThatThrownBy(() -> database.transaction(connection -> {
                    try (var statement = connection.createStatement()) {
                        statement.execute("CREATE TABLE half_done (id integer)");
                    }
                    throw new IllegalStateException("as the test wants it");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThatThrownBy(() -> execute("SELECT * FROM half_done")).isInstanceOf(DatabaseException.class);
    }

    @Test
    void roleOfOneServiceCannotReadTheDatabaseOfAnother(TestServers servers) {
        DatabaseUrl own = servers.database("walled_a");
        DatabaseUrl other = servers.database("walled_b");
        String user = own.user().orElseThrow();
        String password = own.password().orElseThrow();

        assertThatThrownBy(() -> DriverManager.getConnection(other.jdbcUrl(), user, password))
                .isInstanceOf(SQLException.class)
                .extracting(failure -> ((SQLException) failure).getSQLState())
                .isEqualTo("42501");
    }

    @Test
    void databaseThatCannotBeReachedNamesItsSettingAndNotItsPassword() {
        DatabaseUrl nowhere = DatabaseUrl.parse("postgresql://u:s3cret@127.0.0.1:1/users");

        assertThatThrownBy(() -> Database.open("user", nowhere))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("USER_DATABASE_URL")
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://u:p%40%2B+x@host:5433/shop?sslmode=require, jdbc:postgresql://host:5433/shop?sslmode=require, u, p@++x",
        "postgres://host/shop, jdbc:postgresql://host/shop,,",
        "postgresql://u@host/shop, jdbc:postgresql://host/shop, u,",
        "postgresql://u:p@a:1;b:2/shop, jdbc:postgresql://a:1;b:2/shop, u, p",
        "jdbc:postgresql://host/shop, jdbc:postgresql://host/shop,,",
    })
    void urlOfEitherFormIsUnderstood(String text, String jdbcUrl, String user, String password) {
        DatabaseUrl url = DatabaseUrl.parse(text.replace(';', ','));

        assertThat(url.jdbcUrl()).isEqualTo(jdbcUrl.replace(';', ','));
        assertThat(url.user()).isEqualTo(Optional.ofNullable(user));
        assertThat(url.password()).isEqualTo(Optional.ofNullable(password));
    }

    private void execute(String sql) {
        boolean hasRows = database.query(connection -> {
            try (var statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
        assertThat(hasRows).isTrue();
    }
}
