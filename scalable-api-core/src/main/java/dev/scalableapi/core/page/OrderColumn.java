package dev.scalableapi.core.page;

/** A column in the direction in which it is read. */
record OrderColumn(String name, Direction direction, Nulls nulls) {
    static OrderColumn of(SortTerm<?> term) {
        return new OrderColumn(
                term.column().name(), term.direction(), term.column().nulls());
    }

    OrderColumn reversed() {
        return new OrderColumn(name, direction.reversed(), nulls.reversed());
    }

    boolean hasNulls() {
        return nulls != Nulls.NONE;
    }

    /** What is true of a value further on. */
    String operator() {
        return direction == Direction.ASCENDING ? ">" : "<";
    }
}
