package dev.scalableapi.messaging.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.http.ApiResponse;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The process that holds a key dies, or is late: whatever it had done, the effect happens once. */
class KilledHolderTest {
    private static EmbeddedPostgres server;

    private Process child;
    private BufferedReader output;

    @BeforeAll
    static void startServer() throws IOException, SQLException {
        server = EmbeddedPostgres.builder().start();
        execute(JdbcIdempotencyStore.schema());
        execute("CREATE TABLE effect (who text)");
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
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
                        server.getJdbcUrl("postgres", "postgres"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        output = child.inputReader(StandardCharsets.UTF_8);
    }

    @AfterEach
    void kill() {
        child.destroyForcibly();
        child.onExit().join();
    }

    @ParameterizedTest
    @ValueSource(strings = {Orders.INSERTED, Orders.RECORDED})
    void whoDiesBeforeTheCommitLeavesNothingButAKeyThatIsFreeWhenItsLeaseEnds(String step) throws Exception {
        letChildGoTo(step);
        kill();

        assertThat(askedUntilCreated()).isEqualTo("parent");
        assertThat(effects()).isEqualTo("parent");
    }

    @Test
    void answerOfWhoDiesAfterTheCommitIsRepeated() throws Exception {
        letChildGoTo(Orders.COMMITTED);
        kill();

        assertThat(askedUntilCreated()).isEqualTo("child");
        assertThat(effects()).isEqualTo("child");
    }

    @Test
    void whoOutlastsItsLeaseIsFencedOff() throws Exception {
        letChildGoTo(Orders.INSERTED);
        assertThat(askedUntilCreated()).isEqualTo("parent");
        goOn();

        assertThat(output.readLine()).isEqualTo("503");
        assertThat(effects()).isEqualTo("parent");
    }

    private void letChildGoTo(String step) throws IOException {
        for (String line = output.readLine(); !step.equals(line); line = output.readLine()) {
            assertThat(line).isIn(Orders.INSERTED, Orders.RECORDED);
            goOn();
        }
    }

    private void goOn() throws IOException {
        child.getOutputStream().write('\n');
        child.getOutputStream().flush();
    }

    /** Who answers at last; till then the key is taken. */
    private static String askedUntilCreated() throws SQLException {
        Orders orders = new Orders(server.getPostgresDatabase(), "parent", step -> {});
        ApiResponse answer = await().atMost(Duration.ofSeconds(30)).until(orders::ask, response -> {
            assertThat(response.status()).isIn(201, 409);
            return response.status() == 201;
        });
        return new String(answer.body().bytes(100).toCompletableFuture().join(), StandardCharsets.UTF_8);
    }

    private static String effects() throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT coalesce(string_agg(who, ','), '') FROM effect")) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
