package dev.scalableapi.redis;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.embedded.RedisExecProvider;

/** A redis-server that dies with the JVM, if not before. */
final class RedisProcess implements AutoCloseable {
    private final Process process;

    private RedisProcess(Process process) {
        this.process = process;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Starts one of the version that comes with the build, and waits until its port is open. */
    static RedisProcess start(int port, List<String> arguments) {
        return start(Binary.PATH, port, arguments);
    }

    static RedisProcess start(Path binary, int port, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(binary.toString());
        command.addAll(arguments);
        RedisProcess started = new RedisProcess(run(command));
        await().pollInterval(Duration.ofMillis(5)).until(() -> isOpen(port) || !started.process.isAlive());
        if (!started.process.isAlive()) {
            throw new IllegalStateException("The redis-server has ended at once");
        }
        return started;
    }

    /** Its exit status, and nothing more, for one that ends by itself. */
    static int exitOf(Path binary, String... arguments) {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.add(0, binary.toString());
        Process process = run(command);
        try {
            if (process.waitFor(30, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            throw new IllegalStateException("The process does not end");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process run(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    // A replica writes what it is sent into a file where it runs.
                    .directory(Path.of("target").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** SIGSTOP: it keeps its connections, and answers nobody. */
    void pause() {
        signal("-STOP");
    }

    void resume() {
        signal("-CONT");
    }

    private void signal(String name) {
        if (exitOf(Path.of("kill"), name, Long.toString(process.pid())) != 0) {
            throw new IllegalStateException("kill " + name);
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        ended(10);
    }

    /** SIGTERM, and what it takes. */
    @Override
    public void close() {
        if (process.isAlive()) {
            resume();
        }
        process.destroy();
        if (!ended(10)) {
            kill();
        }
    }

    private boolean ended(int seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Taken out of its archive once. */
    private static final class Binary {
        static final Path PATH = unpacked();

        private static Path unpacked() {
            try {
                return RedisExecProvider.defaultProvider().get().toPath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
