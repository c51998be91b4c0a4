package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.scalableapi.core.GrantingFilter;
import dev.scalableapi.core.LogOf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On real sockets: raw ones, because a client library would hide what this is about. */
class JdkHttpServerAdapterTest {
    private static final int SECONDS = 20;

    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private final List<ApiRequest> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<ApiResponse> later = new CompletableFuture<>();
    private final ManualPublisher publisher = new ManualPublisher();

    @SuppressWarnings("NullAway.Init")
    private JdkHttpServerAdapter server;

    @BeforeEach
    void start() throws IOException {
        Routes routes = Routes.builder()
                .add("GET", "/text", direct(request -> ApiResponse.text(200, "text")))
                .add("GET", "/fields", direct(JdkHttpServerAdapterTest::fields))
                .add(
                        "POST",
                        "/echo",
                        request -> request.body()
                                .bytes(1 << 20)
                                .thenApply(bytes -> ApiResponse.of(200).withBody(Body.of(bytes))))
                .add("POST", "/stream", direct(request -> ApiResponse.of(200).withBody(request.body())))
                .add("POST", "/limited", request -> request.body().bytes(1000).thenApply(bytes -> ApiResponse.of(204)))
                .add("POST", "/ignore", direct(request -> ApiResponse.text(200, "ignored")))
                .add(
                        "GET",
                        "/status/{code}",
                        direct(request -> ApiResponse.text(Integer.parseInt(request.pathParameter("code")), "body")))
                .add("GET", "/empty", direct(request -> ApiResponse.of(200)))
                .add(
                        "GET",
                        "/publish",
                        direct(request -> ApiResponse.of(200)
                                .withHeader("Content-Type", "text/event-stream")
                                .withBody(Body.streaming(publisher))))
                .add(
                        "GET",
                        "/publish/{length}",
                        direct(request -> ApiResponse.of(200)
                                .withBody(Body.streaming(publisher, Long.parseLong(request.pathParameter("length"))))))
                .add(
                        "GET",
                        "/smuggle",
                        direct(request -> ApiResponse.of(200)
                                .withHeader("Content-Length", "1")
                                .withHeader("Transfer-Encoding", "identity")
                                .withBody(Body.streaming(InputStreamPublisher.of(
                                        new ByteArrayInputStream(new byte[] {'a', 'b', 'c'}), -1)))))
                .add("GET", "/later", request -> later)
                .add("GET", "/fail", request -> {
                    throw new IllegalStateException("secret");
                })
                .add(
                        "GET",
                        "/subscribe-fails",
                        direct(request -> ApiResponse.of(200).withBody(Body.streaming(subscriber -> {
                            throw new IllegalStateException("secret");
                        }))))
                .build();
        ApiFilter watch = (request, next) -> {
            requests.add(request);
            request.exchange().onEnd(outcome -> {
                events.add("end");
                outcomes.add(outcome);
            });
            return next.handle(request);
        };
        server = JdkHttpServerAdapter.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                ApiPipeline.of(routes, watch.at(Stage.TELEMETRY), GrantingFilter.create()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void getIsAnsweredAndItsConnectionKept() throws Exception {
        try (RawClient connection = connect()) {
            for (int i = 0; i < 5; i++) {
                connection.send("GET /text?a=b HTTP/1.1\r\nHost: h:1\r\nX-A: 1\r\nx-a: 2\r\n\r\n");
                RawClient.Answer answer = connection.answer();

                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.field("Content-Length")).isEqualTo("4");
                assertThat(answer.field("Content-Type")).isEqualTo("text/plain;charset=utf-8");
                assertThat(answer.text()).isEqualTo("text");
                Outcome outcome = outcome();
                assertThat(outcome.status()).isEqualTo(200);
                assertThat(outcome.bytes()).isEqualTo(4);
                assertThat(outcome.cause()).isEmpty();
            }
        }
        ApiRequest request = requests.get(0);
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.target()).isEqualTo("/text?a=b");
        assertThat(request.scheme()).isEqualTo("http");
        assertThat(request.authority()).isEqualTo("h:1");
        assertThat(request.protocol()).isEqualTo("HTTP/1.1");
        assertThat(request.peer().orElseThrow().getAddress().isLoopbackAddress())
                .isTrue();
        assertThat(request.clientCertificate()).isEmpty();
        assertThat(request.headers().all("X-A")).containsExactlyInAnyOrder("1", "2");
        assertThat(request.body()).isSameAs(Body.empty());
        assertThat(requests.stream().map(each -> each.peer().orElseThrow().getPort()))
                .as("one connection")
                .containsOnly(request.peer().orElseThrow().getPort());
    }

