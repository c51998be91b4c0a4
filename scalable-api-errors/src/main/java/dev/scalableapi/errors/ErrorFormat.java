package dev.scalableapi.errors;

import java.util.Optional;

/** The formats of an error's body. */
public enum ErrorFormat {
    /** {@code {"error":{"code":...,"message":...}}}, the default. */
    ENVELOPE("application/json"),
    /** Problem details (RFC 9457), for clients that ask for them. */
    PROBLEM("application/problem+json");

    private final String mediaType;

    ErrorFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** {@return the value of {@code Content-Type}} */
    public String mediaType() {
        return mediaType;
    }

    /**
     * {@return the format that a client prefers} That is the one with the higher weight (RFC 9110 section 12.4.2); of
     * equal weights, the one that is named over the one that is only matched by a wildcard; else the envelope. It is
     * the envelope also where the client accepts neither or the field is malformed: an error is never empty.
     *
     * @param accept the combined values of {@code Accept}
     */
    public static ErrorFormat preferred(Optional<String> accept) {
        return accept.map(AcceptField::parse)
                .filter(field -> field.weigh(PROBLEM.mediaType).compareTo(field.weigh(ENVELOPE.mediaType)) > 0)
                .map(field -> PROBLEM)
                .orElse(ENVELOPE);
    }
}
