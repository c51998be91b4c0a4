package dev.scalableapi.cache;

import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.internal.AsciiDigits;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code Cache-Control} says (RFC 9111 section 5.2), read so that whatever is doubtful forbids more: a field that
 * cannot be read is {@code no-store}, a time that is malformed or there twice with two values is zero, and
 * {@code no-cache} and {@code private} count for all of a response though they may name fields. Immutable.
 */
final class Directives {
    private static final String CONTRADICTION = "?";
    /** What RFC 9111 section 1.2.2 lets a greater number be taken for. */
    private static final long MOST_SECONDS = 1L << 31;

    private final Map<String, String> arguments;

    private Directives(Map<String, String> arguments) {
        this.arguments = arguments;
    }

    static Directives of(Headers headers) {
        return FieldList.members(headers, "Cache-Control")
                .map(Directives::read)
                .orElseGet(() -> new Directives(Map.of("no-store", "")));
    }

    private static Directives read(List<String> members) {
        Map<String, String> arguments = new HashMap<>();
        for (String member : members) {
            int equals = member.indexOf('=');
            String name = equals < 0 ? member : member.substring(0, equals);
            String argument =
                    equals < 0 ? "" : unquoted(member.substring(equals + 1).strip());
            arguments.merge(name.strip().toLowerCase(Locale.ROOT), argument, (a, b) -> a.equals(b) ? a : CONTRADICTION);
        }
        return new Directives(arguments);
    }

    private static String unquoted(String argument) {
        boolean quoted = argument.length() > 1 && argument.startsWith("\"") && argument.endsWith("\"");
        return quoted ? argument.substring(1, argument.length() - 1) : argument;
    }

    boolean has(String name) {
        return arguments.containsKey(name);
    }

    Optional<Duration> seconds(String name) {
        return Optional.ofNullable(arguments.get(name))
                .map(argument -> deltaSeconds(argument).orElse(Duration.ZERO));
    }

    /** A number of seconds (RFC 9111 section 1.2.2); empty if it is malformed. */
    static Optional<Duration> deltaSeconds(String text) {
        if (!AsciiDigits.isAllDigits(text)) {
            return Optional.empty();
        }
        boolean beyond = text.length() > 10;
        return Optional.of(Duration.ofSeconds(beyond ? MOST_SECONDS : Math.min(MOST_SECONDS, Long.parseLong(text))));
    }
}
