package dev.scalableapi.redis;

import dev.scalableapi.auth.revocation.Revocation;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A revocation as the fields of a stream's entry: {@code t} the token or {@code s} the subject, {@code n} not before and
 * {@code u} until, in milliseconds since 1970. A reader passes over fields that it does not know.
 */
final class StreamedRevocation {
    private static final String TOKEN = "t";
    private static final String SUBJECT = "s";
    private static final String NOT_BEFORE = "n";
    private static final String UNTIL = "u";

    private StreamedRevocation() {}

    /** Names and values in turn. */
    static List<String> fields(Revocation revocation) {
        String until = text(revocation.until());
        return revocation instanceof Revocation.OfSubject subject
                ? List.of(SUBJECT, subject.subject(), NOT_BEFORE, text(subject.notBefore()), UNTIL, until)
                : List.of(TOKEN, ((Revocation.OfToken) revocation).tokenId(), UNTIL, until);
    }

    private static String text(Instant instant) {
        return Long.toString(instant.toEpochMilli());
    }

    /** Empty if the entry is none that this version understands. */
    static Optional<Revocation> read(Map<byte[], byte[]> body) {
        try {
            Map<String, String> fields = new HashMap<>();
            for (Map.Entry<byte[], byte[]> field : body.entrySet()) {
                fields.put(text(field.getKey()), text(field.getValue()));
            }
            return read(fields, instant(fields, UNTIL));
        } catch (CharacterCodingException | DateTimeException | IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static Optional<Revocation> read(Map<String, String> fields, Instant until) {
        String token = fields.get(TOKEN);
        String subject = fields.get(SUBJECT);
        if (token != null) {
            return Optional.of(new Revocation.OfToken(token, until));
        }
        return subject == null
                ? Optional.empty()
                : Optional.of(new Revocation.OfSubject(subject, instant(fields, NOT_BEFORE), until));
    }

    private static Instant instant(Map<String, String> fields, String name) {
        return Instant.ofEpochMilli(Long.parseLong(fields.getOrDefault(name, "")));
    }

    private static String text(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }
}
