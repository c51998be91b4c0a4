package dev.scalableapi.core.internal;

/** Names that may stand in SQL as they are. */
public final class SqlNames {
    /** What PostgreSQL keeps of a name. */
    private static final int MAX_NAME = 63;

    private SqlNames() {}

    /**
     * Refuses what is not a column.
     *
     * @param name {@code column} or {@code alias.column}, of ASCII letters, digits and underscores
     * @throws IllegalArgumentException if the name is anything else
     */
    public static void requireColumn(String name) {
        int dot = name.indexOf('.');
        boolean plain = dot < 0
                ? isIdentifier(name)
                : isIdentifier(name.substring(0, dot)) && isIdentifier(name.substring(dot + 1));
        if (!plain) {
            throw new IllegalArgumentException("A column must be a plain identifier, or one with an alias: " + name);
        }
    }

    private static boolean isIdentifier(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_NAME
                && !isDigit(text.charAt(0))
                && text.chars()
                        .allMatch(c -> isDigit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
