package dev.scalableapi.errors;

import dev.scalableapi.core.http.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The formats of an error's body. */
public enum ErrorFormat {
    /** {@code {"error":{"code":...,"message":...}}}. */
    ENVELOPE("application/json"),
    /** Problem details (RFC 9457). */
    PROBLEM("application/problem+json");

    private static final MediaType ENVELOPE_OFFER = inUtf8(MediaType.JSON);
    private static final MediaType PROBLEM_OFFER = inUtf8(MediaType.PROBLEM_JSON);
    private static final List<MediaType> ENVELOPE_FIRST = List.of(ENVELOPE_OFFER, PROBLEM_OFFER);
    private static final List<MediaType> PROBLEM_FIRST = List.of(PROBLEM_OFFER, ENVELOPE_OFFER);

    private final String mediaType;

    ErrorFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** {@return the value of {@code Content-Type}} */
    public String mediaType() {
        return mediaType;
    }

    /**
     * {@return the format that a client prefers, if the envelope is the default} It is the problem if that has the higher
     * weight. It is the envelope also if the client accepts neither, or the field is malformed: an error is never empty.
     *
     * @param accept the combined values of {@code Accept}
     */
    public static ErrorFormat preferred(Optional<String> accept) {
        return ENVELOPE.orPreferred(accept);
    }

    /**
     * The format for a client if this is the default. {@code application/json} is the type of the resources, which a client
     * asks for without thinking of errors; so it is a wish for envelopes only beside {@code application/problem+json}.
     */
    ErrorFormat orPreferred(Optional<String> accept) {
        if (this == ENVELOPE) {
            return MediaType.preferred(accept, ENVELOPE_FIRST)
                            .filter(PROBLEM_OFFER::equals)
                            .isPresent()
                    ? PROBLEM
                    : ENVELOPE;
        }
        boolean isEnvelope = MediaType.preferred(accept, PROBLEM_FIRST)
                        .filter(ENVELOPE_OFFER::equals)
                        .isPresent()
                && accept.orElse("").toLowerCase(Locale.ROOT).contains(PROBLEM.mediaType);
        return isEnvelope ? ENVELOPE : PROBLEM;
    }

    /** A range with a charset includes an offer that names the charset. */
    private static MediaType inUtf8(MediaType type) {
        return new MediaType(type.type(), type.subtype(), Map.of("charset", "utf-8"));
    }
}
