package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.EnumSet;
import java.util.Set;

/**
 * The members of an issuer's metadata (OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2) that are needed to
 * verify its tokens.
 *
 * @param issuer the issuer's identifier, unchanged
 * @param jwksUri the address of the keys; not checked
 * @param algorithms those of {@code id_token_signing_alg_values_supported} that use public keys, at least one; all if the
 *     metadata do not list them
 */
record IssuerMetadata(String issuer, URI jwksUri, Set<SignatureAlgorithm> algorithms) {
    private static final int MAX_DEPTH = 8;
    private static final String ALGORITHMS = "id_token_signing_alg_values_supported";

    /**
     * Reads metadata.
     *
     * @param json at most 64 KiB
     * @throws IllegalStateException if it is not an object, or a needed member is missing or has a wrong value
     */
    static IssuerMetadata read(byte[] json) {
        ObjectNode members = object(json);
        return new IssuerMetadata(text(members, "issuer"), uri(text(members, "jwks_uri")), algorithms(members));
    }

    private static ObjectNode object(byte[] json) {
        try {
            return new StrictJson(JwkReader.MAX_LENGTH, MAX_DEPTH, StrictJson.ANY_NUMBER).object(json);
        } catch (RejectionException malformed) {
            throw new IllegalStateException("The issuer's metadata are not a JSON object without duplicate members");
        }
    }

    private static String text(ObjectNode members, String name) {
        JsonNode value = members.path(name);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw new IllegalStateException("The issuer's metadata lack " + name);
        }
        return value.textValue();
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException malformed) {
            throw new IllegalStateException("The issuer's metadata contain a jwks_uri that is not a URI");
        }
    }

    private static Set<SignatureAlgorithm> algorithms(ObjectNode members) {
        Set<SignatureAlgorithm> all = EnumSet.allOf(SignatureAlgorithm.class);
        all.removeIf(SignatureAlgorithm::isSymmetric);
        JsonNode listed = members.get(ALGORITHMS);
        if (listed == null) {
            return all;
        }
        Set<SignatureAlgorithm> known = EnumSet.noneOf(SignatureAlgorithm.class);
        for (JsonNode name : listed) {
            SignatureAlgorithm.named(name.asText()).ifPresent(known::add);
        }
        known.retainAll(all);
        if (known.isEmpty()) {
            throw new IllegalStateException("The issuer's metadata list no supported algorithm in " + ALGORITHMS);
        }
        return known;
    }
}
