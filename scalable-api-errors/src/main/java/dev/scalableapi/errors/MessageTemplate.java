package dev.scalableapi.errors;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A text with parameters, such as {@code from {min} to {max}}. A brace that does not begin the name of a parameter is a brace.
 * Immutable.
 */
final class MessageTemplate {
    /** A text, a name, a text, a name and so on, ending with a text. */
    private final List<String> parts;

    private MessageTemplate(List<String> parts) {
        this.parts = List.copyOf(parts);
    }

    static MessageTemplate of(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', open + 1)) {
            int close = text.indexOf('}', open);
            if (close > open && isName(text.substring(open + 1, close))) {
                parts.add(text.substring(start, open));
                parts.add(text.substring(open + 1, close));
                start = close + 1;
            }
        }
        parts.add(text.substring(start));
        return new MessageTemplate(parts);
    }

    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!isLetter && (i == 0 || ((c < '0' || c > '9') && c != '_'))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The text with the values of its parameters; null if one is missing. */
    @Nullable String fill(Function<String, @Nullable Object> parameters) {
        StringBuilder text = new StringBuilder(parts.get(0));
        for (int i = 1; i < parts.size(); i += 2) {
            Object value = parameters.apply(parts.get(i));
            if (value == null) {
                return null;
            }
            text.append(shown(value)).append(parts.get(i + 1));
        }
        return text.toString();
    }

    /** Numbers as in JSON, in every language; the elements of a list after commas. */
    private static String shown(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : value.toString();
    }
}
