package dev.scalableapi.core.cache;

/**
 * The right to load one entry, until it ends or the entry is written or invalidated. Immutable.
 *
 * @param key of the entry
 * @param token differs for each lease that was ever given
 */
public record Lease(String key, String token) {}
