package dev.scalableapi.examples.shop.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {
    private volatile Instant now = Instant.EPOCH;
    private final LoginThrottle throttle = new LoginThrottle(new SetClock());

    @Test
    void eleventhFailureInAMinuteWaitsForItsEnd() {
        for (int i = 0; i < 10; i++) {
            assertThat(throttle.begin("a")).isZero();
        }
        now = Instant.EPOCH.plusSeconds(20);
        assertThat(throttle.begin("a")).isEqualTo(Duration.ofSeconds(40));
        assertThat(throttle.begin("b")).isZero();

        now = Instant.EPOCH.plusSeconds(60);
        assertThat(throttle.begin("a")).isZero();
    }

    @Test
    void successesAreNotCounted() {
        for (int i = 0; i < 100; i++) {
            assertThat(throttle.begin("a")).isZero();
            throttle.succeeded("a");
        }
    }

    @Test
    void guessesSentAtOnceAreCountedToo() throws Exception {
        int threads = 40;
        CyclicBarrier barrier = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Duration>> waits = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                waits.add(pool.submit(() -> {
                    barrier.await();
                    return throttle.begin("a");
                }));
            }
            int passed = 0;
            for (Future<Duration> wait : waits) {
                passed += wait.get().isZero() ? 1 : 0;
            }
            assertThat(passed).isEqualTo(10);
        } finally {
            pool.shutdownNow();
        }
    }

    private final class SetClock extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
