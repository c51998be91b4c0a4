package dev.scalableapi.benchmarks;

import dev.scalableapi.auth.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to verify an access token, beside its cryptography alone and the peers that have all algorithms? The
 * token is a new string each time, as a request brings it; {@code copyAlone} is what that costs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up.
public abstract class TokenVerification {
    private static final int CACHED_TOKENS = 10_000;

    private SampleToken sample;
    private byte[] bytes;
    private String same;
    private TokenVerifier uncached;
    private TokenVerifier cached;
    private RawSignature raw;
    private TokenVerifier jjwt;
    private TokenVerifier jose4j;

    abstract SignatureAlgorithm algorithm();

    @Setup
    public void prepare() throws Exception {
        sample = SampleToken.of(algorithm());
        same = sample.valid();
        bytes = same.getBytes(StandardCharsets.ISO_8859_1);
        uncached = TokenVerifier.ours(sample, 0).tried(sample);
        cached = TokenVerifier.ours(sample, CACHED_TOKENS).tried(sample);
        cached.verify(same);
        raw = new RawSignature(sample);
        jjwt = TokenVerifier.jjwt(sample).tried(sample);
        jose4j = TokenVerifier.jose4j(sample).tried(sample);
    }

    final SampleToken sample() {
        return sample;
    }

    final String token() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Benchmark
    public String copyAlone() {
        return token();
    }

    @Benchmark
    public boolean rawFresh() throws GeneralSecurityException {
        return raw.verifiesFresh();
    }

    @Benchmark
    public boolean rawPrepared() throws GeneralSecurityException {
        return raw.verifiesPrepared();
    }

    @Benchmark
    public Object ours() throws Exception {
        return uncached.verify(token());
    }

    @Benchmark
    public Object oursCacheHit() throws Exception {
        return cached.verify(token());
    }

    @Benchmark
    public Object oursCacheHitSameString() throws Exception {
        return cached.verify(same);
    }

    @Benchmark
    public Object jjwt() throws Exception {
        return jjwt.verify(token());
    }

    @Benchmark
    public Object jose4j() throws Exception {
        return jose4j.verify(token());
    }
}
