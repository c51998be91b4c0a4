package dev.scalableapi.auth;

import dev.scalableapi.core.http.ApiRequest;

/**
 * Decides whether a request proves that its token is the sender's own (RFC 7800): a port for DPoP (RFC 9449) and mutual
 * TLS (RFC 8705). A token that asks for a proof and has none is never taken for a bearer token. Implementations are
 * thread-safe and do not block.
 */
@FunctionalInterface
public interface ProofOfPossession {
    /**
     * {@return whether the request proves it}
     *
     * @param request as it came
     * @param confirmation what the token, which is genuine and valid, asks for
     */
    boolean isProven(ApiRequest request, Confirmation confirmation);

    /** {@return one to which nothing is proof} */
    static ProofOfPossession none() {
        return (request, confirmation) -> false;
    }
}
