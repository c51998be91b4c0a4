package dev.scalableapi.cache;

import dev.scalableapi.cache.CacheStatus.Forward;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A look for the response to a request, by what it is known to depend on, and what is kept where there was none.
 *
 * @param names on what it depends, as {@link ResponseKey#of} takes them
 * @param first the look that found those; empty for the first one
 */
record Look(
        ResponseCache cache,
        CachedRoute route,
        ApiRequest request,
        ResponseKey key,
        Set<String> names,
        Optional<Look> first) {
    /** For how long a response that could not be stored lets others go on to the handler without waiting. */
    private static final Duration NOTHING = Duration.ofSeconds(2);
    /** For how long it is known on what responses depend: whether that is so is seen with each of them. */
    private static final Duration VARYING = Duration.ofHours(1);

    /** Empty if there is no key for the request. */
    static Optional<Look> first(ResponseCache cache, CachedRoute route, ApiRequest request) {
        return ResponseKey.of(route, request, route.varying())
                .map(key -> new Look(cache, route, request, key, route.varying(), Optional.empty()));
    }

    Optional<Look> next(Kept.Varying varying) {
        return ResponseKey.of(route, request, varying.names())
                .map(key -> new Look(cache, route, request, key, varying.names(), Optional.of(this)));
    }

    Forward miss() {
        return first.isEmpty() ? Forward.URI_MISS : Forward.VARY_MISS;
    }

    /** What is to be kept of a response; empty, for a moment, if nothing is. */
    Optional<Kept> keep(Optional<ApiResponse> response, Set<String> tags, LoadContext<Kept> loading) {
        Optional<Kept> kept = response.flatMap(one -> keep(one, loading));
        if (kept.isEmpty()) {
            lives(loading, NOTHING, Staleness.NONE);
        }
        try {
            tags.addAll(route.tagsOf(request));
            tags.add(ResponseKey.pathTag(request));
            loading.tags(tags.toArray(String[]::new));
        } catch (RuntimeException e) {
            cache.tagsFailed(route, e);
            loading.doNotCache();
            return Optional.empty();
        }
        return kept;
    }

    private Optional<Kept> keep(ApiResponse response, LoadContext<Kept> loading) {
        Optional<Set<String>> fields = Vary.names(response.headers());
        StoragePolicy.Verdict verdict = cache.policy()
                .judge(response, !names.contains(Vary.CALLER), request.headers().contains("Authorization"));
        if (fields.isEmpty() || verdict instanceof StoragePolicy.Refused) {
            return Optional.empty();
        }
        if (!cache.variants().admit(key)) {
            loading.doNotCache();
            return Optional.empty();
        }
        Set<String> needed = new TreeSet<>(names);
        needed.addAll(fields.get());
        if (verdict instanceof StoragePolicy.Storable storable && names.containsAll(needed)) {
            lives(loading, storable.fresh(), storable.staleness());
            return Optional.of(cache.answer(response, storable));
        }
        if (verdict instanceof StoragePolicy.ForCallerAlone) {
            needed.add(Vary.CALLER);
        }
        return varying(needed, loading);
    }

    /** The response is not stored under the key that it should have had: its load was not one of that key. */
    private Optional<Kept> varying(Set<String> needed, LoadContext<Kept> loading) {
        if (needed.size() > Vary.MOST_NAMES + 1) {
            return Optional.empty();
        }
        Kept.Varying varying = new Kept.Varying(needed);
        if (first.isEmpty()) {
            lives(loading, VARYING, Staleness.NONE);
            return Optional.of(varying);
        }
        cache.stored().put(first.get().key.text(), varying);
        loading.doNotCache();
        return Optional.empty();
    }

    private static void lives(LoadContext<Kept> loading, Duration ttl, Staleness staleness) {
        loading.ttl(ttl).staleWhileRevalidate(staleness.whileRevalidate()).staleIfError(staleness.ifError());
    }
}
