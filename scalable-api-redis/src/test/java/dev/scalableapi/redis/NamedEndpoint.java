package dev.scalableapi.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A stable address before a Redis, like the primary endpoint of a managed one: new connections go to the present target, those
 * that are open stay where they are. Records when each connection was accepted.
 */
final class NamedEndpoint implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 500;

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "named-endpoint");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<Long> accepted = new CopyOnWriteArrayList<>();
    private volatile TestRedis target;

    private NamedEndpoint(TestRedis target, ServerSocket server) {
        this.target = target;
        this.server = server;
    }

    static NamedEndpoint to(TestRedis target) {
        return at(InetAddress.getLoopbackAddress(), 0, target);
    }

    static NamedEndpoint at(InetAddress address, int port, TestRedis target) {
        try {
            NamedEndpoint endpoint = new NamedEndpoint(target, new ServerSocket(port, 50, address));
            endpoint.threads.execute(endpoint::accept);
            return endpoint;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    String url() {
        return "redis://:" + TestRedis.PASSWORD + "@127.0.0.1:" + port();
    }

    /** New connections go there from now on. */
    void moveTo(TestRedis redis) {
        target = redis;
    }

    /** {@return how many connections were accepted so far} */
    int connections() {
        return accepted.size();
    }

    /** {@return when each connection was accepted, by {@link System#nanoTime()}} */
    List<Long> accepted() {
        return List.copyOf(accepted);
    }

    private void accept() {
        while (accepted.size() < MAX_CONNECTIONS) {
            try {
                Socket client = server.accept();
                accepted.add(System.nanoTime());
                Socket redis = new Socket(InetAddress.getLoopbackAddress(), target.port());
                open.addAll(List.of(client, redis));
                threads.execute(() -> pass(client, redis));
                threads.execute(() -> pass(redis, client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[8_192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (IOException broken) {
            // Both sides are closed.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
