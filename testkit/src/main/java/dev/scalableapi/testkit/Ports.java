package dev.scalableapi.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers that tests start. They are below 32768: from there on the kernel takes ports for outgoing connections,
 * one of which could occupy the port before the server does. Thread-safe.
 */
public final class Ports {
    /** The address on which servers of tests listen. */
    public static final String LOOPBACK = "127.0.0.1";

    static final int FIRST = 10_000;
    static final int END = 32_768;

    /** Begins at random, because builds that run at the same time would otherwise try the same ports. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(END - FIRST));

    private Ports() {}

    /**
     * {@return a port on which nothing listens now, and which this JVM has not received before} Another process may still
     * take it before the server does; then the server ends, and its caller tries another port.
     */
    public static int free() {
        for (int i = FIRST; i < END; i++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), END - FIRST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No port from " + FIRST + " to " + (END - 1) + " is free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, loopback())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** {@return the address {@link #LOOPBACK}, whatever the JVM prefers to call loopback} */
    static InetAddress loopback() throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }
}
