package dev.scalableapi.core.page;

import dev.scalableapi.core.http.QueryParameters;
import java.util.Map;

/**
 * How many items a page holds, and how far into a list a page may lie. Immutable.
 *
 * @param standard how many items when the client does not say
 * @param maximum how many at the most, below the largest int; a client that asks for more gets this many
 * @param maximumOffset how many items may stand before a page, from 0: a database reads them all to leave them out, and
 *     the client decides how many. Lists that are longer are read to their end by {@link CursorRequest}
 */
public record PageLimits(int standard, int maximum, long maximumOffset) {
    /**
     * To leave out a million index entries takes PostgreSQL some 0.3 s (see docs/benchmarks.md): as much as one request may
     * cost. No person turns so many pages.
     */
    private static final long STANDARD_OFFSET = 1_000_000;

    /**
     * Checks all.
     *
     * @param standard how many items when the client does not say
     * @param maximum how many at the most
     * @param maximumOffset how many items may stand before a page
     * @throws IllegalArgumentException unless 1 &lt;= standard &lt;= maximum and 0 &lt;= maximumOffset, or if the maximum
     *     leaves no room for one row more
     */
    public PageLimits {
        if (standard < 1 || maximum < standard || maximum == Integer.MAX_VALUE || maximumOffset < 0) {
            throw new IllegalArgumentException(
                    "Page limits must satisfy 1 <= standard <= maximum < 2147483647 and 0 <= offset: " + standard + ", "
                            + maximum + ", " + maximumOffset);
        }
    }

    /**
     * Sets the usual maximum of a million items before a page.
     *
     * @param standard how many items when the client does not say
     * @param maximum how many at the most
     * @throws IllegalArgumentException unless 1 &lt;= standard &lt;= maximum, or if the maximum leaves no room for one row
     *     more
     */
    public PageLimits(int standard, int maximum) {
        this(standard, maximum, STANDARD_OFFSET);
    }

    /** {@return 20 items unless the client says otherwise, 100 at the most, and up to a million before them} */
    public static PageLimits create() {
        return new PageLimits(20, 100);
    }

    /** How many items the client gets. */
    int limit(QueryParameters query) {
        return query.single(LinkTarget.LIMIT).map(this::limit).orElse(standard);
    }

    private int limit(String text) {
        if (!PositiveInteger.isSpelledBy(text)) {
            throw Refusal.of(
                    LinkTarget.LIMIT,
                    "The parameter limit must be an integer from 1.",
                    "limit.range",
                    Map.of("min", 1));
        }
        return (int) Math.min(PositiveInteger.parse(text), maximum);
    }
}
