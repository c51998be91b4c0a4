package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.ratelimit.Decision;
import dev.scalableapi.core.ratelimit.RateLimit;
import dev.scalableapi.core.ratelimit.RateLimiter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every {@link RateLimiter} does that several threads or processes share, by a clock that nobody controls. */
abstract class RateLimiterContract {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration TEN_THOUSAND_DAYS = Duration.ofDays(10_000);
    /** More than a test takes. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    /** Limiters of one limit, as two processes have them; with buckets that no other test has. */
    abstract List<RateLimiter> limiters(RateLimit limit);

    private RateLimiter limiter(RateLimit limit) {
        return limiters(limit).get(0);
    }

    @Test
    void burstIsAllowedAndTheNextIsDenied() {
        RateLimiter limiter = limiter(RateLimit.of(2, HOUR));

        assertDecision(acquire(limiter, "a"), true, 1, Duration.ZERO, HOUR.dividedBy(2));
        assertDecision(acquire(limiter, "a"), true, 0, Duration.ZERO, HOUR);
        assertDecision(acquire(limiter, "a"), false, 0, HOUR.dividedBy(2), HOUR);
        assertDecision(acquire(limiter, "a"), false, 0, HOUR.dividedBy(2), HOUR);
    }

    private static void assertDecision(Decision decision, boolean allowed, long left, Duration retry, Duration reset) {
        assertThat(decision.allowed()).isEqualTo(allowed);
        assertThat(decision.remaining()).isEqualTo(left);
        assertThat(decision.retryAfter()).isBetween(retry.isZero() ? retry : retry.minus(SLACK), retry);
        assertThat(decision.reset()).isBetween(reset.minus(SLACK), reset);
    }

    @Test
    void permitComesBackAfterRetryAfterAndNotBefore() {
        RateLimiter limiter = limiter(RateLimit.of(10, Duration.ofSeconds(2)).withBurst(1));
        acquire(limiter, "a");
        long before = System.nanoTime();
        Decision denied = acquire(limiter, "a");
        assertThat(denied.allowed()).isFalse();
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> acquire(limiter, "a").allowed());

        assertThat(System.nanoTime() - before)
                .isBetween(
                        denied.retryAfter().toNanos(),
                        denied.retryAfter().plusSeconds(1).toNanos());
    }

    @Test
    void noSpanOfTimeHasMoreThanItsShareAndTheBurst() {
        RateLimiter limiter = limiter(RateLimit.of(100, Duration.ofSeconds(1)).withBurst(5));
        long begun = System.nanoTime();
        long allowed = 0;
        while (System.nanoTime() - begun < 1_000_000_000) {
            allowed += acquire(limiter, "a").allowed() ? 1 : 0;
        }
        long share = (System.nanoTime() - begun) / 10_000_000;

        assertThat(allowed).isBetween(share / 2, share + 5);
    }

    @Test
    void keysDoNotShareABucket() {
        RateLimiter limiter = limiter(RateLimit.of(1, HOUR));

        assertThat(acquire(limiter, "a").allowed()).isTrue();
        assertThat(acquire(limiter, "{a}").allowed()).isTrue();
        assertThat(acquire(limiter, "\u00e4 \ud83d\ude00 :*").allowed()).isTrue();
        assertThat(acquire(limiter, "a").allowed()).isFalse();
    }

    @Test
    void refundGivesBackOnePermitAtOnce() {
        RateLimiter limiter = limiter(RateLimit.of(2, HOUR));
        acquire(limiter, "a");
        acquire(limiter, "a");
        refund(limiter, "a");

        assertDecision(acquire(limiter, "a"), true, 0, Duration.ZERO, HOUR);
        assertThat(acquire(limiter, "a").allowed()).isFalse();
    }

    @Test
    void refundMakesNoKeyRicherThanItsBurst() {
        RateLimiter limiter = limiter(RateLimit.of(2, HOUR));
        refund(limiter, "a");
        acquire(limiter, "a");
        for (int i = 0; i < 5; i++) {
            refund(limiter, "a");
        }

        assertDecision(acquire(limiter, "a"), true, 1, Duration.ZERO, HOUR.dividedBy(2));
    }

    @Test
    void longestWindowIsCountedExactly() {
        RateLimiter limiter = limiter(RateLimit.of(1, TEN_THOUSAND_DAYS));

        assertThat(acquire(limiter, "a")).isEqualTo(new Decision(true, 0, 1, Duration.ZERO, TEN_THOUSAND_DAYS));
        assertDecision(acquire(limiter, "a"), false, 0, TEN_THOUSAND_DAYS, TEN_THOUSAND_DAYS);
        refund(limiter, "a");
        assertThat(acquire(limiter, "a").allowed()).isTrue();
    }

    @Test
    void shortestIntervalAndLargestBurstAreCountedExactly() {
        long most = TEN_THOUSAND_DAYS.toNanos();
        RateLimiter limiter = limiter(new RateLimit(1, Duration.ofNanos(1), most));

        assertThat(acquire(limiter, "a"))
                .isEqualTo(new Decision(true, most - 1, most, Duration.ZERO, Duration.ofNanos(1)));
    }

    @Test
    void oddIntervalIsCountedExactly() {
        // 333,333,334 ns
        RateLimiter limiter = limiter(RateLimit.of(3, Duration.ofSeconds(1)).withBurst(1_000_000_000));

        assertThat(acquire(limiter, "a"))
                .isEqualTo(
                        new Decision(true, 999_999_999, 1_000_000_000, Duration.ZERO, Duration.ofNanos(333_333_334)));
    }

    @Test
    void threadsTogetherGetTheBurstAndNoMore() throws InterruptedException {
        List<RateLimiter> limiters = limiters(RateLimit.of(100, HOUR.multipliedBy(24)));
        AtomicInteger allowed = new AtomicInteger();
        together(8, number -> {
            for (int i = 0; i < 50; i++) {
                if (acquire(limiters.get(number % limiters.size()), "a").allowed()) {
                    allowed.incrementAndGet();
                }
            }
        });

        assertThat(allowed).hasValue(100);
    }

    @Test
    void permitsAreNeitherLostNorMadeByThreadsThatGiveThemBack() throws InterruptedException {
        List<RateLimiter> limiters = limiters(RateLimit.of(5, HOUR.multipliedBy(24)));
        AtomicInteger held = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        together(8, number -> {
            RateLimiter limiter = limiters.get(number % limiters.size());
            for (int i = 0; i < 200; i++) {
                if (acquire(limiter, "a").allowed()) {
                    most.accumulateAndGet(held.incrementAndGet(), Math::max);
                    held.decrementAndGet();
                    refund(limiter, "a");
                }
            }
        });

        assertThat(most).hasValueBetween(1, 5);
        assertThat(acquire(limiters.get(0), "a").remaining()).isEqualTo(4);
    }

    private interface Work {
        void run(int number);
    }

    private static void together(int threads, Work work) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(threads);
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            int number = i;
            all[i] = new Thread(() -> {
                ready.countDown();
                try {
                    ready.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                work.run(number);
            });
            all[i].start();
        }
        for (Thread thread : all) {
            thread.join();
        }
    }

    static Decision acquire(RateLimiter limiter, String key) {
        return done(limiter.acquire(key));
    }

    static void refund(RateLimiter limiter, String key) {
        done(limiter.refund(key));
    }
}
