package dev.scalableapi.cache;

/**
 * What a cache has done since it was made. Immutable.
 *
 * @param nearHits answers from the near level
 * @param storeHits answers from the store
 * @param loads calls of a loader
 * @param loadFailures loads that failed or took too long
 * @param storeFailures operations of the store that failed or took too long, and values in it that could not be read
 */
public record CacheStatistics(long nearHits, long storeHits, long loads, long loadFailures, long storeFailures) {}
