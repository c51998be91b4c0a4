package dev.scalableapi.auth.revocation;

import java.util.List;

/** What a {@link RevocationStore} has to tell a reader that comes back. Immutable. */
public sealed interface RevocationDelta {
    /**
     * What was added after the reader's position, in the order in which it was added.
     *
     * @param revocations may hold some that the reader knows
     * @param cursor the position after them
     * @param isLast whether the reader knows everything now
     */
    record Page(List<Revocation> revocations, String cursor, boolean isLast) implements RevocationDelta {
        /**
         * Copies the list.
         *
         * @param revocations may hold some that the reader knows
         * @param cursor the position after them
         * @param isLast whether the reader knows everything now
         */
        public Page {
            revocations = List.copyOf(revocations);
        }
    }

    /**
     * The store no longer knows the reader's position, as after a failover that lost writes, or when it was emptied: read
     * it from {@link RevocationStore#START}. What the reader knows remains true.
     */
    record PositionLost() implements RevocationDelta {}
}
