package dev.scalableapi.errors;

import dev.scalableapi.core.http.Violation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes JSON in UTF-8, in one pass. A lone surrogate, which UTF-8 cannot encode, becomes a question mark. Not thread-safe.
 */
final class JsonWriter {
    private static final String HEX = "0123456789ABCDEF";

    private byte[] buffer = new byte[512];
    private int length;

    /** Begins an object or an array, by its brace or bracket. */
    JsonWriter begin(char opening) {
        return put(opening);
    }

    JsonWriter end(char closing) {
        return put(closing);
    }

    /** Where something stands before it, a comma comes between. */
    JsonWriter name(String name) {
        separate('{');
        text(name);
        return put(':');
    }

    JsonWriter member(String name, Object value) {
        return name(name).value(value);
    }

    /** Writes a value of an extension member, which has been checked. */
    JsonWriter value(Object value) {
        if (value instanceof String text) {
            return text(text);
        }
        if (value instanceof Violation violation) {
            return violation(violation);
        }
        if (value instanceof List<?> list) {
            begin('[');
            for (Object element : list) {
                separate('[');
                value(element);
            }
            return end(']');
        }
        if (value instanceof Map<?, ?> map) {
            begin('{');
            map.forEach((name, member) -> member((String) name, member));
            return end('}');
        }
        return ascii(value.toString()); // a number or a boolean
    }

    private JsonWriter violation(Violation violation) {
        begin('{').name("location").text(location(violation));
        name(violation.location() == Violation.Location.BODY ? "pointer" : "parameter")
                .text(violation.name());
        name("message").text(violation.message());
        if (violation.key() != null) {
            name("key").text(violation.key());
        }
        if (!violation.parameters().isEmpty()) {
            member("parameters", violation.parameters());
        }
        return end('}');
    }

    private static String location(Violation violation) {
        return switch (violation.location()) {
            case BODY -> "body";
            case QUERY -> "query";
            case HEADER -> "header";
            case PATH -> "path";
        };
    }

    /** Writes what is JSON already, and ASCII. */
    JsonWriter ascii(String json) {
        for (int i = 0; i < json.length(); i++) {
            put(json.charAt(i));
        }
        return this;
    }

    private void separate(char opening) {
        if (buffer[length - 1] != opening) {
            put(',');
        }
    }

    private JsonWriter text(String text) {
        put('"');
        int plain = plain(text);
        if (plain < text.length()) {
            escaped(text, plain);
        }
        return put('"');
    }

    /** Copies the characters before the first that is not as it stands: nearly always all. */
    private int plain(String text) {
        reserve(text.length());
        byte[] bytes = buffer;
        int start = length;
        int i = 0;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                break;
            }
            bytes[start + i] = (byte) c;
        }
        length = start + i;
        return i;
    }

    private void escaped(String text, int from) {
        for (byte b : text.substring(from).getBytes(StandardCharsets.UTF_8)) {
            switch (b) {
                case '"', '\\' -> put('\\').put((char) b);
                case '\b' -> ascii("\\b");
                case '\t' -> ascii("\\t");
                case '\n' -> ascii("\\n");
                case '\f' -> ascii("\\f");
                case '\r' -> ascii("\\r");
                default -> {
                    if (b >= 0 && b < ' ') {
                        ascii("\\u00").put(HEX.charAt(b >> 4)).put(HEX.charAt(b & 15));
                    } else {
                        put((char) b);
                    }
                }
            }
        }
    }

    private JsonWriter put(char ascii) {
        reserve(1);
        buffer[length++] = (byte) ascii;
        return this;
    }

    private void reserve(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + more));
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(buffer, length);
    }

    @Override
    public String toString() {
        return new String(buffer, 0, length, StandardCharsets.UTF_8);
    }
}