    @Test
    void responsesWithoutBodyKeepTheConnectionAndSendNone() throws Exception {
        try (RawClient connection = connect()) {
            for (String target : List.of("/status/204", "/status/205", "/status/304", "/empty", "/none")) {
                connection.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
                RawClient.Answer answer = connection.head();
                assertThat(answer.field("Transfer-encoding")).isEmpty();
                if (answer.status() == 204) {
                    assertThat(answer.field("Content-length")).isEmpty();
                } else if (answer.status() != 304) {
                    assertThat(answer.field("Content-length")).isEqualTo("0");
                }
                assertThat(outcome().bytes()).isZero();
            }
            connection.send("GET /text HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(connection.answer().text()).isEqualTo("text");
        }
    }

    @Test
    void headHasTheLengthAndNoBody() throws Exception {
        try (RawClient connection = connect()) {
            for (int i = 0; i < 3; i++) {
                connection.send("HEAD /text HTTP/1.1\r\nHost: h\r\n\r\n");
                RawClient.Answer answer = connection.head();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.field("Content-Length")).isEqualTo("4");
                assertThat(outcome().bytes()).isZero();
            }
            connection.send("HEAD /publish HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(connection.head().field("Content-Length")).isEmpty();
            connection.send("GET /text HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(connection.answer().text()).isEqualTo("text");
        }
        assertThat(publisher.isSubscribed()).isFalse();
    }

    @Test
    void fixedAndChunkedBodiesArriveWhole() throws Exception {
        byte[] large = new byte[300_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31);
        }
        try (RawClient connection = connect()) {
            for (String target : List.of("/echo", "/stream")) {
                connection.send(
                        "POST " + target + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + large.length + "\r\n\r\n");
                connection.send(large);
                assertThat(connection.answer().text()).isEqualTo(new String(large, StandardCharsets.ISO_8859_1));
                assertThat(outcome().bytes()).isEqualTo(large.length);

                connection.send("POST " + target + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
                assertThat(connection.answer().text()).isEqualTo("abcde");
                assertThat(outcome().bytes()).isEqualTo(5);
            }
            connection.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
            assertThat(connection.answer().text()).isEmpty();
        }
        assertThat(requests.stream().map(request -> request.body().length()))
                .containsExactly(300_000L, -1L, 300_000L, -1L, 0L);
    }

    @Test
    void bodyStreamsInBothDirectionsAtOnce() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("POST /stream HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            connection.send("3\r\nabc\r\n");
            connection.head();
            assertThat(connection.chunk()).isEqualTo("abc");
            connection.send("2\r\nde\r\n");
            assertThat(connection.chunk()).isEqualTo("de");
            connection.send("0\r\n\r\n");
            assertThat(connection.chunk()).isEmpty();
        }
    }

    @Test
    void bodyWithoutLengthIs413AsSoonAsItExceedsTheLimit() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("POST /limited HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            connection.send("3e8\r\n" + "a".repeat(1000) + "\r\n");
            connection.send("1\r\nb\r\n");

            assertThat(connection.head().status()).isEqualTo(413);
        }
        assertThat(outcome().status()).isEqualTo(413);
        assertServes();
    }

