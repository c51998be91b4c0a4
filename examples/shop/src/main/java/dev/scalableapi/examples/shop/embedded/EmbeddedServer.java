package dev.scalableapi.examples.shop.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** What the embedded servers have in common. */
final class EmbeddedServer {
    /** A server is started on this address alone. */
    static final String LOOPBACK = "127.0.0.1";

    /** How many ports are tried. */
    static final int ATTEMPTS = 5;

    private static final int SECRET_BYTES = 24;

    private EmbeddedServer() {}

    /**
     * {@return a port that was free just now} Another process may take it before the server does: then the server ends,
     * and the next port is tried.
     */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
            return socket.getLocalPort();
        }
    }

    /** {@return the same address, whatever the JVM prefers to call loopback} */
    static InetAddress loopback() throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    /** {@return a new password: loopback is open to every user of the machine} */
    static String newSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }
}
