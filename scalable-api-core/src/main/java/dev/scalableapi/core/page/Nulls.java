package dev.scalableapi.core.page;

/** Where an order puts the rows that have no value, whichever way it runs. */
public enum Nulls {
    /** There are no such rows: the column is NOT NULL. */
    NONE,
    /** Before all others. */
    FIRST,
    /** After all others. */
    LAST;

    Nulls reversed() {
        return switch (this) {
            case NONE -> NONE;
            case FIRST -> LAST;
            case LAST -> FIRST;
        };
    }
}
