package dev.scalableapi.core.page;

/** The names that a developer gives to what clients write: none needs escaping, in a query or in a list. */
final class ParameterName {
    private ParameterName() {}

    /** Returns if it is one. */
    static void check(String name) {
        boolean plain = !name.isEmpty()
                && isLetter(name.charAt(0))
                && name.chars().allMatch(c -> isLetter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.');
        if (!plain) {
            throw new IllegalArgumentException(
                    "A name must have ASCII letters, digits, dots and underscores, a letter first: " + name);
        }
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
