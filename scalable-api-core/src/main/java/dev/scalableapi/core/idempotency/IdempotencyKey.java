package dev.scalableapi.core.idempotency;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.core.structured.BareItem;
import dev.scalableapi.core.structured.Item;
import dev.scalableapi.core.structured.StructuredFieldException;
import dev.scalableapi.core.structured.StructuredFields;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a client names one piece of work by, so that asking again does not do it again: the {@code Idempotency-Key} field
 * (draft-ietf-httpapi-idempotency-key-header). The draft wants a quoted string; the bare form, which many clients send, is
 * the same key. Immutable.
 *
 * @param value 1 to 255 characters of visible ASCII; a client should make it up at random, as with a UUID
 */
public record IdempotencyKey(String value) {
    /** The field's name. */
    public static final String FIELD = "Idempotency-Key";

    private static final int LONGEST = 255;

    /** A bare value with one of these is a list, has parameters, or is a quoted one that went wrong. */
    private static final String NEVER_BARE = "\",;\\";

    /**
     * Checks the value.
     *
     * @param value 1 to 255 characters of visible ASCII
     * @throws IllegalArgumentException if it is not of this form
     */
    public IdempotencyKey {
        if (!isKey(value)) {
            throw new IllegalArgumentException("An idempotency key has 1 to 255 characters of visible ASCII");
        }
    }

    private static boolean isKey(String value) {
        return !value.isEmpty() && value.length() <= LONGEST && value.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /**
     * {@return the key that a request names; empty without the field}
     *
     * @param headers of the request
     * @throws ApiException 400 {@code INVALID_IDEMPOTENCY_KEY} if the field is malformed or there is more than one
     */
    public static Optional<IdempotencyKey> of(Headers headers) {
        List<String> lines = headers.all(FIELD);
        if (lines.size() > 1) {
            throw invalid();
        }
        return lines.stream().findFirst().map(IdempotencyKey::parse);
    }

    /**
     * {@return the key that a field value spells, quoted or bare}
     *
     * @param field the field value; it has no parameters
     * @throws ApiException 400 {@code INVALID_IDEMPOTENCY_KEY} if it is malformed
     */
    public static IdempotencyKey parse(String field) {
        String value = field.startsWith("\"") ? quoted(field) : bare(field);
        if (!isKey(value)) {
            throw invalid();
        }
        return new IdempotencyKey(value);
    }

    private static String quoted(String field) {
        try {
            Item item = StructuredFields.parseItem(field);
            return item.value() instanceof BareItem.Text text
                            && item.parameters().isEmpty()
                    ? text.value()
                    : "";
        } catch (StructuredFieldException malformed) {
            throw invalid();
        }
    }

    private static String bare(String field) {
        return field.chars().anyMatch(c -> NEVER_BARE.indexOf(c) >= 0) ? "" : field;
    }

    private static ApiException invalid() {
        String message = "The key must be one string of 1 to 255 characters of visible ASCII.";
        return ApiException.of(
                400,
                "INVALID_IDEMPOTENCY_KEY",
                Violation.header(FIELD, message).withKey("idempotency.key.invalid", Map.of("min", 1, "max", LONGEST)));
    }

    /** {@return the type alone: whoever knows a key may be told the answer} */
    @Override
    public String toString() {
        return "IdempotencyKey";
    }
}
