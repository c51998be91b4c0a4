package dev.scalableapi.benchmarks;

import dev.scalableapi.testkit.Ports;
import dev.scalableapi.testkit.ServerProcess;
import java.util.List;

/** A redis-server on loopback, of the version that comes with the build. Ends with the JVM, however that ends. */
final class RedisServer {
    private RedisServer() {}

    /** {@return where it is} */
    static String url() {
        return "redis://" + Ports.LOOPBACK + ":" + One.SERVER.port();
    }

    /** Starts with the first benchmark that asks. */
    private static final class One {
        static final ServerProcess.Listening SERVER = dev.scalableapi.testkit.RedisServer.start(List.of());
    }
}
