package dev.scalableapi.auth;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys that verify tokens, found by their ids. Immutable and thread-safe. */
public final class VerificationKeySet implements VerificationKeySource {
    private final Map<String, VerificationKey> keys;
    private final List<VerificationKey> unnamed;

    private VerificationKeySet(Map<String, VerificationKey> keys) {
        this.keys = keys;
        unnamed = keys.size() == 1
                ? List.copyOf(keys.values())
                : keys.values().stream().filter(key -> !key.hasOwnId()).toList();
    }

    /**
     * {@return a set of these keys}
     *
     * @param keys at least one
     * @throws IllegalArgumentException if there is none, two have the same id, or there are both secret and public ones
     */
    public static VerificationKeySet of(VerificationKey... keys) {
        return of(List.of(keys));
    }

    /**
     * {@return a set of these keys}
     *
     * @param keys at least one
     * @throws IllegalArgumentException if there is none, two have the same id, or there are both secret and public ones
     */
    public static VerificationKeySet of(Collection<VerificationKey> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("Without a key, no token can be verified");
        }
        return ofAny(keys);
    }

    /**
     * {@return the keys of a JWK set as an issuer publishes it} Keys that cannot verify tokens are skipped and logged with
     * their id: keys for encryption, of unknown types, curves and algorithms, weak and malformed ones, and private ones. Two
     * different keys with one id exclude this id, and identical ones are merged. A key without {@code alg} is used with the algorithms of its type that
     * the verifier permits. Up to four keys without {@code kid} are tried for a token that names no key.
     *
     * @param json a JWK set (RFC 7517 section 5), at most 64 KiB
     * @throws IllegalArgumentException if the text is no JWK set, no key is left, or it has both secret and public keys;
     *     the message contains nothing of the keys
     */
    public static VerificationKeySet fromJwks(String json) {
        PublishedKeys published = PublishedKeys.read(json, EnumSet.allOf(SignatureAlgorithm.class));
        for (PublishedKeys.Skipped skipped : published.skipped()) {
            skipped.log(VerificationKeySet.class);
        }
        return of(published.keys());
    }

    /** Also an empty set, which accepts nothing. */
    static VerificationKeySet ofAny(Collection<VerificationKey> keys) {
        Map<String, VerificationKey> byId = new LinkedHashMap<>();
        for (VerificationKey key : keys) {
            if (byId.putIfAbsent(key.kid(), key) != null) {
                throw new IllegalArgumentException("Two keys have the same id");
            }
        }
        if (keys.stream().map(key -> key.algorithm().isSymmetric()).distinct().count() > 1) {
            throw new IllegalArgumentException("Secret and public keys must not be in one set");
        }
        return new VerificationKeySet(Collections.unmodifiableMap(byId));
    }

    /** {@return this} */
    @Override
    public VerificationKeySet current() {
        return this;
    }

    /**
     * {@return the key of this id}
     *
     * @param kid compared exactly
     */
    public Optional<VerificationKey> find(String kid) {
        return Optional.ofNullable(keys.get(kid));
    }

    /** The key of a token that names none, if there is only one key. */
    Optional<VerificationKey> only() {
        return keys.size() == 1 ? Optional.of(unnamed.get(0)) : Optional.empty();
    }

    /**
     * The keys for which a token without {@code kid} can be meant: the only key, or those that were published without an
     * id. Among several keys with ids, such a token is meant for none (OpenID Connect Core 1.0 section 10.1).
     */
    List<VerificationKey> unnamed() {
        return unnamed;
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** Whether the set contains this very object, also for a token that names no key if {@code named} is false. */
    @SuppressWarnings("ReferenceEquality")
    boolean has(VerificationKey key, boolean named) {
        @Nullable VerificationKey found = keys.get(key.kid());
        return found == key && (named || keys.size() == 1 || !key.hasOwnId());
    }

    /** {@return all keys, in the order in which they were given} */
    public List<VerificationKey> keys() {
        return List.copyOf(keys.values());
    }

    /** {@return the keys' ids and algorithms} */
    @Override
    public String toString() {
        return "VerificationKeySet" + keys.values();
    }
}
