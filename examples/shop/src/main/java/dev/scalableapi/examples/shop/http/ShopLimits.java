package dev.scalableapi.examples.shop.http;

import dev.scalableapi.core.ratelimit.RateLimit;
import java.time.Duration;

/**
 * How much the shop takes, and how much it remembers. Immutable.
 *
 * @param perCaller how often somebody who is known may call
 * @param perAddress how often all others at one address may
 * @param cachedTokens how many accepted access tokens are remembered, so that their signatures are not checked again; 0
 *     for none
 */
public record ShopLimits(RateLimit perCaller, RateLimit perAddress, int cachedTokens) {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** {@return what the shop promises: 500 requests a second for a caller, 100 for an address} */
    public static ShopLimits defaults() {
        return new ShopLimits(RateLimit.of(500, SECOND), RateLimit.of(100, SECOND), 10_000);
    }
}