    @Test
    void bodyThatIsNotReadDoesNotBecomeTheNextRequest() throws Exception {
        String inner = "GET /fail HTTP/1.1\r\nHost: h\r\n\r\n";
        try (RawClient connection = connect()) {
            connection.send(
                    "POST /ignore HTTP/1.1\r\nHost: h\r\nContent-Length: " + inner.length() + "\r\n\r\n" + inner);
            assertThat(connection.answer().text()).isEqualTo("ignored");
            connection.send("GET /text HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(connection.answer().text()).isEqualTo("text");
        }
        assertThat(requests).hasSize(2);
    }

    @Test
    void bodyThatIsNoChunksIs400AndNot500() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n");
            assertThat(connection.head().status()).isEqualTo(400);
        }
        assertServes();
    }

    @Test
    void itemIsSeenByTheClientBeforeTheNextIsAskedFor() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /publish HTTP/1.1\r\nHost: h\r\n\r\n");
            await().until(() -> publisher.requested.get() == 1);
            for (int i = 1; i <= 5; i++) {
                publisher.next("data: " + i + "\n\n");
                if (i == 1) {
                    assertThat(connection.head().field("Content-Type")).isEqualTo("text/event-stream");
                }
                assertThat(connection.chunk()).isEqualTo("data: " + i + "\n\n");
                long expected = i + 1L;
                await().until(() -> publisher.requested.get() == expected);
            }
            assertThat(outcomes).isEmpty();
            publisher.complete();
            assertThat(connection.chunk()).isEmpty();
        }
        assertThat(outcome().bytes()).isEqualTo(5L * "data: 1\n\n".length());
    }

    @Test
    void clientThatDoesNotReadStopsThePublisher() throws Exception {
        List<ByteBuffer> item = List.of(ByteBuffer.allocate(1 << 20));
        CountDownLatch stalled = new CountDownLatch(1);
        try (RawClient connection = connect()) {
            connection.send("GET /publish HTTP/1.1\r\nHost: h\r\n\r\n");
            await().until(publisher::isSubscribed);
            CompletableFuture<Long> asked = CompletableFuture.supplyAsync(() -> {
                long sent = 0;
                while (sent < 1000 && demandGrows(sent, stalled)) {
                    publisher.next(item);
                    sent++;
                }
                return sent;
            });
            // The publisher is asked for no more once the sockets' buffers are full.
            assertThat(stalled.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(asked.get(SECONDS, TimeUnit.SECONDS)).isLessThan(1000);
            assertThat(outcomes).isEmpty();
        }
        await().until(() -> {
            publisher.next("more");
            return publisher.cancelled.get() == 1;
        });
        assertThat(outcome().cause()).isPresent();
    }

    private boolean demandGrows(long sent, CountDownLatch stalled) {
        try {
            await().atMost(Duration.ofSeconds(1)).until(() -> publisher.requested.get() > sent);
            return true;
        } catch (ConditionTimeoutException full) {
            stalled.countDown();
            return false;
        }
    }

    @Test
    void clientThatHangsUpEndsTheExchangeOnceAndCancels() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /publish HTTP/1.1\r\nHost: h\r\n\r\n");
            await().until(publisher::isSubscribed);
            publisher.next("first");
            connection.head();
            assertThat(connection.chunk()).isEqualTo("first");
            connection.hangUp();
        }
        await().until(() -> {
            publisher.next("more");
            return publisher.cancelled.get() > 0;
        });

        Outcome outcome = outcome();
        assertThat(outcome.status()).isEqualTo(200);
        assertThat(outcome.cause()).containsInstanceOf(IOException.class);
        assertThat(outcome.bytes()).isGreaterThanOrEqualTo(5);
        assertThat(events).containsExactly("end");
        assertThat(publisher.cancelled).hasValue(1);
        assertServes();
    }

    @Test
    void responseOfAnotherThreadIsWritten() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
            await().until(() -> !requests.isEmpty());
            assertThat(outcomes).isEmpty();
            Thread completing = new Thread(() -> later.complete(ApiResponse.text(200, "later")));
            completing.start();
            completing.join();

            assertThat(connection.answer().text()).isEqualTo("later");
            assertThat(outcome().bytes()).isEqualTo(5);
            connection.send("GET /text HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(connection.answer().text()).isEqualTo("text");
        }
    }

    @Test
    void threadThatCompletesDoesNotWrite() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
            await().until(() -> !requests.isEmpty());

            later.complete(ApiResponse.of(200).withBody(Body.streaming(publisher)));

            await().until(publisher::isSubscribed);
            publisher.next("a");
            connection.head();
            assertThat(connection.chunk()).isEqualTo("a");
            publisher.complete();
            assertThat(connection.chunk()).isEmpty();
        }
    }

    @Test
    void failureOfTheHandlerIsABare500() throws Exception {
        try (LogOf log = new LogOf(ApiPipeline.class);
                RawClient connection = connect()) {
            connection.send("GET /fail HTTP/1.1\r\nHost: h\r\n\r\n");
            RawClient.Answer answer = connection.answer();

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.text()).isEmpty();
            assertThat(answer.fields().toString()).doesNotContain("secret");
            assertThat(outcome().status()).isEqualTo(500);
            assertThat(log.events()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void streamThatFailsDoesNotLookComplete(boolean atOnce) throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET " + (atOnce ? "/publish" : "/later") + " HTTP/1.1\r\nHost: h\r\n\r\n");
            if (!atOnce) {
                await().until(() -> !requests.isEmpty());
                later.complete(ApiResponse.of(200).withBody(Body.streaming(publisher)));
            }
            await().until(publisher::isSubscribed);
            publisher.next("part");
            connection.head();
            assertThat(connection.chunk()).isEqualTo("part");
            IllegalStateException failure = new IllegalStateException("broken");
            publisher.fail(failure);

            assertThat(connection.restUntilClosed()).isEmpty();
            Outcome outcome = outcome();
            assertThat(outcome.cause().orElseThrow()).hasCause(failure);
            assertThat(outcome.bytes()).isEqualTo(4);
        }
        assertServes();
    }

    @Test
    void streamShorterThanItSaidDoesNotLookComplete() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /publish/9 HTTP/1.1\r\nHost: h\r\n\r\n");
            await().until(publisher::isSubscribed);
            publisher.next("part");
            publisher.complete();

            assertThat(connection.head().field("Content-Length")).isEqualTo("9");
            assertThat(connection.restUntilClosed()).isEqualTo("part");
            assertThat(outcome().cause()).isPresent();
        }
    }

    @Test
    void streamLongerThanItSaidIsCutOff() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /publish/4 HTTP/1.1\r\nHost: h\r\n\r\n");
            await().until(publisher::isSubscribed);
            publisher.next("part");
            publisher.next("more");

            connection.head();
            assertThat(connection.restUntilClosed()).isEqualTo("part");
            assertThat(outcome().cause()).isPresent();
            await().until(() -> publisher.cancelled.get() == 1);
        }
    }

    @Test
    void streamOfTheLengthThatItSaidIsWritten() throws Exception {
        try (RawClient connection = connect()) {
            for (int i = 0; i < 2; i++) {
                connection.send("POST /stream HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
                RawClient.Answer answer = connection.answer();
                assertThat(answer.field("Content-Length")).isEqualTo("3");
                assertThat(answer.text()).isEqualTo("abc");
            }
        }
    }

    @Test
    void publisherThatThrowsEndsTheExchangeWithThatAsTheCause() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /subscribe-fails HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(connection.restUntilClosed()).doesNotContain("0\r\n\r\n").doesNotContain("secret");
        }
        assertThat(outcome().cause()).containsInstanceOf(IllegalStateException.class);
        assertServes();
    }

    @Test
    void lengthOfItsOwnDoesNotReachTheClient() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /smuggle HTTP/1.1\r\nHost: h\r\n\r\n");
            RawClient.Answer answer = connection.answer();

            assertThat(answer.field("Content-length")).isEmpty();
            assertThat(answer.field("Transfer-encoding")).isEqualTo("chunked");
            assertThat(answer.text()).isEqualTo("abc");
            connection.send("GET /text HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(connection.answer().text()).isEqualTo("text");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /% HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /a\\b HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /\u00fc HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /text#fragment HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /\u0001 HTTP/1.1\r\nHost: h\r\n\r\n",
                "G(T /text HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /text\r\nHost: h\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET /text HTTP/1.1\r\nHost: h\r\nX Y: z\r\n\r\n",
                "GET /text HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n",
                "GET /text HTTP/1.1\r\nHost: h\r\nX: a\u007fb\r\n\r\n",
                "GET /text HTTP/1.1\r\n\r\n",
                "GET /text HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /text HTTP/1.1\r\nHost: a/b\r\n\r\n",
                "GET /text HTTP/1.1\r\nHost: user@h\r\n\r\n",
                "GET http://user@h/text HTTP/1.1\r\nHost: h\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\nabc",
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\n\r\nabc",
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: \r\n\r\nabc",
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\nabc",
                "POST /echo HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /text HTTP/1.1\r\nHost: h\r\n: a\r\n\r\n",
                "GET /text HTTP/1.1\r\nHost: h\r\n X: a\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length : 3\r\n\r\nabc"
            })
    void malformedRequestIs400ItsConnectionIsClosedAndTheServerLivesOn(String raw) throws Exception {
        try (RawClient connection = connect()) {
            connection.send(raw.getBytes(StandardCharsets.ISO_8859_1));

            assertThat(connection.head().status()).isEqualTo(400);
            assertThat(connection.restUntilClosed()).doesNotContain("HTTP/1.1");
        }
        assertThat(requests).allSatisfy(request -> assertThat(request.route()).isEmpty());
        assertServes();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /\u00fc HTTP/1.1\\r\\nHost: h                                          | 400",
                "GET /text#fragment HTTP/1.1\\r\\nHost: h                                | 400",
                "G(T /text HTTP/1.1\\r\\nHost: h                                         | 400",
                "GET /text HTTP/1.1\\r\\nHost: h\\r\\nX: a\u0001b                             | 400",
                "GET /text HTTP/1.1\\r\\nX: a                                            | 400",
                "GET /text HTTP/1.1\\r\\nHost: a\\r\\nHost: b                              | 400",
                "GET /text HTTP/1.1\\r\\nHost: user@h                                    | 400",
                "POST /echo HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: +3                  | 400",
                "POST /echo HTTP/1.0\\r\\nHost: h\\r\\nTransfer-Encoding: chunked          | 400",
                "GET https://h/text HTTP/1.1\\r\\nHost: h                                | 421",
                "GET /text HTTP/2.0\\r\\nHost: h                                         | 505",
                "GET /text HTTX/1.1\\r\\nHost: h                                         | 505"
            })
    void rejectionOfTheAdapterPassesThroughThePipeline(String head, int status) throws Exception {
        try (RawClient connection = connect()) {
            connection.send(
                    (head.replace("\\r\\n", "\r\n") + "\r\n\r\n0\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));

            RawClient.Answer answer = connection.head();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.field("Connection")).isEqualTo("close");
            connection.restUntilClosed();
        }
        assertThat(outcome().status()).isEqualTo(status);
        assertThat(requests)
                .singleElement()
                .satisfies(request -> assertThat(request.route()).isEmpty());
    }

    @Test
    void connectionIsClosedAfterABodyWithMalformedChunks() throws Exception {
        try (RawClient connection = connect()) {
            String malformed = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
            connection.send(malformed + "GET /text HTTP/1.1\r\nHost: h\r\n\r\n");
            RawClient.Answer answer = connection.head();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.field("Connection")).isEqualTo("close");
            assertThat(connection.restUntilClosed()).isEmpty();
        }
        assertThat(requests).hasSize(1);
    }

    @Test
    void laterMinorVersionIsAnsweredAsHttp11() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /text HTTP/1.7\r\nHost: h\r\n\r\n");
            assertThat(connection.answer().text()).isEqualTo("text");
        }
    }

    @Test
    void foldedFieldIsOneValueAndNoSecondField() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /fields HTTP/1.1\r\nHost: h\r\nX: a\r\n Y: b\r\n\r\n");
            RawClient.Answer answer = connection.head();

            assertThat(answer.status()).isIn(200, 400);
            assertThat(requests).allSatisfy(request -> {
                assertThat(request.headers().contains("Y")).isFalse();
                assertThat(request.header("X").orElseThrow()).doesNotContain("\r", "\n");
            });
        }
    }

    @Test
    void absoluteTargetGoesBeforeTheHost() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET http://other:81/text?a=b HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(connection.answer().text()).isEqualTo("text");
            connection.send("GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(connection.answer().status()).isEqualTo(404);
        }
        assertThat(requests.get(0).authority()).isEqualTo("other:81");
        assertThat(requests.get(0).target()).isEqualTo("/text?a=b");
        assertThat(requests.get(1).target()).isEqualTo("/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"//evil/text", "//evil:80/text?a", "///text", "/text//", "/te%78t%2f", "/./text", "/a/../text"})
    void targetIsKeptAsItCame(String target) throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(connection.answer().status()).isEqualTo(404);
        }
        assertThat(requests).singleElement().satisfies(request -> {
            assertThat(request.target()).isEqualTo(target);
            assertThat(request.authority()).isEqualTo("h");
        });
    }

    @Test
    void oldProtocolNeedsNoHostAndIsClosedAfterwards() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /text HTTP/1.0\r\n\r\n");
            assertThat(connection.answer().text()).isEqualTo("text");
            assertThat(connection.restUntilClosed()).isEmpty();
        }
        assertThat(requests.get(0).authority()).isEmpty();
        assertThat(requests.get(0).protocol()).isEqualTo("HTTP/1.0");
    }

    @Test
    void continueIsSentBeforeTheHandlerSeesTheRequest() throws Exception {
        try (RawClient connection = connect()) {
            connection.send(
                    "POST /limited HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
            assertThat(connection.head().status()).isEqualTo(100);
            assertThat(connection.head().status()).isEqualTo(413);
        }
        try (RawClient connection = connect()) {
            connection.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(connection.head().status()).isEqualTo(100);
            connection.send("abc");
            assertThat(connection.answer().text()).isEqualTo("abc");
        }
    }

    @Test
    void manyConnectionsAreServedAtOnce() throws Exception {
        List<RawClient> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                RawClient connection = connect();
                connections.add(connection);
                connection.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            await().until(() -> requests.size() == 100);
            later.complete(ApiResponse.text(200, "all"));
            for (RawClient connection : connections) {
                assertThat(connection.answer().text()).isEqualTo("all");
            }
            await().until(() -> outcomes.size() == 100);
        } finally {
            for (RawClient connection : connections) {
                connection.close();
            }
        }
    }

    @Test
    void closingCutsOffWhatStreamsAndEndsItsExchange() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /publish HTTP/1.1\r\nHost: h\r\n\r\n");
            await().until(publisher::isSubscribed);
            publisher.next("part");
            connection.head();
            assertThat(connection.chunk()).isEqualTo("part");

            server.close();

            assertThat(outcome().cause()).isPresent();
            await().until(() -> publisher.cancelled.get() == 1);
            assertThat(connection.restUntilClosed()).isEmpty();
        }
    }

    @Test
    void responseThatComesAfterClosingEndsItsExchange() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
            await().until(() -> !requests.isEmpty());
            server.close();

            later.complete(ApiResponse.text(200, "too late"));

            assertThat(outcome().cause()).isPresent();
        }
    }

    @Test
    void plainHandlerIsGuardedToo() throws Exception {
        server.close();
        try (LogOf log = new LogOf(ApiPipeline.class)) {
            server = JdkHttpServerAdapter.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), request -> {
                throw new IllegalStateException();
            });
            try (RawClient connection = connect()) {
                connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(connection.answer().status()).isEqualTo(500);
            }
            assertThat(log.events()).hasSize(1);
        }
    }

    @Test
    void rootContextThatWasThereIsReplaced() throws Exception {
        server.close();
        HttpServer own = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        own.createContext("/", exchange -> exchange.close());
        server = JdkHttpServerAdapter.start(own, direct(request -> ApiResponse.text(200, "text")));

        assertServes();
        assertThatIllegalStateException().isThrownBy(() -> JdkHttpServerAdapter.start(own, request -> later));
    }

    @Test
    void addressThatIsTakenIsRefused() {
        assertThatThrownBy(() -> JdkHttpServerAdapter.start(server.address(), request -> later))
                .isInstanceOf(IOException.class);
    }

    private void assertServes() throws Exception {
        try (RawClient connection = connect()) {
            connection.send("GET /text HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(connection.answer().text()).isEqualTo("text");
        }
    }

    private Outcome outcome() throws InterruptedException {
        Outcome outcome = outcomes.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(outcome).as("the exchange ends").isNotNull();
        return Objects.requireNonNull(outcome);
    }

    private RawClient connect() throws IOException {
        return new RawClient(
                new Socket(server.address().getAddress(), server.address().getPort()));
    }

    private static ApiHandler direct(ApiHandler.Blocking handler) {
        return ApiHandler.direct(handler);
    }

    private static ApiResponse fields(ApiRequest request) {
        return ApiResponse.text(200, request.header("X").orElse("none"));
    }
}
