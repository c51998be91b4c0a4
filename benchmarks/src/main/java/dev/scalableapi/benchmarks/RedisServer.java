package dev.scalableapi.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.embedded.RedisExecProvider;

/** A redis-server on loopback, of the version that comes with the build. */
final class RedisServer {
    /** Ends Redis when its own input ends: so it survives this JVM in no way, not even if that is killed. */
    private static final String LEASH = "\"$@\" & server=$!; read -r end; kill -9 $server; wait $server";

    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final int port = freePort();

    private RedisServer() {
        try {
            String binary = RedisExecProvider.defaultProvider().get().getAbsolutePath();
            List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", LEASH, "sh", binary));
            command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", ""));
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            await(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return where it is} */
    static String url() {
        return "redis://127.0.0.1:" + One.SERVER.port;
    }

    private void await(Process process) {
        long begun = System.nanoTime();
        while (!isOpen()) {
            if (!process.isAlive() || System.nanoTime() - begun > START_NANOS) {
                throw new IllegalStateException("The redis-server does not start");
            }
            Thread.onSpinWait();
        }
    }

    private boolean isOpen() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Started by the first who asks; ended with the JVM. */
    private static final class One {
        static final RedisServer SERVER = new RedisServer();
    }
}
