package dev.scalableapi.errors;

import dev.scalableapi.core.http.MediaType;
import java.util.List;
import java.util.Optional;

/** The formats of an error's body. */
public enum ErrorFormat {
    /** {@code {"error":{"code":...,"message":...}}}, the default. */
    ENVELOPE("application/json"),
    /** Problem details (RFC 9457), for clients that ask for them. */
    PROBLEM("application/problem+json");

    private static final List<MediaType> OFFERS = List.of(MediaType.JSON, MediaType.PROBLEM_JSON);

    private final String mediaType;

    ErrorFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** {@return the value of {@code Content-Type}} */
    public String mediaType() {
        return mediaType;
    }

    /**
     * {@return the format that a client prefers} The problem, if its weight is the higher one; else the envelope, also
     * where the client accepts neither or the field is malformed: an error is never empty.
     *
     * @param accept the combined values of {@code Accept}
     */
    public static ErrorFormat preferred(Optional<String> accept) {
        return MediaType.preferred(accept, OFFERS)
                        .filter(MediaType.PROBLEM_JSON::equals)
                        .isPresent()
                ? PROBLEM
                : ENVELOPE;
    }
}
