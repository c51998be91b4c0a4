package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.auth.Verification.Reason;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** A check of a profile, beyond those of issuer, audience and time. Immutable and thread-safe. */
@FunctionalInterface
interface ClaimCheck {
    /** Rejects claims that do not pass. */
    void check(ObjectNode claims) throws RejectionException;

    /** One of the sources has a value that is not null. */
    static ClaimCheck requiresAny(List<ClaimSource> sources) {
        String name = sources.get(0).name();
        return claims -> {
            for (ClaimSource source : sources) {
                JsonNode value = source.find(claims);
                if (value != null && !value.isNull()) {
                    return;
                }
            }
            throw new RejectionException(Reason.MISSING_CLAIM, name);
        };
    }

    /** One of the values of the source is accepted. */
    static ClaimCheck requiresValue(ClaimSource source, Set<String> accepted) {
        return claims -> {
            List<String> values = source.texts(claims);
            if (values == null) {
                throw new RejectionException(Reason.MISSING_CLAIM, source.name());
            }
            for (String value : values) {
                if (accepted.contains(value)) {
                    return;
                }
            }
            throw new RejectionException(Reason.WRONG_CLAIM, source.name());
        };
    }

    /** None of the claims is there. */
    static ClaimCheck rejects(List<String> names) {
        return claims -> {
            for (String name : names) {
                if (claims.has(name)) {
                    throw new RejectionException(Reason.WRONG_CLAIM, name);
                }
            }
        };
    }

    /** The application accepts the claims. A predicate that throws does not. */
    static ClaimCheck accepts(String name, Predicate<TokenClaims> predicate) {
        return claims -> {
            boolean accepted;
            try {
                accepted = predicate.test(new TokenClaims(claims));
            } catch (RuntimeException e) {
                throw new RejectionException(Reason.WRONG_CLAIM, name);
            }
            if (!accepted) {
                throw new RejectionException(Reason.WRONG_CLAIM, name);
            }
        };
    }
}
