package dev.scalableapi.redis;

/** What all stores ask of the names that they are created with. */
final class RedisNames {
    private static final int LONGEST_NAMESPACE = 64;

    private RedisNames() {}

    static String requireNamespace(String text) {
        if (text.isEmpty() || text.length() > LONGEST_NAMESPACE || !text.chars().allMatch(RedisNames::isName)) {
            throw new IllegalArgumentException(
                    "A namespace must be 1 to 64 letters, digits, dots, dashes and underscores");
        }
        return text;
    }

    private static boolean isName(int c) {
        return c < 128 && (Character.isLetterOrDigit(c) || "._-".indexOf(c) >= 0);
    }
}
