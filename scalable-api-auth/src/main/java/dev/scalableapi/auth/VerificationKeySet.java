package dev.scalableapi.auth;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys whose tokens are accepted, by their ids. Immutable and thread-safe. */
public final class VerificationKeySet implements VerificationKeySource {
    private final Map<String, VerificationKey> keys;

    private VerificationKeySet(Map<String, VerificationKey> keys) {
        this.keys = keys;
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
     * {@return the keys in this JWK set} Each as {@link VerificationKey#fromJwk(String)} reads it.
     *
     * @param json a JWK set (RFC 7517 section 5), at most 64 KiB
     * @throws IllegalArgumentException if the text is none, or has a key that is refused, two with the same id, or both
     *     secret and public ones; the message holds nothing of it
     */
    public static VerificationKeySet fromJwks(String json) {
        return of(JwkReader.verificationKeys(json));
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

    /** The key of a token that names none: which one is meant is certain where there is but one. */
    Optional<VerificationKey> only() {
        return keys.size() == 1 ? Optional.of(keys.values().iterator().next()) : Optional.empty();
    }

    /** Whether this very object is in the set. */
    @SuppressWarnings("ReferenceEquality")
    boolean has(VerificationKey key) {
        @Nullable VerificationKey found = keys.get(key.kid());
        return found == key;
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
