package dev.scalableapi.examples.shop.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.examples.shop.TestServers;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestServers.Extension.class)
class EmbeddedServersTest {
    @Test
    void dataIsKeptFromStartToStart(@TempDir Path temporary) throws Exception {
        Path path = temporary.toRealPath();
        try (DataFolder folder = DataFolder.open(path);
                EmbeddedPostgres first = EmbeddedPostgres.in(folder)) {
            first.start();
            execute(first.database("kept"), "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        assertThat(TestServers.processesOf(path)).isEmpty();

        try (DataFolder folder = DataFolder.open(path);
                EmbeddedPostgres second = EmbeddedPostgres.in(folder)) {
            // A pid that has since gone to another program, here this one, must not keep PostgreSQL from starting.
            Files.writeString(
                    path.resolve("postgres/data/postmaster.pid"),
                    ProcessHandle.current().pid() + "\n");
            second.start();

            assertThat(execute(second.database("kept"), "SELECT answer FROM kept"))
                    .isEqualTo("42");
            assertThat(execute(second.database("kept"), "SHOW listen_addresses"))
                    .isEqualTo("127.0.0.1");
            assertThat(Files.getPosixFilePermissions(path.resolve("postgres/secret")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(Files.getPosixFilePermissions(path.resolve("postgres")))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThatThrownBy(second::start).isInstanceOf(IllegalStateException.class);
        }
        assertThat(TestServers.processesOf(path)).isEmpty();
    }

    @Test
    void postgresAsksForAPassword(TestServers servers) {
        DatabaseUrl url = servers.database("guarded");

        assertThatThrownBy(() -> DriverManager.getConnection(url.jdbcUrl(), "postgres", "postgres"))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() ->
                        DriverManager.getConnection(url.jdbcUrl(), url.user().orElseThrow(), "guess"))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void databaseNameOfOtherCharactersIsRefused(TestServers servers) {
        for (String name : List.of("", "a b", "a\"; DROP ROLE postgres; --", "A")) {
            assertThatThrownBy(() -> servers.database(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void redisAnswersThoseWhoKnowItsPassword(TestServers servers) throws IOException {
        String url = servers.redisUrl().orElseThrow();

        assertThat(ping(url)).isEqualTo("+PONG");
        assertThat(ping(url.replaceFirst(":[0-9a-f]+@", ":guess@"))).startsWith("-WRONGPASS");
    }

    /** Signs in as the URL says and pings; the first line of the answer that is not merely "OK". */
    private static String ping(String url) throws IOException {
        URI uri = URI.create(url);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            String commands = "AUTH " + uri.getUserInfo().substring(1) + "\r\nPING\r\n";
            socket.getOutputStream().write(commands.getBytes(StandardCharsets.US_ASCII));
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String first = answers.readLine();
            return first.equals("+OK") ? answers.readLine() : first;
        }
    }

    @Test
    void redisKeepsNothingAndStops(@TempDir Path temporary) throws IOException {
        Path path = temporary.toRealPath();
        try (DataFolder folder = DataFolder.open(path);
                EmbeddedRedis redis = EmbeddedRedis.in(folder)) {
            assertThat(ping(redis.start().orElseThrow())).isEqualTo("+PONG");
            assertThat(TestServers.processesOf(path)).hasSize(1);
            assertThatThrownBy(redis::start).isInstanceOf(IllegalStateException.class);
        }
        assertThat(TestServers.processesOf(path)).isEmpty();
        try (var files = Files.list(path.resolve("redis"))) {
            assertThat(files).extracting(file -> file.getFileName().toString()).allMatch(name -> name.endsWith(".log"));
        }
    }

    @Test
    void serverThatIsClosedBeforeItStartsNeverStarts(@TempDir Path path) {
        try (DataFolder folder = DataFolder.open(path)) {
            EmbeddedPostgres postgres = EmbeddedPostgres.in(folder);
            EmbeddedRedis redis = EmbeddedRedis.in(folder);
            List.<Runnable>of(postgres::close, redis::close).forEach(Runnable::run);

            assertThatThrownBy(postgres::start).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(redis::start).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> postgres.database("any")).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void dataFolderIsHeldByOneShopAtATime(@TempDir Path path) {
        try (DataFolder folder = DataFolder.open(path)) {
            assertThatThrownBy(() -> DataFolder.open(folder.path()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("SHOP_DATA");
        }
        DataFolder.open(path).close();
    }

    @Test
    void pathThatAShellWouldReadOtherwiseIsRefused(@TempDir Path path) {
        for (String name : List.of("$(id)", "`id`", "a\"b", "a'b", "a\\b", "a\nb")) {
            assertThatThrownBy(() -> DataFolder.open(path.resolve(name)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("SHOP_DATA");
            assertThat(path.resolve(name)).doesNotExist();
        }
    }

    @Test
    void fileInTheFoldersPlaceIsNamed(@TempDir Path path) throws IOException {
        Path file = Files.createFile(path.resolve("file"));

        assertThatThrownBy(() -> DataFolder.open(file)).hasMessageContaining("SHOP_DATA");
    }

    /** The rest of what ends with a shop is tested by the system tier, with shops in processes of their own. */
    @Test
    void serverOfAShopThatWasKilledIsStoppedByTheNext(@TempDir Path temporary) throws IOException {
        Path path = temporary.toRealPath();
        DataFolder killed = DataFolder.open(path);
        EmbeddedRedis left = EmbeddedRedis.in(killed);
        String former = left.start().orElseThrow();
        List<ProcessHandle> leftovers = TestServers.processesOf(path);
        // The lock is all that the operating system gives back for it.
        killed.close();

        try (DataFolder folder = DataFolder.open(path);
                EmbeddedRedis redis = EmbeddedRedis.in(folder)) {
            assertThat(redis.start()).isPresent().isNotEqualTo(Optional.of(former));
            assertThat(TestServers.processesOf(path)).hasSize(1).doesNotContainAnyElementsOf(leftovers);
        }
        assertThat(TestServers.processesOf(path)).isEmpty();
    }

    @Test
    void reasonOfAServerThatDoesNotStartIsTheLastLineOfItsLog(@TempDir Path path) throws IOException {
        Path log = path.resolve("server.log");
        assertThat(EmbeddedServer.reason(log)).isEqualTo("it left no log");
        Files.writeString(log, "begins\nFATAL: no space left\n\n");

        assertThat(EmbeddedServer.reason(log)).isEqualTo("FATAL: no space left");
    }

    @Test
    void freePortsAreFreeAndBelowThoseOfOutgoingConnections() throws IOException {
        int port = EmbeddedServer.freePort();

        assertThat(port).isBetween(10_000, 32_767);
        try (ServerSocket socket = new ServerSocket(port, 1, EmbeddedServer.loopback())) {
            assertThat(socket.getLocalPort()).isEqualTo(port);
        }
    }

    @Test
    void platformWithoutProgramsHasNone() {
        assertThat(new Platform("plan9", false, false).postgres()).isEmpty();
        assertThat(new Platform("plan9", true, true).redis()).isEmpty();
        assertThat(new Platform("windows", false, false).redis()).isEmpty();
        assertThat(new Platform("linux", false, false).postgres()).isPresent();
        assertThat(Optional.of(new Platform("linux", true, false)).flatMap(Platform::redis))
                .isPresent();
    }

    private static String execute(DatabaseUrl url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        url.jdbcUrl(), url.user().orElseThrow(), url.password().orElseThrow());
                var statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (var rows = statement.getResultSet()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
