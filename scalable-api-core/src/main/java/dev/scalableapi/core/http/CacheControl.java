package dev.scalableapi.core.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What caches may do with a response: the value of {@code Cache-Control} (RFC 9111 section 5.2.2, RFC 5861, RFC 8246).
 * Its builder refuses directives that contradict one another. Immutable.
 */
public final class CacheControl {
    private static final CacheControl NO_STORE = new CacheControl("no-store");

    private final String value;

    private CacheControl(String value) {
        this.value = value;
    }

    /** Who may keep a response. */
    public enum Scope {
        /** The client alone: for what was made for one caller. */
        PRIVATE,
        /** Shared caches too, even for a request with {@code Authorization}. */
        PUBLIC
    }

    /** {@return the value that keeps a response, such as one with a token, out of every cache} */
    public static CacheControl noStore() {
        return NO_STORE;
    }

    /**
     * {@return a builder}
     *
     * @param scope who may keep the response
     */
    public static Builder builder(Scope scope) {
        return new Builder(scope);
    }

    /** {@return the field value} */
    @Override
    public String toString() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CacheControl that && that.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** Whether these fields have a directive, with an argument or without. */
    static boolean has(Headers headers, String directive) {
        Optional<String> field = headers.combined("Cache-Control");
        return field.isPresent() && FieldCursor.listHas(field.get(), directive);
    }

    /** Collects directives. Not thread-safe. */
    public static final class Builder {
        private final Scope scope;
        private final List<String> directives = new ArrayList<>();
        private boolean storedForAWhile;
        private boolean validatedAlways;
        private boolean servedStale;
        private boolean neverStale;

        private Builder(Scope scope) {
            this.scope = scope;
            directives.add(scope.name().toLowerCase(Locale.ROOT));
        }

        /**
         * Lets caches answer by themselves for so long.
         *
         * @param duration cut to the second
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxAge(Duration duration) {
            storedForAWhile = true;
            return add("max-age", duration);
        }

        /**
         * The same for shared caches, in place of {@link #maxAge}.
         *
         * @param duration cut to the second
         * @return this
         * @throws IllegalArgumentException if it is negative, or the scope is private
         */
        public Builder sharedMaxAge(Duration duration) {
            if (scope == Scope.PRIVATE) {
                throw new IllegalArgumentException("s-maxage contradicts private");
            }
            storedForAWhile = true;
            return add("s-maxage", duration);
        }

        /**
         * Lets caches answer only after they asked whether their copy is still good.
         *
         * @return this
         */
        public Builder noCache() {
            validatedAlways = true;
            return add("no-cache");
        }

        /**
         * Forbids a stale answer even when the server cannot be reached.
         *
         * @return this
         */
        public Builder mustRevalidate() {
            neverStale = true;
            return add("must-revalidate");
        }

        /**
         * Tells clients that the response never changes while it is fresh.
         *
         * @return this
         */
        public Builder immutable() {
            return add("immutable");
        }

        /**
         * Lets caches answer with a stale copy while they fetch a new one.
         *
         * @param duration for how long after {@code max-age}, cut to the second
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder staleWhileRevalidate(Duration duration) {
            servedStale = true;
            return add("stale-while-revalidate", duration);
        }

        /**
         * Lets caches answer with a stale copy when the server fails.
         *
         * @param duration for how long after {@code max-age}, cut to the second
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder staleIfError(Duration duration) {
            servedStale = true;
            return add("stale-if-error", duration);
        }

        /**
         * Forbids changes of the content on the way, compression among them.
         *
         * @return this
         */
        public Builder noTransform() {
            return add("no-transform");
        }

        private Builder add(String name, Duration duration) {
            if (duration.isNegative()) {
                throw new IllegalArgumentException(name + " must not be negative");
            }
            return add(name + "=" + duration.toSeconds());
        }

        private Builder add(String directive) {
            directives.add(directive);
            return this;
        }

        /**
         * {@return the value}
         *
         * @throws IllegalArgumentException if a directive is there twice, or two contradict one another: {@code no-cache}
         *     and a time or {@code immutable}; {@code must-revalidate} or {@code no-cache} and a stale answer;
         *     {@code immutable} or a stale answer without a time
         */
        public CacheControl build() {
            boolean immutable = directives.contains("immutable");
            refuse(validatedAlways && (storedForAWhile || immutable), "no-cache contradicts a time and immutable");
            refuse(
                    servedStale && (neverStale || validatedAlways),
                    "must-revalidate and no-cache allow no stale answer");
            refuse((immutable || servedStale) && !storedForAWhile, "immutable and stale answers want max-age");
            refuse(
                    directives.stream().map(Builder::name).distinct().count() < directives.size(),
                    "A directive of Cache-Control is there twice");
            return new CacheControl(String.join(", ", directives));
        }

        private static String name(String directive) {
            int equals = directive.indexOf('=');
            return equals < 0 ? directive : directive.substring(0, equals);
        }

        private static void refuse(boolean contradiction, String message) {
            if (contradiction) {
                throw new IllegalArgumentException(message);
            }
        }
    }
}
