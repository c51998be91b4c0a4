package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.auth.Verification.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token that the rules are about, each with the type that it must have. Null or empty where absent. Filled
 * by {@link #read} or {@link ProfileClaims#read} and not changed afterwards.
 */
final class Claims {
    static final String CLIENT_ID = "client_id";
    static final String CONFIRMATION = "cnf";
    static final String PERMISSIONS = "permissions";
    static final String ROLES = "roles";
    static final String SCOPE = "scope";
    static final String SESSION = "sid";
    static final String TENANT = "tenant";

    @Nullable String issuer;

    @Nullable String subject;

    @Nullable List<String> audience;

    @Nullable Long issuedAt;

    @Nullable Long notBefore;

    @Nullable Long expiresAt;

    @Nullable String tokenId;

    @Nullable String clientId;

    @Nullable String sessionId;

    @Nullable String tenant;

    Set<String> scopes = Set.of();
    Set<String> roles = Set.of();
    Set<String> permissions = Set.of();

    @Nullable Confirmation confirmation;

    /** All claims, unless only the plain claims of RFC 9068 were read. */
    @Nullable ObjectNode all;

    static Claims read(StrictJson json, byte[] payload) throws RejectionException {
        Claims plain = json.takesArrays() ? readPlain(payload) : null;
        return plain == null ? readAny(json, payload) : plain;
    }

    /** Reads plain JSON; null if it is not plain or a claim has a wrong type, so that the strict parser must decide. */
    static @Nullable Claims readPlain(byte[] payload) {
        Claims claims = new Claims();
        PlainJson json = new PlainJson(payload);
        try {
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                claims.take(name, json);
            }
        } catch (IOException | RejectionException notPlain) {
            return null;
        }
        return json.isWhole() ? claims : null;
    }

    static Claims readAny(StrictJson json, byte[] payload) throws RejectionException {
        Claims claims = new Claims();
        json.members(payload, (name, parser) -> claims.take(name, new ParsedClaim(parser)));
        return claims;
    }

    private void take(String name, ClaimValue value) throws IOException, RejectionException {
        try {
            takeAny(name, value);
        } catch (RejectionException rejection) {
            throw rejection.in(name);
        }
    }

    private void takeAny(String name, ClaimValue value) throws IOException, RejectionException {
        switch (name) {
            case "iss" -> issuer = value.text();
            case "sub" -> subject = value.text();
            case "aud" -> audience = value.isArray() ? value.texts() : List.of(value.text());
            case "iat" -> issuedAt = value.seconds();
            case "nbf" -> notBefore = value.seconds();
            case "exp" -> expiresAt = value.seconds();
            case "jti" -> tokenId = value.text();
            case CLIENT_ID -> clientId = value.text();
            case SESSION -> sessionId = value.text();
            case TENANT -> tenant = value.text();
            case SCOPE -> scopes = Scopes.split(value.anyText());
            case ROLES -> roles = Set.copyOf(value.texts());
            case PERMISSIONS -> permissions = Set.copyOf(value.texts());
            case CONFIRMATION -> confirmation = value.confirmation();
            default -> value.skip();
        }
    }

    static String required(@Nullable String value, String claim) throws RejectionException {
        if (value == null) {
            throw new RejectionException(Reason.MISSING_CLAIM, claim);
        }
        return value;
    }

    static long required(@Nullable Long value, String claim) throws RejectionException {
        if (value == null) {
            throw new RejectionException(Reason.MISSING_CLAIM, claim);
        }
        return value;
    }

    /** Nothing of the claims. */
    @Override
    public String toString() {
        return "Claims";
    }
}
