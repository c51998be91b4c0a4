package dev.scalableapi.core.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What a client would like, and the server may ignore: the {@code Prefer} field (RFC 7240). Immutable.
 *
 * <p>A malformed member is left out, and of members of one name the first counts. Where the answer depends on a preference,
 * name {@code Prefer} in {@code Vary}.
 */
public final class Prefer {
    private static final int MAX_MEMBERS = 64;
    /** Of a time to wait, in seconds: what is longer counts as this (RFC 9111 section 1.2.2). */
    private static final long MAX_WAIT = 1L << 31;

    private final Map<String, String> preferences;

    private Prefer(Map<String, String> preferences) {
        this.preferences = preferences;
    }

    /**
     * A preference that the RFC registers and that has no further value to it.
     *
     * <p>That of a time is {@link Prefer#waitTime()}.
     */
    public enum Preference {
        /** An answer at once, 202, rather than one that takes long (section 4.1). */
        RESPOND_ASYNC("respond-async", ""),
        /** Only what is needed of the answer (section 4.2). */
        RETURN_MINIMAL("return", "minimal"),
        /** The state of the resource after a write (section 4.2). */
        RETURN_REPRESENTATION("return", "representation"),
        /** A refusal where the request has faults (section 4.4). */
        HANDLING_STRICT("handling", "strict"),
        /** The best that can be made of a request with faults (section 4.4). */
        HANDLING_LENIENT("handling", "lenient");

        private final String name;
        private final String value;

        Preference(String name, String value) {
            this.name = name;
            this.value = value;
        }

        /** {@return as it stands in a field} */
        @Override
        public String toString() {
            return value.isEmpty() ? name : name + "=" + value;
        }
    }

    /**
     * {@return the preferences that a request states}
     *
     * @param headers of the request
     */
    public static Prefer of(Headers headers) {
        Map<String, String> preferences = new LinkedHashMap<>();
        headers.combined("Prefer").ifPresent(field -> read(field, preferences));
        return new Prefer(preferences);
    }

    private static void read(String field, Map<String, String> preferences) {
        FieldCursor cursor = new FieldCursor(field);
        for (int seen = 0; !cursor.atEnd() && seen < MAX_MEMBERS; seen++) {
            cursor.skipWhitespace();
            String name = cursor.token().toLowerCase(Locale.ROOT);
            String value = name.isEmpty() ? null : value(cursor);
            if (value != null && skipParameters(cursor) && (cursor.atEnd() || cursor.peek() == ',')) {
                preferences.putIfAbsent(name, value);
            }
            cursor.skipMember();
            cursor.take(',');
        }
    }

    /** Without a value it is the empty one (section 2); null where it is malformed. */
    private static @Nullable String value(FieldCursor cursor) {
        cursor.skipWhitespace();
        if (!cursor.take('=')) {
            return "";
        }
        cursor.skipWhitespace();
        return cursor.tokenOrQuoted();
    }

    /** Whether they are well-formed: unlike those of other fields, they need no value (section 2). None is put to use. */
    private static boolean skipParameters(FieldCursor cursor) {
        cursor.skipWhitespace();
        while (cursor.take(';')) {
            cursor.skipWhitespace();
            boolean named = !cursor.token().isEmpty();
            cursor.skipWhitespace();
            if (cursor.take('=')) {
                cursor.skipWhitespace();
                if (!named || !cursor.skipTokenOrQuoted()) {
                    return false;
                }
                cursor.skipWhitespace();
            }
        }
        return true;
    }

    /**
     * {@return whether the client has this preference}
     *
     * @param preference which one
     */
    public boolean asksFor(Preference preference) {
        return preference.value.equalsIgnoreCase(preferences.get(preference.name));
    }

    /**
     * {@return how long the client would wait for the answer at the most, in whole seconds (section 4.3)} Any client can ask
     * for years: take it as no more than what the server allows by itself.
     */
    public Optional<Duration> waitTime() {
        return Optional.ofNullable(preferences.get("wait"))
                .filter(HttpGrammar::isDigits)
                .map(Prefer::seconds);
    }

    private static Duration seconds(String digits) {
        long seconds = 0;
        for (int i = 0; i < digits.length() && seconds < MAX_WAIT; i++) {
            seconds = 10 * seconds + digits.charAt(i) - '0';
        }
        return Duration.ofSeconds(Math.min(seconds, MAX_WAIT));
    }

    /**
     * {@return the response, which tells in {@code Preference-Applied} (section 3) what was honoured, beside what it tells
     * already}
     *
     * @param response the answer
     * @param honoured which preferences; none changes nothing
     */
    public static ApiResponse applied(ApiResponse response, Preference... honoured) {
        if (honoured.length == 0) {
            return response;
        }
        StringJoiner list = new StringJoiner(", ");
        for (Preference each : honoured) {
            list.add(each.toString());
        }
        return response.withAddedHeader("Preference-Applied", list.toString());
    }

    /** {@return the names only: a client writes the values} */
    @Override
    public String toString() {
        return "Prefer" + preferences.keySet();
    }
}
