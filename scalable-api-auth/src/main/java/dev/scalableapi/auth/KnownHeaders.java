package dev.scalableapi.auth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Header segments under which a right signature was seen, each with its key and with the work on it that all tokens with
 * this header have in common. An issuer writes the same header on each token, so this spares decoding, parsing and
 * choosing a key. It is found by the exact bytes of the segment. Thread-safe; looking is lock-free.
 */
final class KnownHeaders {
    /** An issuer has a few keys; who has none can't bring a header in. */
    private static final int MAX = 16;

    private volatile List<Entry> entries = List.of();

    /** The entry for a token that begins with such a segment and a dot. */
    @Nullable Entry find(byte[] token, int length) {
        for (Entry entry : entries) {
            if (entry.isHeaderOf(token, length)) {
                return entry;
            }
        }
        return null;
    }

    /** Of many, the eldest is forgotten. */
    synchronized void add(Entry entry) {
        List<Entry> more = new ArrayList<>(entries);
        if (more.size() == MAX) {
            more.remove(0);
        }
        more.add(entry);
        entries = List.copyOf(more);
    }

    /** A header segment, and what follows from it. */
    static final class Entry {
        final VerificationKey key;
        /** The result of checking {@code typ}, which keeps out other tokens of the issuer, such as ID tokens. */
        final boolean typeAccepted;
        /** Whether the header names the key. */
        final boolean keyNamed;

        private final byte[] segment;
        private final SignatureCheck signatureCheck;

        Entry(
                JwsHeader header,
                boolean typeAccepted,
                VerificationKey key,
                SignatureAlgorithm algorithm,
                byte[] token,
                int length) {
            this.key = key;
            this.typeAccepted = typeAccepted;
            keyNamed = header.kid().isPresent();
            segment = Arrays.copyOf(token, length);
            signatureCheck = key.signatureCheck(algorithm).having(token, length + 1);
        }

        private boolean isHeaderOf(byte[] token, int length) {
            return Arrays.equals(segment, 0, segment.length, token, 0, length);
        }

        SignatureCheck signatureCheck() {
            return signatureCheck;
        }
    }
}
