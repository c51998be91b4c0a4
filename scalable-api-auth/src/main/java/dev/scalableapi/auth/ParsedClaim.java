package dev.scalableapi.auth;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A claim of any JSON, by Jackson's parser. */
record ParsedClaim(JsonParser parser) implements ClaimValue {
    @Override
    public String text() throws IOException, RejectionException {
        String text = anyText();
        if (text.isBlank() || !isWellFormed(text)) {
            throw StrictJson.malformed();
        }
        return text;
    }

    /** JSON can name one half of a surrogate pair, which is no character. */
    static boolean isWellFormed(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    @Override
    public String anyText() throws IOException, RejectionException {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            throw StrictJson.malformed();
        }
        return parser.getText();
    }

    @Override
    public boolean isArray() {
        return parser.hasToken(JsonToken.START_ARRAY);
    }

    @Override
    public List<String> texts() throws IOException, RejectionException {
        if (!isArray()) {
            throw StrictJson.malformed();
        }
        List<String> texts = new ArrayList<>(4);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text());
        }
        return texts;
    }

    @Override
    public long seconds() throws IOException, RejectionException {
        if (parser.currentToken().isNumeric()) {
            double seconds = parser.getDoubleValue();
            if (seconds >= 0 && seconds <= LAST_SECOND) {
                return (long) seconds;
            }
        }
        throw StrictJson.malformed();
    }

    /** More than one method, or one that is not a text, is one that nobody can prove. */
    @Override
    public Confirmation confirmation() throws IOException, RejectionException {
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
            throw StrictJson.malformed();
        }
        Confirmation confirmation = Confirmation.UNKNOWN;
        int methods = 0;
        for (String method = parser.nextFieldName(); method != null; method = parser.nextFieldName()) {
            methods++;
            confirmation = parser.nextToken() == JsonToken.VALUE_STRING
                    ? new Confirmation(method, parser.getText())
                    : Confirmation.UNKNOWN;
            parser.skipChildren();
        }
        return methods == 1 ? confirmation : Confirmation.UNKNOWN;
    }

    @Override
    public void skip() throws IOException {
        parser.skipChildren();
    }

    /** Nothing of the claim. */
    @Override
    public String toString() {
        return "ParsedClaim";
    }
}
