package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aayushatharva.brotli4j.decoder.Decoder;
import com.github.luben.zstd.ZstdInputStream;
import dev.scalableapi.testkit.TestSeed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every coding has to do, each beside another implementation of it. */
class ContentCodingTest {
    private final long seed = TestSeed.value();
    private final Random random = new Random(seed);

    static Stream<ContentCoding> codings() {
        return ContentCoding.available().stream();
    }

    @Test
    void allAreAvailableInTheServersOrder() {
        assertThat(codings().map(ContentCoding::name)).containsExactly("zstd", "br", "gzip");
        assertThat(ContentCoding.brotli()).isPresent();
        assertThat(ContentCoding.zstd()).isPresent();
    }

    @ParameterizedTest
    @MethodSource("codings")
    void othersReadWhatIsWritten(ContentCoding coding) throws IOException {
        for (int i = 0; i < 40; i++) {
            byte[] content = content(i == 0 ? 0 : random.nextInt(200_000));
            assertThat(decodedByOthers(coding, coding.encode(buffer(content))))
                    .as("seed %d", seed)
                    .isEqualTo(content);
            assertThat(decodedByOthers(coding, encodedInPieces(coding, content)))
                    .as("seed %d", seed)
                    .isEqualTo(content);
        }
    }

    @ParameterizedTest
    @MethodSource("codings")
    void whatIsWrittenIsReadInAnyPieces(ContentCoding coding) {
        for (int i = 0; i < 40; i++) {
            byte[] content = content(i == 0 ? 0 : random.nextInt(200_000));
            byte[] coded = random.nextBoolean() ? coding.encode(buffer(content)) : encodedInPieces(coding, content);
            assertThat(decodedInPieces(coding, coded)).as("seed %d", seed).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @MethodSource("codings")
    void whatWasFlushedCanBeDecodedAtOnce(ContentCoding coding) {
        ContentCoding.Encoder encoder = coding.encoder();
        ContentCoding.Decoder decoder = coding.decoder();
        for (int i = 0; i < 200; i++) {
            byte[] item = content(random.nextInt(i % 20 == 0 ? 100_000 : 300));
            encoder.write(buffer(item));
            assertThat(drained(decoder, encoder.flush())).as("seed %d", seed).isEqualTo(item);
        }
        assertThat(drained(decoder, encoder.finish())).isEmpty();
        decoder.finish();
        encoder.close();
        decoder.close();
    }

    @ParameterizedTest
    @MethodSource("codings")
    void whatIsDecodedNeverExceedsTheRoom(ContentCoding coding) {
        ContentCoding.Decoder decoder = coding.decoder();
        ByteBuffer coded = ByteBuffer.wrap(coding.encode(ByteBuffer.allocate(10_000_000)));
        ByteBuffer room = ByteBuffer.allocate(10).limit(7);
        decoder.decode(coded, room);
        assertThat(room.position()).isEqualTo(7);
        decoder.close();
    }

    @ParameterizedTest
    @MethodSource("codings")
    void everyTruncationIsMalformed(ContentCoding coding) {
        byte[] coded = coding.encode(buffer(content(3000)));
        for (int length = 0; length < coded.length; length++) {
            byte[] part = Arrays.copyOf(coded, length);
            assertMalformed(() -> decodedInPieces(coding, part));
        }
    }

    @ParameterizedTest
    @MethodSource("codings")
    void whatFollowsTheEndIsMalformed(ContentCoding coding) {
        byte[] coded = coding.encode(buffer(content(3000)));
        for (int octet : new int[] {0, 1, 'a', 0xff}) {
            byte[] longer = Arrays.copyOf(coded, coded.length + 1);
            longer[coded.length] = (byte) octet;
            assertMalformed(() -> decodedInPieces(coding, longer));
            assertMalformed(() -> decoded(coding, longer));
        }
    }

    /** An altered bit may go unnoticed only where the coding has no checksum; then all that is wrong is the content. */
    @ParameterizedTest
    @MethodSource("codings")
    void noiseIsMalformedOrContentButNothingElse(ContentCoding coding) {
        byte[] coded = coding.encode(buffer(content(3000)));
        for (int i = 0; i < 2000; i++) {
            byte[] altered = coded.clone();
            altered[random.nextInt(Math.min(altered.length, i % 2 == 0 ? 30 : altered.length))] ^=
                    (byte) (1 << random.nextInt(8));
            try {
                assertThat(decoded(coding, altered)).isNotNull();
            } catch (ApiException e) {
                assertThat(e.code()).as("seed %d", seed).isEqualTo("MALFORMED_BODY");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("codings")
    void manyThreadsUseOneCoding(ContentCoding coding) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                byte[] content = content(random.nextInt(100_000));
                tasks.add(() -> Arrays.equals(content, decoded(coding, coding.encode(ByteBuffer.wrap(content)))));
            }
            for (Future<Boolean> equal : pool.invokeAll(tasks)) {
                assertThat(equal.get()).as("seed %d", seed).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @ParameterizedTest
    @MethodSource("codings")
    void contentIsReadToItsEndFromWhereverItStands(ContentCoding coding) {
        byte[] content = content(50_000);
        for (ByteBuffer buffer : List.of(
                buffer(content),
                ByteBuffer.allocateDirect(50_000).put(content).flip(),
                ByteBuffer.wrap(content),
                ByteBuffer.allocate(50_010).position(7).slice().put(content).flip())) {
            ByteBuffer again = buffer.duplicate();
            byte[] coded = coding.encode(buffer);
            assertThat(buffer.hasRemaining()).isFalse();
            assertThat(decoded(coding, coded)).isEqualTo(content);
            ContentCoding.Encoder encoder = coding.encoder();
            encoder.write(again);
            assertThat(again.hasRemaining()).isFalse();
            assertThat(decoded(coding, encoder.finish())).isEqualTo(content);
            encoder.close();
        }
    }

    static byte[] decoded(ContentCoding coding, byte[] coded) {
        ContentCoding.Decoder decoder = coding.decoder();
        try {
            byte[] decoded = drained(decoder, coded);
            decoder.finish();
            return decoded;
        } finally {
            decoder.close();
        }
    }

    private static byte[] drained(ContentCoding.Decoder decoder, byte[] coded) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer input = ByteBuffer.wrap(coded).asReadOnlyBuffer();
        ByteBuffer room;
        do {
            room = ByteBuffer.allocate(1024);
            decoder.decode(input, room);
            all.write(room.array(), 0, room.position());
        } while (!room.hasRemaining());
        assertThat(input.hasRemaining()).isFalse();
        return all.toByteArray();
    }

    private byte[] decodedInPieces(ContentCoding coding, byte[] coded) {
        ContentCoding.Decoder decoder = coding.decoder();
        try {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int from = 0; from < coded.length; ) {
                int to = Math.min(coded.length, from + 1 + random.nextInt(random.nextInt(10) == 0 ? 20_000 : 20));
                all.writeBytes(drained(decoder, Arrays.copyOfRange(coded, from, to)));
                from = to;
            }
            decoder.finish();
            return all.toByteArray();
        } finally {
            decoder.close();
        }
    }

    private byte[] encodedInPieces(ContentCoding coding, byte[] content) {
        ContentCoding.Encoder encoder = coding.encoder();
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        for (int from = 0; from < content.length; ) {
            int to = Math.min(content.length, from + 1 + random.nextInt(40_000));
            encoder.write(buffer(Arrays.copyOfRange(content, from, to)));
            if (random.nextBoolean()) {
                coded.writeBytes(encoder.flush());
            }
            from = to;
        }
        coded.writeBytes(encoder.finish());
        encoder.close();
        return coded.toByteArray();
    }

    /** Words, noise, or one letter many times. */
    private byte[] content(int length) {
        byte[] content = new byte[length];
        int kind = random.nextInt(3);
        for (int i = 0; i < length; i++) {
            content[i] = (byte) (kind == 0 ? random.nextInt(256) : kind == 1 ? "{\"name\":1}, ".charAt(i % 12) : 'a');
            if (kind == 1 && random.nextInt(5) == 0) {
                content[i] = (byte) ('a' + random.nextInt(26));
            }
        }
        return content;
    }

    static byte[] decodedByOthers(ContentCoding coding, byte[] coded) throws IOException {
        InputStream in = new ByteArrayInputStream(coded);
        return switch (coding.name()) {
            case "gzip" -> new GZIPInputStream(in).readAllBytes();
            case "zstd" -> new ZstdInputStream(in).readAllBytes();
            default -> Decoder.decompress(coded, 0, coded.length);
        };
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** Native memory that was freed belongs to others: it must be neither written nor freed again. */
    @ParameterizedTest
    @MethodSource("codings")
    void whatIsClosedThrowsAndIsClosedOnce(ContentCoding coding) {
        ContentCoding.Encoder encoder = coding.encoder();
        encoder.write(buffer(content(100)));
        encoder.close();
        encoder.close();
        assertThatThrownBy(() -> encoder.write(buffer(content(100)))).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(encoder::flush).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(encoder::finish).isInstanceOf(RuntimeException.class);

        ContentCoding.Decoder decoder = coding.decoder();
        byte[] coded = coding.encode(buffer(content(100)));
        decoder.close();
        decoder.close();
        assertThatThrownBy(() -> decoder.decode(buffer(coded), ByteBuffer.allocate(200)))
                .isInstanceOf(RuntimeException.class);
    }

    private void assertMalformed(ThrowingCallable action) {
        assertThatThrownBy(action).as("seed %d", seed).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.status()).isEqualTo(400);
            assertThat(e.code()).isEqualTo("MALFORMED_BODY");
        });
    }

    @Test
    void aTextStaysWhatItWas() {
        assertThat(codings())
                .allSatisfy(coding -> assertThat(new String(
                                decoded(coding, coding.encode(buffer("käse".getBytes(StandardCharsets.UTF_8)))),
                                StandardCharsets.UTF_8))
                        .isEqualTo("käse"));
    }
}
