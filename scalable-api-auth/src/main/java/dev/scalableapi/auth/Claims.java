package dev.scalableapi.auth;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.scalableapi.auth.Verification.Reason;
import java.io.IOException;
import java.util.ArrayList;
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

    /** The end of the year 9999: every later instant is a mistake, and many break what computes with them. */
    private static final double LAST_SECOND = 253_402_300_799d;

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
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            claims.take(name, json);
        }
        return json.isWhole() ? claims : null;
    }

    static Claims readAny(StrictJson json, byte[] payload) throws RejectionException {
        Claims claims = new Claims();
        json.members(payload, claims::take);
        return claims;
    }

    private void take(String name, PlainJson value) {
        switch (name) {
            case "iss" -> issuer = text(value);
            case "sub" -> subject = text(value);
            case "aud" -> audience = value.isAt('[') ? texts(value) : List.of(text(value));
            case "iat" -> issuedAt = seconds(value);
            case "nbf" -> notBefore = seconds(value);
            case "exp" -> expiresAt = seconds(value);
            case "jti" -> tokenId = text(value);
            case CLIENT_ID -> clientId = text(value);
            case SESSION -> sessionId = text(value);
            case TENANT -> tenant = text(value);
            case SCOPE -> scopes = Scopes.split(value.text());
            case ROLES -> roles = Set.copyOf(texts(value));
            case PERMISSIONS -> permissions = Set.copyOf(texts(value));
            case CONFIRMATION -> value.giveUp();
            default -> value.skip();
        }
    }

    private static String text(PlainJson value) {
        String text = value.text();
        if (text.isBlank()) {
            value.giveUp();
        }
        return text;
    }

    private static List<String> texts(PlainJson value) {
        List<String> texts = value.texts();
        for (String text : texts) {
            if (text.isBlank()) {
                value.giveUp();
            }
        }
        return texts;
    }

    private static Long seconds(PlainJson value) {
        long seconds = value.number();
        if (seconds > LAST_SECOND) {
            value.giveUp();
        }
        return seconds;
    }

    private void take(String name, JsonParser value) throws IOException, RejectionException {
        switch (name) {
            case "iss" -> issuer = text(value);
            case "sub" -> subject = text(value);
            case "aud" -> audience = value.hasToken(JsonToken.START_ARRAY) ? texts(value) : List.of(text(value));
            case "iat" -> issuedAt = seconds(value);
            case "nbf" -> notBefore = seconds(value);
            case "exp" -> expiresAt = seconds(value);
            case "jti" -> tokenId = text(value);
            case CLIENT_ID -> clientId = text(value);
            case SESSION -> sessionId = text(value);
            case TENANT -> tenant = text(value);
            case SCOPE -> scopes = scopes(value);
            case ROLES -> roles = Set.copyOf(texts(value));
            case PERMISSIONS -> permissions = Set.copyOf(texts(value));
            case CONFIRMATION -> confirmation = confirmation(value);
            default -> value.skipChildren();
        }
    }

    /** A text that is not blank. */
    private static String text(JsonParser value) throws IOException, RejectionException {
        if (value.hasToken(JsonToken.VALUE_STRING)) {
            String text = value.getText();
            if (!text.isBlank() && isWellFormed(text)) {
                return text;
            }
        }
        throw StrictJson.malformed();
    }

    /** JSON can name one half of a surrogate pair, which is no character. */
    private static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))
                    && Character.charCount(text.codePointAt(i)) != 2
                    && (i == 0 || Character.charCount(text.codePointAt(i - 1)) != 2)) {
                return false;
            }
        }
        return true;
    }

    private static List<String> texts(JsonParser value) throws IOException, RejectionException {
        if (!value.hasToken(JsonToken.START_ARRAY)) {
            throw StrictJson.malformed();
        }
        List<String> texts = new ArrayList<>(4);
        while (value.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text(value));
        }
        return texts;
    }

    /** Empty also where an issuer writes an empty text for no scope. */
    private static Set<String> scopes(JsonParser value) throws IOException, RejectionException {
        if (!value.hasToken(JsonToken.VALUE_STRING)) {
            throw StrictJson.malformed();
        }
        return Scopes.split(value.getText());
    }

    /** A NumericDate (RFC 7519 section 2); a fraction of a second is cut off. */
    private static Long seconds(JsonParser value) throws IOException, RejectionException {
        if (value.hasToken(JsonToken.VALUE_NUMBER_INT)) {
            long seconds = value.getLongValue();
            if (seconds >= 0 && seconds <= LAST_SECOND) {
                return seconds;
            }
        } else if (value.currentToken().isNumeric()) {
            double seconds = value.getDoubleValue();
            if (seconds >= 0 && seconds <= LAST_SECOND) {
                return (long) seconds;
            }
        }
        throw StrictJson.malformed();
    }

    /** RFC 7800 section 3.1; more than one method, or one that is not a text, is one that nobody can prove. */
    private static Confirmation confirmation(JsonParser value) throws IOException, RejectionException {
        if (!value.hasToken(JsonToken.START_OBJECT)) {
            throw StrictJson.malformed();
        }
        Confirmation confirmation = Confirmation.UNKNOWN;
        int methods = 0;
        for (String method = value.nextFieldName(); method != null; method = value.nextFieldName()) {
            methods++;
            confirmation = value.nextToken() == JsonToken.VALUE_STRING
                    ? new Confirmation(method, value.getText())
                    : Confirmation.UNKNOWN;
            value.skipChildren();
        }
        return methods == 1 ? confirmation : Confirmation.UNKNOWN;
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
