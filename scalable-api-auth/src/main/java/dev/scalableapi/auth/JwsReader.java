package dev.scalableapi.auth;

import dev.scalableapi.auth.Verification.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads compact JWS (RFC 7515 section 7.1) in the order of RFC 8725: size, segments, header, key, signature. What the
 * payload says is for the caller to look at, after all of that. Thread-safe.
 */
final class JwsReader {
    static final int MAX_LENGTH = 8 * 1024;
    static final int MAX_DEPTH = 16;

    private final Set<SignatureAlgorithm> algorithms;
    private final int maxLength;
    private final HeaderRules headerRules;
    private final StrictJson json;

    /** Only for the keys as they were when it was last used. */
    private volatile Known known;

    /** A reader with the header rules of RFC 9068. */
    JwsReader(Set<SignatureAlgorithm> algorithms, int maxLength, int maxDepth) {
        this(algorithms, maxLength, maxDepth, HeaderRules.RFC9068);
    }

    JwsReader(Set<SignatureAlgorithm> algorithms, int maxLength, int maxDepth, HeaderRules headerRules) {
        this.algorithms = Set.copyOf(algorithms);
        this.maxLength = maxLength;
        this.headerRules = headerRules;
        json = new StrictJson(maxLength, maxDepth, StrictJson.SHORT_NUMBER);
        known = new Known(null, new KnownHeaders());
    }

    StrictJson json() {
        return json;
    }

    /** A JWS whose signature is right by one of the keys. */
    Jws read(String token, VerificationKeySet keys) throws RejectionException {
        if (token.length() > maxLength) {
            throw new RejectionException(Reason.TOO_LARGE);
        }
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first <= 0 || second < 0) {
            throw StrictJson.malformed();
        }
        // One byte a character: what is not ASCII is refused where its segment is decoded, or is in no known header.
        byte[] bytes = token.getBytes(StandardCharsets.ISO_8859_1);
        byte[] payload = segment(bytes, first + 1, second);
        byte[] signature = segment(bytes, second + 1, bytes.length);
        if (signature.length == 0) {
            throw StrictJson.malformed();
        }

        KnownHeaders headers = headers(keys);
        KnownHeaders.Entry header = headers.find(bytes, first);
        if (header != null) {
            check(header, bytes, second, signature);
        } else {
            header = header(bytes, first, keys);
            check(header, bytes, second, signature);
            headers.add(header);
        }
        return new Jws(header, payload);
    }

    private static byte[] segment(byte[] token, int start, int end) throws RejectionException {
        byte[] bytes = Base64Url.decode(token, start, end);
        if (bytes == null) {
            throw StrictJson.malformed();
        }
        return bytes;
    }

    private KnownHeaders headers(VerificationKeySet keys) {
        Known now = known;
        if (now.keys != keys) {
            now = new Known(keys, new KnownHeaders());
            known = now;
        }
        return now.headers;
    }

    private KnownHeaders.Entry header(byte[] token, int length, VerificationKeySet keys) throws RejectionException {
        JwsHeader header = JwsHeader.of(json.object(segment(token, 0, length)), headerRules);
        return new KnownHeaders.Entry(header, headerRules.accepts(header.type()), key(header, keys), token, length);
    }

    /** The key that the header means, which brings its own algorithm: the header's must agree, to the letter. */
    private VerificationKey key(JwsHeader header, VerificationKeySet keys) throws RejectionException {
        VerificationKey key = header.kid().isPresent()
                ? keys.find(header.kid().get()).orElseThrow(() -> new RejectionException(Reason.UNKNOWN_KEY))
                : keys.only().orElseThrow(StrictJson::malformed);
        if (!key.algorithm().isNamed(header.algorithm()) || !algorithms.contains(key.algorithm())) {
            throw new RejectionException(Reason.WRONG_ALGORITHM);
        }
        return key;
    }

    private static void check(KnownHeaders.Entry header, byte[] token, int signed, byte[] signature)
            throws RejectionException {
        if (!header.signatureCheck().verifies(token, signed, signature)) {
            throw new RejectionException(Reason.BAD_SIGNATURE);
        }
    }

    /** A JWS whose signature is right: its header, and its payload as bytes. */
    static final class Jws {
        private final KnownHeaders.Entry header;
        private final byte[] payload;

        private Jws(KnownHeaders.Entry header, byte[] payload) {
            this.header = header;
            this.payload = payload;
        }

        KnownHeaders.Entry header() {
            return header;
        }

        byte[] payload() {
            return payload;
        }
    }

    private record Known(@Nullable VerificationKeySet keys, KnownHeaders headers) {}
}
