package dev.scalableapi.core.ratelimit;

import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.structured.BareItem;
import dev.scalableapi.core.structured.Item;
import dev.scalableapi.core.structured.StructuredFields;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an answer tells the client what is left of its rate. There is no standard yet but a draft, whose fields have changed
 * with its versions; so each form names its version. All times are whole seconds, rounded up.
 */
public enum RateLimitHeaders {
    /**
     * {@code RateLimit-Policy: "caller";q=100;w=60} and {@code RateLimit: "caller";r=50;t=30}
     * (draft-ietf-httpapi-ratelimit-headers-10): permits of a rested key and, where the limiter tells its
     * {@linkplain RateLimiter#limit limit}, the seconds in which so many come back; permits left, seconds until the key has
     * all of them. Where a caller and an address are limited, each has a member.
     */
    DRAFT_10 {
        @Override
        Headers fields(String policy, Optional<RateLimit> limit, Decision decision, Instant now) {
            Map<String, BareItem> left = new LinkedHashMap<>();
            left.put("r", whole(decision.remaining()));
            left.put("t", whole(seconds(decision.reset())));
            Map<String, BareItem> quota = new LinkedHashMap<>();
            quota.put("q", whole(decision.limit()));
            limit.ifPresent(known -> quota.put("w", whole(seconds(known.refill()))));
            return Headers.of("RateLimit-Policy", list(policy, quota)).withAdded("RateLimit", list(policy, left));
        }

        private static String list(String policy, Map<String, BareItem> parameters) {
            return StructuredFields.serializeList(List.of(new Item(BareItem.of(policy), parameters)));
        }

        private static BareItem whole(long number) {
            return BareItem.of(Math.max(0, Math.min(number, LARGEST)));
        }
    },

    /**
     * {@code RateLimit-Limit}, {@code RateLimit-Remaining} and {@code RateLimit-Reset}, which is in seconds from now
     * (draft-ietf-httpapi-ratelimit-headers-03).
     */
    DRAFT_03 {
        @Override
        Headers fields(String policy, Optional<RateLimit> limit, Decision decision, Instant now) {
            return three("RateLimit-", decision, seconds(decision.reset()));
        }
    },

    /** {@code X-RateLimit-Limit}, {@code X-RateLimit-Remaining} and {@code X-RateLimit-Reset}, in seconds from now. */
    LEGACY_DELTA {
        @Override
        Headers fields(String policy, Optional<RateLimit> limit, Decision decision, Instant now) {
            return three("X-RateLimit-", decision, seconds(decision.reset()));
        }
    },

    /** {@code X-RateLimit-Limit}, {@code X-RateLimit-Remaining} and {@code X-RateLimit-Reset}, in seconds since 1970. */
    LEGACY_EPOCH {
        @Override
        Headers fields(String policy, Optional<RateLimit> limit, Decision decision, Instant now) {
            return three("X-RateLimit-", decision, epochSeconds(now.plus(bounded(decision.reset()))));
        }

        private static long epochSeconds(Instant time) {
            return time.getNano() == 0 ? time.getEpochSecond() : time.getEpochSecond() + 1;
        }
    },

    /** Nothing but {@code Retry-After} of a 429. */
    NONE {
        @Override
        Headers fields(String policy, Optional<RateLimit> limit, Decision decision, Instant now) {
            return Headers.empty();
        }
    };

    /** That a structured field can spell. */
    private static final long LARGEST = 999_999_999_999_999L;

    private static final Duration LONGEST = Duration.ofSeconds(LARGEST);

    /** The fields for a decision on the key of a policy, by a limit that may be unknown. */
    abstract Headers fields(String policy, Optional<RateLimit> limit, Decision decision, Instant now);

    /** Whether the fields of several filters stand beside each other. */
    boolean isList() {
        return this == DRAFT_10;
    }

    private static Headers three(String prefix, Decision decision, long reset) {
        return Headers.builder()
                .add(prefix + "Limit", Long.toString(decision.limit()))
                .add(prefix + "Remaining", Long.toString(decision.remaining()))
                .add(prefix + "Reset", Long.toString(reset))
                .build();
    }

    private static long seconds(Duration time) {
        return bounded(time).plusNanos(999_999_999).toSeconds();
    }

    /** A limiter may say that a key never gets its permits back. */
    private static Duration bounded(Duration time) {
        if (time.isNegative()) {
            return Duration.ZERO;
        }
        return time.compareTo(LONGEST) > 0 ? LONGEST : time;
    }
}
