package dev.scalableapi.redis;

import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.UUID;
import redis.embedded.RedisServer;

/** A real Redis for tests: one of their own, on a free port. */
final class TestRedis implements AutoCloseable {
    static final String PASSWORD = "s3cret-password";

    private final int port;
    private final RedisServer server;

    private TestRedis(int port) {
        this.port = port;
        server = RedisServer.builder()
                .port(port)
                .setting("save \"\"")
                .setting("requirepass " + PASSWORD)
                .build();
    }

    static TestRedis stopped() {
        return new TestRedis(freePort());
    }

    static TestRedis started() {
        TestRedis redis = stopped();
        redis.start();
        return redis;
    }

    void start() {
        server.start();
    }

    void stop() {
        server.stop();
    }

    String url() {
        return "redis://:" + PASSWORD + "@localhost:" + port;
    }

    RedisURI uri() {
        return RedisURI.create(url());
    }

    RedisConnection connect() {
        return RedisConnection.open(url());
    }

    @Override
    public void close() {
        stop();
    }

    /** So that tests do not meet, nor their predecessors on a Redis that stays. */
    static String namespace() {
        return "test-" + UUID.randomUUID();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
