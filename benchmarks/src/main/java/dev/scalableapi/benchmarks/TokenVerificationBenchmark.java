package dev.scalableapi.benchmarks;

import dev.scalableapi.auth.SignatureAlgorithm;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** What does it cost to verify an access token with the algorithms that all libraries have? */
@SuppressWarnings("NullAway.Init") // JMH calls the set-up.
public class TokenVerificationBenchmark extends TokenVerification {
    @Param({"HS256", "RS256", "ES256"})
    public SignatureAlgorithm algorithm;

    private TokenVerifier javaJwt;
    private TokenVerifier nimbus;
    private TokenVerifier spring;

    @Override
    SignatureAlgorithm algorithm() {
        return algorithm;
    }

    /** After that of the superclass, as JMH has it. */
    @Setup
    public void preparePeers() throws Exception {
        javaJwt = TokenVerifier.javaJwt(sample()).tried(sample());
        nimbus = TokenVerifier.nimbus(sample()).tried(sample());
        spring = TokenVerifier.spring(sample()).tried(sample());
    }

    @Benchmark
    public Object javaJwt() throws Exception {
        return javaJwt.verify(token());
    }

    @Benchmark
    public Object nimbus() throws Exception {
        return nimbus.verify(token());
    }

    @Benchmark
    public Object spring() throws Exception {
        return spring.verify(token());
    }
}
