package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.scalableapi.testkit.TestSeed;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RedisClockTest {
    private static final long EPOCH = 1_700_000_000_000L;

    private final RedisClock clock = new RedisClock();

    @Test
    void clockThatWasNeverReadIsDueAndTellsNothing() {
        assertThat(clock.isSet()).isFalse();
        assertThat(clock.isDue(0)).isTrue();
        assertThat(clock.isDue(0)).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> clock.millis(0));
    }

    @Test
    void firstReadingCountsFromWhenItWasSent() {
        clock.read(nanos(1_000), EPOCH, nanos(1_100));

        assertThat(clock.millis(nanos(1_100))).isEqualTo(EPOCH + 101);
    }

    @Test
    void fasterAnswerMakesItExactAndSlowerOnesDoNoHarm() {
        clock.read(nanos(1_000), EPOCH, nanos(1_100));
        clock.read(nanos(2_000), EPOCH + 950, nanos(2_002));
        assertThat(clock.millis(nanos(3_000))).isEqualTo(EPOCH + 1_951);

        clock.read(nanos(4_000), EPOCH + 2_990, nanos(4_500));
        assertThat(clock.millis(nanos(5_000))).isEqualTo(EPOCH + 3_951);
    }

    @Test
    void clockThatWasSetIsFollowedAtOnce() {
        clock.read(nanos(0), EPOCH, nanos(1));
        clock.read(nanos(1_000), EPOCH + 3_600_000, nanos(1_001));
        assertThat(clock.millis(nanos(1_001))).isEqualTo(EPOCH + 3_600_002);

        clock.read(nanos(2_000), EPOCH - 3_600_000, nanos(2_001));
        assertThat(clock.millis(nanos(2_001))).isEqualTo(EPOCH - 3_599_998);
    }

    @Test
    void readingIsDueOnceAMinuteAndAfterDistrust() {
        clock.read(0, EPOCH, nanos(1));
        assertThat(clock.isDue(nanos(60_001))).isFalse();
        assertThat(clock.isDue(nanos(60_002))).isTrue();
        assertThat(clock.isDue(nanos(60_002))).isFalse();

        clock.read(nanos(60_003), EPOCH, nanos(60_004));
        clock.distrust();
        assertThat(clock.isDue(nanos(60_005))).isTrue();
        assertThat(clock.millis(nanos(60_004))).isEqualTo(EPOCH + 2);
    }

    /** Whatever the drift and the ways there and back: not before the Redis's own last word, and not far ahead of it. */
    @Test
    void estimateIsNeverBehindTheNewestReadingNorAheadByMoreThanTheWay() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        double rate = 1 + (random.nextDouble() - 0.5) / 1_000;
        long now = random.nextLong() >> 2;
        long start = now;
        for (int i = 0; i < 10_000; i++) {
            long sent = now;
            long read = sent + random.nextInt(50_000_000);
            long received = read + random.nextInt(50_000_000);
            long redis = EPOCH + (long) ((read - start) / 1e6 * rate);
            clock.read(sent, redis, received);

            assertThat(clock.millis(received))
                    .as("seed %d, reading %d", seed, i)
                    .isBetween(redis, redis + TimeUnit.NANOSECONDS.toMillis(received - sent) + 1);
            now = received + random.nextInt(100_000_000);
        }
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
