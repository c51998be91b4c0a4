package dev.scalableapi.auth;

import java.net.URI;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Finds the address of an issuer's JWK set, before each fetch. */
interface KeyLocator {
    /**
     * Finds the address.
     *
     * @param endpoint how to reach the issuer; all requests share its timeout
     * @param startNanos when the timeout began, by {@link System#nanoTime()}
     * @return fails if the address cannot be found
     */
    CompletableFuture<Location> locate(Endpoint endpoint, long startNanos);

    /** A locator that always returns this address, for an issuer whose algorithms are not known. */
    static KeyLocator at(URI uri) {
        Location location = new Location(uri, EnumSet.allOf(SignatureAlgorithm.class));
        return (endpoint, startNanos) -> CompletableFuture.completedFuture(location);
    }

    /**
     * Where the keys are.
     *
     * @param uri of the JWK set
     * @param algorithms narrows the algorithms of keys without {@code alg}
     */
    record Location(URI uri, Set<SignatureAlgorithm> algorithms) {}
}
