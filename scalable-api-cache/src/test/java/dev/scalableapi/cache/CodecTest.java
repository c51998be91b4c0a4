package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.testkit.TestSeed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodecTest {
    private static final StoredValue<List<String>> STORED = new StoredValue<>(
            Optional.of(List.of("a")),
            Duration.ofNanos(123_456_789),
            new Staleness(Duration.ofMillis(5), Duration.ofDays(400)),
            Map.of("all", "x", "t:\u00e4", "y"));

    private final JsonMapper mapper = new JsonMapper();
    private final Codec<List<String>> codec = Codec.json(mapper, new TypeReference<>() {});

    @Test
    void valueComesBack() {
        assertThat(codec.decode(codec.encode(List.of("a", "b")))).hasValue(List.of("a", "b"));
    }

    @Test
    void otherSchemaVersionIsForeign() {
        Codec<List<String>> next = Codec.json(mapper, new TypeReference<>() {}, 2);

        assertThat(next.decode(codec.encode(List.of("a")))).isEmpty();
        assertThat(next.decode(next.encode(List.of("a")))).hasValue(List.of("a"));
    }

    @Test
    void bytesOfOtherWritersAreForeign() {
        for (String text : List.of("", "[]", "[\"a\"]", "{\"a\":\"something longer\"}")) {
            assertThat(codec.decode(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
        }
    }

    @Test
    void otherTypeCutJsonAndTrailingBytesAreForeign() {
        Codec<Map<String, String>> maps = Codec.json(mapper, new TypeReference<>() {});
        byte[] bytes = codec.encode(List.of("a"));

        assertThat(codec.decode(maps.encode(Map.of("a", "b")))).isEmpty();
        assertThat(codec.decode(Arrays.copyOf(bytes, bytes.length - 1))).isEmpty();
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        longer[bytes.length] = '1';
        assertThat(codec.decode(longer)).isEmpty();
    }

    record Timed(Instant at) {}

    record Closed(Runnable run) {}

    static final class Nothing {}

    @Test
    void typeThatCannotBeWrittenOrReadFailsAtStart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Codec.json(mapper, new TypeReference<List<Timed>>() {}))
                .withMessageContaining("its member /at is a java.time.Instant");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Codec.json(mapper, new TypeReference<Closed>() {}))
                .withMessageContaining("cannot read");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Codec.json(mapper, new TypeReference<List<Nothing>>() {}))
                .withMessageContaining("cannot write");
        Codec<List<Timed>> strict = Codec.json(Json.strictMapper().build(), new TypeReference<>() {});
        List<Timed> times = List.of(new Timed(Instant.EPOCH));
        assertThat(strict.decode(strict.encode(times))).hasValue(times);
    }

    @Test
    void valueThatCannotBeWrittenIsNotQuoted() {
        Codec<Object> objects = Codec.json(mapper, new TypeReference<>() {});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> objects.encode(new Unwritable()))
                .withMessageNotContaining("secret")
                .withNoCause();
    }

    @Test
    void storedValueComesBackWithItsEnd() {
        assertThat(StoredValue.decode(STORED.encode(codec), codec)).hasValue(STORED);
        StoredValue<List<String>> absent =
                new StoredValue<>(Optional.empty(), Duration.ZERO, Staleness.NONE, Map.of("all", "1"));
        assertThat(StoredValue.decode(absent.encode(codec), codec)).hasValue(absent);
    }

    @Test
    void storedValueWithAnyBitFlippedOrAnyByteMissingIsForeign() {
        byte[] bytes = STORED.encode(codec);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(StoredValue.decode(damaged, codec)).as("bit %s", bit).isEmpty();
        }
        for (int length = 0; length < bytes.length; length++) {
            assertThat(StoredValue.decode(Arrays.copyOf(bytes, length), codec))
                    .as("length %s", length)
                    .isEmpty();
        }
    }

    @Test
    void storedValueOfAnOtherCodecIsForeign() {
        Codec<List<String>> next = Codec.json(mapper, new TypeReference<>() {}, 2);

        assertThat(StoredValue.decode(STORED.encode(codec), next)).isEmpty();
    }

    @Test
    void randomBytesAreForeign() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            assertThat(codec.decode(bytes)).as("seed %s", seed).isEmpty();
            assertThat(StoredValue.decode(bytes, codec)).as("seed %s", seed).isEmpty();
        }
    }

    /** Jackson calls the getter, and quotes what it throws. */
    public static final class Unwritable {
        private final List<String> nothing = List.of();

        /** Fails. */
        public String getSecret() {
            if (nothing.isEmpty()) {
                throw new IllegalStateException("secret");
            }
            return nothing.get(0);
        }
    }
}
