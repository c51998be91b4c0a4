package dev.scalableapi.cache;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.internal.WarningPacer;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * What all calls share.
 *
 * @param stored the responses
 * @param policy which of them may be
 * @param variants how many there are
 * @param omitted fields that are not stored, in lower case
 * @param name in {@code Cache-Status}
 * @param keysShown whether keys are told there
 * @param clock tells ages
 * @param warnings that could come with each request
 */
record ResponseCache(
        CacheAside<String, Kept> stored,
        StoragePolicy policy,
        Variants variants,
        Set<String> omitted,
        String name,
        boolean keysShown,
        Clock clock,
        WarningPacer warnings) {
    /** Fields of the connection (RFC 9110 section 7.6.1), and those that tell of one request what is not so of others. */
    static final Set<String> OF_ONE_EXCHANGE = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "server-timing",
            "traceparent",
            "tracestate",
            "traceresponse",
            "x-b3-traceid",
            "x-correlation-id",
            "x-request-id",
            "x-trace-id",
            "authentication-info",
            "ratelimit",
            "ratelimit-policy",
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset");

    /** A response as it may be given to others. */
    Kept.Answer answer(ApiResponse response, StoragePolicy.Storable storable) {
        Set<String> without = new HashSet<>(omitted);
        FieldList.members(response.headers(), "Connection")
                .orElse(List.of())
                .forEach(name -> without.add(name.toLowerCase(Locale.ROOT)));
        Headers.Builder fields = Headers.builder();
        response.headers().forEach((name, value) -> {
            if (!without.contains(name.toLowerCase(Locale.ROOT))) {
                fields.add(name, value);
            }
        });
        return new Kept.Answer(response.withHeaders(fields.build()), clock.instant(), storable.age());
    }

    /** A stored answer as one more request gets it. */
    ApiResponse response(Kept.Answer answer, CacheStatus status) {
        return status.on(answer.response().withHeader("Age", Long.toString(answer.age(clock.instant()))));
    }

    CacheStatus status() {
        return CacheStatus.of(name);
    }

    CacheStatus shown(CacheStatus status, ResponseKey key) {
        return keysShown ? status.key(KeyText.hash(key.text())) : status;
    }

    /** Rounded down, so that what is stale by less than a second is not called fresh. */
    long ttl(Cached<?> cached) {
        return Math.floorDiv(cached.remaining(clock.instant()).toMillis(), 1_000L);
    }

    void tagsFailed(CachedRoute route, RuntimeException failure) {
        if (warnings.isDue()) {
            LoggerFactory.getLogger(ResponseCache.class)
                    .warn("The tags of a response of {} failed; it is not stored", route.template(), failure);
        }
    }
}
