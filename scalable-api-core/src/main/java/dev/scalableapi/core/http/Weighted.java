package dev.scalableapi.core.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A member of a negotiation field, {@code Accept} or {@code Accept-Encoding}: its name, its parameters and its weight
 * in thousandths (RFC 9110 section 12.4.2). Names are in lower case.
 */
record Weighted(String name, Map<String, String> parameters, int weight) {
    static final int FULL = 1000;

    /** Maximum number of members of a list: no client sends more, and each costs a comparison with each offer. */
    static final int MAX_MEMBERS = 64;

    /** The members of a list in order, without malformed ones; empty if the list has more than 64 members. */
    static List<Weighted> list(String field) {
        List<Weighted> members = new ArrayList<>(4);
        FieldCursor cursor = new FieldCursor(field);
        for (int seen = 0; !cursor.atEnd() && seen < MAX_MEMBERS; seen++) {
            cursor.skipWhitespace();
            Weighted member = read(cursor);
            if (member != null && (cursor.atEnd() || cursor.peek() == ',')) {
                members.add(member);
            }
            cursor.skipMember();
            cursor.take(',');
        }
        return cursor.atEnd() ? members : List.of();
    }

    /**
     * One or two tokens with a slash between them, and the parameters. Parameters after {@code q} are ignored (the
     * extensions of RFC 7231 section 5.3.2), and so are parameters without a value.
     */
    private static @Nullable Weighted read(FieldCursor cursor) {
        String name = name(cursor);
        Map<String, String> parameters = name.isEmpty() ? null : parameters(cursor, true);
        if (parameters == null) {
            return null;
        }
        Map<String, String> own = new LinkedHashMap<>();
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            if (parameter.getKey().equals("q")) {
                int weight =
                        weight(parameter.getValue(), 0, parameter.getValue().length());
                return weight < 0 ? null : new Weighted(name, own, weight);
            }
            own.put(parameter.getKey(), parameter.getValue());
        }
        return new Weighted(name, own, FULL);
    }

    static String name(FieldCursor cursor) {
        String name = cursor.token();
        if (!name.isEmpty() && cursor.take('/')) {
            String second = cursor.token();
            name = second.isEmpty() ? "" : name + "/" + second;
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /** The parameters (RFC 9110 section 5.6.6); null if one is malformed or is given twice. */
    static @Nullable Map<String, String> parameters(FieldCursor cursor) {
        return parameters(cursor, false);
    }

    private static @Nullable Map<String, String> parameters(FieldCursor cursor, boolean valueIsOptional) {
        Map<String, String> parameters = new LinkedHashMap<>();
        cursor.skipWhitespace();
        while (cursor.take(';')) {
            cursor.skipWhitespace();
            String name = cursor.token().toLowerCase(Locale.ROOT);
            boolean isIgnored = name.isEmpty() || (valueIsOptional && cursor.peek() != '=' && !name.equals("q"));
            if (!isIgnored) {
                String value = cursor.take('=') ? cursor.tokenOrQuoted() : null;
                if (value == null || parameters.putIfAbsent(name, value) != null) {
                    return null;
                }
            }
            cursor.skipWhitespace();
        }
        return parameters;
    }

    /**
     * What the parameters at the cursor say of the weight, without objects for them; -1 where one is malformed, or the
     * weight is given twice.
     */
    static int weight(FieldCursor cursor, String field) {
        int weight = -1;
        cursor.skipWhitespace();
        while (cursor.take(';')) {
            cursor.skipWhitespace();
            int start = cursor.position();
            cursor.skipToken();
            int end = cursor.position();
            if (end > start && !(cursor.take('=') && cursor.skipTokenOrQuoted())) {
                return -1;
            }
            if (end == start + 1 && (field.charAt(start) | 0x20) == 'q') {
                int given = unquoted(field, end + 1, cursor.position());
                if (given < 0 || weight >= 0) {
                    return -1;
                }
                weight = given;
            }
            cursor.skipWhitespace();
        }
        return weight < 0 ? FULL : weight;
    }

    private static int unquoted(String field, int start, int end) {
        return field.charAt(start) == '"' ? weight(field, start + 1, end - 1) : weight(field, start, end);
    }

    /** Thousandths, or -1 if the text is no {@code qvalue}. The zero before the point may be missing, as in {@code .2}. */
    private static int weight(String text, int start, int end) {
        boolean beginsWithPoint = end - start > 1 && text.charAt(start) == '.';
        int fraction = beginsWithPoint ? start + 1 : start + 2;
        boolean hasPoint = beginsWithPoint || end - start < 2 || text.charAt(start + 1) == '.';
        if (start == end || !hasPoint || end - fraction > 3) {
            return -1;
        }
        int weight = beginsWithPoint ? 0 : digit(text.charAt(start)) * FULL;
        for (int i = fraction, unit = 100; weight >= 0 && i < end; i++, unit /= 10) {
            int digit = digit(text.charAt(i));
            weight = digit < 0 ? -1 : weight + digit * unit;
        }
        return weight > FULL ? -1 : weight;
    }

    private static int digit(char c) {
        return c >= '0' && c <= '9' ? c - '0' : -1;
    }
}
