package dev.scalableapi.core.page;

/**
 * How many items a page holds. Immutable.
 *
 * @param standard when the client does not say
 * @param maximum at the most; a client that asks for more gets this many
 */
public record PageLimits(int standard, int maximum) {
    /**
     * Checks both.
     *
     * @param standard when the client does not say
     * @param maximum at the most
     * @throws IllegalArgumentException unless 1 &lt;= standard &lt;= maximum
     */
    public PageLimits {
        if (standard < 1 || maximum < standard) {
            throw new IllegalArgumentException(
                    "Page limits must satisfy 1 <= standard <= maximum: " + standard + ", " + maximum);
        }
    }

    /** {@return 20 items unless the client says otherwise, 100 at the most} */
    public static PageLimits create() {
        return new PageLimits(20, 100);
    }
}
