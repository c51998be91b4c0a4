package dev.scalableapi.redis;

import dev.scalableapi.core.ratelimit.RateLimit;
import dev.scalableapi.core.ratelimit.RateLimiter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

class InMemoryRateLimiterContractTest extends RateLimiterContract {
    private final AtomicLong passed = new AtomicLong();

    @Override
    List<RateLimiter> limiters(RateLimit limit) {
        return List.of(RateLimiter.inMemory(limit, 1_000, () -> System.nanoTime() + passed.get()));
    }

    @Override
    void pass(String key, Duration time) {
        passed.addAndGet(time.toNanos());
    }
}
