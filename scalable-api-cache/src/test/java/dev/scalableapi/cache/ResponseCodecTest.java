package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.testkit.TestSeed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResponseCodecTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private final ResponseCodec codec = new ResponseCodec();
    private final Kept.Answer answer = new Kept.Answer(
            ApiResponse.text(404, "caf\u00e9 \u20ac")
                    .withAddedHeader("X-Many", "a")
                    .withAddedHeader("x-many", "\u00e9\t\"")
                    .withAddedHeader("X-Empty", ""),
            NOW,
            Duration.ofSeconds(7));

    @Test
    void responseIsReadAsItWasWritten() {
        Kept.Answer read = (Kept.Answer) codec.decode(codec.encode(answer)).orElseThrow();

        assertThat(read.response().status()).isEqualTo(404);
        assertThat(read.response().headers()).isEqualTo(answer.response().headers());
        assertThat(ResponseCacheFixture.text(read.response())).isEqualTo("caf\u00e9 \u20ac");
        assertThat(read.received()).isEqualTo(NOW);
        assertThat(read.age()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void emptyContentAndNamesAreReadAsTheyWereWritten() {
        Kept.Answer empty = new Kept.Answer(ApiResponse.of(200), NOW, Duration.ZERO);
        Kept.Varying varying = new Kept.Varying(Set.of("accept-language", Vary.CALLER));

        assertThat(codec.decode(codec.encode(empty))).contains(empty);
        assertThat(codec.decode(codec.encode(varying))).contains(varying);
    }

    @Test
    void frameIsCompact() {
        Kept.Answer plain = new Kept.Answer(
                ApiResponse.of(200).withHeader("ETag", "\"1\"").withBody(Body.of(new byte[100])), NOW, Duration.ZERO);

        assertThat(codec.encode(plain)).hasSizeLessThan(100 + 50);
    }

    @Test
    void otherVersionsAndForeignBytesAreNotRead() {
        byte[] bytes = codec.encode(answer);
        byte[] newer = bytes.clone();
        newer[2]++;

        assertThat(codec.decode(newer)).isEmpty();
        assertThat(codec.decode(new byte[0])).isEmpty();
        assertThat(codec.decode("{\"status\":200}".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(codec.decode(Arrays.copyOf(bytes, 10))).isEmpty();
    }

    @Test
    void fieldThatWouldSplitAResponseIsNotRead() {
        byte[] bytes = codec.encode(new Kept.Answer(ApiResponse.of(200).withHeader("A", "xy"), NOW, Duration.ZERO));
        bytes[bytes.length - 2] = '\r';
        bytes[bytes.length - 1] = '\n';

        assertThat(codec.decode(bytes)).isEmpty();
    }

    @Test
    void damagedBytesAreNothingOrAResponseButNeverAnException() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        for (byte[] bytes : new byte[][] {codec.encode(answer), codec.encode(new Kept.Varying(Set.of("a", "b")))}) {
            for (int i = 0; i < 20_000; i++) {
                byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length + 4));
                for (int j = random.nextInt(6); j > 0 && damaged.length > 4; j--) {
                    damaged[4 + random.nextInt(damaged.length - 4)] = (byte) random.nextInt();
                }
                assertThatCode(() -> codec.decode(damaged)).as("seed %d", seed).doesNotThrowAnyException();
            }
        }
        assertThat(codec.decode(new byte[] {1})).isEqualTo(Optional.empty());
    }
}
