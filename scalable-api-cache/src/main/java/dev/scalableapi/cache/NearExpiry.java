package dev.scalableapi.cache;

import com.github.benmanes.caffeine.cache.Expiry;

/** Each entry brings its own time to live, counted from its arrival. */
final class NearExpiry<K, V> implements Expiry<K, NearEntry<V>> {
    @Override
    public long expireAfterCreate(K key, NearEntry<V> entry, long now) {
        return entry.nanos();
    }

    @Override
    public long expireAfterUpdate(K key, NearEntry<V> entry, long now, long remaining) {
        return entry.nanos();
    }

    @Override
    public long expireAfterRead(K key, NearEntry<V> entry, long now, long remaining) {
        return remaining;
    }
}
