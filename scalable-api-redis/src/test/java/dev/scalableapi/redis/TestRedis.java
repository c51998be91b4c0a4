package dev.scalableapi.redis;

import dev.scalableapi.testkit.Ports;
import dev.scalableapi.testkit.RedisServer;
import dev.scalableapi.testkit.ServerProcess;
import dev.scalableapi.testkit.TestRun;
import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A real Redis for tests: one of their own, on a free port. */
final class TestRedis implements AutoCloseable {
    static final String PASSWORD = "s3cret-password";

    private final List<String> arguments;
    private int port;
    private @Nullable ServerProcess process;

    private TestRedis(String... more) {
        arguments = new ArrayList<>(List.of("--requirepass", PASSWORD, "--masterauth", PASSWORD));
        // A replica writes what it is sent into a file, which any other that runs there would begin with.
        arguments.addAll(List.of("--dbfilename", "dump-" + UUID.randomUUID() + ".rdb"));
        arguments.addAll(List.of(more));
    }

    /** Has a port that its clients can be given, and does not run yet. */
    static TestRedis stopped() {
        TestRedis redis = new TestRedis();
        redis.port = Ports.free();
        return redis;
    }

    static TestRedis started() {
        return new TestRedis().startedOnFreePort();
    }

    private TestRedis startedOnFreePort() {
        ServerProcess.Listening listening = RedisServer.start(arguments);
        port = listening.port();
        process = listening.process();
        return this;
    }

    static TestRedis replicaOf(TestRedis master) {
        return new TestRedis("--replicaof", "127.0.0.1", Integer.toString(master.port())).startedOnFreePort();
    }

    /** Like one before version 6, it knows no HELLO, and so speaks RESP2 alone. */
    static TestRedis withoutHello() {
        return new TestRedis("--rename-command", "HELLO", "").startedOnFreePort();
    }

    /** Starts it on its port, where it may have run before. */
    void start() {
        process = RedisServer.start(port, arguments);
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

    private ServerProcess process() {
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

    /** A connection that waits long enough for a busy machine. */
    RedisConnection connect() {
        return RedisConnection.builder(url()).timeout(TestRun.PATIENCE).open();
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
