package dev.scalableapi.messaging.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.testkit.PostgresServer;
import dev.scalableapi.testkit.Reaper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The process that holds a key dies: whatever it had done, the effect happens once. */
class KilledHolderTest {
    private static PostgresServer.Database database;

    Process child;
    BufferedReader output;

    @BeforeAll
    static void prepare() throws SQLException {
        database = PostgresServer.newDatabase();
        execute(JdbcIdempotencyStore.schema());
        execute("CREATE TABLE effect (who text)");
    }

    /** Longer than the test takes. */
    Duration lease() {
        return Duration.ofMinutes(10);
    }

    @BeforeEach
    void startChild() throws IOException, SQLException {
        execute("TRUNCATE idempotency_key; TRUNCATE effect");
        child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        Orders.class.getName(),
                        database.url(),
                        lease().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Reaper.watch(child.toHandle());
        output = child.inputReader(StandardCharsets.UTF_8);
    }

    @AfterEach
    void kill() {
        child.destroyForcibly();
        child.onExit().join();
    }

    @Test
    void answerOfWhoDiesAfterTheCommitIsRepeated() throws Exception {
        letChildGoTo(Orders.COMMITTED);
        kill();

        assertThat(askedUntilCreated()).isEqualTo("child");
        assertThat(effects()).isEqualTo("child");
    }

    final void letChildGoTo(String step) throws IOException {
        for (String line = output.readLine(); !step.equals(line); line = output.readLine()) {
            assertThat(line).isIn(Orders.INSERTED, Orders.RECORDED);
            goOn();
        }
    }

    final void goOn() throws IOException {
        child.getOutputStream().write('\n');
        child.getOutputStream().flush();
    }

    /** Who answers at last; till then the key is taken. */
    final String askedUntilCreated() throws SQLException {
        Orders orders = new Orders(database.dataSource(), "parent", lease(), step -> {});
        ApiResponse answer = await().until(orders::ask, response -> {
            assertThat(response.status()).isIn(201, 409);
            return response.status() == 201;
        });
        return new String(answer.body().bytes(100).toCompletableFuture().join(), StandardCharsets.UTF_8);
    }

    static String effects() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT coalesce(string_agg(who, ','), '') FROM effect")) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
