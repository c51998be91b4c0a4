package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the claims that a profile names, from any place. */
final class ProfileClaims {
    private ProfileClaims() {}

    static Claims read(ClaimLocations locations, ObjectNode all) throws RejectionException {
        Claims claims = new Claims();
        claims.all = all;
        claims.issuer = ClaimSource.of("iss").text(all);
        claims.subject = ClaimLocations.first(locations.subject(), all);
        claims.audience = locations.audience().texts(all);
        claims.issuedAt = seconds("iat", all);
        claims.notBefore = seconds("nbf", all);
        claims.expiresAt = seconds("exp", all);
        claims.tokenId = ClaimLocations.first(locations.tokenId(), all);
        claims.clientId = ClaimLocations.first(locations.client(), all);
        claims.sessionId = ClaimLocations.first(locations.session(), all);
        claims.tenant = ClaimLocations.first(locations.tenant(), all);
        claims.scopes = ClaimLocations.words(locations.scopes(), all);
        claims.roles = ClaimLocations.texts(locations.roles(), all);
        claims.permissions = ClaimLocations.texts(locations.permissions(), all);
        claims.confirmation = confirmation(all);
        return claims;
    }

    private static @Nullable Long seconds(String name, ObjectNode all) throws RejectionException {
        JsonNode value = all.get(name);
        if (value == null) {
            return null;
        }
        double seconds = value.isNumber() ? value.doubleValue() : -1;
        if (seconds >= 0 && seconds <= ClaimValue.LAST_SECOND) {
            return (long) seconds;
        }
        throw StrictJson.malformed().in(name);
    }

    /** As {@link ClaimValue#confirmation()}. */
    private static @Nullable Confirmation confirmation(ObjectNode all) throws RejectionException {
        JsonNode value = all.get(Claims.CONFIRMATION);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            throw StrictJson.malformed().in(Claims.CONFIRMATION);
        }
        if (value.size() != 1) {
            return Confirmation.UNKNOWN;
        }
        Map.Entry<String, JsonNode> method = value.properties().iterator().next();
        return method.getValue().isTextual()
                ? new Confirmation(method.getKey(), method.getValue().textValue())
                : Confirmation.UNKNOWN;
    }
}
