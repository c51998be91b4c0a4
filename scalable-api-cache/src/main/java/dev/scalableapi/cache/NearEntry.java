package dev.scalableapi.cache;

/**
 * A value of the near level: what those who waited for it are answered, what those who find it are answered, made once,
 * and how long it stays.
 */
record NearEntry<V>(Cached<V> first, Cached<V> hit, long nanos) {}
