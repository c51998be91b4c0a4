package dev.scalableapi.examples.shop.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Redis out of a Maven artefact: on a free port of the loopback address, with a password that is new at each
 * start, and nothing kept from start to start.
 *
 * <p>Like the embedded PostgreSQL it is not a child of this process, outlives a shop that is killed, and is stopped by
 * the next start on the same folder. Thread-safe; {@link #close()} waits for a {@link #start()} that runs.
 */
public final class EmbeddedRedis implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final int CONNECT_MILLIS = 500;
    private static final String GREETING = "+OK\r\n+PONG\r\n";

    private final DataFolder data;
    private Optional<Programs> running = Optional.empty();
    private boolean closed;

    private EmbeddedRedis(DataFolder data) {
        this.data = data;
    }

    /**
     * {@return a server that is yet to be started; until then it takes nothing}
     *
     * @param data where its program and its log are kept
     */
    public static EmbeddedRedis in(DataFolder data) {
        return new EmbeddedRedis(data);
    }

    /**
     * Starts the server.
     *
     * @return its URL, which holds its password; empty where there is no Redis for this platform
     * @throws IllegalStateException if it does not start, or if it was started or closed before
     */
    public synchronized Optional<String> start() {
        if (closed || running.isPresent()) {
            throw new IllegalStateException("An embedded Redis starts once");
        }
        try {
            Optional<URL> program = Platform.current().redis();
            return program.isPresent() ? Optional.of(launch(program.get())) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded Redis did not start", e);
        }
    }

    private String launch(URL program) throws IOException {
        long begin = System.nanoTime();
        Programs programs = Programs.unpack(data, "redis", program, (content, folder) -> {
            Path file = folder.resolve("redis-server");
            Files.copy(content, file);
            if (!file.toFile().setExecutable(true, true)) {
                throw new IOException("Could not make a program executable");
            }
        });
        programs.stopLeftovers();
        Path folder = data.folder("redis");
        Files.deleteIfExists(folder.resolve("server.log"));
        running = Optional.of(programs);
        for (int attempt = 0; attempt < EmbeddedServer.ATTEMPTS; attempt++) {
            int port = EmbeddedServer.freePort();
            String password = EmbeddedServer.newSecret();
            if (starts(programs, folder, port, password)) {
                LOG.atInfo()
                        .addKeyValue(
                                "ms",
                                Duration.ofNanos(System.nanoTime() - begin).toMillis())
                        .log("Redis is up");
                return "redis://:" + password + "@" + EmbeddedServer.LOOPBACK + ":" + port;
            }
            programs.processes().forEach(programs::stop);
        }
        throw new IllegalStateException("The embedded Redis did not start: "
                + EmbeddedServer.reason(folder.resolve("server.log")) + " (server.log in " + folder + ")");
    }

    /** The configuration goes through a pipe: a command line could be read by everybody. */
    private static boolean starts(Programs programs, Path folder, int port, String password) throws IOException {
        Process process = new ProcessBuilder(programs.file("redis-server").toString(), "-")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("commands.log").toFile())
                .start();
        try (var input = process.getOutputStream()) {
            input.write(configuration(folder, port, password).getBytes(StandardCharsets.UTF_8));
        }
        return awaitDetached(process) && awaitReady(programs, port, password);
    }

    private static String configuration(Path folder, int port, String password) {
        return String.join(
                "\n",
                "daemonize yes",
                "bind " + EmbeddedServer.LOOPBACK,
                "port " + port,
                "requirepass " + password,
                "save \"\"",
                "appendonly no",
                "dir \"" + folder + "\"",
                "logfile \"" + folder.resolve("server.log") + "\"",
                "pidfile \"" + folder.resolve("server.pid") + "\"",
                "");
    }

    private static boolean awaitDetached(Process process) {
        try {
            return process.waitFor() == 0;
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The password is new, so that whoever takes it is the server just started. */
    private static boolean awaitReady(Programs programs, int port, String password) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && !Thread.currentThread().isInterrupted()) {
            if (isReady(port, password)) {
                return true;
            }
            if (programs.processes().isEmpty()) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return false;
    }

    private static boolean isReady(int port, String password) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(EmbeddedServer.loopback(), port), CONNECT_MILLIS);
            socket.setSoTimeout(CONNECT_MILLIS);
            socket.getOutputStream().write(("AUTH " + password + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(GREETING.length());
            return new String(answer, StandardCharsets.US_ASCII).equals(GREETING);
        } catch (IOException e) {
            return false;
        }
    }

    /** Stops the server. A server that does not run is left as it is. */
    @Override
    public synchronized void close() {
        closed = true;
        running.ifPresent(programs -> programs.processes().forEach(programs::stop));
        running = Optional.empty();
    }
}
