package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.auth.Verification.Reason;
import java.util.Optional;
import java.util.Set;

/**
 * The members of a token's header (RFC 7515 section 4.1) that the verifier uses.
 *
 * @param kid the id of the key; empty if absent
 * @param algorithm the value of {@code alg}, unchanged
 * @param type the value of {@code typ}, unchanged; the empty string if absent
 */
record JwsHeader(Optional<String> kid, String algorithm, String type) {
    /** Members that change what the signature means. Unknown members are ignored (RFC 7515 section 4). */
    private static final Set<String> UNSUPPORTED = Set.of("b64", "crit", "enc", "zip");

    /** Members that bring a key of the sender's choice. */
    private static final Set<String> KEY_MEMBERS = Set.of("jku", "jwk", "x5c", "x5u");

    static JwsHeader of(ObjectNode members, HeaderRules rules) throws RejectionException {
        rejectAny(UNSUPPORTED, members);
        if (rules.rejectsKeyMembers()) {
            rejectAny(KEY_MEMBERS, members);
        }
        return new JwsHeader(
                text(members, "kid"),
                text(members, "alg").orElseThrow(StrictJson::malformed),
                text(members, "typ").orElse(""));
    }

    private static void rejectAny(Set<String> names, ObjectNode members) throws RejectionException {
        for (String name : names) {
            if (members.has(name)) {
                throw new RejectionException(Reason.UNSUPPORTED_HEADER);
            }
        }
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
}
