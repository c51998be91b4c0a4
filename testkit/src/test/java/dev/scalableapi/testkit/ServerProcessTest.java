package dev.scalableapi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerProcessTest {
    @Test
    void serverThatIsReadyAcceptsConnections() throws IOException {
        ServerProcess.Listening redis = RedisServer.start(List.of());
        try (ServerProcess server = redis.process()) {
            assertThat(ping(redis.port())).isEqualTo("+PONG");
            server.pause();
            server.resume();
            assertThat(ping(redis.port())).isEqualTo("+PONG");
        }
        assertThat(redis.process().isAlive()).isFalse();
    }

    private static String ping(int port) throws IOException {
        try (Socket socket = new Socket(Ports.loopback(), port)) {
            OutputStream out = socket.getOutputStream();
            out.write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes("+PONG".length());
            return new String(answer, StandardCharsets.US_ASCII);
        }
    }

    @Test
    void serverWhosePortIsTakenStartsOnAnother() throws IOException {
        try (ServerSocket occupied = occupied()) {
            Deque<Integer> ports = new ArrayDeque<>(List.of(occupied.getLocalPort()));
            ServerProcess.Listening redis = ServerProcess.startOnFreePort(
                    port -> {
                        // The first time, what another process can do between the choice and the start.
                        int taken = ports.isEmpty() ? port : ports.remove();
                        return List.of(
                                RedisServer.binary().toString(), "--port", Integer.toString(taken), "--save", "");
                    },
                    RedisServer::isReady);
            try (ServerProcess server = redis.process()) {
                assertThat(server.isAlive()).isTrue();
                assertThat(ports).isEmpty();
                assertThat(ping(redis.port())).isEqualTo("+PONG");
            }
        }
    }

    private static ServerSocket occupied() throws IOException {
        return new ServerSocket(Ports.free(), 1, Ports.loopback());
    }

    @Test
    void reasonForAFailedStartIsOneLineOfTheServer() throws IOException {
        try (ServerSocket occupied = occupied()) {
            assertThatThrownBy(() -> RedisServer.start(occupied.getLocalPort(), List.of()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching("redis-server.* did not start: it ended with status 1: .*"
                            + occupied.getLocalPort() + ".*Address .*in use");
        }
        assertThatThrownBy(() -> RedisServer.start(List.of("--no-such-setting", "1")))
                .hasMessageMatching("redis-server.* did not start: it ended with status 1: .*");
        assertThatThrownBy(() -> ServerProcess.start(List.of("/no/such/program"), line -> true))
                .hasMessageMatching("program did not start: .*No such file.*");
        assertThatThrownBy(() -> ServerProcess.start(List.of("true"), line -> true))
                .hasMessage("true did not start: it ended with status 0: no output");
    }

    /** Whether its server runs, stands still, or is a PostgreSQL, which is not its child. */
    @Test
    void serversOfAJvmThatIsKilledEndToo() throws IOException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        Servers.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            List<ProcessHandle> servers = lines.lines()
                    .filter(line -> line.startsWith(Servers.MARK))
                    .limit(3)
                    .map(line -> Long.parseLong(line.substring(Servers.MARK.length())))
                    .map(pid -> ProcessHandle.of(pid).orElseThrow())
                    .toList();
            assertThat(servers).hasSize(3).allMatch(ProcessHandle::isAlive);
            child.destroyForcibly();

            await().until(() -> servers.stream().noneMatch(ServerProcessTest::runs));
        } finally {
            child.destroyForcibly();
        }
    }

    /** A process that nobody has waited for remains as an entry without a program. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    /** Starts three servers, prints the numbers of their processes, and waits to be killed. */
    static final class Servers {
        /** Other lines are of the log. */
        private static final String MARK = "process ";

        private Servers() {}

        public static void main(String[] arguments) throws IOException {
            ServerProcess running = RedisServer.start(List.of()).process();
            ServerProcess paused = RedisServer.start(List.of()).process();
            paused.pause();
            long postgres = PostgresServer.pid();
            for (long pid : new long[] {running.pid(), paused.pid(), postgres}) {
                System.out.println(MARK + pid);
            }
            System.in.read();
        }
    }
}
