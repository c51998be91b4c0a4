package dev.scalableapi.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import redis.embedded.RedisExecProvider;

/**
 * Starts the redis-server that the library {@code embedded-redis} contains. A module that uses this class adds that library
 * to its tests.
 */
public final class RedisServer {
    private static final String READY = "Ready to accept connections";
    /** What a Sentinel prints last when it starts: it has no line of readiness. */
    private static final String SENTINEL_READY = "+monitor master";

    private RedisServer() {}

    /**
     * Starts a server on the loopback address, on a free port.
     *
     * @param arguments more arguments
     * @return the server and its port
     * @throws IllegalStateException with the server's own reason if it does not start
     */
    public static ServerProcess.Listening start(List<String> arguments) {
        return ServerProcess.startOnFreePort(port -> command(port, arguments), RedisServer::isReady);
    }

    /**
     * Starts a server on the loopback address, on a port that its clients know already.
     *
     * @param port where it listens
     * @param arguments more arguments
     * @return the server
     * @throws IllegalStateException with the server's own reason if it does not start
     */
    public static ServerProcess start(int port, List<String> arguments) {
        return ServerProcess.start(command(port, arguments), RedisServer::isReady);
    }

    /**
     * {@return the command line of a server on the loopback address, which writes nothing to the disk}
     *
     * @param port where it listens
     * @param arguments more arguments
     */
    public static List<String> command(int port, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(binary().toString());
        command.addAll(List.of("--port", Integer.toString(port), "--bind", Ports.LOOPBACK, "--save", ""));
        command.addAll(arguments);
        return command;
    }

    /** {@return whether a line of a redis-server's output means that it accepts connections} */
    public static boolean isReady(String line) {
        return line.contains(READY) || line.contains(SENTINEL_READY);
    }

    /** {@return the program} */
    public static Path binary() {
        return Binary.PATH;
    }

    /** Unpacked once in each JVM. */
    private static final class Binary {
        static final Path PATH = unpacked();

        private static Path unpacked() {
            try {
                return RedisExecProvider.defaultProvider().get().toPath().toAbsolutePath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
