package dev.scalableapi.core.cache;

import java.time.Duration;
import java.util.Objects;

/** An entry as a store returns it. Immutable, as long as nobody writes into its array. */
public final class StoredEntry {
    private final byte[] value;
    private final String version;
    private final Duration remaining;

    private StoredEntry(byte[] value, String version, Duration remaining) {
        this.value = Objects.requireNonNull(value);
        this.version = Objects.requireNonNull(version);
        this.remaining = Objects.requireNonNull(remaining);
    }

    /**
     * {@return an entry}
     *
     * @param value its bytes; not copied
     * @param version differs for each write of the key; not empty
     * @param remaining how long it is still fresh; zero or negative if it is stale, for as long
     */
    public static StoredEntry of(byte[] value, String version, Duration remaining) {
        return new StoredEntry(value, version, remaining);
    }

    /** {@return its bytes; not a copy} */
    public byte[] value() {
        return value;
    }

    /** {@return what tells this write of the key from all others} */
    public String version() {
        return version;
    }

    /** {@return how long it is still fresh; zero or negative if it is stale, for as long} */
    public Duration remaining() {
        return remaining;
    }

    /** {@return whether it is fresh} */
    public boolean isFresh() {
        return remaining.compareTo(Duration.ZERO) > 0;
    }

    @Override
    public String toString() {
        return "StoredEntry[" + value.length + " bytes, remaining=" + remaining + "]";
    }
}
