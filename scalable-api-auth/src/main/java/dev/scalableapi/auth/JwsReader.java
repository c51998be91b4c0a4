package dev.scalableapi.auth;

import dev.scalableapi.auth.Verification.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads compact JWS (RFC 7515 section 7.1) in the order of RFC 8725: size, segments, header, key, signature. The payload is
 * returned as bytes, and only after all of these checks. Thread-safe.
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
            header = verifiedHeader(bytes, first, second, signature, keys, headers);
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

    /** The header under which the signature is right, which is remembered if it determines the key. */
    private KnownHeaders.Entry verifiedHeader(
            byte[] token, int length, int signed, byte[] signature, VerificationKeySet keys, KnownHeaders headers)
            throws RejectionException {
        JwsHeader header = JwsHeader.of(json.object(segment(token, 0, length)), headerRules);
        List<VerificationKey> candidates = candidates(header, keys);
        if (candidates.size() > 1) {
            return triedHeader(header, candidates, token, length, signed, signature);
        }
        VerificationKey key = candidates.get(0);
        SignatureAlgorithm algorithm = algorithm(header, key);
        if (algorithm == null) {
            throw new RejectionException(Reason.WRONG_ALGORITHM);
        }
        KnownHeaders.Entry entry = entry(header, key, algorithm, token, length);
        check(entry, token, signed, signature);
        headers.add(entry);
        return entry;
    }

    /** The key that the header names, or those that can be meant if it names none: at least one. */
    private List<VerificationKey> candidates(JwsHeader header, VerificationKeySet keys) throws RejectionException {
        if (keys.isEmpty()) {
            throw new RejectionException(isPermitted(header.algorithm()) ? Reason.UNKNOWN_KEY : Reason.WRONG_ALGORITHM);
        }
        if (header.kid().isPresent()) {
            return List.of(keys.find(header.kid().get()).orElseThrow(() -> new RejectionException(Reason.UNKNOWN_KEY)));
        }
        if (keys.unnamed().isEmpty()) {
            throw StrictJson.malformed();
        }
        return keys.unnamed();
    }

    private boolean isPermitted(String name) {
        for (SignatureAlgorithm algorithm : algorithms) {
            if (algorithm.isNamed(name)) {
                return true;
            }
        }
        return false;
    }

    /** The key's algorithm that the header names, to the letter, if it is permitted; otherwise null. */
    private @Nullable SignatureAlgorithm algorithm(JwsHeader header, VerificationKey key) {
        SignatureAlgorithm algorithm = key.algorithmNamed(header.algorithm());
        return algorithm != null && algorithms.contains(algorithm) ? algorithm : null;
    }

    /** Tries several keys, at most {@value PublishedKeys#MAX_WITHOUT_ID}, each only if it is for the header's algorithm. */
    private KnownHeaders.Entry triedHeader(
            JwsHeader header, List<VerificationKey> candidates, byte[] token, int length, int signed, byte[] signature)
            throws RejectionException {
        Reason reason = Reason.WRONG_ALGORITHM;
        for (VerificationKey key : candidates) {
            SignatureAlgorithm algorithm = algorithm(header, key);
            if (algorithm != null) {
                if (key.signatureCheck(algorithm).verifies(token, signed, signature)) {
                    return entry(header, key, algorithm, token, length);
                }
                reason = Reason.BAD_SIGNATURE;
            }
        }
        throw new RejectionException(reason);
    }

    private KnownHeaders.Entry entry(
            JwsHeader header, VerificationKey key, SignatureAlgorithm algorithm, byte[] token, int length) {
        return new KnownHeaders.Entry(header, headerRules.accepts(header.type()), key, algorithm, token, length);
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
