package dev.scalableapi.redis;

import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A real Redis for tests: one of their own, on a free port. */
final class TestRedis implements AutoCloseable {
    static final String PASSWORD = "s3cret-password";

    private final int port = RedisProcess.freePort();
    private final List<String> arguments;
    private @Nullable RedisProcess process;

    private TestRedis(String... more) {
        arguments = new ArrayList<>(List.of(
                "--port", Integer.toString(port), "--save", "", "--requirepass", PASSWORD, "--masterauth", PASSWORD));
        // A replica writes what it is sent into a file, which any other that runs there would begin with.
        arguments.addAll(List.of("--dbfilename", "dump-" + UUID.randomUUID() + ".rdb"));
        arguments.addAll(List.of(more));
    }

    static TestRedis stopped() {
        return new TestRedis();
    }

    static TestRedis started() {
        TestRedis redis = stopped();
        redis.start();
        return redis;
    }

    static TestRedis replicaOf(TestRedis master) {
        TestRedis redis = new TestRedis("--replicaof", "127.0.0.1", Integer.toString(master.port()));
        redis.start();
        return redis;
    }

    /** Like one before version 6, it knows no HELLO, and so speaks RESP2 alone. */
    static TestRedis withoutHello() {
        TestRedis redis = new TestRedis("--rename-command", "HELLO", "");
        redis.start();
        return redis;
    }

    void start() {
        process = RedisProcess.start(port, arguments);
    }

    void stop() {
        if (process != null) {
            process.close();
        }
    }

    /** Without a word to anybody. */
    void kill() {
        process().kill();
    }

    /** From here on it keeps its connections, and answers nobody. */
    void pause() {
        process().pause();
    }

    void resume() {
        process().resume();
    }

    private RedisProcess process() {
        if (process == null) {
            throw new IllegalStateException("It has not been started");
        }
        return process;
    }

    int port() {
        return port;
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
}
