package dev.scalableapi.auth;

import dev.scalableapi.auth.Verification.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token that are looked at, each with the type that it must have; others are read over, strictly. Absent
 * where null, or empty. Filled by {@link #read} and then left alone.
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

    private Claims() {}

    static Claims read(StrictJson json, byte[] payload) throws RejectionException {
        Claims plain = json.takesArrays() ? readPlain(payload) : null;
        return plain == null ? readAny(json, payload) : plain;
    }

    /** Null unless all is plain and as it must be: the strict parser tells what is wrong, if anything is. */
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

    static String required(@Nullable String value) throws RejectionException {
        if (value == null) {
            throw new RejectionException(Reason.MISSING_CLAIM);
        }
        return value;
    }

    static long required(@Nullable Long value) throws RejectionException {
        if (value == null) {
            throw new RejectionException(Reason.MISSING_CLAIM);
        }
        return value;
    }

    /** Nothing of the claims. */
    @Override
    public String toString() {
        return "Claims";
    }
}
