package dev.scalableapi.examples.shop.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/** What the embedded servers have in common. */
final class EmbeddedServer {
    /** A server is started on this address alone. */
    static final String LOOPBACK = "127.0.0.1";

    /** How many ports are tried. */
    static final int ATTEMPTS = 5;

    static final int FIRST_PORT = 10_000;
    /** From here on Linux gives ports to outgoing connections; other systems begin later. */
    static final int FIRST_EPHEMERAL_PORT = 32_768;

    private static final int PORTS_TRIED = 100;
    private static final int SECRET_BYTES = 24;
    private static final SecureRandom RANDOM = new SecureRandom();

    private EmbeddedServer() {}

    /**
     * {@return a port that is free now, below those that the kernel gives to outgoing connections}
     *
     * <p>Another process may take it before the server does: then the server ends, and the next port is tried.
     *
     * @throws IOException if there is none among the ports that were tried
     */
    static int freePort() throws IOException {
        for (int attempt = 0; attempt < PORTS_TRIED; attempt++) {
            int port = FIRST_PORT + RANDOM.nextInt(FIRST_EPHEMERAL_PORT - FIRST_PORT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException("No port from " + FIRST_PORT + " to " + (FIRST_EPHEMERAL_PORT - 1) + " seems to be free");
    }

    private static boolean isFree(int port) throws UnknownHostException {
        try (ServerSocket socket = new ServerSocket(port, 1, loopback())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /**
     * {@return why a server did not start, in one line: the last line of its log}
     *
     * @param log the file, which may be absent
     */
    static String reason(Path log) throws IOException {
        if (!Files.exists(log)) {
            return "it left no log";
        }
        List<String> lines = Files.readAllLines(log).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        return lines.isEmpty() ? "its log is empty" : lines.get(lines.size() - 1);
    }

    /** {@return the same address, whatever the JVM prefers to call loopback} */
    static InetAddress loopback() throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    /** {@return a new password: loopback is open to every user of the machine} */
    static String newSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }
}
