package dev.scalableapi.cache;

import org.jspecify.annotations.Nullable;

/** What the near level holds for a key: a value, or the flight that is to bring it. */
abstract sealed class Slot<K, V> permits Flight, NearEntry {
    /** Lives as long as one of the key's slots does; written before others see the slot. */
    @Nullable Object name;
}
