package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConnectPaceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    /** The clock may overflow. */
    private static final long START = Long.MAX_VALUE - 5;

    private final ConnectPace pace = new ConnectPace(Duration.ofSeconds(1), START);

    @Test
    void firstAttemptIsDueAtOnce() {
        assertThat(pace.reserve(START)).isZero();
    }

    @Test
    void attemptAfterALongPauseIsDueAtOnce() {
        pace.reserve(START);
        assertThat(pace.reserve(START + 100 * SECOND)).isZero();
    }

    @Test
    void attemptsAreAtLeastAnIntervalApartAndAtMostAQuarterMore() {
        long now = START;
        long former = now + pace.reserve(now);
        for (int i = 0; i < 1_000; i++) {
            long next = now + pace.reserve(now);
            assertThat(next - former).isBetween(SECOND, SECOND + SECOND / 4);
            former = next;
            now += SECOND / 3;
        }
    }

    @Test
    void attemptThatMayNotWaitIsMadeOnlyWhenItIsDue() {
        assertThat(pace.tryReserve(START)).isTrue();
        assertThat(pace.tryReserve(START)).isFalse();
        assertThat(pace.tryReserve(START + SECOND - 1)).isFalse();
        assertThat(pace.tryReserve(START + SECOND + SECOND / 4)).isTrue();
        assertThat(pace.tryReserve(START + 2 * SECOND)).isFalse();
    }

    @Test
    void refusedAttemptDoesNotDelayTheNextOne() {
        pace.reserve(START);
        for (int i = 0; i < 100; i++) {
            pace.tryReserve(START + 1);
        }
        assertThat(pace.reserve(START + 1)).isLessThanOrEqualTo(SECOND + SECOND / 4);
    }

    @Test
    void threadsShareOneSequence() {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<CompletableFuture<Long>> slots = new ArrayList<>();
        IntStream.range(0, 400)
                .forEach(i -> slots.add(CompletableFuture.supplyAsync(() -> pace.reserve(START), threads)));
        long[] sorted =
                slots.stream().mapToLong(CompletableFuture::join).sorted().toArray();
        threads.shutdown();

        for (int i = 1; i < sorted.length; i++) {
            assertThat(sorted[i] - sorted[i - 1]).isGreaterThanOrEqualTo(SECOND);
        }
    }
}
