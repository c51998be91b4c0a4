package dev.scalableapi.auth;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The public keys whose tokens are accepted, by their ids. Immutable and thread-safe. */
public final class VerificationKeySet {
    private final Map<String, VerificationKey> keys;

    private VerificationKeySet(Map<String, VerificationKey> keys) {
        this.keys = keys;
    }

    /**
     * {@return a set of these keys}
     *
     * @param keys at least one
     * @throws IllegalArgumentException if there is none, or two have the same id
     */
    public static VerificationKeySet of(VerificationKey... keys) {
        return of(List.of(keys));
    }

    /**
     * {@return a set of these keys}
     *
     * @param keys at least one
     * @throws IllegalArgumentException if there is none, or two have the same id
     */
    public static VerificationKeySet of(Collection<VerificationKey> keys) {
        Map<String, VerificationKey> byId = new LinkedHashMap<>();
        for (VerificationKey key : keys) {
            if (byId.putIfAbsent(key.kid(), key) != null) {
                throw new IllegalArgumentException("Two keys have the id " + key.kid());
            }
        }
        if (byId.isEmpty()) {
            throw new IllegalArgumentException("Without a key, no token can be verified");
        }
        return new VerificationKeySet(Collections.unmodifiableMap(byId));
    }

    /**
     * {@return the key of this id}
     *
     * @param kid compared exactly
     */
    public Optional<VerificationKey> find(String kid) {
        return Optional.ofNullable(keys.get(kid));
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
