package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContentDecodingTest {
    private static final int LIMIT = 1 << 20;

    /** A piece, the most that may be decoded beyond the limit. */
    private static final int BUFFER = 8 * 1024;

    private static final RequestLimits LIMITS = RequestLimits.defaults().withCodings(ContentCoding.available());
    private static final byte[] TEXT = "{\"name\":\"a product\"},".repeat(1000).getBytes(StandardCharsets.UTF_8);
    private static final Path STATUS = Path.of("/proc/self/status");

    private final Map<String, byte[]> bombs = new HashMap<>();

    /** How many zeros a small body decodes to. */
    int mebibytes() {
        return 64;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-GZIP", "br", "zstd", "gzip, br", " , gzip,identity , zstd", "gzip, gzip"})
    void aCodedBodyIsReadAsIfItHadNeverBeenCoded(String codings) {
        ApiRequest request = checked(codings, Body.of(encoded(codings, TEXT)));
        assertThat(request.headers()).isEqualTo(Headers.of("Content-Type", "application/json"));
        assertThat(request.body().length()).isEqualTo(-1);
        assertThat(request.body().bytes(LIMIT).toCompletableFuture().join()).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"deflate", "compress", "exi", "gzip;q=1", "gzip, gzip, gzip", "\"gzip\"", "aws-chunked"})
    void anyOtherCodingIs415AndTheAnswerSaysWhatIsTaken(String codings) {
        assertThatThrownBy(() -> checked(codings, Body.of(TEXT))).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.status()).isEqualTo(415);
            assertThat(e.headers().first("Accept-Encoding")).contains("zstd, br, gzip");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "br", "gzip", "gzip, gzip", "gzip, br", "zstd, x-gzip"})
    void manyZerosAre413AfterTheLimitAndOneBuffer(String codings) throws Exception {
        byte[] bomb = bomb(codings);
        List<Counting> counting =
                ContentCoding.available().stream().map(Counting::new).toList();
        ApiRequest request =
                RequestLimits.defaults().withCodings(List.copyOf(counting)).check(coded(codings, Body.of(bomb)));
        long before = allocatedBytes();
        assertThatThrownBy(() ->
                        request.body().bytes(1L << 40).toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.status()).isEqualTo(413);
                    assertThat(e.code()).isEqualTo("PAYLOAD_TOO_LARGE");
                });
        assertThat(allocatedBytes() - before).isLessThan(16L * LIMIT);
        long layers = codings.chars().filter(c -> c == ',').count() + 1;
        assertThat(counting.stream().mapToLong(one -> one.decoded.get()).sum())
                .isBetween(LIMIT + 1L, layers * (LIMIT + BUFFER));
        assertThat(counting.stream().mapToLong(one -> one.open.get()).sum()).isZero();
    }

    /** Members of gzip without content: what comes out is within every limit. */
    @ParameterizedTest
    @ValueSource(strings = {"", "gzip"})
    void whatIsCodedIsHeldToTheLimitAtEachLayerToo(String outer) {
        byte[] empty = encoded("gzip", new byte[0]);
        ByteBuffer members = ByteBuffer.allocate(100 * empty.length);
        while (members.hasRemaining()) {
            members.put(empty);
        }
        String codings = outer.isEmpty() ? "gzip" : "gzip, " + outer;
        byte[] body = outer.isEmpty() ? members.array() : encoded(outer, members.array());
        ApiRequest fits = LIMITS.withBodyBytes(members.capacity()).check(coded(codings, streamed(body)));
        assertThat(fits.body().bytes(LIMIT).toCompletableFuture().join()).isEmpty();

        ApiRequest beyond = LIMITS.withBodyBytes(members.capacity() - 1L).check(coded(codings, streamed(body)));
        assertThatThrownBy(
                        () -> beyond.body().bytes(LIMIT).toCompletableFuture().join())
                .cause()
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(413));
    }

    private static Body streamed(byte[] body) {
        return Body.streaming(InputStreamPublisher.of(new ByteArrayInputStream(body), body.length));
    }

    /** Of the memory outside of the heap: a decoder keeps its window, so thousands that nobody frees keep gigabytes. */
    @ParameterizedTest
    @ValueSource(strings = {"zstd", "br", "gzip"})
    void decodersGiveTheirMemoryBack(String codings) throws IOException {
        Assumptions.assumeTrue(Files.exists(STATUS), "no " + STATUS);
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        byte[] body = encoded(codings, noise);
        RequestLimits limits = LIMITS.withBodyBytes(2 << 20);
        readABit(limits, codings, body, 100);
        long before = addressSpace();
        readABit(limits, codings, body, 3000);
        assertThat(addressSpace() - before).isLessThan(64L << 20);
    }

    private static void readABit(RequestLimits limits, String codings, byte[] body, int times) {
        for (int i = 0; i < times; i++) {
            Reader reader = new Reader();
            ((Body.Streaming) limits.check(coded(codings, Body.of(body))).body()).subscribe(reader);
            reader.subscription().request(4);
            reader.subscription().cancel();
            assertThat(reader.size()).isPositive().isLessThan(body.length);
        }
    }

    /** Native code wants arrays: to copy all that is left for each piece would take the square of the length. */
    @ParameterizedTest
    @ValueSource(strings = {"zstd", "br", "gzip"})
    void whatIsInNoArrayIsNotCopiedOverAndOver(String codings) throws Exception {
        byte[] noise = new byte[LIMIT];
        new Random(1).nextBytes(noise);
        ByteBuffer coded = ByteBuffer.wrap(encoded(codings, noise)).asReadOnlyBuffer();
        ManualPublisher source = new ManualPublisher();
        Reader reader = subscribe(source, coding(codings));
        reader.subscription().request(Long.MAX_VALUE);
        long before = allocatedBytes();
        source.next(List.of(coded));
        assertThat(allocatedBytes() - before).isLessThan(8L * LIMIT);
        source.complete();
        assertThat(reader.size()).isEqualTo(LIMIT);
        assertThat(reader.completed).isEqualTo(1);
    }

    @Test
    void aBodyThatNobodyReadsOpensNoDecoder() {
        Counting gzip = new Counting(ContentCoding.gzip());
        ManualPublisher source = new ManualPublisher();
        Reader reader = subscribe(source, gzip);
        assertThat(source.requested).hasValue(0);
        reader.subscription().cancel();
        assertThat(source.cancelled).hasValue(1);
        assertThat(gzip.opened).hasValue(0);
    }

    @Test
    void onlyWhatIsAskedForIsDecoded() {
        Counting gzip = new Counting(ContentCoding.gzip());
        ManualPublisher source = new ManualPublisher();
        Reader reader = subscribe(source, gzip);
        reader.subscription().request(2);
        assertThat(source.requested).hasValue(1);
        source.next(List.of(ByteBuffer.wrap(encoded("gzip", new byte[10 * BUFFER]))));
        assertThat(gzip.decoded).hasValue(2 * BUFFER);
        assertThat(reader.items).hasSize(2);
        assertThat(source.requested).hasValue(1);

        reader.subscription().request(9);
        assertThat(reader.size()).isEqualTo(10 * BUFFER);
        assertThat(source.requested).hasValue(2);
        source.complete();
        assertThat(reader.completed).isEqualTo(1);
        assertThat(gzip.open).hasValue(0);
    }

    @Test
    void whatWasFlushedArrivesAtOnce() {
        ContentCoding.Encoder encoder = ContentCoding.gzip().encoder();
        ManualPublisher source = new ManualPublisher();
        Reader reader = subscribe(source, ContentCoding.gzip());
        reader.subscription().request(Long.MAX_VALUE);
        reader.subscription().request(Long.MAX_VALUE);
        for (String line : List.of("one", "two")) {
            encoder.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            byte[] coded = encoder.flush();
            source.next(List.of(ByteBuffer.wrap(coded, 0, 3), ByteBuffer.wrap(coded, 3, coded.length - 3)));
            assertThat(reader.text()).endsWith(line);
        }
        source.complete();
        assertThat(reader.failures).singleElement().isInstanceOf(ApiException.class);
        encoder.close();
    }

    @Test
    void aBrokenCodingEndsTheReadingOfTheSource() {
        Counting gzip = new Counting(ContentCoding.gzip());
        ManualPublisher source = new ManualPublisher();
        Reader reader = subscribe(source, gzip);
        reader.subscription().request(5);
        source.next("not gzip");
        source.complete();
        assertThat(reader.failures)
                .singleElement()
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo("MALFORMED_BODY"));
        assertThat(source.cancelled).hasPositiveValue();
        assertThat(gzip.open).hasValue(0);
        assertThat(gzip.opened).hasValue(1);
    }

    @Test
    void aFailureOfTheSourceIsPassedOn() {
        Counting gzip = new Counting(ContentCoding.gzip());
        ManualPublisher source = new ManualPublisher();
        Reader reader = subscribe(source, gzip);
        reader.subscription().request(5);
        source.next(List.of(ByteBuffer.wrap(encoded("gzip", TEXT), 0, 20)));
        IOException gone = new IOException("gone");
        source.fail(gone);
        assertThat(reader.failures).containsExactly(gone);
        assertThat(gzip.opened).hasValue(1);
        assertThat(gzip.open).hasValue(0);
    }

    @Test
    void theEndNeedsNoDemand() {
        Counting gzip = new Counting(ContentCoding.gzip());
        ManualPublisher source = new ManualPublisher();
        Reader reader = subscribe(source, gzip);
        reader.subscription().request(1);
        source.next(List.of(ByteBuffer.wrap(encoded("gzip", new byte[9]))));
        assertThat(reader.size()).isEqualTo(9);
        assertThat(reader.completed).isZero();
        source.complete();
        assertThat(reader.completed).isEqualTo(1);
        assertThat(gzip.open).hasValue(0);
    }

    /** As many bytes as fill the piece that was asked for: whether more are to come is not known before it is given. */
    @Test
    void theEndAfterAFullPieceWaitsForDemand() {
        ManualPublisher source = new ManualPublisher();
        Reader reader = subscribe(source, ContentCoding.gzip());
        reader.subscription().request(1);
        source.next(List.of(ByteBuffer.wrap(encoded("gzip", new byte[BUFFER]))));
        source.complete();
        assertThat(reader.size()).isEqualTo(BUFFER);
        assertThat(reader.completed).isZero();
        reader.subscription().request(1);
        assertThat(reader.items).hasSize(1);
        assertThat(reader.completed).isEqualTo(1);
    }

    @Test
    void whatIsLeftIsNotForgottenAtTheEnd() {
        ManualPublisher source = new ManualPublisher();
        Reader reader = subscribe(source, ContentCoding.gzip());
        byte[] member = encoded("gzip", new byte[BUFFER]);
        reader.subscription().request(1);
        source.next(List.of(ByteBuffer.wrap(member), ByteBuffer.wrap(member)));
        source.complete();
        assertThat(reader.completed).isZero();
        reader.subscription().request(9);
        assertThat(reader.size()).isEqualTo(2 * BUFFER);
        assertThat(reader.completed).isEqualTo(1);
    }

    @Test
    void aSourceThatSendsMoreThanWasAskedForFailsTheStream() {
        Counting gzip = new Counting(ContentCoding.gzip());
        ManualPublisher source = new ManualPublisher();
        Reader reader = subscribe(source, gzip);
        source.next(List.of());
        source.next(List.of());
        assertThat(reader.failures).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(source.cancelled).hasPositiveValue();
        source.next(List.of());
        source.next(List.of());
        source.complete();
        assertThat(reader.failures).hasSize(1);
        assertThat(gzip.opened).hasValue(0);
    }

    @Test
    void aSubscriberThatThrowsFreesTheDecoder() {
        Counting gzip = new Counting(ContentCoding.gzip());
        ManualPublisher source = new ManualPublisher();
        Reader reader = new Reader() {
            @Override
            public void onNext(List<ByteBuffer> item) {
                throw new AssertionError("thrown on purpose");
            }
        };
        new DecodedPublisher(source, gzip).subscribe(reader);
        reader.subscription().request(5);
        source.next(List.of(ByteBuffer.wrap(encoded("gzip", TEXT))));
        assertThat(reader.failures).singleElement().isInstanceOf(AssertionError.class);
        assertThat(source.cancelled).hasPositiveValue();
        assertThat(gzip.open).hasValue(0);
    }

    @Test
    void aSubscriberThatThrowsAtTheEndIsToldNoMore() {
        ManualPublisher source = new ManualPublisher();
        Reader reader = new Reader() {
            @Override
            public void onComplete() {
                throw new IllegalStateException("thrown on purpose");
            }
        };
        new DecodedPublisher(source, ContentCoding.gzip()).subscribe(reader);
        reader.subscription().request(5);
        source.next(List.of(ByteBuffer.wrap(encoded("gzip", TEXT))));
        assertThatThrownBy(source::complete).hasMessage("thrown on purpose");
        assertThat(reader.failures).isEmpty();
    }

    @Test
    void manyTinyPiecesTakeLittleMemory() throws Exception {
        ContentCoding.Encoder encoder = ContentCoding.gzip().encoder();
        List<byte[]> coded = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            encoder.write(ByteBuffer.wrap(new byte[] {(byte) i}));
            coded.add(encoder.flush());
        }
        coded.add(encoder.finish());
        encoder.close();
        ManualPublisher source = new ManualPublisher();
        Reader reader = subscribe(source, ContentCoding.gzip());
        reader.subscription().request(Long.MAX_VALUE);
        long before = allocatedBytes();
        coded.forEach(item -> source.next(List.of(ByteBuffer.wrap(item))));
        assertThat(allocatedBytes() - before).isLessThan(10_000 * 1024L);
        source.complete();
        assertThat(reader.completed).isEqualTo(1);
        byte[] all = new byte[reader.size()];
        ByteBuffer whole = ByteBuffer.wrap(all);
        reader.items.stream().flatMap(List::stream).forEach(whole::put);
        for (int i = 0; i < 10_000; i++) {
            assertThat(all[i]).isEqualTo((byte) i);
        }
    }

    @Test
    void aRequestForNothingIsAFailure() {
        Reader reader = subscribe(new ManualPublisher(), ContentCoding.gzip());
        reader.subscription().request(0);
        assertThat(reader.failures).singleElement().isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "zstd"})
    void nothingAtAllIsNoCodedBody(String codings) {
        ApiRequest request = checked(codings, Body.empty());
        assertThat(request.body().bytes(LIMIT)).isCompletedExceptionally();
    }

    @Test
    void aCodedBodyLongerThanTheLimitIsRefusedUnread() {
        assertThatThrownBy(() -> checked("gzip", Body.of(new byte[LIMIT + 1])))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(413));
    }

    /** Cancelled by one thread while another decodes: whoever is last frees the decoder, once. */
    @Test
    void aCancellationInARaceFreesTheDecoder() throws Exception {
        byte[] body = encoded("zstd", TEXT);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 500; i++) {
                Counting zstd = new Counting(ContentCoding.zstd().orElseThrow());
                ManualPublisher source = new ManualPublisher();
                Reader reader = subscribe(source, zstd);
                CyclicBarrier start = new CyclicBarrier(2);
                Future<?> decoding = pool.submit(() -> {
                    start.await();
                    source.next(List.of(ByteBuffer.wrap(body, 0, body.length / 2)));
                    reader.subscription().request(100);
                    return true;
                });
                Future<?> cancelling = pool.submit(() -> {
                    start.await();
                    reader.subscription().cancel();
                    return true;
                });
                decoding.get();
                cancelling.get();
                assertThat(zstd.open).hasValue(0);
                assertThat(source.cancelled).hasPositiveValue();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static Reader subscribe(ManualPublisher source, ContentCoding coding) {
        Reader reader = new Reader();
        new DecodedPublisher(source, coding).subscribe(reader);
        return reader;
    }

    private static ApiRequest checked(String codings, Body body) {
        return LIMITS.check(coded(codings, body));
    }

    private static ApiRequest coded(String codings, Body body) {
        return ApiRequest.builder("POST", "/")
                .header("Content-Encoding", codings)
                .header("Content-Type", "application/json")
                .header("Content-Length", Long.toString(body.length()))
                .body(body)
                .build();
    }

    private byte[] bomb(String codings) {
        int comma = codings.indexOf(',');
        return comma < 0
                ? bombs.computeIfAbsent(codings, this::zeros)
                : encoded(codings.substring(comma + 1), bomb(codings.substring(0, comma)));
    }

    private byte[] zeros(String coding) {
        ContentCoding.Encoder encoder = coding(coding).encoder();
        for (int i = 0; i < mebibytes(); i++) {
            encoder.write(ByteBuffer.allocate(1 << 20));
        }
        byte[] coded = encoder.finish();
        encoder.close();
        return coded;
    }

    private static byte[] encoded(String codings, byte[] content) {
        byte[] coded = content;
        for (String name : codings.split(",", -1)) {
            String plain = name.strip();
            if (!plain.isEmpty() && !plain.equals("identity")) {
                coded = coding(plain).encode(ByteBuffer.wrap(coded));
            }
        }
        return coded;
    }

    private static ContentCoding coding(String name) {
        String canonical = name.strip().toLowerCase(Locale.ROOT).replace("x-", "");
        return ContentCoding.available().stream()
                .filter(coding -> coding.name().equals(canonical))
                .findFirst()
                .orElseThrow();
    }

    private static long allocatedBytes() throws Exception {
        Object threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Method bytes =
                Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
        return (long) bytes.invoke(threads, Thread.currentThread().getId());
    }

    /** The heap is in it as a whole from the start. */
    private static long addressSpace() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmSize:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .sum();
    }

    /** Counts what its decoders make, and how many of them there are. */
    private static final class Counting implements ContentCoding {
        private final ContentCoding coding;
        private final AtomicLong decoded = new AtomicLong();
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger open = new AtomicInteger();

        private Counting(ContentCoding coding) {
            this.coding = coding;
        }

        @Override
        public String name() {
            return coding.name();
        }

        @Override
        public Encoder encoder() {
            return coding.encoder();
        }

        @Override
        public Decoder decoder() {
            opened.incrementAndGet();
            open.incrementAndGet();
            Decoder decoder = coding.decoder();
            return new Decoder() {
                @Override
                public void decode(ByteBuffer coded, ByteBuffer room) {
                    int before = room.position();
                    decoder.decode(coded, room);
                    decoded.addAndGet(room.position() - before);
                }

                @Override
                public void finish() {
                    decoder.finish();
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                    decoder.close();
                }
            };
        }
    }

    private static class Reader implements Flow.Subscriber<List<ByteBuffer>> {
        private final List<List<ByteBuffer>> items = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private volatile Flow.@Nullable Subscription subscription;
        private int completed;

        private Flow.Subscription subscription() {
            return Objects.requireNonNull(subscription);
        }

        private int size() {
            return items.stream()
                    .flatMap(List::stream)
                    .mapToInt(ByteBuffer::remaining)
                    .sum();
        }

        private String text() {
            StringBuilder text = new StringBuilder();
            items.stream()
                    .flatMap(List::stream)
                    .forEach(buffer -> text.append(StandardCharsets.UTF_8.decode(buffer.duplicate())));
            return text.toString();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            items.add(item);
        }

        @Override
        public void onError(Throwable failure) {
            failures.add(failure);
        }

        @Override
        public void onComplete() {
            completed++;
        }
    }
}
