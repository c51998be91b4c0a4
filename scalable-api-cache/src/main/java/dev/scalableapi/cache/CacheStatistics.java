package dev.scalableapi.cache;

/**
 * What a cache has done since it was made. Immutable.
 *
 * @param nearHits answers from the near level
 * @param storeHits answers from the store
 * @param staleServed answers, of either level, that were past their time
 * @param loads calls of a loader; a bulk load is one
 * @param loadFailures loads that failed or took too long
 * @param refreshes loads that were begun before the value's time was over, or while it was served stale
 * @param leaseWaits times that one has waited for a load of another process
 * @param lostLeases loads whose value was not kept, since a write came between, or the store did not take it
 * @param storeFailures operations of the store that failed or took too long, and values in it that could not be read
 */
public record CacheStatistics(
        long nearHits,
        long storeHits,
        long staleServed,
        long loads,
        long loadFailures,
        long refreshes,
        long leaseWaits,
        long lostLeases,
        long storeFailures) {}
