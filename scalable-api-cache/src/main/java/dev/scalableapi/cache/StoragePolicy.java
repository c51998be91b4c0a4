package dev.scalableapi.cache;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.HttpDate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a response may be stored, and for how long it may be used: RFC 9111 sections 3 and 4.2 and RFC 5861, for a cache
 * that stands in the server and belongs to it.
 *
 * @param ttl how long a 200 is fresh that does not say, and the most for all that do
 * @param staleness for how long a response may be served after its time that does not say
 * @param maximumBody in bytes
 * @param clock tells the time
 */
record StoragePolicy(Duration ttl, Staleness staleness, int maximumBody, Clock clock) {
    /** What a response can say at the most. */
    private static final Duration LONGEST_STALE = Duration.ofDays(1);

    /** Those that may be stored when they say for how long; a 200 needs not. */
    private static final Set<Integer> WITH_EXPLICIT_TIME = Set.of(301, 308, 404, 410);

    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** What is to become of a response. */
    sealed interface Verdict {}

    /** It is not stored. */
    record Refused() implements Verdict {}

    /** It may be stored for its caller alone, but was loaded for all. */
    record ForCallerAlone() implements Verdict {}

    /**
     * It may be stored.
     *
     * @param fresh for how long from now; at least a millisecond
     * @param staleness for how long after that
     * @param age how old it is already
     */
    record Storable(Duration fresh, Staleness staleness, Duration age) implements Verdict {}

    /**
     * Judges a response.
     *
     * @param shared whether it would be stored for all callers
     * @param authorized whether the request had an {@code Authorization} field
     */
    Verdict judge(ApiResponse response, boolean shared, boolean authorized) {
        Directives directives = Directives.of(response.headers());
        if (!isStorable(response, directives)) {
            return new Refused();
        }
        if (shared && (directives.has("private") || (authorized && !isOpenToAll(directives)))) {
            return new ForCallerAlone();
        }
        return storable(response, directives, shared);
    }

    private boolean isStorable(ApiResponse response, Directives directives) {
        return (response.status() == 200 || WITH_EXPLICIT_TIME.contains(response.status()))
                && !(response.body() instanceof Body.Streaming)
                && response.body().length() <= maximumBody
                && !directives.has("no-store")
                && !directives.has("no-cache")
                && !response.headers().contains("Set-Cookie");
    }

    /** RFC 9111 section 3.5. */
    private static boolean isOpenToAll(Directives directives) {
        return directives.has("public") || directives.has("s-maxage") || directives.has("must-revalidate");
    }

    private Verdict storable(ApiResponse response, Directives directives, boolean shared) {
        Optional<Duration> lifetime = explicit(response.headers(), directives, shared);
        if (lifetime.isEmpty() && response.status() != 200) {
            return new Refused();
        }
        Duration age = age(response.headers());
        Duration left = lifetime.orElse(ttl).minus(age);
        Duration fresh = shorter(left, ttl);
        Staleness stale = stale(directives, shared, left.isNegative() ? left : Duration.ZERO);
        return fresh.compareTo(SHORTEST) < 0 && stale.longest().isZero()
                ? new Refused()
                : new Storable(longer(fresh, SHORTEST), stale, age);
    }

    /** RFC 9111 section 4.2.1; {@code s-maxage} is said of what all callers share. */
    private Optional<Duration> explicit(Headers headers, Directives directives, boolean shared) {
        return (shared ? directives.seconds("s-maxage") : Optional.<Duration>empty())
                .or(() -> directives.seconds("max-age"))
                .or(() -> headers.combined("Expires").map(expires -> until(expires, headers)));
    }

    /** What is no date has expired (RFC 9111 section 5.3). */
    private Duration until(String expires, Headers headers) {
        return HttpDate.parse(expires, clock)
                .map(end -> Duration.between(date(headers), end))
                .orElse(Duration.ZERO);
    }

    private Instant date(Headers headers) {
        return headers.first("Date")
                .flatMap(date -> HttpDate.parse(date, clock))
                .orElseGet(clock::instant);
    }

    /** RFC 9111 section 4.2.3: of a response that the handler has from elsewhere. */
    private Duration age(Headers headers) {
        Duration apparent = Duration.between(date(headers), clock.instant());
        Duration said = headers.first("Age").flatMap(Directives::deltaSeconds).orElse(Duration.ZERO);
        return longer(longer(apparent, said), Duration.ZERO);
    }

    /** RFC 9111 section 4.2.4 and RFC 5861. */
    private Staleness stale(Directives directives, boolean shared, Duration already) {
        boolean forbidden = directives.has("must-revalidate")
                || (shared && (directives.has("proxy-revalidate") || directives.has("s-maxage")));
        return forbidden
                ? Staleness.NONE
                : new Staleness(
                        left(said(directives, "stale-while-revalidate", staleness.whileRevalidate()), already),
                        left(said(directives, "stale-if-error", staleness.ifError()), already));
    }

    private static Duration said(Directives directives, String name, Duration otherwise) {
        return directives
                .seconds(name)
                .map(seconds -> shorter(seconds, longer(LONGEST_STALE, otherwise)))
                .orElse(otherwise);
    }

    private static Duration left(Duration stale, Duration already) {
        return longer(stale.plus(already), Duration.ZERO);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
