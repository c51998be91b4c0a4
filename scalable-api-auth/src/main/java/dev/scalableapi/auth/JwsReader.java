package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.auth.Verification.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Reads compact JWS (RFC 7515 section 7.1) in the order of RFC 8725: size, segments, header, key, signature. What the
 * payload says is for the caller to look at, after all of that. Immutable and thread-safe.
 */
final class JwsReader {
    static final int MAX_LENGTH = 8 * 1024;

    /**
     * Members that bring a key of the sender's choice, or change what the signature means. Others are ignored, as RFC
     * 7515 section 4 demands.
     */
    private static final Set<String> REFUSED = Set.of("b64", "crit", "enc", "jku", "jwk", "x5c", "x5u", "zip");

    private final StrictJson json = new StrictJson();
    private final VerificationKeySet keys;

    JwsReader(VerificationKeySet keys) {
        this.keys = keys;
    }

    Jws read(String token) throws RejectionException {
        if (token.length() > MAX_LENGTH) {
            throw new RejectionException(Reason.TOO_LARGE);
        }
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 0 || second < 0) {
            throw new RejectionException(Reason.MALFORMED);
        }
        byte[] header = segment(token, 0, first);
        byte[] payload = segment(token, first + 1, second);
        byte[] signature = segment(token, second + 1, token.length());
        Claims members = header(json.object(header));
        VerificationKey key = key(members);
        // Base64url and a dot: one byte a character.
        byte[] signed = token.substring(0, second).getBytes(StandardCharsets.ISO_8859_1);
        if (!key.algorithm().verifies(key.publicKey(), signed, signature)) {
            throw new RejectionException(Reason.BAD_SIGNATURE);
        }
        return new Jws(members, payload);
    }

    private static byte[] segment(String token, int start, int end) throws RejectionException {
        byte[] bytes = Base64Url.decode(token, start, end);
        if (bytes == null || bytes.length == 0) {
            throw new RejectionException(Reason.MALFORMED);
        }
        return bytes;
    }

    private static Claims header(ObjectNode members) throws RejectionException {
        for (String name : REFUSED) {
            if (members.has(name)) {
                throw new RejectionException(Reason.UNSUPPORTED_HEADER);
            }
        }
        return new Claims(members);
    }

    /** The key that the header names, which brings its own algorithm: the header's must agree, to the letter. */
    private VerificationKey key(Claims header) throws RejectionException {
        String kid = header.text("kid").orElseThrow(() -> new RejectionException(Reason.MALFORMED));
        String algorithm = header.text("alg").orElseThrow(() -> new RejectionException(Reason.MALFORMED));
        VerificationKey key = keys.find(kid).orElseThrow(() -> new RejectionException(Reason.UNKNOWN_KEY));
        if (!key.algorithm().name().equals(algorithm)) {
            throw new RejectionException(Reason.WRONG_ALGORITHM);
        }
        return key;
    }

    /** A JWS whose signature is right. */
    final class Jws {
        private final Claims header;
        private final byte[] payload;

        private Jws(Claims header, byte[] payload) {
            this.header = header;
            this.payload = payload;
        }

        Claims header() {
            return header;
        }

        byte[] payload() {
            return payload.clone();
        }

        Claims claims() throws RejectionException {
            return new Claims(json.object(payload));
        }
    }
}
