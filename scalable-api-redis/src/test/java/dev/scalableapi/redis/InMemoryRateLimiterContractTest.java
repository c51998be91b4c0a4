package dev.scalableapi.redis;

import dev.scalableapi.core.ratelimit.RateLimit;
import dev.scalableapi.core.ratelimit.RateLimiter;
import java.util.List;

class InMemoryRateLimiterContractTest extends RateLimiterContract {
    @Override
    List<RateLimiter> limiters(RateLimit limit) {
        return List.of(RateLimiter.inMemory(limit, 1_000));
    }
}
