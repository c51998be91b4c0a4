package dev.scalableapi.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON objects as untrusted senders write them: UTF-8 without error or byte order mark, no duplicate member at any
 * depth, nothing after the object, bounded. Immutable and thread-safe.
 */
final class StrictJson {
    static final int ANY_NUMBER = 1000;
    /** No claim needs a longer number. */
    static final int SHORT_NUMBER = 32;

    /** Names are neither interned nor kept in a table: whoever sends a token chooses them. */
    private final JsonMapper mapper;

    private final boolean takesArrays;

    StrictJson(int maxLength, int maxDepth, int maxNumber) {
        takesArrays = maxDepth > 1;
        mapper = JsonMapper.builder(JsonFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(maxDepth)
                                .maxNumberLength(maxNumber)
                                .maxDocumentLength(maxLength)
                                .build())
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /** Whether a member may be an array. */
    boolean takesArrays() {
        return takesArrays;
    }

    ObjectNode object(byte[] bytes) throws RejectionException {
        String text = text(bytes);
        if (!text.stripLeading().startsWith("{")) {
            throw malformed();
        }
        try {
            JsonNode node = mapper.readTree(text);
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException malformed) {
            throw malformed();
        }
        throw malformed();
    }

    /** Asks the reader for the value of each member in turn, at which the parser stands. */
    void members(byte[] bytes, MemberReader reader) throws RejectionException {
        try (JsonParser parser = mapper.createParser(text(bytes))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw malformed();
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                reader.read(name, parser);
            }
            if (!parser.hasToken(JsonToken.END_OBJECT) || parser.nextToken() != null) {
                throw malformed();
            }
        } catch (IOException malformed) {
            throw malformed();
        }
    }

    /**
     * Decoded here, because Jackson would also take UTF-16, UTF-32 and some malformed UTF-8. The constructor of strings
     * is fast, but replaces what is malformed; only where there is such a replacement the strict decoder has to say
     * whether it was sent as such.
     */
    private static String text(byte[] bytes) throws RejectionException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\ufffd') < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed();
        }
    }

    static RejectionException malformed() {
        return new RejectionException(Verification.Reason.MALFORMED);
    }

    /** Takes the members of an object. */
    interface MemberReader {
        /** Leaves the parser at the last token of the value. */
        void read(String name, JsonParser parser) throws IOException, RejectionException;
    }
}
