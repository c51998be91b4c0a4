package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.testkit.TestRun;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends what it is told, octet for octet. */
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) TestRun.PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        socket.getOutputStream().flush();
    }

    Answer head() throws IOException {
        String[] status = line().split(" ", 3);
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            fields.put(field.substring(0, colon), field.substring(colon + 1).strip());
        }
        return new Answer(Integer.parseInt(status[1]), fields, "");
    }

    Answer answer() throws IOException {
        Answer head = head();
        if (!head.field("Transfer-Encoding").equals("chunked")) {
            byte[] body = in.readNBytes(Integer.parseInt(head.field("Content-Length")));
            return new Answer(head.status(), head.fields(), new String(body, StandardCharsets.ISO_8859_1));
        }
        StringBuilder body = new StringBuilder();
        for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
            body.append(chunk);
        }
        return new Answer(head.status(), head.fields(), body.toString());
    }

    /** The next chunk; empty at the end of the body. */
    String chunk() throws IOException {
        byte[] chunk = in.readNBytes(Integer.parseInt(line(), 16));
        assertThat(line()).isEmpty();
        return new String(chunk, StandardCharsets.ISO_8859_1);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("closed after " + line);
            }
            line.append((char) c);
        }
        assertThat(line).endsWith("\r");
        return line.substring(0, line.length() - 1);
    }

    String restUntilClosed() throws IOException {
        StringBuilder rest = new StringBuilder();
        try {
            for (int c = in.read(); c >= 0; c = in.read()) {
                rest.append((char) c);
            }
        } catch (SocketException reset) {
            return rest.toString();
        }
        return rest.toString();
    }

    void hangUp() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** What came back, one octet a character. */
    record Answer(int status, Map<String, String> fields, String text) {
        String field(String name) {
            return fields.getOrDefault(name, "");
        }
    }
}
