package dev.scalableapi.core.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.testkit.TestSeed;
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
        long seed = TestSeed.value();
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
        AtomicInteger allowed = new AtomicInteger();
        together(8, () -> {
            for (int j = 0; j < 50; j++) {
                if (acquire(limiter, "a").allowed()) {
                    allowed.incrementAndGet();
                }
            }
        });

        assertThat(allowed).hasValue(100);
    }

    @Test
    void refundGivesBackOnePermitNow() {
        RateLimiter limiter = limiter(RateLimit.of(2, SECOND), 10);
        acquire(limiter, "a");
        acquire(limiter, "a");

        refund(limiter, "a");
        assertThat(acquire(limiter, "a")).isEqualTo(new Decision(true, 0, 2, Duration.ZERO, SECOND));
        assertThat(acquire(limiter, "a").allowed()).isFalse();
    }

    @Test
    void refundMakesNoKeyRicherThanItsBurst() {
        RateLimiter limiter = limiter(RateLimit.of(2, SECOND), 10);
        acquire(limiter, "a");
        time.addAndGet(Duration.ofMillis(400).toNanos());
        refund(limiter, "a");
        refund(limiter, "a");

        assertThat(acquire(limiter, "a").remaining()).isEqualTo(1);
        time.addAndGet(SECOND.toNanos());
        refund(limiter, "a");
        assertThat(acquire(limiter, "a").remaining()).isEqualTo(1);
    }

    /** Times that ran ever further into the past would come out in the future. */
    @Test
    void refundsWithoutEndTakeNoPermitAway() {
        RateLimiter limiter = limiter(RateLimit.of(1, Duration.ofDays(10_000)), 100);
        for (int refunds = 1; refunds <= 30; refunds++) {
            String key = "refunded " + refunds;
            acquire(limiter, key);
            for (int i = 0; i < refunds; i++) {
                refund(limiter, key);
            }
            assertThat(acquire(limiter, key).allowed()).as(key).isTrue();
        }
    }

    @Test
    void refundOfAnUnknownKeyIsNothing() {
        InMemoryRateLimiter limiter = limiter(RateLimit.of(1, SECOND), 10);
        refund(limiter, "a");

        assertThat(limiter.size()).isZero();
        assertThat(acquire(limiter, "a").allowed()).isTrue();
        refund(limiter, "b");
        assertThat(acquire(limiter, "a").allowed()).isFalse();
    }

    @Test
    void refundsKeepToTheModel() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        RateLimiter limiter = limiter(RateLimit.of(10, SECOND).withBurst(4), 10);
        long interval = SECOND.toNanos() / 10;
        long debt = 0;
        for (int i = 0; i < 20_000; i++) {
            long passed = random.nextInt(80_000_000);
            time.addAndGet(passed);
            debt = Math.max(0, debt - passed);
            if (random.nextBoolean()) {
                refund(limiter, "a");
                debt = Math.max(0, debt - interval);
            } else {
                boolean allowed = debt + interval <= 4 * interval;
                debt = allowed ? debt + interval : debt;
                assertThat(acquire(limiter, "a"))
                        .as("seed %s, step %s", seed, i)
                        .returns(allowed, Decision::allowed)
                        .returns(Duration.ofNanos(debt), Decision::reset);
            }
        }
    }

    @Test
    void refundedKeyIsForgottenBeforeOneThatIsLimited() {
        InMemoryRateLimiter limiter = limiter(RateLimit.of(1, SECOND).withBurst(3), 2);
        acquire(limiter, "limited");
        time.addAndGet(1);
        acquire(limiter, "right");
        refund(limiter, "right");
        acquire(limiter, "new");

        assertThat(acquire(limiter, "limited").remaining()).isEqualTo(1);
        assertThat(limiter.size()).isEqualTo(2);
    }

    @Test
    void permitsAreNeitherLostNorMadeByThreadsThatGiveThemBack() throws InterruptedException {
        RateLimiter limiter = limiter(RateLimit.of(5, SECOND), 10);
        AtomicInteger held = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        together(8, () -> {
            for (int j = 0; j < 2_000; j++) {
                if (acquire(limiter, "a").allowed()) {
                    most.accumulateAndGet(held.incrementAndGet(), Math::max);
                    held.decrementAndGet();
                    refund(limiter, "a");
                }
            }
        });

        assertThat(most).hasValueBetween(1, 5);
        assertThat(acquire(limiter, "a")).isEqualTo(new Decision(true, 4, 5, Duration.ZERO, Duration.ofMillis(200)));
    }

    @Test
    void limiterThatKnowsNoRefundKeepsThePermit() {
        RateLimiter inner = limiter(RateLimit.of(1, SECOND), 10);
        RateLimiter limiter = key -> inner.acquire(key + "'");
        acquire(limiter, "a");
        refund(limiter, "a");

        assertThat(acquire(limiter, "a").allowed()).isFalse();
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

    private static void together(int threads, Runnable work) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(threads);
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            all[i] = new Thread(() -> {
                ready.countDown();
                try {
                    ready.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                work.run();
            });
            all[i].start();
        }
        for (Thread thread : all) {
            thread.join();
        }
    }

    private InMemoryRateLimiter limiter(RateLimit limit, int maxKeys) {
        return new InMemoryRateLimiter(limit, maxKeys, time::get);
    }

    private static Decision acquire(RateLimiter limiter, String key) {
        return limiter.acquire(key).toCompletableFuture().join();
    }

    private static void refund(RateLimiter limiter, String key) {
        limiter.refund(key).toCompletableFuture().join();
    }
}
