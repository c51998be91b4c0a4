package dev.scalableapi.core.page;

/** The byte before a value in a cursor. */
final class ValueKind {
    static final int NULL = 0;
    static final int TEXT = 1;
    static final int INTEGER = 2;
    static final int DECIMAL = 3;
    static final int FALSE = 4;
    static final int TRUE = 5;
    static final int INSTANT = 6;
    static final int UUID = 7;
    static final int FLOATING_POINT = 8;
    static final int DATE = 9;

    private ValueKind() {}
}
