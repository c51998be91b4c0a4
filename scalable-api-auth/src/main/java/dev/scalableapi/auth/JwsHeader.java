package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.auth.Verification.Reason;
import java.util.Optional;
import java.util.Set;

/**
 * A token's header (RFC 7515 section 4.1): the members that are looked at.
 *
 * @param kid names the key; empty if there is none
 * @param algorithm as it is spelled
 * @param type empty if there is none
 */
record JwsHeader(Optional<String> kid, String algorithm, String type) {
    /**
     * Members that bring a key of the sender's choice, or change what the signature means. Others are ignored, as RFC
     * 7515 section 4 demands.
     */
    private static final Set<String> REFUSED = Set.of("b64", "crit", "enc", "jku", "jwk", "x5c", "x5u", "zip");

    static JwsHeader of(ObjectNode members) throws RejectionException {
        for (String name : REFUSED) {
            if (members.has(name)) {
                throw new RejectionException(Reason.UNSUPPORTED_HEADER);
            }
        }
        return new JwsHeader(
                text(members, "kid"),
                text(members, "alg").orElseThrow(StrictJson::malformed),
                text(members, "typ").orElse(""));
    }

    /** Absent, or a text that is not blank. */
    private static Optional<String> text(ObjectNode members, String name) throws RejectionException {
        JsonNode value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw StrictJson.malformed();
        }
        return Optional.of(value.textValue());
    }

    /** Keeps other tokens of the same issuer out, such as ID tokens (RFC 9068 section 4; RFC 8725 section 3.11). */
    boolean isAccessToken() {
        return type.equalsIgnoreCase(AccessTokenVerifier.TYPE)
                || type.equalsIgnoreCase("application/" + AccessTokenVerifier.TYPE);
    }
}
