package dev.scalableapi.benchmarks;

import dev.scalableapi.auth.SignatureAlgorithm;

/**
 * What does it cost to verify an access token with EdDSA on edwards25519? Beside the libraries that have it: java-jwt and
 * Spring Security have not, and Nimbus' processor takes no such key.
 */
public class Ed25519TokenVerificationBenchmark extends TokenVerification {
    @Override
    SignatureAlgorithm algorithm() {
        return SignatureAlgorithm.ED25519;
    }
}
