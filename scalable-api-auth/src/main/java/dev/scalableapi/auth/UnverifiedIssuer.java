package dev.scalableapi.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What a token says about its issuer before anything is verified: good for choosing who verifies it, and for nothing else.
 */
sealed interface UnverifiedIssuer {
    /** The token is a JWT with this claim {@code iss}. */
    record Named(String issuer) implements UnverifiedIssuer {}

    /** The token is a JWT without a claim {@code iss} that is a string. */
    record Missing() implements UnverifiedIssuer {}

    /** The token is not a JWT: it does not consist of three parts, of which the second is a JSON object. */
    record Opaque() implements UnverifiedIssuer {}

    /** Reads a token up to its issuer. */
    final class Reader {
        /** Names are neither interned nor kept in a table, because senders choose them. */
        private final JsonFactory json = JsonFactory.builder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(JwsReader.MAX_DEPTH)
                        .maxNumberLength(StrictJson.SHORT_NUMBER)
                        .build())
                .build();

        /** Reads a token whose length the caller has checked. */
        UnverifiedIssuer read(String token) {
            int first = token.indexOf('.');
            int second = first < 0 ? -1 : token.indexOf('.', first + 1);
            if (second < 0 || token.indexOf('.', second + 1) >= 0) {
                return new Opaque();
            }
            byte[] payload = Base64Url.decode(token, first + 1, second);
            return payload == null ? new Opaque() : issuer(payload);
        }

        /** Stops at the claim: whoever verifies the token reads all of it, strictly. */
        private UnverifiedIssuer issuer(byte[] payload) {
            boolean isObject = false;
            try (JsonParser parser = json.createParser(new String(payload, StandardCharsets.UTF_8))) {
                isObject = parser.nextToken() == JsonToken.START_OBJECT;
                while (isObject && parser.nextToken() == JsonToken.FIELD_NAME) {
                    boolean isIssuer = parser.currentName().equals("iss");
                    JsonToken value = parser.nextToken();
                    if (isIssuer) {
                        return value == JsonToken.VALUE_STRING ? new Named(parser.getText()) : new Missing();
                    }
                    parser.skipChildren();
                }
            } catch (IOException malformed) {
                return isObject ? new Missing() : new Opaque();
            }
            return isObject ? new Missing() : new Opaque();
        }
    }
}
