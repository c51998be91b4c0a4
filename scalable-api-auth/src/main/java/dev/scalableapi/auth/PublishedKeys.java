package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The keys of a JWK set (RFC 7517 section 5) as issuers publish it, with keys for other purposes among them. Keys that
 * cannot verify tokens are skipped: keys for encryption, of unknown types, curves and algorithms, weak and malformed ones,
 * and private ones. An id of two different signature keys is excluded, even if one of them is skipped for a defect;
 * identical keys are merged.
 *
 * @param keys in the order of the set; at least one, and either all secret or all public
 * @param skipped each with a reason
 */
record PublishedKeys(List<VerificationKey> keys, Set<Skipped> skipped) {
    /**
     * How many keys without an id are kept. A token that names no key costs up to as many signature checks, even if it is
     * forged.
     */
    static final int MAX_WITHOUT_ID = 4;

    /**
     * Reads a JWK set.
     *
     * @param json at most 64 KiB
     * @param permitted narrows the algorithms of keys without {@code alg}
     * @throws IllegalArgumentException if the text is no JWK set, no key is left, or it has both secret and public keys;
     *     the message contains nothing of the keys
     */
    static PublishedKeys read(byte[] json, Set<SignatureAlgorithm> permitted) {
        List<VerificationKey> usable = new ArrayList<>();
        Set<Skipped> skipped = new LinkedHashSet<>();
        Set<String> ambiguous = new HashSet<>();
        for (JsonNode member : JwkReader.members(json)) {
            try {
                usable.add(JwkReader.of(member).publishedKey(permitted));
            } catch (JwkReader.OtherPurposeException reason) {
                skipped.add(new Skipped(id(member), String.valueOf(reason.getMessage()), false));
            } catch (IllegalArgumentException reason) {
                skipped.add(new Skipped(id(member), String.valueOf(reason.getMessage()), true));
                ambiguous.add(id(member));
            }
        }
        checkNotMixed(usable);
        List<VerificationKey> keys = withDistinctIds(usable, ambiguous, skipped);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("The JWK set has no key that can be used" + firstReason(skipped));
        }
        return new PublishedKeys(keys, skipped);
    }

    static PublishedKeys read(String json, Set<SignatureAlgorithm> permitted) {
        return read(json.getBytes(StandardCharsets.UTF_8), permitted);
    }

    /** Before duplicates are excluded, since a secret key may be one of them. */
    private static void checkNotMixed(List<VerificationKey> keys) {
        Set<Boolean> secret = new HashSet<>();
        for (VerificationKey key : keys) {
            secret.add(key.algorithm().isSymmetric());
        }
        if (secret.size() > 1) {
            throw new IllegalArgumentException("A JWK set must not have both secret and public keys");
        }
    }

    private static List<VerificationKey> withDistinctIds(
            List<VerificationKey> keys, Set<String> ambiguous, Set<Skipped> skipped) {
        Map<String, VerificationKey> distinct = new LinkedHashMap<>();
        for (VerificationKey key : keys) {
            VerificationKey first = distinct.putIfAbsent(key.kid(), key);
            if (first != null && !first.equals(key)) {
                ambiguous.add(key.kid());
            }
        }
        int withoutId = 0;
        List<VerificationKey> kept = new ArrayList<>();
        for (VerificationKey key : distinct.values()) {
            if (ambiguous.contains(key.kid())) {
                skipped.add(new Skipped(key.kid(), "Different keys have this id", true));
            } else if (!key.hasOwnId() && ++withoutId > MAX_WITHOUT_ID) {
                skipped.add(
                        new Skipped(key.kid(), "There are " + MAX_WITHOUT_ID + " keys without an id already", true));
            } else {
                kept.add(key);
            }
        }
        return List.copyOf(kept);
    }

    private static String firstReason(Set<Skipped> skipped) {
        return skipped.isEmpty()
                ? ""
                : ". The first was skipped: " + skipped.iterator().next().reason;
    }

    /** The id of a member that may be malformed; the empty string if it has none. */
    private static String id(JsonNode member) {
        return member instanceof ObjectNode ? member.path("kid").asText() : "";
    }

    /**
     * A key that is not used.
     *
     * @param id as a log may show it: printable ASCII characters, at most 64
     * @param reason contains nothing of the key
     * @param isDefect whether the issuer should change something; otherwise the key is only for another purpose
     */
    record Skipped(String id, String reason, boolean isDefect) {
        private static final int MAX_ID = 64;

        Skipped {
            StringBuilder shown = new StringBuilder();
            for (int i = 0; i < Math.min(id.length(), MAX_ID); i++) {
                char c = id.charAt(i);
                shown.append(c < ' ' || c > '~' ? '?' : c);
            }
            id = shown.toString();
        }

        void log(Class<?> reader) {
            LoggerFactory.getLogger(reader)
                    .atLevel(isDefect ? Level.WARN : Level.INFO)
                    .log("The key \"{}\" of a JWK set is skipped: {}", id, reason);
        }
    }
}
