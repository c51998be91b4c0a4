package dev.scalableapi.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How many variants of a resource this process stores at the most: a client can send any value of a field that varies,
 * and any host. A resource's count begins anew an hour after its first variant. Thread-safe.
 */
final class Variants {
    private static final int RESOURCES = 10_000;

    private final int most;
    private final Cache<String, Set<Integer>> known = Caffeine.newBuilder()
            .maximumSize(RESOURCES)
            .expireAfterWrite(1, TimeUnit.HOURS)
            .build();

    Variants(int most) {
        this.most = most;
    }

    /** Hashes are kept, not what the client sent: two variants that are taken for one are admitted all the same. */
    boolean admit(ResponseKey key) {
        Set<Integer> variants = Objects.requireNonNull(
                known.get(KeyText.hash(key.resource()), resource -> ConcurrentHashMap.newKeySet()));
        int variant = key.variant().hashCode();
        synchronized (variants) {
            return variants.contains(variant) || (variants.size() < most && variants.add(variant));
        }
    }
}
