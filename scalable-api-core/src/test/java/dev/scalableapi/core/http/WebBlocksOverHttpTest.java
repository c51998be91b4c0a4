package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.testkit.TestRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The filters of this package together, over a real connection. */
class WebBlocksOverHttpTest {
    private static final String TEXT = "{\"name\":\"a product\"},".repeat(200);

    private final SubmissionPublisher<List<ByteBuffer>> events = new SubmissionPublisher<>();
    private final JdkHttpServerAdapter server;

    WebBlocksOverHttpTest() throws IOException {
        Routes routes = Routes.builder()
                .add(
                        "GET",
                        "/products",
                        Access.open(),
                        ApiHandler.direct(request -> ApiResponse.text(200, TEXT)
                                .withHeader(
                                        "ETag",
                                        EntityTag.of(TEXT.getBytes(StandardCharsets.UTF_8))
                                                .toString())))
                .add(
                        "GET",
                        "/events",
                        Access.open(),
                        ApiHandler.direct(request -> ApiResponse.of(200)
                                .withHeader("Content-Type", "text/event-stream")
                                .withBody(Body.streaming(events))))
                .build();
        server = JdkHttpServerAdapter.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                ApiPipeline.of(
                        routes,
                        RequestLimits.defaults().filter(),
                        ConditionalFilter.create(),
                        CompressionFilter.create(),
                        SecurityHeadersFilter.create()));
    }

    @AfterEach
    void stop() {
        events.close();
        server.close();
    }

    private HttpURLConnection get(String target, String... field) throws IOException {
        URI base = URI.create("http://127.0.0.1:" + server.address().getPort());
        HttpURLConnection connection =
                (HttpURLConnection) base.resolve(target).toURL().openConnection();
        connection.setReadTimeout(10_000);
        connection.setRequestProperty("Accept-Encoding", "gzip");
        for (int i = 0; i < field.length; i += 2) {
            connection.setRequestProperty(field[i], field[i + 1]);
        }
        return connection;
    }

    @Test
    void compressedContentIsRevalidatedByItsOwnTag() throws IOException {
        HttpURLConnection first = get("/products");
        String tag = String.valueOf(first.getHeaderField("ETag"));
        assertThat(CompressionFilterTest.unzipped(first.getInputStream().readAllBytes()))
                .isEqualTo(TEXT);
        assertThat(tag).endsWith("-gzip\"");

        HttpURLConnection second = get("/products", "If-None-Match", tag);
        assertThat(second.getResponseCode()).isEqualTo(304);
        assertThat(second.getHeaderField("ETag")).isEqualTo(tag);
        assertThat(second.getHeaderField("Vary")).isEqualTo("Accept-Encoding");
        assertThat(second.getHeaderField("Content-Type")).isNull();
        assertThat(second.getHeaderField("Content-Security-Policy")).isNull();
        assertThat(first.getHeaderField("Content-Security-Policy")).startsWith("default-src 'none'");
    }

    @Test
    void headSaysWhatGetWould() throws IOException {
        HttpURLConnection head = get("/products");
        head.setRequestMethod("HEAD");
        assertThat(head.getHeaderField("Content-Encoding")).isEqualTo("gzip");
        assertThat(head.getHeaderField("ETag")).isEqualTo(get("/products").getHeaderField("ETag"));
    }

    @Test
    void aCompressedEventArrivesBeforeTheNextIsSent() throws IOException {
        HttpURLConnection connection = get("/events");
        assertThat(connection.getHeaderField("Content-Encoding")).isEqualTo("gzip");
        await().until(() -> events.getNumberOfSubscribers() == 1);
        event("data: 1\n\n");
        try (InputStream in = new GZIPInputStream(connection.getInputStream())) {
            assertThat(new String(in.readNBytes(9), StandardCharsets.UTF_8)).isEqualTo("data: 1\n\n");
            event("data: 2\n\n");
            assertThat(new String(in.readNBytes(9), StandardCharsets.UTF_8)).isEqualTo("data: 2\n\n");
            events.close();
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    private void event(String text) {
        events.submit(List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void aLongUriAndABigBodyAreRefused() throws IOException {
        assertThat(get("/products?" + "a".repeat(8192)).getResponseCode()).isEqualTo(414);
        // The head alone: a client that goes on sending may find the connection closed before it reads the answer.
        String head = "POST /products HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1048577\r\n\r\n";
        try (Socket client =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            client.setSoTimeout((int) TestRun.PATIENCE.toMillis());
            client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(answer.readLine()).startsWith("HTTP/1.1 413 ");
            assertThat(Stream.generate(() -> line(answer)).takeWhile(line -> !line.isEmpty()))
                    .anyMatch(line -> line.equalsIgnoreCase("X-Content-Type-Options: nosniff"));
        }
    }

    private static String line(BufferedReader reader) {
        try {
            return String.valueOf(reader.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
