package dev.scalableapi.errors;

import dev.scalableapi.core.http.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The formats of an error's body. */
public enum ErrorFormat {
    /** {@code {"error":{"code":...,"message":...}}}. */
    ENVELOPE("application/json"),
    /** Problem details (RFC 9457). */
    PROBLEM("application/problem+json");

    private static final List<MediaType> ENVELOPE_FIRST = List.of(MediaType.JSON, MediaType.PROBLEM_JSON);
    private static final List<MediaType> PROBLEM_FIRST = List.of(MediaType.PROBLEM_JSON, MediaType.JSON);

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
     * The format for a client if this is the default. A client sends {@code application/json} for the resources, without
     * thinking of errors; so it asks for envelopes only if it also names {@code application/problem+json}.
     */
    ErrorFormat orPreferred(Optional<String> accept) {
        if (this == ENVELOPE) {
            return prefers(MediaType.PROBLEM_JSON, accept, ENVELOPE_FIRST) ? PROBLEM : ENVELOPE;
        }
        boolean isEnvelope = prefers(MediaType.JSON, accept, PROBLEM_FIRST)
                && accept.orElse("").toLowerCase(Locale.ROOT).contains(PROBLEM.mediaType);
        return isEnvelope ? ENVELOPE : PROBLEM;
    }

    private static boolean prefers(MediaType type, Optional<String> accept, List<MediaType> offers) {
        return MediaType.preferred(accept, offers).filter(type::equals).isPresent();
    }
}
