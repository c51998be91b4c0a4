package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.ratelimit.Decision;
import dev.scalableapi.core.ratelimit.RateLimit;
import dev.scalableapi.core.ratelimit.RateLimiter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every {@link RateLimiter} does that several threads or processes share, by a clock of its own. */
abstract class RateLimiterContract {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration TEN_THOUSAND_DAYS = Duration.ofDays(10_000);
    /** More than a test takes. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    /** Limiters of one limit, as two processes have them; with buckets that no other test has. */
    abstract List<RateLimiter> limiters(RateLimit limit);

    /** Lets time pass for a key. */
    abstract void pass(String key, Duration time);

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
        RateLimiter limiter = limiter(RateLimit.of(1, HOUR));
        acquire(limiter, "a");
        Decision denied = acquire(limiter, "a");
        assertThat(denied.allowed()).isFalse();

        pass("a", denied.retryAfter().minus(SLACK));
        assertThat(acquire(limiter, "a").allowed()).isFalse();
        pass("a", SLACK);
        assertThat(acquire(limiter, "a").allowed()).isTrue();
    }

    /** A permit comes back every six minutes, and 100 minutes pass in steps of ten. */
    @Test
    void noSpanOfTimeHasMoreThanItsShareAndTheBurst() {
        RateLimiter limiter = limiter(RateLimit.of(10, HOUR).withBurst(5));
        int allowed = allowedNow(limiter);
        assertThat(allowed).isEqualTo(5);
        for (int minutes = 10; minutes <= 100; minutes += 10) {
            pass("a", Duration.ofMinutes(10));
            allowed += allowedNow(limiter);

            assertThat(allowed).isEqualTo(5 + minutes / 6);
        }
    }

    private static int allowedNow(RateLimiter limiter) {
        int allowed = 0;
        while (acquire(limiter, "a").allowed()) {
            allowed++;
        }
        return allowed;
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
