package dev.scalableapi.auth;

import dev.scalableapi.core.http.Headers;
import java.util.List;

/**
 * What a request's {@code Authorization} field says, by RFC 6750 section 2.1 and RFC 9110 section 11.4. Tokens in a form
 * or a query are not looked for: they end up in logs and histories (RFC 9700 section 4.3.2).
 */
public sealed interface BearerToken permits BearerToken.Absent, BearerToken.Present, BearerToken.Malformed {
    /**
     * {@return what the fields say}
     *
     * @param headers of a request
     */
    static BearerToken of(Headers headers) {
        return of(headers.all("Authorization"));
    }

    /**
     * {@return what the fields say}
     *
     * @param authorization the values of all {@code Authorization} fields
     */
    static BearerToken of(List<String> authorization) {
        if (authorization.isEmpty()) {
            return new Absent();
        }
        return authorization.size() == 1 ? AuthorizationField.parse(authorization.get(0)) : new Malformed();
    }

    /** There is no field, or one with credentials of another scheme than {@code Bearer}. */
    record Absent() implements BearerToken {}

    /**
     * There is one token. Immutable.
     *
     * @param value the token as it came, not verified: a secret
     */
    record Present(String value) implements BearerToken {
        /** {@return nothing of the token} */
        @Override
        public String toString() {
            return "Present[]";
        }
    }

    /** There are two fields, or the one is not made as the RFCs say. */
    record Malformed() implements BearerToken {}
}
