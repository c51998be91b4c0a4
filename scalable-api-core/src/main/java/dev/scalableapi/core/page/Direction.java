package dev.scalableapi.core.page;

/** Which end of a column's values comes first. */
public enum Direction {
    /** The smallest first. */
    ASCENDING,
    /** The largest first. */
    DESCENDING;

    Direction reversed() {
        return this == ASCENDING ? DESCENDING : ASCENDING;
    }
}
