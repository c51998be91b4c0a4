package dev.scalableapi.core.cache;

import java.time.Duration;
import java.util.Optional;

/** What became of the wish for an entry or its lease. Immutable. */
public sealed interface Acquisition {
    /**
     * There is a fresh entry.
     *
     * @param entry the entry
     */
    record Fresh(StoredEntry entry) implements Acquisition {}

    /**
     * The caller is to load the entry, and then to commit or release.
     *
     * @param lease to do so with
     * @param former the stale entry, if there is one and it is not the one that was seen
     */
    record Granted(Lease lease, Optional<StoredEntry> former) implements Acquisition {}

    /**
     * Another holds the lease.
     *
     * @param remaining when it ends at the latest, unless it is renewed; positive
     * @param former the stale entry, if there is one and it is not the one that was seen
     */
    record Wait(Duration remaining, Optional<StoredEntry> former) implements Acquisition {}
}
