package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of a token's header or payload, each with the type that it must have. */
record Claims(ObjectNode members) {
    static final String CLIENT_ID = "client_id";
    static final String ROLES = "roles";
    static final String SCOPE = "scope";
    static final String TENANT = "tenant";

    /** The end of the year 9999: every later instant is a mistake, and many break what computes with them. */
    private static final double LAST_SECOND = 253_402_300_799d;

    String requiredText(String name) throws RejectionException {
        return required(text(name));
    }

    /** Absent, or a text that is not blank. */
    Optional<String> text(String name) throws RejectionException {
        JsonNode value = members.get(name);
        return value == null ? Optional.empty() : Optional.of(textOf(value));
    }

    /** Absent (then empty), or an array of texts. */
    List<String> texts(String name) throws RejectionException {
        JsonNode value = members.get(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw malformed();
        }
        List<String> texts = new ArrayList<>(value.size());
        for (JsonNode element : value) {
            texts.add(textOf(element));
        }
        return texts;
    }

    /** The claim {@code scope}; empty where it is absent, and where an issuer writes an empty text for no scope. */
    Set<String> scopes() throws RejectionException {
        JsonNode value = members.get(SCOPE);
        if (value == null) {
            return Set.of();
        }
        if (!value.isTextual()) {
            throw malformed();
        }
        return Scopes.split(value.textValue());
    }

    /** The claim {@code aud}: one text, or an array of them (RFC 7519 section 4.1.3). */
    List<String> audience() throws RejectionException {
        JsonNode value = members.get("aud");
        if (value == null) {
            throw new RejectionException(Verification.Reason.MISSING_CLAIM);
        }
        return value.isTextual() ? List.of(value.textValue()) : texts("aud");
    }

    Instant requiredDate(String name) throws RejectionException {
        return required(date(name));
    }

    /** Absent, or a NumericDate (RFC 7519 section 2); a fraction of a second is cut off. */
    Optional<Instant> date(String name) throws RejectionException {
        JsonNode value = members.get(name);
        return value == null ? Optional.empty() : Optional.of(instantOf(value));
    }

    private static Instant instantOf(JsonNode value) throws RejectionException {
        double seconds = value.isNumber() ? value.doubleValue() : -1;
        if (seconds >= 0 && seconds <= LAST_SECOND) {
            return Instant.ofEpochSecond((long) seconds);
        }
        throw malformed();
    }

    private static String textOf(JsonNode value) throws RejectionException {
        @Nullable String text = value.textValue();
        if (text == null || text.isBlank()) {
            throw malformed();
        }
        return text;
    }

    private static <T> T required(Optional<T> value) throws RejectionException {
        return value.orElseThrow(() -> new RejectionException(Verification.Reason.MISSING_CLAIM));
    }

    private static RejectionException malformed() {
        return new RejectionException(Verification.Reason.MALFORMED);
    }

    /** The names only. */
    @Override
    public String toString() {
        List<String> names = new ArrayList<>();
        members.fieldNames().forEachRemaining(names::add);
        return "Claims" + names;
    }
}
