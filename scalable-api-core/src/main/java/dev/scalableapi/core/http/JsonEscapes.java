package dev.scalableapi.core.http;

/** The escapes in a JSON text (RFC 8259 section 7), which stands as UTF-8. */
final class JsonEscapes {
    private static final int LENGTH = "\\u0000".length();

    private JsonEscapes() {}

    /** Whether each escaped surrogate is half of a pair. */
    static boolean spellWholeCharacters(byte[] json) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\\') {
                int unit = codeUnit(json, i);
                boolean pair = isHigh(unit) && isLow(codeUnit(json, i + LENGTH));
                if (!pair && (isHigh(unit) || isLow(unit))) {
                    return false;
                }
                i += pair ? 2 * LENGTH - 1 : 1;
            }
        }
        return true;
    }

    /** What is escaped there; -1 where that is no code unit. */
    private static int codeUnit(byte[] json, int at) {
        if (at + LENGTH > json.length || json[at] != '\\' || json[at + 1] != 'u') {
            return -1;
        }
        int unit = 0;
        for (int i = at + 2; i < at + LENGTH && unit >= 0; i++) {
            int digit = HttpGrammar.hex((char) json[i]);
            unit = digit < 0 ? -1 : unit << 4 | digit;
        }
        return unit;
    }

    private static boolean isHigh(int unit) {
        return unit >= Character.MIN_HIGH_SURROGATE && unit <= Character.MAX_HIGH_SURROGATE;
    }

    private static boolean isLow(int unit) {
        return unit >= Character.MIN_LOW_SURROGATE && unit <= Character.MAX_LOW_SURROGATE;
    }
}
