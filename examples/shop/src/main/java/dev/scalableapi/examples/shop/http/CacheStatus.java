package dev.scalableapi.examples.shop.http;

import dev.scalableapi.cache.Cached;
import java.time.Clock;

/** {@code Cache-Status}: where an answer came from (RFC 9211). */
final class CacheStatus {
    static final String FIELD = "Cache-Status";

    /** What is never cached. */
    static final String BYPASS = "shop;fwd=bypass";

    private CacheStatus() {}

    static String of(Cached<?> cached, Clock clock) {
        long ttl = cached.remaining(clock.instant()).toSeconds();
        return switch (cached.origin()) {
            case HIT_NEAR -> "shop;hit;ttl=" + ttl + ";detail=near";
            case HIT_STORE -> "shop;hit;ttl=" + ttl + ";detail=store";
            case LOADED -> "shop;fwd=miss;ttl=" + ttl;
        };
    }
}
