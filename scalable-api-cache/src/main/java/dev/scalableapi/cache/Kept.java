package dev.scalableapi.cache;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** What a response cache keeps under a key. Immutable. */
sealed interface Kept {
    /**
     * A response.
     *
     * @param response status, fields and content in memory
     * @param received when it was stored, by the clock of the process that did
     * @param age how old it was then
     */
    record Answer(ApiResponse response, Instant received, Duration age) implements Kept {
        /** Whole seconds (RFC 9111 section 5.1); the clocks of two processes may differ. */
        long age(Instant now) {
            return Math.max(0, Duration.between(received, now).plus(age).toSeconds());
        }

        int weight() {
            int[] weight = {64 + (int) response.body().length()};
            Headers headers = response.headers();
            headers.forEach((name, value) -> weight[0] += 2 * Integer.BYTES + name.length() + value.length());
            return weight[0];
        }
    }

    /**
     * That the response depends on more of the request, by which to look for it again.
     *
     * @param names as {@link ResponseKey#of} takes them
     */
    record Varying(Set<String> names) implements Kept {
        /** Copies the names. */
        public Varying {
            names = Set.copyOf(names);
        }
    }

    /** About how many bytes it takes in memory. */
    default int size() {
        return this instanceof Answer answer ? answer.weight() : 256;
    }
}
