package dev.scalableapi.examples.shop.http;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** An answer to a request that a well-behaved client would not send. */
record RawResponse(int status, String head, String body) {
    static RawResponse of(URI server, String requestLine, String... fields) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            String head = requestLine + "\r\nHost: shop\r\nConnection: close\r\n" + String.join("\r\n", fields);
            socket.getOutputStream().write((head + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            return new RawResponse(
                    Integer.parseInt(answer.substring(9, 12)), answer.substring(0, end), answer.substring(end + 4));
        }
    }
}
