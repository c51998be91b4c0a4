package dev.scalableapi.core.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InMemoryRateLimiterTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Overflows within the tests, as a nanosecond clock may. */
    private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 1_500_000_000);

    @Test
    void burstIsAllowedAndTheNextIsDenied() {
        RateLimiter limiter = limiter(RateLimit.of(2, SECOND), 10);

        assertThat(acquire(limiter, "a")).isEqualTo(new Decision(true, 1, 2, Duration.ZERO, Duration.ofMillis(500)));
        assertThat(acquire(limiter, "a")).isEqualTo(new Decision(true, 0, 2, Duration.ZERO, SECOND));
        assertThat(acquire(limiter, "a")).isEqualTo(new Decision(false, 0, 2, Duration.ofMillis(500), SECOND));
    }

    @Test
    void permitComesBackExactlyAfterRetryAfter() {
        RateLimiter limiter = limiter(RateLimit.of(2, SECOND).withBurst(1), 10);
        acquire(limiter, "a");
        long wait = acquire(limiter, "a").retryAfter().toNanos();

        time.addAndGet(wait - 1);
        assertThat(acquire(limiter, "a").allowed()).isFalse();
        time.addAndGet(1);
        assertThat(acquire(limiter, "a").allowed()).isTrue();
    }

    @Test
    void keysDoNotShareABucket() {
        RateLimiter limiter = limiter(RateLimit.of(1, SECOND), 10);

        assertThat(acquire(limiter, "a").allowed()).isTrue();
        assertThat(acquire(limiter, "b").allowed()).isTrue();
        assertThat(acquire(limiter, "a").allowed()).isFalse();
    }

    @Test
    void noSpanOfTimeHasMoreThanItsShareAndTheBurst() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        RateLimiter limiter = limiter(RateLimit.of(7, SECOND).withBurst(3), 10);
        Deque<Long> allowed = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            time.addAndGet(random.nextInt(120_000_000));
            if (acquire(limiter, "a").allowed()) {
                allowed.add(time.get());
            }
            // Of 11 permits in a row, 3 were the burst and 8 had to come back.
            if (allowed.size() == 11) {
                assertThat(allowed.getLast() - allowed.removeFirst())
                        .as("seed %s, step %s", seed, i)
                        .isGreaterThanOrEqualTo(8 * 142_857_143L);
            }
        }
        assertThat(allowed).as("seed %s", seed).isNotEmpty();
    }

    @Test
    void numberOfKeysIsBounded() {
        InMemoryRateLimiter limiter = limiter(RateLimit.of(1, SECOND), 1000);
        for (int i = 0; i < 5000; i++) {
            acquire(limiter, "key " + i);
        }

        assertThat(limiter.size()).isLessThanOrEqualTo(1000).isGreaterThan(900);
    }

    @Test
    void fullBucketsGoFirst() {
        InMemoryRateLimiter limiter = limiter(RateLimit.of(1, SECOND).withBurst(10), 3);
        acquire(limiter, "rested");
        for (int i = 0; i < 10; i++) {
            acquire(limiter, "limited");
        }
        time.addAndGet(Duration.ofMillis(999).toNanos());
        acquire(limiter, "busy");
        time.addAndGet(Duration.ofMillis(1).toNanos());
        acquire(limiter, "new");

        assertThat(acquire(limiter, "busy").remaining()).isEqualTo(8);
        assertThat(acquire(limiter, "limited").remaining()).isZero();
    }

    @Test
    void floodOfKeysFreesNoOneWhoIsLimited() {
        InMemoryRateLimiter limiter = limiter(RateLimit.of(1, SECOND).withBurst(3), 50);
        for (int i = 0; i < 3; i++) {
            acquire(limiter, "limited");
        }
        for (int i = 0; i < 1000; i++) {
            acquire(limiter, "flood " + i);
        }

        assertThat(acquire(limiter, "limited").allowed()).isFalse();
        assertThat(limiter.size()).isEqualTo(50);
    }

    @Test
    void restedKeysAreForgottenWithoutPressure() {
        InMemoryRateLimiter limiter = limiter(RateLimit.of(1, SECOND), 60);
        acquire(limiter, "a");
        acquire(limiter, "b");
        time.addAndGet(SECOND.toNanos());
        acquire(limiter, "c");

        assertThat(limiter.size()).isEqualTo(1);
    }

    @Test
    void threadsTogetherGetTheBurstAndNoMore() throws InterruptedException {
        RateLimiter limiter = limiter(RateLimit.of(100, SECOND), 10);
        int threads = 8;
        CountDownLatch ready = new CountDownLatch(threads);
        AtomicInteger allowed = new AtomicInteger();
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            all[i] = new Thread(() -> {
                ready.countDown();
                try {
                    ready.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                for (int j = 0; j < 50; j++) {
                    if (acquire(limiter, "a").allowed()) {
                        allowed.incrementAndGet();
                    }
                }
            });
            all[i].start();
        }
        for (Thread thread : all) {
            thread.join();
        }

        assertThat(allowed).hasValue(100);
    }

    @Test
    void systemsClockWorksToo() {
        RateLimiter limiter = RateLimiter.inMemory(RateLimit.of(1, Duration.ofDays(1)), 10);

        assertThat(acquire(limiter, "a").allowed()).isTrue();
        assertThat(acquire(limiter, "a").allowed()).isFalse();
    }

    @Test
    void capacityMustBePositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> RateLimiter.inMemory(RateLimit.of(1, SECOND), 0));
    }

    private InMemoryRateLimiter limiter(RateLimit limit, int maxKeys) {
        return new InMemoryRateLimiter(limit, maxKeys, time::get);
    }

    private static Decision acquire(RateLimiter limiter, String key) {
        return limiter.acquire(key).toCompletableFuture().join();
    }
}
