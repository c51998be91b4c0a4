package dev.scalableapi.core.http;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What tells the present state of a representation from others (RFC 9110 section 8.8). Immutable.
 *
 * @param entityTag its tag, the better validator
 * @param lastModified when it last changed; HTTP sees the whole seconds only
 */
public record Validators(Optional<EntityTag> entityTag, Optional<Instant> lastModified) {
    /**
     * Checks that neither is null.
     *
     * @param entityTag its tag
     * @param lastModified when it last changed
     */
    public Validators {
        Objects.requireNonNull(entityTag, "entityTag");
        Objects.requireNonNull(lastModified, "lastModified");
    }

    /**
     * {@return validators of a tag alone}
     *
     * @param tag of the present state
     */
    public static Validators of(EntityTag tag) {
        return new Validators(Optional.of(tag), Optional.empty());
    }

    /**
     * {@return the validators that a response names} A malformed one counts as absent.
     *
     * @param response with {@code ETag}, {@code Last-Modified}, both or neither
     */
    public static Validators of(ApiResponse response) {
        return new Validators(
                response.header("ETag").flatMap(EntityTag::parse),
                response.header("Last-Modified").flatMap(HttpDate::parse));
    }
}
